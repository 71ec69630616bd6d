/* Reading a run's rows in part: what a front is made of, and trials by their numbers; and studies
 * of other versions. */
#include "store_fixture.h"

/* macs and weights are the host's metrics */
enum { DIMENSIONS = 4, METRICS = 4, RULES = 2, TRIALS = 3 };

static const cim_outcome outcomes[TRIALS] = {CIM_FEASIBLE, CIM_INFEASIBLE, CIM_FAILED};
static const double metrics[TRIALS][METRICS] = {{1.5e-300, 0.1, 1e18, 3},
                                                {2, 12345678.9, 0, 5},
                                                {NAN, NAN, NAN, NAN}};
static const double slacks[TRIALS][RULES] = {{-1, -99.9}, {0.25, NAN}, {NAN, NAN}};

static void put(bench *b, store *st, int64_t id) {
    const size_t i = id < 0 ? 0 : (size_t)id;
    const double point[DIMENSIONS] = {0, (double)i, 0.5, 1};
    result *r = results_new(1, METRICS, RULES);
    memcpy(r->metrics, metrics[i], sizeof metrics[i]);
    memcpy(r->slack, slacks[i], sizeof slacks[i]);
    r->outcome = outcomes[i];
    r->fidelity = (uint32_t)i;
    assert_good(store_put_trial(st, &b->r.s, id, id < 0 ? NULL : point, r, -1, &b->f), &b->f);
    results_free(r, 1);
}

static void put_all(bench *b, store *st) {
    for (int64_t id = STORE_BASELINE; id < TRIALS; id++) put(b, st, id);
}

static bool same_bits(const double *a, const double *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (isnan(a[i]) ? !isnan(b[i]) : memcmp(&a[i], &b[i], sizeof *a) != 0) return false;
    return true;
}

/* The fixture's only goal is energy_j*area_mm2: metrics 0 and 1. */
static bool read_goal_row(void *context, const row *x) {
    int64_t *next = context;
    assert_true(x->id == *next && x->id < TRIALS);
    assert_int_equal(x->outcome, outcomes[x->id]);
    assert_int_equal(x->fidelity, x->id);
    assert_true(same_bits(metrics[x->id], x->metrics, 2) &&
                same_bits(slacks[x->id], x->slack, RULES));
    assert_true(isnan(x->metrics[2]) && isnan(x->metrics[3]));
    ++*next;
    return true;
}

static bool stop_at_first(void *context, const row *x) {
    ++*(int *)context;
    return x->id != 0;
}

static void goals_can_be_read_alone(void **state) {
    bench *b = *state;
    store *st = create(b);
    layout l;
    uint64_t trials = 9;
    uint32_t fidelity = 9;
    int64_t next = 0;
    int n = 0;
    assert_good(store_extent(st, &trials, &fidelity, &b->f), &b->f);
    assert_true(trials == 0 && fidelity == 0);
    put_all(b, st);
    assert_good(layout_read(st, &l, &b->f), &b->f);
    assert_good(store_goal_rows(st, &l, read_goal_row, &next, &b->f), &b->f);
    assert_int_equal(next, TRIALS); /* no baseline */
    assert_good(store_goal_rows(st, &l, stop_at_first, &n, &b->f), &b->f);
    assert_int_equal(n, 1);
    assert_good(store_extent(st, &trials, &fidelity, &b->f), &b->f);
    assert_true(trials == TRIALS && fidelity == TRIALS - 1);
    layout_free(&l);
    close_store(b, st);
}

static bool note_row(void *context, const row *x) {
    text_add(context, "%lld:%g ", (long long)x->id, x->dimensions[1].number);
    assert_true(same_bits(metrics[x->id], x->metrics, METRICS));
    return x->id != 1;
}

static void trials_can_be_read_by_their_numbers(void **state) {
    bench *b = *state;
    store *st = create(b);
    layout l;
    text ids = {0};
    put_all(b, st);
    assert_good(layout_read(st, &l, &b->f), &b->f);
    assert_good(store_rows_listed(st, &l, NULL, 0, note_row, &ids, &b->f), &b->f);
    assert_string_equal(text_of(&ids), "");
    assert_good(
        store_rows_listed(st, &l, (const int64_t[]){2, 7, 0, 1, 2}, 5, note_row, &ids, &b->f),
        &b->f);
    assert_string_equal(text_of(&ids), "2:2 0:0 1:1 "); /* in their order, until it had enough */
    text_free(&ids);
    layout_free(&l);
    close_store(b, st);
}

static void a_study_without_labels_has_names(void **state) {
    bench *b = *state;
    close_store(b, create(b));
    for (int old = 0; old < 2; old++) {
        layout l;
        store *st = reopen(b, false);
        assert_good(layout_read(st, &l, &b->f), &b->f);
        for (uint32_t d = 0; d < DIMENSIONS; d++) assert_string_equal(l.labels[d], l.dimensions[d]);
        layout_free(&l);
        close_store(b, st);
        if (!old) change_file(b, "ALTER TABLE dimension DROP COLUMN label");
    }
}

static void another_database_is_no_study(void **state) {
    bench *b = *state;
    close_store(b, create(b));
    change_file(b, "DROP TABLE study");
    assert_refused(store_open(text_of(&b->run), false, &b->f) != NULL, &b->f,
                   "not a study of cimdse");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(goals_can_be_read_alone),
        TEST(trials_can_be_read_by_their_numbers),
        TEST(a_study_without_labels_has_names),
        TEST(another_database_is_no_study),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
