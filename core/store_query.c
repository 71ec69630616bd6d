/* store_query.c: SQL statements on a store, and what can go wrong with them. */
#include "memory.h"
#include "store_private.h"

#include <math.h>
#include <string.h>

/* Nobody begins to read while a run waits for somebody who does: that is why a reader finds the
 * file locked. */
bool store_fail(store *st, failure *f) {
    if (!st->writing && sqlite3_errcode(st->db) == SQLITE_BUSY)
        return fail(f, STATUS_FAILED, "%s: somebody has been reading it for %d s (a pager, a "
                    "database shell?), and the run that writes it waits for them", st->file,
                    STORE_READER_WAIT_S);
    st->open = st->open && !sqlite3_get_autocommit(st->db); /* a full disk has ended it */
    return fail(f, STATUS_FAILED, "%s: %s", st->file, sqlite3_errmsg(st->db));
}

bool store_sql(store *st, const char *sql, failure *f) {
    return sqlite3_exec(st->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(st, f);
}

bool store_prepare(store *st, const char *sql, sqlite3_stmt **out, failure *f) {
    return sqlite3_prepare_v2(st->db, sql, -1, out, NULL) == SQLITE_OK || store_fail(st, f);
}

void store_quote(const char *name, text *out) {
    text_add_bytes(out, "\"", 1);
    for (; *name; name++) text_add_bytes(out, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    text_add_bytes(out, "\"", 1);
}

bool store_insert_texts(store *st, const char *sql, int n, const char *const *values, failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, sql, &q, f)) return false;
    bool good = true;
    for (int i = 0; good && i < n; i++)
        good = sqlite3_bind_text(q, i + 1, values[i], -1, SQLITE_TRANSIENT) == SQLITE_OK ||
               store_fail(st, f);
    good = good && (sqlite3_step(q) == SQLITE_DONE || store_fail(st, f));
    sqlite3_finalize(q);
    return good;
}

static bool bind(store *st, sqlite3_stmt *q, const binding *values, int n, failure *f) {
    for (int i = 0; i < n; i++) {
        const binding *v = &values[i];
        if ((v->text ? sqlite3_bind_text(q, i + 1, v->text, -1, SQLITE_TRANSIENT)
                     : sqlite3_bind_int64(q, i + 1, v->number)) != SQLITE_OK)
            return store_fail(st, f);
    }
    return true;
}

bool store_each_of(store *st, sqlite3_stmt *q, const binding *values, int n,
                   bool (*each)(void *context, sqlite3_stmt *q), void *context, failure *f) {
    if (!bind(st, q, values, n, f)) return false;
    int step;
    while ((step = sqlite3_step(q)) == SQLITE_ROW && each(context, q)) {}
    const bool good = step == SQLITE_ROW || step == SQLITE_DONE || store_fail(st, f);
    sqlite3_reset(q);
    return good;
}

bool store_each(store *st, const char *sql, const binding *values, int n,
                bool (*each)(void *context, sqlite3_stmt *q), void *context, failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, sql, &q, f)) return false;
    const bool good = store_each_of(st, q, values, n, each, context, f);
    sqlite3_finalize(q);
    return good;
}

static bool take_value(void *context, sqlite3_stmt *q) {
    const char *value = (const char *)sqlite3_column_text(q, 0);
    if (value) text_add(context, "%s", value);
    return false;
}

const char *store_value(store *st, const char *key, failure *f) {
    const binding of = {.text = key};
    text_clear(&st->value);
    if (!st->get_value &&
        !store_prepare(st, "SELECT value FROM study WHERE key = ?", &st->get_value, f))
        return NULL;
    return store_each_of(st, st->get_value, &of, 1, take_value, &st->value, f)
               ? text_of(&st->value)
               : NULL;
}

char *store_value_copy(store *st, const char *key, failure *f) {
    const char *value = store_value(st, key, f);
    return value ? memory_text(value) : NULL;
}

/* ---- columns -------------------------------------------------------------------------------- */

double store_number(sqlite3_stmt *q, int column) {
    return sqlite3_column_type(q, column) == SQLITE_NULL ? (double)NAN
                                                         : sqlite3_column_double(q, column);
}

cim_outcome store_outcome(sqlite3_stmt *q, int column) {
    const char *name = (const char *)sqlite3_column_text(q, column);
    for (cim_outcome o = CIM_FEASIBLE; o <= CIM_FAILED; o++)
        if (name && strcmp(name, outcome_name(o)) == 0) return o;
    return CIM_FAILED;
}

int64_t store_duplicate_of(sqlite3_stmt *q, int column) {
    return sqlite3_column_type(q, column) == SQLITE_NULL ? -1 : sqlite3_column_int64(q, column);
}
