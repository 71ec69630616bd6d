/* instance.h: one living plug-in of a study: its merged description (the descriptor's tables, then
 * those of describe()), its host services, and the numbers its parameters hold. */
#ifndef INSTANCE_H
#define INSTANCE_H
#include "catalog.h"
#include "config.h"

#include <cim/accuracy.h>
#include <cim/files.h>
#include <cim/ready.h>
#include <cim/searcher.h>
#include <cim/train.h>

typedef struct instance {
    const cim_plugin *plugin;
    const char *file;
    const char *section;         /* "workload", "hwmodel", "accuracy", "searcher"          */
    node *group;                 /* its group of the config                                */
    cim_host host;
    void *self;                  /* NULL until created                                     */
    uint64_t seed;
    bool fixed;                  /* no parameter may have several values                   */
    const cim_train_ops *training; /* what it offered in create(); NULL: it does not train   */
    const cim_ready_ops *ready;  /* the same; NULL: whether it is ready shows in evaluating  */
    size_t live;                 /* blocks of host memory that the plug-in still holds     */
    char reason[512];            /* of the last fail(); "" if none                         */
    text files;                  /* that it said it read, and nobody took (file_sum.h)     */

    cim_param *params;
    cim_condition *conditions;
    cim_metric *metrics;
    cim_constraint *constraints;
    cim_index_set *index_sets;   /* a workload's own                                       */
    uint32_t n_params, n_conditions, n_metrics, n_constraints, n_index_sets;

    const cim_index_set *sets;   /* those that its vectors run over: the workload's        */
    uint32_t n_sets;
    uint32_t *first;             /* n_params + 1 offsets into the numbers                   */
    uint32_t n_numbers;
    double *base;                /* value of each number where no dimension rules it        */
    int32_t *dimension;          /* the dimension that rules a number, or -1                */
    const char **texts;          /* n_params                                               */
    char **paths;                /* texts made absolute, owned                              */
    size_t n_paths;

    const struct design_view *view; /* accuracy, while it evaluates: the design; else NULL   */
} instance;

/* Merges the tables of IS behind those that the instance has. */
void instance_describe(instance *in, const cim_description *is);
/* Works out first[] and sets every number to its default. A vector over an index set that is not
 * known has no elements unless ALL_KNOWN is asked for: then it is an error. */
bool instance_layout(instance *in, bool all_known, failure *f);

/* Before creation: fills in descriptor, host and seed. */
void instance_begin(instance *in, const catalog_entry *entry, const char *section, node *group,
                    uint64_t seed);
/* Calls create() with the present numbers, then describe(). PROBLEM: searchers only. */
bool instance_create(instance *in, const cim_problem *problem, failure *f);
void instance_destroy(instance *in);

/* NUMBERS of N_POINTS points as a plug-in sees them. */
cim_values instance_values(const instance *in, const double *numbers, uint32_t n_points);
/* The network that a workload builds from NUMBERS, checked (network.h). NULL: WHY says why not. */
const cim_network *instance_build(instance *in, const double *numbers, char *why, size_t size);
/* What the plug-in said, or what STATUS means. */
const char *instance_reason(const instance *in, cim_status status);
/* The size of a parameter: 1 for a scalar, 0 for a text. */
uint32_t instance_elements(const instance *in, uint32_t param);
int instance_find_param(const instance *in, const char *key); /* -1: none */
/* The file that parameter I names, or NULL. */
const char *instance_file(const instance *in, uint32_t i);
/* Where the config names the file that the plug-in's last reason is about, or NULL. */
const node *instance_place(const instance *in);
#endif
