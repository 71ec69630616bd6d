/* Cells of whole levels, converters that round: every column of every block, by tables (sums.h). */
#include "product.h"

#include <string.h>

typedef struct workplace {
    uint8_t *nibbles;        /* input bit x quad of rows x lane                                   */
    sums_column column;
    uint8_t *levels;
    uint32_t quads, from, n; /* of the block                                                      */
} workplace;

static workplace place(const product_tile *t) {
    const crossbar *a = t->a;
    workplace w = {.quads = (a->block + 3) / 4, .nibbles = t->work};
    w.column.quads = (uint32_t *)(void *)(w.nibbles + (size_t)w.quads * NET_TILE * a->is.input_bits);
    w.column.tables = (uint8_t *)(w.column.quads + w.quads + 1);
    w.levels = w.column.tables + 16 * ((size_t)w.quads + 1);
    return w;
}

static void split_inputs(const product_tile *t, const workplace *w) {
    for (uint32_t b = 0; b < t->a->is.input_bits; b++)
        for (uint32_t q = 0; product_is_read(t, b / t->a->digit_bits) && q < w->quads; q++) {
            uint8_t *to = w->nibbles + ((size_t)b * w->quads + q) * NET_TILE;
            memset(to, 0, NET_TILE);
            for (uint32_t k = 0; k < 4 && 4 * q + k < w->n; k++) {
                const uint16_t *x = t->codes + (size_t)(w->from + 4 * q + k) * NET_TILE;
                for (uint32_t i = 0; i < NET_TILE; i++)
                    to[i] = (uint8_t)(to[i] | (((x[i] >> b) & 1) << k));
            }
        }
}

/* Sums of one read: a digit of each input. */
static void read_digit(const product_tile *t, const workplace *w, uint32_t step, uint16_t *sums) {
    const crossbar *a = t->a;
    const size_t plane = (size_t)w->quads * NET_TILE;
    const uint32_t from = step * a->digit_bits;
    sums_read(&w->column, w->nibbles + from * plane, a->is.cell_bits, sums);
    for (uint32_t b = 1; b < a->digit_bits && from + b < a->is.input_bits; b++) {
        uint16_t more[NET_TILE];
        sums_read(&w->column, w->nibbles + (from + b) * plane, a->is.cell_bits, more);
        for (uint32_t i = 0; i < NET_TILE; i++) sums[i] = (uint16_t)(sums[i] + (more[i] << b));
    }
}

/* ACC: codes; IDEAL: what exact converters would have told, where reads are chosen. */
static void read_column(const product_tile *t, const workplace *w, uint32_t s, int32_t sign,
                        int32_t *acc, int32_t *ideal) {
    const crossbar *a = t->a;
    uint16_t sums[NET_TILE];
    for (uint32_t step = 0; step < a->steps; step++) {
        if (t->chosen && !t->chosen[s * a->steps + step]) continue;
        read_digit(t, w, step, sums);
        if (t->largest) {              /* lanes that are not used repeat the first                */
            const uint16_t largest = sums_largest(sums);
            if (largest > t->largest[s]) t->largest[s] = largest;
            continue;
        }
        const int32_t weight = sign * (1 << (step * a->digit_bits));
        sums_convert(a->adc[s].fast, sums, weight, acc);
        if (t->chosen) sums_add(sums, weight, ideal);
    }
}

static void read_output(const product_tile *t, workplace *w, uint32_t n) {
    const crossbar *a = t->a;
    double *sums = t->sums + (size_t)n * NET_TILE;
    for (uint32_t s = 0; s < a->slices; s++) {
        int32_t acc[NET_TILE] = {0}, ideal[NET_TILE] = {0};
        if (t->chosen && !memchr(t->chosen + s * a->steps, 1, a->steps)) continue;
        for (uint32_t part = 0; part < a->parts; part++) {
            crossbar_levels(a, t->group * t->outs + n, part, s, w->from, w->n, w->levels);
            sums_tables(&w->column, w->levels, w->n);
            if (w->column.n) read_column(t, w, s, part ? -1 : 1, acc, ideal); /* no current: code 0 */
        }
        const double unit = (double)(1u << (s * a->is.cell_bits)), factor = unit * a->adc[s].step;
        for (uint32_t i = 0; i < NET_TILE; i++) sums[i] += factor * acc[i] - unit * ideal[i];
    }
}

void product_table(product_tile *t) {
    const crossbar *a = t->a;
    workplace w = place(t);
    for (w.from = 0; w.from < a->l->rows; w.from += a->block) {
        w.n = a->l->rows - w.from < a->block ? a->l->rows - w.from : a->block;
        split_inputs(t, &w);
        for (uint32_t n = 0; n < t->outs; n++) read_output(t, &w, n);
    }
}
