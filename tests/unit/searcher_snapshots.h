/* searcher_snapshots.h: a searcher goes on from its snapshot with the same bits, refuses damaged
 * ones and those of others, and survives without memory. */
#ifndef SEARCHER_SNAPSHOTS_H
#define SEARCHER_SNAPSHOTS_H

#include "searcher_problems.h"

/* A fresh instance with what D has saved. */
static inline void driver_resume(driver *fresh, const driver *d, const double *numbers,
                                 snapshot s) {
    const char *name = strchr(d->plugin->id, '.') + 1;
    driver_start(fresh, name, numbers, d->problem, d->seed);
    assert_int_equal(fresh->ops->load(fresh->self, s.bytes, s.size), CIM_OK);
    fresh->asks = d->asks;
    fresh->trials = d->trials;
}

/* One that takes over after CUT asks goes on to the bit, up to the same snapshot. */
static inline void check_resume(const char *name, const double *numbers, const cim_problem *p,
                                judge_fn *judge, uint32_t batch, uint64_t cut, uint64_t n_asks) {
    double *points = new_points(p, 2u * batch), *again = points + (size_t)batch * p->dimensions.n;
    driver d, fresh;
    assert_true(cut < n_asks);
    driver_start(&d, name, numbers, p, 8);
    int is_cut = 0;
    for (uint64_t k = 0; k < n_asks && !d.is_done; k++) {
        if (k == cut) {
            snapshot s = driver_save(&d);
            driver_resume(&fresh, &d, numbers, s);
            free(s.bytes);
            is_cut = 1;
        }
        const uint32_t n = driver_ask(&d, batch, points);
        driver_tell(&d, n, points, judge, NULL);
        if (k < cut) continue;
        assert_int_equal(driver_ask(&fresh, batch, again), n);
        assert_memory_equal(points, again, n * p->dimensions.n * sizeof *points);
        driver_tell(&fresh, n, again, judge, NULL);
    }
    assert_true(is_cut && d.is_done == fresh.is_done);
    snapshot s = driver_save(&d), t = driver_save(&fresh);
    assert_int_equal(s.size, t.size);
    assert_memory_equal(s.bytes, t.bytes, s.size);
    free(s.bytes);
    free(t.bytes);
    driver_stop(&d);
    driver_stop(&fresh);
    free(points);
}

/* Before each of N_ASKS asks: a fresh one gives the points that the original gives. */
static inline void check_resume_at_every_ask(const char *name, const double *numbers,
                                             const cim_problem *p, judge_fn *judge, uint32_t batch,
                                             uint32_t n_asks) {
    double *points = new_points(p, 2u * batch), *again = points + (size_t)batch * p->dimensions.n;
    driver d, fresh;
    driver_start(&d, name, numbers, p, 5);
    for (uint32_t k = 0; k < n_asks && !d.is_done; k++) {
        snapshot s = driver_save(&d);
        driver_resume(&fresh, &d, numbers, s);
        const uint32_t n = driver_ask(&d, batch, points);
        assert_int_equal(driver_ask(&fresh, batch, again), n);
        assert_memory_equal(points, again, n * p->dimensions.n * sizeof *points);
        driver_tell(&d, n, points, judge, NULL);
        driver_stop(&fresh);
        free(s.bytes);
    }
    driver_stop(&d);
    free(points);
}

/* Between ask and tell too, though the host saves after a tell. */
static inline void test_resume_with_pending(void **state) {
    enum { BATCH = 50 };
    const subject *u = *state;
    const cim_problem p = mixed_problem();
    double points[BATCH * MIXED_DIMENSIONS], again[BATCH * MIXED_DIMENSIONS];
    driver d, fresh;
    driver_start(&d, u->name, NULL, &p, 8);
    for (int i = 0; i < 3; i++) {
        driver_ask(&d, BATCH, points);
        if (i < 2) driver_tell(&d, BATCH, points, judge_mixed, NULL);
    }
    snapshot s = driver_save(&d);
    driver_resume(&fresh, &d, NULL, s);
    driver_tell(&d, BATCH, points, judge_mixed, NULL);
    driver_tell(&fresh, BATCH, points, judge_mixed, NULL);
    assert_int_equal(driver_ask(&d, BATCH, points), BATCH);
    assert_int_equal(driver_ask(&fresh, BATCH, again), BATCH);
    assert_memory_equal(points, again, sizeof points);
    free(s.bytes);
    driver_stop(&d);
    driver_stop(&fresh);
}

/* A study that is given more trials goes on where it stopped, in and behind its first designs. */
static inline void test_more_trials_later(void **state) {
    enum { BATCH = 4, ASKS = 7 };
    const subject *u = *state;
    cim_problem p = mixed_problem(), longer = p;
    double points[BATCH * MIXED_DIMENSIONS], again[BATCH * MIXED_DIMENSIONS];
    p.trials = 28;
    longer.trials = 500;
    for (int cut = 1; cut < ASKS; cut++) {
        driver d, fresh;
        driver_start(&d, u->name, NULL, &p, 8);
        for (int i = 0; i < cut; i++)
            driver_tell(&d, driver_ask(&d, BATCH, points), points, judge_mixed, NULL);
        snapshot s = driver_save(&d);
        driver_start(&fresh, u->name, NULL, &longer, 8);
        assert_int_equal(fresh.ops->load(fresh.self, s.bytes, s.size), CIM_OK);
        fresh.asks = d.asks;
        assert_int_equal(driver_ask(&d, BATCH, points), BATCH);
        assert_int_equal(driver_ask(&fresh, BATCH, again), BATCH);
        assert_memory_equal(points, again, sizeof points);
        free(s.bytes);
        driver_stop(&d);
        driver_stop(&fresh);
    }
}

/* ---- damage ---------------------------------------------------------------------------------- */

static inline void assert_refused(driver *d, const unsigned char *bytes, size_t size) {
    d->base.message[0] = '\0';
    assert_true(d->ops->load(d->self, bytes, size) < 0);
    assert_true(strlen(d->base.message) > 0);
}

/* Every byte, and every length. */
static inline void test_damaged_snapshots(void **state) {
    enum { BATCH = 16 };
    const subject *u = *state;
    const cim_problem p = mixed_problem();
    double points[BATCH * MIXED_DIMENSIONS], expected[BATCH * MIXED_DIMENSIONS];
    driver d;
    driver_start(&d, u->name, NULL, &p, 3);
    for (int i = 0; i < 4; i++)
        driver_tell(&d, driver_ask(&d, BATCH, points), points, judge_mixed, NULL);
    snapshot s = driver_save(&d);
    for (size_t i = 0; i < s.size; i++) {
        s.bytes[i] ^= (unsigned char)(1u << i % 8);
        assert_refused(&d, s.bytes, s.size);
        s.bytes[i] ^= (unsigned char)(1u << i % 8);
    }
    for (size_t size = 0; size < s.size; size++) assert_refused(&d, s.bytes, size);
    assert_refused(&d, NULL, 0);
    const uint32_t n = driver_ask(&d, BATCH, points); /* a refused snapshot changed nothing */
    assert_true(n > 0);
    assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_OK);
    d.asks--;
    assert_int_equal(driver_ask(&d, BATCH, expected), n);
    assert_memory_equal(points, expected, n * MIXED_DIMENSIONS * sizeof *points);
    s.bytes[4]++; /* the version */
    assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_E_UNSUPPORTED);
    free(s.bytes);
    driver_stop(&d);
}

/* Of another space, of fewer goals, of other parameters. */
static inline void test_snapshots_of_others(void **state) {
    const subject *u = *state;
    const cim_problem p = mixed_problem(), other = network_problem();
    cim_problem one = p;
    one.goals.n = 1;
    double numbers[MAX_PARAMS];
    driver d, others[3];
    numbers_with(u, 25, numbers);
    driver_start(&d, u->name, NULL, &p, 3);
    driver_start(&others[0], u->name, NULL, &other, 3);
    driver_start(&others[1], u->name, NULL, &one, 3);
    driver_start(&others[2], u->name, numbers, &p, 3);
    snapshot s = driver_save(&d);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(others[i].ops->load(others[i].self, s.bytes, s.size), CIM_E_ARGUMENT);
        driver_stop(&others[i]);
    }
    free(s.bytes);
    driver_stop(&d);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static inline void test_no_memory_to_create(void **state) {
    const subject *u = *state;
    const cim_problem p = network_problem();
    driver d;
    int failures = 0;
    while (driver_try(&d, u->name, NULL, &p, 1, failures) == CIM_E_MEMORY) {
        assert_null(d.self);
        assert_int_equal(d.base.live, 0);
        failures++;
    }
    assert_non_null(d.self);
    assert_true(failures > 5);
    driver_stop(&d);
}

/* Every allocation of the first ask. */
static inline void test_no_memory_to_ask(void **state) {
    enum { BATCH = 300 };
    const subject *u = *state;
    const cim_problem p = mixed_problem();
    static double points[BATCH * MIXED_DIMENSIONS];
    static uint32_t fidelity[BATCH];
    driver d;
    driver_start(&d, u->name, NULL, &p, 1);
    const int created = d.base.allocations;
    driver_ask(&d, BATCH, points);
    const int needed = d.base.allocations - created;
    driver_tell(&d, BATCH, points, judge_mixed, NULL);
    snapshot s = driver_save(&d);
    assert_true(needed >= 4);
    driver_stop(&d);
    for (int i = 0; i < needed; i++) {
        cim_ask a = {.struct_size = sizeof a, .max = BATCH, .points = points, .fidelity = fidelity};
        driver_start(&d, u->name, NULL, &p, 1);
        d.base.host.stream(&d.base.host, 0, &a.rng);
        d.base.fail_at = created + i;
        assert_int_equal(d.ops->ask(d.self, &a), CIM_E_MEMORY);
        assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_OK);
        driver_stop(&d);
    }
    free(s.bytes);
}

/* Every allocation while a snapshot is taken back, which then is. */
static inline void test_no_memory_to_load(void **state) {
    enum { BATCH = 300 };
    const subject *u = *state;
    const cim_problem p = mixed_problem();
    static double points[BATCH * MIXED_DIMENSIONS];
    driver d;
    driver_start(&d, u->name, NULL, &p, 1);
    driver_tell(&d, driver_ask(&d, BATCH, points), points, judge_mixed, NULL);
    snapshot s = driver_save(&d);
    driver_stop(&d);
    int failures = 0;
    for (cim_status status = CIM_E_MEMORY; status != CIM_OK; failures++) {
        driver_start(&d, u->name, NULL, &p, 1);
        d.base.fail_at = d.base.allocations + failures;
        status = d.ops->load(d.self, s.bytes, s.size);
        assert_true(status == CIM_OK || status == CIM_E_MEMORY);
        d.base.fail_at = -1;
        assert_int_equal(d.ops->load(d.self, s.bytes, s.size), CIM_OK);
        driver_stop(&d);
    }
    assert_true(failures > 1);
    free(s.bytes);
}

#define SEARCHER_SNAPSHOTS(subject) \
    cmocka_unit_test_prestate(test_resume_with_pending, subject), \
    cmocka_unit_test_prestate(test_more_trials_later, subject), \
    cmocka_unit_test_prestate(test_damaged_snapshots, subject), \
    cmocka_unit_test_prestate(test_snapshots_of_others, subject), \
    cmocka_unit_test_prestate(test_no_memory_to_create, subject), \
    cmocka_unit_test_prestate(test_no_memory_to_ask, subject), \
    cmocka_unit_test_prestate(test_no_memory_to_load, subject)

#endif
