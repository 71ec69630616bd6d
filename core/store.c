#include "clock.h"
#include "design_print.h"
#include "memory.h"
#include "published.h"
#include "store_private.h"
#include "version.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    BUSY_MS = 10000,          /* until another has written, or rolled back */
    COMMIT_WAIT_MS = 1000
};

bool store_begin(store *st, failure *f) {
    if (st->open) return true;
    st->open = store_sql(st, "BEGIN IMMEDIATE", f);
    return st->open;
}

/* Who reads holds SQLite's lock until the statement has ended, however slowly they print what they
 * read. Nothing can be committed before; the transaction goes on, and nobody else begins to read.
 * A `report` is waited for, but one who was slow once is not, again and again. */
static int try_commit(store *st, bool now) {
    sqlite3_busy_timeout(st->db, now || !st->blocked_ns ? COMMIT_WAIT_MS : 0);
    const int code = sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL);
    sqlite3_busy_timeout(st->db, BUSY_MS);
    st->tried_ns = clock_now_ns();
    return code;
}

static void say_blocked(store *st) {
    if (!st->blocked_ns) st->blocked_ns = st->tried_ns;
    if (st->said || st->tried_ns - st->blocked_ns < STORE_SAY_NS) return;
    fprintf(stderr, "%s: somebody reads it (a pager, a database shell?): trials are stored once "
                    "they have ended\n", st->file);
    st->said = true;
}

bool store_commit(store *st, bool now, failure *f) {
    const int64_t began = clock_now_ns();
    if (!st->open || (!now && began - st->tried_ns < STORE_COMMIT_NS)) return true;
    int code;
    while ((code = try_commit(st, now)) == SQLITE_BUSY) {
        say_blocked(st);
        if (!now) return true;
        if (st->tried_ns - began > STORE_PATIENCE_NS) break;
    }
    st->open = st->said = false;
    st->blocked_ns = 0;
    return code == SQLITE_OK || store_fail(st, f);
}

/* ---- opening -------------------------------------------------------------------------------- */

/* The lock of a run that was just killed may take a moment to go. */
static bool lock_folder(store *st, const char *folder, failure *f) {
    st->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; st->lock >= 0 && i < 100; i++) {
        if (flock(st->lock, LOCK_EX | LOCK_NB) == 0) return true;
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    return fail(f, STATUS_FAILED, "%s: %s", folder,
                st->lock < 0 ? strerror(errno) : "another cimdse is writing this study");
}

static store *open_database(const char *folder, const char *file, int flags, failure *f) {
    store *st = memory_new(1, sizeof *st);
    st->file = memory_text(file);
    st->lock = -1;
    st->writing = flags != SQLITE_OPEN_READONLY;
    bool good = !st->writing || lock_folder(st, folder, f);
    /* A reader too may have to roll back what a killed run left: write access, if there is any. */
    if (!st->writing && access(file, W_OK) == 0) flags = SQLITE_OPEN_READWRITE;
    if (good && sqlite3_open_v2(file, &st->db, flags, NULL) != SQLITE_OK)
        good =
            fail(f, STATUS_FAILED, "%s: %s", file, st->db ? sqlite3_errmsg(st->db) : "no memory");
    if (good) {
        sqlite3_busy_timeout(st->db, st->writing ? BUSY_MS : 1000 * STORE_READER_WAIT_S);
        if (st->writing)
            good = store_sql(st, "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL; "
                                 "PRAGMA cache_spill = OFF; PRAGMA foreign_keys = OFF", f);
    }
    if (good) return st;
    store_close(st, f);
    return NULL;
}

bool store_close(store *st, failure *f) {
    if (!st) return true;
    bool good = store_commit(st, true, f);
    sqlite3_finalize(st->put_trial);
    sqlite3_finalize(st->get_trial);
    sqlite3_finalize(st->put_part);
    sqlite3_finalize(st->put_snapshot);
    sqlite3_finalize(st->get_value);
    sqlite3_close(st->db);
    if (st->lock >= 0) close(st->lock);
    free(st->file);
    text_free(&st->value);
    free(st);
    return good;
}

/* ---- tables --------------------------------------------------------------------------------- */

bool store_set_value(store *st, const char *key, const char *value, failure *f) {
    return store_begin(st, f) &&
           store_insert_texts(st, "INSERT OR REPLACE INTO study VALUES (?, ?)", 2,
                        (const char *const[]){key, value}, f);
}

static bool put_tables(store *st, const study *s, failure *f) {
    static const char *const kinds[] = {"", "ordinal", "integer", "real", "categorical"};
    const evaluator *e = &s->evaluator;
    bool good = true;
    for (uint32_t d = 0; good && d < s->space.n_dimensions; d++) {
        const cim_dimension *is = &s->space.dimensions[d].is;
        text label = {0};
        dimension_label(&s->space.dimensions[d], &label);
        const char *values[] = {is->name, is->unit, kinds[is->kind], text_of(&label)};
        good = store_insert_texts(
            st, "INSERT INTO dimension(name, unit, kind, label) VALUES (?, ?, ?, ?)", 4, values, f);
        text_free(&label);
    }
    for (uint32_t i = 0; good && i < e->n_metrics; i++) {
        const metric *m = &e->metrics[i];
        const char *values[] = {m->name, m->unit, m->help, m->from};
        good = store_insert_texts(
            st, "INSERT INTO metric(name, unit, help, source) VALUES (?, ?, ?, ?)", 4, values, f);
    }
    for (uint32_t i = 0; good && i < e->n_goals; i++)
        good = store_insert_texts(st, "INSERT INTO goal(written) VALUES (?)", 1,
                                  &e->goals[i].written, f);
    for (uint32_t i = 0; good && i < evaluator_slacks(e); i++) {
        const char *values[] = {evaluator_slack_name(e, i),
                                i < e->hwmodel->n_constraints ? e->hwmodel->plugin->id : "config"};
        good = store_insert_texts(st, "INSERT INTO rule(name, source) VALUES (?, ?)", 2, values, f);
    }
    for (size_t i = 0; good && i < s->n_published; i++)
        for (uint32_t k = 0; good && k < s->published[i].n_figures; k++) {
            const char *values[] = {s->published[i].source, s->published[i].figures[k].written};
            good = store_insert_texts(st, "INSERT INTO published(source, figure) VALUES (?, ?)", 2,
                                      values, f);
        }
    return good;
}

void store_add_columns(const study *s, text *sql) {
    const evaluator *e = &s->evaluator;
    for (uint32_t d = 0; d < s->space.n_dimensions; d++) {
        text_add(sql, ", ");
        store_quote(s->space.dimensions[d].is.name, sql);
    }
    for (uint32_t i = 0; i < e->n_metrics; i++) {
        text_add(sql, ", ");
        store_quote(e->metrics[i].name, sql);
    }
    for (uint32_t i = 0; i < evaluator_slacks(e); i++) {
        text name = {0};
        text_add(&name, "slack.%s", evaluator_slack_name(e, i));
        text_add(sql, ", ");
        store_quote(text_of(&name), sql);
        text_free(&name);
    }
}

/* Of several workloads, a parameter and a metric may have one name: workload[1].depth. SQLite would
 * say so without saying what they are. So may a model's metric and one of an accuracy evaluator. */
static bool columns_differ(const study *s, failure *f) {
    const evaluator *e = &s->evaluator;
    for (uint32_t i = 0; i < e->n_metrics; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcasecmp(e->metrics[i].name, e->metrics[k].name) == 0)
                return fail(f, STATUS_WRONG, "%s: a metric of %s, and one of %s",
                            e->metrics[i].name, e->metrics[k].from, e->metrics[i].from);
    for (uint32_t d = 0; d < s->space.n_dimensions; d++)
        for (uint32_t i = 0; i < e->n_metrics; i++)
            if (strcasecmp(s->space.dimensions[d].is.name, e->metrics[i].name) == 0)
                return fail(f, STATUS_WRONG, "%s: a searched parameter and a metric of %s have "
                            "this name, and both would be stored as it",
                            s->space.dimensions[d].is.name, e->metrics[i].from);
    return true;
}

static bool make_tables(store *st, const study *s, failure *f) {
    text sql = {0};
    text_add(
        &sql,
        "CREATE TABLE study(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
        "CREATE TABLE plugin(section TEXT, id TEXT, version TEXT, file TEXT, checksum TEXT);"
        "CREATE TABLE dimension(position INTEGER PRIMARY KEY, name TEXT, unit TEXT, kind TEXT,"
        " label TEXT);"
        "CREATE TABLE metric(position INTEGER PRIMARY KEY, name TEXT, unit TEXT, help TEXT,"
        " source TEXT);"
        "CREATE TABLE goal(position INTEGER PRIMARY KEY, written TEXT);"
        "CREATE TABLE rule(position INTEGER PRIMARY KEY, name TEXT, source TEXT);"
        "CREATE TABLE published(position INTEGER PRIMARY KEY, source TEXT, figure TEXT);"
        "CREATE TABLE part(trial INTEGER, layer TEXT, component TEXT, metric TEXT, value REAL);"
        "CREATE TABLE snapshot(one INTEGER PRIMARY KEY CHECK(one = 1), asks INTEGER,"
        " told INTEGER, exhausted INTEGER, data BLOB);"
        "CREATE TABLE trial(id INTEGER PRIMARY KEY, outcome TEXT, reason TEXT, fidelity INTEGER,"
        " duplicate_of INTEGER");
    store_add_columns(s, &sql);
    text_add(&sql, ")");
    bool good = store_begin(st, f) && store_sql(st, text_of(&sql), f);
    text_free(&sql);
    return good && store_put_sources(st, s, f) && put_tables(st, s, f);
}

static bool put_values(store *st, const study *s, failure *f) {
    text printed = {0};
    char number[32], made[32];
    time_t now = time(NULL);
    config_print(&s->config, &printed);
    strftime(made, sizeof made, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    snprintf(number, sizeof number, "%d", STORE_FORMAT);
    bool good = store_set_value(st, "format", number, f) &&
                store_set_value(st, "cimdse_version", CIMDSE_VERSION, f) &&
                store_set_value(st, "created_utc", made, f) &&
                store_set_value(st, "name", s->name, f) &&
                store_set_value(st, "config", text_of(&printed), f) &&
                store_set_value(st, "config_file", s->config.n_files ? s->config.files[0] : "", f);
    char *whole = realpath(s->config.folder, NULL);
    good = good && store_set_value(st, "config_folder", whole ? whole : s->config.folder, f);
    free(whole);
    text ladder = {0};
    for (uint32_t i = 0; s->levels.climbs && i < s->levels.n; i++)
        text_add(&ladder, "%s%s", i ? " " : "", s->levels.names[i]);
    good = good && store_set_value(st, "ladder", text_of(&ladder), f) &&
           store_set_value(st, "accuracy_on", s->stand_in.name, f);
    text_free(&ladder);
    snprintf(number, sizeof number, "%llu", (unsigned long long)s->seed);
    good = good && store_set_value(st, "seed", number, f);
    text_free(&printed);
    return good;
}

static bool make_folder(const char *folder, failure *f) {
    char *path = memory_text(folder);
    bool good = true;
    for (char *c = path + 1; good; c++) {
        bool end = *c == '\0';
        if (*c != '/' && !end) continue;
        *c = '\0';
        struct stat info;
        if (mkdir(path, 0777) != 0 &&
            (errno != EEXIST || stat(path, &info) != 0 || !S_ISDIR(info.st_mode)))
            good = fail(f, STATUS_WRONG, "%s: cannot make the run folder: %s", folder,
                        errno == EEXIST ? "there is a file of that name" : strerror(errno));
        if (end) break;
        *c = '/';
    }
    free(path);
    if (good && access(folder, W_OK | X_OK) != 0)
        good =
            fail(f, STATUS_WRONG, "%s: cannot write the run folder: %s", folder, strerror(errno));
    return good;
}

/* A run that was killed while it made its tables left a file without any: that is no study. */
bool store_exists(const char *folder) {
    text file = {0};
    struct stat info;
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    text_add(&file, "%s/study.db", folder);
    bool there = stat(text_of(&file), &info) == 0;
    if (there && S_ISREG(info.st_mode) &&
        sqlite3_open_v2(text_of(&file), &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_master", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_DONE)
        there = false;
    sqlite3_finalize(q);
    sqlite3_close(db);
    text_free(&file);
    return there;
}

static bool is_free(const char *folder, failure *f) {
    return !store_exists(folder) ||
           fail(f, STATUS_WRONG,
                "%s: holds a study already: continue it with --resume, or give "
                "another folder with --out",
                folder);
}

store *store_create(const char *folder, const study *s, failure *f) {
    text file = {0};
    store *st = NULL;
    size_t columns =
        s->space.n_dimensions + s->evaluator.n_metrics + evaluator_slacks(&s->evaluator);
    text_add(&file, "%s/study.db", folder);
    bool good =
        columns <= STORE_MAX_COLUMNS ||
        fail(f, STATUS_WRONG, "%zu dimensions, metrics and constraints: at most %d can be stored",
             columns, STORE_MAX_COLUMNS);
    good = good && columns_differ(s, f) && is_free(folder, f);
    if (good && make_folder(folder, f))
        st = open_database(folder, text_of(&file), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, f);
    /* Another run may have made its study while we waited for the folder's lock. */
    if (st && !is_free(folder, f)) {
        store_close(st, f);
        st = NULL;
    }
    if (st && (!make_tables(st, s, f) || !put_values(st, s, f) || !store_commit(st, true, f))) {
        unlink(text_of(&file)); /* while the lock holds */
        store_close(st, f);
        st = NULL;
    }
    text_free(&file);
    return st;
}

/* Does the file hold a study that this program reads? */
static bool check_format(store *st, failure *f) {
    sqlite3_stmt *q = NULL;
    failure why = {0};
    bool read =
        store_prepare(st, "SELECT count(*), sum(name = 'study') FROM sqlite_master", &q, &why) &&
        (sqlite3_step(q) == SQLITE_ROW || store_fail(st, &why));
    bool foreign = sqlite3_errcode(st->db) == SQLITE_NOTADB;
    int tables = read ? sqlite3_column_int(q, 0) : 0, studies = read ? sqlite3_column_int(q, 1) : 0;
    sqlite3_finalize(q);
    if (!read && foreign) return fail(f, STATUS_WRONG, "%s: not a study of cimdse", why.text);
    if (!read) return fail(f, why.status, "%s", why.text);
    if (!tables)
        return fail(f, STATUS_WRONG,
                    "%s: holds nothing: the run ended before it stored anything; cimdse run "
                    "with --resume starts it",
                    st->file);
    if (!studies) return fail(f, STATUS_WRONG, "%s: not a study of cimdse", st->file);
    const char *format = store_value(st, "format", &why);
    if (!format && sqlite3_errcode(st->db) == SQLITE_ERROR) /* a table of that name, and not ours */
        return fail(f, STATUS_WRONG, "%s: not a study of cimdse", why.text);
    if (!format) return fail(f, why.status, "%s", why.text);
    if (atoi(format) == STORE_FORMAT) return true;
    return fail(f, STATUS_WRONG,
                "%s: not a study of this version of cimdse: its format is %s, and this one "
                "reads %d",
                st->file, format[0] ? format : "unknown", STORE_FORMAT);
}

store *store_open(const char *folder, bool write, failure *f) {
    struct stat info;
    text file = {0};
    if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode) && !write) text_add(&file, "%s", folder);
    else text_add(&file, "%s/study.db", folder);
    store *st = NULL;
    if (access(text_of(&file), R_OK | (write ? W_OK : 0)) != 0)
        fail(f, STATUS_WRONG, "%s: cannot %s it: %s", text_of(&file), write ? "write" : "read",
             strerror(errno));
    else
        st = open_database(folder, text_of(&file),
                           write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, f);
    text_free(&file);
    if (st && !check_format(st, f)) {
        store_close(st, f);
        st = NULL;
    }
    return st;
}
