/* proposal.h: points that were never proposed before: an initial sample, then children of the
 * population, and where those are known already its neighbours, at last the remaining designs. */
#ifndef PROPOSAL_H
#define PROPOSAL_H

#include "history.h"
#include "population.h"

#include <cim_sdk/designs.h>

typedef struct settings {
    uint32_t population;
    double crossover;        /* probability of two parents */
    double rate;             /* coordinates that a mutation changes, on average; of first members */
    double step;             /* operator_step()'s; of first members */
    double reset;            /* probability that a mutated coordinate gets any value */
} settings;

typedef struct proposer {
    const cim_host *host;
    const cim_problem *problem;
    settings settings;
    cim_designs designs;
    history history;
    double *initial;         /* settings.population points */
    uint64_t n_used;         /* of these */
    uint64_t *radix, *cursor;/* all designs before the cursor have been proposed */
    uint8_t *of_a, *of_b;    /* active dimensions of the parents */
    int is_counted;          /* keys number the points: no real dimension, fewer than 2^63 points */
    int is_exhausted;
} proposer;

typedef struct proposal { uint64_t key; double rate, step; } proposal;

cim_status proposer_init(proposer *p, const cim_host *host, const cim_problem *problem,
                         const settings *s);
void proposer_free(proposer *p);

/* Different for different canonical points, always if is_counted, else but for one pair in 2^64. */
uint64_t proposer_key(const proposer *p, const double *point);

/* Writes a canonical point that is not in the history yet. Returns 0 when there is none left. */
int proposer_next(proposer *p, population *parents, cim_rng *rng, double *point,
                  proposal *out);

#endif
