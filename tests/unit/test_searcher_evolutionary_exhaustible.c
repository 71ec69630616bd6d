/* searcher.evolutionary on spaces of some 10,000 designs whose exact fronts are known: what 1,000
 * trials find of them, with every batch size. */
#include "searcher_exhaustible.h"

#include <cim_sdk/designs.h>

enum { SEEDS = 20, TRIALS = 1000, BATCHES = 4 };
static const uint32_t batches[BATCHES] = {1, 4, 16, 64};

typedef struct front {
    size_t designs, feasible, members;
    double *goals;           /* of the members: m each */
    double reference[MAX_GOALS], volume;
} front;

/* ---- the exact front ------------------------------------------------------------------------- */

static size_t m_sorted;      /* qsort() passes nothing else */

static int compare_rows(const void *a, const void *b) {
    const double *x = a, *y = b;
    for (size_t k = 0; k < m_sorted; k++)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

static int is_nowhere_worse(const double *x, const double *y, size_t m) {
    for (size_t k = 0; k < m; k++)
        if (x[k] > y[k]) return 0;
    return 1;
}

/* Goals of all feasible designs, one row each; a combination that is not canonical is no design. */
static double *judge_all(const exhaustible *e, front *f) {
    const cim_problem *p = &e->problem;
    const size_t n = p->dimensions.n, m = p->goals.n;
    double *points = calloc(e->raw, n * sizeof *points), *rows = calloc(e->raw, m * sizeof *rows);
    assert_true(points != NULL && rows != NULL);
    every_design(p, e->raw, points);
    for (size_t i = 0; i < e->raw; i++) {
        double design[MAX_DIMENSIONS];
        memcpy(design, points + i * n, n * sizeof *design);
        canonical(p, design);
        if (memcmp(design, points + i * n, n * sizeof *design) != 0) continue;
        f->designs++;
        verdict v = {.outcome = CIM_FEASIBLE};
        e->judge(p, design, &v);
        if (v.outcome == CIM_FEASIBLE) memcpy(rows + m * f->feasible++, v.goals, m * sizeof *rows);
    }
    free(points);
    return rows;
}

/* The reference lies a tenth of the front's extent beyond its worst, so that its ends count. */
static front exact_front(const exhaustible *e) {
    const size_t m = e->problem.goals.n;
    front f = {0};
    f.goals = judge_all(e, &f);
    m_sorted = m;
    qsort(f.goals, f.feasible, m * sizeof *f.goals, compare_rows);
    for (size_t i = 0; i < f.feasible; i++) { /* only an earlier one can be better or equal */
        size_t k = 0;
        while (k < f.members && !is_nowhere_worse(f.goals + k * m, f.goals + i * m, m)) k++;
        if (k < f.members) continue;
        memmove(f.goals + m * f.members++, f.goals + i * m, m * sizeof *f.goals);
    }
    for (size_t k = 0; k < m; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < f.members; i++) {
            low = fmin(low, f.goals[i * m + k]);
            high = fmax(high, f.goals[i * m + k]);
        }
        f.reference[k] = high + 0.1 * (high - low);
    }
    f.volume = cim_hypervolume(f.goals, f.members, m, f.reference);
    return f;
}

/* ---- what is found of it --------------------------------------------------------------------- */

/* TRIALS points at random; some will be the same. */
static void draw_at_random(const exhaustible *e, uint64_t seed, double *goals) {
    const cim_problem *p = &e->problem;
    cim_rng rng;
    fake_stream(NULL, seed, &rng);
    for (size_t i = 0; i < TRIALS; i++) {
        double point[MAX_DIMENSIONS];
        verdict v = {.outcome = CIM_FEASIBLE};
        for (uint32_t k = 0; k < p->dimensions.n; k++)
            point[k] = cim_dimension_draw(dimension_of(p, k), &rng);
        canonical(p, point);
        e->judge(p, point, &v);
        for (uint32_t k = 0; k < p->goals.n; k++)
            goals[i * p->goals.n + k] = v.outcome == CIM_FEASIBLE ? v.goals[k] : (double)INFINITY;
    }
}

static void search(const exhaustible *e, uint32_t batch, uint64_t seed, double *goals) {
    const cim_problem *p = &e->problem;
    double *points = calloc(TRIALS, p->dimensions.n * sizeof *points);
    assert_non_null(points);
    driver d;
    driver_start(&d, "evolutionary", NULL, p, seed);
    assert_int_equal(driver_run(&d, TRIALS, batch, e->judge, points, goals), TRIALS);
    driver_stop(&d);
    free(points);
}

static int compare_numbers(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The shares of all seeds, ascending. BATCH 0: at random. */
static void shares_found(const exhaustible *e, const front *f, uint32_t batch, double *share) {
    const size_t m = e->problem.goals.n;
    double goals[TRIALS * MAX_GOALS];
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        if (batch) search(e, batch, seed, goals);
        else draw_at_random(e, seed, goals);
        share[seed] = cim_hypervolume(goals, TRIALS, m, f->reference) / f->volume;
        assert_true(share[seed] <= 1.0 + 1e-12);
    }
    qsort(share, SEEDS, sizeof *share, compare_numbers);
    print_message("%-7s batch %2u: worst %.4f, median %.4f\n", e->name, batch, share[0],
                  0.5 * (share[SEEDS / 2 - 1] + share[SEEDS / 2]));
}

/* Each seed must reach 0.99. Random points fall short of RANDOM, or it would be too easy. */
static void check(size_t number, size_t members, double random) {
    const exhaustible e = exhaustible_problem(number);
    front f = exact_front(&e);
    double share[SEEDS];
    assert_int_equal(f.designs, e.designs);
    assert_int_equal(f.members, members);
    for (size_t i = 0; i < BATCHES; i++) {
        shares_found(&e, &f, batches[i], share);
        assert_true(share[0] >= 0.99);
    }
    shares_found(&e, &f, 0, share);
    assert_true(share[SEEDS - 1] < random);
    free(f.goals);
}

static void test_chip(void **state) {
    (void)state;
    check(0, 88, 0.97);
}

static void test_tiles(void **state) {
    (void)state;
    check(1, 262, 0.98);
}

static void test_margin(void **state) {
    (void)state;
    check(2, 10, 0.9);
}

static void test_blocks(void **state) {
    (void)state;
    check(3, 55, 0.99);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chip),
        cmocka_unit_test(test_tiles),
        cmocka_unit_test(test_margin),
        cmocka_unit_test(test_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
