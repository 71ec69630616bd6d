/* store_trial.c: the rows of a running study: trials, parts, the searcher's snapshot. */
#include "memory.h"
#include "store_private.h"

#include <math.h>
#include <string.h>

/* What could not be bound would be stored as NULL. A blob may have 1e9 bytes, says SQLite. */
static bool bound(const store *st, int status, const char *what, size_t bytes, failure *f) {
    return status == SQLITE_OK || fail(f, STATUS_FAILED, "%s: cannot store %s of %zu bytes: %s",
                                       st->file, what, bytes, sqlite3_errstr(status));
}

static bool prepare_put(store *st, const study *s, failure *f) {
    if (st->put_trial) return true;
    uint32_t n =
        5 + s->space.n_dimensions + s->evaluator.n_metrics + evaluator_slacks(&s->evaluator);
    text sql = {0};
    text_add(&sql, "INSERT OR REPLACE INTO trial VALUES (?");
    for (uint32_t i = 1; i < n; i++) text_add(&sql, ", ?");
    text_add(&sql, ")");
    bool good = store_prepare(st, text_of(&sql), &st->put_trial, f);
    text_free(&sql);
    return good;
}

/* -0 and NaN would not come back as the same bits: NaN is NULL, and no metric needs a -0. */
static void bind_number(sqlite3_stmt *q, int column, double value) {
    if (isnan(value)) sqlite3_bind_null(q, column);
    else sqlite3_bind_double(q, column, value);
}

static void bind_coordinate(sqlite3_stmt *q, int column, const dimension *d, double x) {
    if (d->is.kind == CIM_CATEGORICAL)
        sqlite3_bind_text(q, column, d->is.names[(uint64_t)x], -1, SQLITE_STATIC);
    else sqlite3_bind_double(q, column, space_number(d, x));
}

bool store_put_trial(store *st, const study *s, int64_t id, const double *point, const result *r,
                     int64_t duplicate_of, failure *f) {
    if (!store_begin(st, f) || !prepare_put(st, s, f)) return false;
    const evaluator *e = &s->evaluator;
    sqlite3_stmt *q = st->put_trial;
    int column = 6;
    sqlite3_bind_int64(q, 1, id);
    sqlite3_bind_text(q, 2, outcome_name(r->outcome), -1, SQLITE_STATIC);
    int status = sqlite3_bind_text(q, 3, r->reason, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(q, 4, (int)r->fidelity);
    if (duplicate_of >= 0) sqlite3_bind_int64(q, 5, duplicate_of);
    else sqlite3_bind_null(q, 5);
    for (uint32_t d = 0; d < s->space.n_dimensions; d++, column++)
        if (point) bind_coordinate(q, column, &s->space.dimensions[d], point[d]);
        else sqlite3_bind_null(q, column);
    for (uint32_t i = 0; i < e->n_metrics; i++) bind_number(q, column++, r->metrics[i]);
    for (uint32_t i = 0; i < evaluator_slacks(e); i++) bind_number(q, column++, r->slack[i]);
    bool good = bound(st, status, "a reason", strlen(r->reason), f) &&
                (sqlite3_step(q) == SQLITE_DONE || store_fail(st, f));
    sqlite3_reset(q);
    return good;
}

static bool same_coordinate(sqlite3_stmt *q, int column, const dimension *d, double x) {
    if (d->is.kind != CIM_CATEGORICAL)
        return sqlite3_column_double(q, column) == space_number(d, x);
    const char *name = (const char *)sqlite3_column_text(q, column);
    return name && strcmp(name, d->is.names[(uint64_t)x]) == 0;
}

static bool take_row(store *st, const study *s, int64_t id, const double *point, result *r,
                     failure *f) {
    const evaluator *e = &s->evaluator;
    sqlite3_stmt *q = st->get_trial;
    int column = 5;
    for (uint32_t d = 0; d < s->space.n_dimensions; d++, column++)
        if (!same_coordinate(q, column, &s->space.dimensions[d], point[d]))
            return fail(f, STATUS_FAILED, "%s: trial %lld: the searcher now proposes another %s: "
                        "searcher or config have changed", st->file, (long long)id,
                        s->space.dimensions[d].is.name);
    r->outcome = store_outcome(q, 1);
    const char *why = (const char *)sqlite3_column_text(q, 2);
    strncpy(r->reason, why ? why : "", sizeof r->reason - 1);
    r->fidelity = (uint32_t)sqlite3_column_int(q, 3);
    for (uint32_t i = 0; i < e->n_metrics; i++) r->metrics[i] = store_number(q, column++);
    for (uint32_t i = 0; i < evaluator_slacks(e); i++) r->slack[i] = store_number(q, column++);
    return true;
}

static bool prepare_get(store *st, const study *s, failure *f) {
    if (st->get_trial) return true;
    text sql = {0};
    text_add(&sql, "SELECT id, outcome, reason, fidelity, duplicate_of");
    store_add_columns(s, &sql);
    text_add(&sql, " FROM trial WHERE id = ?");
    bool good = store_prepare(st, text_of(&sql), &st->get_trial, f);
    text_free(&sql);
    return good;
}

bool store_get_trial(store *st, const study *s, int64_t id, const double *point, result *r,
                     bool *found, failure *f) {
    *found = false;
    if (!prepare_get(st, s, f)) return false;
    sqlite3_bind_int64(st->get_trial, 1, id);
    int step = sqlite3_step(st->get_trial);
    *found = step == SQLITE_ROW;
    bool good =
        step == SQLITE_DONE || (*found ? take_row(st, s, id, point, r, f) : store_fail(st, f));
    sqlite3_reset(st->get_trial);
    return good;
}

bool store_clear_parts(store *st, failure *f) {
    return store_begin(st, f) && store_sql(st, "DELETE FROM part", f);
}

bool store_put_part(store *st, int64_t trial, const part *p, const char *metric_name, failure *f) {
    if (!store_begin(st, f) ||
        (!st->put_part &&
         !store_prepare(st, "INSERT INTO part VALUES (?, ?, ?, ?, ?)", &st->put_part, f)))
        return false;
    sqlite3_stmt *q = st->put_part;
    sqlite3_bind_int64(q, 1, trial);
    int status = sqlite3_bind_text(q, 2, p->layer, -1, SQLITE_TRANSIENT);
    if (!status) status = sqlite3_bind_text(q, 3, p->component, -1, SQLITE_TRANSIENT);
    if (!status) status = sqlite3_bind_text(q, 4, metric_name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_double(q, 5, p->value);
    bool good = bound(st, status, "the names of a part", strlen(p->layer), f) &&
                (sqlite3_step(q) == SQLITE_DONE || store_fail(st, f));
    sqlite3_reset(q);
    return good;
}

bool store_put_snapshot(store *st, uint64_t asks, uint64_t told, bool exhausted, const void *data,
                        size_t size, failure *f) {
    if (!store_begin(st, f) ||
        (!st->put_snapshot &&
         !store_prepare(st, "INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?, ?)",
                        &st->put_snapshot, f)))
        return false;
    sqlite3_stmt *q = st->put_snapshot;
    sqlite3_bind_int64(q, 1, (int64_t)asks);
    sqlite3_bind_int64(q, 2, (int64_t)told);
    sqlite3_bind_int(q, 3, exhausted);
    bool good = bound(st, sqlite3_bind_blob64(q, 4, data, size, SQLITE_TRANSIENT),
                      "the searcher's snapshot", size, f) &&
                (sqlite3_step(q) == SQLITE_DONE || store_fail(st, f));
    sqlite3_reset(q);
    return good;
}

bool store_get_snapshot(store *st, uint64_t *asks, uint64_t *told, bool *exhausted, text *data,
                        failure *f) {
    sqlite3_stmt *q;
    *asks = *told = 0;
    *exhausted = false;
    if (!store_prepare(st, "SELECT asks, told, exhausted, data FROM snapshot", &q, f)) return false;
    int step = sqlite3_step(q);
    if (step == SQLITE_ROW) {
        *asks = (uint64_t)sqlite3_column_int64(q, 0);
        *told = (uint64_t)sqlite3_column_int64(q, 1);
        *exhausted = sqlite3_column_int(q, 2) != 0;
        text_add_bytes(data, sqlite3_column_blob(q, 3), (size_t)sqlite3_column_bytes(q, 3));
    }
    bool good = step == SQLITE_ROW || step == SQLITE_DONE || store_fail(st, f);
    sqlite3_finalize(q);
    return good;
}
