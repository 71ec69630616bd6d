/* searcher.evolutionary: steps and blends of one coordinate, by themselves. */
#include "searcher_problems.h"

#include "searchers/evolutionary/operators.c"

enum { N = 20000 };

static cim_rng rng_of(uint64_t seed) {
    cim_rng rng;
    fake_stream(NULL, seed, &rng);
    return rng;
}

static void assert_holds(const cim_dimension *d, double x) {
    assert_true(cim_dimension_holds(d, x));
}

/* From anywhere and with any step: inside, and where there are levels, elsewhere. */
static void test_steps(void **state) {
    (void)state;
    static const double sizes[] = {1e-3, 0.05, 0.2, 0.5};
    cim_rng rng = rng_of(1);
    for (size_t k = 0; k < MIXED_DIMENSIONS; k++) {
        for (size_t i = 0; i < N; i++) {
            const double u = i % 8 == 0 ? 0.0 : i % 8 == 1 ? 1.0 - 0x1p-53 : cim_rng_uniform(&rng);
            const double x = cim_dimension_at(&mixed[k], u);
            const double to = operator_step(&mixed[k], x, sizes[i % 4], &rng);
            assert_holds(&mixed[k], x);
            assert_holds(&mixed[k], to);
            assert_true(mixed[k].kind == CIM_REAL_RANGE || to != x);
        }
    }
}

/* Mean and standard deviation of N steps from X, on the scale that MEASURE gives. */
static void spread(const cim_dimension *d, double x, double step, double (*measure)(double),
                   double *mean, double *sd) {
    cim_rng rng = rng_of(2);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double y = measure(operator_step(d, x, step, &rng)) - measure(x);
        sum += y;
        squares += y * y;
    }
    *mean = sum / N;
    *sd = sqrt(squares / N - *mean * *mean);
}

static double as_it_is(double x) { return x; }

static void test_size_of_real_steps(void **state) {
    (void)state;
    double mean, sd;
    spread(&mixed[0], 1.0, 0.05, as_it_is, &mean, &sd); /* -3 .. 5: 0.05 x 8 */
    assert_true(fabs(mean) < 0.015 && fabs(sd / 0.4 - 1.0) < 0.02);
    spread(&mixed[1], 1e-3, 0.05, log10, &mean, &sd);   /* 12 decades */
    assert_true(fabs(mean) < 0.02 && fabs(sd / 0.6 - 1.0) < 0.02);
}

/* One level where the step is small; geometrically more where it is not. */
static void test_size_of_level_steps(void **state) {
    (void)state;
    static const cim_dimension d = {.kind = CIM_INTEGER_RANGE, .n_levels = 1001, .max = 1000.0,
                                    .step = 1.0};
    cim_rng rng = rng_of(3);
    double size = 0.0, up = 0.0;
    for (size_t i = 0; i < N; i++) {
        assert_true(fabs(operator_step(&d, 500.0, 1e-3, &rng) - 500.0) == 1.0);
        const double by = operator_step(&d, 500.0, 0.02, &rng) - 500.0;
        size += fabs(by) / N;
        up += (by > 0.0) / (double)N;
    }
    assert_true(fabs(size / 20.0 - 1.0) < 0.03);
    assert_true(fabs(up - 0.5) < 0.015);
}

/* A step in a logarithmic range of integers is a ratio: larger from a larger value. */
static void test_log_integer_steps(void **state) {
    (void)state;
    static const cim_dimension d = {.kind = CIM_INTEGER_RANGE, .n_levels = 65536, .min = 1.0,
                                    .max = 65536.0, .step = 1.0, .log_scale = 1};
    double mean, from_large, from_small;
    spread(&d, 9999.0, 0.02, as_it_is, &mean, &from_large);
    spread(&d, 999.0, 0.02, as_it_is, &mean, &from_small);
    assert_true(fabs(from_large / from_small - 10.0) < 0.3);
}

/* Categories have no order: every other one is as likely, whatever the step. */
static void test_categories(void **state) {
    (void)state;
    static const cim_dimension d = LEVELS("c", CIM_CATEGORICAL, 5, 0);
    cim_rng rng = rng_of(4);
    double found[5] = {0.0}, chi_square = 0.0;
    for (size_t i = 0; i < N; i++) found[(size_t)operator_step(&d, 2.0, 0.01, &rng)] += 1.0;
    assert_true(found[2] == 0.0);
    for (size_t i = 0; i < 5; i++)
        if (i != 2) chi_square += (found[i] - N / 4.0) * (found[i] - N / 4.0) / (N / 4.0);
    assert_true(chi_square < 16.27); /* 99.9 % with 3 degrees of freedom */
}

/* Levels come from either parent; real values keep the parents' middle, on the range's scale. */
static void test_blends(void **state) {
    (void)state;
    cim_rng rng = rng_of(5);
    double first = 0.0, outside = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double level = operator_blend(&mixed[3], 2.0, 7.0, 5.0, &rng);
        assert_true(level == 2.0 || level == 7.0);
        first += level == 2.0;
        const double x = operator_blend(&mixed[1], 1e-4, 1e-2, 5.0, &rng);
        assert_holds(&mixed[1], x);
        sum += log10(x);
        outside += x < 1e-4 || x > 1e-2;
        assert_holds(&mixed[0], operator_blend(&mixed[0], -3.0, 4.9, 5.0, &rng));
    }
    assert_true(first > 0.48 * N && first < 0.52 * N);
    assert_true(fabs(sum / N + 3.0) < 0.02);
    assert_true(outside > 0.4 * N && outside < 0.6 * N);
    assert_true(operator_blend(&mixed[0], 1.5, 1.5, 5.0, &rng) == 1.5);
}

/* Of the preset `phased`: the larger the index, the nearer to the parents, in every kind. */
static double mean_distance(const cim_dimension *d, double index, int is_cross) {
    cim_rng rng = rng_of(6);
    const double a = cim_dimension_near(d, 0.4), b = cim_dimension_near(d, 0.6);
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double x = is_cross ? operator_cross(d, a, b, index, &rng)
                                  : operator_polynomial(d, a, index, &rng);
        const double u = cim_dimension_share(d, x);
        assert_holds(d, x);
        sum += fmin(fabs(u - 0.4), is_cross ? fabs(u - 0.6) : INFINITY);
    }
    return sum / N;
}

static void test_distribution_index(void **state) {
    (void)state;
    static const size_t ordered[] = {0, 1, 6, 7}; /* of many values */
    for (size_t k = 0; k < 4; k++) {
        const cim_dimension *d = &mixed[ordered[k]];
        assert_true(mean_distance(d, 25, 0) < 0.5 * mean_distance(d, 3, 0));
        assert_true(mean_distance(d, 25, 1) < 0.5 * mean_distance(d, 3, 1));
    }
    for (size_t k = 0; k < MIXED_DIMENSIONS; k++) {
        /* inside, all of them */
        if (mixed[k].kind != CIM_CATEGORICAL) mean_distance(&mixed[k], 3, 1);
    }
    cim_rng rng = rng_of(7);
    for (size_t i = 0; i < N; i++) { /* categories have no distance: a parent's, and any other */
        const double x = operator_cross(&mixed[4], 1.0, 3.0, 15, &rng);
        assert_true(x == 1.0 || x == 3.0);
        assert_true(operator_polynomial(&mixed[4], 1.0, 15, &rng) != 1.0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_size_of_real_steps),
        cmocka_unit_test(test_size_of_level_steps),
        cmocka_unit_test(test_log_integer_steps),
        cmocka_unit_test(test_categories),
        cmocka_unit_test(test_blends),
        cmocka_unit_test(test_distribution_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
