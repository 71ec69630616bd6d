/* searcher.bayesian: what older studies teach the surrogate, and what useless ones cost. */
#include "bayesian_fixture.h"

enum { OLDER_TRIALS = 60, NEW_TRIALS = 14, FRESH = 200 };

static void goals_of(const double *x, double *goals) {
    goals[0] = sin(4.0 * x[0]) * x[1] + x[2] * x[2] + x[3];
    goals[1] = exp(2.0 * x[2] - x[0] * x[1]) - x[4];
}

typedef struct older {
    cim_trial trials[OLDER_TRIALS];
    double points[OLDER_TRIALS][N_FIXTURE], goals[OLDER_TRIALS][2], slack[OLDER_TRIALS][1];
    uint8_t known[OLDER_TRIALS][2];
    cim_older_study study;
} older;

enum { ALIKE, NOISE };

static void older_make(older *o, fixture *f, int kind, uint64_t seed) {
    cim_rng rng = rng_of(seed);
    for (size_t i = 0; i < OLDER_TRIALS; i++) {
        double x[64];
        for (uint32_t d = 0; d < N_FIXTURE; d++)
            o->points[i][d] = cim_dimension_draw(&fixture_dimensions[d], &rng);
        cim_designs_canonical(&f->designs, o->points[i]);
        encoding_of(&f->encoding, &f->designs, o->points[i], x);
        goals_of(x, o->goals[i]);
        for (int k = 0; k < 2; k++) {
            o->goals[i][k] =
                kind == NOISE ? cim_rng_uniform(&rng) : 5.0 + 0.3 * o->goals[i][k] + 0.02 * x[1];
            o->known[i][k] = i % 9 != 4;
        }
        o->slack[i][0] = NAN;
        if (i % 15 == 3) o->points[i][1] = NAN; /* some lack a dimension, and one all */
        for (uint32_t d = 0; i == 7 && d < N_FIXTURE; d++) o->points[i][d] = NAN;
        o->trials[i] = (cim_trial){.number = i, .outcome = i % 11 == 5 ? CIM_FAILED : CIM_FEASIBLE,
                                   .point = o->points[i], .goals = o->goals[i],
                                   .goal_known = o->known[i], .slack = o->slack[i]};
    }
    o->study = (cim_older_study){.name = "older", .trials = CIM_TABLE(o->trials)};
}

/* Mean squared error, of a variance of about 1, on fresh points after NEW_TRIALS. */
static double error_of(fixture *f, surrogate *s) {
    cim_rng rng = rng_of(5);
    double x[64], goals[2], slack[1] = {NAN}, mean[4], sd[4], sum = 0.0;
    for (int i = 0; i < NEW_TRIALS; i++) {
        fixture_draw(f, &rng, x);
        goals_of(x, goals);
        assert_int_equal(surrogate_add(s, x, goals, slack, 0, 0), CIM_OK);
    }
    assert_int_equal(surrogate_fit(s, &rng), CIM_OK);
    for (int i = 0; i < FRESH; i++) {
        fixture_draw(f, &rng, x);
        goals_of(x, goals);
        surrogate_predict(s, x, 1, mean, sd);
        for (uint32_t k = 0; k < 2; k++)
            sum += pow(mean[k] - surrogate_value(s, k, goals[k]), 2.0) / (2.0 * FRESH);
    }
    return sum;
}

static void check_gradients(fixture *f, surrogate *s) {
    const uint32_t n = f->encoding.n_features;
    cim_rng rng = rng_of(6);
    double x[64], mean[4], sd[4], dmean[4 * 64], dsd[4 * 64], m[2][4], d[2][4];
    fixture_draw(f, &rng, x);
    surrogate_gradient(s, x, mean, sd, dmean, dsd);
    for (uint32_t i = 0; i < n; i++) {
        const double at = x[i], h = 1e-5;
        for (int side = 0; side < 2; side++) {
            x[i] = at + (side ? h : -h);
            surrogate_predict(s, x, 1, m[side], d[side]);
        }
        x[i] = at;
        for (uint32_t k = 0; k < surrogate_outputs(s); k++) {
            assert_near(dmean[k * n + i], (m[1][k] - m[0][k]) / (2.0 * h), 1e-5, 1e-7);
            assert_near(dsd[k * n + i], (d[1][k] - d[0][k]) / (2.0 * h), 1e-5, 1e-7);
        }
    }
}

/* Errors with what N studies know. */
static double learned(const older *all, uint32_t n) {
    cim_older_study studies[2];
    cim_problem problem = fixture_problem(2, 1);
    for (uint32_t i = 0; i < n; i++) studies[i] = all[i].study;
    problem.older = (cim_older_study_table){studies, n, sizeof *studies};
    fixture f;
    surrogate *s = NULL;
    fixture_open(&f, &problem);
    assert_int_equal(surrogate_open(&s, &f.base.host, &f.problem, &f.encoding), CIM_OK);
    const double error = error_of(&f, s);
    check_gradients(&f, s);
    surrogate_close(s);
    fixture_close(&f);
    return error;
}

static void test_transfer(void **state) {
    (void)state;
    static older all[2];
    const cim_problem problem = fixture_problem(2, 1);
    fixture f;
    fixture_open(&f, &problem);
    older_make(&all[0], &f, ALIKE, 1);
    older_make(&all[1], &f, NOISE, 2);
    const double cold = learned(all, 0), warm = learned(all, 1), both = learned(all, 2);
    const double misled = learned(all + 1, 1);
    fixture_close(&f);
    assert_true(warm < 0.5 * cold);
    assert_true(both < 0.6 * cold);
    assert_true(misled < 1.2 * cold);
}

/* A host that knows nothing of older studies. */
static void test_short_problem(void **state) {
    (void)state;
    cim_problem problem = fixture_problem(2, 0);
    problem.struct_size = offsetof(cim_problem, older);
    problem.older.n = 3;
    fixture f;
    surrogate *s = NULL;
    fixture_open(&f, &problem);
    assert_int_equal(surrogate_open(&s, &f.base.host, &f.problem, &f.encoding), CIM_OK);
    assert_int_equal(s->n_older, 0);
    surrogate_close(s);
    fixture_close(&f);
}

/* Memory runs out at each allocation in turn: refused, and nothing is left behind. */
static void test_memory(void **state) {
    (void)state;
    static older old;
    cim_problem problem = fixture_problem(2, 1);
    fixture f;
    fixture_open(&f, &problem);
    older_make(&old, &f, ALIKE, 1);
    f.problem.older = (cim_older_study_table){&old.study, 1, sizeof old.study};
    const int live = f.base.live;
    cim_status status = CIM_E_MEMORY;
    for (int at = 0; status != CIM_OK; at++) {
        surrogate *s = NULL;
        f.base.fail_at = f.base.allocations + at;
        status = surrogate_open(&s, &f.base.host, &f.problem, &f.encoding);
        assert_true(status == CIM_OK || status == CIM_E_MEMORY);
        assert_true((s != NULL) == (status == CIM_OK));
        surrogate_close(s);
        assert_int_equal(f.base.live, live);
    }
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transfer),
        cmocka_unit_test(test_short_problem),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
