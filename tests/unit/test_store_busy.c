/* Who reads a study does not end the run that writes it, however slowly they read; and the run's
 * own readers hold no lock while they give rows away. */
#include "store_fixture.h"
#include "store_private.h"

#include <time.h>

enum { METRICS = 4, RULES = 2, TRIALS = 700 };   /* macs and weights are the host's metrics */

static void put(bench *b, store *st, int64_t id) {
    const double point[] = {0, (double)(id % 1000), 0.5, (double)(id % 2)};
    result *r = results_new(1, METRICS, RULES);
    r->outcome = id % 3 == 2 ? CIM_FAILED : CIM_FEASIBLE;
    r->metrics[0] = (double)id;
    snprintf(r->reason, sizeof r->reason, "%s", id % 3 == 2 ? "no way" : "");
    assert_good(store_put_trial(st, &b->r.s, id, point, r, -1, &b->f), &b->f);
    results_free(r, 1);
}

static sqlite3 *open_other(const bench *b) {
    text path = {0};
    sqlite3 *db = NULL;
    text_add(&path, "%s/study.db", text_of(&b->run));
    assert_int_equal(sqlite3_open(text_of(&path), &db), SQLITE_OK);
    text_free(&path);
    return db;
}

/* A statement that has begun to read, and goes on when it is asked to. */
static sqlite3_stmt *begin_reading(sqlite3 *db) {
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT id FROM trial", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    return q;
}

static int count_trials(const bench *b) {
    sqlite3 *db = open_other(b);
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM trial", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    const int n = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

static void pass(double seconds) {
    const long ns = (long)(seconds * 1e9);
    nanosleep(&(struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000}, NULL);
}

static void a_commit_is_put_off_while_somebody_reads(void **state) {
    bench *b = *state;
    store *st = create(b);
    put(b, st, 0);
    assert_good(store_commit(st, true, &b->f), &b->f);
    sqlite3 *db = open_other(b);
    sqlite3_stmt *q = begin_reading(db);
    for (int i = 1; i < 4; i++) {
        put(b, st, i);
        pass(0.25);
        assert_good(store_commit(st, false, &b->f), &b->f);
    }
    assert_int_equal(sqlite3_step(q), SQLITE_DONE); /* it sees what was there when it began */
    sqlite3_finalize(q);
    pass(0.25);
    assert_good(store_commit(st, false, &b->f), &b->f);
    assert_int_equal(count_trials(b), 4);
    sqlite3_close(db);
    close_store(b, st);
}

/* Not that the "database is locked", which says neither by whom nor what to do. */
static void who_comes_to_read_meanwhile_is_told(void **state) {
    bench *b = *state;
    failure f = {0};
    store *st = create(b);
    put(b, st, 0);
    assert_good(store_commit(st, true, &b->f), &b->f);
    store *reader = reopen(b, false);
    sqlite3 *db = open_other(b);
    sqlite3_stmt *q = begin_reading(db);
    put(b, st, 1);
    pass(0.25);
    assert_good(store_commit(st, false, &b->f), &b->f);
    sqlite3_busy_timeout(reader->db, 20);
    assert_null(store_value(reader, "name", &f));
    assert_int_equal(f.status, STATUS_FAILED);
    assert_contains(f.text, "study.db: somebody has been reading it for 60 s");
    assert_contains(f.text, "the run that writes it waits for them");
    sqlite3_finalize(q);
    sqlite3_close(db);
    assert_good(store_commit(st, true, &b->f), &b->f);
    assert_string_equal(store_value(reader, "name", &b->f), "made");
    close_store(b, reader);
    close_store(b, st);
}

/* Longer than SQLite waits by itself. In a process that knows nothing of our connection: SQLite
 * takes a lock that it holds elsewhere in a process for granted. */
static void the_last_commit_waits(void **state) {
    bench *b = *state;
    int go[2], begun[2];
    char byte = 0;
    assert_true(pipe(go) == 0 && pipe(begun) == 0);
    const pid_t pid = fork();
    if (pid == 0) {
        if (read(go[0], &byte, 1) != 1) _exit(1);
        begin_reading(open_other(b));
        if (write(begun[1], "x", 1) == 1) pass(11.5);
        _exit(0);
    }
    store *st = create(b);
    put(b, st, 0);
    assert_good(store_commit(st, true, &b->f), &b->f);
    put(b, st, 1);
    assert_int_equal(write(go[1], "x", 1), 1);
    assert_int_equal(read(begun[0], &byte, 1), 1);
    assert_good(store_commit(st, true, &b->f), &b->f);
    assert_int_equal(count_trials(b), 2);
    waitpid(pid, NULL, 0);
    for (int i = 0; i < 2; i++) close(go[i]), close(begun[i]);
    close_store(b, st);
}

typedef struct reading {
    sqlite3 *writer;
    int64_t next;
} reading;

/* The whole file is free while a row is looked at. */
static bool look(void *context, const row *x) {
    reading *r = context;
    assert_int_equal(x->id, r->next++);
    assert_int_equal(x->outcome, x->id % 3 == 2 ? CIM_FAILED : CIM_FEASIBLE);
    assert_string_equal(x->reason, x->id % 3 == 2 ? "no way" : "");
    assert_true(x->metrics[0] == (double)x->id && x->dimensions[1].number == (double)x->id);
    assert_string_equal(x->dimensions[3].name, x->id % 2 ? "sar" : "flash \"quick\"");
    assert_int_equal(sqlite3_exec(r->writer, "BEGIN EXCLUSIVE; COMMIT", NULL, NULL, NULL),
                     SQLITE_OK);
    if (x->id == 100) /* one that comes meanwhile is of the next time */
        assert_int_equal(sqlite3_exec(r->writer, "INSERT INTO trial(id) VALUES (700)", NULL, NULL,
                                      NULL),
                         SQLITE_OK);
    return true;
}

static void rows_are_given_without_a_lock(void **state) {
    bench *b = *state;
    int64_t ids[TRIALS];
    layout l;
    store *st = create(b);
    for (int64_t id = 0; id < TRIALS; id++) put(b, st, ids[id] = id);
    close_store(b, st);
    st = reopen(b, false);
    assert_good(layout_read(st, &l, &b->f), &b->f);
    reading r = {.writer = open_other(b)};
    assert_good(store_rows(st, &l, 0, INT64_MAX, look, &r, &b->f), &b->f);
    assert_int_equal(r.next, TRIALS);
    assert_int_equal(sqlite3_exec(r.writer, "DELETE FROM trial WHERE id = 700", NULL, NULL, NULL),
                     SQLITE_OK);
    r.next = 0;
    assert_good(store_rows_listed(st, &l, ids, TRIALS, look, &r, &b->f), &b->f);
    assert_int_equal(r.next, TRIALS);
    sqlite3_close(r.writer);
    layout_free(&l);
    close_store(b, st);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(a_commit_is_put_off_while_somebody_reads),
        TEST(who_comes_to_read_meanwhile_is_told),
        TEST(the_last_commit_waits),
        TEST(rows_are_given_without_a_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
