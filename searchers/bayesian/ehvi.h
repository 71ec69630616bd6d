/* ehvi.h: logarithm of the expected hypervolume improvement, exactly, and its gradient. */
#ifndef BAYESIAN_EHVI_H
#define BAYESIAN_EHVI_H

#include "boxes.h"
#include "metric.h"

/* Of goal i: values of the model in ascending order, between which the goal is taken as linear in
 * the model's value: the coordinates of the boxes and, where the metric bends, some more. Knot 0 is
 * -infinity. */
typedef struct ehvi {
    const cim_host *host;
    const boxes *boxes;
    uint32_t room;           /* knots of a goal, at most */
    uint32_t *n_knots;       /* one a goal */
    double *knots;           /* goals x room */
    double *slopes;          /* of the goal between this knot and the one before, the largest 1 */
    uint32_t *place;         /* goals x coordinates: the coordinate's knot */
    double *table;           /* of each knot: functions of it; see ehvi.c */
    double *terms;           /* of the boxes */
} ehvi;

cim_status ehvi_open(ehvi *e, const cim_host *host, const boxes *b);
void ehvi_close(ehvi *e);

/* After boxes_build(), whose coordinates are goals as the user counts them. */
void ehvi_prepare(ehvi *e, const metric *c);

/* For goals whose model values are independent and normal, of these means and standard deviations
 * (> 0). DMEAN and DSD, one a goal, may both be NULL. One goal and a front of one point: expected
 * improvement. */
double ehvi_log(ehvi *e, const double *mean, const double *sd, double *dmean, double *dsd);
#endif
