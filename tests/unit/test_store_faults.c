/* A file that cannot be read on, at whichever moment, is an error, and not the end of its rows. */
#include "store_fixture.h"
#include "store_private.h"

enum { METRICS = 4, RULES = 2, TRIALS = 12, MOST_STEPS = 100000 };

typedef struct reader {
    bench *b;
    store *st;
    layout l;
    int left;         /* of SQLite's steps, before one of them is ended */
} reader;

static int step(void *context) {
    reader *r = context;
    return r->left-- == 0;
}

static void begin(reader *r, bench *b) {
    *r = (reader){.b = b, .st = create(b)};
    const part p = {.metric = 0, .value = 0.5, .layer = "conv1", .component = "adc"};
    const part q = {.metric = 0, .value = 0.5, .layer = "conv1", .component = "array"};
    for (int64_t id = 0; id < TRIALS; id++) {
        const double point[] = {0, (double)id, 0.5, 1};
        result *x = results_new(1, METRICS, RULES);
        result_fail(x, METRICS, RULES, "reason %lld", (long long)id % 3);
        x->fidelity = (uint32_t)(id % 2);
        assert_good(store_put_trial(r->st, &b->r.s, id, point, x, -1, &b->f), &b->f);
        results_free(x, 1);
    }
    assert_good(store_put_part(r->st, 3, &p, "energy_j", &b->f) &&
                store_put_part(r->st, 3, &q, "energy_j", &b->f) &&
                store_set_value(r->st, "ladder", "low high", &b->f), &b->f);
    close_store(b, r->st);
    r->st = reopen(b, true);
    assert_good(layout_read(r->st, &r->l, &b->f), &b->f);
}

static void end(reader *r) {
    layout_free(&r->l);
    close_store(r->b, r->st);
}

/* READ says whether it worked, and fails the test where it did and something was missing. */
static void end_at_every_step(reader *r, bool (*read)(reader *r, failure *f)) {
    bool good = false;
    int n = 0;
    for (; !good && n < MOST_STEPS; n++) {
        failure f = {0};
        r->left = n;
        sqlite3_progress_handler(r->st->db, 1, step, r);
        good = read(r, &f);
        sqlite3_progress_handler(r->st->db, 0, NULL, NULL);
        if (!good) assert_contains(f.text, "interrupted");
    }
    assert_in_range(n, 3, MOST_STEPS - 1);
}

static bool read_layout(reader *r, failure *f) {
    layout l;
    const bool good = layout_read(r->st, &l, f);
    if (good)
        assert_true(l.n_dimensions == 4 && l.n_metrics == METRICS && l.n_rules == RULES &&
                    l.n_goals == 1);
    layout_free(&l);
    return good;
}

static bool count_row(void *context, const row *x) {
    (void)x;
    ++*(int *)context;
    return true;
}

static bool read_rows(reader *r, failure *f) {
    int n = 0;
    const bool good = store_rows(r->st, &r->l, 0, INT64_MAX, count_row, &n, f);
    if (good) assert_int_equal(n, TRIALS);
    return good;
}

static bool read_goal_rows(reader *r, failure *f) {
    int n = 0;
    const bool good = store_goal_rows(r->st, &r->l, count_row, &n, f);
    if (good) assert_int_equal(n, TRIALS);
    return good;
}

static bool count_reason(void *context, const char *reason, uint64_t n) {
    (void)reason;
    assert_int_equal(n, TRIALS / 3);
    ++*(int *)context;
    return true;
}

static bool read_reasons(reader *r, failure *f) {
    int n = 0;
    const bool good = store_reasons(r->st, 9, count_reason, &n, f);
    if (good) assert_int_equal(n, 3);
    return good;
}

static bool count_component(void *context, const char *component, double value) {
    (void)component;
    assert_true(value == 0.5);
    ++*(int *)context;
    return true;
}

static bool read_components(reader *r, failure *f) {
    int n = 0;
    const bool good = store_components(r->st, 3, "energy_j", count_component, &n, f);
    if (good) assert_int_equal(n, 2);
    return good;
}

static bool read_climbs(reader *r, failure *f) {
    climbs c;
    const bool good = store_climbs(r->st, &c, f);
    if (good) assert_true(c.n == 2 && c.ended[0] == TRIALS / 2 && c.ended[1] == TRIALS / 2);
    return good;
}

static bool read_extent(reader *r, failure *f) {
    uint64_t trials;
    uint32_t fidelity;
    const bool good = store_extent(r->st, &trials, &fidelity, f);
    if (good) assert_true(trials == TRIALS && fidelity == 1);
    return good;
}

static void rows_that_cannot_be_read(void **state) {
    reader r;
    begin(&r, *state);
    end_at_every_step(&r, read_layout);
    end_at_every_step(&r, read_rows);
    end_at_every_step(&r, read_goal_rows);
    end_at_every_step(&r, read_reasons);
    end_at_every_step(&r, read_components);
    end_at_every_step(&r, read_climbs);
    end_at_every_step(&r, read_extent);
    end(&r);
}

static bool match(reader *r, failure *f) {
    assert_false(store_matches(r->st, &r->b->r.s, f));
    if (f->status != STATUS_WRONG) return false;
    assert_contains(f->text, "was begun with workload.made 1, and this is workload.made 2");
    return true;
}

/* Nobody may take it for the same study. */
static void plug_ins_that_cannot_be_read(void **state) {
    reader r;
    begin(&r, *state);
    r.b->r.workload.version = "2";
    end_at_every_step(&r, match);
    end(&r);
}

static bool match_initial(reader *r, failure *f) {
    assert_false(store_matches(r->st, &r->b->r.s, f));
    if (f->status != STATUS_WRONG) return false;
    assert_contains(f->text, "has other designs than when the study was begun");
    return true;
}

/* What cannot be read is not what an older store does not say. */
static void checksums_that_cannot_be_read(void **state) {
    reader r;
    begin(&r, *state);
    study *s = &r.b->r.s;
    s->searcher.plugin = s->hwmodel.plugin;
    s->initial_points = "given.csv";
    assert_good(store_set_value(r.st, "checksum of study.initial_points", "other", &r.b->f),
                &r.b->f);
    end_at_every_step(&r, match_initial);
    s->searcher.plugin = NULL;
    end(&r);
}

static bool match_files(reader *r, failure *f) {
    return store_files_match(r->st, &r->b->r.s, f);
}

/* Read in a worker, or in create(): not the files of parameters. */
static void files_that_were_read(void **state) {
    reader r;
    begin(&r, *state);
    study *s = &r.b->r.s;
    failure f = {0};
    char *own = s->config.folder;
    s->config.folder = r.b->folder;
    text path = {0};
    text_add(&path, "%s/deep", r.b->folder);
    assert_good(store_put_file(r.st, s, text_of(&path), "00000000-0", &f), &f);
    assert_good(store_put_file(r.st, s, text_of(&path), "00000000-0", &f), &f);
    end_at_every_step(&r, match_files);
    assert_string_equal(store_value(r.st, "checksum of file deep", &f), "00000000-0");
    assert_false(store_put_file(r.st, s, text_of(&path), "00000001-1", &f));
    assert_int_equal(f.status, STATUS_FAILED);
    assert_contains(f.text, "deep has changed since ");
    s->config.folder = own;
    text_free(&path);
    end(&r);
}

static bool read_value(reader *r, failure *f) {
    const char *value = store_value(r->st, "ladder", f);
    if (value) assert_string_equal(value, "low high");
    return value != NULL;
}

static void values_that_cannot_be_read(void **state) {
    reader r;
    begin(&r, *state);
    end_at_every_step(&r, read_value);
    end(&r);
}

static void refuse_to_open(bench *b, int status, const char *piece) {
    failure f = {0};
    assert_null(store_open(text_of(&b->run), false, &f));
    assert_int_equal(f.status, status);
    assert_contains(f.text, piece);
}

/* Not one of an unknown format; a table of the same name in another's file is. */
static void a_damaged_table_of_values(void **state) {
    bench *b = *state;
    close_store(b, create(b));
    change_file(b, "PRAGMA writable_schema = ON;"
                   "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'study'");
    refuse_to_open(b, STATUS_FAILED, "malformed");
    change_file(b, "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'study';"
                   "PRAGMA writable_schema = RESET; CREATE TABLE study(name TEXT)");
    refuse_to_open(b, STATUS_WRONG, "not a study of cimdse");
}

static bool is_failure(void *context, const row *x) {
    (void)context;
    assert_int_equal(x->outcome, CIM_FAILED);
    return true;
}

static void an_unknown_outcome_is_a_failure(void **state) {
    reader r;
    result *x = results_new(1, METRICS, RULES);
    bool found = false;
    begin(&r, *state);
    assert_good(store_begin(r.st, &r.b->f) &&
                store_sql(r.st, "UPDATE trial SET outcome = 'fe' WHERE id = 0", &r.b->f),
                &r.b->f);
    const double point[] = {0, 0, 0.5, 1};
    assert_good(store_get_trial(r.st, &r.b->r.s, 0, point, x, &found, &r.b->f), &r.b->f);
    assert_true(found && x->outcome == CIM_FAILED);
    assert_good(store_rows(r.st, &r.l, 0, 0, is_failure, NULL, &r.b->f), &r.b->f);
    assert_good(store_goal_rows(r.st, &r.l, is_failure, NULL, &r.b->f), &r.b->f);
    results_free(x, 1);
    end(&r);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(rows_that_cannot_be_read),
        TEST(plug_ins_that_cannot_be_read),
        TEST(checksums_that_cannot_be_read),
        TEST(files_that_were_read),
        TEST(values_that_cannot_be_read),
        TEST(a_damaged_table_of_values),
        TEST(an_unknown_outcome_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
