/* Which dimensions of a point are active, and designs one after another. */
#include <math.h>

#include <cim_sdk/designs.h>
#include <cim_sdk/rng.h>

/* ---- one dimension --------------------------------------------------------------------------- */

static double clamp(double x, double min, double max) {
    return x < min ? min : x > max ? max : x;
}

static double real_at(const cim_dimension *d, double u) {
    const double x = d->log_scale ? exp(log(d->min) * (1.0 - u) + log(d->max) * u)
                                  : d->min * (1.0 - u) + d->max * u;
    return clamp(x, d->min, d->max);
}

static int has_log_levels(const cim_dimension *d) {
    return d->kind == CIM_INTEGER_RANGE && d->log_scale != 0;
}

static double log_level_at(const cim_dimension *d, double u) {
    const double first = log(d->min), end = log(d->max + d->step);
    const double level = floor((exp(first * (1.0 - u) + end * u) - d->min) / d->step);
    return clamp(level, 0.0, (double)(d->n_levels - 1));
}

double cim_dimension_at(const cim_dimension *d, double u) {
    if (d->kind == CIM_REAL_RANGE) return real_at(d, u);
    if (has_log_levels(d)) return log_level_at(d, u);
    return clamp(floor(u * (double)d->n_levels), 0.0, (double)(d->n_levels - 1));
}

double cim_dimension_draw(const cim_dimension *d, cim_rng *rng) {
    if (d->kind == CIM_REAL_RANGE || has_log_levels(d))
        return cim_dimension_at(d, cim_rng_uniform(rng));
    return (double)cim_rng_below(rng, d->n_levels);
}

/* Halves, so that no range is too wide for a difference. */
static double real_share(const cim_dimension *d, double x) {
    return d->log_scale ? log(x / d->min) / log(d->max / d->min)
                        : (0.5 * x - 0.5 * d->min) / (0.5 * d->max - 0.5 * d->min);
}

double cim_dimension_share(const cim_dimension *d, double x) {
    const int is_real = d->kind == CIM_REAL_RANGE;
    const double u = is_real ? real_share(d, x) : x / (double)(d->n_levels - 1);
    return u >= 0.0 && u <= 1.0 ? u : 0.5; /* NaN where there is one value */
}

double cim_dimension_near(const cim_dimension *d, double share) {
    if (d->kind == CIM_REAL_RANGE) return cim_dimension_at(d, share);
    const double last = (double)(d->n_levels - 1);
    return clamp(floor(share * last + 0.5), 0.0, last);
}

int cim_dimension_holds(const cim_dimension *d, double x) {
    if (d->kind == CIM_REAL_RANGE) return x >= d->min && x <= d->max;
    return x >= 0.0 && x < (double)d->n_levels && x == floor(x);
}

void cim_hypercube_column(uint32_t n, cim_rng *rng, double *column) {
    for (uint32_t i = 0; i < n; i++) column[i] = i;
    for (uint32_t i = n; i-- > 1;) {
        const uint64_t j = cim_rng_below(rng, i + 1u);
        const double swap = column[i];
        column[i] = column[j];
        column[j] = swap;
    }
    for (uint32_t i = 0; i < n; i++) column[i] = (column[i] + cim_rng_uniform(rng)) / (double)n;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static const cim_activity *rule_of(const cim_designs *d, uint32_t i) {
    return CIM_ROW(cim_activity, d->problem->activities, d->rules[i]);
}

/* ---- the order: deciders first --------------------------------------------------------------- */

static void sort_rules(cim_designs *d) {
    const cim_activity_table table = d->problem->activities;
    const uint32_t n = d->problem->dimensions.n;
    for (uint32_t i = 0; i < table.n; i++) d->first[CIM_ROW(cim_activity, table, i)->target + 1]++;
    for (uint32_t k = 0; k < n; k++) d->first[k + 1] += d->first[k];
    for (uint32_t i = table.n; i-- > 0;) { /* first[k + 1], the end of k's, becomes their start */
        const uint32_t target = CIM_ROW(cim_activity, table, i)->target;
        d->rules[--d->first[target + 1]] = i;
    }
    for (uint32_t k = 0; k < n; k++) d->first[k] = d->first[k + 1];
    d->first[n] = table.n;
}

/* d->active marks the dimensions that have their place. */
static int is_ready(const cim_designs *d, uint32_t dimension) {
    for (uint32_t i = d->first[dimension]; i < d->first[dimension + 1]; i++)
        if (!d->active[rule_of(d, i)->on]) return 0;
    return 1;
}

/* Whoever waits is looked at again from the start, so that the order stays that of the space as
 * far as conditions allow. */
static cim_status sort_dimensions(cim_designs *d) {
    const uint32_t n = d->problem->dimensions.n;
    uint32_t lowest = 0; /* all dimensions below it have their place */
    for (uint32_t placed = 0; placed < n; placed++) {
        while (d->active[lowest]) lowest++;
        uint32_t k = lowest;
        while (k < n && (d->active[k] || !is_ready(d, k))) k++;
        if (k == n)
            return d->host->fail(d->host, CIM_E_ARGUMENT, "the space's conditions form a circle");
        d->active[k] = 1;
        d->order[placed] = k;
    }
    return CIM_OK;
}

cim_status cim_designs_init(cim_designs *d, const cim_host *host, const cim_problem *problem) {
    const size_t n = problem->dimensions.n, n_rules = problem->activities.n;
    *d = (cim_designs){.host = host, .problem = problem};
    d->order = host->alloc(host, n + 1, sizeof *d->order);
    d->first = host->alloc(host, n + 1, sizeof *d->first);
    d->rules = host->alloc(host, n_rules + 1, sizeof *d->rules);
    d->active = host->alloc(host, n + 1, sizeof *d->active);
    cim_status status = CIM_OK;
    if (!d->order || !d->first || !d->rules || !d->active)
        status = host->fail(host, CIM_E_MEMORY, "no memory for the space");
    if (status == CIM_OK) {
        sort_rules(d);
        status = sort_dimensions(d);
    }
    if (status != CIM_OK) cim_designs_free(d);
    return status;
}

void cim_designs_free(cim_designs *d) {
    if (!d->host) return;
    d->host->release(d->host, d->order);
    d->host->release(d->host, d->first);
    d->host->release(d->host, d->rules);
    d->host->release(d->host, d->active);
    *d = (cim_designs){0};
}

/* ---- what is active -------------------------------------------------------------------------- */

static int lists(const cim_activity *rule, double level) {
    for (uint32_t k = 0; k < rule->n_levels; k++)
        if (level == (double)rule->levels[k]) return 1;
    return 0;
}

int cim_designs_is_active(cim_designs *d, const double *point, uint32_t i) {
    d->active[i] = 1;
    for (uint32_t r = d->first[i]; r < d->first[i + 1] && d->active[i]; r++) {
        const cim_activity *rule = rule_of(d, r);
        d->active[i] = d->active[rule->on] && lists(rule, point[rule->on]);
    }
    return d->active[i];
}

void cim_designs_canonical(cim_designs *d, double *point) {
    for (uint32_t k = 0; k < d->problem->dimensions.n; k++) {
        const uint32_t i = d->order[k];
        if (cim_designs_is_active(d, point, i)) point[i] += 0.0;
        else point[i] = cim_designs_dimension(d, i)->default_coordinate;
    }
}

void cim_designs_settle(cim_designs *d, uint64_t *digits) {
    for (uint32_t k = 0; k < d->problem->dimensions.n; k++) {
        const uint32_t i = d->order[k];
        d->active[i] = 1;
        for (uint32_t r = d->first[i]; r < d->first[i + 1] && d->active[i]; r++) {
            const cim_activity *rule = rule_of(d, r);
            d->active[i] = d->active[rule->on] && lists(rule, (double)digits[rule->on]);
        }
        if (!d->active[i]) digits[i] = 0;
    }
}

int cim_designs_advance(cim_designs *d, const uint64_t *radix, uint64_t *digits) {
    for (uint32_t k = d->problem->dimensions.n; k-- > 0;) {
        const uint32_t i = d->order[k];
        if (d->active[i] && digits[i] + 1 < radix[i]) {
            digits[i]++;
            cim_designs_settle(d, digits);
            return 1;
        }
        digits[i] = 0;
    }
    cim_designs_settle(d, digits);
    return 0;
}

/* ---- samples --------------------------------------------------------------------------------- */

void cim_designs_hypercube(const cim_designs *d, uint32_t n, cim_rng *rng, double *column,
                           double *points) {
    const uint32_t n_dims = d->problem->dimensions.n;
    for (uint32_t k = 0; k < n_dims; k++) {
        const cim_dimension *dimension = cim_designs_dimension(d, k);
        cim_hypercube_column(n, rng, column);
        points[k] = dimension->default_coordinate;
        for (uint32_t i = 1; i < n; i++)
            points[(size_t)i * n_dims + k] = cim_dimension_at(dimension, column[i]);
    }
}
