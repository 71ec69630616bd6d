/* searcher.tpe: the right trials are good, and the others weigh what they should. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include "searcher_problems.h"

#undef fail   /* cmocka's; the host has one too */

#include "searchers/tpe/axis.c"
#include "searchers/tpe/split.c"
#include "searchers/tpe/trials.c"

#include "tpe_fixture.h"

static const cim_dimension few[] = {LEVELS("ordinal", CIM_ORDINAL, 5, 0)};

static void test_split_of_one_goal(void **state) {
    (void)state;
    bench b;
    bench_start(&b, few, 1, 1, 0);
    for (int i = 0; i < 40; i++) {
        const double point = i % 5, goal = (i * 17) % 40;
        trials_add(&b.trials, CLASS_FEASIBLE, &point, &goal, NULL);
    }
    assert_int_equal(trials_split(&b.trials, 0.1, 25), 5);
    for (size_t i = 0; i < 40; i++) assert_int_equal(b.trials.good[i], b.trials.goals[i] < 5.0);
    bench_end(&b);
}

/* The others fade from the latest to the first, and no further than that. */
static void test_fading(void **state) {
    (void)state;
    enum { N = 100 };
    bench b;
    double before = 0.0;
    bench_start(&b, few, 1, 1, 0);
    for (int i = 0; i < N; i++) {
        const double point = i % 5, goal = i;   /* the first are the good ones */
        trials_add(&b.trials, CLASS_FEASIBLE, &point, &goal, NULL);
    }
    const size_t n_good = trials_split(&b.trials, 0.1, 25);
    for (size_t i = 0; i < n_good; i++) assert_true(b.trials.weight[i] == 1.0);
    for (size_t i = n_good; i < N; i++) {
        assert_true(b.trials.weight[i] >= before && b.trials.weight[i] <= 1.0);
        before = b.trials.weight[i];
    }
    assert_true(b.trials.weight[n_good] == OLDEST_WEIGHT);
    assert_true(b.trials.weight[N - RAMP - 2] < 1.0 && b.trials.weight[N - RAMP - 1] == 1.0);
    bench_end(&b);
}

/* What lies far behind widens the extent: of a front, the end that gains the most is good. */
static void test_reference(void **state) {
    (void)state;
    static const double front[][2] = {{0, 5}, {1, 3}, {2, 2}, {3, 1}, {5, 0}};
    for (int far = 0; far < 2; far++) {
        bench b;
        const double point = 0, away[] = {5, 100};
        bench_start(&b, few, 1, 2, 0);
        for (size_t i = 0; i < 5; i++)
            trials_add(&b.trials, CLASS_FEASIBLE, &point, front[i], NULL);
        if (far) trials_add(&b.trials, CLASS_FEASIBLE, &point, away, NULL);
        assert_int_equal(trials_split(&b.trials, 0.01, 25), 2);
        assert_int_equal(b.trials.good[0], far);
        bench_end(&b);
    }
}

/* Of one large front the good ones are spread, both ends among them; dominated ones are not. */
static void test_split_of_a_front(void **state) {
    (void)state;
    bench b;
    size_t low = 0, high = 0;
    bench_start(&b, few, 1, 2, 0);
    for (int i = 0; i < 80; i++) {
        const double point = 0, angle = i / 79.0 * 1.5707963267948966, far = i % 2 ? 1.5 : 1.0;
        const double goals[] = {far * (1.0 - cos(angle)), far * (1.0 - sin(angle))};
        trials_add(&b.trials, CLASS_FEASIBLE, &point, goals, NULL);
    }
    assert_int_equal(trials_split(&b.trials, 0.1, 25), 9);
    for (size_t i = 0; i < 80; i++) {
        if (!b.trials.good[i]) continue;
        assert_true(b.trials.weight[i] > 0.0 && b.trials.weight[i] <= 1.0);
        low += i < 27;
        high += i >= 53;
    }
    for (size_t i = 1; i < 80; i += 2) assert_true(!b.trials.good[i] || i > 76 || i < 3);
    assert_true(low >= 2 && high >= 2);
    bench_end(&b);
}

/* Feasible, then goals unknown, then by violation whatever the units, and never a failed one. */
static void test_split_of_classes(void **state) {
    (void)state;
    static const struct { uint32_t class; double goals[2], slack[2]; int rank; } rows[] = {
        {CLASS_FAILED, {NAN, NAN}, {NAN, NAN}, 99},
        {CLASS_INFEASIBLE, {0, 0}, {1e9, -1}, 4},
        {CLASS_INFEASIBLE, {0, 0}, {1e9, 1e-9}, 5},
        {CLASS_UNKNOWN, {0, 0}, {NAN, -1}, 6},
        {CLASS_PARTIAL, {0, NAN}, {-1, -1}, 2},
        {CLASS_FEASIBLE, {9, 9}, {-1, -1}, 1},
        {CLASS_INFEASIBLE, {0, 0}, {1e8, -1}, 3},
        {CLASS_FAILED, {NAN, NAN}, {NAN, NAN}, 99}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    for (size_t keep = 1; keep <= ROWS; keep++) {
        bench b;
        const double point = 0;
        bench_start(&b, few, 1, 2, 2);
        for (size_t i = 0; i < ROWS; i++)
            trials_add(&b.trials, rows[i].class, &point, rows[i].goals, rows[i].slack);
        assert_int_equal(trials_split(&b.trials, 1.0, keep), keep < 6 ? keep : 6);
        for (size_t i = 0; i < ROWS; i++)
            assert_int_equal(b.trials.good[i], rows[i].rank <= (int)keep);
        bench_end(&b);
    }
}

/* An infeasible trial that no feasible one dominates speaks less against its place. */
static void test_unmatched(void **state) {
    (void)state;
    static const struct { uint32_t class; double goals[2], slack, weight; } rows[] = {
        {CLASS_FEASIBLE, {0, 9}, -1, 1.0},   {CLASS_FEASIBLE, {0, 8}, -1, 1.0},
        {CLASS_FEASIBLE, {4, 5}, -1, 1.0},   {CLASS_INFEASIBLE, {3, 6}, 1, UNMATCHED_WEIGHT},
        {CLASS_INFEASIBLE, {4, 6}, 1, 1.0},  {CLASS_INFEASIBLE, {3, NAN}, 1, 1.0},
        {CLASS_UNKNOWN, {3, 6}, NAN, 1.0},   {CLASS_PENDING, {NAN, NAN}, NAN, 1.0}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    for (size_t first = 0; first <= 3; first += 3) {   /* 3: none is feasible */
        bench b;
        const double point = 0;
        bench_start(&b, few, 1, 2, 1);
        for (size_t i = first; i < ROWS; i++)
            trials_add(&b.trials, rows[i].class, &point, rows[i].goals, &rows[i].slack);
        assert_int_equal(trials_split(&b.trials, 0.01, 1), 1);
        for (size_t i = first; i < ROWS; i++)
            assert_true(b.trials.good[i - first] ||
                        b.trials.weight[i - first] == (first ? 1.0 : rows[i].weight));
        bench_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_of_one_goal), cmocka_unit_test(test_fading),
        cmocka_unit_test(test_reference),         cmocka_unit_test(test_split_of_a_front),
        cmocka_unit_test(test_split_of_classes),  cmocka_unit_test(test_unmatched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
