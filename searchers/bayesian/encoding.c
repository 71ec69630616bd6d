/* Points as features. */
#include "encoding.h"
#include "waves.h"

#include <math.h>
#include <string.h>

#define HALF_ROOT 0.70710678118654752440 /* 1 / sqrt(2) */

static const cim_dimension *dimension_of(const encoding *e, uint32_t i) {
    return CIM_ROW(cim_dimension, e->problem->dimensions, i);
}

static uint32_t width_of(const cim_dimension *d) {
    if (d->kind != CIM_CATEGORICAL) return 1;
    return d->n_levels < MOST_LEVEL_FEATURES ? (uint32_t)d->n_levels : MOST_LEVEL_FEATURES;
}

static uint32_t most_waves(const cim_dimension *d) {
    if (d->kind == CIM_CATEGORICAL || encoding_is_of_few(d)) return 0;
    return d->kind == CIM_REAL_RANGE || d->n_levels > WAVES_MOST ? WAVES_MOST
                                                                 : (uint32_t)d->n_levels - 1;
}

static void describe(encoding *e, uint32_t i) {
    const cim_dimension *d = dimension_of(e, i);
    const double k = (double)width_of(d);
    for (uint32_t f = e->first[i]; f < e->first[i + 1]; f++) {
        e->most_waves[f] = most_waves(d);
        e->is_level[f] = d->kind == CIM_CATEGORICAL;
        e->centre[f] = e->is_level[f] ? HALF_ROOT / k : 0.5;
        e->scale[f] = e->is_level[f] ? sqrt(2.0 * k / (k - 1.0)) : sqrt(12.0);
    }
}

/* ---- vectors --------------------------------------------------------------------------------- */

/* Characters of an element's name before its index; 0: of no vector. */
static size_t stem_of(const cim_dimension *d) {
    const char *bracket = strrchr(d->name, '[');
    return bracket ? (size_t)(bracket - d->name) : 0;
}

static int is_beside(const cim_dimension *a, const cim_dimension *b) {
    const size_t stem = stem_of(a);
    return stem > 0 && stem == stem_of(b) && strncmp(a->name, b->name, stem) == 0 &&
           a->kind == b->kind && a->n_levels == b->n_levels;
}

static void find_vectors(encoding *e) {
    const uint32_t n = e->problem->dimensions.n;
    for (uint32_t i = 0, end; i < n; i = end) {
        const cim_dimension *d = dimension_of(e, i);
        for (end = i + 1; end < n && is_beside(d, dimension_of(e, end));) end++;
        if (!encoding_is_of_few(d) || end - i < LEAST_ELEMENTS) continue;
        const encoding_vector v = {i, end - i, (uint32_t)d->n_levels, e->n_features,
                                   d->kind != CIM_CATEGORICAL};
        e->vectors[e->n_vectors++] = v;
        e->n_features += v.n_levels + (v.has_order ? 2 : 0);
    }
}

/* As if all levels were equally likely; all shares of a vector together count once. */
static void describe_vector(encoding *e, const encoding_vector *v) {
    const double k = (double)v->n_levels;
    const uint32_t ends = v->feature + v->n_levels, end = ends + (v->has_order ? 2 : 0);
    for (uint32_t f = v->feature; f < end; f++) {
        e->is_summary[f] = 1;
        e->centre[f] = f < ends ? 1.0 / k : 0.5;
        e->scale[f] = f < ends ? sqrt((double)v->n * k / (k - 1.0)) : sqrt(12.0);
    }
}

cim_status encoding_open(encoding *e, const cim_host *host, const cim_problem *problem) {
    const uint32_t n = problem->dimensions.n;
    *e = (encoding){.host = host, .problem = problem};
    e->first = host->alloc(host, (size_t)n + 1, sizeof *e->first);
    if (e->first == NULL) return CIM_E_MEMORY;
    for (uint32_t i = 0; i < n; i++)
        e->first[i + 1] = e->first[i] + width_of(dimension_of(e, i));
    e->n_features = e->first[n];
    e->vectors = host->alloc(host, (size_t)n + 1, sizeof *e->vectors);
    if (e->vectors == NULL) {
        encoding_close(e);
        return CIM_E_MEMORY;
    }
    find_vectors(e);
    e->is_summary = host->alloc(host, (size_t)e->n_features + 1, sizeof *e->is_summary);
    e->centre = host->alloc(host, (size_t)e->n_features + 1, sizeof *e->centre);
    e->scale = host->alloc(host, (size_t)e->n_features + 1, sizeof *e->scale);
    e->is_level = host->alloc(host, (size_t)e->n_features + 1, sizeof *e->is_level);
    e->most_waves = host->alloc(host, (size_t)e->n_features + 1, sizeof *e->most_waves);
    if (!e->centre || !e->scale || !e->is_level || !e->is_summary || !e->most_waves) {
        encoding_close(e);
        return CIM_E_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) describe(e, i);
    for (uint32_t i = 0; i < e->n_vectors; i++) describe_vector(e, &e->vectors[i]);
    return CIM_OK;
}

void encoding_close(encoding *e) {
    if (e->host == NULL) return;
    e->host->release(e->host, e->first);
    e->host->release(e->host, e->centre);
    e->host->release(e->host, e->scale);
    e->host->release(e->host, e->is_level);
    e->host->release(e->host, e->is_summary);
    e->host->release(e->host, e->most_waves);
    e->host->release(e->host, e->vectors);
    *e = (encoding){.host = NULL};
}

/* ---- one coordinate -------------------------------------------------------------------------- */

static double between(double x, double min, double max) {
    const double width = max / 2.0 - min / 2.0; /* of halves: the whole may overflow */
    const double u = width > 0.0 ? (x / 2.0 - min / 2.0) / width : 0.5;
    return u < 0.0 ? 0.0 : u > 1.0 ? 1.0 : u;
}

static double unit_of(const cim_dimension *d, double x) {
    const int is_log = d->log_scale != 0 && d->min > 0.0;
    if (d->kind == CIM_INTEGER_RANGE && is_log)
        return between(log(d->min + x * d->step), log(d->min), log(d->max));
    if (d->kind != CIM_REAL_RANGE) return between(x, 0.0, (double)(d->n_levels - 1));
    return is_log ? between(log(x), log(d->min), log(d->max)) : between(x, d->min, d->max);
}

/* Of the elements that are active; all equal where none is. */
static void sum_up(const encoding *e, const cim_designs *designs, const encoding_vector *v,
                   const double *point, double *features) {
    double *share = features + v->feature, n = 0.0;
    for (uint32_t i = v->first; i < v->first + v->n; i++) {
        if (!designs->active[i] || !(point[i] >= 0.0 && point[i] < (double)v->n_levels)) continue;
        share[(uint32_t)point[i]] += 1.0;
        n += 1.0;
    }
    for (uint32_t k = 0; k < v->n_levels; k++)
        share[k] = n > 0.0 ? share[k] / n : e->centre[v->feature];
    if (!v->has_order) return;
    uint32_t low = 0, high = v->n_levels - 1;
    while (low < high && !(share[low] > 0.0)) low++;
    while (high > low && !(share[high] > 0.0)) high--;
    share[v->n_levels] = (double)low / (v->n_levels - 1.0);
    share[v->n_levels + 1] = (double)high / (v->n_levels - 1.0);
}

void encoding_of(const encoding *e, cim_designs *designs, const double *point, double *features) {
    memset(features, 0, e->n_features * sizeof *features);
    for (uint32_t k = 0; k < e->problem->dimensions.n; k++) {
        const uint32_t i = designs->order[k];
        const cim_dimension *d = dimension_of(e, i);
        const int is_active = cim_designs_is_active(designs, point, i);
        if (d->kind != CIM_CATEGORICAL)
            features[e->first[i]] = is_active ? unit_of(d, point[i]) : 0.5;
        else if (is_active && point[i] >= 0.0 && point[i] < (double)d->n_levels)
            features[e->first[i] + (uint32_t)((uint64_t)point[i] % width_of(d))] = HALF_ROOT;
    }
    for (uint32_t i = 0; i < e->n_vectors; i++)
        sum_up(e, designs, &e->vectors[i], point, features);
}
