/* searcher_driver.h: runs one searcher plug-in against functions, as the host does, and checks
 * every point it gives: inside the space, canonical, and in time. */
#ifndef SEARCHER_DRIVER_H
#define SEARCHER_DRIVER_H

#include "fake_host.h"

#include <cim/searcher.h>

#include <math.h>
#include <stdint.h>

enum { MAX_GOALS = 4, MAX_SLACKS = 4, MAX_PARAMS = 8, MAX_DIMENSIONS = 256 };

/* What came of one point. Starts as feasible, of full fidelity, all goals known, no slack. */
typedef struct verdict {
    cim_outcome outcome;
    double goals[MAX_GOALS], slack[MAX_SLACKS];
    uint8_t known[MAX_GOALS];
} verdict;
typedef void judge_fn(const cim_problem *problem, const double *point, verdict *v);

typedef struct driver {
    fake_host base;          /* its host's context: first, so that the streams find the seed */
    uint64_t seed, asks, trials;
    const cim_plugin *plugin;
    const cim_searcher_ops *ops;
    const cim_problem *problem;
    void *self;
    int is_done;
} driver;

static inline void seeded_stream(const cim_host *host, uint64_t number, cim_rng *rng) {
    fake_stream(host, ((const driver *)host->context)->seed * 1000003u + number, rng);
}

static inline const cim_plugin *searcher_plugin(const char *name) {
    char file[512], id[64];
    snprintf(file, sizeof file, "%s/plugins/searcher.%s.so", BINARY_DIR, name);
    snprintf(id, sizeof id, "searcher.%s", name);
    return load_plugin(file, id, CIM_SEARCHER);
}

/* Creates an instance with these values of its parameters; NULL: the defaults. */
static inline cim_status driver_try(driver *d, const char *name, const double *numbers,
                                    const cim_problem *problem, uint64_t seed, int fail_at) {
    uint32_t first[MAX_PARAMS + 1];
    double defaults[MAX_PARAMS];
    static const char *const texts[MAX_PARAMS];
    *d = (driver){.seed = seed, .plugin = searcher_plugin(name), .problem = problem};
    fake_host_start(&d->base);
    d->base.host.stream = seeded_stream;
    d->base.fail_at = fail_at;
    d->ops = d->plugin->ops;
    const uint32_t n = d->plugin->is.params.n;
    assert_true(n <= MAX_PARAMS);
    for (uint32_t i = 0; i <= n; i++) first[i] = i;
    for (uint32_t i = 0; i < n; i++)
        defaults[i] = CIM_ROW(cim_param, d->plugin->is.params, i)->default_value;
    const cim_values values = {.struct_size = sizeof values, .n_points = 1, .n_params = n,
                               .n_numbers = n, .first = first, .texts = texts,
                               .numbers = numbers ? numbers : defaults};
    return d->ops->create(&d->base.host, &values, problem, &d->self);
}

static inline void driver_start(driver *d, const char *name, const double *numbers,
                                const cim_problem *problem, uint64_t seed) {
    assert_int_equal(driver_try(d, name, numbers, problem, seed, -1), CIM_OK);
    assert_non_null(d->self);
}

static inline void driver_stop(driver *d) {
    d->ops->destroy(d->self);
    assert_int_equal(d->base.live, 0);
}

/* ---- a searcher that is put to a set of tests ------------------------------------------------ */

enum { MAX_MODES = 2 };
typedef struct subject {
    const char *name;
    const double *modes[MAX_MODES]; /* values of all parameters; NULL: the defaults */
    uint32_t n_modes;
    const char *const *keys;        /* of its parameters, then NULL */
    const char *number;             /* a key: how many points its initial sample has, if it has
                                       one                                                        */
    uint32_t survives;              /* points to ask for of a problem that teaches nothing */
} subject;

/* Its defaults, but N for u->number. */
static inline void numbers_with(const subject *u, uint32_t n, double *numbers) {
    const cim_param_table params = searcher_plugin(u->name)->is.params;
    int found = 0;
    for (uint32_t i = 0; i < params.n; i++) {
        const cim_param *param = CIM_ROW(cim_param, params, i);
        const int is_it = strcmp(param->key, u->number) == 0;
        numbers[i] = is_it ? n : param->default_value;
        found |= is_it;
    }
    assert_true(found);
}

/* ---- the space ------------------------------------------------------------------------------- */

static inline const cim_dimension *dimension_of(const cim_problem *p, uint32_t i) {
    return CIM_ROW(cim_dimension, p->dimensions, i);
}

static inline void assert_inside(const cim_problem *p, const double *point) {
    for (uint32_t i = 0; i < p->dimensions.n; i++) {
        const cim_dimension *d = dimension_of(p, i);
        assert_false(point[i] == 0.0 && signbit(point[i])); /* equal designs are equal bits */
        if (d->kind == CIM_REAL_RANGE) assert_true(point[i] >= d->min && point[i] <= d->max);
        else assert_true(point[i] >= 0 && point[i] < (double)d->n_levels &&
                         point[i] == floor(point[i]));
    }
}

/* By going round until nothing changes; so slow that it shares no idea with what it checks. */
static inline void canonical(const cim_problem *p, double *point) {
    uint8_t active[MAX_DIMENSIONS];
    assert_true(p->dimensions.n <= MAX_DIMENSIONS);
    memset(active, 1, sizeof active);
    for (uint32_t round = 0; round <= p->activities.n; round++) {
        for (uint32_t i = 0; i < p->activities.n; i++) {
            const cim_activity *a = CIM_ROW(cim_activity, p->activities, i);
            int listed = 0;
            for (uint32_t k = 0; k < a->n_levels; k++)
                listed |= point[a->on] == (double)a->levels[k];
            if (!listed || !active[a->on]) active[a->target] = 0;
        }
    }
    for (uint32_t i = 0; i < p->dimensions.n; i++)
        if (!active[i]) point[i] = dimension_of(p, i)->default_coordinate;
}

static inline void assert_canonical(const cim_problem *p, const double *point) {
    double copy[MAX_DIMENSIONS];
    memcpy(copy, point, p->dimensions.n * sizeof *copy);
    canonical(p, copy);
    assert_memory_equal(copy, point, p->dimensions.n * sizeof *copy);
}

/* ---- ask and tell ---------------------------------------------------------------------------- */

/* One ask for at most MAX points; returns how many came. */
static inline uint32_t driver_ask(driver *d, uint32_t max, double *points) {
    uint32_t *fidelity = calloc(max, sizeof *fidelity);
    cim_ask a = {.struct_size = sizeof a, .max = max, .number = d->asks, .count = max + 1,
                 .points = points, .fidelity = fidelity};
    assert_non_null(fidelity);
    for (uint32_t i = 0; i < max; i++) fidelity[i] = d->problem->n_fidelities - 1;
    d->base.host.stream(&d->base.host, d->asks++, &a.rng);
    const cim_status status = d->ops->ask(d->self, &a);
    assert_true(status == CIM_OK || status == CIM_DONE);
    assert_true(a.count <= max && (a.count > 0 || status == CIM_DONE));
    assert_true(!d->is_done || (status == CIM_DONE && a.count == 0));
    d->is_done = status == CIM_DONE;
    for (uint32_t i = 0; i < a.count; i++) {
        assert_int_equal(fidelity[i], d->problem->n_fidelities - 1);
        assert_inside(d->problem, points + (size_t)i * d->problem->dimensions.n);
        assert_canonical(d->problem, points + (size_t)i * d->problem->dimensions.n);
    }
    free(fidelity);
    return a.count;
}

/* Judges N points and tells the searcher; GOALS, if not NULL, gets those of each. */
static inline void driver_tell(driver *d, uint32_t n, const double *points, judge_fn *judge,
                               double *goals) {
    verdict *v = calloc(n + 1u, sizeof *v);
    cim_trial *trials = calloc(n + 1u, sizeof *trials);
    assert_true(v != NULL && trials != NULL);
    for (uint32_t i = 0; i < n; i++) {
        const double *point = points + (size_t)i * d->problem->dimensions.n;
        v[i].outcome = CIM_FEASIBLE;
        memset(v[i].known, 1, sizeof v[i].known);
        judge(d->problem, point, &v[i]);
        trials[i] = (cim_trial){.number = d->trials++, .outcome = v[i].outcome, .point = point,
                                .fidelity = d->problem->n_fidelities - 1, .goals = v[i].goals,
                                .goal_known = v[i].known, .slack = v[i].slack};
        for (uint32_t k = 0; goals && k < d->problem->goals.n; k++)
            goals[(size_t)i * d->problem->goals.n + k] =
                v[i].outcome == CIM_FEASIBLE && v[i].known[k] ? v[i].goals[k] : (double)INFINITY;
    }
    assert_int_equal(d->ops->tell(d->self, (cim_trial_table){trials, n, sizeof *trials}), CIM_OK);
    free(trials);
    free(v);
}

/* Asks for N points in batches, or for all there are; returns how many came. */
static inline uint32_t driver_run(driver *d, uint32_t n, uint32_t batch, judge_fn *judge,
                                  double *points, double *goals) {
    uint32_t given = 0;
    while (given < n && !d->is_done) {
        double *at = points + (size_t)given * d->problem->dimensions.n;
        const uint32_t max = n - given < batch ? n - given : batch;
        const uint32_t count = driver_ask(d, max, at);
        driver_tell(d, count, at, judge,
                    goals ? goals + (size_t)given * d->problem->goals.n : NULL);
        given += count;
    }
    return given;
}

/* ---- sets of points -------------------------------------------------------------------------- */

typedef struct point_row { const double *point; size_t size; } point_row;

static inline int compare_points(const void *a, const void *b) {
    const point_row *p = a, *q = b;
    return memcmp(p->point, q->point, p->size);
}

/* How many of N points are different. */
static inline size_t distinct(const cim_problem *p, const double *points, size_t n) {
    point_row *rows = calloc(n + 1, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < n; i++)
        rows[i] = (point_row){points + i * p->dimensions.n, p->dimensions.n * sizeof *points};
    qsort(rows, n, sizeof *rows, compare_points);
    size_t different = n > 0;
    for (size_t i = 1; i < n; i++) different += compare_points(&rows[i - 1], &rows[i]) != 0;
    free(rows);
    return different;
}

/* ---- snapshots ------------------------------------------------------------------------------- */

typedef struct snapshot { unsigned char *bytes; size_t size; } snapshot;

static inline cim_status keep(const cim_sink *sink, const void *data, size_t size) {
    snapshot *s = sink->context;
    s->bytes = realloc(s->bytes, s->size + size);
    assert_non_null(s->bytes);
    memcpy(s->bytes + s->size, data, size);
    s->size += size;
    return CIM_OK;
}

static inline snapshot driver_save(driver *d) {
    snapshot s = {0};
    const cim_sink sink = {.struct_size = sizeof sink, .context = &s, .write = keep};
    assert_int_equal(d->ops->save(d->self, &sink), CIM_OK);
    return s;
}
#endif
