/* bayesian_fixture.h: spaces and random points for tests of searcher.bayesian's surrogate. */
#ifndef BAYESIAN_FIXTURE_H
#define BAYESIAN_FIXTURE_H

#include "fake_host.h"

#include "searchers/bayesian/surrogate_private.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <stdint.h>

static inline cim_rng rng_of(uint64_t seed) {
    cim_rng rng;
    fake_stream(NULL, seed, &rng);
    return rng;
}

/* ---- a mixed space, of whose dimensions the last is active at levels 1 and 2 of "kind" ------- */

static const double fixture_levels[] = {1.0, 2.0, 4.0, 8.0, 16.0};
static const char *const fixture_names[] = {"a", "b", "c"};
static const cim_dimension fixture_dimensions[] = {
    {.name = "real", .unit = "", .kind = CIM_REAL_RANGE, .min = -3.0, .max = 5.0},
    {.name = "log", .unit = "", .kind = CIM_REAL_RANGE, .min = 1e-9, .max = 1e3, .log_scale = 1,
     .default_coordinate = 1.0},
    {.name = "ordinal", .unit = "", .kind = CIM_ORDINAL, .n_levels = 5, .min = 1.0, .max = 16.0,
     .levels = fixture_levels},
    {.name = "kind", .unit = "", .kind = CIM_CATEGORICAL, .n_levels = 3, .max = 2.0,
     .names = fixture_names},
    {.name = "integer", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = 10, .min = 4.0,
     .max = 31.0, .step = 3.0, .default_coordinate = 2.0},
};
enum { N_FIXTURE = 5, N_FIXTURE_FEATURES = 7 };
static const uint64_t fixture_on[] = {1, 2};
static const cim_activity fixture_activities[] = {{.target = 4, .on = 3, .n_levels = 2,
                                                   .levels = fixture_on}};

static inline cim_problem fixture_problem(uint32_t n_goals, uint32_t n_constraints) {
    static const cim_goal goals[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}};
    return (cim_problem){.struct_size = sizeof(cim_problem), .batch = 4, .trials = 100,
                         .dimensions = CIM_TABLE(fixture_dimensions),
                         .activities = CIM_TABLE(fixture_activities),
                         .goals = {goals, n_goals, sizeof *goals},
                         .constraints = {goals, n_constraints, sizeof *goals}, .n_fidelities = 1};
}

/* ---- an encoding of it, and N random canonical points as features ---------------------------- */

typedef struct fixture {
    fake_host base;
    cim_problem problem;
    cim_designs designs;
    encoding encoding;
} fixture;

static inline void fixture_open(fixture *f, const cim_problem *problem) {
    fake_host_start(&f->base);
    f->problem = *problem;
    assert_int_equal(cim_designs_init(&f->designs, &f->base.host, &f->problem), CIM_OK);
    assert_int_equal(encoding_open(&f->encoding, &f->base.host, &f->problem), CIM_OK);
}

static inline void fixture_close(fixture *f) {
    encoding_close(&f->encoding);
    cim_designs_free(&f->designs);
    assert_int_equal(f->base.live, 0);
}

static inline void fixture_draw(fixture *f, cim_rng *rng, double *features) {
    double point[256];
    for (uint32_t i = 0; i < f->problem.dimensions.n; i++)
        point[i] = cim_dimension_draw(CIM_ROW(cim_dimension, f->problem.dimensions, i), rng);
    cim_designs_canonical(&f->designs, point);
    encoding_of(&f->encoding, &f->designs, point, features);
}

/* ---- a process on that space ----------------------------------------------------------------- */

static inline gp_space fixture_space(const fixture *f) {
    return (gp_space){.n = f->encoding.n_features, .n_dimensions = f->problem.dimensions.n,
                      .centre = f->encoding.centre, .scale = f->encoding.scale,
                      .is_level = f->encoding.is_level, .is_summary = f->encoding.is_summary,
                      .has_summary = f->encoding.n_vectors > 0,
                      .most_waves = f->encoding.most_waves};
}

static inline void fixture_theta(const gp_space *s, cim_rng *rng, double *theta) {
    for (size_t i = 0; i < gp_n_theta(s); i++) theta[i] = -1.0 + 2.0 * cim_rng_uniform(rng);
    theta[s->n + THETA_NOISE] = log(1e-3);
}

static inline void assert_near(double a, double b, double relative, double least) {
    if (!(fabs(a - b) <= relative * fmax(fabs(a), fabs(b)) + least))
        fail_msg("%.17g is not %.17g", a, b);
}

#endif
