/* searcher.bayesian: what the surrogate as a whole makes of told trials, odd ones among them. */
#include "bayesian_fixture.h"

enum { MOST_VALUES = 4, N_QUERY = 6 };

/* Goals of features: smooth, and different ones. */
static void goals_of(const double *x, double *goals) {
    goals[0] = 3.0 * x[0] + x[1] * x[1] + x[3] - x[4];
    goals[1] = exp(4.0 * x[2] - 2.0 * x[0]);
}

static surrogate *opened(fixture *f) {
    surrogate *s = NULL;
    assert_int_equal(surrogate_open(&s, &f->base.host, &f->problem, &f->encoding), CIM_OK);
    return s;
}

static void fitted(surrogate *s, uint64_t seed) {
    cim_rng rng = rng_of(seed);
    assert_int_equal(surrogate_fit(s, &rng), CIM_OK);
}

static void tell(fixture *f, surrogate *s, cim_rng *rng, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double x[64], goals[MOST_VALUES], slack[1];
        fixture_draw(f, rng, x);
        goals_of(x, goals);
        slack[0] = x[0] - 0.5;
        assert_int_equal(surrogate_add(s, x, goals, slack, 0, 0), CIM_OK);
    }
}

/* All predictions finite, deviations above 0, gradients those of the predictions. */
static void check_predictions(fixture *f, surrogate *s, uint64_t seed) {
    const uint32_t m = surrogate_outputs(s), n = f->encoding.n_features;
    cim_rng rng = rng_of(seed);
    double x[N_QUERY * 64], mean[N_QUERY * 8], sd[N_QUERY * 8], at_mean[8], at_sd[8];
    double dmean[8 * 64], dsd[8 * 64];
    for (size_t i = 0; i < N_QUERY; i++) fixture_draw(f, &rng, x + i * n);
    surrogate_predict(s, x, N_QUERY, mean, sd);
    for (size_t i = 0; i < N_QUERY * m; i++) assert_true(isfinite(mean[i]) && sd[i] > 0.0);
    surrogate_gradient(s, x, at_mean, at_sd, dmean, dsd);
    for (uint32_t k = 0; k < m; k++) {
        assert_near(at_mean[k], mean[k], 1e-9, 1e-9);
        assert_near(at_sd[k], sd[k], 1e-6, 1e-9);
    }
    for (size_t k = 0; k < (size_t)m * n; k++) assert_true(isfinite(dmean[k]) && isfinite(dsd[k]));
}

static void test_learns(void **state) {
    (void)state;
    const cim_problem problem = fixture_problem(2, 1);
    fixture f;
    fixture_open(&f, &problem);
    surrogate *s = opened(&f);
    cim_rng rng = rng_of(1);
    tell(&f, s, &rng, 40);
    fitted(s, 1);
    assert_int_equal(surrogate_outputs(s), 3);
    check_predictions(&f, s, 2);
    double wrong = 0.0, limit_wrong = 0.0;
    for (int i = 0; i < 50; i++) {
        double x[64], goals[MOST_VALUES], mean[3], sd[3];
        fixture_draw(&f, &rng, x);
        goals_of(x, goals);
        surrogate_predict(s, x, 1, mean, sd);
        for (uint32_t k = 0; k < 2; k++)
            wrong += pow(mean[k] - surrogate_value(s, k, goals[k]), 2.0) / 100.0;
        if (fabs(x[0] - 0.5) > 0.02)
            limit_wrong += (mean[2] <= surrogate_limit(s, 0)) != (x[0] <= 0.5);
    }
    assert_true(wrong < 0.05); /* of a variance of 1 */
    assert_true(limit_wrong == 0.0);
    surrogate_close(s);
    fixture_close(&f);
}

/* ---- snapshots ------------------------------------------------------------------------------- */

typedef struct kept { unsigned char *bytes; size_t size; } kept;

static cim_status keep(const cim_sink *sink, const void *data, size_t size) {
    kept *k = sink->context;
    k->bytes = realloc(k->bytes, k->size + size);
    assert_non_null(k->bytes);
    memcpy(k->bytes + k->size, data, size);
    k->size += size;
    return CIM_OK;
}

static void save(const surrogate *s, kept *k) {
    const cim_sink sink = {.struct_size = sizeof sink, .context = k, .write = keep};
    cim_snapshot_writer w;
    cim_snapshot_begin(&w, &sink, 1, 2);
    surrogate_save(s, &w);
    assert_int_equal(cim_snapshot_end(&w), CIM_OK);
}

static cim_snapshot_reader opened_snapshot(fixture *f, const kept *k) {
    cim_snapshot_reader r;
    assert_int_equal(cim_snapshot_open(&r, &f->base.host, k->bytes, k->size, 1, 2), CIM_OK);
    return r;
}

static void assert_same(fixture *f, surrogate *a, surrogate *b) {
    double x[64], mean[2][8], sd[2][8];
    cim_rng rng = rng_of(9);
    assert_int_equal(surrogate_outputs(a), surrogate_outputs(b));
    for (int i = 0; i < 20; i++) {
        fixture_draw(f, &rng, x);
        surrogate_predict(a, x, 1, mean[0], sd[0]);
        surrogate_predict(b, x, 1, mean[1], sd[1]);
        assert_memory_equal(mean[0], mean[1], surrogate_outputs(a) * sizeof(double));
        assert_memory_equal(sd[0], sd[1], surrogate_outputs(a) * sizeof(double));
    }
}

/* At every size, and with more trials after it: what was loaded predicts the same bits. */
static void test_snapshot(void **state) {
    (void)state;
    const cim_problem problem = fixture_problem(2, 1);
    fixture f;
    fixture_open(&f, &problem);
    surrogate *s = opened(&f);
    cim_rng rng = rng_of(3);
    for (int round = 0; round < 12; round++) {
        tell(&f, s, &rng, 6);
        if (round == 5) {
            double x[64], none[] = {NAN, NAN};
            fixture_draw(&f, &rng, x);
            assert_int_equal(surrogate_add(s, x, none, none, 1, 0), CIM_OK);
        }
        kept k = {.bytes = NULL};
        save(s, &k);
        cim_snapshot_reader whole = opened_snapshot(&f, &k), r = whole;
        surrogate *loaded = opened(&f);
        assert_int_equal(surrogate_load(loaded, &r), CIM_OK);
        assert_int_equal(r.left, 0);
        fitted(s, 4);
        fitted(loaded, 4);
        assert_same(&f, s, loaded);
        surrogate_close(loaded);
        for (size_t cut = 0; cut < whole.left; cut += 125) { /* cut off */
            surrogate *refused = opened(&f);
            r = whole;
            r.left = cut;
            assert_int_equal(surrogate_load(refused, &r), CIM_E_ARGUMENT);
            surrogate_close(refused);
        }
        free(k.bytes);
    }
    surrogate_close(s);
    fixture_close(&f);
}

/* ---- odd trials ------------------------------------------------------------------------------ */

enum { CONSTANT, DUPLICATES, UNKNOWN, FAILED, TINY, HUGE_GOALS, DECADES, ODD };

static void tell_odd(fixture *f, surrogate *s, int kind, cim_rng *rng, size_t n) {
    double first[64], x[64], goals[MOST_VALUES], slack[] = {1.0};
    fixture_draw(f, rng, first);
    for (size_t i = 0; i < n; i++) {
        fixture_draw(f, rng, x);
        goals_of(x, goals);
        if (kind == CONSTANT) goals[0] = 7.0, goals[1] = 0.0;
        if (kind == UNKNOWN) goals[0] = NAN, slack[0] = NAN;
        if (kind == TINY) goals[0] *= 1e-12, goals[1] *= 1e-12;
        if (kind == HUGE_GOALS) goals[0] *= 1e12, goals[1] *= -1e12;
        if (kind == DECADES) goals[0] = pow(10.0, 24.0 * x[0] - 12.0), goals[1] = goals[0] - 1.0;
        assert_int_equal(surrogate_add(s, kind == DUPLICATES ? first : x, goals, slack,
                                       kind == FAILED, 0), CIM_OK);
    }
}

static void test_odd(void **state) {
    (void)state;
    const cim_problem problem = fixture_problem(2, 1);
    for (int kind = 0; kind < ODD; kind++)
        for (size_t n = 0; n <= 20; n += n < 4 ? 1 : 8) {
            fixture f;
            fixture_open(&f, &problem);
            surrogate *s = opened(&f);
            cim_rng rng = rng_of(5);
            tell_odd(&f, s, kind, &rng, n);
            fitted(s, 1);
            check_predictions(&f, s, 6);
            for (int i = 0; i < LEAST_BELIEVED; i++) {
                double x[64];
                fixture_draw(&f, &rng, x);
                assert_int_equal(surrogate_believe(s, x), CIM_OK);
            }
            check_predictions(&f, s, 6);
            surrogate_forget(s);
            tell_odd(&f, s, kind, &rng, 3);
            fitted(s, 2);
            check_predictions(&f, s, 7);
            surrogate_close(s);
            fixture_close(&f);
        }
}

/* One dimension; nothing but categories. */
static void test_small_spaces(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++) {
        cim_problem problem = fixture_problem(1, 0);
        problem.activities.n = 0;
        problem.dimensions.rows = &fixture_dimensions[k ? 3 : 0];
        problem.dimensions.n = 1;
        fixture f;
        fixture_open(&f, &problem);
        surrogate *s = opened(&f);
        cim_rng rng = rng_of(8);
        for (size_t n = 0; n < 30; n++) {
            double x[64], goals[1];
            fixture_draw(&f, &rng, x);
            goals[0] = k ? x[0] + 2.0 * x[1] : sin(9.0 * x[0]);
            assert_int_equal(surrogate_add(s, x, goals, NULL, 0, 0), CIM_OK);
            fitted(s, n);
            check_predictions(&f, s, 6);
        }
        surrogate_close(s);
        fixture_close(&f);
    }
}

/* More trials than predictions rest on. */
static void test_many(void **state) {
    (void)state;
    const cim_problem problem = fixture_problem(2, 1);
    fixture f;
    fixture_open(&f, &problem);
    surrogate *s = opened(&f), *t = opened(&f);
    cim_rng rng = rng_of(11), again = rng_of(11);
    tell(&f, s, &rng, MOST_CONDITIONED + 200);
    tell(&f, t, &again, MOST_CONDITIONED + 200);
    fitted(s, 1);
    fitted(t, 1);
    assert_same(&f, s, t);
    check_predictions(&f, s, 12);
    assert_int_equal(s->outputs[0].process.n, MOST_CONDITIONED);
    surrogate_close(s);
    surrogate_close(t);
    fixture_close(&f);
}

/* Trials of a cheap level stand apart from those of the full one, which is what is predicted. */
static void test_fidelity(void **state) {
    (void)state;
    cim_problem problem = fixture_problem(2, 0);
    problem.n_fidelities = 2;
    fixture f;
    fixture_open(&f, &problem);
    surrogate *s = opened(&f);
    cim_rng rng = rng_of(21);
    double x[64], goals[MOST_VALUES], mean[2], sd[2], wrong = 0.0;
    for (uint32_t i = 0; i < 60; i++) {
        fixture_draw(&f, &rng, x);
        goals_of(x, goals);
        if (i % 3 != 0) goals[0] -= 2.0; /* the cheap level flatters */
        assert_int_equal(surrogate_add(s, x, goals, NULL, 0, i % 3 == 0), CIM_OK);
    }
    fitted(s, 1);
    check_predictions(&f, s, 2);
    for (int i = 0; i < 50; i++) {
        fixture_draw(&f, &rng, x);
        goals_of(x, goals);
        surrogate_predict(s, x, 1, mean, sd);
        wrong += pow(mean[0] - surrogate_value(s, 0, goals[0]), 2.0) / 50.0;
    }
    assert_true(wrong < 0.05);
    surrogate_close(s);
    fixture_close(&f);
}

/* Only what meets the constraint climbs: how far it climbed must not explain the constraint, where
 * the host says that it is the same at every level. */
static void test_exact_constraint(void **state) {
    (void)state;
    static const cim_goal constraints[] = {{.name = "area_mm2 <= 1", .is_exact = 1}};
    cim_problem problem = fixture_problem(1, 0);
    problem.n_fidelities = 2;
    problem.constraints = (cim_goal_table)CIM_TABLE(constraints);
    fixture f;
    fixture_open(&f, &problem);
    surrogate *s = opened(&f);
    cim_rng rng = rng_of(22);
    double x[64], goals[MOST_VALUES], slack[1], mean[2], sd[2];
    for (uint32_t i = 0; i < 40; i++) {
        fixture_draw(&f, &rng, x);
        goals_of(x, goals);
        slack[0] = x[0] < 0.3 ? -1.0 : 1.0;
        assert_int_equal(surrogate_add(s, x, goals, slack, 0, slack[0] < 0), CIM_OK);
    }
    fitted(s, 1);
    uint32_t wrong = 0;
    for (int i = 0; i < 100; i++) {
        fixture_draw(&f, &rng, x);
        surrogate_predict(s, x, 1, mean, sd);
        wrong += (mean[1] > surrogate_limit(s, 0)) != (x[0] >= 0.3);
    }
    assert_in_range(wrong, 0, 10);
    surrogate_close(s);
    fixture_close(&f);
}

/* ---- features -------------------------------------------------------------------------------- */

static void test_features(void **state) {
    (void)state;
    static const cim_dimension many = {.name = "many", .unit = "", .kind = CIM_CATEGORICAL,
                                       .n_levels = 100000, .max = 99999.0};
    static const cim_dimension wide = {.name = "wide", .unit = "", .kind = CIM_REAL_RANGE,
                                       .min = -1.7e308, .max = 1.7e308};
    cim_problem problem = fixture_problem(1, 0);
    fixture f;
    double x[64];
    fixture_open(&f, &problem);
    assert_int_equal(f.encoding.n_features, N_FIXTURE_FEATURES);
    const double active[] = {1.0, 1e-3, 3.0, 1.0, 9.0}, inactive[] = {5.0, 1e3, 0.0, 0.0, 2.0};
    encoding_of(&f.encoding, &f.designs, active, x);
    const double expected[] = {0.5, 0.5, 0.75, 0.0, sqrt(0.5), 0.0, 1.0};
    for (int i = 0; i < N_FIXTURE_FEATURES; i++) assert_near(x[i], expected[i], 1e-12, 1e-15);
    encoding_of(&f.encoding, &f.designs, inactive, x);
    const double other[] = {1.0, 1.0, 0.0, sqrt(0.5), 0.0, 0.0, 0.5};
    for (int i = 0; i < N_FIXTURE_FEATURES; i++) assert_near(x[i], other[i], 1e-12, 1e-15);
    fixture_close(&f);
    problem.activities.n = 0;
    problem.dimensions = (cim_dimension_table){&many, 1, sizeof many};
    fixture_open(&f, &problem);
    assert_int_equal(f.encoding.n_features, MOST_LEVEL_FEATURES);
    encoding_of(&f.encoding, &f.designs, (double[]){99999.0}, x);
    double sum = 0.0;
    for (int i = 0; i < MOST_LEVEL_FEATURES; i++) sum += x[i];
    assert_near(sum, sqrt(0.5), 1e-15, 0.0);
    fixture_close(&f);
    problem.dimensions.rows = &wide;
    fixture_open(&f, &problem);
    encoding_of(&f.encoding, &f.designs, (double[]){-1.7e308}, x);
    assert_true(x[0] == 0.0);
    encoding_of(&f.encoding, &f.designs, (double[]){1.7e308}, x);
    assert_true(x[0] == 1.0);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learns),      cmocka_unit_test(test_snapshot),
        cmocka_unit_test(test_odd),         cmocka_unit_test(test_small_spaces),
        cmocka_unit_test(test_many),        cmocka_unit_test(test_fidelity),
        cmocka_unit_test(test_exact_constraint),
        cmocka_unit_test(test_features),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
