/* scalar.h: expected improvement of a weighted Chebyshev distance, exactly but for a quadrature. */
#ifndef BAYESIAN_SCALAR_H
#define BAYESIAN_SCALAR_H

#include <stdint.h>

/* The distance is the largest (y_i - ideal_i) / scale_i; best: the front's smallest. */
typedef struct scalar {
    uint32_t m;
    const double *ideal, *scale;
    double best;
} scalar;

double scalar_distance(const scalar *s, const double *goals);

/* Logarithm of the expected improvement, for independent normal goals; DMEAN and DSD may both be
 * NULL. */
double scalar_log(const scalar *s, const double *mean, const double *sd, double *dmean, double *dsd);
#endif
