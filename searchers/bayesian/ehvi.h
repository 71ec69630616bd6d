/* ehvi.h: logarithm of the expected hypervolume improvement, exactly, and its gradient. */
#ifndef BAYESIAN_EHVI_H
#define BAYESIAN_EHVI_H

#include "boxes.h"

typedef struct ehvi {
    const cim_host *host;
    const boxes *boxes;
    double *table;           /* of each coordinate: five functions of it; see ehvi.c */
    double *terms;           /* of the boxes */
} ehvi;

cim_status ehvi_open(ehvi *e, const cim_host *host, const boxes *b);
void ehvi_close(ehvi *e);

/* For independent normal goals of these means and standard deviations (> 0). DMEAN and DSD, one a
 * goal, may both be NULL. One goal and a front of one point: expected improvement. */
double ehvi_log(ehvi *e, const double *mean, const double *sd, double *dmean, double *dsd);

/* As far as doubles go without logarithms: -infinity where the improvement is below 1e-290 of what
 * the reference alone allows. Faster, and enough to find the best of many points. */
double ehvi_log_quick(ehvi *e, const double *mean, const double *sd);
#endif
