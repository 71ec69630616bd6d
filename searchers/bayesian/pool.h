/* pool.h: candidates for the next design, and the search among them. */
#ifndef BAYESIAN_POOL_H
#define BAYESIAN_POOL_H

#include "acquire.h"

#include <cim_sdk/known.h>

typedef struct pool {
    const cim_host *host;
    space *space;
    acquire *acquire;
    cim_known *known;
    uint32_t most, n;
    double *points;          /* most x dimensions */
    double *features;        /* most x features */
    double *values;          /* most; -infinity: known already, or worth nothing */
    uint32_t *order;         /* most */
    double *work;            /* of refine.c */
} pool;

cim_status pool_open(pool *p, space *s, acquire *a, cim_known *known);
void pool_close(pool *p);

static inline double *pool_point(const pool *p, uint32_t i) {
    return p->points + (size_t)i * p->space->d;
}
static inline double *pool_features(const pool *p, uint32_t i) {
    return p->features + (size_t)i * p->space->encoding.n_features;
}
static inline int pool_knows(const pool *p, const double *point) {
    return cim_known_has(p->known, cim_known_key(p->known, point));
}

/* The design most worth trying, inside IN (NULL: anywhere), as a canonical point that is not known
 * yet, with its features. EFFORT: 1 is all that pays; less is quicker. Returns 0 when there is none
 * to be found. */
int pool_best(pool *p, const archive *trials, const part *in, double effort, cim_rng *rng,
              double *point, double *features);
/* The same in a space of which all unknown designs are in the pool's room. -1: there are more. */
int pool_best_of_all(pool *p, double *point, double *features);

/* ---- refine.c -------------------------------------------------------------------------------- */

size_t refine_room(const space *s);
/* Climbs from candidate AT: gradients on real coordinates, then the best change of one other
 * coordinate, in turn; at most ROUNDS times. Candidates from ROOM on are scratch. */
void refine(pool *p, uint32_t at, uint32_t room, const part *in, int rounds, cim_rng *rng);
#endif
