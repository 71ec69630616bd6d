/* searcher.sweep: which points, how many, in which order. */
#include "searcher_problems.h"

enum { GRID, ONE_AT_A_TIME, EXHAUSTIVE };

static cim_status try_sweep(driver *d, int mode, int steps, const cim_problem *p) {
    return driver_try(d, "sweep", (const double[]){mode, steps}, p, 1, -1);
}

static void start(driver *d, int mode, int steps, const cim_problem *p) {
    assert_int_equal(try_sweep(d, mode, steps, p), CIM_OK);
}

static void judge_none(const cim_problem *p, const double *x, verdict *v) {
    (void)p, (void)x, (void)v;
}

/* All points of a sweep, in asks of BATCH; returns how many. */
static uint32_t sweep(int mode, int steps, const cim_problem *p, uint32_t batch, uint32_t room,
                      double *points) {
    driver d;
    start(&d, mode, steps, p);
    const uint32_t n = driver_run(&d, room, batch, judge_none, points, NULL);
    assert_true(d.is_done);
    assert_int_equal(driver_ask(&d, batch, points + (size_t)n * p->dimensions.n), 0);
    driver_stop(&d);
    return n;
}

static void test_descriptor(void **state) {
    (void)state;
    const cim_plugin *p = searcher_plugin("sweep");
    assert_int_equal(p->is.params.n, 2);
    const cim_param *mode = CIM_ROW(cim_param, p->is.params, 0);
    const cim_param *steps = CIM_ROW(cim_param, p->is.params, 1);
    assert_string_equal(mode->key, "mode");
    assert_string_equal(mode->names[GRID], "grid");
    assert_string_equal(mode->names[ONE_AT_A_TIME], "one_at_a_time");
    assert_string_equal(mode->names[EXHAUSTIVE], "exhaustive");
    assert_string_equal(steps->key, "steps");
    assert_true(steps->min == 2.0);
}

/* ---- grid ------------------------------------------------------------------------------------ */

/* The last dimension fastest, whatever the batch. */
static void test_grid_order(void **state) {
    (void)state;
    static const uint32_t batches[] = {1, 4, 16, 1000, CHIP_DESIGNS};
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    const size_t size = (size_t)CHIP_DESIGNS * CHIP_DIMENSIONS;
    double *expected = calloc(size, sizeof *expected), *points = calloc(size + 8, sizeof *points);
    every_design(&p, CHIP_DESIGNS, expected);
    for (size_t i = 0; i < 5; i++) {
        const int mode = i % 2 ? EXHAUSTIVE : GRID; /* the same where nothing is conditional */
        assert_int_equal(sweep(mode, 5, &p, batches[i], CHIP_DESIGNS, points), CHIP_DESIGNS);
        assert_memory_equal(points, expected, size * sizeof *points);
    }
    free(points);
    free(expected);
}

static void test_real_levels(void **state) {
    (void)state;
    static const cim_dimension dimensions[] = {
        {.name = "r", .unit = "", .kind = CIM_REAL_RANGE, .min = -1.0, .max = 3.0,
         .default_coordinate = 0.5},
        {.name = "l", .unit = "", .kind = CIM_REAL_RANGE, .min = 1e-5, .max = 1e3, .log_scale = 1,
         .default_coordinate = 1.0}};
    const cim_problem p = problem_of(dimensions, 2, two_goals, 2);
    double points[26 * 2];
    assert_int_equal(sweep(GRID, 5, &p, 7, 25, points), 25);
    for (int i = 0; i < 25; i++) {
        const double exponent = -5.0 + 2.0 * (i % 5);
        assert_true(points[2 * i] == -1.0 + i / 5);
        assert_true(fabs(points[2 * i + 1] / pow(10.0, exponent) - 1.0) < 1e-12);
    }
    assert_true(points[1] == 1e-5 && points[9] == 1e3); /* the ends to the bit */
    assert_int_equal(sweep(GRID, 2, &p, 7, 25, points), 4);
    assert_int_equal(sweep(EXHAUSTIVE, 3, &p, 7, 25, points), 9);
}

static void test_no_dimensions(void **state) {
    (void)state;
    const cim_problem p = problem_of(NULL, 0, one_goal, 1);
    double points[8];
    for (int mode = GRID; mode <= EXHAUSTIVE; mode++)
        assert_int_equal(sweep(mode, 5, &p, 4, 8, points), 1);
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void test_exhaustive(void **state) {
    (void)state;
    enum { RAW = 3 * 3 * 3 * 3 * 2 * 4 };
    const cim_problem p = network_problem();
    static double all[(RAW + 1) * NETWORK_DIMENSIONS], points[(RAW + 1) * NETWORK_DIMENSIONS];
    assert_int_equal(sweep(GRID, 5, &p, 10, RAW, all), RAW);
    assert_int_equal(distinct(&p, all, RAW), NETWORK_DESIGNS);
    const uint32_t n = sweep(EXHAUSTIVE, 5, &p, 10, RAW, points);
    assert_int_equal(n, NETWORK_DESIGNS);
    assert_int_equal(distinct(&p, points, n), NETWORK_DESIGNS);
    size_t found = 0; /* in the order of the grid, each where it comes first */
    for (size_t i = 0; i < RAW && found < n; i++) {
        const double *x = points + found * NETWORK_DIMENSIONS;
        found += memcmp(all + i * NETWORK_DIMENSIONS, x, NETWORK_DIMENSIONS * sizeof *x) == 0;
    }
    assert_int_equal(found, n);
}

/* Deciders before those they decide on, whatever their place in the space: kernel[0], depth,
 * kernel[1], kernel[2], extra, extra_bits. */
static void test_order_with_conditions(void **state) {
    (void)state;
    static const double expected[][NETWORK_DIMENSIONS] = {
        {0, 1, 1, 0, 0, 3},                     /* depth 1 */
        {0, 0, 1, 1, 0, 3}, {0, 1, 1, 1, 0, 3}, {0, 2, 1, 1, 0, 3},
        {0, 0, 0, 2, 0, 0}, {0, 0, 0, 2, 0, 1}, {0, 0, 0, 2, 0, 2}, {0, 0, 0, 2, 0, 3},
        {0, 0, 0, 2, 1, 3},                     /* depth 3 */
        {0, 0, 1, 2, 0, 0}};
    const cim_problem p = network_problem();
    static double points[(NETWORK_DESIGNS + 1) * NETWORK_DIMENSIONS];
    sweep(EXHAUSTIVE, 5, &p, 1000, NETWORK_DESIGNS, points);
    assert_memory_equal(points, expected, sizeof expected);
}

/* ---- one at a time --------------------------------------------------------------------------- */

static void test_one_at_a_time(void **state) {
    (void)state;
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    enum { N = 1 + 7 + 9 + 4 + 4 + 4 };
    double points[(N + 1) * CHIP_DIMENSIONS];
    assert_int_equal(sweep(ONE_AT_A_TIME, 5, &p, 4, N, points), N);
    const double *x = points;
    for (size_t k = 0; k < CHIP_DIMENSIONS; k++) assert_true(x[k] == chip[k].default_coordinate);
    for (size_t k = 0; k < CHIP_DIMENSIONS; k++) {
        for (uint64_t level = 0; level < chip[k].n_levels; level++) {
            if ((double)level == chip[k].default_coordinate) continue;
            x += CHIP_DIMENSIONS;
            for (size_t i = 0; i < CHIP_DIMENSIONS; i++)
                assert_true(x[i] == (i == k ? (double)level : chip[i].default_coordinate));
        }
    }
    assert_ptr_equal(x, points + (N - 1) * CHIP_DIMENSIONS);
}

/* Two kernels and the depth; what only a greater depth would make count is left as it is. */
static void test_one_at_a_time_with_conditions(void **state) {
    (void)state;
    static const double expected[][NETWORK_DIMENSIONS] = {
        {1, 1, 1, 1, 0, 3}, {0, 1, 1, 1, 0, 3}, {2, 1, 1, 1, 0, 3}, {1, 0, 1, 1, 0, 3},
        {1, 2, 1, 1, 0, 3}, {1, 1, 1, 0, 0, 3}, {1, 1, 1, 2, 0, 3}};
    const cim_problem p = network_problem();
    double points[8 * NETWORK_DIMENSIONS];
    assert_int_equal(sweep(ONE_AT_A_TIME, 5, &p, 3, 7, points), 7);
    assert_memory_equal(points, expected, sizeof expected);
}

/* A real default between the levels is a point of its own; one on a level comes once. */
static void test_one_at_a_time_real(void **state) {
    (void)state;
    cim_dimension d = {.name = "r", .unit = "", .kind = CIM_REAL_RANGE, .max = 4.0,
                       .default_coordinate = 2.5};
    static const double between[] = {2.5, 0.0, 1.0, 2.0, 3.0, 4.0};
    static const double on[] = {3.0, 0.0, 1.0, 2.0, 4.0};
    const cim_problem p = problem_of(&d, 1, one_goal, 1);
    double points[8];
    assert_int_equal(sweep(ONE_AT_A_TIME, 5, &p, 4, 7, points), 6);
    assert_memory_equal(points, between, sizeof between);
    d.default_coordinate = 3.0;
    assert_int_equal(sweep(ONE_AT_A_TIME, 5, &p, 4, 7, points), 5);
    assert_memory_equal(points, on, sizeof on);
    d = (cim_dimension){.name = "r", .unit = "", .kind = CIM_REAL_RANGE, .min = -1.0, .max = -0.0,
                        .default_coordinate = -0.5};
    assert_int_equal(sweep(ONE_AT_A_TIME, 2, &p, 4, 7, points), 3); /* 0: the driver sees -0 */
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void test_too_many_points(void **state) {
    (void)state;
    cim_dimension wide[64];
    driver d;
    for (size_t i = 0; i < 64; i++)
        wide[i] = (cim_dimension)LEVELS("w", CIM_ORDINAL, 2, 1);
    cim_problem p = problem_of(wide, 64, one_goal, 1);
    double points[3 * 64];
    for (int mode = GRID; mode <= EXHAUSTIVE; mode += EXHAUSTIVE) {
        p.dimensions.n = 64;
        assert_int_equal(try_sweep(&d, mode, 5, &p), CIM_E_CONFIG);
        assert_int_equal(d.base.live, 0);
        assert_non_null(strstr(d.base.message, "1.845e+19"));
        assert_non_null(strstr(d.base.message, mode == GRID ? "\"grid\"" : "\"exhaustive\""));
        p.dimensions.n = 63; /* 2^63 of them is the most */
        start(&d, mode, 5, &p);
        assert_int_equal(driver_ask(&d, 3, points), 3);
        for (size_t k = 0; k < 63; k++) {
            assert_true(points[k] == 0.0);
            assert_true(points[63 + k] == (k == 62));
            assert_true(points[126 + k] == (k == 61));
        }
        driver_stop(&d);
    }
    p.dimensions.n = 64;
    start(&d, ONE_AT_A_TIME, 5, &p);
    driver_stop(&d);
}

static void test_circle(void **state) {
    (void)state;
    static const cim_activity circle[] = {
        {.target = 0, .on = 1, .n_levels = 1, .levels = on_level},
        {.target = 1, .on = 0, .n_levels = 1, .levels = on_level}};
    cim_problem p = problem_of(network, 2, one_goal, 1);
    driver d;
    p.activities = (cim_activity_table){circle, 2, sizeof circle[0]};
    assert_int_equal(try_sweep(&d, EXHAUSTIVE, 5, &p), CIM_E_ARGUMENT);
    assert_non_null(strstr(d.base.message, "circle"));
    assert_int_equal(d.base.live, 0);
}

/* ---- snapshots ------------------------------------------------------------------------------- */

static void test_resume(void **state) {
    (void)state;
    const cim_problem p = network_problem();
    static double whole[700 * NETWORK_DIMENSIONS], part[700 * NETWORK_DIMENSIONS];
    for (int mode = GRID; mode <= EXHAUSTIVE; mode++) {
        for (uint32_t cut = 0; cut <= 700; cut += mode == ONE_AT_A_TIME ? 3 : 35) {
            driver d, fresh;
            start(&d, mode, 5, &p);
            start(&fresh, mode, 5, &p);
            const uint32_t before = driver_run(&d, cut, 7, judge_none, whole, NULL);
            snapshot s = driver_save(&d);
            assert_int_equal(fresh.ops->load(fresh.self, s.bytes, s.size), CIM_OK);
            free(s.bytes);
            const uint32_t rest = driver_run(&d, 700 - before, 7, judge_none, whole, NULL);
            assert_int_equal(driver_run(&fresh, 700 - before, 5, judge_none, part, NULL), rest);
            assert_memory_equal(whole, part, rest * NETWORK_DIMENSIONS * sizeof *part);
            driver_stop(&d);
            driver_stop(&fresh);
        }
    }
}

static void test_damaged_snapshots(void **state) {
    (void)state;
    const cim_problem p = network_problem();
    double points[10 * NETWORK_DIMENSIONS], again[10 * NETWORK_DIMENSIONS];
    driver d, other;
    start(&d, EXHAUSTIVE, 5, &p);
    driver_ask(&d, 10, points);
    snapshot s = driver_save(&d);
    for (size_t i = 0; i < 8 * s.size; i++) {
        s.bytes[i / 8] ^= (unsigned char)(1u << i % 8);
        assert_true(d.ops->load(d.self, s.bytes, s.size) < 0);
        s.bytes[i / 8] ^= (unsigned char)(1u << i % 8);
    }
    for (size_t size = 0; size < s.size; size++)
        assert_true(d.ops->load(d.self, s.bytes, size) < 0);
    driver_ask(&d, 10, points); /* a refused snapshot changed nothing */
    assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_OK);
    driver_ask(&d, 10, again);
    assert_memory_equal(points, again, sizeof points);
    for (int i = 0; i < 2; i++) { /* of another mode, of other steps */
        start(&other, i ? EXHAUSTIVE : GRID, i ? 6 : 5, &p);
        assert_int_equal(other.ops->load(other.self, s.bytes, s.size), CIM_E_ARGUMENT);
        driver_stop(&other);
    }
    free(s.bytes);
    driver_stop(&d);
}

static void test_no_memory(void **state) {
    (void)state;
    const cim_problem p = network_problem();
    driver d;
    int failures = 0;
    while (driver_try(&d, "sweep", NULL, &p, 1, failures) == CIM_E_MEMORY) {
        assert_null(d.self);
        assert_int_equal(d.base.live, 0);
        failures++;
    }
    assert_int_equal(failures, 8);
    driver_stop(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptor),
        cmocka_unit_test(test_grid_order),
        cmocka_unit_test(test_real_levels),
        cmocka_unit_test(test_no_dimensions),
        cmocka_unit_test(test_exhaustive),
        cmocka_unit_test(test_order_with_conditions),
        cmocka_unit_test(test_one_at_a_time),
        cmocka_unit_test(test_one_at_a_time_with_conditions),
        cmocka_unit_test(test_one_at_a_time_real),
        cmocka_unit_test(test_too_many_points),
        cmocka_unit_test(test_circle),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_damaged_snapshots),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
