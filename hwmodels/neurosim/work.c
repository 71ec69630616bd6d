/* Cuts a layer into tiles and PEs, and counts the bits that move. */
#include "work.h"
#include <math.h>

/* n cut into pieces of `size`: how many full ones, and what is left. Returns 1 or 2 kinds. */
typedef struct piece { double size, count; } piece;
static uint32_t cut(double n, double size, piece out[2]) {
    uint32_t kinds = 0;
    const double full = floor(n / size), rest = n - full * size;
    if (full > 0) out[kinds++] = (piece){size, full};
    if (rest > 0) out[kinds++] = (piece){rest, 1};
    return kinds;
}

static void add_pe(ns_work *w, double rows, double columns, double count) {
    w->pe[w->pe_blocks++] = (ns_pe_block){rows, columns, count};
}

static void add_tile(ns_work *w, double pe_rows, double count) {
    w->tile[w->tile_blocks++] = (ns_tile_block){pe_rows, count};
}

static void cut_novel(ns_work *w, const ns_chip *chip, const ns_layer *l) {
    const ns_tile *t = &chip->tile[NS_NOVEL];
    piece rows[2], columns[2];
    const uint32_t nr = cut(l->channels, t->cells, rows), nc = cut(l->columns, t->cells, columns);
    for (uint32_t i = 0; i < nr; ++i)
        for (uint32_t k = 0; k < nc; ++k) {
            const double count = rows[i].count * columns[k].count;
            add_pe(w, rows[i].size, columns[k].size, count * t->pes);
            add_tile(w, t->pes, count);
        }
}

/* A conventional tile of rows x columns. [Q] Without any copy, PEs that a smaller tile leaves empty
 * repeat the work of the others. */
static void cut_tile(ns_work *w, const ns_tile *t, int alone, double rows, double columns,
                     double count) {
    piece r[2], c[2];
    const double down = ns_pieces(rows, t->cells), across = ns_pieces(columns, t->cells);
    const double repeats =
        alone ? floor(t->pe_rows / down) * floor(t->pe_rows / across) : 1;
    const uint32_t nr = cut(rows, t->cells, r), nc = cut(columns, t->cells, c);
    for (uint32_t i = 0; i < nr; ++i)
        for (uint32_t k = 0; k < nc; ++k)
            add_pe(w, r[i].size, c[k].size, count * r[i].count * c[k].count * repeats);
    add_tile(w, alone ? t->pe_rows : down, count);
}

static void cut_conventional(ns_work *w, const ns_chip *chip, const ns_layer *l,
                             const ns_mapped *d) {
    const ns_tile *t = &chip->tile[NS_CONVENTIONAL];
    const double size = chip->mapping.tile;
    piece rows[2], columns[2];
    const uint32_t nr = cut(l->rows, size, rows), nc = cut(l->columns, size, columns);
    for (uint32_t i = 0; i < nr; ++i)
        for (uint32_t k = 0; k < nc; ++k) {
            const double count = rows[i].count * columns[k].count;
            if (!w->whole_in_pe) {
                cut_tile(w, t, d->speed_up == 1, rows[i].size, columns[k].size, count);
                continue;
            }
            add_pe(w, rows[i].size, columns[k].size, count);
            add_tile(w, 1, count);
        }
}

ns_work ns_work_of(const ns_chip *chip, const ns_layer *l, const ns_mapped *d) {
    ns_work w = {.pe_copies = 1};
    const ns_tile *t = &chip->tile[d->kind];
    if (d->kind == NS_NOVEL) {
        w.pe_rows = t->pes;
        w.fullest = (ns_pe_block){fmin(l->channels, t->cells), fmin(l->columns, t->cells), 1};
        cut_novel(&w, chip, l);
        return w;
    }
    const double size = chip->mapping.tile;
    const double row_copies = d->row_copies * d->tile_copies;
    w.whole_in_pe = row_copies >= t->pe_rows && d->column_copies >= t->pe_rows;
    if (w.whole_in_pe)
        w.pe_copies = floor(row_copies / t->pe_rows) * floor(d->column_copies / t->pe_rows);
    const double most = w.whole_in_pe ? size : t->cells;
    w.fullest = (ns_pe_block){fmin(l->rows, most), fmin(l->columns, most), 1};
    w.pe_rows = w.whole_in_pe ? 1 : ns_pieces(fmin(l->rows, size), t->cells);
    cut_conventional(&w, chip, l, d);
    return w;
}

/* [Q] What tiles with activation units of their own send out: a bit more a result than they should,
 * and of a novel tile's results only one in as many as it has PEs. */
static double sent_share(const ns_parameters *p, const ns_tile *t) {
    if (p->chip_activation) return 1;
    return (1 + 1.0 / p->ab) / (t->kind == NS_NOVEL ? t->pes : 1);
}

ns_traffic ns_traffic_of(const ns_chip *chip, const ns_layer *l, const ns_mapped *d,
                         double narrower) {
    const ns_tile *t = &chip->tile[d->kind];
    const int novel = d->kind == NS_NOVEL;
    /* A novel tile keeps its input while the kernel passes over it. */
    const double reuse = novel ? sqrt(l->kernel) : 1;
    const double size = novel ? t->cells : chip->mapping.tile;
    const ns_parameters *p = &chip->array.parameters;
    const double bits = p->chip_activation ? t->output_bits - narrower : t->output_bits;
    const double result = bits * l->vectors * sent_share(p, t);
    const double rows = novel ? fmin(l->channels, size) * l->kernel : fmin(l->rows, size);
    ns_traffic r = {.chip_in = l->rows * l->ab * l->vectors / reuse};
    r.chip_out = l->outputs * l->ab * l->vectors / (l->pooled ? 4 : 1);
    r.tile_in = rows * l->vectors * l->ab / reuse;
    r.tile_out = fmin(l->columns, size) / l->cells_per_weight * result;
    r.tiles_in = r.chip_in * d->tile_columns;
    r.tiles_out = l->outputs * result * (d->tile_rows / d->tile_copies);
    return r;
}
