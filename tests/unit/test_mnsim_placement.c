/* hwmodel.mnsim's placement: the four orders cell by cell, and distances against a search over all
 * pairs of tiles. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "hwmodels/mnsim/placement.c"

static void order_is(int order, double rows, double columns, const char *wanted) {
    mnsim_design d = {.placement = order, .tile_rows = rows, .tile_columns = columns};
    walk w = walk_start(&d);
    char found[128] = "";
    for (int t = 0; t < (int)(rows * columns); ++t) {
        const cell c = walk_next(&w);
        char one[8] = {(char)('0' + c.row), (char)('0' + c.column), ' '};
        strcat(found, one);
    }
    assert_string_equal(found, wanted);
}

static void orders(void **state) {
    (void)state;
    order_is(MNSIM_ROW_MAJOR, 2, 3, "00 01 02 10 11 12 ");
    order_is(MNSIM_SNAKE, 3, 3, "00 01 02 12 11 10 20 21 22 ");
    order_is(MNSIM_SQUARE, 4, 4, "00 01 11 10 20 21 22 12 02 03 13 23 33 32 31 30 ");
    order_is(MNSIM_ZIGZAG, 3, 3, "00 01 10 20 11 02 12 21 22 ");
    order_is(MNSIM_ZIGZAG, 2, 4, "00 01 10 11 02 03 12 13 ");
    order_is(MNSIM_ZIGZAG, 4, 2, "00 01 10 20 11 21 30 31 ");
}

/* ---- every cell against every other ---------------------------------------------------------- */

enum { N = 5, MOST = 64 };
static cell at[N][MOST];
static uint32_t tiles[N];

static double hops(cell a, cell b) { return abs(a.row - b.row) + abs(a.column - b.column); }

static double farthest_of(uint32_t layer, cell from) {
    double most = 0;
    for (uint32_t t = 0; t < tiles[layer]; ++t) most = fmax(most, hops(from, at[layer][t]));
    return most;
}

/* Layer I's best sum of distances to its own tiles and to those of layers FROM..TO-1. */
static double best_of(uint32_t i, uint32_t from, uint32_t to) {
    double best = INFINITY;
    for (uint32_t t = 0; t < tiles[i]; ++t) {
        double transfer = 0;
        for (uint32_t k = from; k < to; ++k) transfer = fmax(transfer, farthest_of(k, at[i][t]));
        best = fmin(best, farthest_of(i, at[i][t]) + transfer);
    }
    return best;
}

static void walk_all(const mnsim_design *d) {
    walk w = walk_start(d);
    for (uint32_t i = 0; i < N; ++i)
        for (uint32_t t = 0; t < tiles[i]; ++t) at[i][t] = walk_next(&w);
}

/* 0 -> 1 and 2; 1, 2 -> 3, a sum; 3 -> 4. */
static void distances(void **state) {
    (void)state;
    static const uint32_t zero = 0, both[] = {1, 2}, three = 3;
    static const uint32_t image = CIM_FROM_INPUT;
    unsigned seed = 1;
    for (int trial = 0; trial < 400; ++trial) {
        mnsim_design d = {.placement = trial % 4, .tile_rows = 16, .tile_columns = 16};
        mnsim_layer l[N] = {
            {.n_inputs = 1, .inputs = &image, .n_outputs = 2},
            {.n_inputs = 1, .inputs = &zero, .n_outputs = 1, .n_sum_outputs = 1},
            {.n_inputs = 1, .inputs = &zero, .n_outputs = 1, .n_sum_outputs = 1},
            {.type = MNSIM_SUM, .n_inputs = 2, .inputs = both, .n_outputs = 1},
            {.n_inputs = 1, .inputs = &three},
        };
        for (uint32_t i = 0; i < N; ++i) {
            seed = seed * 1103515245u + 12345u;
            tiles[i] = i == 3 ? 0 : 1 + (seed >> 16) % 60;
            l[i].tiles = tiles[i];
        }
        walk_all(&d);
        places room[N];
        assert_int_equal(mnsim_place_scratch(N), sizeof room);
        mnsim_place(&d, l, N, room);
        assert_true(l[0].merge_hops + l[0].transfer_hops == best_of(0, 1, 3));
        assert_true(l[4].merge_hops == best_of(4, 0, 0) && l[4].transfer_hops == 0);
        for (uint32_t i = 1; i < 3; ++i) {
            double best = INFINITY;
            for (uint32_t t = 0; t < tiles[i]; ++t)
                best = fmin(best, farthest_of(i, at[i][t]) + to_accumulator(&d, at[i][t]));
            assert_true(l[i].merge_hops + l[i].transfer_hops == best);
        }
        cell first = at[4][0];
        for (uint32_t t = 1; t < tiles[4]; ++t)
            if (at[4][t].row * 16 + at[4][t].column < first.row * 16 + first.column)
                first = at[4][t];
        assert_true(l[3].merge_hops == 0 && l[3].transfer_hops == to_accumulator(&d, first));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(orders), cmocka_unit_test(distances)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
