/* designs.h: which dimensions of a point count, and the distinct designs in a fixed order.
 *
 * A design is a canonical point: every inactive dimension holds its default coordinate. Digits are
 * a design's level numbers, 0 where inactive; a real dimension gets as many levels as the caller
 * says. */
#ifndef DESIGNS_H
#define DESIGNS_H

#include <cim/searcher.h>

typedef struct designs {
    const cim_host *host;
    const cim_problem *problem;
    uint32_t *order;     /* all dimensions, deciders first, else as in the space */
    uint32_t *first;     /* conditions on dimension d: rules[first[d]] .. rules[first[d + 1] - 1] */
    uint32_t *rules;     /* rows of problem->activities */
    uint8_t *active;     /* of the point or digits looked at last: one a dimension */
} designs;

/* Fails with CIM_E_ARGUMENT when conditions form a circle. Nothing to free after a failure. */
cim_status designs_init(designs *d, const cim_host *host, const cim_problem *problem);
void designs_free(designs *d);

static inline const cim_dimension *designs_dimension(const designs *d, uint32_t i) {
    return CIM_ROW(cim_dimension, d->problem->dimensions, i);
}

/* Sets and returns d->active[I], when those of all dimensions before I in d->order are set. */
int designs_is_active(designs *d, const double *point, uint32_t i);

/* Makes POINT canonical, -0 to 0 included, and sets d->active. */
void designs_canonical(designs *d, double *point);

/* Sets d->active for DIGITS, whose inactive ones become 0. */
void designs_settle(designs *d, uint64_t *digits);

/* Goes from a settled design to the next one; the last dimension in d->order varies fastest.
 * RADIX: levels of each dimension, >= 1. Returns 0, with all digits 0, behind the last one. */
int designs_advance(designs *d, const uint64_t *radix, uint64_t *digits);

#endif
