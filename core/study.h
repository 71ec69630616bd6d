/* study.h: a config made alive: its plug-ins, space, goals and evaluator, ready to evaluate and to
 * search. */
#ifndef STUDY_H
#define STUDY_H
#include "evaluate.h"
#include "space.h"

enum { STUDY_MAX_BATCH = 65536, STUDY_MAX_WORKLOADS = SPACE_MAX_OWNERS - 2 };

typedef struct study {
    config config;
    catalog catalog;
    const char *name;
    char file_name[64];      /* of the config, without its ending: the name of a nameless study */
    uint64_t seed, trials, batch;
    double max_seconds, time_limit_s;
    instance workloads[STUDY_MAX_WORKLOADS], hwmodel, accuracy, searcher;
    uint32_t n_workloads;
    cim_index_set *common_sets; /* index sets that all workloads have, each at its largest */
    uint32_t n_common_sets;
    stand_in stand_in;       /* the network of accuracy.on */
    bool has_accuracy;
    accuracy_levels levels;           /* of accuracy */
    space space;
    evaluator evaluator;
    double *baseline;        /* a design, or NULL */
    struct published *published; /* what other systems reached, n_published of them */
    size_t n_published;
    double *initial;         /* n_initial points that the study begins with */
    size_t n_initial;
    const char *initial_points;  /* the file they come from, as the config has it; or NULL */
    struct older *older;     /* studies of study.transfer, n_older, and as the searcher sees them */
    size_t n_older;
    cim_older_study *older_rows;
    const node *transfer;    /* the config's, or NULL */
    const cim_problem *problem;  /* what the searcher was given; NULL without one */
    cim_goal *goal_rows, *constraint_rows;
} study;

/* The group study alone: name, seed, trials, ... */
bool study_settings(study *s, failure *f);
/* What a study is opened for: to evaluate single designs, at the last level of accuracy; to be
 * looked at as a whole, goals and searcher too where there are any; or to be searched, which takes
 * both, and creates the searcher. */
typedef enum study_use { STUDY_DESIGNS, STUDY_LOOK, STUDY_SEARCH } study_use;

/* Reads S->config, which the caller has filled (config_read_path, config_set). Every key must have
 * been read. */
bool study_open(study *s, study_use use, failure *f);
void study_close(study *s);

/* The design with every searched dimension at its default. */
void study_default_design(const study *s, double *design);
#endif
