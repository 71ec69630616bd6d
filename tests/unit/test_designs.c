/* cim_sdk/designs.h by itself; searcher.sweep goes through whole spaces with it in
 * test_searcher_sweep.c. */
#include "searcher_problems.h"

#include <cim_sdk/designs.h>

static cim_designs started(fake_host *f, const cim_problem *p) {
    cim_designs d;
    fake_host_start(f);
    assert_int_equal(cim_designs_init(&d, &f->host, p), CIM_OK);
    return d;
}

/* ---- one dimension --------------------------------------------------------------------------- */

static void test_ends(void **state) {
    (void)state;
    for (size_t k = 0; k < MIXED_DIMENSIONS; k++) {
        const cim_dimension *d = &mixed[k];
        const int is_real = d->kind == CIM_REAL_RANGE;
        const double low = is_real ? d->min : 0.0;
        const double high = is_real ? d->max : (double)d->n_levels - 1.0;
        const double first = cim_dimension_at(d, 0.0), last = cim_dimension_at(d, 1.0);
        assert_true(first >= low && first <= low + 1e-15 * fabs(low));
        assert_true(last <= high && last >= high - 1e-12 * fabs(high));
    }
}

/* As likely: levels; in a logarithmic range of integers, ratios: 2 .. 16 by 2, up to 18. */
static void test_levels_from_shares(void **state) {
    (void)state;
    enum { N = 100000 };
    double plain[10] = {0.0}, ratios[8] = {0.0};
    for (size_t i = 0; i < N; i++) {
        const double u = ((double)i + 0.5) / N;
        plain[(size_t)cim_dimension_at(&mixed[3], u)] += 1.0;
        ratios[(size_t)cim_dimension_at(&mixed[5], u)] += 1.0;
    }
    for (size_t i = 0; i < 10; i++) assert_true(plain[i] == N / 10);
    for (size_t i = 0; i < 8; i++) {
        const double value = 2.0 + 2.0 * (double)i, share = log((value + 2.0) / value) / log(9.0);
        assert_true(fabs(ratios[i] - share * N) <= 1.0);
    }
    assert_true(fabs(cim_dimension_at(&mixed[1], 0.5) / 1e-3 - 1.0) < 1e-12); /* 1e-9 .. 1e3 */
}

static void test_draws(void **state) {
    (void)state;
    enum { N = 20000 };
    cim_rng rng;
    double levels[5] = {0.0}, below = 0.0, chi_square = 0.0;
    fake_stream(NULL, 7, &rng);
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < MIXED_DIMENSIONS; k++) {
            const cim_dimension *d = &mixed[k];
            const double x = cim_dimension_draw(d, &rng);
            assert_true(cim_dimension_holds(d, x));
            if (k == 1) below += x < 1e-3;
            if (k == 4) levels[(size_t)x] += 1.0;
        }
    }
    for (size_t i = 0; i < 5; i++)
        chi_square += (levels[i] - N / 5.0) * (levels[i] - N / 5.0) / (N / 5.0);
    assert_true(chi_square < 18.47); /* 99.9 % with 4 degrees of freedom */
    assert_true(fabs(below / N - 0.5) < 0.012);
}

/* Ends are 0 and 1, middles lie between, and every coordinate is the nearest one to its share. */
static void test_shares(void **state) {
    (void)state;
    for (size_t k = 0; k < MIXED_DIMENSIONS; k++) {
        const cim_dimension *d = &mixed[k];
        assert_true(cim_dimension_share(d, cim_dimension_at(d, 0.0)) <= 1e-12);
        assert_true(cim_dimension_share(d, cim_dimension_at(d, 1.0)) >= 1.0 - 1e-12);
        for (size_t i = 0; i <= 1000; i++) {
            const double u = (double)i / 1000.0, x = cim_dimension_near(d, u);
            assert_true(cim_dimension_holds(d, x));
            if (d->kind == CIM_REAL_RANGE) assert_true(fabs(cim_dimension_share(d, x) - u) < 1e-12);
            else assert_true(cim_dimension_near(d, cim_dimension_share(d, x)) == x);
        }
    }
    assert_true(cim_dimension_share(&mixed[0], 1.0) == 0.5);
    assert_true(fabs(cim_dimension_share(&mixed[1], 1e-3) - 0.5) < 1e-12); /* ratios: 1e-9 .. 1e3 */
    assert_true(cim_dimension_share(&mixed[5], 1.0) == 1.0 / 7.0); /* levels, also of ratios */
    assert_true(cim_dimension_near(&mixed[2], 0.24) == 0.0);       /* of 0, 0.5, 1 */
    assert_true(cim_dimension_near(&mixed[2], 0.26) == 1.0);
    const cim_dimension point = {.kind = CIM_REAL_RANGE, .min = 2.0, .max = 2.0};
    assert_true(cim_dimension_share(&point, 2.0) == 0.5);
    assert_true(cim_dimension_near(&point, 0.5) == 2.0);
}

static void test_what_is_a_coordinate(void **state) {
    (void)state;
    const cim_dimension *real = &mixed[0], *levels = &mixed[3];
    assert_true(cim_dimension_holds(real, -3.0) && cim_dimension_holds(real, 5.0));
    assert_false(cim_dimension_holds(real, -3.1) || cim_dimension_holds(real, 5.1));
    assert_true(cim_dimension_holds(levels, 0.0) && cim_dimension_holds(levels, 9.0));
    assert_false(cim_dimension_holds(levels, -1.0) || cim_dimension_holds(levels, 10.0));
    assert_false(cim_dimension_holds(levels, 0.5));
    assert_false(cim_dimension_holds(real, NAN) || cim_dimension_holds(levels, NAN));
}

/* One in each Nth, in an order of its own each time. */
static void test_hypercube_columns(void **state) {
    (void)state;
    enum { N = 20 };
    cim_rng rng;
    double column[N], moved = 0.0, sum = 0.0;
    fake_stream(NULL, 8, &rng);
    for (size_t round = 0; round < 500; round++) {
        uint32_t seen = 0;
        cim_hypercube_column(N, &rng, column);
        for (size_t i = 0; i < N; i++) {
            assert_true(column[i] >= 0.0 && column[i] < 1.0);
            seen |= 1u << (size_t)(column[i] * N);
            moved += (size_t)(column[i] * N) != i;
            sum += N * column[i] - floor(N * column[i]);
        }
        assert_int_equal(seen, (1u << N) - 1);
    }
    assert_true(fabs(moved / (500.0 * N) - 0.95) < 0.01); /* one in N stays, on average */
    assert_true(fabs(sum / (500.0 * N) - 0.5) < 0.015);
    cim_hypercube_column(1, &rng, column);
    assert_true(column[0] >= 0.0 && column[0] < 1.0);
}

/* ---- the space ------------------------------------------------------------------------------- */

/* Against the driver's own way of finding what is active, on every point there is. */
static void test_canonical(void **state) {
    (void)state;
    enum { RAW = 3 * 3 * 3 * 3 * 2 * 4 };
    const cim_problem p = network_problem();
    static double points[RAW * NETWORK_DIMENSIONS];
    fake_host f;
    cim_designs d = started(&f, &p);
    every_design(&p, RAW, points);
    for (size_t i = 0; i < RAW; i++) {
        double *ours = points + i * NETWORK_DIMENSIONS, theirs[NETWORK_DIMENSIONS];
        memcpy(theirs, ours, sizeof theirs);
        canonical(&p, theirs);
        cim_designs_canonical(&d, ours);
        assert_memory_equal(ours, theirs, sizeof theirs);
        assert_int_equal(d.active[2], ours[3] == 2.0);
        assert_int_equal(cim_designs_is_active(&d, ours, 5), ours[3] == 2.0 && ours[4] == 0.0);
    }
    double zero[NETWORK_DIMENSIONS] = {-0.0, 0, 0, 2, -0.0, 0};
    cim_designs_canonical(&d, zero);
    assert_false(signbit(zero[0]) || signbit(zero[4]));
    cim_designs_free(&d);
    cim_designs_free(&d); /* again does nothing */
    assert_int_equal(f.live, 0);
}

/* Every design once, in an order in which the number made of the digits rises. */
static void test_advance(void **state) {
    (void)state;
    const cim_problem p = network_problem();
    uint64_t radix[NETWORK_DIMENSIONS], digits[NETWORK_DIMENSIONS] = {0}, before = 0;
    fake_host f;
    cim_designs d = started(&f, &p);
    size_t n = 0;
    for (uint32_t i = 0; i < NETWORK_DIMENSIONS; i++)
        radix[i] = cim_designs_dimension(&d, i)->n_levels;
    cim_designs_settle(&d, digits);
    do {
        uint64_t number = 0;
        for (uint32_t k = 0; k < NETWORK_DIMENSIONS; k++) {
            const uint32_t i = d.order[k];
            assert_true(digits[i] < radix[i] && (d.active[i] || digits[i] == 0));
            number = number * radix[i] + digits[i];
        }
        assert_true(n == 0 || number > before);
        before = number;
        n++;
    } while (cim_designs_advance(&d, radix, digits));
    assert_int_equal(n, NETWORK_DESIGNS);
    for (uint32_t i = 0; i < NETWORK_DIMENSIONS; i++) assert_int_equal(digits[i], 0);
    cim_designs_free(&d);
    assert_int_equal(f.live, 0);
}

static void test_refusals(void **state) {
    (void)state;
    static const cim_activity circle[] = {
        {.target = 0, .on = 1, .n_levels = 1, .levels = on_level},
        {.target = 1, .on = 0, .n_levels = 1, .levels = on_level}};
    cim_problem p = network_problem();
    cim_designs d;
    fake_host f;
    for (int i = 0; i < 4; i++) {
        fake_host_start(&f);
        f.fail_at = i;
        assert_int_equal(cim_designs_init(&d, &f.host, &p), CIM_E_MEMORY);
        assert_int_equal(f.live, 0);
    }
    p.activities = (cim_activity_table){circle, 2, sizeof circle[0]};
    fake_host_start(&f);
    assert_int_equal(cim_designs_init(&d, &f.host, &p), CIM_E_ARGUMENT);
    assert_non_null(strstr(f.message, "circle"));
    assert_int_equal(f.live, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_levels_from_shares),
        cmocka_unit_test(test_draws),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_what_is_a_coordinate),
        cmocka_unit_test(test_hypercube_columns),
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_advance),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
