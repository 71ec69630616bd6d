/* wires.h: how data cross a PE, a tile and the chip: repeated wires in an X-Y bus or an H-tree. */
#ifndef NEUROSIM_WIRES_H
#define NEUROSIM_WIRES_H

#include "subarray.h"
#include <cim_circuit/repeater.h>

/* Repeated wires of a level of the chip; their length decides the metal, and so the delay. */
typedef struct ns_wires {
    cim_repeated repeated;
    double delay_s_per_m[3];          /* on each metal                                           */
    double node_m;
    int last_arms_leak;               /* of H-trees: 0 as in the reference                       */
    int spaced;                       /* area: of repeaters where they are needed; likewise    */
} ns_wires;

/* Repeaters as the reference sizes them, for the thinnest metal whatever the length. tolerance:
 * how much slower than the fastest they may be; 0: the fastest. */
ns_wires ns_wires_make(const ns_subarray *s, double tolerance);

/* Delay of a run of that length. */
double ns_wire_delay_s(const ns_wires *w, double length_m);

/* H-tree over a square of leaves x leaves blocks, padded to a power of two. */
typedef struct ns_htree {
    double leaves;                    /* a side, padded                                          */
    double side_m;                    /* of a leaf                                               */
    double path_m;                    /* from the root to a leaf: what a bit charges             */
    double delay_s;
} ns_htree;
ns_htree ns_htree_make(const ns_wires *w, double leaves, double side_m);

/* Area and leakage of its repeaters for `bits` wires, `fold` of which share a track. */
double ns_htree_area_m2(const ns_htree *h, const ns_wires *w, double bits, double fold);
double ns_htree_leakage_w(const ns_htree *h, const ns_wires *w, double bits);

/* X-Y bus: a trunk along the columns of the grid, a branch along each row. */
double ns_bus_area_m2(const ns_wires *w, double rows, double columns, double side_m, double bits,
                      double fold);
#endif
