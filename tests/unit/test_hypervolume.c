/* Hypervolume against two independent exact counts (inclusion and exclusion, cells of the grid that
 * the points span), against known values, and for the promises of its header. */
#include <cim_sdk/hypervolume.h>

#include <cim_sdk/rng.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MAX_GOALS 6
#define MAX_POINTS 12

static const double ones[MAX_GOALS] = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0};

static cim_rng rng_from(uint64_t seed) {
    return (cim_rng){{seed, 0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u, 0x94d049bb133111ebu}};
}

/* Sum over all subsets, with alternating sign, of the volume that the subset's boxes share. */
static double by_inclusion_exclusion(const double *points, size_t n, size_t m,
                                     const double *reference) {
    double volume = 0.0;
    for (size_t subset = 1; subset < (size_t)1 << n; subset++) {
        double shared = 1.0, sign = -1.0;
        for (size_t k = 0; k < m; k++) {
            double worst = -INFINITY;
            for (size_t i = 0; i < n; i++)
                if ((subset >> i & 1u) && points[m * i + k] > worst) worst = points[m * i + k];
            shared *= fmax(reference[k] - worst, 0.0);
        }
        for (size_t i = 0; i < n; i++)
            if (subset >> i & 1u) sign = -sign;
        volume += sign * shared;
    }
    return volume;
}

/* Volume of the part of the cell found so far (goals k.. are still open) that a point dominates. */
static double by_cells(const double *points, size_t n, size_t m, const double *reference,
                       double *corner, size_t k) {
    if (k == m) {
        for (size_t i = 0; i < n; i++) {
            size_t g = 0;
            while (g < m && points[m * i + g] <= corner[g]) g++;
            if (g == m) return 1.0;
        }
        return 0.0;
    }
    double volume = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double low = points[m * i + k];
        double high = reference[k];
        int first = low < reference[k];
        for (size_t j = 0; j < n; j++) {
            const double other = points[m * j + k];
            if (other > low && other < high) high = other;
            if (other == low && j < i) first = 0;
        }
        if (!first) continue;
        corner[k] = low;
        volume += (high - low) * by_cells(points, n, m, reference, corner, k + 1);
    }
    return volume;
}

static void fill(double *points, size_t count, cim_rng *rng, uint64_t levels) {
    for (size_t i = 0; i < count; i++)
        points[i] = levels > 0 ? (double)cim_rng_below(rng, levels) : cim_rng_uniform(rng) * 1.2;
}

static void test_random_sets(void **state) {
    (void)state;
    cim_rng rng = rng_from(1);
    double points[MAX_POINTS * MAX_GOALS], corner[MAX_GOALS];
    for (size_t m = 1; m <= MAX_GOALS; m++) {
        for (size_t n = 1; n <= (m < 5 ? MAX_POINTS : 8); n++) {
            fill(points, n * m, &rng, 0);
            const double found = cim_hypervolume(points, n, m, ones);
            const double cells = by_cells(points, n, m, ones, corner, 0);
            assert_true(fabs(found - cells) <= 1e-14);
            assert_true(fabs(found - by_inclusion_exclusion(points, n, m, ones)) <= 1e-12);
        }
    }
}

/* Whole numbers, many of them equal: every step is exact, so the result must be. */
static void test_ties(void **state) {
    (void)state;
    static const double reference[MAX_GOALS] = {4.0, 4.0, 4.0, 4.0, 4.0, 4.0};
    cim_rng rng = rng_from(2);
    double points[MAX_POINTS * MAX_GOALS], corner[MAX_GOALS];
    for (size_t m = 1; m <= MAX_GOALS; m++) {
        for (int repeat = 0; repeat < 40; repeat++) {
            const size_t n = m < 5 ? MAX_POINTS : 8;
            fill(points, n * m, &rng, 6);
            const double found = cim_hypervolume(points, n, m, reference);
            assert_true(found == by_cells(points, n, m, reference, corner, 0));
        }
    }
}

static void test_known_values(void **state) {
    (void)state;
    static const double three[] = {1.0, 3.0, 2.0, 2.0, 3.0, 1.0};
    static const double at_4[] = {4.0, 4.0, 4.0, 4.0};
    assert_true(cim_hypervolume(three, 3, 2, at_4) == 6.0);
    static const double line[] = {3.0, 1.0, 2.0};
    assert_true(cim_hypervolume(line, 3, 1, at_4) == 3.0);
    static const double corners[] = {0.0, 3.0, 3.0, 3.0, 0.0, 3.0, 3.0, 3.0, 0.0};
    assert_true(cim_hypervolume(corners, 3, 3, at_4) == 10.0); /* bars of 4, one cube shared */
    static const double bars[] = {0.0, 3.0, 3.0, 3.0, 3.0, 0.0, 3.0, 3.0,
                                  3.0, 3.0, 0.0, 3.0, 3.0, 3.0, 3.0, 0.0};
    assert_true(cim_hypervolume(bars, 4, 4, at_4) == 13.0);
    static const double below_zero[] = {-2.0, -1.0};
    static const double zero[] = {0.0, 0.0};
    assert_true(cim_hypervolume(below_zero, 1, 2, zero) == 2.0);
}

/* Members i / n, 1 - i / n of a line: a staircase of n - 1 steps of width and height 1 / n. */
static void test_staircase(void **state) {
    (void)state;
    enum { N = 1024 };
    static double plane[2 * (N + 1)], space[3 * (N + 1)];
    for (size_t i = 0; i <= N; i++) {
        plane[2 * i] = space[3 * i] = (double)i / N;
        plane[2 * i + 1] = space[3 * i + 1] = 1.0 - (double)i / N;
        space[3 * i + 2] = 0.25;
    }
    const double area = 0.5 - 0.5 / N;
    assert_true(cim_hypervolume(plane, N + 1, 2, ones) == area);
    assert_true(cim_hypervolume(space, N + 1, 3, ones) == 0.75 * area);
}

static void shuffle(double *points, size_t n, size_t m, cim_rng *rng) {
    for (size_t i = n; i-- > 1;) {
        const size_t j = (size_t)cim_rng_below(rng, i + 1);
        for (size_t k = 0; k < m; k++) {
            const double swapped = points[m * i + k];
            points[m * i + k] = points[m * j + k];
            points[m * j + k] = swapped;
        }
    }
}

static void test_order_does_not_matter(void **state) {
    (void)state;
    enum { N = 60 };
    static double points[2 * N * MAX_GOALS];
    cim_rng rng = rng_from(3);
    for (size_t m = 1; m <= MAX_GOALS; m++) {
        fill(points, N * m, &rng, 0);
        for (size_t i = 0; i < N; i += 3) /* shared values in single goals */
            points[m * i + i % m] = points[m * ((i + 7) % N) + i % m];
        const double first = cim_hypervolume(points, N, m, ones);
        assert_true(first > 0.0);
        memcpy(points + N * m, points, N * m * sizeof *points); /* every point twice */
        for (int repeat = 0; repeat < 20; repeat++) {
            shuffle(points, 2 * N, m, &rng);
            const double again = cim_hypervolume(points, 2 * N, m, ones);
            assert_memory_equal(&again, &first, sizeof first);
        }
    }
}

/* A product of a set with an interval: one more goal, constant, scales the volume. */
static void test_large_sets_agree_across_goals(void **state) {
    (void)state;
    enum { N = 300 };
    static double points[N * MAX_GOALS], wider[N * MAX_GOALS];
    cim_rng rng = rng_from(4);
    for (size_t m = 1; m < MAX_GOALS; m++) {
        fill(points, N * m, &rng, 0);
        const double narrow = cim_hypervolume(points, N, m, ones);
        for (size_t place = 0; place <= m; place++) {
            for (size_t i = 0; i < N; i++)
                for (size_t k = 0; k <= m; k++)
                    wider[(m + 1) * i + k] = k == place ? 0.5 : points[m * i + k - (k > place)];
            const double wide = cim_hypervolume(wider, N, m + 1, ones);
            assert_true(fabs(wide - 0.5 * narrow) <= 1e-13);
        }
    }
}

static void test_what_contributes_nothing(void **state) {
    (void)state;
    for (size_t m = 1; m <= MAX_GOALS; m++) {
        double points[6 * MAX_GOALS];
        for (size_t k = 0; k < 6 * m; k++) points[k] = 0.5;
        const double alone = cim_hypervolume(points, 1, m, ones);
        assert_true(alone == pow(0.5, (double)m));
        points[1 * m] = 1.0;                 /* on the reference, else better */
        points[2 * m + m - 1] = 2.0;
        for (size_t k = 0; k < m; k++) points[3 * m + k] = k == 0 ? NAN : 0.0;
        for (size_t k = 0; k < m; k++) points[4 * m + k] = k == m - 1 ? INFINITY : 0.0;
        for (size_t k = 0; k < m; k++) points[5 * m + k] = k == 0 ? -INFINITY : 0.0;
        for (size_t k = 1; k < m; k++) points[1 * m + k] = 0.0;
        assert_true(cim_hypervolume(points, 6, m, ones) == alone);
        assert_true(cim_hypervolume(points + m, 5, m, ones) == 0.0);
        assert_true(cim_hypervolume(points, 0, m, ones) == 0.0);
    }
    assert_true(cim_hypervolume(NULL, 0, 3, ones) == 0.0);
}

static void test_refused(void **state) {
    (void)state;
    static const double point[2] = {0.0, 0.0};
    const double infinite[2] = {1.0, INFINITY}, unknown[2] = {NAN, 1.0};
    assert_true(isnan(cim_hypervolume(point, 1, 2, infinite)));
    assert_true(isnan(cim_hypervolume(point, 1, 2, unknown)));
    assert_true(isnan(cim_hypervolume(point, 1, 0, ones)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_sets),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_staircase),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_large_sets_agree_across_goals),
        cmocka_unit_test(test_what_contributes_nothing),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
