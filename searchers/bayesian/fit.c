/* Marginal likelihood (Rasmussen and Williams, 5.4.1) and leave-one-out (5.4.2). */
#include "fit.h"
#include "lbfgs.h"
#include "linear.h"
#include "waves.h"

#include <math.h>
#include <string.h>

#define LOG_2PI 1.83787706640934548356

/* The length scales' prior is that of Hvarfner, Hellsten, Nardi (ICML 2024), LogNormal(sqrt(2) +
 * log(d) / 2, sqrt(3)), taken as a density of the length itself, whose logarithm then has its mode
 * 3 lower. */
fit_prior fit_prior_of(size_t n_dimensions) {
    const double length = sqrt(2.0) + 0.5 * log((double)n_dimensions) - 3.0;
    return (fit_prior){
        .length = {length, sqrt(3.0), log(0.025), log(1e3)},
        .spread = 0.65,
        .variance = {log(0.5), 1.5, log(1e-4), log(1e2)},
        .noise = {log(1e-5), 2.5, log(1e-6), log(1.0)},
        .linear = {log(0.3), 2.0, log(1e-6), log(1e2)},
        .squares = {log(0.1), 2.0, log(1e-6), log(1e2)},
        .summary = {log(0.1), 2.0, log(1e-6), log(1e3)},
        .waves = {log(0.1), 2.0, log(1e-6), log(1e2)},
        .rough = {log(1e-3), 3.0, log(1e-6), log(1.0)},
        .extra = {log(0.01), 3.0, log(1e-8), log(1e2)},
    };
}

/* ---- memory ---------------------------------------------------------------------------------- */

void fit_close(fit *f) {
    if (f->host == NULL) return;
    double *const all[] = {f->linear, f->squares, f->summary, f->waves, f->columns, f->scaled,
                           f->norms,  f->product, f->row_sum, f->k,     f->slope,   f->weights,
                           f->low,    f->high,    f->inverse, f->work,  f->start};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) f->host->release(f->host, all[i]);
    *f = (fit){.host = NULL};
}

cim_status fit_open(fit *f, const cim_host *host, const gp_space *space, size_t room) {
    const size_t n_theta = gp_n_theta(space), wide = room * (space->n + 1), square = room * room;
    *f = (fit){.host = host, .space = space, .room = room};
    const struct { double **at; size_t count; } all[] = {
        {&f->linear, square}, {&f->squares, square},
        {&f->summary, space->has_summary ? square : 0}, {&f->waves, square},
        {&f->columns, room * WAVES_MOST}, {&f->scaled, wide}, {&f->norms, room},
        {&f->product, wide}, {&f->row_sum, room}, {&f->k, square}, {&f->slope, square},
        {&f->weights, room}, {&f->low, n_theta}, {&f->high, n_theta}, {&f->inverse, n_theta},
        {&f->work, lbfgs_room(n_theta)}, {&f->start, n_theta}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *all[i].at = host->alloc(host, all[i].count + 1, sizeof(double));
        if (*all[i].at == NULL) {
            fit_close(f);
            return CIM_E_MEMORY;
        }
    }
    return CIM_OK;
}

/* ---- what is fitted -------------------------------------------------------------------------- */

static const fit_normal *prior_of(const fit *f, size_t i) {
    const fit_normal *const others[] = {&f->prior.variance, &f->prior.noise, &f->prior.linear,
                                        &f->prior.squares, &f->prior.summary, &f->prior.waves,
                                        &f->prior.rough};
    if (i < f->space->n) return &f->prior.length;
    i -= f->space->n;
    return i < THETA_EXTRA ? others[i] : &f->prior.extra;
}

/* Inner products of one part's columns of the trend, with variance 1. */
enum { PART_LINEAR, PART_SQUARES, PART_SUMMARY };

static double column_of(const gp_space *s, int part, size_t k, double x) {
    const double c = x - s->centre[k];
    if (part == PART_SQUARES)
        return s->is_level[k] || s->is_summary[k] ? 0.0 : sqrt(180.0) * (c * c - 1.0 / 12.0);
    return s->is_summary[k] == (part == PART_SUMMARY) ? c * s->scale[k] : 0.0;
}

static void find_products(fit *f, int part, double *out) {
    const gp_space *s = f->space;
    for (size_t i = 0; i < f->n; i++) {
        const double *x = f->inputs + i * gp_width(s);
        for (size_t k = 0; k < s->n; k++) f->scaled[i * s->n + k] = column_of(s, part, k, x[k]);
    }
    linear_products(f->n, f->n, s->n, 1.0 / (double)s->n_dimensions, f->scaled, f->scaled, 0.0, out,
                    f->n);
}

static void find_wave_products(fit *f) {
    const gp_space *s = f->space;
    memset(f->waves, 0, f->n * f->n * sizeof *f->waves);
    for (size_t k = 0; k < s->n; k++) {
        const uint32_t n = gp_n_waves(s, &f->form, k);
        if (n == 0) continue;
        for (size_t i = 0; i < f->n; i++)
            waves_columns(f->inputs[i * gp_width(s) + k], n, f->columns + i * n);
        linear_products(f->n, f->n, n, 1.0 / (double)s->n_dimensions, f->columns, f->columns, 1.0,
                        f->waves, f->n);
    }
}

void fit_data(fit *f, const fit_prior *prior, const double *inputs, const double *y, size_t n) {
    f->prior = *prior;
    f->inputs = inputs;
    f->y = y;
    f->n = n;
    find_products(f, PART_LINEAR, f->linear);
    find_products(f, PART_SQUARES, f->squares);
    if (f->space->has_summary) find_products(f, PART_SUMMARY, f->summary);
    if (f->form.n_waves > 0) find_wave_products(f);
    for (size_t i = 0; i < gp_n_theta(f->space); i++) {
        f->low[i] = prior_of(f, i)->low;
        f->high[i] = prior_of(f, i)->high;
    }
}

void fit_start(const fit *f, double *theta) {
    for (size_t i = 0; i < gp_n_theta(f->space); i++)
        theta[i] = fmin(fmax(prior_of(f, i)->mean, f->low[i]), f->high[i]);
}

/* ---- the covariance -------------------------------------------------------------------------- */

static int has_summary(const fit *f) {
    return f->form.trend >= TREND_LINEAR && f->space->has_summary;
}

static double extra_product(const fit *f, const double *theta, size_t i, size_t j) {
    const gp_space *s = f->space;
    const double *a = f->inputs + i * gp_width(s) + s->n, *b = f->inputs + j * gp_width(s) + s->n;
    double sum = 0.0;
    for (size_t e = 0; e < s->n_extra; e++) sum += exp(theta[s->n + THETA_EXTRA + e]) * a[e] * b[e];
    return sum;
}

/* The lower triangle of K; s2 times the correlation's slope, and in the upper half s2 times it. */
static void find_covariance(fit *f, const double *theta) {
    const gp_space *s = f->space;
    const double *logs = theta + s->n, variance = exp(logs[THETA_VARIANCE]);
    const double linear = f->form.trend >= TREND_LINEAR ? exp(logs[THETA_LINEAR]) : 0.0;
    const double squares = f->form.trend >= TREND_SQUARES ? exp(logs[THETA_SQUARES]) : 0.0;
    const double summary = has_summary(f) ? exp(logs[THETA_SUMMARY]) : 0.0;
    const double waves = f->form.n_waves > 0 ? exp(logs[THETA_WAVES]) : 0.0;
    const size_t n = f->n;
    for (size_t k = 0; k < s->n; k++) f->inverse[k] = exp(-theta[k]);
    for (size_t i = 0; i < n; i++) {
        f->norms[i] = 0.0;
        for (size_t k = 0; k < s->n; k++) {
            const double z = f->inputs[i * gp_width(s) + k] * f->inverse[k];
            f->scaled[i * s->n + k] = z;
            f->norms[i] += z * z;
        }
    }
    linear_products(n, n, s->n, -2.0, f->scaled, f->scaled, 0.0, f->k, n);
    for (size_t j = 0; j < n; j++) {
        double *column = f->k + j * n, *slope = f->slope + j * n;
        for (size_t i = j; i < n; i++) column[i] += f->norms[i] + f->norms[j];
        column[j] = 0.0;
        kernel_apply(f->form.kernel, column + j, slope + j, n - j);
        const double *a = f->linear + j * n, *b = f->squares + j * n;
        for (size_t i = j; i < n; i++) {
            slope[i] *= variance;
            f->slope[i * n + j] = i > j ? column[i] * variance : slope[i]; /* the other half */
            column[i] =
                column[i] * variance + GP_CONSTANT_VARIANCE + linear * a[i] + squares * b[i];
        }
        for (size_t i = j; waves > 0.0 && i < n; i++) column[i] += waves * f->waves[j * n + i];
        for (size_t i = j; summary > 0.0 && i < n; i++)
            column[i] += summary * f->summary[j * n + i];
        for (size_t i = j; s->n_extra > 0 && i < n; i++) column[i] += extra_product(f, theta, i, j);
        column[j] += gp_noise(s, theta, f->inputs + j * gp_width(s));
    }
}

/* Factors K in place, and K^-1 y. Returns the logarithm of the marginal likelihood. */
static double solve(fit *f) {
    if (!linear_factor(f->n, f->k, f->n)) return -INFINITY;
    memcpy(f->weights, f->y, f->n * sizeof *f->weights);
    linear_forward(f->n, f->k, f->n, f->weights);
    double value = -0.5 * (double)f->n * LOG_2PI;
    for (size_t i = 0; i < f->n; i++)
        value -= 0.5 * f->weights[i] * f->weights[i] + log(f->k[i * f->n + i]);
    linear_backward(f->n, f->k, f->n, f->weights);
    return value;
}

/* ---- value and gradient ---------------------------------------------------------------------- */

typedef struct sums { double all, variance, noise, rough, linear, squares, summary, waves; } sums;

/* K^-1 becomes W = K^-1 y y' K^-1 - K^-1, the slopes W times themselves. Sums W with each part. */
static sums weigh(fit *f, const double *theta) {
    const gp_space *s = f->space;
    const size_t n = f->n;
    sums t = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    memset(f->row_sum, 0, n * sizeof *f->row_sum);
    for (size_t j = 0; j < n; j++) {
        double *w = f->k + j * n, *slope = f->slope + j * n;
        const double *a = f->linear + j * n, *b = f->squares + j * n;
        w[j] = 0.5 * (f->weights[j] * f->weights[j] - w[j]); /* the diagonal, halved: once below */
        t.noise += 2.0 * w[j];
        if (s->has_fidelity) t.rough += 2.0 * w[j] * (1.0 - f->inputs[j * gp_width(s) + s->n - 1]);
        t.variance += 2.0 * w[j] * exp(theta[f->space->n + THETA_VARIANCE]);
        for (size_t i = j; i < n; i++) {
            if (i > j) {
                w[i] = f->weights[i] * f->weights[j] - w[i];
                t.variance += 2.0 * w[i] * f->slope[i * n + j];
                slope[i] *= w[i];
                f->row_sum[i] += slope[i];
                f->row_sum[j] += slope[i];
            }
            t.all += 2.0 * w[i];
            t.linear += 2.0 * w[i] * a[i];
            t.squares += 2.0 * w[i] * b[i];
        }
        for (size_t i = j; f->form.n_waves > 0 && i < n; i++)
            t.waves += 2.0 * w[i] * f->waves[j * n + i];
        for (size_t i = j; has_summary(f) && i < n; i++)
            t.summary += 2.0 * w[i] * f->summary[j * n + i];
        slope[j] = 0.0; /* at no distance: of no consequence */
    }
    return t;
}

/* Adds minus half of sum W dK / d(log length): with H the weighed slopes and z the scaled inputs,
 * the sum is - 2 sum H_ij (z_i - z_j)^2 = - 4 sum z_i (row sum of H z_i - H z). */
static void add_lengths(fit *f, double *gradient) {
    const gp_space *s = f->space;
    linear_symmetric(f->n, s->n, f->slope, f->n, f->scaled, f->product);
    for (size_t i = 0; i < f->n; i++) {
        const double *z = f->scaled + i * s->n, *hz = f->product + i * s->n;
        for (size_t k = 0; k < s->n; k++)
            gradient[k] += 2.0 * z[k] * (f->row_sum[i] * z[k] - hz[k]);
    }
}

static void add_extra(fit *f, const double *theta, double *gradient) {
    const gp_space *s = f->space;
    for (size_t e = 0; e < s->n_extra; e++) {
        double sum = 0.0;
        for (size_t j = 0; j < f->n; j++)
            for (size_t i = j; i < f->n; i++)
                sum += f->k[j * f->n + i] * f->inputs[i * gp_width(s) + s->n + e] *
                       f->inputs[j * gp_width(s) + s->n + e];
        gradient[s->n + THETA_EXTRA + e] -= sum * exp(theta[s->n + THETA_EXTRA + e]);
    }
}

/* The length scales: normal about a common mean that is itself normal; the mean is eliminated. */
static double common_length(const fit *f, const double *theta) {
    const double spread = 1.0 / (f->prior.spread * f->prior.spread);
    const double sd = 1.0 / (f->prior.length.sd * f->prior.length.sd);
    double sum = f->prior.length.mean * sd;
    for (size_t i = 0; i < f->space->n; i++) sum += theta[i] * spread;
    return sum / ((double)f->space->n * spread + sd);
}

static double prior_value(const fit *f, const double *theta, double *gradient) {
    const double common = common_length(f, theta);
    const double away = (common - f->prior.length.mean) / f->prior.length.sd;
    double value = 0.5 * away * away;
    for (size_t i = 0; i < gp_n_theta(f->space); i++) {
        const fit_normal *p = prior_of(f, i);
        const int is_length = i < f->space->n;
        const double mean = is_length ? common : p->mean, sd = is_length ? f->prior.spread : p->sd;
        const double z = (theta[i] - mean) / sd;
        value += 0.5 * z * z;
        gradient[i] += z / sd;
    }
    return value;
}

double fit_value(fit *f, const double *theta, double *gradient) {
    const size_t n = f->space->n;
    memset(gradient, 0, gp_n_theta(f->space) * sizeof *gradient);
    find_covariance(f, theta);
    const double likelihood = solve(f);
    if (!isfinite(likelihood) || !linear_inverse(f->n, f->k, f->n)) return INFINITY;
    const sums t = weigh(f, theta);
    add_lengths(f, gradient);
    gradient[n + THETA_VARIANCE] = -0.5 * t.variance;
    gradient[n + THETA_NOISE] = -0.5 * t.noise * exp(theta[n + THETA_NOISE]);
    gradient[n + THETA_ROUGH] = -0.5 * t.rough * exp(theta[n + THETA_ROUGH]);
    if (f->form.trend >= TREND_LINEAR)
        gradient[n + THETA_LINEAR] = -0.5 * t.linear * exp(theta[n + THETA_LINEAR]);
    if (f->form.trend >= TREND_SQUARES)
        gradient[n + THETA_SQUARES] = -0.5 * t.squares * exp(theta[n + THETA_SQUARES]);
    if (has_summary(f))
        gradient[n + THETA_SUMMARY] = -0.5 * t.summary * exp(theta[n + THETA_SUMMARY]);
    if (f->form.n_waves > 0)
        gradient[n + THETA_WAVES] = -0.5 * t.waves * exp(theta[n + THETA_WAVES]);
    add_extra(f, theta, gradient);
    return prior_value(f, theta, gradient) - likelihood;
}

static double value_of(void *context, const double *theta, double *gradient) {
    return fit_value(context, theta, gradient);
}

double fit_optimise(fit *f, double *theta, int most_calls) {
    const lbfgs_problem p = {.n = gp_n_theta(f->space), .low = f->low, .high = f->high,
                             .most_calls = most_calls, .tolerance = 1e-6, .function = value_of,
                             .context = f};
    for (size_t i = 0; i < p.n; i++) theta[i] = fmin(fmax(theta[i], f->low[i]), f->high[i]);
    return lbfgs_minimise(&p, theta, f->work);
}

double fit_leave_one_out(fit *f, const double *theta, double *z, double *sd) {
    find_covariance(f, theta);
    if (!isfinite(solve(f)) || !linear_inverse(f->n, f->k, f->n)) return -INFINITY;
    double sum = 0.0;
    for (size_t i = 0; i < f->n; i++) {
        const double precision = f->k[i * f->n + i], w = f->weights[i];
        sum += 0.5 * (log(precision) - LOG_2PI - w * w / precision);
        if (z) z[i] = w / sqrt(precision);
        if (sd) sd[i] = 1.0 / sqrt(precision);
    }
    return sum;
}
