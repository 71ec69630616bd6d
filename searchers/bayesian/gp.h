/* gp.h: a Gaussian process with zero mean,
 *
 *     k(x, x') = s2 corr(|(x - x') / l|) + constant + linear t1 b(x).b(x') + squares t2 q(x).q(x')
 *              + summary t3 v(x).v(x') + waves t4 c(x).c(x') + sum_e t_e x_e x_e',
 *
 * noise on the diagonal; b: features centred and scaled, divided by sqrt(number of dimensions); q:
 * the same of their squares, c: of half waves (waves.h). What sums a vector up (encoding.h), v, has
 * a variance of its own instead. The trend is what lets 30 dimensions be learned from 40 points,
 * and waves a valley of many dents whose features do not interact. The last n_extra inputs are
 * trend features only (the opinion of an older study). */
#ifndef GP_H
#define GP_H

#include "encoding.h"
#include "kernel.h"

#include <math.h>

enum { TREND_NONE = 0, TREND_LINEAR = 1, TREND_SQUARES = 2 /* and linear */, N_TRENDS = 3 };

/* n_waves: of each feature, or as many as it can tell apart; 0: no waves. */
typedef struct gp_form { int kernel, trend; uint32_t n_waves; } gp_form;

/* Inputs of a process. */
typedef struct gp_space {
    size_t n, n_extra;         /* features with length scales; trend features behind them */
    size_t n_dimensions;
    const double *centre, *scale;
    const uint8_t *is_level;
    const uint8_t *is_summary; /* a feature that sums a vector up; HAS_SUMMARY: there are some */
    int has_summary;
    const uint32_t *most_waves; /* of each feature */
    int has_fidelity;        /* the last feature: 1 for the full one; more noise below */
} gp_space;

static inline size_t gp_width(const gp_space *s) { return s->n + s->n_extra; }

/* theta: logarithms of the length scales, then these, then the variance of each extra input. Those
 * of trends that a form lacks do not matter. */
enum {
    THETA_VARIANCE = 0, THETA_NOISE, THETA_LINEAR, THETA_SQUARES, THETA_SUMMARY, THETA_WAVES,
    THETA_ROUGH, THETA_EXTRA
};
static inline size_t gp_n_theta(const gp_space *s) { return s->n + THETA_EXTRA + s->n_extra; }

#define GP_CONSTANT_VARIANCE 1.0 /* of the mean, outputs having mean 0 and variance 1 */

static inline uint32_t gp_n_waves(const gp_space *s, const gp_form *f, size_t feature) {
    return f->n_waves < s->most_waves[feature] ? f->n_waves : s->most_waves[feature];
}

/* Columns of the trend: constant, linear, squares, waves, extra. */
size_t gp_n_basis(const gp_space *s, const gp_form *f);

/* Noise of a point: what is measured roughly is known roughly. */
static inline double gp_noise(const gp_space *s, const double *theta, const double *x) {
    const double noise = exp(theta[s->n + THETA_NOISE]);
    return s->has_fidelity ? noise + (1.0 - x[s->n - 1]) * exp(theta[s->n + THETA_ROUGH]) : noise;
}

/* The trend's columns at input X, each times the square root of its variance. */
void gp_basis(const gp_space *s, const gp_form *f, const double *theta, const double *x,
              double *basis);

typedef struct gp {
    const cim_host *host;
    const gp_space *space;
    gp_form form;
    size_t n, n_told, n_basis;  /* points, of which the last n - n_told are believed */
    size_t most, n_more;        /* room to be told and to believe */
    size_t most_basis;          /* columns that basis, trend and work have room for */
    size_t room;                /* of the factor: by n alone, that its bits do not depend on the
                                   past                                                           */
    double *theta, *inverse;  /* inverse: 1 / length scales */
    double *scaled, *norms;   /* inputs over length scales, and their squares summed */
    double *basis;
    double *factor;           /* room x room */
    double *weights;          /* K^-1 y; 0 for what is believed */
    double *trend;            /* sum of basis times weights */
    double *work;             /* gp_work_size(): of one caller at a time */
} gp;

enum { GP_BLOCK = 128 }; /* points predicted at once */

/* Room for N points and N_MORE believed ones. Frees what was there. */
cim_status gp_open(gp *g, const cim_host *host, const gp_space *space, size_t n, size_t n_more);
void gp_close(gp *g);

/* Inputs (rows of gp_width()) and outputs; factors. When rounding makes the covariance indefinite
 * the noise grows tenfold, at most to 1. */
cim_status gp_condition(gp *g, const gp_form *form, const double *theta, const double *inputs,
                        const double *y, size_t n);

/* Means and standard deviations (without noise; SD may be NULL), STRIDE apart. */
void gp_predict(const gp *g, const double *inputs, size_t n, double *mean, double *sd,
                size_t stride);
/* One point; derivatives with respect to all gp_width() inputs. */
void gp_gradient(const gp *g, const double *input, double *mean, double *sd, double *dmean,
                 double *dsd);

/* Takes INPUT as observed at its mean: means stay, deviations shrink. Fails without room. */
cim_status gp_believe(gp *g, const double *input);
static inline void gp_forget(gp *g) { g->n = g->n_told; }

#define GP_LEAST_VARIANCE 1e-12 /* of a prediction: below, rounding */

#endif
