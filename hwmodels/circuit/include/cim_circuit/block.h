/* cim_circuit/block.h: a component with a shape.
 *
 * Rows of standard cells are laid out along a side that a neighbour sets (an array's width, say),
 * so the box of a component depends on where it is put. */
#ifndef CIM_CIRCUIT_BLOCK_H
#define CIM_CIRCUIT_BLOCK_H

#include <cim_circuit/cost.h>

typedef struct cim_block {
    double area_m2, delay_s, energy_j, leakage_w;  /* as in cim_cost */
    double width_m, height_m;
} cim_block;

/* The side that is given; the other one is 0 and follows. Both 0: as the component likes. */
typedef struct cim_side { double width_m, height_m; } cim_side;

static inline cim_cost cim_block_cost(cim_block b) {
    const cim_cost c = {b.area_m2, b.delay_s, b.energy_j, b.leakage_w};
    return c;
}
#endif
