/* evaluate.h: a design -> its network -> metrics, slacks and outcome. Runs in worker processes
 * only (worker.h): a plug-in may crash or hang here. */
#ifndef EVALUATE_H
#define EVALUATE_H
#include "goal.h"
#include "levels.h"
#include "stand_in.h"

typedef struct part {
    uint32_t metric;
    double value;
    char layer[64], component[32];   /* layer "": the whole chip; "resnet18/conv1" of several */
} part;

typedef struct result {
    cim_outcome outcome;
    uint32_t fidelity;
    double *metrics;         /* of every metric of the evaluator; NaN where not known      */
    double *slack;           /* the model's constraints, then the config's; NaN: not known */
    char reason[256];        /* why it failed; "" else                                     */
    double accuracy_s;       /* processor time of the accuracy evaluator: no part of a trial */
    part *parts;             /* malloc'ed; only when asked for                             */
    size_t n_parts;
} result;

/* "" for none yet. */
const char *outcome_name(cim_outcome outcome);

/* N results whose arrays hold N_METRICS and N_SLACKS numbers, in one block. */
result *results_new(size_t n, uint32_t n_metrics, uint32_t n_slacks);
void results_free(result *results, size_t n);
/* Nothing known yet; parts that were asked for are forgotten. */
void result_clear(result *r, uint32_t n_metrics, uint32_t n_slacks);
void result_fail(result *r, uint32_t n_metrics, uint32_t n_slacks, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

enum { EVALUATOR_ACCURACY = 3 };  /* accuracy, its spread, draws */

/* Who is at work: one of these, or EVALUATOR_WORKLOAD and the number of a workload. */
enum { EVALUATOR_NOBODY, EVALUATOR_HWMODEL, EVALUATOR_ACCURACY_PLUGIN, EVALUATOR_STAND_IN,
       EVALUATOR_WORKLOAD };

/* How a metric of several networks becomes the chip's. */
typedef enum {
    AGGREGATE_MAX,
    AGGREGATE_MIN,
    AGGREGATE_MEAN,
    AGGREGATE_GEOMEAN,
    AGGREGATE_SUM
} aggregate;

typedef struct evaluator {
    instance *workloads, *hwmodel, *accuracy;    /* accuracy may be NULL */
    stand_in *stand_in;      /* what accuracy is measured on; NULL: the study's networks    */
    uint32_t n_workloads;
    metric *metrics;         /* n_base: the hardware model's, then the host's (macs, weights, ...);
                                with several workloads aggregated, and followed by those of each */
    uint32_t n_metrics, n_base;
    uint32_t first_accuracy; /* in n_base: EVALUATOR_ACCURACY, then of a ladder that of each level
                                but the last                                                */
    aggregate *aggregates;   /* n_base; the worst of all workloads where the config is silent   */
    goal *goals;
    uint32_t n_goals;
    constraint *constraints; /* the config's; the model's own are hwmodel->constraints      */
    uint32_t n_constraints;
    accuracy_levels levels;
    uint32_t n_fidelities;   /* levels.n; 1 without accuracy                                */
    uint32_t n_numbers;      /* of a design                                                 */

    volatile uint32_t *running;    /* the plug-in at work, for whoever finds us dead; or NULL     */
    double *built;           /* workload numbers of the networks                            */
    const cim_network **networks;  /* one a workload; NULL: none built, or its build failed  */
} evaluator;

/* Names the metrics, once all instances are known. ON: what accuracy is measured on, or NULL. */
void evaluator_begin(evaluator *e, instance *workloads, uint32_t n_workloads, instance *hwmodel,
                     instance *accuracy, stand_in *on, const accuracy_levels *levels);
void evaluator_free(evaluator *e);
bool aggregate_named(const char *name, aggregate *out);
const char *aggregate_name(aggregate how);
double aggregate_of(aggregate how, const double *values, uint32_t n, size_t stride);
/* The id of who is at work; NULL: nobody, or no such number. */
const char *evaluator_plugin(const evaluator *e, uint32_t running);
uint32_t evaluator_slacks(const evaluator *e);
/* No accuracy in it, of whichever network: the same at every level. */
bool evaluator_is_exact(const evaluator *e, const expression *x);
const char *evaluator_slack_name(const evaluator *e, uint32_t i);
/* Why a design failed or is infeasible: its reason, or the violated constraints with their
 * slack. */
void evaluator_explain(const evaluator *e, const result *r, text *out);

/* N designs that belong to the same networks (their workload numbers are equal), in one call of the
 * model. FIDELITY: one a design. */
void evaluate_group(evaluator *e, const double *designs, const uint32_t *fidelity, uint32_t n,
                    bool want_parts, result *results);
/* A design whose hardware is known, at a higher fidelity: R is its result at a lower one. The model
 * is not evaluated again. */
void evaluate_promoted(evaluator *e, const double *design, uint32_t fidelity, result *r);
/* How many of the N designs, from the first, form one group: at least 1. */
uint32_t evaluate_group_size(const evaluator *e, const double *designs, uint32_t n);
#endif
