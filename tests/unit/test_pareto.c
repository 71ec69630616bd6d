/* The archive against brute force, and the members of a front that are shown first. */
#include "knee.h"
#include "pareto.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static cim_rng rng_from(uint64_t seed) {
    return (cim_rng){{seed, 0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u, 0x94d049bb133111ebu}};
}

static int nowhere_worse(const double *a, const double *b, size_t m) {
    for (size_t k = 0; k < m; k++)
        if (!(a[k] <= b[k])) return 0;
    return 1;
}

/* Is vector i, of the n added in their order, a member in the end? */
static int belongs(const double *added, size_t n, size_t m, size_t i) {
    for (size_t j = 0; j < n; j++) {
        if (j == i || !nowhere_worse(added + m * j, added + m * i, m)) continue;
        if (j < i || !nowhere_worse(added + m * i, added + m * j, m)) return 0;
    }
    return 1;
}

static void check_against_brute_force(const double *added, size_t n, size_t m) {
    pareto *archive = pareto_new(m);
    assert_non_null(archive);
    for (size_t i = 0; i < n; i++) {
        const int entered = pareto_add(archive, 10 + i, added + m * i);
        assert_int_equal(entered, belongs(added, i + 1, m, i));
        if (i % 64 == 5) pareto_sort(archive); /* sorting in between changes nothing */
    }
    pareto_sort(archive);
    size_t member = 0;
    for (size_t i = 0; i < n; i++) {
        if (!belongs(added, n, m, i)) continue;
        assert_true(member < pareto_size(archive));
        assert_true(pareto_id(archive, member) == 10 + i);
        assert_memory_equal(pareto_goals(archive, member), added + m * i, m * sizeof *added);
        member++;
    }
    assert_int_equal(member, pareto_size(archive));
    pareto_free(archive);
}

static void test_brute_force(void **state) {
    (void)state;
    enum { N = 400, MAX_GOALS = 5 };
    static double added[N * MAX_GOALS];
    cim_rng rng = rng_from(1);
    for (size_t m = 1; m <= MAX_GOALS; m++) {
        for (size_t i = 0; i < N * m; i++) added[i] = cim_rng_uniform(&rng);
        check_against_brute_force(added, N, m);
        for (size_t i = 0; i < N * m; i++) added[i] = (double)cim_rng_below(&rng, 6);
        check_against_brute_force(added, N, m); /* many equal vectors and goals */
    }
}

static void test_many(void **state) {
    (void)state;
    enum { N = 100000 };
    for (size_t m = 2; m <= 4; m++) {
        cim_rng rng = rng_from(m);
        double *added = calloc(N, m * sizeof *added);
        pareto *archive = pareto_new(m);
        assert_non_null(added);
        assert_non_null(archive);
        for (size_t i = 0; i < N * m; i++) added[i] = cim_rng_uniform(&rng);
        for (size_t i = 0; i < N; i++) assert_true(pareto_add(archive, i, added + m * i) >= 0);
        pareto_sort(archive);
        const size_t size = pareto_size(archive);
        assert_true(size > 1);
        for (size_t i = 0; i < size; i++) {
            const uint64_t id = pareto_id(archive, i);
            assert_true(i == 0 || pareto_id(archive, i - 1) < id);
            assert_memory_equal(pareto_goals(archive, i), added + m * id, m * sizeof *added);
            for (size_t j = 0; j < size; j++)
                assert_true(i == j || !nowhere_worse(pareto_goals(archive, j),
                                                     pareto_goals(archive, i), m));
        }
        for (size_t i = 0; i < N; i++) { /* everything that was offered is covered by a member */
            size_t j = 0;
            while (j < size && !nowhere_worse(pareto_goals(archive, j), added + m * i, m)) j++;
            assert_true(j < size);
        }
        pareto_free(archive);
        free(added);
    }
}

/* Large fronts, and such as make a search tree grow lopsided or lose much at once. */
static void fill(double *added, size_t n, size_t m, int kind, cim_rng *rng) {
    for (size_t i = 0; i < n; i++) {
        double *x = added + m * i, norm = 0;
        for (size_t k = 0; k < m; k++) {
            x[k] = cim_rng_uniform(rng) + 1e-9;
            norm += x[k] * x[k];
        }
        for (size_t k = 0; k < m; k++) x[k] /= sqrt(norm);
        const double at = (double)i / (double)n;
        if (kind == 0) continue;                          /* a sphere: all are members */
        for (size_t k = 0; k < m; k++)
            if (kind == 1) x[k] = floor(20 * x[k]);       /* a coarse grid: many equal goals */
            else if (kind == 2) x[k] *= 3 - 2.5 * at;     /* the front advances: members leave */
            else x[k] = k == 0 ? at : k == 1 ? 1 - at : k == i % m ? -INFINITY : 5; /* in order */
    }
}

static void test_large_fronts(void **state) {
    (void)state;
    enum { N = 3000, MAX_GOALS = 16 };
    static const size_t goals[] = {2, 3, 4, MAX_GOALS};
    static double added[N * MAX_GOALS];
    for (size_t g = 0; g < sizeof goals / sizeof *goals; g++)
        for (int kind = 0; kind < 4; kind++) {
            cim_rng rng = rng_from(100 + g);
            fill(added, N, goals[g], kind, &rng);
            check_against_brute_force(added, N, goals[g]);
        }
}

static void test_equal_and_odd_vectors(void **state) {
    (void)state;
    pareto *archive = pareto_new(2);
    assert_non_null(archive);
    assert_int_equal(pareto_size(archive), 0);
    pareto_sort(archive);
    const double a[] = {1.0, 2.0}, b[] = {2.0, 1.0}, unknown[] = {0.0, NAN};
    const double below[] = {-INFINITY, 5.0}, best[] = {-INFINITY, -INFINITY};
    assert_int_equal(pareto_add(archive, 9, a), 1);
    assert_int_equal(pareto_add(archive, 3, a), 0); /* the first stays, whatever its id */
    assert_int_equal(pareto_add(archive, 4, unknown), 0);
    assert_int_equal(pareto_add(archive, 5, b), 1);
    assert_int_equal(pareto_add(archive, 1, below), 1);
    pareto_sort(archive);
    assert_int_equal(pareto_size(archive), 3);
    assert_true(pareto_id(archive, 0) == 1);
    assert_true(pareto_id(archive, 1) == 5);
    assert_true(pareto_id(archive, 2) == 9);
    assert_int_equal(pareto_add(archive, UINT64_MAX, best), 1);
    assert_int_equal(pareto_size(archive), 1);
    assert_true(pareto_id(archive, 0) == UINT64_MAX);
    pareto_free(archive);
    pareto_free(NULL);
    assert_null(pareto_new(0));
}

static void test_knee_of_two_goals(void **state) {
    (void)state;
    /* In units of each goal's range: sums 1, 1.1, 0.5, 0.9, 1. */
    static const double front[] = {0.0, 1000.0, 2.0, 900.0, 3.0, 200.0, 8.0, 100.0, 10.0, 0.0};
    assert_int_equal(knee_find(front, 5, 2), 2);
    static const double shifted[] = {-1e9, 5.0, 1e9, -5.0, -9e8, -4.9};
    assert_int_equal(knee_find(shifted, 3, 2), 2);
    static const double line[] = {1.0, 0.0, 0.5, 0.5, 0.0, 1.0};
    assert_int_equal(knee_find(line, 3, 2), 0);      /* all the same: the lowest index */
    static const double equals[] = {1.0, 0.0, 0.25, 0.5, 0.5, 0.25, 0.0, 1.0};
    assert_int_equal(knee_find(equals, 4, 2), 1);
}

static void test_knee_of_other_fronts(void **state) {
    (void)state;
    static const double three[] = {0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.5, 0.5, 0.6};
    assert_int_equal(knee_find(three, 4, 3), 3);
    static const double constant[] = {0.0, 7.0, 9.0, 0.3, 7.0, 5.0, 1.0, 7.0, 4.0};
    assert_int_equal(knee_find(constant, 3, 3), 1);  /* 1, 0.5, 1 */
    static const double huge[] = {-1e308, 1e308, -0.5e308, -0.5e308, 1e308, -1e308};
    assert_int_equal(knee_find(huge, 3, 2), 1);
    static const double two[] = {4.0, 1.0, 1.0, 4.0};
    assert_int_equal(knee_find(two, 2, 2), 0);
    assert_int_equal(knee_find(two, 1, 2), 0);
    assert_int_equal(knee_find(two, 4, 1), 1);
    assert_int_equal(knee_find(two, 0, 2), 0);
}

/* On a quarter circle about (1, 1) the knee is at 45 degrees, in any units. */
static void test_knee_of_a_circle(void **state) {
    (void)state;
    enum { N = 91 };
    double front[2 * N];
    for (size_t i = 0; i < N; i++) {
        const double angle = acos(-1.0) / 180.0 * (double)i;
        front[2 * i] = 1e-9 * (1.0 - sin(angle));
        front[2 * i + 1] = 1e6 * (1.0 - cos(angle)) - 4.0;
    }
    assert_int_equal(knee_find(front, N, 2), 45);
}

static void test_extremes(void **state) {
    (void)state;
    static const double front[] = {3.0, 1.0, 9.0, 1.0, 5.0, 7.0, 1.0, 4.0, 8.0,
                                   1.0, 4.0, 8.0, 6.0, 1.0, 2.0, 7.0, 9.0, 2.0};
    size_t best[3];
    knee_extremes(front, 6, 3, best);
    assert_int_equal(best[0], 2);   /* 1, 4, 8: goal 1 decides against 1, 5, 7; first of equals */
    assert_int_equal(best[1], 0);   /* 3, 1, 9: goal 0 decides against 6, 1, 2 */
    assert_int_equal(best[2], 4);   /* 6, 1, 2 against 7, 9, 2 */
    knee_extremes(front, 1, 3, best);
    assert_true(best[0] == 0 && best[1] == 0 && best[2] == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brute_force),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_large_fronts),
        cmocka_unit_test(test_equal_and_odd_vectors),
        cmocka_unit_test(test_knee_of_two_goals),
        cmocka_unit_test(test_knee_of_other_fronts),
        cmocka_unit_test(test_knee_of_a_circle),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
