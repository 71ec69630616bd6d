/* calls.h: one call of a workload, a hardware model or an accuracy evaluator, and what every answer
 * must be like. What breaks the interface's rules fails the test. */
#ifndef CALLS_H
#define CALLS_H
#include "networks.h"

/* ---- workloads ------------------------------------------------------------------------------ */

/* NULL when the workload refuses, with a reason; a network that is not valid fails the test. */
const cim_network *workload_build(subject *s, const double *numbers, cim_status *status);
uint64_t network_digest(const cim_network *n);

/* ---- hardware models ------------------------------------------------------------------------ */

typedef struct answer {
    cim_status status;
    uint32_t n_points;
    double *metrics, *slack;     /* n_points rows */
    char (*refusals)[512];       /* of each point; "": it has figures */
    double *sums;                /* of the parts: n_points rows */
    uint32_t *n_parts;           /* n_points rows of one count a metric */
    const cim_network *network;
    subject *s;
    char wrong[256];             /* what a callback was given that makes no sense; "": nothing */
} answer;

/* N points, NUMBERS one row each. */
answer model_evaluate(subject *s, const cim_network *n, const double *numbers, uint32_t n_points,
                      bool want_parts);
/* Has point I figures? WHY, if not: the reason, which is never empty. */
bool answer_has_figures(const answer *a, uint32_t i, const char **why);
/* Slacks filled; metrics too, where the own constraints are met. */
void answer_check(const answer *a);
bool answer_is_feasible(const answer *a, uint32_t i);
/* Bits of point I: of its figures, or that it has none. */
uint64_t answer_digest(const answer *a, uint32_t i);
/* The network for S that this model costs at its base values, or NULL with the reason. */
const cim_network *model_network(subject *s, network_kind kind, const char **why);
/* The how of a subject that runs over the index sets of the suite's networks. */
subject_how model_how(check *c);

/* ---- accuracy evaluators -------------------------------------------------------------------- */

/* Non-idealities for every layer with weights, mild ones. */
cim_nonideality_table accuracy_mild(const subject *s, const cim_network *n);
/* DRAWS 0: the evaluator's choice. The answer is checked: 0..1, a spread, a number of draws. */
cim_status accuracy_evaluate(subject *s, const cim_network *n, cim_nonideality_table rows,
                             const double *numbers, uint32_t fidelity, uint32_t draws,
                             cim_accuracy_request *out);
uint32_t accuracy_fidelities(const subject *s);
/* A network that the evaluator takes, made with 8 bits; skips the test when it takes none. */
network_kind accuracy_network(subject *s);
#endif
