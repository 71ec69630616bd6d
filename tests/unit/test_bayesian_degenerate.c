/* searcher.bayesian on input that has nothing to learn from: it goes on, repeats no design, and
 * stops when there is none left. */
#include "searcher_problems.h"

enum { MOST = 300 };

/* Asks for N, expects GIVEN of them, all different; done if there are fewer. */
static void run(const cim_problem *p, judge_fn *judge, uint32_t n, uint32_t batch, uint32_t given) {
    static double points[MOST * MAX_DIMENSIONS];
    driver d;
    assert_true(n <= MOST);
    driver_start(&d, "bayesian", NULL, p, 11);
    assert_int_equal(driver_run(&d, n, batch, judge, points, NULL), given);
    assert_int_equal(d.is_done, given < n);
    assert_int_equal(distinct(p, points, given), given);
    driver_stop(&d);
}

static void judge_constant(const cim_problem *problem, const double *x, verdict *v) {
    (void)problem, (void)x;
    v->goals[0] = v->goals[1] = 3.25;
}

static void judge_infeasible(const cim_problem *problem, const double *x, verdict *v) {
    judge_sum(problem, x, v);
    v->slack[0] = 1.0 + x[0];
    v->outcome = CIM_INFEASIBLE;
}

static void judge_failed(const cim_problem *problem, const double *x, verdict *v) {
    (void)problem, (void)x;
    v->goals[0] = v->goals[1] = NAN;
    v->slack[0] = NAN;
    memset(v->known, 0, sizeof v->known);
    v->outcome = CIM_FAILED;
}

static void judge_unknown(const cim_problem *problem, const double *x, verdict *v) {
    judge_sum(problem, x, v);
    v->known[1] = 0;
}

/* 1e-12 .. 1e12, the one falling as the other rises. */
static void judge_decades(const cim_problem *problem, const double *x, verdict *v) {
    double sum = 0.0;
    for (uint32_t i = 0; i < problem->dimensions.n; i++) sum += x[i] / 15.0;
    v->goals[0] = pow(10.0, 24.0 * sum / problem->dimensions.n - 12.0);
    v->goals[1] = 1.0 / v->goals[0] * (1.0 + x[0]);
}

static void judge_line(const cim_problem *problem, const double *x, verdict *v) {
    (void)problem;
    v->goals[0] = (x[0] - 0.3) * (x[0] - 0.3);
    v->goals[1] = fabs(x[0] - 0.8);
}

static cim_problem constrained(cim_problem p) {
    p.constraints = (cim_goal_table){three_constraints, 1, sizeof three_constraints[0]};
    return p;
}

static const cim_dimension line[] = {{.name = "x", .unit = "", .kind = CIM_REAL_RANGE, .max = 1.0}};
static const cim_dimension kinds[] = {LEVELS("a", CIM_CATEGORICAL, 4, 0),
                                      LEVELS("b", CIM_CATEGORICAL, 5, 0),
                                      LEVELS("c", CIM_CATEGORICAL, 3, 0)};
static const cim_dimension two_levels[] = {LEVELS("a", CIM_ORDINAL, 2, 0)};

static void test_one_dimension(void **state) {
    (void)state;
    const cim_problem p = problem_of(line, 1, two_goals, 2), q = problem_of(line, 1, one_goal, 1);
    run(&p, judge_line, 60, 1, 60);
    run(&q, judge_line, 60, 4, 60);
}

static void test_all_categorical(void **state) {
    (void)state;
    const cim_problem p = problem_of(kinds, 3, two_goals, 2);
    run(&p, judge_sum, 40, 1, 40);
    run(&p, judge_sum, 100, 7, 60);
}

static void test_constant_goals(void **state) {
    (void)state;
    const cim_problem p = problem_of(mixed, MIXED_DIMENSIONS, two_goals, 2);
    run(&p, judge_constant, 40, 1, 40);
    run(&p, judge_constant, 64, 16, 64);
}

static void test_all_infeasible(void **state) {
    (void)state;
    const cim_problem p = constrained(problem_of(chip, CHIP_DIMENSIONS, two_goals, 2));
    run(&p, judge_infeasible, 50, 1, 50);
    run(&p, judge_infeasible, 64, 16, 64);
}

static void test_all_failed(void **state) {
    (void)state;
    const cim_problem p = constrained(problem_of(mixed, MIXED_DIMENSIONS, two_goals, 2));
    run(&p, judge_failed, 50, 1, 50);
    run(&p, judge_failed, 64, 16, 64);
}

static void test_a_goal_never_known(void **state) {
    (void)state;
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    run(&p, judge_unknown, 40, 1, 40);
}

static void test_decades(void **state) {
    (void)state;
    const cim_problem p = problem_of(zdt_dimensions(), 6, two_goals, 2);
    run(&p, judge_decades, 60, 1, 60);
}

/* Stops by itself, whatever the batch. */
static void test_fewer_designs_than_trials(void **state) {
    (void)state;
    static const uint32_t batches[] = {1, 4, 16, 300};
    const cim_problem p = network_problem(), q = problem_of(two_levels, 1, two_goals, 2);
    for (size_t i = 0; i < 4; i++) {
        run(&p, judge_sum, MOST, batches[i], NETWORK_DESIGNS);
        run(&q, judge_sum, 10, batches[i], 2);
    }
}

/* The host tells of the same design again and again: the searcher's own are new all the same. */
static void test_duplicates_only(void **state) {
    (void)state;
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    double same[40 * CHIP_DIMENSIONS], points[20 * CHIP_DIMENSIONS];
    driver d;
    for (size_t i = 0; i < 40 * CHIP_DIMENSIONS; i++) same[i] = 1.0;
    driver_start(&d, "bayesian", NULL, &p, 3);
    driver_tell(&d, 40, same, judge_chip, NULL);
    assert_int_equal(driver_run(&d, 20, 4, judge_chip, points, NULL), 20);
    assert_int_equal(distinct(&p, points, 20), 20);
    for (size_t i = 0; i < 20; i++)
        assert_memory_not_equal(points + i * CHIP_DIMENSIONS, same, sizeof *same * CHIP_DIMENSIONS);
    driver_stop(&d);
}

/* Points asked for and not told yet are not proposed again, and the next keep away from them. */
static void test_pending(void **state) {
    (void)state;
    enum { N = 30, MORE = 8 };
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    double points[(N + MORE) * CHIP_DIMENSIONS];
    uint32_t fidelity[1];
    driver d;
    driver_start(&d, "bayesian", NULL, &p, 4);
    assert_int_equal(driver_run(&d, N, 1, judge_chip, points, NULL), N);
    for (uint32_t i = 0; i < MORE; i++) {
        cim_ask a = {.struct_size = sizeof a, .max = 1, .number = N + i, .n_pending = i,
                     .pending = points + N * CHIP_DIMENSIONS, .fidelity = fidelity,
                     .points = points + (N + i) * CHIP_DIMENSIONS};
        seeded_stream(&d.base.host, N + i, &a.rng);
        assert_int_equal(d.ops->ask(d.self, &a), CIM_OK);
        assert_int_equal(a.count, 1);
    }
    assert_int_equal(distinct(&p, points, N + MORE), N + MORE);
    driver_stop(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_dimension),      cmocka_unit_test(test_all_categorical),
        cmocka_unit_test(test_constant_goals),     cmocka_unit_test(test_all_infeasible),
        cmocka_unit_test(test_all_failed),         cmocka_unit_test(test_a_goal_never_known),
        cmocka_unit_test(test_decades),            cmocka_unit_test(test_fewer_designs_than_trials),
        cmocka_unit_test(test_duplicates_only),    cmocka_unit_test(test_pending)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
