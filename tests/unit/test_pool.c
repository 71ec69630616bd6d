/* Worker processes: the same results for any number of workers; what crashes, ends or hangs loses
 * its own design only, and is named. The plug-ins are functions of this test. */
#include "clock.h"
#include "network.h"
#include "pool.h"
#include "pool_plugins.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

typedef struct bench {
    rig r;
    pool *p;
    size_t n;
    double *designs;
    result *results;
    uint32_t *done;        /* how often each came in */
} bench;

static bool on_done(void *context, size_t index) { return ++((bench *)context)->done[index] > 0; }

static void start(bench *b, uint32_t preferred_batch, unsigned n_workers, size_t n) {
    *b = (bench){.n = n};
    pool_rig_start(&b->r, preferred_batch);
    b->p = pool_start(&b->r.s.evaluator, n_workers, 0.05, &b->r.f);
    assert_good(b->p != NULL, &b->r.f);
    b->designs = calloc(n, NUMBERS * sizeof(double));
    b->results = results_new(n, METRICS, RULES);
    b->done = calloc(n, sizeof *b->done);
    for (size_t i = 0; i < n; i++) {
        b->designs[NUMBERS * i] = 4 + (double)(i / 8 % 3); /* runs of eight share a network */
        b->designs[NUMBERS * i + 2] = (double)i + 0.5;
    }
}

static void set(bench *b, size_t i, int act) { b->designs[NUMBERS * i + 1] = act; }

static void run(bench *b, const volatile sig_atomic_t *stop) {
    pool_task task = {.designs = b->designs, .n = b->n, .want_parts = true, .results = b->results,
                      .done = on_done, .context = b};
    assert_good(pool_run(b->p, &task, stop, &b->r.f), &b->r.f);
}

static void end(bench *b) {
    pool_stop(b->p);
    results_free(b->results, b->n);
    free(b->designs);
    free(b->done);
    rig_close(&b->r);
}

/* What a design of ours must give, computed here. */
static void assert_fine(const bench *b, size_t i, cim_outcome outcome) {
    const result *r = &b->results[i];
    const double x = (double)i + 0.5, width = b->designs[NUMBERS * i];
    if (r->outcome != outcome) print_error("%zu: %d %s\n", i, r->outcome, r->reason);
    assert_int_equal(r->outcome, outcome);
    assert_string_equal(r->reason, "");
    assert_true(r->metrics[0] == sin(x) / (1 + x) && r->metrics[1] == width);
    assert_true(r->metrics[2] == 16 * 3 * width && r->metrics[3] == 3 * width);
    assert_true(r->slack[0] == (outcome == CIM_INFEASIBLE ? x : -1));
    assert_int_equal(b->done[i], 1);
    assert_int_equal(r->n_parts, i % 5);
    for (size_t k = 0; k < r->n_parts; k++) {
        assert_true(r->parts[k].value == x + (double)k && r->parts[k].metric == k % 2);
        assert_string_equal(r->parts[k].layer, k % 2 ? "" : "conv");
        assert_string_equal(r->parts[k].component, k ? "array" : "a component with a name beyond ");
    }
}

static void assert_failed(const bench *b, size_t i, const char *reason) {
    const result *r = &b->results[i];
    assert_int_equal(r->outcome, CIM_FAILED);
    assert_string_equal(r->reason, reason);
    for (int k = 0; k < METRICS; k++) assert_true(isnan(r->metrics[k]));
    assert_true(isnan(r->slack[0]));
    assert_int_equal(r->n_parts, 0);
    assert_int_equal(b->done[i], 1);
}

/* ---- results -------------------------------------------------------------------------------- */

static void results_do_not_depend_on_the_workers(void **state) {
    (void)state;
    for (uint32_t batch = 0; batch <= 16; batch += 8)
        for (unsigned workers = 1; workers <= 4; workers++) {
            bench b;
            start(&b, batch, workers, 500);
            for (size_t i = 0; i < b.n; i += 7) set(&b, i, VIOLATE);
            run(&b, NULL);
            for (size_t i = 0; i < b.n; i++)
                assert_fine(&b, i, i % 7 ? CIM_FEASIBLE : CIM_INFEASIBLE);
            end(&b);
        }
}

static void a_pool_serves_one_task_after_another(void **state) {
    (void)state;
    bench b;
    start(&b, 4, 2, 40);
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < b.n; i++) {
            free(b.results[i].parts);
            b.results[i] = (result){.metrics = b.results[i].metrics, .slack = b.results[i].slack};
        }
        memset(b.done, 0, b.n * sizeof *b.done);
        run(&b, NULL);
        for (size_t i = 0; i < b.n; i++) assert_fine(&b, i, CIM_FEASIBLE);
    }
    b.n = 0;
    run(&b, NULL); /* nothing to do */
    b.n = 40;
    end(&b);
}

static void parts_come_only_when_asked_for(void **state) {
    (void)state;
    bench b;
    start(&b, 8, 2, 30);
    pool_task task = {.designs = b.designs, .n = b.n, .results = b.results};
    assert_good(pool_run(b.p, &task, NULL, &b.r.f), &b.r.f);
    for (size_t i = 0; i < b.n; i++)
        assert_true(b.results[i].outcome == CIM_FEASIBLE && !b.results[i].parts);
    end(&b);
}

static void failures_of_a_plug_in_have_its_words(void **state) {
    (void)state;
    for (uint32_t batch = 1; batch <= 8; batch += 7) {
        bench b;
        start(&b, batch, 2, 32);
        set(&b, 3, SAY_FAIL);
        set(&b, 9, NAN_METRIC);
        set(&b, 20, PRINT);
        for (size_t i = 24; i < 32; i++) b.designs[NUMBERS * i] = WIDTH_FAIL;
        run(&b, NULL);
        for (size_t i = 0; i < 24; i++)
            if (i != 3 && i != 9) assert_fine(&b, i, CIM_FEASIBLE);
        assert_failed(&b, 9, "hwmodel.made: metric energy_j is unset or NaN");
        for (size_t i = 24; i < 32; i++)
            assert_failed(&b, i, "workload.made: width = 14 is unlucky");
        assert_failed(&b, 3, "hwmodel.made: no way");
        end(&b);
    }
}

static void a_call_that_fails_loses_all_its_points(void **state) {
    (void)state;
    bench b;
    start(&b, 1, 1, 16);
    set(&b, 2, ALL_FAIL);
    run(&b, NULL);
    for (size_t i = 0; i < b.n; i++)
        if (i != 2) assert_fine(&b, i, CIM_FEASIBLE);
    assert_failed(&b, 2, "hwmodel.made: none of this call");
    end(&b);
}

static void what_has_an_outcome_is_left_alone(void **state) {
    (void)state;
    for (int pattern = 0; pattern < 4; pattern++) {
        bench b;
        start(&b, 8, 3, 50);
        for (size_t i = 0; i < b.n; i++) {
            bool given = pattern == 0 || (pattern == 1   ? i % 2 == 0
                                          : pattern == 2 ? i < 20
                                                         : i >= 20);
            if (!given) continue;
            set(&b, i, CRASH); /* nobody may look */
            b.results[i].outcome = CIM_INFEASIBLE;
            b.results[i].metrics[0] = -77;
        }
        run(&b, NULL);
        for (size_t i = 0; i < b.n; i++)
            if (b.designs[NUMBERS * i + 1] == FINE) assert_fine(&b, i, CIM_FEASIBLE);
            else {
                assert_int_equal(b.done[i], 0);
                assert_true(b.results[i].outcome == CIM_INFEASIBLE &&
                            b.results[i].metrics[0] == -77);
            }
        end(&b);
    }
}

/* ---- crashes -------------------------------------------------------------------------------- */

static const char *crash_text(void) {
    return "hwmodel.made: crashed with signal 11 (Segmentation fault)";
}

static void what_crashes_loses_its_own_design(void **state) {
    (void)state;
    for (uint32_t batch = 1; batch <= 16; batch += 15)
        for (unsigned workers = 1; workers <= 3; workers += 2) {
            bench b;
            start(&b, batch, workers, 120);
            set(&b, 0, CRASH);
            set(&b, 17, EXIT);
            set(&b, 18, ABORT);
            set(&b, 63, CRASH_IN_COMPANY); /* alone, it is fine */
            set(&b, 119, CRASH);
            run(&b, NULL);
            for (size_t i = 0; i < b.n; i++)
                if (i != 0 && i != 17 && i != 18 && i != 119) assert_fine(&b, i, CIM_FEASIBLE);
            assert_failed(&b, 0, crash_text());
            assert_failed(&b, 17, "hwmodel.made: ended its process with status 7");
            assert_failed(&b, 18, "hwmodel.made: crashed with signal 6 (Aborted)");
            assert_failed(&b, 119, crash_text());
            end(&b);
        }
}

/* What comes behind a design that spoils its process is not to blame. */
static void a_spoilt_process_fails_no_other_design(void **state) {
    (void)state;
    for (uint32_t batch = 1; batch <= 16; batch += 15)
        for (unsigned workers = 1; workers <= 3; workers += 2) {
            bench b;
            start(&b, batch, workers, 60);
            set(&b, 3, SPOIL);
            set(&b, 30, CLOSE);
            set(&b, 41, SPOIL);
            set(&b, 42, CRASH);
            run(&b, NULL);
            for (size_t i = 0; i < b.n; i++)
                if (i != 30 && i != 42) assert_fine(&b, i, CIM_FEASIBLE);
            assert_failed(&b, 30, "hwmodel.made: closed what only the host may");
            assert_failed(&b, 42, crash_text());
            end(&b);
        }
}

/* start()'s 0.05 s */
#define LATE ": no answer within 0.5 s by the clock, 10 times study.time_limit_s"

static void the_workload_is_named_when_it_crashes(void **state) {
    (void)state;
    bench b;
    start(&b, 4, 2, 20);
    for (size_t i = 8; i < 12; i++) b.designs[NUMBERS * i] = WIDTH_CRASH;
    b.designs[NUMBERS * 19] = WIDTH_HANG;
    run(&b, NULL);
    for (size_t i = 0; i < 19; i++)
        if (i < 8 || i >= 12) assert_fine(&b, i, CIM_FEASIBLE);
        else assert_failed(&b, i, "workload.made: crashed with signal 11 (Segmentation fault)");
    assert_failed(&b, 19, "workload.made" LATE);
    end(&b);
}

static void what_hangs_loses_its_own_design(void **state) {
    (void)state;
    for (uint32_t batch = 1; batch <= 4; batch += 3) {
        bench b;
        start(&b, batch, 2, 40);
        set(&b, 5, HANG);
        set(&b, 30, HANG);
        run(&b, NULL);
        for (size_t i = 0; i < b.n; i++)
            if (i != 5 && i != 30) assert_fine(&b, i, CIM_FEASIBLE);
        assert_failed(&b, 5, "hwmodel.made" LATE);
        assert_failed(&b, 30, "hwmodel.made" LATE);
        end(&b);
    }
}

static void all_may_crash(void **state) {
    (void)state;
    bench b;
    start(&b, 8, 4, 60);
    for (size_t i = 0; i < b.n; i++) set(&b, i, CRASH);
    run(&b, NULL);
    for (size_t i = 0; i < b.n; i++) assert_failed(&b, i, crash_text());
    end(&b);
}

/* ---- stopping ------------------------------------------------------------------------------- */

static volatile sig_atomic_t stop_now;

static bool stop_at_ten(void *context, size_t index) {
    (void)index;
    bench *b = context;
    if (++b->done[0] == 10) stop_now = 1;
    return true;
}

static bool ten_are_enough(void *context, size_t index) {
    (void)index;
    return ++((bench *)context)->done[0] < 10;
}

static void stop_a_task(bool (*done)(void *context, size_t index)) {
    bench b;
    size_t with = 0;
    start(&b, 1, 2, 2000);
    set(&b, 1999, HANG);
    stop_now = 0;
    pool_task task = {
        .designs = b.designs, .n = b.n, .results = b.results, .done = done, .context = &b};
    int64_t started = clock_now_ns();
    assert_good(pool_run(b.p, &task, &stop_now, &b.r.f), &b.r.f);
    assert_true(clock_now_ns() - started < 2000000000);
    for (size_t i = 0; i < b.n; i++) with += b.results[i].outcome != 0;
    assert_int_equal(with, b.done[0]);
    assert_true(with >= 10 && with < b.n);
    set(&b, 1999, FINE);
    assert_good(pool_run(b.p, &(pool_task){.designs = b.designs, .n = b.n, .results = b.results},
                         NULL, &b.r.f),
                &b.r.f);
    for (size_t i = 0; i < b.n; i++) assert_int_equal(b.results[i].outcome, CIM_FEASIBLE);
    end(&b);
}

static void a_stopped_task_leaves_the_rest_without_an_outcome(void **state) {
    (void)state;
    stop_a_task(stop_at_ten);
    stop_a_task(ten_are_enough);
}

static void no_worker_is_left_behind(void **state) {
    (void)state;
    bench b;
    start(&b, 1, 3, 30);
    run(&b, NULL);
    struct stat info;
    for (int fd = 3; fd < 64; fd++) /* no program that somebody starts holds our sockets */
        if (fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode))
            assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    end(&b);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    pool_stop(NULL);
}

static void what_leaves_a_child_or_garbage_behind(void **state) {
    (void)state;
    for (int act = LEAVE_CHILD; act <= FORGE_PART; act++) {
        bench b;
        start(&b, 4, 2, 24);
        set(&b, 5, act);
        run(&b, NULL);
        for (size_t i = 0; i < b.n; i++)
            if (i != 5) assert_fine(&b, i, CIM_FEASIBLE);
        assert_failed(&b, 5, act == LEAVE_CHILD ? crash_text()
                                                : "hwmodel.made: wrote where only the host may");
        end(&b);
    }
}

/* What the host finds there is not to be believed. */
static void what_writes_on_shared_memory(void **state) {
    (void)state;
    bench b;
    start(&b, 4, 2, 24);
    set(&b, 5, SCRIBBLE);
    run(&b, NULL);
    for (size_t i = 0; i < b.n; i++)
        if (i != 5) assert_fine(&b, i, CIM_FEASIBLE);
    assert_failed(&b, 5, "the worker: crashed with signal 11 (Segmentation fault)");
    end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_do_not_depend_on_the_workers),
        cmocka_unit_test(a_pool_serves_one_task_after_another),
        cmocka_unit_test(parts_come_only_when_asked_for),
        cmocka_unit_test(failures_of_a_plug_in_have_its_words),
        cmocka_unit_test(a_call_that_fails_loses_all_its_points),
        cmocka_unit_test(what_has_an_outcome_is_left_alone),
        cmocka_unit_test(what_crashes_loses_its_own_design),
        cmocka_unit_test(a_spoilt_process_fails_no_other_design),
        cmocka_unit_test(the_workload_is_named_when_it_crashes),
        cmocka_unit_test(what_hangs_loses_its_own_design),
        cmocka_unit_test(all_may_crash),
        cmocka_unit_test(what_leaves_a_child_or_garbage_behind),
        cmocka_unit_test(what_writes_on_shared_memory),
        cmocka_unit_test(a_stopped_task_leaves_the_rest_without_an_outcome),
        cmocka_unit_test(no_worker_is_left_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
