/* Sizes that fill their cells best, then copies where a layer leaves room. */
#include "mapping.h"
#include <math.h>

/* A whole sub-array's worth of PE or tile: least number of sub-arrays a side. */
static const double least_pe_arrays = 2, least_tile_arrays = 4;

double ns_pieces(double n, double size) { return ceil(n / size); }

static double whole(double n, double size) { return floor(n / size); }

/* How often one block of `used` fits beside itself in `room`, both counted in pieces of `piece`. */
static double fits(double room, double used, double piece) {
    return fmax(1, whole(whole(room, piece), ns_pieces(used, piece)));
}

static double power_of_two_above(double n) { return exp2(ceil(log2(n))); }

typedef struct copies { double rows, columns; } copies;

static copies copies_within(const ns_parameters *p, const ns_layer *l, double size) {
    if (l->rows > size && l->columns > size) return (copies){1, 1};
    return (copies){fits(size, l->rows, p->rows), fits(size, l->columns, p->cols)};
}

static copies novel_copies(const ns_parameters *p, const ns_layer *l, double pe) {
    ns_layer slice = *l;
    slice.rows = l->channels;
    return copies_within(p, &slice, pe);
}

/* Copies of PEs within the tile, and of sub-arrays within each PE. */
static copies conventional_copies(const ns_parameters *p, const ns_layer *l, double tile,
                                  double pe) {
    if (l->rows > tile && l->columns > tile) return (copies){1, 1};
    const copies inner = copies_within(p, l, pe);
    return (copies){fits(tile, l->rows, pe) * inner.rows,
                    fits(tile, l->columns, pe) * inner.columns};
}

/* The commonest kernel of more than one position; the first of equals. */
static double commonest_kernel(const ns_layer *layers, uint32_t n) {
    double best = 0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < n; ++i) {
        uint32_t same = 0;
        for (uint32_t k = 0; k < n; ++k) same += layers[k].kernel == layers[i].kernel;
        if (layers[i].kernel <= 1 || same <= most) continue;
        most = same;
        best = layers[i].kernel;
    }
    return best;
}

/* Share of cells that hold weights when layers of a kind are cut into blocks of `size`; copies
 * within blocks are counted where pe is not 0. */
static double filled(const ns_parameters *p, const ns_layer *layers, const ns_mapped *mapped,
                     uint32_t n, uint32_t kind, double size, double pe) {
    double used = 0, all = 0;
    for (uint32_t i = 0; i < n; ++i) {
        if (mapped[i].kind != kind) continue;
        const ns_layer *l = &layers[i];
        const double rows = kind == NS_NOVEL ? l->channels : l->rows;
        const copies c = pe > 0 ? conventional_copies(p, l, size, pe) : (copies){1, 1};
        used += rows * l->columns * c.rows * c.columns;
        all += ns_pieces(rows, size) * ns_pieces(l->columns, size) * size * size;
    }
    return used / all;
}

static double widest(const ns_layer *layers, const ns_mapped *mapped, uint32_t n, uint32_t kind) {
    double columns = 0;
    for (uint32_t i = 0; i < n; ++i)
        if (mapped[i].kind == kind) columns = fmax(columns, layers[i].columns);
    return columns;
}

/* Halves the size from first down while above least; keeps the best filled, the larger of equals.
 * tile 0: of blocks of that size; else of PEs of that size in such tiles. */
static double best_size(const ns_parameters *p, const ns_layer *layers, const ns_mapped *mapped,
                        uint32_t n, uint32_t kind, double first, double least, double tile) {
    double best = first, most = -1;
    for (double size = first;; size /= 2) {
        const double share = tile > 0 ? filled(p, layers, mapped, n, kind, tile, size)
                                      : filled(p, layers, mapped, n, kind, size, 0);
        if (share > most) {
            most = share;
            best = size;
        }
        if (size / 2 <= least) return best;
    }
}

static int choose_sizes(const ns_parameters *p, const ns_layer *layers, const ns_mapped *mapped,
                        uint32_t n, ns_mapping *m) {
    const double novel = widest(layers, mapped, n, NS_NOVEL);
    const double conventional = widest(layers, mapped, n, NS_CONVENTIONAL);
    const double least_pe = least_pe_arrays * p->rows, least_tile = least_tile_arrays * p->rows;
    if (novel > 0) {
        const double first = fmax(power_of_two_above(novel), least_pe);
        m->novel_pe = best_size(p, layers, mapped, n, NS_NOVEL, first, least_pe, 0);
    }
    if (conventional > 0) {
        const double first = fmax(power_of_two_above(conventional), least_tile);
        m->tile = best_size(p, layers, mapped, n, NS_CONVENTIONAL, first, least_tile, 0);
        m->pe = best_size(p, layers, mapped, n, NS_CONVENTIONAL, m->tile / 2, least_pe, m->tile);
    }
    return (novel <= 0 || m->novel_pe >= p->cols) && (conventional <= 0 || m->pe >= p->cols);
}

/* Height that a layer's input is brought down to by copies (pipeline). */
static double balanced_height(const ns_parameters *p, const ns_layer *layers, uint32_t n) {
    double most = 0, least = INFINITY;
    for (uint32_t i = 0; i < n; ++i) {
        most = fmax(most, layers[i].height);
        if (layers[i].kernel > 1) least = fmin(least, layers[i].height);
    }
    const double range = isinf(least) ? most : floor(most / least);
    return ceil(most / fmax(1, fmin(p->speed_up_degree, range)));
}

static void map_layer(const ns_parameters *p, const ns_layer *l, const ns_mapping *m,
                      double balanced, ns_mapped *d) {
    const int is_novel = d->kind == NS_NOVEL;
    const double size = is_novel ? m->novel_pe : m->tile;
    const double rows = is_novel ? l->channels : l->rows;
    const copies c = is_novel ? novel_copies(p, l, m->novel_pe)
                              : conventional_copies(p, l, m->tile, m->pe);
    d->row_copies = c.rows;
    d->column_copies = c.columns;
    d->tile_copies = 1;
    if (p->pipeline) {
        const double ratio = l->height / balanced;
        d->tile_copies = ceil(fmax(1, ceil(ratio * ratio)) / (c.rows * c.columns));
    }
    d->speed_up = c.rows * c.columns * d->tile_copies;
    d->tile_rows = ns_pieces(rows, size) * d->tile_copies;
    d->tile_columns = ns_pieces(l->columns, size);
    d->tiles = d->tile_rows * d->tile_columns;
    const double cells = size * size * (is_novel ? m->novel_pes : 1);
    d->utilization = l->rows * l->columns * d->speed_up / (d->tiles * cells);
}

int ns_map(const ns_parameters *p, const ns_layer *layers, uint32_t n, ns_mapping *m,
           ns_mapped *mapped) {
    *m = (ns_mapping){0};
    const double kernel = p->novel_mapping ? commonest_kernel(layers, n) : 0;
    for (uint32_t i = 0; i < n; ++i) {
        const int is_novel = kernel > 1 && layers[i].kernel == kernel && layers[i].rows >= p->rows;
        mapped[i] = (ns_mapped){.kind = is_novel ? NS_NOVEL : NS_CONVENTIONAL};
        if (is_novel) m->novel_pes = kernel;
    }
    if (!choose_sizes(p, layers, mapped, n, m)) return 0;
    const double balanced = balanced_height(p, layers, n);
    double filled_tiles = 0;
    for (uint32_t i = 0; i < n; ++i) {
        map_layer(p, &layers[i], m, balanced, &mapped[i]);
        m->tiles += mapped[i].tiles;
        filled_tiles += mapped[i].tiles * mapped[i].utilization;
    }
    m->utilization = filled_tiles / m->tiles;
    m->grid_rows = ceil(sqrt(m->tiles));
    m->grid_columns = ceil(m->tiles / m->grid_rows);
    return 1;
}
