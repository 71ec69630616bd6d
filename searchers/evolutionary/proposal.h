/* proposal.h: points that were never proposed before: an initial sample, then children of the
 * population, and where those are known already its neighbours, at last the remaining designs. */
#ifndef PROPOSAL_H
#define PROPOSAL_H

#include "population.h"

#include <cim_sdk/known.h>

enum { NSGA2, NSGA3, SMS_EMOA, GENETIC, DIFFERENTIAL };

typedef struct settings {
    uint32_t algorithm;      /* NSGA2 .. */
    int is_phased;           /* the preset of the joint work: proposal.c */
    uint32_t population;
    uint32_t initial;        /* points of the initial sample */
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
    cim_known known;         /* proposed, or told */
    double *initial;         /* settings.initial points */
    uint64_t n_used;         /* of these */
    uint64_t n_given;        /* points of others, each of which takes the place of one of them */
    uint64_t n_bred;         /* children made so far, known designs among them */
    uint8_t *of_a, *of_b;    /* active dimensions of the parents */
    int is_exhausted;
} proposer;

/* TARGET: place of the member that it competes with, in differential evolution. */
typedef struct proposal { uint64_t key, target; double rate, step; } proposal;

cim_status proposer_init(proposer *p, const cim_host *host, const cim_problem *problem,
                         const settings *s);
void proposer_free(proposer *p);

/* Active dimensions of PARENT; returns how many there are. SCRATCH: a point. */
uint32_t proposer_active(proposer *p, const member *parent, double *scratch, uint8_t *active);

/* Writes a canonical point that is not known yet. Returns 0 when there is none left. */
int proposer_next(proposer *p, population *parents, cim_rng *rng, double *point,
                  proposal *out);

#endif
