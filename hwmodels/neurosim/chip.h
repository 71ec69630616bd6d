/* chip.h: all of a chip that does not depend on a single layer. */
#ifndef NEUROSIM_CHIP_H
#define NEUROSIM_CHIP_H

#include "tile.h"
#include <cim_circuit/activation.h>

typedef struct ns_chip {
    ns_subarray array;
    ns_mapping mapping;
    ns_tile tile[NS_KINDS];
    double tick_hz;               /* clock that digital delays are rounded up to; 0: asynchronous */
    ns_wires wires;               /* of the whole chip                                           */
    ns_local_wires local;         /* within PEs; within tiles                                    */
    ns_htree htree[NS_KINDS];     /* over tiles of either kind                                   */
    double bus_bits;
    ns_buffer buffer;
    double buffer_ports;          /* cores that can be reached at once                           */
    double lanes;                 /* accumulators                                                */
    double lane_sets;             /* of so many; a layer has one of them                         */
    double activators;            /* activation units                                            */
    double activation_j;          /* of one result                                               */
    double sum_bits;              /* of the accumulators' inputs                                 */
    double pools;
    cim_block pool;               /* all units                                                   */
    ns_areas shared;              /* of what no tile holds                                       */
    double shared_leakage_w;      /* 0 in the reference                                          */
    double area_m2;
} ns_chip;

/* Everything but array, mapping, which are there already. */
void ns_chip_init(ns_chip *chip, const ns_layer *layers, const ns_mapped *mapped, uint32_t n);

/* Accumulators over `inputs` tile rows. */
ns_tree ns_chip_accumulators(const ns_chip *chip, double inputs);

/* A layer's share of the wires of the H-tree over the tiles. */
double ns_htree_wires(const ns_chip *chip, const ns_mapped *layer);

/* A digital delay in clock cycles; in seconds when asynchronous. */
double ns_ticks(const ns_chip *chip, double delay_s);

/* Clocking a register: a cycle; half a period of clkFreq when asynchronous. */
double ns_register_ticks(const ns_chip *chip);
#endif
