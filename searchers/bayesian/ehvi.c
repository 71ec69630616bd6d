/* A box [l, u] of the region that is not dominated is dominated anew, on average, by
 *
 *     prod_i (psi_i(u_i) - psi_i(l_i)),   psi_i(a) = E[(a - Y_i)+]
 *
 * (M. Emmerich, K. Yang, A. Deutz, "Infill criteria for multiobjective Bayesian optimization",
 * 2020; K. Yang et al., J. Glob. Optim. 75, 3-34 (2019)). Y_i = g(N_i) is a bent normal variable;
 * with g linear between knots t_0 < t_1 < .. , of slopes g_k,
 *
 *     psi(t_k) = sum_j<=k g_j (h(t_j) - h(t_j-1)),   h(t) = E[(t - N)+] = sd (z cdf(z) + pdf(z)),
 *     z = (t - mean) / sd.
 *
 * So volumes are the user's whatever the model's scale, and where the two are the same, exact. psi
 * is computed once for each knot, so that a box costs m differences and products; in units of h at
 * the reference, so that nothing underflows near the front. Far from it the same sum goes through
 * logarithms. */
#include "ehvi.h"
#include "normal.h"

#include <string.h>

/* Columns of the table: psi in units of h at the reference, and the same sums of cdf and of pdf; h
 * itself and psi in logarithms. */
enum { PSI, CDF, PDF, LOG_GAIN, LOG_PSI, N_COLUMNS };
enum { BENDS = 16, MOST_GOALS = 32 };
#define LEAST 1e-280
#define REACH 3.0 /* standard deviations of all trials below the best, as far as the bend matters */

cim_status ehvi_open(ehvi *e, const cim_host *host, const boxes *b) {
    const size_t m = b->m, room = b->most_points + 2u + BENDS;
    *e = (ehvi){.host = host, .boxes = b, .room = (uint32_t)room};
    e->n_knots = host->alloc(host, m * (room + 1), sizeof *e->n_knots);
    e->knots = host->alloc(host, m * room * (2 + N_COLUMNS) + b->most, sizeof *e->knots);
    if (e->n_knots == NULL || e->knots == NULL) {
        ehvi_close(e);
        return host->fail(host, CIM_E_MEMORY, "no memory for the expected improvement");
    }
    e->place = e->n_knots + m;
    e->slopes = e->knots + m * room;
    e->table = e->slopes + m * room;
    e->terms = e->table + m * room * N_COLUMNS;
    return CIM_OK;
}

void ehvi_close(ehvi *e) {
    if (!e->host) return;
    e->host->release(e->host, e->n_knots);
    e->host->release(e->host, e->knots);
    *e = (ehvi){0};
}

/* ---- knots ----------------------------------------------------------------------------------- */

/* The coordinates 1 .. n + 1 of a goal and MORE other values, merged. */
static void merge(ehvi *e, uint32_t i, const double *values, uint32_t n, const double *more,
                  uint32_t n_more) {
    double *knots = e->knots + (size_t)i * e->room;
    uint32_t *place = e->place + (size_t)i * e->room, at = 1, next = 0;
    knots[0] = -INFINITY;
    place[0] = 0;
    for (uint32_t k = 1; k <= n + 1; k++) {
        while (next < n_more && more[next] < values[k]) knots[at++] = more[next++];
        place[k] = at;
        knots[at++] = values[k];
    }
    e->n_knots[i] = at;
}

void ehvi_prepare(ehvi *e, const metric *c) {
    const boxes *b = e->boxes;
    const uint32_t n = b->n_points;
    double *values = e->table; /* free until the first value is wanted */
    for (uint32_t i = 0; i < b->m; i++) {
        const double *raw = boxes_coordinates(b, i);
        double more[BENDS], most = 0.0;
        for (uint32_t k = 1; k <= n + 1; k++) values[k] = metric_value(c, i, raw[k]);
        const double first = values[1] - REACH, width = values[n + 1] - first;
        for (uint32_t k = 0; k < BENDS; k++) more[k] = first + width * k / BENDS;
        merge(e, i, values, n, more, c->value ? BENDS : 0);
        const double *knots = e->knots + (size_t)i * e->room;
        double *slopes = e->slopes + (size_t)i * e->room;
        for (uint32_t k = 2; k < e->n_knots[i]; k++) {
            const double rise = metric_raw(c, i, knots[k]) - metric_raw(c, i, knots[k - 1]);
            const double run = knots[k] - knots[k - 1];
            slopes[k] = run > 0.0 && rise > 0.0 ? rise / run : 0.0;
            most = fmax(most, slopes[k]);
        }
        if (!(most > 0.0) || !isfinite(most)) most = 0.0;
        for (uint32_t k = 2; k < e->n_knots[i]; k++)
            slopes[k] = most > 0.0 ? slopes[k] / most : 1.0;
        slopes[1] = c->value && e->n_knots[i] > 2 ? slopes[2] : 1.0;
        if (!c->value)
            for (uint32_t k = 1; k < e->n_knots[i]; k++) slopes[k] = 1.0;
    }
}

/* ---- tables ---------------------------------------------------------------------------------- */

static double *row(const ehvi *e, uint32_t goal, uint32_t knot) {
    return e->table + ((size_t)goal * e->room + knot) * (size_t)N_COLUMNS;
}

/* Of a coordinate of the boxes. */
static const double *row_at(const ehvi *e, uint32_t goal, uint32_t coordinate) {
    return row(e, goal, e->place[(size_t)goal * e->room + coordinate]);
}

/* Fills psi, cdf and pdf of goal I; returns the logarithm of the unit of psi. */
static double fill(ehvi *e, uint32_t i, double mean, double sd) {
    const double *knots = e->knots + (size_t)i * e->room, *slopes = e->slopes + (size_t)i * e->room;
    const uint32_t last = e->n_knots[i] - 1;
    const double unit = log(sd) + normal_log_gain((knots[last] - mean) / sd);
    const double scale = unit > -600.0 ? sd * exp(-unit) : 0.0;
    double psi_before = 0.0, cdf_before = 0.0, pdf_before = 0.0;
    memset(row(e, i, 0), 0, 3 * sizeof(double));
    for (uint32_t k = 1; k <= last; k++) {
        const double *before = row(e, i, k - 1);
        double *r = row(e, i, k);
        const double z = (knots[k] - mean) / sd, cdf = normal_cdf(z), pdf = normal_pdf(z);
        const double psi = z < -5.0 ? exp(log(sd) + normal_log_gain(z) - unit)
                                    : (z * cdf + pdf) * scale;
        r[PSI] = before[PSI] + slopes[k] * (psi - psi_before);
        r[CDF] = before[CDF] + slopes[k] * (cdf - cdf_before);
        r[PDF] = before[PDF] + slopes[k] * (pdf - pdf_before);
        psi_before = psi;
        cdf_before = cdf;
        pdf_before = pdf;
    }
    return unit;
}

/* log(exp(a) - exp(b)), a >= b */
static double log_difference(double a, double b) {
    if (b == -INFINITY) return a;
    const double d = b - a;
    if (d >= 0.0) return -INFINITY;
    return a + (d > -0.69 ? log(-expm1(d)) : log1p(-exp(d)));
}

static double log_sum(double a, double b) {
    if (a < b) return log_sum(b, a);
    return b == -INFINITY ? a : a + log1p(exp(b - a));
}

static void fill_logs(ehvi *e, uint32_t i, double mean, double sd) {
    const double *knots = e->knots + (size_t)i * e->room, *slopes = e->slopes + (size_t)i * e->room;
    row(e, i, 0)[LOG_GAIN] = row(e, i, 0)[LOG_PSI] = -INFINITY;
    for (uint32_t k = 1; k < e->n_knots[i]; k++) {
        const double *before = row(e, i, k - 1);
        double *r = row(e, i, k);
        r[LOG_GAIN] = log(sd) + normal_log_gain((knots[k] - mean) / sd);
        r[LOG_PSI] = before[LOG_PSI];
        if (slopes[k] > 0.0)
            r[LOG_PSI] = log_sum(before[LOG_PSI],
                                 log(slopes[k]) + log_difference(r[LOG_GAIN], before[LOG_GAIN]));
    }
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Sum over the boxes of products of psi's differences. */
static double sum_of_boxes(const ehvi *e) {
    const boxes *b = e->boxes;
    double sum = 0.0;
    for (uint32_t k = 0; k < b->n; k++) {
        const uint32_t *l = b->lower + (size_t)k * b->m, *u = b->upper + (size_t)k * b->m;
        double product = 1.0;
        for (uint32_t i = 0; i < b->m; i++)
            product *= row_at(e, i, u[i])[PSI] - row_at(e, i, l[i])[PSI];
        sum += product;
    }
    return sum;
}

/* Adds the derivatives of the boxes' sum, with psi in its units, and divides by the sum. */
static void add_gradient(const ehvi *e, double sum, const double *unit, double *dmean,
                         double *dsd) {
    const boxes *b = e->boxes;
    for (uint32_t k = 0; k < b->n; k++) {
        const uint32_t *l = b->lower + (size_t)k * b->m, *u = b->upper + (size_t)k * b->m;
        for (uint32_t i = 0; i < b->m; i++) {
            double others = 1.0 / sum;
            for (uint32_t j = 0; j < b->m; j++)
                if (j != i) others *= row_at(e, j, u[j])[PSI] - row_at(e, j, l[j])[PSI];
            const double *above = row_at(e, i, u[i]), *below = row_at(e, i, l[i]);
            dmean[i] -= others * (above[CDF] - below[CDF]) * exp(-unit[i]);
            dsd[i] += others * (above[PDF] - below[PDF]) * exp(-unit[i]);
        }
    }
}

static double log_of_boxes(ehvi *e) {
    const boxes *b = e->boxes;
    double most = -INFINITY, sum = 0.0;
    for (uint32_t k = 0; k < b->n; k++) {
        const uint32_t *l = b->lower + (size_t)k * b->m, *u = b->upper + (size_t)k * b->m;
        double term = 0.0;
        for (uint32_t i = 0; i < b->m && term > -INFINITY; i++)
            term += log_difference(row_at(e, i, u[i])[LOG_PSI], row_at(e, i, l[i])[LOG_PSI]);
        e->terms[k] = term;
        if (term > most) most = term;
    }
    if (most == -INFINITY) return most;
    for (uint32_t k = 0; k < b->n; k++) sum += exp(e->terms[k] - most);
    return most + log(sum);
}

/* Derivatives of log(psi(u) - psi(l)) of goal I, knot by knot. */
static void log_slopes(const ehvi *e, uint32_t i, uint32_t l, uint32_t u, double mean, double sd,
                       double *by_mean, double *by_sd) {
    const double *knots = e->knots + (size_t)i * e->room, *slopes = e->slopes + (size_t)i * e->room;
    const uint32_t *place = e->place + (size_t)i * e->room;
    const double unit = log_difference(row_at(e, i, u)[LOG_PSI], row_at(e, i, l)[LOG_PSI]);
    *by_mean = *by_sd = 0.0;
    for (uint32_t k = place[l] + 1; k <= place[u]; k++) {
        const double z = (knots[k] - mean) / sd, before = (knots[k - 1] - mean) / sd;
        const double cdf = normal_log_cdf(z);
        const double cdf_before = k > 1 ? normal_log_cdf(before) : -INFINITY;
        const double pdf = exp(NORMAL_LOG_PEAK - 0.5 * z * z - unit);
        const double pdf_before = k > 1 ? exp(NORMAL_LOG_PEAK - 0.5 * before * before - unit) : 0.0;
        *by_mean -= slopes[k] * exp(log_difference(cdf, cdf_before) - unit);
        *by_sd += slopes[k] * (pdf - pdf_before);
    }
}

static void add_log_gradient(const ehvi *e, double total, const double *mean, const double *sd,
                             double *dmean, double *dsd) {
    const boxes *b = e->boxes;
    for (uint32_t k = 0; k < b->n; k++) {
        const double weight = exp(e->terms[k] - total);
        if (weight < 1e-17) continue;
        for (uint32_t i = 0; i < b->m; i++) {
            double by_mean, by_sd;
            log_slopes(e, i, b->lower[(size_t)k * b->m + i], b->upper[(size_t)k * b->m + i],
                       mean[i], sd[i], &by_mean, &by_sd);
            dmean[i] += weight * by_mean;
            dsd[i] += weight * by_sd;
        }
    }
}

double ehvi_log(ehvi *e, const double *mean, const double *sd, double *dmean, double *dsd) {
    const uint32_t m = e->boxes->m;
    double unit[MOST_GOALS], total = 0.0;
    int is_near = 1;
    for (uint32_t i = 0; i < m; i++) {
        total += unit[i] = fill(e, i, mean[i], sd[i]);
        if (dmean) dmean[i] = dsd[i] = 0.0;
        is_near = is_near && unit[i] > -600.0;
    }
    const double sum = is_near ? sum_of_boxes(e) : 0.0;
    if (sum > LEAST) {
        if (dmean) add_gradient(e, sum, unit, dmean, dsd);
        return total + log(sum);
    }
    for (uint32_t i = 0; i < m; i++) fill_logs(e, i, mean[i], sd[i]);
    total = log_of_boxes(e);
    if (dmean && total > -INFINITY) add_log_gradient(e, total, mean, sd, dmean, dsd);
    return total;
}
