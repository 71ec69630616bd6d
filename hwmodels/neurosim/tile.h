/* tile.h: a PE of sub-arrays and a tile of PEs, for either kind of mapping. */
#ifndef NEUROSIM_TILE_H
#define NEUROSIM_TILE_H

#include "buffer.h"
#include "mapping.h"
#include "subarray.h"
#include "tree.h"
#include "wires.h"

/* What a unit of area, energy or time is for. */
typedef struct ns_areas { double array, adc, accum, other, ic, unused; } ns_areas;

typedef struct ns_pe {
    double side;                  /* sub-arrays a side of its floor plan                         */
    double arrays;                /* sub-arrays that it needs                                    */
    double input_bits, output_bits;   /* of its registers                                        */
    double sum_bits;              /* of one output                                               */
    ns_tree tree;                 /* over its rows of sub-arrays                                 */
    ns_areas used;
    double area_m2, leakage_w;    /* leakage without the tree's                                  */
    double input_run_m, output_run_m; /* of its buses                                            */
    double register_j;            /* of one bit moved                                            */
} ns_pe;

typedef struct ns_tile {
    uint32_t kind;                /* NS_NOVEL, NS_CONVENTIONAL; cells 0: not on this chip        */
    double cells;                 /* a side of one PE                                            */
    double pe_rows;               /* PEs whose results are added up                              */
    double pes;
    double output_bits;           /* of one result that leaves                                   */
    ns_pe pe;
    ns_tree tree;
    ns_buffer input, output;
    ns_htree htree;
    double htree_bits;
    double activation_units;      /* in the tile: 0 where the chip has them                      */
    ns_areas used;
    double area_m2, side_m;
    double leakage_w;             /* without its trees                                           */
    double unselected_w;          /* what an active tile leaks in a pipeline                     */
} ns_tile;

/* Wires shared by all PEs and tiles. */
typedef struct ns_local_wires { ns_wires bus, tree; } ns_local_wires;

ns_tile ns_tile_make(const ns_subarray *s, const ns_mapping *m, uint32_t kind,
                     const ns_local_wires *wires);

/* Leakage of a tile whose layers use `arrays` rows of sub-arrays of each PE and pe_rows PEs. */
double ns_tile_leakage_w(const ns_tile *t, double arrays, double pe_rows);

static inline double ns_areas_sum(ns_areas a) {
    return a.array + a.adc + a.accum + a.other + a.ic + a.unused;
}
static inline ns_areas ns_areas_add(ns_areas a, ns_areas b, double times) {
    return (ns_areas){a.array + b.array * times, a.adc + b.adc * times, a.accum + b.accum * times,
                      a.other + b.other * times, a.ic + b.ic * times, a.unused + b.unused * times};
}
#endif
