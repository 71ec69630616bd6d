/* fit.h: hyper-parameters of a Gaussian process at their most probable (maximum a posteriori), with
 * analytic gradients, and its leave-one-out predictions. */
#ifndef FIT_H
#define FIT_H

#include "gp.h"

/* Normal in the logarithm of each hyper-parameter, and hard bounds. */
typedef struct fit_normal { double mean, sd, low, high; } fit_normal;
typedef struct fit_prior {
    double spread;    /* of the logarithms of one process's length scales about their mean */
    fit_normal length, variance, noise, linear, squares, summary, waves, rough, extra;
} fit_prior;

/* Of outputs with mean 0 and variance 1 and features in [0, 1]. */
fit_prior fit_prior_of(size_t n_dimensions);

typedef struct fit {
    const cim_host *host;
    const gp_space *space;
    gp_form form;
    fit_prior prior;
    size_t n, room;
    const double *inputs, *y;       /* the caller's */
    double *linear, *squares, *summary, *waves; /* inner products of the trends' columns, n x n */
    double *columns;                /* n x WAVES_MOST: of one feature */
    double *scaled, *norms, *product, *row_sum;
    double *k, *slope, *weights;
    double *low, *high, *inverse, *work, *start; /* start: the caller's */
} fit;

cim_status fit_open(fit *f, const cim_host *host, const gp_space *space, size_t room);
void fit_close(fit *f);

/* What is fitted from now on; N <= room. */
void fit_data(fit *f, const fit_prior *prior, const double *inputs, const double *y, size_t n);

/* Minus the logarithm of marginal likelihood times prior, with its gradient; INFINITY where the
 * covariance is not positive definite. */
double fit_value(fit *f, const double *theta, double *gradient);

void fit_start(const fit *f, double *theta);  /* the prior's mode, inside the bounds */
double fit_optimise(fit *f, double *theta, int most_calls);  /* the value reached */

/* Logarithm of the density of each output given all others, summed. Z, if not NULL: by how many
 * standard deviations each is above what it is expected to be, and SD these. */
double fit_leave_one_out(fit *f, const double *theta, double *z, double *sd);

#endif
