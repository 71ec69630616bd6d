/* scalar.h: expected improvement of a weighted Chebyshev distance, exactly but for a quadrature. */
#ifndef BAYESIAN_SCALAR_H
#define BAYESIAN_SCALAR_H

#include "metric.h"

/* The distance is the largest (y_i - ideal_i) / scale_i of goals as the user counts them; best: the
 * front's smallest. */
typedef struct scalar {
    uint32_t m;
    metric metric;
    const double *ideal, *scale;
    double best;
} scalar;

double scalar_distance(const scalar *s, const double *goals);

/* Logarithm of the expected improvement, for goals whose model values are independent and normal;
 * DMEAN and DSD may both be NULL. */
double scalar_log(const scalar *s, const double *mean, const double *sd, double *dmean,
                  double *dsd);
#endif
