/* A box [l, u] of the region that is not dominated is dominated anew, on average, by
 *
 *     prod_i (psi_i(u_i) - psi_i(l_i)),   psi_i(a) = E[(a - Y_i)+] = sd_i (z cdf(z) + pdf(z)),
 *     z = (a - mean_i) / sd_i
 *
 * (M. Emmerich, K. Yang, A. Deutz, "Infill criteria for multiobjective Bayesian optimization", 2020;
 * K. Yang et al., J. Glob. Optim. 75, 3-34 (2019)). psi is computed once for each coordinate of the
 * front, so that a box costs m differences and products; in units of psi at the reference, so that
 * nothing underflows near the front. Far from it the same sum goes through logarithms. */
#include "ehvi.h"
#include "normal.h"

#include <string.h>

/* Columns of the table: psi in units of that at the reference, cdf, pdf; in logarithms psi, cdf. */
enum { PSI, CDF, PDF, LOG_PSI, LOG_CDF, N_COLUMNS };
#define LEAST 1e-280

cim_status ehvi_open(ehvi *e, const cim_host *host, const boxes *b) {
    *e = (ehvi){.host = host, .boxes = b};
    e->table = host->alloc(host, (size_t)b->m * (b->most_points + 2u) * N_COLUMNS, sizeof(double));
    e->terms = host->alloc(host, b->most, sizeof(double));
    if (e->table && e->terms) return CIM_OK;
    ehvi_close(e);
    return host->fail(host, CIM_E_MEMORY, "no memory for the expected improvement");
}

void ehvi_close(ehvi *e) {
    if (!e->host) return;
    e->host->release(e->host, e->table);
    e->host->release(e->host, e->terms);
    *e = (ehvi){0};
}

static double *row(const ehvi *e, uint32_t goal, uint32_t coordinate) {
    return e->table +
           ((size_t)goal * (e->boxes->most_points + 2u) + coordinate) * (size_t)N_COLUMNS;
}

/* Fills psi, cdf and pdf of goal I; returns the logarithm of the unit of psi. */
static double fill(ehvi *e, uint32_t i, double mean, double sd) {
    const boxes *b = e->boxes;
    const double *a = boxes_coordinates(b, i);
    const double unit = log(sd) + normal_log_gain((a[b->n_points + 1] - mean) / sd);
    const double scale = unit > -600.0 ? sd * exp(-unit) : 0.0;
    memset(row(e, i, 0), 0, 3 * sizeof(double));
    for (uint32_t k = 1; k <= b->n_points + 1; k++) {
        double *r = row(e, i, k);
        const double z = (a[k] - mean) / sd;
        r[CDF] = normal_cdf(z);
        r[PDF] = normal_pdf(z);
        r[PSI] = z < -5.0 ? exp(log(sd) + normal_log_gain(z) - unit)
                          : (z * r[CDF] + r[PDF]) * scale;
    }
    return unit;
}

static void fill_logs(ehvi *e, uint32_t i, double mean, double sd) {
    const boxes *b = e->boxes;
    const double *a = boxes_coordinates(b, i);
    row(e, i, 0)[LOG_PSI] = row(e, i, 0)[LOG_CDF] = -INFINITY;
    for (uint32_t k = 1; k <= b->n_points + 1; k++) {
        const double z = (a[k] - mean) / sd;
        row(e, i, k)[LOG_PSI] = log(sd) + normal_log_gain(z);
        row(e, i, k)[LOG_CDF] = normal_log_cdf(z);
    }
}

/* Sum over the boxes of products of psi's differences. */
static double sum_of_boxes(const ehvi *e) {
    const boxes *b = e->boxes;
    double sum = 0.0;
    for (uint32_t k = 0; k < b->n; k++) {
        const uint32_t *l = b->lower + (size_t)k * b->m, *u = b->upper + (size_t)k * b->m;
        double product = 1.0;
        for (uint32_t i = 0; i < b->m; i++) product *= row(e, i, u[i])[PSI] - row(e, i, l[i])[PSI];
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
                if (j != i) others *= row(e, j, u[j])[PSI] - row(e, j, l[j])[PSI];
            const double *above = row(e, i, u[i]), *below = row(e, i, l[i]);
            dmean[i] -= others * (above[CDF] - below[CDF]) * exp(-unit[i]);
            dsd[i] += others * (above[PDF] - below[PDF]) * exp(-unit[i]);
        }
    }
}

/* log(exp(a) - exp(b)), a >= b */
static double log_difference(double a, double b) {
    if (b == -INFINITY) return a;
    const double d = b - a;
    if (d >= 0.0) return -INFINITY;
    return a + (d > -0.69 ? log(-expm1(d)) : log1p(-exp(d)));
}

static double log_of_boxes(ehvi *e) {
    const boxes *b = e->boxes;
    double most = -INFINITY, sum = 0.0;
    for (uint32_t k = 0; k < b->n; k++) {
        const uint32_t *l = b->lower + (size_t)k * b->m, *u = b->upper + (size_t)k * b->m;
        double term = 0.0;
        for (uint32_t i = 0; i < b->m && term > -INFINITY; i++)
            term += log_difference(row(e, i, u[i])[LOG_PSI], row(e, i, l[i])[LOG_PSI]);
        e->terms[k] = term;
        if (term > most) most = term;
    }
    if (most == -INFINITY) return most;
    for (uint32_t k = 0; k < b->n; k++) sum += exp(e->terms[k] - most);
    return most + log(sum);
}

/* Derivatives of log(psi(u) - psi(l)): by the mean -(cdf(u) - cdf(l)) / .., by the standard
 * deviation (pdf(u) - pdf(l)) / .. */
static void add_log_gradient(const ehvi *e, double total, const double *mean, const double *sd,
                             double *dmean, double *dsd) {
    const boxes *b = e->boxes;
    for (uint32_t k = 0; k < b->n; k++) {
        const double weight = exp(e->terms[k] - total);
        if (weight < 1e-17) continue;
        const uint32_t *l = b->lower + (size_t)k * b->m, *u = b->upper + (size_t)k * b->m;
        for (uint32_t i = 0; i < b->m; i++) {
            const double *above = row(e, i, u[i]), *below = row(e, i, l[i]);
            const double *a = boxes_coordinates(b, i);
            const double unit = log_difference(above[LOG_PSI], below[LOG_PSI]);
            const double zu = (a[u[i]] - mean[i]) / sd[i];
            const double zl = l[i] ? (a[l[i]] - mean[i]) / sd[i] : 0.0;
            const double pdf_u = exp(NORMAL_LOG_PEAK - 0.5 * zu * zu - unit);
            const double pdf_l = l[i] ? exp(NORMAL_LOG_PEAK - 0.5 * zl * zl - unit) : 0.0;
            dmean[i] -= weight * exp(log_difference(above[LOG_CDF], below[LOG_CDF]) - unit);
            dsd[i] += weight * (pdf_u - pdf_l);
        }
    }
}

double ehvi_log_quick(ehvi *e, const double *mean, const double *sd) {
    double unit = 0.0;
    for (uint32_t i = 0; i < e->boxes->m; i++) unit += fill(e, i, mean[i], sd[i]);
    const double sum = sum_of_boxes(e);
    return sum > LEAST ? unit + log(sum) : -INFINITY;
}

double ehvi_log(ehvi *e, const double *mean, const double *sd, double *dmean, double *dsd) {
    enum { MOST_GOALS = 32 };
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
