/* From trials to a model: which features count, what is held out, and how good it is. */
#include "predictor.h"

#include <cim_sdk/rng.h>
#include <cim_sdk/text.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct fitting {
    const cim_host *host;
    const trials *t;
    fit_plan plan;
    uint32_t *order;    /* rows: those to fit to, then those held out */
    uint32_t n_fit;
    uint32_t *columns;  /* of the inputs                              */
    double *x, *y;      /* all rows in ORDER, standardised            */
    double *predicted, *known;
} fitting;

static double cell(const trials *t, uint32_t row, uint32_t column) {
    return t->rows[(size_t)row * (t->n_columns + 1) + column];
}

static int same_column(const trials *t, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < t->n; ++i)
        if (cell(t, i, a) != cell(t, i, b)) return 0;
    return 1;
}

static int varies(const trials *t, uint32_t column) {
    for (uint32_t i = 1; i < t->n; ++i)
        if (cell(t, i, column) != cell(t, 0, column)) return 1;
    return 0;
}

/* A column that repeats another says nothing new. M has room for all columns in both lists. */
static void choose_columns(fitting *f, model *m) {
    for (uint32_t c = 0; c < f->t->n_columns; ++c) {
        if (!varies(f->t, c)) {
            m->constants[m->n_constants++] =
                (model_constant){f->t->features[c], cell(f->t, 0, c)};
            continue;
        }
        uint32_t twin = 0;
        while (twin < m->shape.inputs && !same_column(f->t, c, f->columns[twin])) ++twin;
        if (twin < m->shape.inputs) continue;
        f->columns[m->shape.inputs] = c;
        m->inputs[m->shape.inputs++].feature = f->t->features[c];
    }
}

static void split(fitting *f) {
    cim_rng rng;
    seeded(f->plan.seed, &rng);
    for (uint32_t i = 0; i < f->t->n; ++i) f->order[i] = i;
    for (uint32_t i = f->t->n; i > 1; --i) {
        const uint32_t k = (uint32_t)cim_rng_below(&rng, i), swapped = f->order[k];
        f->order[k] = f->order[i - 1];
        f->order[i - 1] = swapped;
    }
    uint32_t held = (uint32_t)(f->plan.held_out * f->t->n + 0.5);
    if (held < 5) held = 5;
    f->n_fit = f->t->n - held;
}

/* Mean and sd over the rows to fit to; range over all. */
static void measure(const fitting *f, uint32_t column, model_input *in) {
    double mean = 0, squares = 0;
    in->min = INFINITY;
    in->max = -INFINITY;
    for (uint32_t i = 0; i < f->t->n; ++i) {
        const double x = cell(f->t, f->order[i], column);
        in->min = fmin(in->min, x);
        in->max = fmax(in->max, x);
        if (i >= f->n_fit) continue;
        const double step = x - mean;
        mean += step / (i + 1);
        squares += step * (x - mean);
    }
    in->mean = mean;
    in->sd = sqrt(squares / f->n_fit);
    if (!(in->sd > 1e-12 * fabs(mean))) in->sd = 1; /* only held-out rows vary */
}

static void standardise(fitting *f, model *m) {
    const uint32_t inputs = m->shape.inputs;
    model_input target = {0};
    for (uint32_t k = 0; k < inputs; ++k) measure(f, f->columns[k], &m->inputs[k]);
    measure(f, f->t->n_columns, &target);
    m->mean = target.mean;
    m->sd = target.sd;
    for (uint32_t i = 0; i < f->t->n; ++i) {
        for (uint32_t k = 0; k < inputs; ++k)
            f->x[(size_t)i * inputs + k] =
                (cell(f->t, f->order[i], f->columns[k]) - m->inputs[k].mean) / m->inputs[k].sd;
        f->y[i] = (cell(f->t, f->order[i], f->t->n_columns) - m->mean) / m->sd;
    }
}

/* ---- how good it is -------------------------------------------------------------------------- */

typedef struct ranked { double value; uint32_t at; } ranked;

static int by_value(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

static void rank(const double *values, uint32_t n, ranked *sorted, double *ranks) {
    for (uint32_t i = 0; i < n; ++i) sorted[i] = (ranked){values[i], i};
    qsort(sorted, n, sizeof *sorted, by_value);
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end].value == sorted[i].value; ++end) {}
        for (uint32_t k = i; k < end; ++k) ranks[sorted[k].at] = (i + end - 1) / 2.0;
    }
}

cim_status rank_correlation(const cim_host *host, const double *a, const double *b, uint32_t n,
                            double *out) {
    ranked *sorted = host->alloc(host, n, sizeof *sorted);
    double *ranks = host->alloc(host, 2 * (size_t)n, sizeof *ranks), ab = 0, aa = 0, bb = 0;
    cim_status status = CIM_OK;
    if (sorted && ranks) {
        rank(a, n, sorted, ranks);
        rank(b, n, sorted, ranks + n);
        for (uint32_t i = 0; i < n; ++i) {
            const double x = ranks[i] - (n - 1) / 2.0, y = ranks[n + i] - (n - 1) / 2.0;
            ab += x * y;
            aa += x * x;
            bb += y * y;
        }
        *out = aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
    } else {
        status = host->fail(host, CIM_E_MEMORY, "out of memory");
    }
    host->release(host, sorted);
    host->release(host, ranks);
    return status;
}

static double answer(const model *m, const double *x, double *scratch) {
    double sum = 0;
    for (uint32_t i = 0; i < m->members; ++i)
        sum += mlp_predict(m->shape, m->weights + (size_t)i * mlp_size(m->shape), x, scratch);
    return fmin(fmax(m->mean + m->sd * sum / m->members, 0), 1);
}

static cim_status judge(fitting *f, model *m, double *scratch) {
    const uint32_t held = f->t->n - f->n_fit;
    double squares = 0, magnitudes = 0, mean = 0, spread = 0;
    for (uint32_t i = 0; i < held; ++i) {
        const uint32_t row = f->n_fit + i;
        f->predicted[i] = answer(m, f->x + (size_t)row * m->shape.inputs, scratch);
        f->known[i] = cell(f->t, f->order[row], f->t->n_columns);
        const double error = f->predicted[i] - f->known[i];
        squares += error * error;
        magnitudes += fabs(error);
        mean += f->known[i] / held;
    }
    for (uint32_t i = 0; i < held; ++i) spread += (f->known[i] - mean) * (f->known[i] - mean);
    m->quality = (quality){.trained = f->n_fit, .held_out = held, .rms_error = sqrt(squares / held),
                           .mean_error = magnitudes / held, .spread = sqrt(spread / held)};
    return rank_correlation(f->host, f->predicted, f->known, held, &m->quality.rank_correlation);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static cim_status fit_members(fitting *f, model *m) {
    const uint32_t inputs = m->shape.inputs;
    f->x = f->host->alloc(f->host, (size_t)f->t->n * inputs, sizeof *f->x);
    double *scratch = f->host->alloc(f->host, mlp_scratch(m->shape), sizeof *scratch);
    m->weights =
        f->host->alloc(f->host, (size_t)m->members * mlp_size(m->shape), sizeof *m->weights);
    cim_status status = CIM_OK;
    if (!f->x || !scratch || !m->weights)
        status = f->host->fail(f->host, CIM_E_MEMORY, "out of memory");
    if (status == CIM_OK) standardise(f, m);
    for (uint32_t i = 0; status == CIM_OK && i < m->members; ++i)
        status = mlp_fit(f->host, m->shape, (mlp_data){f->x, f->y, f->n_fit},
                         (mlp_plan){f->plan.epochs, f->plan.seed + 1 + i},
                         m->weights + (size_t)i * mlp_size(m->shape));
    if (status == CIM_OK) status = judge(f, m, scratch);
    f->host->release(f->host, scratch);
    return status;
}

cim_status model_fit(const cim_host *host, const trials *t, fit_plan p, model *out) {
    *out = (model){.shape.hidden = p.hidden, .members = p.members};
    if (t->n < LEAST_TRIALS)
        return cim_failf(host, CIM_E_CONFIG, "trials: %u different ones; at least %d are needed",
                         t->n, LEAST_TRIALS);
    fitting f = {.host = host, .t = t, .plan = p};
    f.order = host->alloc(host, t->n, sizeof *f.order);
    f.columns = host->alloc(host, t->n_columns, sizeof *f.columns);
    f.y = host->alloc(host, 3 * (size_t)t->n, sizeof *f.y);
    out->inputs = host->alloc(host, t->n_columns, sizeof *out->inputs);
    out->constants = host->alloc(host, t->n_columns, sizeof *out->constants);
    cim_status status = CIM_OK;
    if (!f.order || !f.columns || !f.y || !out->inputs || !out->constants)
        status = host->fail(host, CIM_E_MEMORY, "out of memory");
    if (status == CIM_OK) {
        f.predicted = f.y + t->n;
        f.known = f.predicted + t->n;
        choose_columns(&f, out);
        split(&f);
        if (!out->shape.inputs)
            status = host->fail(host, CIM_E_CONFIG, "trials: all have the same encoding");
    }
    if (status == CIM_OK) status = fit_members(&f, out);
    host->release(host, f.order);
    host->release(host, f.columns);
    host->release(host, f.y);
    host->release(host, f.x);
    return status;
}

double model_predict(const model *m, const double features[FEATURES], double *work,
                     uint32_t *outside) {
    *outside = 0;
    for (uint32_t k = 0; k < m->shape.inputs; ++k) {
        const model_input *in = &m->inputs[k];
        const double value = features[in->feature], x = fmin(fmax(value, in->min), in->max);
        *outside += fabs(value - x) > 1e-6 * (in->max - in->min);
        work[k] = (x - in->mean) / in->sd;
    }
    return answer(m, work, work + m->shape.inputs);
}
