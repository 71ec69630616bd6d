/* searcher.evolutionary: what it finds under constraints and with figures missing, and against
 * searcher.random. Exact fronts as such: test_searcher_evolutionary_exhaustible.c. */
#include "searcher_problems.h"

enum { SEEDS = 10, BATCH = 16 };

typedef struct goals_of { double *rows; size_t n; } goals_of;

/* ---- exact answers --------------------------------------------------------------------------- */

/* Goals of every feasible design of the chip. */
static goals_of exact_chip(const cim_problem *p, judge_fn *judge) {
    goals_of g = {calloc(CHIP_DESIGNS, p->goals.n * sizeof *g.rows), 0};
    double *points = calloc(CHIP_DESIGNS, CHIP_DIMENSIONS * sizeof *points);
    assert_true(g.rows != NULL && points != NULL);
    every_design(p, CHIP_DESIGNS, points);
    for (size_t i = 0; i < CHIP_DESIGNS; i++) {
        verdict v = {.outcome = CIM_FEASIBLE};
        judge(p, points + i * CHIP_DIMENSIONS, &v);
        if (v.outcome != CIM_FEASIBLE) continue;
        for (uint32_t k = 0; k < p->goals.n; k++) g.rows[g.n * p->goals.n + k] = v.goals[k];
        g.n++;
    }
    free(points);
    return g;
}

static int is_dominated(const goals_of *g, const double *x) {
    for (size_t i = 0; i < g->n; i++) {
        const double *y = g->rows + 2 * i;
        if (y[0] <= x[0] && y[1] <= x[1] && (y[0] < x[0] || y[1] < x[1])) return 1;
    }
    return 0;
}

/* A tenth of the front's extent beyond its worst, so that its ends count but nothing else does;
 * returns the number of the front's different members. */
static size_t front_reference(const goals_of *g, double *reference) {
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    size_t members = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (is_dominated(g, g->rows + 2 * i)) continue;
        members++;
        for (size_t k = 0; k < 2; k++) {
            low[k] = fmin(low[k], g->rows[2 * i + k]);
            high[k] = fmax(high[k], g->rows[2 * i + k]);
        }
    }
    for (size_t k = 0; k < 2; k++) reference[k] = high[k] + 0.1 * (high[k] - low[k]);
    return members;
}

/* What SEARCHER's points of this seed come to; a goal that is not valid is infinite. */
static void search(const char *searcher, const cim_problem *p, judge_fn *judge, uint64_t seed,
                   uint32_t n, double *goals) {
    double *points = calloc(n, p->dimensions.n * sizeof *points);
    assert_non_null(points);
    driver d;
    driver_start(&d, searcher, NULL, p, seed);
    assert_int_equal(driver_run(&d, n, BATCH, judge, points, goals), n);
    driver_stop(&d);
    free(points);
}

/* Share of the exact hypervolume that each seed reaches. */
static void shares(const char *searcher, judge_fn *judge, uint32_t n, double *share) {
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    goals_of exact = exact_chip(&p, judge);
    double reference[2], *goals = calloc(n, 2 * sizeof *goals);
    assert_true(front_reference(&exact, reference) > 30);
    const double whole = cim_hypervolume(exact.rows, exact.n, 2, reference);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        search(searcher, &p, judge, seed, n, goals);
        share[seed] = cim_hypervolume(goals, n, 2, reference) / whole;
        assert_true(share[seed] <= 1.0 + 1e-12);
    }
    free(goals);
    free(exact.rows);
}

/* A third of all designs fails or is infeasible by an unknown amount or lacks a goal, each with
 * figures that would be far the best if they counted. */
static void judge_poisoned(const cim_problem *problem, const double *x, verdict *v) {
    const uint32_t kind = (uint32_t)(5.0 * x[0] + 3.0 * x[1] + 7.0 * x[2] + 2.0 * x[3] + x[4]) % 9;
    judge_chip(problem, x, v);
    if (kind > 2) return;
    v->outcome = kind == 0 ? CIM_FAILED : CIM_INFEASIBLE;
    v->goals[0] = v->goals[1] = -1e300;
    v->slack[0] = kind == 1 ? (double)NAN : -1.0;
    v->slack[1] = (double)NAN;
}

static void judge_half_known(const cim_problem *problem, const double *x, verdict *v) {
    judge_chip(problem, x, v);
    if (x[2] != 1.0 && x[2] != 3.0) return; /* two cells of five lack the error */
    v->goals[0] = -1e300;
    v->known[1] = 0;
}

static void test_not_poisoned(void **state) {
    (void)state;
    double share[SEEDS];
    shares("evolutionary", judge_poisoned, 1000, share);
    for (size_t i = 0; i < SEEDS; i++) assert_true(share[i] >= 0.98);
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    double goals[1000 * 2];
    size_t all = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        size_t known = 0;
        search("evolutionary", &p, judge_half_known, seed, 1000, goals);
        for (size_t i = 500; i < 1000; i++) known += isfinite(goals[2 * i + 1]) != 0;
        assert_true(known > 333); /* 300 would be blind; of 100 seeds the least has 347 */
        all += known;
    }
    assert_true(all > 360 * SEEDS); /* over 100 seeds: mean 371, standard deviation 11 */
}

/* ---- one goal, under constraints ------------------------------------------------------------- */

/* Least energy under two rules of quite different size that 36 of the 10,000 designs meet. */
static void judge_constrained(const cim_problem *problem, const double *x, verdict *v) {
    judge_chip(problem, x, v);
    v->slack[0] = 1e6 * (v->goals[1] + 2.2);
    v->slack[1] = 1e-3 * (x[0] - 5.0);
    v->goals[1] = 0.0;
    if (v->slack[0] > 0.0 || v->slack[1] > 0.0) v->outcome = CIM_INFEASIBLE;
}

static double best_of(const double *goals, size_t n) {
    double best = INFINITY;
    for (size_t i = 0; i < n; i++) best = fmin(best, goals[i]);
    return best;
}

static void test_one_goal_under_constraints(void **state) {
    (void)state;
    enum { N = 400 };
    cim_problem p = problem_of(chip, CHIP_DIMENSIONS, one_goal, 1);
    p.constraints = (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
    goals_of exact = exact_chip(&p, judge_constrained);
    assert_int_equal(exact.n, 36);
    const double best = best_of(exact.rows, exact.n);
    double goals[N];
    int found = 0, random_found = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        search("evolutionary", &p, judge_constrained, seed, N, goals);
        found += best_of(goals, N) == best;
        search("random", &p, judge_constrained, seed, N, goals);
        random_found += best_of(goals, N) == best;
    }
    free(exact.rows);
    print_message("the best design: %d of %d seeds; random %d\n", found, SEEDS, random_found);
    assert_true(found >= 8 && random_found <= 2);
}

/* ---- nothing feasible ------------------------------------------------------------------------ */

/* Two cells of five look good, but it is not known how far off they are. All others are infinitely
 * far off by one rule, and by the number of rows by another. */
static void judge_never_feasible(const cim_problem *problem, const double *x, verdict *v) {
    judge_chip(problem, x, v);
    v->outcome = CIM_INFEASIBLE;
    v->slack[0] = x[2] == 1.0 ? (double)NAN : x[2] == 3.0 ? -1.0 : 1.0 + x[0];
    v->slack[1] = x[2] == 1.0 || x[2] == 3.0 ? 0.0 : (double)INFINITY;
    v->slack[2] = x[2] == 1.0 ? 1e-30 : 0.0;
}

static void test_nothing_feasible(void **state) {
    (void)state;
    enum { N = 600, LATE = 200 };
    cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    p.constraints = (cim_goal_table){three_constraints, 3, sizeof three_constraints[0]};
    double points[N * CHIP_DIMENSIONS];
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        driver d;
        size_t known = 0;
        double rows = 0.0;
        driver_start(&d, "evolutionary", NULL, &p, seed);
        driver_run(&d, N, BATCH, judge_never_feasible, points, NULL);
        driver_stop(&d);
        for (size_t i = N - LATE; i < N; i++) {
            const double *x = points + i * CHIP_DIMENSIONS;
            known += x[2] != 1.0 && x[2] != 3.0;
            rows += x[0] / LATE;
        }
        assert_true(known > 140); /* blind: 120 */
        assert_true(rows < 2.5);  /* blind: 3.5 */
    }
}

/* The same slack in other units leads to the same points. */
static void judge_in_other_units(const cim_problem *problem, const double *x, verdict *v) {
    judge_constrained(problem, x, v);
    v->slack[0] *= 0x1p200;
    v->slack[1] *= 0x1p-200;
}

static void test_units_of_slack(void **state) {
    (void)state;
    enum { N = 300 };
    cim_problem p = problem_of(chip, CHIP_DIMENSIONS, one_goal, 1);
    p.constraints = (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
    judge_fn *const judges[] = {judge_constrained, judge_in_other_units};
    double points[2][N * CHIP_DIMENSIONS];
    for (int i = 0; i < 2; i++) {
        driver d;
        driver_start(&d, "evolutionary", NULL, &p, 1);
        driver_run(&d, N, BATCH, judges[i], points[i], NULL);
        driver_stop(&d);
    }
    assert_memory_equal(points[0], points[1], sizeof points[0]);
}

/* ---- against random -------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *x) {
    double sorted[SEEDS];
    memcpy(sorted, x, sizeof sorted);
    qsort(sorted, SEEDS, sizeof *sorted, compare_numbers);
    return 0.5 * (sorted[SEEDS / 2 - 1] + sorted[SEEDS / 2]);
}

/* Mann and Whitney's U: pairs in which X is larger. With 10 and 10, U >= 92 has p < 0.001. */
static double pairs_won(const double *x, const double *y) {
    double u = 0.0;
    for (size_t i = 0; i < SEEDS; i++)
        for (size_t j = 0; j < SEEDS; j++) u += x[i] > y[j] ? 1.0 : x[i] == y[j] ? 0.5 : 0.0;
    return u;
}

static void test_beats_random(void **state) {
    (void)state;
    static const uint32_t budgets[] = {200, 1000};
    static const double gains[] = {0.1, 0.25}; /* in shares of the whole hypervolume */
    static const double reference[] = {1.1, 7.0};
    const cim_problem p = problem_of(zdt_dimensions(), ZDT_DIMENSIONS, two_goals, 2);
    for (size_t i = 0; i < 2; i++) {
        double ours[SEEDS], random[SEEDS], *goals = calloc(budgets[i], 2 * sizeof *goals);
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            search("evolutionary", &p, judge_zdt1, seed, budgets[i], goals);
            ours[seed] = cim_hypervolume(goals, budgets[i], 2, reference) / 7.3666662;
            search("random", &p, judge_zdt1, seed, budgets[i], goals);
            random[seed] = cim_hypervolume(goals, budgets[i], 2, reference) / 7.3666662;
        }
        print_message("%u trials: median %.3f, random %.3f\n", budgets[i], median(ours),
                      median(random));
        assert_true(median(ours) > median(random) + gains[i]);
        assert_true(pairs_won(ours, random) >= 92.0);
        free(goals);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_poisoned),
        cmocka_unit_test(test_one_goal_under_constraints),
        cmocka_unit_test(test_nothing_feasible),
        cmocka_unit_test(test_units_of_slack),
        cmocka_unit_test(test_beats_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
