/* boxes.h: the part of goal space that no point of a front dominates, as disjoint boxes. */
#ifndef BAYESIAN_BOXES_H
#define BAYESIAN_BOXES_H

#include <cim/host.h>

/* Goal i's coordinates are coordinate[i][0] = -infinity, the front's in ascending order, and last
 * the reference. A box spans coordinates lower .. upper of each goal; all reach below the reference
 * in every goal. */
typedef struct boxes {
    const cim_host *host;
    uint32_t m;              /* goals */
    uint32_t most_points;    /* room for so many points of a front */
    uint32_t most;           /* boxes at most */
    uint32_t n_points;       /* points in use */
    uint32_t n;
    double *coordinates;     /* m x (most_points + 2) */
    uint32_t *lower, *upper; /* n x m */
    uint32_t *defining;      /* most x m x m: points that define each box's upper corner */
    uint32_t *rank, *order;  /* most_points x m; most_points */
} boxes;

cim_status boxes_open(boxes *b, const cim_host *host, uint32_t m, uint32_t most_points,
                      uint32_t most);
void boxes_close(boxes *b);

/* FRONT: n x m, minimised. Points that are dominated, or not better than REFERENCE in every goal,
 * do no harm. Points come in by turn; those that would need more boxes than there may be are left
 * out, so the most telling ones should come first. Returns how many were taken in. */
uint32_t boxes_build(boxes *b, const double *front, uint32_t n, const double *reference);

static inline const double *boxes_coordinates(const boxes *b, uint32_t goal) {
    return b->coordinates + (size_t)goal * (b->most_points + 2);
}
#endif
