/* Cells that deviate, converters that round, and nothing else: every read of every column, a few
 * rows of 16 columns by one addition (sums_real.h). */
#include "product.h"

#include <string.h>

#include "nibbles.h"
#include "sums_real.h"

enum { COLUMNS = SUMS_REAL_COLUMNS, LINE = COLUMNS * sizeof(float) };

typedef struct workplace {
    float *tables;           /* of 16 columns of the block                                        */
    float *sums;             /* lane x column                                                     */
    int32_t *acc, *turned;   /* likewise; column x lane                                           */
    uint16_t *lines;         /* bit x line                                                        */
    float *cells;            /* of 16 columns of one slice, side by side                          */
    uint8_t *order, *pairs;  /* bit x lane, with room (sums_real.h); bit x lanes                  */
    uint8_t *nibbles;        /* bit x table x lane                                                */
    uint32_t tabled;         /* tables of a block                                                 */
    size_t room;             /* lines of a bit                                                    */
    uint32_t from, n;        /* the block's rows                                                  */
} workplace;

static uint32_t tables_of(const crossbar *a) {
    return (a->block + SUMS_REAL_ROWS - 1) / SUMS_REAL_ROWS;
}

size_t product_lines_work(const crossbar *a) {
    const size_t tables = tables_of(a), bits = a->is.input_bits;
    return LINE + (tables * SUMS_REAL_TABLE + a->block * COLUMNS) * sizeof(float) +
           sums_real_room(tables) * bits * sizeof(uint16_t) +
           NET_TILE * (COLUMNS * (sizeof(float) + 2 * sizeof(int32_t)) + bits * (tables + 3));
}

int product_lines_can(const crossbar *a) {
    return !a->disturbs && a->is.adc_bits && a->is.adc_bits + a->is.input_bits <= 30 &&
           tables_of(a) <= SUMS_REAL_MOST_TABLES;
}

static workplace place(const product_tile *t) {
    workplace w = {.tabled = tables_of(t->a), .room = sums_real_room(tables_of(t->a))};
    /* A table's line is one of the cache's, where it begins with one. */
    const size_t beyond = (uintptr_t)t->work % LINE;
    w.tables = (float *)(void *)((char *)t->work + (beyond ? LINE - beyond : 0));
    const size_t lanes = (size_t)NET_TILE * t->a->is.input_bits;
    w.cells = w.tables + (size_t)w.tabled * SUMS_REAL_TABLE;
    w.sums = w.cells + (size_t)t->a->block * COLUMNS;
    w.acc = (int32_t *)(void *)(w.sums + NET_TILE * COLUMNS);
    w.turned = w.acc + NET_TILE * COLUMNS;
    w.lines = (uint16_t *)(void *)(w.turned + NET_TILE * COLUMNS);
    w.order = (uint8_t *)(w.lines + w.room * t->a->is.input_bits);
    w.pairs = w.order + 2 * lanes;
    w.nibbles = w.pairs + lanes;
    return w;
}

static sums_real_inputs inputs_of(const product_tile *t, const workplace *w, uint32_t bit) {
    const size_t lanes = (size_t)bit * NET_TILE, together = SUMS_REAL_LANES;
    return (sums_real_inputs){.lines = w->lines + bit * w->room, .order = w->order + 2 * lanes,
                              .pairs = w->pairs + lanes,
                              .lanes = (t->lanes + together - 1) / together * together};
}

static void list_inputs(const product_tile *t, const workplace *w) {
    const size_t plane = (size_t)w->tabled * NET_TILE;
    nibbles_split(t->codes + (size_t)w->from * NET_TILE, w->n, t->a->is.input_bits, plane,
                  w->nibbles);
    for (uint32_t b = 0; b < t->a->is.input_bits; b++) {
        if (!product_is_read(t, b / t->a->digit_bits)) continue;
        const sums_real_inputs x = inputs_of(t, w, b);
        sums_real_list(w->nibbles + b * plane, (w->n + SUMS_REAL_ROWS - 1) / SUMS_REAL_ROWS, &x);
    }
}

/* What the columns of a group are, one after the other. */
typedef struct column { uint32_t output, slice, part; } column;
static column column_at(const crossbar *a, uint32_t n) {
    return (column){.output = n / a->parts / a->slices, .slice = n / a->parts % a->slices,
                    .part = n % a->parts};
}
static void to_next(const crossbar *a, column *c) {
    if (++c->part < a->parts) return;
    c->part = 0;
    if (++c->slice < a->slices) return;
    c->slice = 0;
    c->output++;
}

/* Of columns FIRST .. FIRST + N - 1. */
static sums_real_converters converters_of(const crossbar *a, uint32_t first, uint32_t n) {
    sums_real_converters adc = {.slope = {0}};
    column is = column_at(a, first);
    for (uint32_t c = 0; c < n; c++, to_next(a, &is)) {
        adc.slope[c] = a->adc[is.slice].fast.slope;
        adc.top[c] = (float)a->adc[is.slice].top;
    }
    return adc;
}

static void read_columns(const product_tile *t, const workplace *w, sums_real_converters *adc) {
    const uint32_t bits = t->a->is.input_bits, digit = t->a->digit_bits;
    memset(w->acc, 0, NET_TILE * COLUMNS * sizeof *w->acc);
    for (adc->shift = 0; adc->shift < bits; adc->shift += digit) {
        const uint32_t from = adc->shift, end = bits - from < digit ? bits : from + digit;
        for (uint32_t b = end; b-- > from;) {
            const sums_real_inputs x = inputs_of(t, w, b);
            sums_real_read(w->tables, &x, b + 1 < end, b == from ? adc : NULL, w->sums, w->acc);
        }
    }
}

static void add_codes(const product_tile *t, const workplace *w, uint32_t first, uint32_t n) {
    const crossbar *a = t->a;
    sums_real_columns(w->acc, w->turned);
    column is = column_at(a, first);
    for (uint32_t c = 0; c < n; c++, to_next(a, &is)) {
        const double step = (double)(1u << (is.slice * a->is.cell_bits)) * a->adc[is.slice].step;
        double *sums = t->sums + (size_t)is.output * NET_TILE;
        sums_scale(w->turned + c * NET_TILE, is.part ? -step : step, sums);
    }
}

/* ---- chosen reads ---------------------------------------------------------------------------- */

/* Of slice S, columns (output, part) FIRST .. FIRST + N - 1 of the group. */
static void pack(const product_tile *t, const workplace *w, const float *cells, uint32_t s,
                 uint32_t first, uint32_t n) {
    const crossbar *a = t->a;
    const size_t all = (size_t)a->l->is.out_channels * a->slices * a->parts;
    if (n < COLUMNS) memset(w->cells, 0, (size_t)w->n * COLUMNS * sizeof *w->cells);
    for (uint32_t c = 0; c < n; c++) {
        const uint32_t o = (first + c) / a->parts, part = (first + c) % a->parts;
        const float *from = cells + (o * a->slices + s) * a->parts + part;
        for (uint32_t k = 0; k < w->n; k++) w->cells[k * COLUMNS + c] = from[k * all];
    }
    sums_real_tables(w->cells, COLUMNS, w->n, w->tables);
}

static void read_errors(const product_tile *t, const workplace *w, uint32_t s, float *errors) {
    const crossbar *a = t->a;
    const uint32_t bits = a->is.input_bits, digit = a->digit_bits;
    memset(errors, 0, t->lanes * COLUMNS * sizeof *errors);
    for (uint32_t step = 0; step < a->steps; step++) {
        const uint32_t from = step * digit, end = bits - from < digit ? bits : from + digit;
        if (!t->chosen[s * a->steps + step]) continue;
        for (uint32_t b = end; b-- > from;) {
            const sums_real_inputs x = inputs_of(t, w, b);
            sums_real_read(w->tables, &x, b + 1 < end, NULL, w->sums, NULL);
        }
        sums_real_errors(w->sums, t->lanes * COLUMNS, a->adc[s].fast.slope,
                         (float)a->adc[s].step, a->adc[s].top, (float)(1u << from), errors);
    }
}

static void slice_errors(const product_tile *t, const workplace *w, const float *cells,
                         uint32_t s) {
    const crossbar *a = t->a;
    const uint32_t columns = t->outs * a->parts;
    const double unit = (double)(1u << (s * a->is.cell_bits));
    float *errors = (float *)(void *)w->acc;
    for (uint32_t first = 0; first < columns; first += COLUMNS) {
        const uint32_t n = columns - first < COLUMNS ? columns - first : COLUMNS;
        pack(t, w, cells, s, first, n);
        read_errors(t, w, s, errors);
        for (uint32_t c = 0; c < n; c++) {
            double *sums = t->sums + (size_t)((first + c) / a->parts) * NET_TILE;
            const double factor = (first + c) % a->parts ? -unit : unit;
            for (uint32_t i = 0; i < t->lanes; i++)
                sums[i] += factor * (double)errors[i * COLUMNS + c];
        }
    }
}

void product_lines(product_tile *t) {
    const crossbar *a = t->a;
    const size_t columns = (size_t)t->outs * a->slices * a->parts, all = columns * a->l->is.groups;
    workplace w = place(t);
    for (w.from = 0; w.from < a->l->rows; w.from += a->block) {
        w.n = a->l->rows - w.from < a->block ? a->l->rows - w.from : a->block;
        const float *cells = a->real + all * w.from + t->group * columns;
        list_inputs(t, &w);
        for (uint32_t s = 0; t->chosen && s < a->slices; s++)
            if (memchr(t->chosen + s * a->steps, 1, a->steps)) slice_errors(t, &w, cells, s);
        for (uint32_t c = 0; !t->chosen && c < columns; c += COLUMNS) {
            const uint32_t n = columns - c < COLUMNS ? (uint32_t)columns - c : COLUMNS;
            sums_real_converters adc = converters_of(a, c, n);
            sums_real_tables(cells + c, all, w.n, w.tables);
            read_columns(t, &w, &adc);
            add_codes(t, &w, c, n);
        }
    }
}
