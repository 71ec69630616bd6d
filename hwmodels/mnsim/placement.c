/* Where the tiles lie, and how far a layer's results travel: section 2 of README.md.
 *
 * The largest Manhattan distance from a cell to a set needs only the set's extremes of row + column
 * and of row - column. */
#include <math.h>

#include "mapping.h"

typedef struct cell { int32_t row, column; } cell;

/* ---- the order in which tiles take the cells of the mesh ------------------------------------- */

typedef struct walk {
    int32_t rows, columns, order;
    int32_t shell;           /* of the growing square, or number of the diagonal */
    uint32_t step;           /* within it */
    cell at;                 /* of the next tile */
} walk;

static walk walk_start(const mnsim_design *d) {
    return (walk){.rows = (int32_t)d->tile_rows, .columns = (int32_t)d->tile_columns,
                  .order = d->placement};
}

static void next_in_rows(walk *w) {
    const int back = w->order == MNSIM_SNAKE && w->at.row % 2;
    w->at.column += back ? -1 : 1;
    if (w->at.column >= 0 && w->at.column < w->columns) return;
    ++w->at.row;
    w->at.column = w->order == MNSIM_SNAKE && w->at.row % 2 ? w->columns - 1 : 0;
}

/* Shell q: row q and column q of the square, from an end to the other; odd ones down, then left. */
static void next_in_square(walk *w) {
    const int32_t q = w->shell, length = 2 * q + 1;
    if ((int32_t)++w->step == length) {
        ++w->shell;
        w->step = 0;
        w->at = w->shell % 2 ? (cell){0, w->shell} : (cell){w->shell, 0};
        return;
    }
    const int first_half = (int32_t)w->step <= q;
    if (q % 2) *(first_half ? &w->at.row : &w->at.column) += first_half ? 1 : -1;
    else *(first_half ? &w->at.column : &w->at.row) += first_half ? 1 : -1;
}

static void next_in_zigzag(walk *w) {
    const int32_t down = w->shell % 2 ? 1 : -1;   /* odd diagonals: rows ascend */
    w->at.row += down;
    w->at.column -= down;
    if (w->at.row >= 0 && w->at.row < w->rows && w->at.column >= 0 && w->at.column < w->columns)
        return;
    const int32_t s = ++w->shell;
    const int32_t least = s >= w->columns ? s - w->columns + 1 : 0;
    const int32_t most = s < w->rows ? s : w->rows - 1;
    w->at.row = s % 2 ? least : most;
    w->at.column = s - w->at.row;
}

static cell walk_next(walk *w) {
    const cell here = w->at;
    if (w->order == MNSIM_SQUARE) next_in_square(w);
    else if (w->order == MNSIM_ZIGZAG) next_in_zigzag(w);
    else next_in_rows(w);
    return here;
}

/* ---- sets of cells --------------------------------------------------------------------------- */

typedef struct cells {
    int32_t most_sum, least_sum, most_difference, least_difference;
    cell first;              /* in row order */
    uint32_t n;
} cells;

static int is_before(cell a, cell b) {
    return a.row < b.row || (a.row == b.row && a.column < b.column);
}

static void join(cells *set, const cells *more) {
    if (!more->n) return;
    const cells old = *set;
    *set = *more;
    set->n += old.n;
    if (!old.n) return;
    if (old.most_sum > set->most_sum) set->most_sum = old.most_sum;
    if (old.least_sum < set->least_sum) set->least_sum = old.least_sum;
    if (old.most_difference > set->most_difference) set->most_difference = old.most_difference;
    if (old.least_difference < set->least_difference)
        set->least_difference = old.least_difference;
    if (is_before(old.first, set->first)) set->first = old.first;
}

static void add(cells *set, cell c) {
    const int32_t sum = c.row + c.column, difference = c.row - c.column;
    join(set, &(cells){sum, sum, difference, difference, c, 1});
}

static int32_t farthest(const cells *set, cell c) {
    const int32_t sum = c.row + c.column, difference = c.row - c.column;
    int32_t most = 0;
    if (!set->n) return 0;
    if (set->most_sum - sum > most) most = set->most_sum - sum;
    if (sum - set->least_sum > most) most = sum - set->least_sum;
    if (set->most_difference - difference > most) most = set->most_difference - difference;
    if (difference - set->least_difference > most) most = difference - set->least_difference;
    return most;
}

/* ---- distances ------------------------------------------------------------------------------- */

typedef struct places {
    cells own, readers;      /* of the layers that read it */
} places;

/* To the global accumulator, which sits at the middle of the left edge. */
static double to_accumulator(const mnsim_design *d, cell c) {
    return fabs(c.row - d->tile_rows / 2) + c.column;
}

/* The cell where the layer's results come together: nearest to all its tiles and its readers'. */
static void choose_cell(const mnsim_design *d, mnsim_layer *l, const places *p, walk *w) {
    static const double most_hops = 1000;   /* MNSIM's start value of the search */
    const int only_sums = l->n_outputs && l->n_outputs == l->n_sum_outputs;
    double best = INFINITY;
    cell chosen = {0, 0};
    for (double t = 0; t < l->tiles; ++t) {
        const cell c = walk_next(w);
        const double merge = farthest(&p->own, c);
        const double transfer = only_sums ? to_accumulator(d, c) : farthest(&p->readers, c);
        const double hops = merge + transfer;
        if (hops > best || (hops == best && !is_before(c, chosen))) continue;
        best = hops;
        chosen = c;
        l->merge_hops = merge;
        l->transfer_hops = transfer;
    }
    if (l->tiles > 1 && best >= most_hops) l->merge_hops = l->transfer_hops = 0;
}

size_t mnsim_place_scratch(uint32_t n) { return n * sizeof(places); }

void mnsim_place(const mnsim_design *d, mnsim_layer *layers, uint32_t n, void *scratch) {
    places *p = scratch;
    walk w = walk_start(d);
    for (uint32_t i = 0; i < n; ++i) {
        p[i] = (places){.own.n = 0};
        for (double t = 0; t < layers[i].tiles; ++t) add(&p[i].own, walk_next(&w));
        for (uint32_t k = 0; k < layers[i].n_inputs; ++k) {
            const uint32_t from = layers[i].inputs[k];
            if (from == CIM_FROM_INPUT) continue;
            join(&p[from].readers, &p[i].own);
            /* A sum looks only at the first cell of a reader. */
            if (layers[from].type == MNSIM_SUM && layers[i].tiles > 0)
                layers[from].transfer_hops = fmax(layers[from].transfer_hops,
                                                  to_accumulator(d, p[i].own.first));
        }
    }
    w = walk_start(d);
    for (uint32_t i = 0; i < n; ++i)
        if (layers[i].type != MNSIM_SUM) choose_cell(d, &layers[i], &p[i], &w);
}
