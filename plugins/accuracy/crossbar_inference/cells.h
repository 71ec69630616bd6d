/* cells.h: what is random about single cells. A counter generator gives each cell its numbers, so
 * that they do not depend on the order in which cells are visited. */
#ifndef CROSSBAR_CELLS_H
#define CROSSBAR_CELLS_H

#include <cim/hwmodel.h>

/* Output J of SplitMix64 (Sebastiano Vigna) seeded with 0. */
static inline uint64_t cells_bits(uint64_t j) {
    uint64_t t = (j + 1) * 0x9e3779b97f4a7c15u;
    t = (t ^ (t >> 30)) * 0xbf58476d1ce4e5b9u;
    t = (t ^ (t >> 27)) * 0x94d049bb133111ebu;
    return t ^ (t >> 31);
}
/* Standard normal number COUNTER (G. E. P. Box, M. E. Muller, Ann. Math. Stat. 29 (1958) 610). */
double cells_normal(uint64_t counter);
/* Uniform in [0, 1). */
double cells_uniform(uint64_t counter);

/* Which array a cell lies in, and where. */
typedef struct cells_place {
    uint64_t key;            /* of the chip; a chip's number SEED is SEED << 40                   */
    uint32_t layer;          /* among those with weights                                          */
    uint64_t cell;           /* ((part * slices + slice) * rows + row) * outputs + output         */
    uint32_t row, column;    /* in its array                                                      */
} cells_place;

/* What a chip sets right by itself: nothing; of each column, what its wires and access devices take
 * on the average; also what drift has taken by then. */
enum { CELLS_NOTHING, CELLS_WIRES, CELLS_DRIFT };

typedef struct cells_rules {
    const cim_nonideality *is;
    double most;             /* 2^cell_bits - 1                                                   */
    double floor_level;      /* g0, the off conductance, in steps of one level                    */
    double level_s;          /* one step, in siemens; 0: not known                                */
    double drift;            /* what drift leaves, a factor                                       */
    int compensates;         /* wires and access devices                                          */
} cells_rules;
cells_rules cells_rules_of(const cim_nonideality *is, int compensation);
/* True when a chip's cells differ from their levels; IS_RANDOM: by chance. */
int cells_deviate(const cells_rules *r, int *is_random);
/* What the cell of LEVEL conducts more than an off cell, in steps of one level. */
float cells_conductance(const cells_rules *r, uint32_t level, cells_place at);
#endif
