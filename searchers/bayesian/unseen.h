/* unseen.h: which designs were proposed or told, and all the others one after another. */
#ifndef BAYESIAN_UNSEEN_H
#define BAYESIAN_UNSEEN_H

#include "space.h"

#include "../evolutionary/history.h"

typedef struct unseen {
    space *space;
    history history;
    uint64_t *radix, *cursor; /* all designs before the cursor are known */
    double n_points;          /* points of the space, of any activity; INFINITY with a real dimension */
    int is_exhausted;
} unseen;

cim_status unseen_open(unseen *u, space *s);
void unseen_close(unseen *u);
void unseen_reset(unseen *u);

/* Of a canonical point: its number where the points can be numbered, else a hash. */
uint64_t unseen_key(const unseen *u, const double *point);
int unseen_has(const unseen *u, const double *point);
/* Marks a point; a known one stays so. */
cim_status unseen_mark(unseen *u, const double *point);

/* The first design that is not known; real coordinates are drawn. Returns 0 when there is none. */
int unseen_next(unseen *u, cim_rng *rng, double *point);
/* Up to MOST unknown designs from the start of a space without real dimensions; *IS_ALL: are these
 * all there are? */
uint32_t unseen_list(unseen *u, uint32_t most, double *points, int *is_all);
#endif
