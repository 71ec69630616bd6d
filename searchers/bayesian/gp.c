/* Posterior of a Gaussian process (Rasmussen and Williams, algorithm 2.1). */
#include "gp.h"
#include "linear.h"
#include "waves.h"

#include <math.h>
#include <string.h>

size_t gp_n_basis(const gp_space *s, const gp_form *f) {
    size_t n = 1 + (size_t)f->trend * s->n + s->n_extra;
    for (size_t i = 0; f->n_waves > 0 && i < s->n; i++) n += gp_n_waves(s, f, i);
    return n;
}

void gp_basis(const gp_space *s, const gp_form *f, const double *theta, const double *x,
              double *basis) {
    const double *logs = theta + s->n;
    const double linear = sqrt(exp(logs[THETA_LINEAR]) / (double)s->n_dimensions);
    const double summary = sqrt(exp(logs[THETA_SUMMARY]) / (double)s->n_dimensions);
    const double squares = sqrt(exp(logs[THETA_SQUARES]) / (double)s->n_dimensions);
    *basis++ = sqrt(GP_CONSTANT_VARIANCE);
    if (f->trend >= TREND_LINEAR)
        for (size_t i = 0; i < s->n; i++)
            *basis++ = (s->is_summary[i] ? summary : linear) * (x[i] - s->centre[i]) * s->scale[i];
    if (f->trend >= TREND_SQUARES)
        for (size_t i = 0; i < s->n; i++) { /* of an even spread: mean 1/12, variance 1/180 */
            const double c = x[i] - s->centre[i];
            *basis++ = s->is_level[i] || s->is_summary[i]
                           ? 0.0 : squares * sqrt(180.0) * (c * c - 1.0 / 12.0);
        }
    const double waves = sqrt(exp(logs[THETA_WAVES]) / (double)s->n_dimensions);
    for (size_t i = 0; f->n_waves > 0 && i < s->n; i++) {
        const uint32_t n = gp_n_waves(s, f, i);
        waves_columns(x[i], n, basis);
        for (uint32_t j = 0; j < n; j++) *basis++ *= waves;
    }
    for (size_t i = 0; i < s->n_extra; i++)
        *basis++ = exp(0.5 * logs[THETA_EXTRA + i]) * x[s->n + i];
}

/* ---- memory ---------------------------------------------------------------------------------- */

void gp_close(gp *g) {
    if (g->host == NULL) return;
    double *const all[] = {g->theta,  g->inverse, g->scaled, g->norms, g->basis,
                           g->factor, g->weights, g->trend,  g->work};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) g->host->release(g->host, all[i]);
    *g = (gp){.host = NULL};
}

static double *numbers(const cim_host *host, size_t count) {
    return host->alloc(host, count > 0 ? count : 1, sizeof(double));
}

/* Makes what depends on the number of the trend's columns. */
static cim_status make_basis(gp *g, size_t n_basis) {
    const size_t room = g->most + g->n_more;
    g->host->release(g->host, g->basis);
    g->host->release(g->host, g->trend);
    g->host->release(g->host, g->work);
    g->basis = numbers(g->host, room * n_basis);
    g->trend = numbers(g->host, n_basis);
    g->work = numbers(g->host, GP_BLOCK * (room + g->space->n + n_basis + 2) + 4 * room);
    g->most_basis = g->basis && g->trend && g->work ? n_basis : 0; /* 0: try again */
    return g->most_basis > 0 ? CIM_OK : CIM_E_MEMORY;
}

cim_status gp_open(gp *g, const cim_host *host, const gp_space *space, size_t n, size_t n_more) {
    gp_close(g);
    const size_t room = n + n_more;
    *g = (gp){.host = host, .space = space, .most = n, .n_more = n_more, .room = room};
    g->theta = numbers(host, gp_n_theta(space));
    g->inverse = numbers(host, space->n);
    g->scaled = numbers(host, room * space->n);
    g->norms = numbers(host, room);
    g->factor = numbers(host, room * room);
    g->weights = numbers(host, room);
    const cim_status status = make_basis(g, 1 + 2 * space->n + space->n_extra);
    if (status == CIM_OK && g->theta && g->inverse && g->scaled && g->norms && g->factor &&
        g->weights)
        return CIM_OK;
    gp_close(g);
    return CIM_E_MEMORY;
}

/* ---- conditioning ---------------------------------------------------------------------------- */

static double scale_point(const gp *g, const double *input, double *scaled) {
    double norm = 0.0;
    for (size_t i = 0; i < g->space->n; i++) {
        scaled[i] = input[i] * g->inverse[i];
        norm += scaled[i] * scaled[i];
    }
    return norm;
}

static double variance_of(const gp *g) { return exp(g->theta[g->space->n + THETA_VARIANCE]); }

/* K between the N points and Q others, columns of n, without noise. */
static void covariance(const gp *g, size_t q, const double *scaled, const double *norms,
                       const double *basis, double *k, size_t room, double *slope) {
    const double variance = variance_of(g);
    linear_products(g->n, q, g->space->n, -2.0, g->scaled, scaled, 0.0, k, room);
    for (size_t j = 0; j < q; j++) {
        double *column = k + j * room;
        for (size_t i = 0; i < g->n; i++) column[i] += g->norms[i] + norms[j];
        kernel_apply(g->form.kernel, column, slope, g->n);
        for (size_t i = 0; i < g->n; i++) column[i] *= variance;
    }
    linear_products(g->n, q, g->n_basis, 1.0, g->basis, basis, 1.0, k, room);
}

static int factor(gp *g, const double *inputs) {
    covariance(g, g->n, g->scaled, g->norms, g->basis, g->factor, g->room, NULL);
    for (size_t i = 0; i < g->n; i++) {
        double trend = 0.0; /* the diagonal without the rounding of distances */
        const double *b = g->basis + i * g->n_basis;
        for (size_t k = 0; k < g->n_basis; k++) trend += b[k] * b[k];
        g->factor[i * g->room + i] =
            variance_of(g) + trend + gp_noise(g->space, g->theta, inputs + i * gp_width(g->space));
    }
    return linear_factor(g->n, g->factor, g->room);
}

cim_status gp_condition(gp *g, const gp_form *form, const double *theta, const double *inputs,
                        const double *y, size_t n) {
    const gp_space *s = g->space;
    if (n > g->most) return CIM_E_ARGUMENT;
    g->room = n + g->n_more;
    g->form = *form;
    g->n = g->n_told = n;
    g->n_basis = gp_n_basis(s, form);
    if (g->n_basis > g->most_basis && make_basis(g, g->n_basis) != CIM_OK) return CIM_E_MEMORY;
    memcpy(g->theta, theta, gp_n_theta(s) * sizeof *theta);
    for (size_t i = 0; i < s->n; i++) g->inverse[i] = exp(-theta[i]);
    for (size_t i = 0; i < n; i++) {
        const double *x = inputs + i * gp_width(s);
        g->norms[i] = scale_point(g, x, g->scaled + i * s->n);
        gp_basis(s, form, theta, x, g->basis + i * g->n_basis);
    }
    while (!factor(g, inputs)) {
        double *noise = &g->theta[s->n + THETA_NOISE];
        if (!(*noise < 0.0))
            return g->host->fail(g->host, CIM_E_ARGUMENT,
                                 "a covariance matrix is not positive definite");
        *noise += log(10.0);
    }
    memset(g->weights, 0, g->room * sizeof *g->weights);
    memcpy(g->weights, y, n * sizeof *y);
    linear_forward(n, g->factor, g->room, g->weights);
    linear_backward(n, g->factor, g->room, g->weights);
    linear_combined(n, g->n_basis, g->basis, g->weights, g->trend);
    return CIM_OK;
}

/* ---- prediction ------------------------------------------------------------------------------ */

/* A block: prepares scaled inputs, norms, basis, prior variances; then K. Of g->work. */
typedef struct block { double *k, *scaled, *norms, *prior, *basis; } block;

static block block_of(const gp *g) {
    const size_t n = g->space->n;
    block b = {.k = g->work};
    b.scaled = b.k + GP_BLOCK * g->room;
    b.norms = b.scaled + GP_BLOCK * n;
    b.prior = b.norms + GP_BLOCK;
    b.basis = b.prior + GP_BLOCK;
    return b;
}

static void prepare(const gp *g, const block *b, const double *inputs, size_t q) {
    for (size_t j = 0; j < q; j++) {
        const double *x = inputs + j * gp_width(g->space);
        double *basis = b->basis + j * g->n_basis;
        b->norms[j] = scale_point(g, x, b->scaled + j * g->space->n);
        gp_basis(g->space, &g->form, g->theta, x, basis);
        b->prior[j] = variance_of(g);
        for (size_t k = 0; k < g->n_basis; k++) b->prior[j] += basis[k] * basis[k];
    }
}

static double deviation(double variance) {
    return sqrt(variance > GP_LEAST_VARIANCE ? variance : GP_LEAST_VARIANCE);
}

static void predict_block(const gp *g, const double *inputs, size_t q, double *mean, double *sd,
                          size_t stride) {
    const block b = block_of(g);
    prepare(g, &b, inputs, q);
    covariance(g, q, b.scaled, b.norms, b.basis, b.k, g->n, NULL);
    linear_transposed(g->n, q, b.k, g->n, g->weights, b.norms);
    for (size_t j = 0; j < q; j++) mean[j * stride] = b.norms[j];
    if (sd == NULL) return;
    linear_forward_many(g->n, g->factor, g->room, b.k, q);
    for (size_t j = 0; j < q; j++) {
        const double *column = b.k + j * g->n;
        double known = 0.0;
        for (size_t i = 0; i < g->n; i++) known += column[i] * column[i];
        sd[j * stride] = deviation(b.prior[j] - known);
    }
}

void gp_predict(const gp *g, const double *inputs, size_t n, double *mean, double *sd,
                size_t stride) {
    for (size_t at = 0; at < n; at += GP_BLOCK) {
        const size_t q = n - at < GP_BLOCK ? n - at : GP_BLOCK;
        predict_block(g, inputs + at * gp_width(g->space), q, mean + at * stride,
                      sd ? sd + at * stride : NULL, stride);
    }
}

/* Adds scale times the derivatives of basis(x) . pull to OUT. */
static void pull_basis(const gp *g, const double *x, const double *pull, double times,
                       double *out) {
    const gp_space *s = g->space;
    const double *logs = g->theta + s->n, d = (double)s->n_dimensions;
    const double linear = times * sqrt(exp(logs[THETA_LINEAR]) / d);
    const double summary = times * sqrt(exp(logs[THETA_SUMMARY]) / d);
    const double squares = times * sqrt(180.0 * exp(logs[THETA_SQUARES]) / d);
    pull++; /* the constant */
    if (g->form.trend >= TREND_LINEAR)
        for (size_t i = 0; i < s->n; i++)
            out[i] += (s->is_summary[i] ? summary : linear) * s->scale[i] * *pull++;
    if (g->form.trend >= TREND_SQUARES)
        for (size_t i = 0; i < s->n; i++, pull++)
            if (!s->is_level[i] && !s->is_summary[i])
                out[i] += squares * 2.0 * (x[i] - s->centre[i]) * *pull;
    const double waves = times * sqrt(exp(logs[THETA_WAVES]) / d);
    for (size_t i = 0; g->form.n_waves > 0 && i < s->n; i++) {
        const uint32_t n = gp_n_waves(s, &g->form, i);
        out[i] += waves * waves_slope(x[i], n, pull);
        pull += n;
    }
    for (size_t i = 0; i < s->n_extra; i++)
        out[s->n + i] += times * exp(0.5 * logs[THETA_EXTRA + i]) * *pull++;
}

void gp_gradient(const gp *g, const double *input, double *mean, double *sd, double *dmean,
                 double *dsd) {
    const gp_space *s = g->space;
    const block b = block_of(g);
    double *slope = b.basis + GP_BLOCK * g->n_basis, *solved = slope + g->room;
    prepare(g, &b, input, 1);
    covariance(g, 1, b.scaled, b.norms, b.basis, b.k, g->n, slope);
    memcpy(solved, b.k, g->n * sizeof *solved);
    linear_forward(g->n, g->factor, g->room, solved);
    double known = 0.0, value = 0.0;
    for (size_t i = 0; i < g->n; i++) known += solved[i] * solved[i];
    for (size_t i = 0; i < g->n; i++) value += b.k[i] * g->weights[i];
    linear_backward(g->n, g->factor, g->room, solved);
    const double variance = b.prior[0] - known;
    const int is_flat = !(variance > GP_LEAST_VARIANCE);
    *mean = value;
    *sd = deviation(variance);
    memset(dmean, 0, gp_width(s) * sizeof *dmean);
    memset(dsd, 0, gp_width(s) * sizeof *dsd);
    const double twice = 2.0 * variance_of(g);
    for (size_t i = 0; i < g->n; i++) {
        const double *z = g->scaled + i * s->n;
        const double at_mean = twice * slope[i] * g->weights[i],
                     at_sd = twice * slope[i] * solved[i];
        for (size_t f = 0; f < s->n; f++) {
            const double away = b.scaled[f] - z[f];
            dmean[f] += at_mean * away;
            dsd[f] += at_sd * away;
        }
    }
    for (size_t f = 0; f < s->n; f++) {
        dmean[f] *= g->inverse[f];
        dsd[f] *= -g->inverse[f] / *sd; /* d(variance) = - 2 k' K^-1 dk */
    }
    pull_basis(g, input, g->trend, 1.0, dmean);
    double *residual = b.basis + g->n_basis; /* of the point's own basis: b - B' K^-1 k */
    linear_combined(g->n, g->n_basis, g->basis, solved, residual);
    for (size_t k = 0; k < g->n_basis; k++) residual[k] = b.basis[k] - residual[k];
    pull_basis(g, input, residual, 1.0 / *sd, dsd);
    if (is_flat) memset(dsd, 0, gp_width(s) * sizeof *dsd);
}

/* ---- belief ---------------------------------------------------------------------------------- */

cim_status gp_believe(gp *g, const double *input) {
    if (g->n >= g->room)
        return g->host->fail(g->host, CIM_E_ARGUMENT, "no room for another believed point");
    const block b = block_of(g);
    const size_t n = g->n;
    prepare(g, &b, input, 1);
    covariance(g, 1, b.scaled, b.norms, b.basis, b.k, n > 0 ? n : 1, NULL);
    linear_forward(n, g->factor, g->room, b.k);
    double left = b.prior[0] + gp_noise(g->space, g->theta, input);
    for (size_t i = 0; i < n; i++) {
        left -= b.k[i] * b.k[i];
        g->factor[i * g->room + n] = b.k[i];
    }
    g->factor[n * g->room + n] = sqrt(left > 1e-12 ? left : 1e-12);
    memcpy(g->scaled + n * g->space->n, b.scaled, g->space->n * sizeof *b.scaled);
    memcpy(g->basis + n * g->n_basis, b.basis, g->n_basis * sizeof *b.basis);
    g->norms[n] = b.norms[0];
    g->weights[n] = 0.0;
    g->n++;
    return CIM_OK;
}
