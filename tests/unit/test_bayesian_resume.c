/* searcher.bayesian: saved and loaded before any ask, it goes on with the same bits; damaged
 * snapshots; memory that runs out; a newer host, and designs that others chose. */
#include "searcher_rules.h"
#include "searcher_snapshots.h"

static subject bayesian = {.name = "bayesian", .number = "effort"};

static const cim_goal three_goals[] = {{.name = "min a"}, {.name = "min b"}, {.name = "min c"}};

/* Of everything: three goals that span decades, constraints, infeasible, failed, unknown. */
static void judge_everything(const cim_problem *problem, const double *x, verdict *v) {
    judge_mixed(problem, x, v);
    v->goals[2] = exp2(x[3]) + (x[4] - 2.0) * (x[4] - 2.0);
    v->known[1] = x[4] != 1.0;
}

static void test_of_everything(void **state) {
    (void)state;
    cim_problem p = problem_of(mixed, MIXED_DIMENSIONS, three_goals, 3);
    p.constraints = (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
    check_resume_at_every_ask("bayesian", NULL, &p, judge_everything, 8, 14);
}

static void test_one_by_one(void **state) {
    (void)state;
    const cim_problem p = problem_of(zdt_dimensions(), ZDT_DIMENSIONS, two_goals, 2);
    check_resume_at_every_ask("bayesian", NULL, &p, judge_zdt1, 1, 60);
}

static void test_to_the_end(void **state) {
    (void)state;
    const cim_problem p = network_problem();
    check_resume_at_every_ask("bayesian", NULL, &p, judge_sum, 16, 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_everything),
        cmocka_unit_test(test_one_by_one),
        cmocka_unit_test(test_to_the_end),
        SEARCHER_SNAPSHOTS(&bayesian),
        cmocka_unit_test_prestate(test_no_dimensions, &bayesian),
        cmocka_unit_test_prestate(test_points_of_others, &bayesian),
        cmocka_unit_test_prestate(test_longer_rows, &bayesian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
