/* searcher.local: what it finds near a front, that it stops, and the same bits after a snapshot. */
#include "searcher_exhaustible.h"

static void constant(const cim_problem *p, const double *x, verdict *v) {
    (void)p, (void)x;
    v->goals[0] = v->goals[1] = 3.0;
}

static void failed(const cim_problem *p, const double *x, verdict *v) {
    (void)p, (void)x;
    v->outcome = CIM_FAILED;
    memset(v->known, 0, sizeof v->known);
}

static void infeasible(const cim_problem *p, const double *x, verdict *v) {
    judge_sum(p, x, v);
    v->outcome = CIM_INFEASIBLE;
    v->slack[0] = 1.0 + x[0];
}

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
    static judge_fn *const judges[] = {constant, failed, infeasible};
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
    enum { BATCH = 16 };
    const exhaustible e = exhaustible_problem(2);
    double points[BATCH * MAX_DIMENSIONS], again[BATCH * MAX_DIMENSIONS];
    driver d;
    driver_start(&d, "local", NULL, &e.problem, 1);
    for (int k = 0; k < 30; k++) {
        driver fresh;
        snapshot s = driver_save(&d);
        driver_start(&fresh, "local", NULL, &e.problem, 1);
        assert_int_equal(fresh.ops->load(fresh.self, s.bytes, s.size), CIM_OK);
        fresh.asks = d.asks;
        const uint32_t n = driver_ask(&d, BATCH, points);
        assert_int_equal(driver_ask(&fresh, BATCH, again), n);
        assert_memory_equal(points, again, n * e.problem.dimensions.n * sizeof *points);
        s.bytes[s.size / 2] ^= 1;
        assert_int_equal(fresh.ops->load(fresh.self, s.bytes, s.size), CIM_E_ARGUMENT);
        driver_tell(&d, n, points, e.judge, NULL);
        driver_stop(&fresh);
        free(s.bytes);
        if (d.is_done) break;
    }
    driver_stop(&d);
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
    const uint32_t n = driver_run(&d, MORE, 16, e.judge, points + N * p->dimensions.n, goals + N * 2);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
