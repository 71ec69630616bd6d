/* searcher_exhaustible.h: spaces of some 10,000 designs, small enough to know their fronts exactly,
 * and quite different from each other: two or three goals, with and without constraints and
 * conditions. Figures are made up; what counts is that dimensions interact, that layers are cut
 * into whole arrays, so that goals have steps, and that categories have no order. */
#ifndef SEARCHER_EXHAUSTIBLE_H
#define SEARCHER_EXHAUSTIBLE_H

#include "searcher_problems.h"

typedef struct exhaustible {
    const char *name;
    cim_problem problem;
    judge_fn *judge;
    size_t raw, designs;     /* combinations of levels; different ones */
} exhaustible;

static const cim_goal three_goals[] = {{.name = "min a"}, {.name = "min b"}, {.name = "min c"}};

/* Inputs and outputs of the layers to be mapped. */
static const double layer_rows[] = {27, 576, 1152, 2304}, layer_columns[] = {64, 128, 256, 10};
static const double layer_positions[] = {1024, 256, 64, 1};
enum { LAYERS = 4 };

/* ---- tiles: energy, area and error, three goals of six ordered dimensions -------------------- */

static const cim_dimension tiles[] = {
    LEVELS("rows", CIM_ORDINAL, 6, 2),      LEVELS("columns", CIM_ORDINAL, 6, 2),
    LEVELS("cell", CIM_INTEGER_RANGE, 4, 0), LEVELS("adc", CIM_INTEGER_RANGE, 7, 3),
    LEVELS("mux", CIM_ORDINAL, 5, 2),       LEVELS("copies", CIM_ORDINAL, 2, 0)};

static inline void judge_tiles(const cim_problem *problem, const double *x, verdict *v) {
    const double rows = 32.0 * exp2(x[0]), columns = 32.0 * exp2(x[1]), cell = x[2] + 1.0;
    const double adc = x[3] + 3.0, mux = exp2(x[4]), copies = x[5] + 1.0;
    const double cells_a_weight = ceil(8.0 / cell);
    double area = 0.0, time = 0.0, energy = 0.0;
    (void)problem;
    for (size_t i = 0; i < LAYERS; i++) {
        const double down = ceil(layer_rows[i] / rows);
        const double across = ceil(layer_columns[i] * cells_a_weight / columns);
        const double arrays = down * across, reads = layer_positions[i] * 8.0;
        area += copies * arrays * (rows * columns * 0.02 + columns / mux * (10.0 + exp2(adc)) +
                                   4.0 * rows + 300.0);
        time += reads * mux * (adc + 0.01 * rows) / copies;
        energy += reads * arrays * (rows * columns * 1e-3 * cell +
                                    columns * (0.3 * adc + 0.02 * exp2(adc)) + 8.0 * down);
    }
    const double levels = fmin(rows, 256.0) * (exp2(cell) - 1.0);
    v->goals[0] = log10(energy + 1e-5 * area * time);
    v->goals[1] = log10(area);
    v->goals[2] = log10(levels / exp2(adc) + 0.05 * cell * sqrt(rows) + 0.1);
}

/* ---- margin: latency and area under two constraints that most designs break ---------------- */

static const cim_dimension margin[] = {
    LEVELS("rows", CIM_INTEGER_RANGE, 8, 3), LEVELS("columns", CIM_INTEGER_RANGE, 8, 3),
    LEVELS("adc", CIM_INTEGER_RANGE, 8, 4),  LEVELS("mux", CIM_ORDINAL, 5, 2),
    LEVELS("device", CIM_CATEGORICAL, 4, 0)};

static inline void judge_margin(const cim_problem *problem, const double *x, verdict *v) {
    static const double current[] = {1.0, 0.25, 3.0, 0.6}, spread[] = {0.08, 0.16, 0.03, 0.1};
    static const double cell_area[] = {1.0, 1.5, 5.0, 2.2}, settle[] = {1.0, 2.5, 0.6, 1.4};
    const size_t device = (size_t)x[4];
    const double rows = 24.0 * (x[0] + 1.0), columns = 40.0 * (x[1] + 1.0), adc = x[2] + 2.0;
    const double mux = exp2(x[3]);
    double area = 0.0, time = 0.0, energy = 0.0;
    (void)problem;
    for (size_t i = 0; i < LAYERS; i++) {
        const double down = ceil(layer_rows[i] / rows);
        const double across = ceil(layer_columns[i] * 4.0 / columns);
        const double arrays = down * across;
        area += arrays * (rows * columns * cell_area[device] * 0.02 + columns / mux * exp2(adc));
        time += layer_positions[i] * mux * (adc + settle[device] * (1.0 + 0.02 * rows)) +
                30.0 * ceil(log2(down + 1.0));
        energy += layer_positions[i] * arrays *
                  (rows * columns * current[device] * 1e-2 + columns * (adc + 0.05 * exp2(adc)));
    }
    v->goals[0] = log10(time);
    v->goals[1] = log10(area);
    v->slack[0] = 1e-9 * (spread[device] * sqrt(rows) + rows / exp2(adc + 3.0) - 1.9);
    v->slack[1] = energy - 1.7e7;
    if (v->slack[0] > 0.0 || v->slack[1] > 0.0) v->outcome = CIM_INFEASIBLE;
}

/* ---- blocks: latency and error of a network of one to four blocks ---------------------------- */

static const uint64_t blocks_2[] = {1, 2, 3}, blocks_3[] = {2, 3}, blocks_4[] = {3};
static const uint64_t quantised[] = {1, 2};
static const cim_dimension blocks[] = {
    LEVELS("kind[0]", CIM_CATEGORICAL, 4, 0), LEVELS("kind[1]", CIM_CATEGORICAL, 4, 0),
    LEVELS("kind[2]", CIM_CATEGORICAL, 4, 0), LEVELS("kind[3]", CIM_CATEGORICAL, 4, 0),
    LEVELS("depth", CIM_ORDINAL, 4, 3),       LEVELS("width", CIM_ORDINAL, 4, 1),
    LEVELS("format", CIM_CATEGORICAL, 3, 0),  LEVELS("bits", CIM_INTEGER_RANGE, 3, 2)};
static const cim_activity block_rules[] = {
    {.target = 1, .on = 4, .n_levels = 3, .levels = blocks_2},
    {.target = 2, .on = 4, .n_levels = 2, .levels = blocks_3},
    {.target = 3, .on = 4, .n_levels = 1, .levels = blocks_4},
    {.target = 7, .on = 6, .n_levels = 2, .levels = quantised}};

static inline void judge_blocks(const cim_problem *problem, const double *x, verdict *v) {
    static const double cost[] = {1.0, 3.1, 1.7, 0.4}, power[] = {0.9, 1.9, 1.2, 0.25};
    static const double fit[4][4] = {{0.7, 1.0, 1.1, 0.9}, {1.1, 0.6, 0.9, 1.3},
                                     {0.8, 1.2, 0.7, 1.0}, {1.2, 1.4, 0.9, 0.3}};
    const size_t depth = (size_t)x[4] + 1, format = (size_t)x[6];
    const double width = 1.0 + 0.5 * x[5], bits = format ? 2.0 * x[7] + 4.0 : 16.0;
    double time = 0.0, strength = 0.0;
    (void)problem;
    for (size_t i = 0; i < depth; i++) {
        const size_t kind = (size_t)x[i], before = i ? (size_t)x[i - 1] : 0;
        time += cost[kind] * pow(width, kind == 3 ? 1.0 : 1.6) * (1.0 + 0.2 * (double)i);
        strength += power[kind] * fit[before][kind] * sqrt(width) / (1.0 + 0.15 * (double)i);
    }
    const double rounding = (format == 1 ? 1.5 : 0.8) * exp2(-0.7 * bits) * (double)depth;
    v->goals[0] = log10(time * bits * (format == 2 ? 1.15 : 1.0) + 2.0 * (double)depth);
    v->goals[1] = exp(-0.45 * strength) + rounding;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static inline exhaustible exhaustible_problem(size_t i) {
    exhaustible e = {"chip", problem_of(chip, CHIP_DIMENSIONS, two_goals, 2), judge_chip,
                     CHIP_DESIGNS, CHIP_DESIGNS};
    if (i == 1)
        e = (exhaustible){"tiles", problem_of(tiles, 6, three_goals, 3), judge_tiles,
                          6 * 6 * 4 * 7 * 5 * 2, 6 * 6 * 4 * 7 * 5 * 2};
    if (i == 2) {
        e = (exhaustible){"margin", problem_of(margin, 5, two_goals, 2), judge_margin,
                          8 * 8 * 8 * 5 * 4, 8 * 8 * 8 * 5 * 4};
        e.problem.constraints =
            (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
    }
    if (i == 3) { /* 4 + 16 + 64 + 256 rows of blocks; 4 widths; 1 + 3 + 3 formats */
        e = (exhaustible){"blocks", problem_of(blocks, 8, two_goals, 2), judge_blocks,
                          256 * 4 * 4 * 3 * 3, 340 * 4 * 7};
        e.problem.activities = (cim_activity_table){block_rules, 4, sizeof block_rules[0]};
    }
    return e;
}
#endif
