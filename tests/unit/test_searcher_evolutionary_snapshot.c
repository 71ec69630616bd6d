/* searcher.evolutionary: snapshots, and memory that runs out. */
#include "searcher_exhaustible.h"

static cim_problem mixed_problem(void) {
    cim_problem p = problem_of(mixed, MIXED_DIMENSIONS, two_goals, 2);
    p.constraints = (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
    return p;
}

/* A fresh instance that takes over after CUT asks goes on to the bit, up to the same snapshot. */
static void check_resume_of(const double *numbers, const cim_problem *p, judge_fn *judge,
                            uint32_t batch, uint64_t cut, uint64_t n_asks) {
    double *points = calloc(2u * batch * p->dimensions.n, sizeof *points);
    double *again = points + (size_t)batch * p->dimensions.n;
    driver d, fresh;
    driver_start(&d, "evolutionary", numbers, p, 8);
    driver_start(&fresh, "evolutionary", numbers, p, 8);
    for (uint64_t k = 0; k < n_asks && !d.is_done; k++) {
        if (k == cut) {
            snapshot s = driver_save(&d);
            assert_int_equal(fresh.ops->load(fresh.self, s.bytes, s.size), CIM_OK);
            fresh.asks = d.asks;
            fresh.trials = d.trials;
            free(s.bytes);
        }
        const uint32_t n = driver_ask(&d, batch, points);
        driver_tell(&d, n, points, judge, NULL);
        if (k < cut) continue;
        assert_int_equal(driver_ask(&fresh, batch, again), n);
        assert_memory_equal(points, again, n * p->dimensions.n * sizeof *points);
        driver_tell(&fresh, n, again, judge, NULL);
    }
    assert_true(d.is_done == fresh.is_done);
    snapshot s = driver_save(&d), t = driver_save(&fresh);
    assert_int_equal(s.size, t.size);
    assert_memory_equal(s.bytes, t.bytes, s.size);
    free(s.bytes);
    free(t.bytes);
    driver_stop(&d);
    driver_stop(&fresh);
    free(points);
}

static void check_resume(const cim_problem *p, judge_fn *judge, uint32_t batch, uint64_t cut,
                         uint64_t n_asks) {
    check_resume_of(NULL, p, judge, batch, cut, n_asks);
}

static void test_resume(void **state) {
    (void)state;
    static const uint64_t cuts[] = {0, 1, 3, 7, 20, 33};
    const cim_problem wide = mixed_problem(), small = network_problem();
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        check_resume(&wide, judge_mixed, 1, cuts[i], 60);
        check_resume(&wide, judge_mixed, 16, cuts[i], 40);
        check_resume(&wide, judge_mixed, 1000, cuts[i] / 8, 6);
        check_resume(&small, judge_sum, 4, cuts[i], 60); /* to the end: 37 asks */
    }
}

/* Also where more are on the front than are kept, even ends of it. */
static void test_resume_with_full_fronts(void **state) {
    (void)state;
    static const double populations[] = {2, 3, 24};
    for (size_t i = 0; i < 3; i++) {
        const double numbers[] = {populations[i], 0.9, 1, 0.15, 0.1, 0, 0};
        for (size_t k = 0; k < 4; k++) {
            const exhaustible e = exhaustible_problem(k);
            for (uint64_t cut = 3; cut <= 33; cut += 5) {
                check_resume_of(numbers, &e.problem, e.judge, 16, cut, 50);
                check_resume_of(numbers, &e.problem, e.judge, 1, 10 * cut, 400);
            }
        }
    }
}

/* Between ask and tell too, though the host saves after a tell. */
static void test_resume_with_pending(void **state) {
    (void)state;
    enum { BATCH = 50 };
    const cim_problem p = mixed_problem();
    double points[BATCH * MIXED_DIMENSIONS], again[BATCH * MIXED_DIMENSIONS];
    driver d, fresh;
    driver_start(&d, "evolutionary", NULL, &p, 8);
    driver_start(&fresh, "evolutionary", NULL, &p, 8);
    for (int i = 0; i < 3; i++) {
        driver_ask(&d, BATCH, points);
        if (i < 2) driver_tell(&d, BATCH, points, judge_mixed, NULL);
    }
    snapshot s = driver_save(&d);
    assert_int_equal(fresh.ops->load(fresh.self, s.bytes, s.size), CIM_OK);
    fresh.asks = d.asks;
    fresh.trials = d.trials;
    driver_tell(&d, BATCH, points, judge_mixed, NULL);
    driver_tell(&fresh, BATCH, points, judge_mixed, NULL);
    assert_int_equal(driver_ask(&d, BATCH, points), BATCH);
    assert_int_equal(driver_ask(&fresh, BATCH, again), BATCH);
    assert_memory_equal(points, again, sizeof points);
    free(s.bytes);
    driver_stop(&d);
    driver_stop(&fresh);
}

/* ---- damage ---------------------------------------------------------------------------------- */

static void assert_refused(driver *d, const unsigned char *bytes, size_t size) {
    d->base.message[0] = '\0';
    assert_true(d->ops->load(d->self, bytes, size) < 0);
    assert_true(strlen(d->base.message) > 0);
}

static void test_damaged_snapshots(void **state) {
    (void)state;
    enum { BATCH = 16 };
    const cim_problem p = mixed_problem();
    double points[BATCH * MIXED_DIMENSIONS], expected[BATCH * MIXED_DIMENSIONS];
    driver d;
    driver_start(&d, "evolutionary", NULL, &p, 3);
    for (int i = 0; i < 4; i++) {
        driver_ask(&d, BATCH, points);
        driver_tell(&d, BATCH, points, judge_mixed, NULL);
    }
    snapshot s = driver_save(&d);
    for (size_t i = 0; i < s.size; i++) {
        s.bytes[i] ^= (unsigned char)(1u << i % 8);
        assert_refused(&d, s.bytes, s.size);
        s.bytes[i] ^= (unsigned char)(1u << i % 8);
    }
    for (size_t size = 0; size < s.size; size++) assert_refused(&d, s.bytes, size);
    assert_refused(&d, NULL, 0);
    driver_ask(&d, BATCH, points); /* a refused snapshot changed nothing */
    assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_OK);
    d.asks--;
    driver_ask(&d, BATCH, expected);
    assert_memory_equal(points, expected, sizeof points);
    s.bytes[4]++; /* the version */
    assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_E_UNSUPPORTED);
    free(s.bytes);
    driver_stop(&d);
}

static void test_snapshots_of_others(void **state) {
    (void)state;
    const cim_problem p = mixed_problem(), other = network_problem();
    cim_problem one = p;
    one.goals.n = 1;
    driver d, others[3];
    driver_start(&d, "evolutionary", NULL, &p, 3);
    driver_start(&others[0], "evolutionary", NULL, &other, 3);
    driver_start(&others[1], "evolutionary", NULL, &one, 3);
    driver_start(&others[2], "evolutionary", (const double[]){25, 0.9, 1, 0.15, 0.1, 0, 0}, &p, 3);
    snapshot s = driver_save(&d);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(others[i].ops->load(others[i].self, s.bytes, s.size), CIM_E_ARGUMENT);
        driver_stop(&others[i]);
    }
    free(s.bytes);
    driver_stop(&d);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void test_no_memory_to_create(void **state) {
    (void)state;
    const cim_problem p = network_problem();
    driver d;
    int failures = 0;
    while (driver_try(&d, "evolutionary", NULL, &p, 1, failures) == CIM_E_MEMORY) {
        assert_null(d.self);
        assert_int_equal(d.base.live, 0);
        failures++;
    }
    assert_non_null(d.self);
    assert_true(failures > 10);
    d.ops->destroy(d.self);
    assert_int_equal(d.base.live, 0);
}

/* Every allocation while points are asked for and told, and while a snapshot is taken back. */
static void test_no_memory_later(void **state) {
    (void)state;
    enum { BATCH = 300 };
    const cim_problem p = mixed_problem();
    static double points[BATCH * MIXED_DIMENSIONS];
    static uint32_t fidelity[BATCH];
    driver d;
    driver_start(&d, "evolutionary", NULL, &p, 1);
    const int created = d.base.allocations;
    driver_ask(&d, BATCH, points);
    driver_tell(&d, BATCH, points, judge_mixed, NULL);
    const int needed = d.base.allocations - created;
    snapshot s = driver_save(&d);
    assert_true(needed >= 4);
    driver_stop(&d);
    for (int i = 0; i < needed; i++) {
        cim_ask a = {.struct_size = sizeof a, .max = BATCH, .points = points,
                     .fidelity = fidelity};
        driver_start(&d, "evolutionary", NULL, &p, 1);
        d.base.host.stream(&d.base.host, 0, &a.rng);
        d.base.fail_at = created + i;
        assert_int_equal(d.ops->ask(d.self, &a), CIM_E_MEMORY);
        assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_OK);
        driver_stop(&d);
    }
    driver_start(&d, "evolutionary", NULL, &p, 1);
    d.base.fail_at = d.base.allocations; /* the first of load() */
    assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_E_MEMORY);
    assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_OK);
    driver_stop(&d);
    free(s.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_resume_with_full_fronts),
        cmocka_unit_test(test_resume_with_pending),
        cmocka_unit_test(test_damaged_snapshots),
        cmocka_unit_test(test_snapshots_of_others),
        cmocka_unit_test(test_no_memory_to_create),
        cmocka_unit_test(test_no_memory_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
