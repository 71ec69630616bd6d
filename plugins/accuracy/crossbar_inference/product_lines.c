/* Cells that deviate, converters that round, and nothing else: every read of every column, a few rows
 * of 16 columns by one addition (sums_real.h). */
#include "product.h"

#include <string.h>

#include "sums_real.h"

enum { COLUMNS = SUMS_REAL_COLUMNS };

typedef struct workplace {
    float *tables;           /* of 16 columns of the block                                        */
    float *sums;             /* lane x column                                                     */
    int32_t *acc;            /* likewise                                                          */
    uint16_t *lines, *counts;/* bit x lane x room; bit x lane                                     */
    uint8_t *order, *patterns;  /* bit x lane; of one bit                                         */
    uint32_t tabled, room;   /* tables of a block; the next multiple of four                      */
    uint32_t from, n;        /* the block's rows                                                  */
} workplace;

static uint32_t tables_of(const crossbar *a) { return (a->block + SUMS_REAL_ROWS - 1) / SUMS_REAL_ROWS; }
static uint32_t room_of(const crossbar *a) { return (tables_of(a) + 3) / 4 * 4; }

size_t product_lines_work(const crossbar *a) {
    const size_t tables = tables_of(a), bits = a->is.input_bits;
    return tables * SUMS_REAL_TABLE * sizeof(float) +
           NET_TILE * (COLUMNS * (sizeof(float) + sizeof(int32_t)) + tables +
                       bits * ((room_of(a) + 1) * sizeof(uint16_t) + 1));
}

int product_lines_can(const crossbar *a) {
    return !a->disturbs && a->is.adc_bits && a->is.adc_bits + a->is.input_bits <= 30 &&
           tables_of(a) <= SUMS_REAL_MOST_TABLES;
}

static workplace place(const product_tile *t) {
    workplace w = {.tabled = tables_of(t->a), .room = room_of(t->a), .tables = t->work};
    const size_t lanes = (size_t)NET_TILE * t->a->is.input_bits;
    w.sums = w.tables + (size_t)w.tabled * SUMS_REAL_TABLE;
    w.acc = (int32_t *)(void *)(w.sums + NET_TILE * COLUMNS);
    w.lines = (uint16_t *)(void *)(w.acc + NET_TILE * COLUMNS);
    w.counts = w.lines + lanes * w.room;
    w.order = (uint8_t *)(w.counts + lanes);
    w.patterns = w.order + lanes;
    return w;
}

static sums_real_inputs inputs_of(const product_tile *t, const workplace *w, uint32_t bit) {
    const size_t lanes = (size_t)bit * NET_TILE;
    return (sums_real_inputs){.lines = w->lines + lanes * w->room, .counts = w->counts + lanes,
                              .order = w->order + lanes, .room = w->room, .lanes = t->lanes};
}

static void list_inputs(const product_tile *t, const workplace *w) {
    for (uint32_t b = 0; b < t->a->is.input_bits; b++) {
        const sums_real_inputs x = inputs_of(t, w, b);
        sums_real_list(t->codes + (size_t)w->from * NET_TILE, w->n, b, w->patterns, &x);
    }
}

/* Of columns (output, slice, part) FIRST .. FIRST + N - 1. */
static sums_real_converters converters_of(const crossbar *a, uint32_t first, uint32_t n) {
    sums_real_converters adc = {.slope = {0}};
    for (uint32_t c = 0; c < n; c++) {
        const converter *is = &a->adc[(first + c) / a->parts % a->slices];
        adc.slope[c] = (float)(1 / is->step);
        adc.top[c] = (float)is->top;
    }
    return adc;
}

static void read_columns(const product_tile *t, const workplace *w, sums_real_converters *adc) {
    const uint32_t bits = t->a->is.input_bits, digit = t->a->digit_bits;
    memset(w->acc, 0, t->lanes * COLUMNS * sizeof *w->acc);
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
    for (uint32_t c = 0; c < n; c++) {
        const uint32_t column = first + c, part = column % a->parts, s = column / a->parts % a->slices;
        const double step = (double)(1u << (s * a->is.cell_bits)) * a->adc[s].step;
        double *sums = t->sums + (size_t)(column / a->parts / a->slices) * NET_TILE;
        for (uint32_t i = 0; i < t->lanes; i++)
            sums[i] += (part ? -step : step) * w->acc[i * COLUMNS + c];
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
        for (uint32_t c = 0; c < columns; c += COLUMNS) {
            const uint32_t n = columns - c < COLUMNS ? (uint32_t)columns - c : COLUMNS;
            sums_real_converters adc = converters_of(a, c, n);
            sums_real_tables(cells + c, all, w.n, w.tables);
            read_columns(t, &w, &adc);
            add_codes(t, &w, c, n);
        }
    }
}
