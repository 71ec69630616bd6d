/* Which layers stay: a knapsack of tiles, for every number of tiles that take turns at once. */
#include "staying.h"
#include <math.h>

enum { MOST_ROOM = 4095, DECISIONS = 1 << 17 };   /* 48 KiB of stack, 0.2 ms at the most */

typedef struct knapsack {
    cim_chip_layer *layers;
    uint32_t n;
    int whole;                     /* 0: a layer is larger than the chip, any may be cut         */
    double all, turn;              /* tiles of the chip; of them for turns, at least             */
    uint32_t room;                 /* tiles that decisions are kept for; 0: too many             */
    double kept[MOST_ROOM + 1];    /* most cells that stay in so many tiles                      */
    uint64_t taken[DECISIONS / 64]; /* bits: of a layer and the room that it met, it stays       */
} knapsack;

static double cells(const cim_chip_layer *w) { return w->map.used_cells * w->copies; }

/* Tiles that a layer needs at once where it takes turns. A layer of one vector, which may be cut as
 * its parts take no longer than it does, none, and so do all where some must be cut. */
static double at_once(const knapsack *k, const cim_chip_layer *w) {
    return k->whole && w->map.positions > 1 ? w->tiles : 0;
}

static int has_class(const knapsack *k, const cim_chip_layer *w, double class) {
    return w->tiles > 0 && at_once(k, w) == class;
}

static uint64_t *decision(knapsack *k, uint32_t i, uint32_t room, uint64_t *bit) {
    const size_t at = (size_t)i * (k->room + 1) + room;
    *bit = UINT64_C(1) << at % 64;
    return &k->taken[at / 64];
}

static void consider(knapsack *k, uint32_t i) {
    const cim_chip_layer *w = &k->layers[i];
    const double gain = cells(w);
    uint64_t bit;
    if (w->tiles > k->room) return;
    for (uint32_t room = k->room, size = (uint32_t)w->tiles; room >= size; --room) {
        const double with = k->kept[room - size] + gain;
        if (!(with > k->kept[room])) continue;
        k->kept[room] = with;
        *decision(k, i, room, &bit) |= bit;
    }
}

/* The next larger (or smaller) need at once; negative: none. */
static double next(const knapsack *k, double class, int larger) {
    double best = -1;
    for (uint32_t i = 0; i < k->n; ++i) {
        const double need = at_once(k, &k->layers[i]);
        if (!(k->layers[i].tiles > 0) || (larger ? need <= class : need >= class)) continue;
        if (best < 0 || (larger ? need < best : need > best)) best = need;
    }
    return best;
}

/* Layers that need more at once stay. Returns what is left for the others; negative: too few. */
static double keep_larger(knapsack *k, double class) {
    double tiles = k->all - fmax(k->turn, class);
    for (uint32_t i = 0; i < k->n; ++i) {
        cim_chip_layer *w = &k->layers[i];
        w->resident = !(w->tiles > 0) || at_once(k, w) > class;
        if (w->resident) tiles -= w->tiles;
    }
    return tiles;
}

/* The largest that still fits, again and again: where tiles are too many for all decisions. */
static void keep_greedily(knapsack *k, double tiles) {
    for (cim_chip_layer *most; ; most->resident = 1, tiles -= most->tiles) {
        most = NULL;
        for (uint32_t i = 0; i < k->n; ++i) {
            cim_chip_layer *w = &k->layers[i];
            if (!w->resident && w->tiles <= tiles && (!most || cells(w) > cells(most))) most = w;
        }
        if (!most) return;
    }
}

/* Traces the decisions back, from the last layer that was considered. */
static void keep_best(knapsack *k, double class, double tiles) {
    uint32_t room = (uint32_t)tiles;
    for (; class >= 0; class = next(k, class, 0))
        for (uint32_t i = k->n; i-- > 0;) {
            cim_chip_layer *w = &k->layers[i];
            uint64_t bit;
            if (!has_class(k, w, class) || w->tiles > room) continue;
            w->resident = (*decision(k, i, room, &bit) & bit) != 0;
            if (w->resident) room -= (uint32_t)w->tiles;
        }
}

/* Cells to load of what does not stay; of decisions not yet traced back, less what they keep. */
static double loaded(const knapsack *k, double tiles) {
    double sum = 0;
    for (uint32_t i = 0; i < k->n; ++i)
        if (!k->layers[i].resident) sum += cells(&k->layers[i]);
    return k->room ? sum - k->kept[(uint32_t)tiles] : sum;
}

/* Turns of one tile, or of what a layer needs at once. */
static void choose(knapsack *k) {
    double fewest = INFINITY, best = 0;
    for (double class = 0; class >= 0; class = next(k, class, 1)) {
        for (uint32_t i = 0; k->room && i < k->n; ++i)
            if (has_class(k, &k->layers[i], class)) consider(k, i);
        const double tiles = keep_larger(k, class);
        if (tiles < 0) continue;
        if (!k->room) keep_greedily(k, tiles);
        const double now = loaded(k, tiles);
        if (now >= fewest) continue;
        fewest = now;
        best = class;
    }
    const double tiles = keep_larger(k, best);
    if (k->room) keep_best(k, best, tiles);
    else keep_greedily(k, tiles);
}

double chip_choose_staying(cim_chip_layer *layers, uint32_t n, double all) {
    knapsack k = {.layers = layers, .n = n, .all = all, .turn = 1};
    double largest = 0, turn = all;
    for (uint32_t i = 0; i < n; ++i)
        if (layers[i].map.positions > 1) largest = fmax(largest, layers[i].tiles);
    k.whole = largest <= all;
    if (!k.whole) k.turn = ceil(largest / ceil(largest / all));   /* as few parts as possible */
    if (all <= MOST_ROOM && n * (all + 1) <= DECISIONS) k.room = (uint32_t)all;
    choose(&k);
    for (uint32_t i = 0; i < n; ++i)
        if (layers[i].resident) turn -= layers[i].tiles;
    return turn;
}
