/* The run store: what is put comes back to the bit, in this process or a later one; one writer at a
 * time; damaged or foreign files are refused. */
#include "store_fixture.h"
#include "store_private.h"

enum { DIMENSIONS = 4, METRICS = 4, RULES = 2 };  /* macs and weights are the host's metrics */

static const double points[3][DIMENSIONS] = {{0, 17, 0.1, 0},
                                             {1, 1000, 1 / 3.0, 1},
                                             {1, 0, 4.9e-324, 0}};
static const double metrics[3][METRICS] = {{1.5e-300, 0.1, 1e18, 3},
                                           {NAN, NAN, 12345678.9, 0},
                                           {NAN, NAN, NAN, NAN}};
static const double slacks[3][RULES] = {{-1, -99.9}, {0.25, NAN}, {NAN, NAN}};
static const cim_outcome outcomes[3] = {CIM_FEASIBLE, CIM_INFEASIBLE, CIM_FAILED};

static result *trial(int i) {
    result *r = results_new(1, METRICS, RULES);
    memcpy(r->metrics, metrics[i], sizeof metrics[i]);
    memcpy(r->slack, slacks[i], sizeof slacks[i]);
    r->outcome = outcomes[i];
    r->fidelity = (uint32_t)i;
    snprintf(r->reason, sizeof r->reason, "%s", i == 2 ? "it's \"broken\", \xc3\xa9" : "");
    return r;
}

static void put(bench *b, store *st, int i, int64_t id, bool with_point) {
    result *r = trial(i);
    assert_good(store_put_trial(st, &b->r.s, id, with_point ? points[i] : NULL, r, -1, &b->f),
                &b->f);
    results_free(r, 1);
}

static bool same_bits(const double *a, const double *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (isnan(a[i]) ? !isnan(b[i]) : memcmp(&a[i], &b[i], sizeof *a) != 0) return false;
    return true;
}

static void assert_got(bench *b, store *st, int i, int64_t id) {
    result *r = results_new(1, METRICS, RULES);
    bool found = false;
    assert_good(store_get_trial(st, &b->r.s, id, points[i], r, &found, &b->f), &b->f);
    assert_true(found);
    assert_int_equal(r->outcome, outcomes[i]);
    assert_int_equal(r->fidelity, i);
    assert_true(same_bits(metrics[i], r->metrics, METRICS) &&
                same_bits(slacks[i], r->slack, RULES));
    assert_string_equal(r->reason, i == 2 ? "it's \"broken\", \xc3\xa9" : "");
    results_free(r, 1);
}

/* ---- trials --------------------------------------------------------------------------------- */

static void trials_come_back_to_the_bit(void **state) {
    bench *b = *state;
    store *st = create(b);
    for (int i = 2; i >= 0; i--) put(b, st, i, i, true);
    close_store(b, st);
    st = reopen(b, true);
    result *r = results_new(1, METRICS, RULES);
    bool found = true;
    for (int i = 0; i < 3; i++) assert_got(b, st, i, i);
    assert_true(store_get_trial(st, &b->r.s, 3, points[0], r, &found, &b->f) && !found);
    put(b, st, 2, 1, true); /* again, in its place */
    assert_got(b, st, 2, 1);
    assert_false(store_get_trial(st, &b->r.s, 0, points[1], r, &found, &b->f));
    assert_int_equal(b->f.status, STATUS_FAILED);
    assert_contains(b->f.text, "trial 0: the searcher now proposes another workload.bits");
    results_free(r, 1);
    b->f.status = 0;
    close_store(b, st);
}

typedef struct reading {
    int n;
    int64_t last;
    const layout *l;
} reading;

static bool read_row(void *context, const row *x) {
    reading *r = context;
    assert_true(x->id > r->last);
    r->last = x->id;
    r->n++;
    const int i = x->id < 0 ? 0 : (int)x->id;
    assert_int_equal(x->outcome, outcomes[i]);
    assert_true(same_bits(metrics[i], x->metrics, METRICS) &&
                same_bits(slacks[i], x->slack, RULES));
    if (x->id < 0) {
        for (int d = 0; d < DIMENSIONS; d++) assert_true(isnan(x->dimensions[d].number));
        return true;
    }
    assert_true(x->dimensions[0].number == (points[i][0] == 0 ? 2 : 4));
    assert_true(x->dimensions[1].number == points[i][1] && x->dimensions[2].number == points[i][2]);
    assert_string_equal(x->dimensions[3].name, points[i][3] == 0 ? "flash \"quick\"" : "sar");
    assert_null(x->dimensions[1].name);
    return true;
}

static bool one_row(void *context, const row *x) {
    ++*(int *)context;
    return x->id < 0;
}

static bool one_reason(void *context, const char *reason, uint64_t n) {
    text_add(context, "%llu x %s;", (unsigned long long)n, reason);
    return true;
}

static void a_run_can_be_read_without_its_plug_ins(void **state) {
    bench *b = *state;
    store *st = create(b);
    put(b, st, 0, STORE_BASELINE, false);
    for (int i = 0; i < 3; i++) put(b, st, i, i, true);
    close_store(b, st);
    st = reopen(b, false);
    layout l;
    reading r = {.last = -2, .l = &l};
    assert_good(layout_read(st, &l, &b->f), &b->f);
    assert_true(l.n_dimensions == DIMENSIONS && l.n_metrics == METRICS && l.n_rules == RULES &&
                l.n_goals == 1);
    assert_string_equal(l.dimensions[0], "workload.bits");
    assert_string_equal(l.dimensions[3], "hwmodel.adc");
    assert_string_equal(l.dimension_units[2], "V");
    assert_string_equal(l.metrics[0].name, "energy_j");
    assert_string_equal(l.metrics[0].help, "all of it");
    assert_string_equal(l.metrics[3].from, "cimdse");
    assert_string_equal(l.rules[1], "area_mm2 <= 100");
    assert_string_equal(l.rule_sources[0], "hwmodel.made");
    assert_string_equal(l.rule_sources[1], "config");
    assert_string_equal(l.goals[0].name, "energy_j*area_mm2");
    assert_good(store_rows(st, &l, STORE_BASELINE, INT64_MAX, read_row, &r, &b->f), &b->f);
    assert_int_equal(r.n, 4);
    int n = 0;
    assert_good(store_rows(st, &l, STORE_BASELINE, 1, one_row, &n, &b->f), &b->f);
    assert_int_equal(n, 2); /* until it had enough */
    text reasons = {0};
    assert_good(store_reasons(st, 5, one_reason, &reasons, &b->f), &b->f);
    assert_string_equal(text_of(&reasons), "1 x it's \"broken\", \xc3\xa9;");
    text_free(&reasons);
    layout_free(&l);
    close_store(b, st);
}

/* ---- the rest of a run ---------------------------------------------------------------------- */

static void values_and_parts_are_kept(void **state) {
    bench *b = *state;
    store *st = create(b);
    const part p = {.metric = 0, .value = 0.5, .layer = "conv1", .component = "adc"};
    assert_good(store_set_value(st, "note", "it's; \"so\"", &b->f), &b->f);
    assert_good(store_put_part(st, 3, &p, "energy_j", &b->f), &b->f);
    close_store(b, st);
    st = reopen(b, false);
    assert_string_equal(store_value(st, "note", &b->f), "it's; \"so\"");
    assert_string_equal(store_value(st, "absent", &b->f), "");
    assert_string_equal(store_value(st, "name", &b->f), "made");
    assert_string_equal(store_value(st, "seed", &b->f), "1");
    assert_contains(store_value(st, "config", &b->f), "rows = { min = 0; max = 1000; };");
    close_store(b, st);
}

static void assert_snapshot(bench *b, store *st, uint64_t asks, uint64_t told, bool exhausted,
                            const char *data, size_t size) {
    text got = {0};
    uint64_t got_asks = 9, got_told = 9;
    bool end = !exhausted;
    assert_good(store_get_snapshot(st, &got_asks, &got_told, &end, &got, &b->f), &b->f);
    assert_true(got_asks == asks && got_told == told && end == exhausted);
    assert_int_equal(got.length, size);
    if (size) assert_memory_equal(got.chars, data, size);
    text_free(&got);
}

static void the_last_snapshot_is_kept(void **state) {
    bench *b = *state;
    store *st = create(b);
    assert_snapshot(b, st, 0, 0, false, "", 0);
    assert_good(store_put_snapshot(st, 1, 8, false, "first", 5, &b->f), &b->f);
    assert_good(store_put_snapshot(st, UINT64_C(1) << 60, 16, true, "a\0b\xff", 4, &b->f), &b->f);
    close_store(b, st);
    st = reopen(b, true);
    assert_snapshot(b, st, UINT64_C(1) << 60, 16, true, "a\0b\xff", 4);
    close_store(b, st);
}

/* A searcher without any state saves nothing. */
/* SQLite takes 1e9 bytes, here 100, and would store NULL. */
static void a_snapshot_too_large_is_an_error(void **state) {
    bench *b = *state;
    static const char large[101];
    store *st = create(b);
    assert_good(store_put_snapshot(st, 1, 8, false, "first", 5, &b->f), &b->f);
    sqlite3_limit(st->db, SQLITE_LIMIT_LENGTH, 100);
    assert_false(store_put_snapshot(st, 2, 16, false, large, sizeof large, &b->f));
    assert_int_equal(b->f.status, STATUS_FAILED);
    assert_contains(b->f.text, "study.db: cannot store the searcher's snapshot of 101 bytes: ");
    b->f.status = 0;
    assert_snapshot(b, st, 1, 8, false, "first", 5);
    close_store(b, st);
}

static void an_empty_snapshot_is_one(void **state) {
    bench *b = *state;
    store *st = create(b);
    assert_good(store_put_snapshot(st, 3, 24, true, "", 0, &b->f), &b->f);
    assert_snapshot(b, st, 3, 24, true, "", 0);
    assert_good(store_put_snapshot(st, 4, 32, true, NULL, 0, &b->f), &b->f);
    assert_snapshot(b, st, 4, 32, true, "", 0);
    close_store(b, st);
}

/* ---- one writer ----------------------------------------------------------------------------- */

static void only_one_may_write(void **state) {
    bench *b = *state;
    store *st = create(b), *reader;
    put(b, st, 0, 0, true);
    assert_good(store_commit(st, true, &b->f), &b->f);
    assert_null(store_open(text_of(&b->run), true, &b->f));
    assert_int_equal(b->f.status, STATUS_FAILED);
    assert_contains(b->f.text, "another cimdse is writing this study");
    b->f = (failure){0};
    reader = reopen(b, false);
    assert_string_equal(store_value(reader, "name", &b->f), "made");
    close_store(b, reader);
    close_store(b, st);
    st = reopen(b, true);
    assert_got(b, st, 0, 0);
    close_store(b, st);
}

/* What was not committed is not there; what was, is. */
static void a_killed_writer_leaves_what_it_committed(void **state) {
    bench *b = *state;
    int status;
    store *st = create(b);
    close_store(b, st);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        failure f = {0};
        st = store_open(text_of(&b->run), true, &f);
        result *r = trial(0);
        if (!st || !store_put_trial(st, &b->r.s, 0, points[0], r, -1, &f) ||
            !store_commit(st, true, &f) || !store_put_trial(st, &b->r.s, 1, points[0], r, -1, &f) ||
            !store_put_snapshot(st, 1, 2, false, "x", 1, &f))
            _exit(1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
    st = reopen(b, true);
    result *r = results_new(1, METRICS, RULES);
    bool found = true;
    assert_got(b, st, 0, 0);
    assert_good(store_get_trial(st, &b->r.s, 1, points[1], r, &found, &b->f), &b->f);
    assert_false(found);
    assert_snapshot(b, st, 0, 0, false, "", 0);
    results_free(r, 1);
    close_store(b, st);
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void refuse_open(bench *b, const char *folder, bool write, const char *piece) {
    store *st = store_open(folder, write, &b->f);
    assert_null(st);
    assert_int_not_equal(b->f.status, 0);
    assert_contains(b->f.text, piece);
    b->f = (failure){0};
}

static void a_folder_holds_one_study(void **state) {
    bench *b = *state;
    close_store(b, create(b));
    assert_null(store_create(text_of(&b->run), &b->r.s, &b->f));
    assert_refused(false, &b->f, "holds a study already: continue it with --resume");
    b->f = (failure){0};
    char *file = write_file(b->folder, "file", "x");
    assert_null(store_create(file, &b->r.s, &b->f));
    assert_refused(false, &b->f, "there is a file of that name");
    b->f = (failure){0};
    refuse_open(b, b->folder, false, "study.db: cannot read it");
    refuse_open(b, file, false, file);
    free(file);
}

static void another_format_or_another_plug_in_is_refused(void **state) {
    bench *b = *state;
    store *st = create(b);
    b->r.workload.version = "2";
    assert_refused(store_matches(st, &b->r.s, &b->f), &b->f,
                   "was begun with workload.made 1, and this is workload.made 2");
    b->r.workload.version = "1";
    b->f = (failure){0};
    assert_good(store_set_value(st, "format", "99", &b->f), &b->f);
    close_store(b, st);
    refuse_open(b, text_of(&b->run), false, "not a study of this version of cimdse");
    refuse_open(b, text_of(&b->run), true,
                "not a study of this version of cimdse: its format is 99");
}

static void read_damaged(bench *b) {
    failure f = {0};
    store *st = store_open(text_of(&b->run), false, &f);
    layout l = {0};
    int n = 0;
    if (!st) assert_true(f.status && f.text[0]);
    else if (layout_read(st, &l, &f))
        store_rows(st, &l, STORE_BASELINE, INT64_MAX, one_row, &n, &f);
    if (st) layout_free(&l);
    store_close(st, &f);
}

static void a_damaged_file_is_refused_or_read_in_part(void **state) {
    bench *b = *state;
    cim_rng rng = {{31, 32, 33, 34}};
    text path = {0};
    store *st = create(b);
    for (int i = 0; i < 60; i++) put(b, st, i % 3, i, true);
    close_store(b, st);
    text_add(&path, "%s/study.db", text_of(&b->run));
    static char good[1 << 18], bad[1 << 18];
    FILE *file = fopen(text_of(&path), "rb");
    size_t size = fread(good, 1, sizeof good, file);
    fclose(file);
    assert_true(size > 4096 && size < sizeof good);
    for (int i = 0; i < 300; i++) {
        size_t keep = i % 3 ? size : cim_rng_below(&rng, size);
        memcpy(bad, good, size);
        for (uint64_t k = cim_rng_below(&rng, 30); k > 0 && keep; k--)
            bad[cim_rng_below(&rng, keep)] = (char)cim_rng_next(&rng);
        write_bytes(text_of(&path), bad, keep);
        read_damaged(b);
    }
    write_bytes(text_of(&path), "", 0);
    refuse_open(b, text_of(&b->run), false, "the run ended before it stored anything");
    write_bytes(text_of(&path), "this is no database, and long enough to look like one", 50);
    refuse_open(b, text_of(&b->run), true, "");
    text_free(&path);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(trials_come_back_to_the_bit),
        TEST(a_run_can_be_read_without_its_plug_ins),
        TEST(values_and_parts_are_kept),
        TEST(the_last_snapshot_is_kept),
        TEST(a_snapshot_too_large_is_an_error),
        TEST(an_empty_snapshot_is_one),
        TEST(only_one_may_write),
        TEST(a_killed_writer_leaves_what_it_committed),
        TEST(a_folder_holds_one_study),
        TEST(another_format_or_another_plug_in_is_refused),
        TEST(a_damaged_file_is_refused_or_read_in_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
