/* Transforms of outputs. */
#include "transform.h"

#include <math.h>
#include <stdlib.h>

#define HUGE_OUTPUT 1e150 /* squares of what is smaller do not overflow */

static double held(double y) { return fmin(fmax(y, -HUGE_OUTPUT), HUGE_OUTPUT); }

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sort_into(double *work, const double *y, size_t n) {
    for (size_t i = 0; i < n; i++) work[i] = held(y[i]);
    qsort(work, n, sizeof *work, by_value);
}

/* ---- one output ------------------------------------------------------------------------------ */

/* Yeo and Johnson: Box and Cox's power for 1 + z above 0, of power 2 - p for 1 - z below. */
static double bend(double z, double p) {
    const double side = z < 0.0 ? 2.0 - p : p, x = log1p(fabs(z));
    const double y = fabs(side) > 1e-9 ? expm1(side * x) / side : x;
    return z < 0.0 ? -y : y;
}

/* No share is farther from 0 and 1 than is told apart: accuracies of some hundred images, say. */
#define LEAST_SHARE 0.01

static double odds_share(const transform *t, double y) {
    const double x = fmin(fmax(y - t->centre, 0.0), 1.0);
    return (x + LEAST_SHARE) / (1.0 + 2.0 * LEAST_SHARE);
}

static double log_odds(double u) { return log(u / (1.0 - u)); }

static double raw_value(const transform *t, double y) {
    const double z = (held(y) - t->centre) / t->spread;
    switch (t->kind) {
    case TRANSFORM_LOG: return log(y > 0.0 ? held(y) : 1e-300);
    case TRANSFORM_POWER: return bend(z, t->power);
    case TRANSFORM_LEVEL: return z < 0.0 ? -log1p(-z) : log1p(z);
    case TRANSFORM_SHARE: return log_odds(odds_share(t, y));
    default: return z;
    }
}

double transform_value(const transform *t, double y) { return (raw_value(t, y) - t->mean) / t->sd; }

static double unbend(double y, double p) {
    const double side = y < 0.0 ? 2.0 - p : p, x = fabs(y);
    if (fabs(side) < 1e-9) return y < 0.0 ? -expm1(x) : expm1(x);
    const double inside = side * x > -1.0 ? log1p(side * x) / side : 700.0; /* beyond its range */
    return y < 0.0 ? -expm1(fmin(inside, 700.0)) : expm1(fmin(inside, 700.0));
}

double transform_inverse(const transform *t, double value) {
    const double y = value * t->sd + t->mean;
    switch (t->kind) {
    case TRANSFORM_LOG: return held(exp(fmin(y, 700.0)));
    case TRANSFORM_POWER: return held(t->centre + t->spread * unbend(y, t->power));
    case TRANSFORM_LEVEL:
        return held(t->spread * (y < 0.0 ? -expm1(fmin(-y, 700.0)) : expm1(fmin(y, 700.0))));
    case TRANSFORM_SHARE:
        return t->centre - LEAST_SHARE + (1.0 + 2.0 * LEAST_SHARE) / (1.0 + exp(-y));
    default: return held(t->centre + t->spread * y);
    }
}

double transform_log_slope(const transform *t, double y) {
    const double z = (held(y) - t->centre) / t->spread, x = log1p(fabs(z));
    const double before = -log(t->spread) - log(t->sd), u = odds_share(t, y);
    switch (t->kind) {
    case TRANSFORM_LOG: return -log(y > 0.0 ? y : 1e-300) - log(t->sd);
    case TRANSFORM_POWER: return before + (z < 0.0 ? 1.0 - t->power : t->power - 1.0) * x;
    case TRANSFORM_LEVEL: return before - x;
    case TRANSFORM_SHARE: return before - log((1.0 + 2.0 * LEAST_SHARE) * u * (1.0 - u));
    default: return before;
    }
}

/* ---- from the outputs ------------------------------------------------------------------------ */

static double median(const double *sorted, size_t n) {
    return n == 0 ? 0.0 : 0.5 * sorted[(n - 1) / 2] + 0.5 * sorted[n / 2];
}

static double quartile_spread(const double *sorted, size_t n) {
    return n == 0 ? 0.0 : (sorted[(3 * (n - 1) + 2) / 4] - sorted[(n - 1 + 2) / 4]) / 1.349;
}

static void standardise(transform *t, const double *y, size_t n) {
    double sum = 0.0, squares = 0.0;
    t->mean = 0.0;
    t->sd = 1.0;
    for (size_t i = 0; i < n; i++) sum += raw_value(t, y[i]) / (double)n;
    for (size_t i = 0; i < n; i++) {
        const double away = raw_value(t, y[i]) - sum;
        squares += away * away / (double)n;
    }
    t->mean = sum;
    if (squares > 1e-24 * sum * sum && squares > 0.0 && isfinite(squares)) t->sd = sqrt(squares);
}

/* Logarithm of the likelihood of power P, the bent outputs being normal. */
static double power_likelihood(transform *t, double p, const double *y, size_t n) {
    t->power = p;
    standardise(t, y, n);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += transform_log_slope(t, y[i]);
    return sum;
}

/* The likeliest power in 0 .. 2, by golden section. */
static void find_power(transform *t, const double *y, size_t n) {
    const double golden = 0.61803398874989484820;
    double low = 0.0, high = 2.0, a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = power_likelihood(t, a, y, n), at_b = power_likelihood(t, b, y, n);
    for (int i = 0; i < 20; i++) {
        if (at_a >= at_b) {
            high = b, b = a, at_b = at_a;
            a = high - golden * (high - low);
            at_a = power_likelihood(t, a, y, n);
        } else {
            low = a, a = b, at_a = at_b;
            b = low + golden * (high - low);
            at_b = power_likelihood(t, b, y, n);
        }
    }
    t->power = 0.5 * (low + high);
}

transform transform_of(int kind, const double *y, size_t n, double *work) {
    transform t = {
        .kind = kind, .power = 1.0, .centre = 0.0, .spread = 1.0, .mean = 0.0, .sd = 1.0};
    if (n == 0) return t;
    sort_into(work, y, n);
    const double width = work[n - 1] - work[0];
    double spread = quartile_spread(work, n);
    if (!(spread > 1e-9 * width)) spread = width; /* most are equal */
    if (kind == TRANSFORM_NONE || kind == TRANSFORM_POWER) t.centre = median(work, n);
    if (kind == TRANSFORM_LEVEL) {
        for (size_t i = 0; i < n; i++) work[i] = fabs(work[i]);
        qsort(work, n, sizeof *work, by_value);
        spread = median(work, n) > 0.0 ? median(work, n) : width;
    }
    if (kind == TRANSFORM_SHARE) t.centre = work[0] < 0.0 ? -1.0 : 0.0;
    else if (spread > 0.0) t.spread = spread;
    if (kind == TRANSFORM_POWER) find_power(&t, y, n);
    standardise(&t, y, n);
    return t;
}

static int are_shares(const double *sorted, size_t n) {
    const double low = n > 0 && sorted[0] < 0.0 ? -1.0 : 0.0;
    return n == 0 || (sorted[0] >= low && sorted[n - 1] <= low + 1.0);
}

/* Logarithms are for outputs of many magnitudes, not for those that are 0 but for rounding (a
 * product of cosines): there most of their range are gaps. */
int transform_holds(int kind, const double *y, size_t n, double *work) {
    const double wide = 9.2, most_of = 0.4; /* ln(1e4); share of the range */
    if (kind != TRANSFORM_LOG && kind != TRANSFORM_SHARE) return 1;
    sort_into(work, y, n);
    if (kind == TRANSFORM_SHARE) return are_shares(work, n);
    if (n > 0 && !(work[0] > 0.0)) return 0;
    double gaps = 0.0;
    for (size_t i = 1; i < n; i++) {
        const double step = log(work[i] / work[i - 1]);
        if (step > wide) gaps += step;
    }
    return n == 0 || !(gaps > 0.0 && gaps > most_of * log(work[n - 1] / work[0]));
}

/* Skewness of what is bent less: beyond +-1 a bend may pay. Shares: always. */
int transform_is_promising(int kind, const double *y, size_t n, double *work) {
    if (n < 8 || kind == TRANSFORM_NONE) return kind == TRANSFORM_NONE;
    if (!transform_holds(kind, y, n, work)) return 0;
    if (kind == TRANSFORM_SHARE) return 1;
    sort_into(work, y, n);
    if (kind == TRANSFORM_LOG) return work[n - 1] > 4.0 * work[0];
    const transform t = transform_of(TRANSFORM_NONE, y, n, work);
    double third = 0.0;
    for (size_t i = 0; i < n; i++) third += pow(transform_value(&t, y[i]), 3.0) / (double)n;
    return fabs(third) > 1.0;
}
