/* store_rows.c: rows of trials, given to the caller. They are copied block by block, and given when
 * SQLite's statement has ended: a caller that prints them waits for who reads that, a pager say,
 * and a running study could commit nothing meanwhile. */
#include "memory.h"
#include "store_private.h"
#include "store_read.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 };

typedef struct block {
    const layout *l;
    size_t n, room;
    row *rows;
    cell *cells;      /* of all rows, one after the other */
    double *numbers;
    size_t *places;   /* of each dimension's name, and of the reason, in TEXTS; 0: none */
    text texts;       /* each with its 0; the first is "" */
} block;

static block block_new(const layout *l, size_t room) {
    const size_t d = l->n_dimensions, n = (size_t)l->n_metrics + l->n_rules;
    return (block){.l = l, .room = room, .rows = memory_new(room, sizeof(row)),
                   .cells = memory_new(room * d, sizeof(cell)),
                   .numbers = memory_new(room * n, sizeof(double)),
                   .places = memory_new(room * (d + 1), sizeof(size_t))};
}

static void block_free(block *b) {
    free(b->rows);
    free(b->cells);
    free(b->numbers);
    free(b->places);
    text_free(&b->texts);
}

static void block_empty(block *b) {
    b->n = 0;
    text_clear(&b->texts);
    text_add_bytes(&b->texts, "", 1);
}

static size_t keep_text(block *b, sqlite3_stmt *q, int column) {
    const char *chars = (const char *)sqlite3_column_text(q, column);
    if (!chars) return 0;
    const size_t place = b->texts.length;
    text_add_bytes(&b->texts, chars, strlen(chars) + 1);
    return place;
}

static bool take_row(void *context, sqlite3_stmt *q) {
    block *b = context;
    const layout *l = b->l;
    const size_t i = b->n++, d = l->n_dimensions, n = (size_t)l->n_metrics + l->n_rules;
    cell *cells = b->cells + i * d;
    double *numbers = b->numbers + i * n;
    size_t *places = b->places + i * (d + 1);
    int column = 5;
    for (size_t k = 0; k < d; k++, column++) {
        const bool is_text = sqlite3_column_type(q, column) == SQLITE_TEXT;
        places[k] = is_text ? keep_text(b, q, column) : 0;
        cells[k].number = is_text ? 0 : store_number(q, column);
    }
    places[d] = keep_text(b, q, 2);
    for (size_t k = 0; k < n; k++) numbers[k] = store_number(q, column++);
    b->rows[i] = (row){.id = sqlite3_column_int64(q, 0), .outcome = store_outcome(q, 1),
                       .fidelity = (uint32_t)sqlite3_column_int(q, 3),
                       .duplicate_of = store_duplicate_of(q, 4), .dimensions = cells,
                       .metrics = numbers, .slack = numbers + l->n_metrics};
    return b->n < b->room;
}

/* False: the caller has enough. */
static bool give_rows(block *b, bool (*each)(void *context, const row *r), void *context) {
    const size_t d = b->l->n_dimensions;
    for (size_t i = 0; i < b->n; i++) { /* the texts do not move any more */
        const size_t *places = b->places + i * (d + 1);
        for (size_t k = 0; k < d; k++)
            b->cells[i * d + k].name = places[k] ? b->texts.chars + places[k] : NULL;
        b->rows[i].reason = b->texts.chars + places[d];
        if (!each(context, &b->rows[i])) return false;
    }
    return true;
}

static bool take_number(void *context, sqlite3_stmt *q) {
    *(int64_t *)context = sqlite3_column_int64(q, 0);
    return true;
}

/* Trials that come while we read are left out: those before them may have been read as missing. */
bool store_rows(store *st, const layout *l, int64_t first, int64_t last,
                bool (*each)(void *context, const row *r), void *context, failure *f) {
    int64_t newest = 0;
    if (!store_each(st, "SELECT max(id) FROM trial", NULL, 0, take_number, &newest, f))
        return false;
    if (newest < last) last = newest;
    if (last < first) return true;
    const uint64_t most = (uint64_t)last - (uint64_t)first + 1;
    block b = block_new(l, most < BLOCK ? (size_t)most : BLOCK);
    bool good = true, more = true;
    while (good && more) {
        block_empty(&b);
        good = store_each(st, "SELECT * FROM trial WHERE id BETWEEN ? AND ? ORDER BY id",
                          (const binding[]){{.number = first}, {.number = last}}, 2, take_row, &b,
                          f);
        more = give_rows(&b, each, context) && b.n == b.room;
        const int64_t at = b.n ? b.rows[b.n - 1].id : last;
        if (at < first || at >= last) break; /* of a damaged file, ids may not grow */
        first = at + 1;
    }
    block_free(&b);
    return good;
}

bool store_rows_listed(store *st, const layout *l, const int64_t *ids, size_t n,
                       bool (*each)(void *context, const row *r), void *context, failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, "SELECT * FROM trial WHERE id = ?", &q, f)) return false;
    block b = block_new(l, 1);
    bool good = true, more = true;
    for (size_t i = 0; good && more && i < n; i++) {
        block_empty(&b);
        good = store_each_of(st, q, (const binding[]){{.number = ids[i]}}, 1, take_row, &b, f);
        more = give_rows(&b, each, context);
    }
    sqlite3_finalize(q);
    block_free(&b);
    return good;
}
