/* Cells of whole levels, converters that round: every column of every block, by tables (sums.h). */
#include "product.h"

#include <string.h>

#include "nibbles.h"

enum { MOST_COLUMNS = 2 * CROSSBAR_MOST_SLICES };  /* of an output                                */
/* Tables of a layer: about a third-level cache; beyond it, making them anew for each tile costs no
 * more than fetching them. */
#define KEPT_BYTES (32u << 20)

/* The columns (slice, part) of one output in one block: made as they are needed, or kept. */
typedef struct workplace {
    uint8_t *nibbles;        /* input bit x quad of rows x lane                                   */
    uint8_t *levels;
    sums_column made[MOST_COLUMNS];
    const sums_column *columns;
    uint32_t quads, from, n; /* of the block                                                      */
    uint16_t sums[NET_TILE];
    uint16_t words[MOST_COLUMNS][NET_TILE];      /* codes since the bit BASE of the inputs        */
    int32_t codes[CROSSBAR_MOST_SLICES][NET_TILE];
    int32_t ideal[CROSSBAR_MOST_SLICES][NET_TILE]; /* what exact converters would have told, of
                                                      chosen reads                                */
    uint16_t none[NET_TILE]; /* of a column without cells                                         */
    uint32_t base;
    int fits_words;
    uint8_t wanted[CROSSBAR_MOST_SLICES];        /* those of which any read is chosen             */
    uint32_t most_on[16]; /* of a step's inputs in the block, at any lane, where peaks are sought */
} workplace;

static uint32_t quads_of(const crossbar *a) { return (a->block + 3) / 4; }

size_t product_table_work(const crossbar *a) {
    const size_t columns = a->slices * a->parts, quads = quads_of(a);
    return sizeof(workplace) + quads * NET_TILE * a->is.input_bits + columns * 20 * (quads + 1) +
           a->block;
}

static workplace *place(const product_tile *t) {
    const crossbar *a = t->a;
    workplace *w = t->work;
    const uint32_t columns = a->slices * a->parts;
    w->quads = quads_of(a);
    uint32_t *quads = (uint32_t *)(void *)(w + 1);
    uint8_t *tables = (uint8_t *)(quads + (size_t)columns * (w->quads + 1));
    for (uint32_t c = 0; c < columns; c++)
        w->made[c] = (sums_column){.quads = quads + c * (w->quads + 1),
                                   .tables = tables + 16 * (size_t)c * (w->quads + 1)};
    w->nibbles = tables + 16 * (size_t)columns * (w->quads + 1);
    w->levels = w->nibbles + (size_t)w->quads * NET_TILE * a->is.input_bits;
    return w;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static uint32_t sum_of(const sums_column *c) {
    uint32_t all = 0;
    for (uint32_t q = 0; q < c->n; q++) all += c->tables[16 * (size_t)q + 15];
    return all;
}

/* Of output O, N rows from FROM; COLUMNS have room. */
static void make_columns(const crossbar *a, uint32_t o, uint32_t from, uint32_t n, uint8_t *levels,
                         sums_column *columns) {
    for (uint32_t s = 0; s < a->slices; s++)
        for (uint32_t part = 0; part < a->parts; part++, columns++) {
            crossbar_levels(a, o, part, s, from, n, levels);
            sums_tables(columns, levels, n);
            columns->all = sum_of(columns);
        }
}

void product_table_forget(crossbar *a) {
    a->host->release(a->host, a->columns);
    a->host->release(a->host, a->tables);
    a->host->release(a->host, a->quads);
    a->columns = NULL;
    a->tables = NULL;
    a->quads = NULL;
}

/* Block after block, output after output. */
cim_status product_table_keep(crossbar *a) {
    const cim_host *host = a->host;
    const uint32_t outs = a->l->is.out_channels, each = a->slices * a->parts;
    const size_t all = (size_t)a->n_blocks * outs * each, room = all * (quads_of(a) + 1);
    if (a->columns || room > KEPT_BYTES / (16 + sizeof *a->quads)) return CIM_OK;
    a->columns = host->alloc(host, all, sizeof *a->columns);
    a->tables = host->alloc(host, room, 16);
    a->quads = host->alloc(host, room, sizeof *a->quads);
    uint8_t *levels = host->alloc(host, a->block, 1);
    if (!a->columns || !a->tables || !a->quads || !levels) {
        host->release(host, levels);
        return host->fail(host, CIM_E_MEMORY, "no memory for cells");
    }
    sums_column *to = a->columns;
    size_t used = 0;
    for (uint32_t from = 0; from < a->l->rows; from += a->block)
        for (uint32_t o = 0; o < outs; o++)
            for (uint32_t s = 0; s < a->slices; s++)
                for (uint32_t part = 0; part < a->parts; part++, to++) {
                    const uint32_t n = a->l->rows - from < a->block ? a->l->rows - from : a->block;
                    *to = (sums_column){.tables = a->tables + 16 * used, .quads = a->quads + used};
                    crossbar_levels(a, o, part, s, from, n, levels);
                    sums_tables(to, levels, n);
                    to->all = sum_of(to);
                    used += to->n + 1; /* of the last one something is written behind */
                }
    host->release(host, levels);
    return CIM_OK;
}

/* ---- reads ----------------------------------------------------------------------------------- */

/* Sums of one read: a digit of each input. */
static void read_digit(const product_tile *t, workplace *w, const sums_column *c, uint32_t step,
                       uint32_t cell_bits) {
    const crossbar *a = t->a;
    const size_t plane = (size_t)w->quads * NET_TILE;
    const uint32_t from = step * a->digit_bits;
    sums_read(c, w->nibbles + from * plane, cell_bits, w->sums);
    for (uint32_t b = 1; b < a->digit_bits && from + b < a->is.input_bits; b++) {
        uint16_t more[NET_TILE];
        sums_read(c, w->nibbles + (from + b) * plane, cell_bits, more);
        for (uint32_t i = 0; i < NET_TILE; i++)
            w->sums[i] = (uint16_t)(w->sums[i] + (more[i] << b));
    }
}

/* The largest sum of a column whose cells all hold 1, for each step. */
static void count_inputs(const product_tile *t, workplace *w) {
    memset(w->levels, 1, w->n);
    sums_tables(&w->made[0], w->levels, w->n);
    for (uint32_t step = 0; step < t->a->steps; step++) {
        read_digit(t, w, &w->made[0], step, 1);
        w->most_on[step] = sums_largest(w->sums);
    }
}

/* What a column can carry at STEP: all its cells, or as many inputs at their largest level. */
static uint32_t bound(const product_tile *t, const workplace *w, const sums_column *c,
                      uint32_t step) {
    const uint32_t most = (1u << t->a->is.cell_bits) - 1, digit = (1u << t->a->digit_bits) - 1;
    const uint32_t all = c->all * digit, on = w->most_on[step] * most;
    return all < on ? all : on;
}

static void seek_peak(const product_tile *t, workplace *w, uint32_t c, uint32_t step) {
    uint32_t *largest = &t->largest[c / t->a->parts];
    if (bound(t, w, &w->columns[c], step) <= *largest) return;
    read_digit(t, w, &w->columns[c], step, t->a->is.cell_bits);
    const uint16_t now = sums_largest(w->sums);   /* unused lanes repeat the first               */
    if (now > *largest) *largest = now;
}

/* Words of codes go to codes before they overflow. */
static void empty_words(const product_tile *t, workplace *w, uint32_t next) {
    const crossbar *a = t->a;
    for (uint32_t c = 0; next > w->base && c < a->slices * a->parts; c++) {
        const int32_t unit = 1 << w->base;
        if (!w->columns[c].n || !w->wanted[c / a->parts] || !a->adc[c / a->parts].fast.is_narrow)
            continue;
        sums_add(w->words[c], c % a->parts ? -unit : unit, w->codes[c / a->parts]);
        memset(w->words[c], 0, sizeof w->words[c]);
    }
    w->base = next;
}

static void convert(const product_tile *t, workplace *w, uint32_t c, uint32_t bit) {
    const crossbar *a = t->a;
    const uint32_t s = c / a->parts;
    const sums_converter *adc = &a->adc[s].fast;
    const int32_t weight = c % a->parts ? -(1 << bit) : 1 << bit;
    if (adc->is_narrow) sums_convert_words(adc->narrow, w->sums, bit - w->base, w->words[c]);
    else sums_convert(*adc, w->sums, weight, w->codes[s]);
    if (t->chosen) sums_add(w->sums, weight, w->ideal[s]);
}

/* Step after step, so that a step's inputs stay near while all columns read them. */
static void read_steps(const product_tile *t, workplace *w) {
    const crossbar *a = t->a;
    for (uint32_t step = 0; step < a->steps; step++) {
        const uint32_t bit = step * a->digit_bits;
        if (bit - w->base + a->is.adc_bits >= 16) empty_words(t, w, bit);
        for (uint32_t c = 0; c < a->slices * a->parts; c++) {
            const uint32_t s = c / a->parts;
            if (!w->columns[c].n || !w->wanted[s]) continue;
            if (t->chosen && !t->chosen[s * a->steps + step]) continue;
            if (t->largest) {
                seek_peak(t, w, c, step);
                continue;
            }
            read_digit(t, w, &w->columns[c], step, a->is.cell_bits);   /* (no current: code 0)    */
            convert(t, w, c, bit);
        }
    }
    if (!t->largest) empty_words(t, w, a->is.input_bits);
}

/* True where all of a column's codes fit one word, and nothing but they is wanted. */
static int fits_words(const product_tile *t) {
    const crossbar *a = t->a;
    if (t->largest || t->chosen || a->digit_bits > 1) return 0;
    if (a->is.input_bits - 1 + a->is.adc_bits >= 16) return 0;
    for (uint32_t s = 0; s < a->slices; s++)
        if (!a->adc[s].fast.is_narrow) return 0;
    return 1;
}

/* All steps of an output, whose words go straight to its sums. */
static void read_words(const product_tile *t, workplace *w, double *sums) {
    const crossbar *a = t->a;
    const size_t plane = (size_t)w->quads * NET_TILE;
    const uint32_t each = a->slices * a->parts;
    for (uint32_t bit = 0; bit < a->is.input_bits; bit++)
        for (uint32_t c = 0; c < each; c++)
            if (w->columns[c].n)
                sums_read_words(&w->columns[c], w->nibbles + bit * plane, a->is.cell_bits,
                                &a->adc[c / a->parts].fast.narrow, bit, bit == 0, w->words[c]);
    for (uint32_t s = 0, c = 0; s < a->slices; s++, c += a->parts) {
        const double unit = (double)(1u << (s * a->is.cell_bits)), factor = unit * a->adc[s].step;
        const int more = w->columns[c].n > 0, less = a->parts > 1 && w->columns[c + 1].n > 0;
        if (more || less)
            sums_scale_words(more ? w->words[c] : w->none, less ? w->words[c + 1] : w->none, factor,
                             sums);
    }
}

static void read_output(const product_tile *t, workplace *w, uint32_t n) {
    const crossbar *a = t->a;
    const uint32_t o = t->group * t->outs + n, each = a->slices * a->parts;
    const size_t block = w->from / a->block;
    double *sums = t->sums + (size_t)n * NET_TILE;
    w->columns = a->columns ? a->columns + (block * a->l->is.out_channels + o) * each : w->made;
    if (!a->columns) make_columns(a, o, w->from, w->n, w->levels, w->made);
    if (w->fits_words) {
        read_words(t, w, sums);
        return;
    }
    w->base = 0;
    for (uint32_t s = 0; !t->largest && s < a->slices; s++) {
        if (!w->wanted[s]) continue;
        memset(w->words[s * a->parts], 0, a->parts * sizeof w->words[0]);
        memset(w->codes[s], 0, sizeof w->codes[0]);
        if (t->chosen) memset(w->ideal[s], 0, sizeof w->ideal[0]);
    }
    read_steps(t, w);
    for (uint32_t s = 0; !t->largest && s < a->slices; s++) {
        if (!w->wanted[s]) continue;
        const double unit = (double)(1u << (s * a->is.cell_bits)), factor = unit * a->adc[s].step;
        if (!t->chosen) sums_scale(w->codes[s], factor, sums);
        for (uint32_t i = 0; t->chosen && i < NET_TILE; i++)
            sums[i] += factor * w->codes[s][i] - unit * w->ideal[s][i];
    }
}

void product_table(product_tile *t) {
    const crossbar *a = t->a;
    workplace *w = place(t);
    w->fits_words = fits_words(t);
    for (uint32_t s = 0; s < a->slices; s++)
        w->wanted[s] = !t->chosen || memchr(t->chosen + s * a->steps, 1, a->steps);
    memset(w->none, 0, sizeof w->none);
    for (w->from = 0; w->from < a->l->rows; w->from += a->block) {
        w->n = a->l->rows - w->from < a->block ? a->l->rows - w->from : a->block;
        nibbles_split(t->codes + (size_t)w->from * NET_TILE, w->n, a->is.input_bits,
                      (size_t)w->quads * NET_TILE, w->nibbles);
        if (t->largest) count_inputs(t, w);
        for (uint32_t n = 0; n < t->outs; n++) read_output(t, w, n);
    }
}
