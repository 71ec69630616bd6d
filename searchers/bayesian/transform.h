/* transform.h: an output on the scale that a Gaussian process models: monotone, mean 0, variance
 * 1. */
#ifndef TRANSFORM_H
#define TRANSFORM_H

#include <stddef.h>

enum {
    TRANSFORM_NONE = 0,
    TRANSFORM_LOG = 1,     /* all above 0 */
    TRANSFORM_POWER = 2,   /* Yeo and Johnson (2000), about the median */
    TRANSFORM_LEVEL = 3,   /* keeps 0 apart: sign(y) log(1 + |y| / spread) */
    TRANSFORM_SHARE = 4,   /* log odds of shares: all in 0 .. 1 or, of what is maximised, -1 .. 0 */
    N_TRANSFORMS = 5
};

typedef struct transform {
    int kind;
    double power, centre, spread;  /* before: (y - centre) / spread */
    double mean, sd;               /* after */
} transform;

/* May KIND be used for the N outputs Y? Is it worth trying, their spread being what it is? WORK: n
 * numbers. */
int transform_holds(int kind, const double *y, size_t n, double *work);
int transform_is_promising(int kind, const double *y, size_t n, double *work);

/* Its constants from the outputs. */
transform transform_of(int kind, const double *y, size_t n, double *work);

double transform_value(const transform *t, double y);
double transform_inverse(const transform *t, double value);
/* Logarithm of the derivative: turns a density of transformed outputs into one of outputs. */
double transform_log_slope(const transform *t, double y);

#endif
