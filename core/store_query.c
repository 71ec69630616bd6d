/* store_query.c: SQL statements on a store, and what can go wrong with them. */
#include "store_private.h"

bool store_fail(store *st, failure *f) {
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
