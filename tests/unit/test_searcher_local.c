/* searcher.local: what it finds near a front, that it stops, and the same bits after a snapshot. */
#include "searcher_exhaustible.h"
#include "searcher_rules.h"
#include "searcher_snapshots.h"

static const char *const keys[] = {"steps", "parts", NULL};
static subject local = {.name = "local", .keys = keys, .number = "parts"};

/* From the default design all of the front's one-step neighbours, and their neighbours, to an end:
 * no design that is left one or two steps from the front can be better. Here: the exact optimum. */
static void bowl(const cim_problem *p, const double *x, verdict *v) {
    v->goals[0] = 0.0;
    for (uint32_t i = 0; i < p->dimensions.n; i++) v->goals[0] += (x[i] - 11.0) * (x[i] - 11.0);
}

static void test_reaches_an_optimum(void **state) {
    (void)state;
    enum { D = 5, N = 4000 };
    static double points[N * D], goals[N];
    static const uint32_t batches[] = {1, 4, 16};
    const cim_problem p = problem_of(zdt_dimensions(), D, one_goal, 1);
    for (size_t i = 0; i < 3; i++) {
        driver d;
        driver_start(&d, "local", NULL, &p, 1);
        const uint32_t n = driver_run(&d, N, batches[i], bowl, points, goals);
        assert_true(d.is_done && n < N);
        assert_int_equal(distinct(&p, points, n), n);
        double best = INFINITY;
        for (uint32_t k = 0; k < n; k++) best = fmin(best, goals[k]);
        assert_true(best == 0.0);
        driver_stop(&d);
    }
}

/* Degenerate goals: it stops by itself, with every design once. */
static void test_degenerate(void **state) {
    (void)state;
    enum { N = 6000 };
    static judge_fn *const judges[] = {all_equal, all_failed, all_infeasible};
    static double points[N * NETWORK_DIMENSIONS];
    const cim_problem p = network_problem();
    cim_problem limited = p;
    limited.constraints = (cim_goal_table){three_constraints, 1, sizeof three_constraints[0]};
    for (size_t i = 0; i < 3; i++) {
        driver d;
        driver_start(&d, "local", NULL, i == 2 ? &limited : &p, 1);
        const uint32_t n = driver_run(&d, N, 4, judges[i], points, NULL);
        assert_true(d.is_done && n > 1 && n <= NETWORK_DESIGNS);
        assert_int_equal(distinct(&p, points, n), n);
        driver_stop(&d);
    }
}

static void test_resume(void **state) {
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const exhaustible e = exhaustible_problem(i);
        check_resume_at_every_ask("local", NULL, &e.problem, e.judge, 16, 30);
        for (uint64_t cut = 0; cut < 7; cut += 2)
            check_resume("local", NULL, &e.problem, e.judge, 16, cut, 1000);
    }
}

/* After evolutionary's 300 trials, which it is told, it finds the rest of the volume. */
static void test_refines(void **state) {
    (void)state;
    enum { N = 300, MORE = 3000 };
    const exhaustible e = exhaustible_problem(0);
    const cim_problem *p = &e.problem;
    static double points[(N + MORE) * 8], goals[(N + MORE) * 2];
    double reference[2] = {-INFINITY, -INFINITY};
    driver d;
    driver_start(&d, "evolutionary", NULL, p, 1);
    assert_int_equal(driver_run(&d, N, 16, e.judge, points, goals), N);
    driver_stop(&d);
    driver_start(&d, "local", NULL, p, 1);
    driver_tell(&d, N, points, e.judge, NULL);
    const uint32_t n =
        driver_run(&d, MORE, 16, e.judge, points + N * p->dimensions.n, goals + N * 2);
    assert_int_equal(distinct(p, points, N + n), N + n);
    for (size_t i = 0; i < (N + (size_t)n) * 2; i++)
        reference[i % 2] = fmax(reference[i % 2], goals[i]);
    const double before = cim_hypervolume(goals, N, 2, reference);
    const double after = cim_hypervolume(goals, N + n, 2, reference);
    print_message("%u designs more: %.5f of %.5f\n", n, before, after);
    assert_true(after > before);
    driver_stop(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reaches_an_optimum), cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_resume), cmocka_unit_test(test_refines),
        cmocka_unit_test_prestate(test_descriptor, &local),
        cmocka_unit_test_prestate(test_no_dimensions, &local),
        cmocka_unit_test_prestate(test_longer_rows, &local),
        cmocka_unit_test_prestate(test_damaged_snapshots, &local),
        cmocka_unit_test_prestate(test_snapshots_of_others, &local),
        cmocka_unit_test_prestate(test_no_memory_to_create, &local),
        cmocka_unit_test_prestate(test_no_memory_to_load, &local),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
