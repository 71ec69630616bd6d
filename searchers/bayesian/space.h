/* space.h: points of the space that is searched, and steps from one to another. */
#ifndef BAYESIAN_SPACE_H
#define BAYESIAN_SPACE_H

#include "encoding.h"

typedef struct space {
    const cim_host *host;
    const cim_problem *problem;
    cim_designs designs;
    encoding encoding;
    uint32_t d;              /* dimensions */
} space;

/* Part of the space: an interval of each ordered dimension's units. Of few levels, where intervals
 * say little, it is all. */
typedef struct part { double *low, *high; } part;

cim_status space_open(space *s, const cim_host *host, const cim_problem *problem);
void space_close(space *s);

static inline const cim_dimension *space_dimension(const space *s, uint32_t i) {
    return CIM_ROW(cim_dimension, s->problem->dimensions, i);
}

/* Where a coordinate lies between its lowest, 0, and its highest, 1; ratios count where the range
 * is logarithmic. Not for categorical dimensions. */
double space_unit(const cim_dimension *d, double x);
/* The coordinate nearest to U. */
double space_nearest(const cim_dimension *d, double u);

/* Each leaves a canonical point; PART may be NULL: all of the space. */
void space_draw(space *s, const part *p, cim_rng *rng, double *point);
/* FROM with each active coordinate changed with a probability, one at least; STEP: typical size of
 * the change of one that has an order, in its units. */
void space_step(space *s, const part *p, double probability, double step, cim_rng *rng,
                const double *from, double *point);
/* All elements of one vector, or some, at one level; there must be a vector (encoding.h). */
void space_level(space *s, cim_rng *rng, const double *from, double *point);
/* Each coordinate from either A or B, real ones also between and somewhat beyond. */
void space_cross(space *s, cim_rng *rng, const double *a, const double *b, double *point);

/* Is POINT inside the space, as a coordinate of each dimension must be? */
int space_contains(const space *s, const double *point);
#endif
