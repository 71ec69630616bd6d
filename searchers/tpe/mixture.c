#include "mixture.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

#define END 5.0              /* distance, in widths, where a kernel ends */
#define NEGLIGIBLE 25.0      /* its square */
#define ALL_INSIDE 4.0       /* distance, in widths, from where a kernel's tail is left out */
#define SQRT_HALF 0.70710678118654752440
#define SQRT_2_PI 2.50662827463100050242
#define PRIOR 0.35           /* weight of the kernel over all of the range; a trial has 1 at most */
#define LEVEL_WIDTH 0.5      /* of a kernel, at least, in pieces of a level */
#define NARROWING_FROM 5.0   /* kernels from which on the good ones' least width falls faster */
#define LEAST_OF_OTHERS 0.7  /* least width, next to the usual 1 / n */
enum { NARROWEST = 100, TRIES_INSIDE = 64, LANES = 4 };

/* ---- memory ---------------------------------------------------------------------------------- */

cim_status mixture_init(mixture *x, const cim_host *host, const cim_problem *problem) {
    size_t most = TABLE_MOST;
    for (uint32_t i = 0; i < problem->dimensions.n; i++) {
        const cim_dimension *d = CIM_ROW(cim_dimension, problem->dimensions, i);
        if (d->kind == CIM_CATEGORICAL && d->n_levels > most) most = (size_t)d->n_levels;
    }
    *x = (mixture){.host = host};
    x->table = host->alloc(host, most, sizeof *x->table);
    if (x->table) return CIM_OK;
    return host->fail(host, CIM_E_MEMORY, "no memory for the densities");
}

cim_status mixture_reserve(mixture *x, size_t n) {
    if (n <= x->room) return CIM_OK;
    double *all = x->host->alloc(x->host, 16 * n + LANES, sizeof *all);
    if (!all) return x->host->fail(x->host, CIM_E_MEMORY, "no memory for the densities");
    x->host->release(x->host, x->mean);
    x->room = 2 * n;
    x->mean = all;
    x->width = all + 2 * n;
    x->weight = all + 4 * n;
    x->height = all + 6 * n;
    x->inverse = all + 8 * n;
    x->high = all + 10 * n;
    x->low = all + 12 * n;
    x->terms = all + 14 * n;   /* to a whole number of lanes */
    return CIM_OK;
}

void mixture_free(mixture *x) {
    if (!x->host) return;
    x->host->release(x->host, x->mean);
    x->host->release(x->host, x->table);
    *x = (mixture){0};
}

/* ---- normal distributions -------------------------------------------------------------------- */

static double below(double z) {
    return 0.5 * erfc(-z * SQRT_HALF);
}

double normal_inside(double mean, double width) {
    const double low = mean / width, high = (1.0 - mean) / width;
    return (low > ALL_INSIDE ? 1.0 : below(low)) - (high > ALL_INSIDE ? 0.0 : below(-high));
}

/* The polar method of Marsaglia. */
static double normal(cim_rng *rng) {
    double a, b, s;
    do {
        a = 2.0 * cim_rng_uniform(rng) - 1.0;
        b = 2.0 * cim_rng_uniform(rng) - 1.0;
        s = a * a + b * b;
    } while (s >= 1.0 || s == 0.0);
    return a * sqrt(-2.0 * log(s) / s);
}

double truncated_normal(double mean, double width, cim_rng *rng) {
    for (int i = 0; i < TRIES_INSIDE; i++) {
        const double u = mean + width * normal(rng);
        if (u >= 0.0 && u <= 1.0) return u;
    }
    return cim_rng_uniform(rng);
}

/* fmax() and fmin() are calls, as they mind what is no number. */
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

/* ---- fitting --------------------------------------------------------------------------------- */

static void add_kernel(mixture *x, double mean, double weight) {
    x->mean[x->n] = mean;
    x->weight[x->n++] = weight;
    x->total += weight;
}

/* The prior's kernel takes its place among the others: its neighbours' widths end there. */
static size_t collect(mixture *x, const trials *t, uint32_t i, const uint32_t *order, size_t n,
                      int good) {
    const size_t d = t->problem->dimensions.n;
    size_t prior = SIZE_MAX;
    x->n = 0;
    x->total = 0.0;
    for (size_t k = 0; k < n; k++) {
        if (t->good[order[k]] != good) continue;
        const double mean = t->units[order[k] * d + i];
        if (prior == SIZE_MAX && mean > 0.5) {
            prior = x->n;
            add_kernel(x, 0.5, PRIOR);
        }
        add_kernel(x, mean, t->weight[order[k]]);
    }
    if (prior == SIZE_MAX) {
        prior = x->n;
        add_kernel(x, 0.5, PRIOR);
    }
    return prior;
}

/* Of N kernels. Good trials are few, and 1 / n of the range stays too coarse to close in on what
 * they surround; so theirs falls with n^1.5. */
static double least_width(size_t n, int good) {
    const double count = (double)(n + 1 < NARROWEST ? n + 1 : NARROWEST);
    if (!good) return LEAST_OF_OTHERS / count;
    return fmin(1.0, pow(count / NARROWING_FROM, -0.5)) / count;
}

/* The wider gap of a kernel's two, but LEAST; those at the ends have one gap. */
static void set_widths(mixture *x, size_t prior, double least) {
    for (size_t k = 0; k < x->n; k++) {
        double width = 0.0;
        if (k > 0) width = x->mean[k] - x->mean[k - 1];
        if (k + 1 < x->n) width = larger(width, x->mean[k + 1] - x->mean[k]);
        x->width[k] = k == prior ? 1.0 : smaller(larger(width, least), 1.0);
    }
}

static void set_heights(mixture *x) {
    for (size_t k = 0; k < x->n; k++) {
        x->inverse[k] = 1.0 / x->width[k];
        x->height[k] = x->weight[k] * x->inverse[k] /
                       (SQRT_2_PI * normal_inside(x->mean[k], x->width[k]));
    }
}

/* Most kernels are narrow: those that reach a place are neighbours in the order. Ends are a little
 * further out than where a kernel is left out, so that rounding loses none. */
static void set_reach(mixture *x, size_t prior) {
    const double end = END * (1.0 + 1e-9);
    double high = -INFINITY, low = INFINITY;
    x->prior = prior;
    for (size_t k = 0; k < x->n; k++) {
        if (k != prior) high = larger(high, x->mean[k] + end * x->width[k]);
        x->high[k] = high;
    }
    for (size_t k = x->n; k-- > 0;) {
        if (k != prior) low = smaller(low, x->mean[k] - end * x->width[k]);
        x->low[k] = low;
    }
}

/* Kernels at the same level are mostly alike, so each kind is spread over the levels once. */
static void tabulate(mixture *x, const cim_dimension *d) {
    x->n_table = (size_t)d->n_levels;
    for (size_t level = 0; level < x->n_table; level++) x->table[level] = 0.0;
    for (size_t k = 0; k < x->n;) {
        double share[TABLE_MOST], sum = 0.0, weight = 0.0;
        const double mean = x->mean[k], width = x->width[k];
        for (; k < x->n && x->mean[k] == mean && x->width[k] == width; k++) weight += x->weight[k];
        for (size_t level = 0; level < x->n_table; level++) {
            const double z = (axis_unit(d, (double)level) - mean) / width;
            sum += share[level] = z * z < NEGLIGIBLE ? exp(-0.5 * z * z) : 0.0;
        }
        for (size_t level = 0; sum > 0.0 && level < x->n_table; level++)
            x->table[level] += weight * share[level] / sum;
    }
}

/* Each trial counts for its category, and a little for all. */
static void count_categories(mixture *x, const trials *t, uint32_t i, const uint32_t *order,
                             size_t n, int good, const cim_dimension *d) {
    const size_t dims = t->problem->dimensions.n;
    x->n_table = (size_t)d->n_levels;
    x->total = 0.0;
    for (size_t level = 0; level < x->n_table; level++) x->table[level] = 0.0;
    size_t count = 1;
    for (size_t k = 0; k < n; k++) count += t->good[order[k]] == good;
    const double extra = 1.0 / (double)count, whole = 1.0 + extra * (double)x->n_table;
    double everywhere = PRIOR / (double)x->n_table;
    for (size_t k = 0; k < n; k++) {
        if (t->good[order[k]] != good) continue;
        const double weight = t->weight[order[k]];
        x->table[(size_t)t->units[order[k] * dims + i]] += weight / whole;
        everywhere += weight * extra / whole;
    }
    for (size_t level = 0; level < x->n_table; level++)
        x->total += x->table[level] += everywhere;
}

void mixture_fit(mixture *x, const trials *t, uint32_t i, const uint32_t *order, size_t n,
                 int good) {
    const cim_dimension *d = cim_designs_dimension(t->designs, i);
    const uint32_t kind = axis_kind(d);
    if (kind == AXIS_CATEGORIES) {
        count_categories(x, t, i, order, n, good, d);
        return;
    }
    const size_t prior = collect(x, t, i, order, n, good);
    const double cell = kind == AXIS_LEVELS ? 1.0 / (double)d->n_levels : 0.0;
    set_widths(x, prior, larger(LEVEL_WIDTH * cell, least_width(x->n, good)));
    x->n_table = 0;
    if (kind == AXIS_LEVELS) tabulate(x, d);
    else {
        set_heights(x);
        set_reach(x, prior);
    }
}

/* ---- using ----------------------------------------------------------------------------------- */

double mixture_draw(const mixture *x, cim_rng *rng) {
    const double *weights = x->n_table ? x->table : x->weight;
    const size_t n = x->n_table ? x->n_table : x->n;
    double left = cim_rng_uniform(rng) * x->total;
    size_t k = 0;
    while (k + 1 < n && left >= weights[k]) left -= weights[k++];
    return x->n_table ? (double)k : truncated_normal(x->mean[k], x->width[k], rng);
}

/* The first of FROM..N-1, in ascending order, that is more than AT, or no less. */
static size_t first_above(const double *from, size_t n, double at, int or_equal) {
    size_t first = 0;
    while (n > 0) {
        const size_t half = n / 2, middle = first + half;
        const int is_below = or_equal ? from[middle] < at : from[middle] <= at;
        first = is_below ? middle + 1 : first;
        n = is_below ? n - half - 1 : half;
    }
    return first;
}

/* exp(-Y) for Y of 0..NEGLIGIBLE / 2, within 1e-6: the 32nd power of its 32nd root's series.
 * Without a branch or a call, so that several are reckoned at once. */
static inline double fall(double y) {
    const double t = y * (1.0 / 32.0);
    double e = 1.0 - t * (1.0 - t * (1.0 / 2 - t * (1.0 / 6 - t * (1.0 / 24 - t * (1.0 / 120 -
               t * (1.0 / 720 - t * (1.0 / 5040)))))));
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    return e * e;
}

/* First all terms, each step in a loop without a branch, as compilers reckon several at once then;
 * in as many sums as there are lanes, whatever the machine, so that all add in one order. */
static double heights_at(const mixture *x, size_t first, size_t n, double at) {
    const double most = 0.5 * NEGLIGIBLE, *height = x->height + first;
    double sums[LANES] = {0.0}, *terms = x->terms;
    for (size_t k = 0; k < n; k++) {
        const double z = (at - x->mean[first + k]) * x->inverse[first + k], y = 0.5 * z * z;
        terms[k] = smaller(most, y);
    }
    for (size_t k = 0; k < n; k++) terms[k] = height[k] * fall(terms[k]);
    for (size_t k = n; k % LANES; k++) terms[k] = 0.0;
    for (size_t k = 0; k < n; k += LANES)
        for (size_t lane = 0; lane < LANES; lane++) sums[lane] += terms[k + lane];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double mixture_density(const mixture *x, double at) {
    if (x->n_table) return x->table[(size_t)at] / x->total;
    const size_t first = first_above(x->high, x->n, at, 1), end = first_above(x->low, x->n, at, 0);
    double sum = first < end ? heights_at(x, first, end - first, at) : 0.0;
    if (x->prior < first || x->prior >= end) sum += heights_at(x, x->prior, 1, at);
    return sum / x->total;
}
