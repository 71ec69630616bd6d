/* store_private.h: shared by the writing and the reading half of the store. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H
#include "store.h"

#include <sqlite3.h>

enum { STORE_FORMAT = 1, STORE_MAX_COLUMNS = 1900 };
#define STORE_READER_WAIT_S 60          /* the writer may wait for a slow reader meanwhile */
#define STORE_COMMIT_NS 200000000
#define STORE_SAY_NS 5000000000         /* that somebody's reading blocks us */
#define STORE_PATIENCE_NS 86400000000000 /* with who reads when the study ends */

struct store {
    sqlite3 *db;
    sqlite3_stmt *put_trial, *get_trial, *put_part, *put_snapshot, *get_value;
    char *file;
    int lock;                /* of the folder; -1: reading only */
    bool writing, open;      /* a transaction is open */
    int64_t tried_ns;        /* to commit, the last time */
    int64_t blocked_ns;      /* since then by somebody who reads; 0: not */
    bool said;               /* and that was said */
    text value;
};

bool store_sql(store *st, const char *sql, failure *f);
bool store_prepare(store *st, const char *sql, sqlite3_stmt **out, failure *f);
/* Returns false. */
bool store_fail(store *st, failure *f);

typedef struct binding {     /* a text, or a number where that is NULL */
    const char *text;
    int64_t number;
} binding;
/* EACH row of a query with N values; it returns false to stop. False: SQLite could not read all. */
bool store_each(store *st, const char *sql, const binding *values, int n,
                bool (*each)(void *context, sqlite3_stmt *q), void *context, failure *f);
/* The same of a prepared statement, which is reset. */
bool store_each_of(store *st, sqlite3_stmt *q, const binding *values, int n,
                   bool (*each)(void *context, sqlite3_stmt *q), void *context, failure *f);
/* NaN for NULL. */
double store_number(sqlite3_stmt *q, int column);
/* What cannot be any is a failure. */
cim_outcome store_outcome(sqlite3_stmt *q, int column);
/* -1 for NULL. */
int64_t store_duplicate_of(sqlite3_stmt *q, int column);
/* "name" as an SQL identifier. */
void store_quote(const char *name, text *out);
/* ", " and the name of a column, for every dimension, metric and slack. */
void store_add_columns(const study *s, text *sql);
/* One row of N texts. */
bool store_insert_texts(store *st, const char *sql, int n, const char *const *values, failure *f);
/* Plug-ins and files that S is made of, for store_matches(). */
bool store_put_sources(store *st, const study *s, failure *f);
/* The instances of S, one after the other, some without a plug-in; NULL at the end. */
const instance *store_instance(const study *s, size_t i);
/* Is what store_put_file() was told still so? */
bool store_files_match(store *st, const study *s, failure *f);
/* Opens a transaction if none is open. */
bool store_begin(store *st, failure *f);
#endif
