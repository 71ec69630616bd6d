/* searcher.bayesian: saved and loaded before any ask, it goes on with the same bits. */
#include "searcher_problems.h"

static const cim_goal three_goals[] = {{"min a"}, {"min b"}, {"min c"}};

/* Of everything: three goals that span decades, constraints, infeasible, failed, unknown. */
static void judge_everything(const cim_problem *problem, const double *x, verdict *v) {
    judge_mixed(problem, x, v);
    v->goals[2] = exp2(x[3]) + (x[4] - 2.0) * (x[4] - 2.0);
    v->known[1] = x[4] != 1.0;
}

/* One more ask of a copy made from a snapshot: the points that the original gives next. */
static void compare_copy(driver *d, const cim_problem *p, uint32_t batch, const double *points,
                         uint32_t count, snapshot before) {
    driver copy;
    double *again = calloc((size_t)batch * p->dimensions.n, sizeof *again);
    assert_non_null(again);
    driver_start(&copy, "bayesian", NULL, p, d->seed);
    assert_int_equal(copy.ops->load(copy.self, before.bytes, before.size), CIM_OK);
    copy.asks = d->asks - 1;
    assert_int_equal(driver_ask(&copy, batch, again), count);
    assert_memory_equal(again, points, count * p->dimensions.n * sizeof *again);
    driver_stop(&copy);
    free(again);
}

static void resume_at_every_ask(const cim_problem *p, judge_fn *judge, uint32_t batch,
                                uint32_t n_asks) {
    driver d;
    double *points = calloc((size_t)batch * p->dimensions.n, sizeof *points);
    assert_non_null(points);
    driver_start(&d, "bayesian", NULL, p, 5);
    for (uint32_t i = 0; i < n_asks; i++) {
        const snapshot before = driver_save(&d);
        const uint32_t count = driver_ask(&d, batch, points);
        compare_copy(&d, p, batch, points, count, before);
        driver_tell(&d, count, points, judge, NULL);
        free(before.bytes);
    }
    driver_stop(&d);
    free(points);
}

static void test_of_everything(void **state) {
    (void)state;
    cim_problem p = problem_of(mixed, MIXED_DIMENSIONS, three_goals, 3);
    p.constraints = (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
    resume_at_every_ask(&p, judge_everything, 8, 14);
}

static void test_one_by_one(void **state) {
    (void)state;
    const cim_problem p = problem_of(zdt_dimensions(), ZDT_DIMENSIONS, two_goals, 2);
    resume_at_every_ask(&p, judge_zdt1, 1, 60);
}

static void test_to_the_end(void **state) {
    (void)state;
    const cim_problem p = network_problem();
    resume_at_every_ask(&p, judge_sum, 16, 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_of_everything),
                                       cmocka_unit_test(test_one_by_one),
                                       cmocka_unit_test(test_to_the_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
