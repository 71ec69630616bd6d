/* store_private.h: shared by the writing and the reading half of the store. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H
#include "store.h"

#include <sqlite3.h>

enum { STORE_FORMAT = 1, STORE_MAX_COLUMNS = 1900 };
#define STORE_COMMIT_NS 200000000

struct store {
    sqlite3 *db;
    sqlite3_stmt *put_trial, *get_trial, *put_part, *put_snapshot, *get_value;
    char *file;
    int lock;                /* of the folder; -1: reading only */
    bool writing, open;      /* a transaction is open */
    int64_t committed_ns;    /* the last one */
    text value;
};

bool store_sql(store *st, const char *sql, failure *f);
bool store_prepare(store *st, const char *sql, sqlite3_stmt **out, failure *f);
/* Returns false. */
bool store_fail(store *st, failure *f);
/* "name" as an SQL identifier. */
void store_quote(const char *name, text *out);
/* ", " and the name of a column, for every dimension, metric and slack. */
void store_add_columns(const study *s, text *sql);
/* One row of N texts. */
bool store_insert_texts(store *st, const char *sql, int n, const char *const *values, failure *f);
/* Plug-ins and files that S is made of, for store_matches(). */
bool store_put_sources(store *st, const study *s, failure *f);
/* Opens a transaction if none is open. */
bool store_begin(store *st, failure *f);
#endif
