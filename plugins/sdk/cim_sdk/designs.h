/* cim_sdk/designs.h: for searchers: values of one dimension, which dimensions of a point count, and
 * the distinct designs of a space in a fixed order.
 *
 * A design is a canonical point: every inactive dimension holds its default coordinate. Digits are
 * a design's level numbers, 0 where inactive; a real dimension gets as many levels as the caller
 * says. */
#ifndef CIM_SDK_DESIGNS_H
#define CIM_SDK_DESIGNS_H

#include <cim/searcher.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- one dimension --------------------------------------------------------------------------- */

/* The coordinate at U, 0 <= U <= 1: levels are equally likely; in a logarithmic range, ratios are:
 * there an integer level is as likely as the ratio of the next value to its own is big. */
double cim_dimension_at(const cim_dimension *d, double u);

/* A random coordinate, of the same distribution. */
double cim_dimension_draw(const cim_dimension *d, cim_rng *rng);

/* Where X lies between the lowest coordinate, 0, and the highest, 1: levels lie evenly; reals do,
 * or their logarithms in a logarithmic range. A single value lies at 0.5. */
double cim_dimension_share(const cim_dimension *d, double x);

/* The coordinate nearest to such a share. */
double cim_dimension_near(const cim_dimension *d, double share);

/* Is X a coordinate of it? */
int cim_dimension_holds(const cim_dimension *d, double x);

/* A number in each Nth of 0..1, in any order: one column of a Latin hypercube (M. D. McKay, R. J.
 * Beckman, W. J. Conover, Technometrics 21, 239-245 (1979)). */
void cim_hypercube_column(uint32_t n, cim_rng *rng, double *column);

/* ---- the space ------------------------------------------------------------------------------- */

typedef struct cim_designs {
    const cim_host *host;
    const cim_problem *problem;
    uint32_t *order;     /* all dimensions, deciders first, else as in the space */
    uint32_t *first;     /* conditions on dimension d: rules[first[d]] .. rules[first[d + 1] - 1] */
    uint32_t *rules;     /* rows of problem->activities */
    uint8_t *active;     /* of the point or digits looked at last: one a dimension */
} cim_designs;

/* Fails with CIM_E_ARGUMENT when conditions form a circle. Nothing to free after a failure. */
cim_status cim_designs_init(cim_designs *d, const cim_host *host, const cim_problem *problem);
void cim_designs_free(cim_designs *d);

static inline const cim_dimension *cim_designs_dimension(const cim_designs *d, uint32_t i) {
    return CIM_ROW(cim_dimension, d->problem->dimensions, i);
}

/* Sets and returns d->active[I], when those of all dimensions before I in d->order are set. */
int cim_designs_is_active(cim_designs *d, const double *point, uint32_t i);

/* Makes POINT canonical, -0 to 0 included, and sets d->active. */
void cim_designs_canonical(cim_designs *d, double *point);

/* Sets d->active for DIGITS, whose inactive ones become 0. */
void cim_designs_settle(cim_designs *d, uint64_t *digits);

/* N points of a Latin hypercube in POINTS, the default design in place of the first; not yet
 * canonical. COLUMN: room for N numbers. */
void cim_designs_hypercube(const cim_designs *d, uint32_t n, cim_rng *rng, double *column,
                           double *points);

/* Goes from a settled design to the next one; the last dimension in d->order varies fastest.
 * RADIX: levels of each dimension, >= 1. Returns 0, with all digits 0, behind the last one. */
int cim_designs_advance(cim_designs *d, const uint64_t *radix, uint64_t *digits);

#ifdef __cplusplus
}
#endif
#endif
