/* searcher_fixture.h: a small host, and spaces, for unit tests of searcher.random. */
#ifndef SEARCHER_FIXTURE_H
#define SEARCHER_FIXTURE_H

#include "fake_host.h"

#include <cim/searcher.h>
#include <cim_sdk/rng.h>

#include <math.h>
#include <stdint.h>

#define TABLE_SIZE 400u   /* dimensions that the Sobol table serves */

enum { UNIFORM, SOBOL };

/* ---- the host and the plug-in ---------------------------------------------------------------- */

typedef struct fake {
    fake_host base;   /* its host's context: first, so that the streams find the seed */
    uint64_t seed;    /* 0: streams of nothing but zeros, which scramble nothing */
} fake;

static inline cim_rng stream_of(uint64_t seed, uint64_t number) {
    cim_rng rng = {{0, 0, 0, 0}};
    if (seed != 0) fake_stream(NULL, seed * 1000003u + number, &rng);
    return rng;
}

static inline void seeded_stream(const cim_host *host, uint64_t number, cim_rng *rng) {
    *rng = stream_of(((const fake *)host->context)->seed, number);
}

static inline void fake_init(fake *f, uint64_t seed) {
    fake_host_start(&f->base);
    f->base.host.stream = seeded_stream;
    f->seed = seed;
}

static inline const cim_plugin *plugin(void) {
    static const cim_plugin *loaded;
    if (loaded == NULL)
        loaded = load_plugin(BINARY_DIR "/plugins/searcher.random.so", "searcher.random",
                             CIM_SEARCHER);
    return loaded;
}

static inline const cim_searcher_ops *ops(void) {
    return plugin()->ops;
}

static inline cim_status create(fake *f, int sequence, const cim_problem *problem, void **self) {
    const uint32_t first[] = {0, 1};
    const double number = sequence;
    const char *const texts[] = {NULL};
    const cim_values values = {.struct_size = sizeof values, .n_points = 1, .n_params = 1,
                               .n_numbers = 1, .first = first, .numbers = &number, .texts = texts};
    return ops()->create(&f->base.host, &values, problem, self);
}

static inline void *created(fake *f, int sequence, const cim_problem *problem) {
    void *self = NULL;
    assert_int_equal(create(f, sequence, problem, &self), CIM_OK);
    assert_non_null(self);
    return self;
}

static inline void destroy(fake *f, void *self) {
    ops()->destroy(self);
    assert_int_equal(f->base.live, 0);
}

/* Ask NUMBER of the study, for at most MAX points; returns how many came. */
static inline uint32_t ask(fake *f, void *self, uint64_t number, uint32_t max, double *points) {
    uint32_t *fidelity = calloc(max, sizeof *fidelity);
    cim_ask a = {.struct_size = sizeof a, .max = max, .number = number, .count = max + 1,
                 .rng = stream_of(f->seed, number), .points = points, .fidelity = fidelity};
    const cim_status status = ops()->ask(self, &a);
    free(fidelity);
    assert_int_equal(status, a.count > 0 ? CIM_OK : CIM_DONE);
    assert_true(a.count <= max);
    return a.count;
}

/* ---- spaces ---------------------------------------------------------------------------------- */

static inline cim_problem problem_of(const cim_dimension *dimensions, uint32_t n) {
    static const cim_goal goals[] = {{.name = "min energy_j"}};
    return (cim_problem){.struct_size = sizeof(cim_problem), .batch = 8, .trials = 100,
                         .dimensions = {dimensions, n, sizeof *dimensions},
                         .goals = CIM_TABLE(goals), .n_fidelities = 1};
}

static const double ordinal_levels[] = {64.0, 128.0, 256.0};
static const char *const category_names[] = {"a", "b", "c", "d", "e"};

static const cim_dimension mixed[] = {
    {.name = "real", .unit = "", .kind = CIM_REAL_RANGE, .min = -3.0, .max = 5.0},
    {.name = "log", .unit = "", .kind = CIM_REAL_RANGE, .min = 1e-9, .max = 1e3, .log_scale = 1},
    {.name = "ordinal", .unit = "", .kind = CIM_ORDINAL, .n_levels = 3, .min = 64.0, .max = 256.0,
     .levels = ordinal_levels},
    {.name = "integer", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = 10, .min = 4.0,
     .max = 31.0, .step = 3.0},
    {.name = "category", .unit = "", .kind = CIM_CATEGORICAL, .n_levels = 5, .max = 4.0,
     .names = category_names},
    {.name = "log_integer", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = 8, .min = 2.0,
     .max = 16.0, .step = 2.0, .log_scale = 1},
    {.name = "huge", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = (uint64_t)1 << 53,
     .min = 0.0, .max = 0x1.0p53 - 1.0, .step = 1.0},
    {.name = "extreme", .unit = "", .kind = CIM_REAL_RANGE, .min = -1.7e308, .max = 1.7e308},
};
enum { REAL, LOG, ORDINAL, INTEGER, CATEGORY, LOG_INTEGER, HUGE_RANGE, EXTREME, N_MIXED };

/* n dimensions 0..1 */
static inline cim_dimension *unit_cube(uint32_t n) {
    cim_dimension *dimensions = calloc(n, sizeof *dimensions);
    assert_non_null(dimensions);
    for (uint32_t i = 0; i < n; i++)
        dimensions[i] = (cim_dimension){.name = "u", .unit = "", .kind = CIM_REAL_RANGE,
                                        .max = 1.0};
    return dimensions;
}

/* N points of the unit cube of n_dims dimensions, in asks of 256 or all that is wanted. */
static inline double *cube_points(int sequence, uint64_t seed, uint32_t n_dims, uint32_t n) {
    fake f;
    fake_init(&f, seed);
    cim_dimension *dimensions = unit_cube(n_dims);
    const cim_problem problem = problem_of(dimensions, n_dims);
    void *self = created(&f, sequence, &problem);
    double *points = calloc((size_t)n * n_dims, sizeof *points);
    assert_non_null(points);
    for (uint32_t i = 0, k = 0; i < n; k++) {
        const uint32_t max = n - i < 256 ? n - i : 256;
        i += ask(&f, self, k, max, points + (size_t)i * n_dims);
    }
    destroy(&f, self);
    free(dimensions);
    return points;
}

/* ---- snapshots ------------------------------------------------------------------------------- */

typedef struct snapshot { unsigned char bytes[256]; size_t size; } snapshot;

static inline cim_status keep(const cim_sink *sink, const void *data, size_t size) {
    snapshot *s = sink->context;
    assert_true(s->size + size <= sizeof s->bytes);
    memcpy(s->bytes + s->size, data, size);
    s->size += size;
    return CIM_OK;
}

static inline snapshot saved(void *self) {
    snapshot s = {.size = 0};
    const cim_sink sink = {.struct_size = sizeof sink, .context = &s, .write = keep};
    assert_int_equal(ops()->save(self, &sink), CIM_OK);
    return s;
}

#endif
