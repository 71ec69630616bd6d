/* searcher.bayesian: the surrogate's parts: transforms, covariances, the minimiser. */
#include "bayesian_fixture.h"

#include "searchers/bayesian/lbfgs.h"

/* ---- transforms ------------------------------------------------------------------------------ */

enum { N = 60 };

enum { NORMAL, SKEWED, DECADES, NEGATIVE, EQUAL, MOSTLY_EQUAL, HUGE_ONES, SHARES, MINUS_SHARES,
       N_SHAPES };

static double shape(int kind, cim_rng *rng, int i) {
    const double u = cim_rng_uniform(rng), z = u + cim_rng_uniform(rng) - 1.0;
    const double all[] = {3.0 + z,
                          exp(3.0 * z),
                          pow(10.0, 24.0 * u - 12.0),
                          -pow(10.0, 12.0 * z),
                          4.0,
                          i < N - 3 ? 1.0 : 1.0 + u,
                          1e250 * z,
                          1.0 / (1.0 + exp(12.0 * z)),
                          -1.0 / (1.0 + exp(12.0 * z))};
    return all[kind];
}

static void test_transforms(void **state) {
    (void)state;
    for (int s = 0; s < N_SHAPES; s++)
        for (int kind = 0; kind < N_TRANSFORMS; kind++) {
            cim_rng rng = rng_of((uint64_t)s + 1);
            double y[N], work[N], mean = 0.0, variance = 0.0;
            for (int i = 0; i < N; i++) y[i] = shape(s, &rng, i);
            if (!transform_holds(kind, y, N, work)) continue;
            const transform t = transform_of(kind, y, N, work);
            for (int i = 0; i < N; i++) mean += transform_value(&t, y[i]) / N;
            for (int i = 0; i < N; i++) variance += pow(transform_value(&t, y[i]) - mean, 2.0) / N;
            assert_near(mean, 0.0, 0.0, 1e-9);
            if (s != EQUAL) assert_near(variance, 1.0, 1e-9, 0.0);
            for (int i = 0; i < N; i++)
                for (int k = 0; k < N; k++)
                    if (y[i] < y[k])
                        assert_true(transform_value(&t, y[i]) <= transform_value(&t, y[k]));
        }
}

/* exp(log slope) is the derivative. */
static void test_slopes(void **state) {
    (void)state;
    for (int kind = 0; kind < N_TRANSFORMS; kind++) {
        cim_rng rng = rng_of(3);
        double y[N], work[N];
        for (int i = 0; i < N; i++)
            y[i] = shape(kind == TRANSFORM_SHARE ? MINUS_SHARES : SKEWED, &rng, i);
        const transform t = transform_of(kind, y, N, work);
        for (int i = 0; i < N; i++) {
            const double h = 1e-5 * y[i];
            const double slope =
                (transform_value(&t, y[i] + h) - transform_value(&t, y[i] - h)) / (2.0 * h);
            assert_near(exp(transform_log_slope(&t, y[i])), slope, 1e-6, 0.0);
        }
    }
}

/* Skewed outputs become nearly symmetric; the level transform keeps signs. */
static void test_what_they_are_for(void **state) {
    (void)state;
    cim_rng rng = rng_of(4);
    double y[N], work[N], third = 0.0, before = 0.0;
    for (int i = 0; i < N; i++) y[i] = shape(SKEWED, &rng, i);
    const transform none = transform_of(TRANSFORM_NONE, y, N, work);
    const transform power = transform_of(TRANSFORM_POWER, y, N, work);
    for (int i = 0; i < N; i++) third += pow(transform_value(&power, y[i]), 3.0) / N;
    for (int i = 0; i < N; i++) before += pow(transform_value(&none, y[i]), 3.0) / N;
    if (!(before > 1.0 && fabs(third) < 0.3 * before)) fail_msg("%g, from %g", third, before);
    assert_true(transform_is_promising(TRANSFORM_LOG, y, N, work));
    for (int i = 0; i < N; i++) /* products of cosines, one, two, .. of which are 0 */
        y[i] = (1.0 + 0.1 * i) * pow(6e-17, i % 5);
    assert_false(transform_holds(TRANSFORM_LOG, y, N, work));
    for (int i = 0; i < N; i++) y[i] = shape(NORMAL, &rng, i);
    assert_false(transform_is_promising(TRANSFORM_POWER, y, N, work));
    for (int i = 0; i < N; i++) y[i] = (i % 2 ? -1.0 : 1.0) * pow(10.0, i % 9);
    const transform level = transform_of(TRANSFORM_LEVEL, y, N, work);
    for (int i = 0; i < N; i++)
        assert_true((transform_value(&level, y[i]) > transform_value(&level, 0.0)) == (y[i] > 0.0));
}

/* Ends included; back again; nothing but shares. */
static void test_shares(void **state) {
    (void)state;
    for (double low = -1.0; low <= 0.0; low += 1.0) {
        double y[] = {low, low + 1e-3, low + 0.3, low + 0.5, low + 1.0}, work[5];
        assert_true(transform_holds(TRANSFORM_SHARE, y, 5, work));
        const transform t = transform_of(TRANSFORM_SHARE, y, 5, work);
        for (int i = 0; i < 5; i++) {
            const double value = transform_value(&t, y[i]);
            assert_true(isfinite(value) && isfinite(transform_log_slope(&t, y[i])));
            assert_near(transform_inverse(&t, value), y[i], 1e-12, 1e-12);
        }
        y[4] += 0.01;
        assert_false(transform_holds(TRANSFORM_SHARE, y, 5, work));
        y[4] = low == 0.0 ? -0.01 : low - 0.01;
        assert_false(transform_holds(TRANSFORM_SHARE, y, 5, work));
    }
}

/* ---- covariances ----------------------------------------------------------------------------- */

/* Positive definite at random points of a mixed space, some twice, without more noise than
 * given. */
static void test_covariance(void **state) {
    (void)state;
    enum { POINTS = 120 };
    const cim_problem problem = fixture_problem(1, 0);
    fixture f;
    fixture_open(&f, &problem);
    const gp_space space = fixture_space(&f);
    for (int c = 0; c < 60; c++) {
        cim_rng rng = rng_of(100 + (uint64_t)c);
        static double x[POINTS * N_FIXTURE_FEATURES], y[POINTS];
        double theta[N_FIXTURE_FEATURES + THETA_EXTRA];
        for (int i = 0; i < POINTS; i++) {
            fixture_draw(&f, &rng, x + i * N_FIXTURE_FEATURES);
            if (i % 10 == 9) memcpy(x + i * N_FIXTURE_FEATURES, x, N_FIXTURE_FEATURES * sizeof *x);
            y[i] = cim_rng_uniform(&rng);
        }
        for (size_t i = 0; i < gp_n_theta(&space); i++)
            theta[i] = -3.0 + 6.0 * cim_rng_uniform(&rng);
        theta[space.n + THETA_NOISE] = log(1e-6);
        gp g = {.host = NULL};
        const gp_form form = {c % N_KERNELS, c % N_TRENDS, c % 4 == 3 ? 12 : 0};
        assert_int_equal(gp_open(&g, &f.base.host, &space, POINTS, 0), CIM_OK);
        assert_int_equal(gp_condition(&g, &form, theta, x, y, POINTS), CIM_OK);
        assert_true(g.theta[space.n + THETA_NOISE] == log(1e-6));
        gp_close(&g);
    }
    fixture_close(&f);
}

/* ---- the minimiser --------------------------------------------------------------------------- */

static double valley(void *context, const double *x, double *gradient) {
    ++*(int *)context;
    gradient[0] = -400.0 * x[0] * (x[1] - x[0] * x[0]) - 2.0 * (1.0 - x[0]);
    gradient[1] = 200.0 * (x[1] - x[0] * x[0]);
    return 100.0 * pow(x[1] - x[0] * x[0], 2.0) + pow(1.0 - x[0], 2.0);
}

/* Rosenbrock's valley, free and with the minimum cut off: then at x = 0.5, y = 0.25. */
static void test_minimiser(void **state) {
    (void)state;
    const double low[] = {-2.0, -2.0};
    for (int cut = 0; cut < 2; cut++) {
        const double high[] = {cut ? 0.5 : 2.0, 2.0};
        double x[] = {-1.2, 1.0}, work[(2 * LBFGS_MEMORY + 5) * 2];
        int calls = 0;
        const lbfgs_problem p = {.n = 2,
                                 .low = low,
                                 .high = high,
                                 .most_calls = 200,
                                 .tolerance = 1e-14,
                                 .function = valley,
                                 .context = &calls};
        const double value = lbfgs_minimise(&p, x, work);
        assert_near(x[0], cut ? 0.5 : 1.0, 1e-4, 0.0);
        assert_near(x[1], cut ? 0.25 : 1.0, 1e-4, 0.0);
        assert_near(value, cut ? 0.25 : 0.0, 1e-6, 1e-8);
        assert_true(calls < 100);
    }
}

static double no_value(void *context, const double *x, double *gradient) {
    (void)context;
    gradient[0] = 1.0;
    return x[0] < 0.5 ? INFINITY : x[0];
}

/* What is not acceptable is not stepped into. */
static void test_walls(void **state) {
    (void)state;
    const double low = 0.0, high = 1.0;
    double x = 0.9, work[2 * LBFGS_MEMORY + 5];
    const lbfgs_problem p = {.n = 1,
                             .low = &low,
                             .high = &high,
                             .most_calls = 60,
                             .tolerance = 1e-9,
                             .function = no_value};
    assert_true(lbfgs_minimise(&p, &x, work) < 0.9 && x >= 0.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transforms), cmocka_unit_test(test_slopes),
        cmocka_unit_test(test_what_they_are_for),
        cmocka_unit_test(test_shares), cmocka_unit_test(test_covariance),
        cmocka_unit_test(test_minimiser), cmocka_unit_test(test_walls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
