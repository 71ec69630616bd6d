/* sampler.h: proposes points where good trials are dense compared with the others. */
#ifndef SAMPLER_H
#define SAMPLER_H

#include "mixture.h"

typedef struct settings {
    uint32_t start;          /* points of the initial sample */
    uint32_t candidates;
    double share;            /* of the trials that are good */
    uint32_t most_good;
    double keep;             /* of the dimensions, as in one good trial; not for multivariate */
    uint32_t is_multivariate;
} settings;

typedef struct sampler {
    const cim_host *host;
    const cim_problem *problem;
    cim_designs *designs;
    settings settings;
    mixture good, others;    /* of one dimension */
    size_t room, n_sorted;   /* trials in the orders */
    uint32_t *order;         /* of each dimension: room numbers of trials, by where they are */
    size_t *n_order;
    struct joint *joint;     /* of all dimensions together; NULL: not wanted */
} sampler;

cim_status sampler_init(sampler *s, const cim_host *host, const cim_problem *problem,
                        cim_designs *designs, const settings *chosen);
void sampler_free(sampler *s);

/* Forgets trials from number N on. To be called when these are no longer the same. */
void sampler_forget(sampler *s, size_t n);

/* Takes in the trials, which have been split. */
cim_status sampler_fit(sampler *s, const trials *t);

/* A canonical point. */
void sampler_draw(sampler *s, const trials *t, cim_rng *rng, double *point);

#endif
