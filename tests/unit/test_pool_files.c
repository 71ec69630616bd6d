/* Files that plug-ins say they read in a worker are known to the host, with what they held, before
 * the result of who read them; those of create() are not said again. */
#include "pool.h"
#include "pool_plugins.h"
#include "temp_file.h"

enum { DESIGNS = 12, READER = 5 };

typedef struct bench {
    rig r;
    pool *p;
    double designs[DESIGNS * NUMBERS];
    result *results;
    uint32_t heard;
    bool reader_was_done, accepts;
    char path[256], sum[FILE_SUM_SIZE];
} bench;

static bool on_file(void *context, const char *path, const char *sum) {
    bench *b = context;
    b->heard++;
    b->reader_was_done = b->results[READER].outcome != 0;
    snprintf(b->path, sizeof b->path, "%s", path);
    snprintf(b->sum, sizeof b->sum, "%s", sum);
    return b->accepts;
}

static void start(bench *b, bool accepts) {
    *b = (bench){.accepts = accepts};
    pool_rig_start(&b->r, 4);
    b->p = pool_start(&b->r.s.evaluator, 2, 10, &b->r.f);
    assert_good(b->p != NULL, &b->r.f);
    b->results = results_new(DESIGNS, METRICS, RULES);
    for (size_t i = 0; i < DESIGNS; i++) b->designs[NUMBERS * i] = 4;
    b->designs[NUMBERS * READER + 1] = READ_FILE;
}

static void run(bench *b) {
    pool_task task = {.designs = b->designs, .n = DESIGNS, .results = b->results, .file = on_file,
                      .context = b};
    assert_good(pool_run(b->p, &task, NULL, &b->r.f), &b->r.f);
}

static void end(bench *b) {
    pool_stop(b->p);
    results_free(b->results, DESIGNS);
    rig_close(&b->r);
}

static void the_host_hears_of_a_file_first(void **state) {
    bench b;
    read_file = *state;
    start(&b, true);
    cim_files_used(&b.r.s.workloads[0].host, "/dev/null"); /* as if in create() */
    run(&b);
    assert_int_equal(b.heard, 1);
    assert_false(b.reader_was_done);
    assert_string_equal(b.path, read_file);
    assert_string_equal(b.sum, "352441c2-3"); /* CRC-32 of "abc" */
    for (size_t i = 0; i < DESIGNS; i++) assert_int_equal(b.results[i].outcome, CIM_FEASIBLE);
    assert_string_equal(text_of(&b.r.s.workloads[0].files), "/dev/null");
    end(&b);
}

static void a_file_that_is_refused_ends_the_task(void **state) {
    bench b;
    read_file = *state;
    start(&b, false);
    run(&b);
    assert_int_equal(b.heard, 1);
    assert_int_equal(b.results[READER].outcome, 0);
    end(&b);
}

int main(void) {
    temp_folder folder;
    temp_folder_make(&folder);
    char *name = (char *)(uintptr_t)temp_file(&folder, "read", "abc", 3);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_host_hears_of_a_file_first, name),
        cmocka_unit_test_prestate(a_file_that_is_refused_ends_the_task, name)};
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    temp_folder_remove(&folder);
    return failed;
}
