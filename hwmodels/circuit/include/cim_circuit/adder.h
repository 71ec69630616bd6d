/* cim_circuit/adder.h: ripple-carry adders of NAND2, trees of them, and shift-and-add units. */
#ifndef CIM_CIRCUIT_ADDER_H
#define CIM_CIRCUIT_ADDER_H

#include <cim_circuit/gate.h>

#ifdef __cplusplus
extern "C" {
#endif
/* N adders of two BITS-bit numbers along a side; each sum bit drives load_f. energy_j: one
 * addition in each of the n adders, every node switching. */
cim_block cim_ripple_adders(const cim_technology *t, double bits, double n, cim_side side,
                            double load_f);

/* Adders in the stages of a tree over `inputs` numbers: an odd one out is passed on. */
typedef enum cim_tree_odd { CIM_TREE_PASSES_ODD, CIM_TREE_LOSES_ODD } cim_tree_odd;

/* N trees that add `inputs` numbers of BITS bits each; a bit more at every stage. energy_j: one
 * sum in each tree. */
cim_block cim_adder_trees(const cim_technology *t, double inputs, double bits, double n,
                          cim_side side, double load_f, cim_tree_odd odd);

/* N units, each an adder of adder_bits whose sum is shifted `shifts` times into a register; along
 * side.width_m, the adders in a gap one cell high. block.energy_j: one operation of one unit, its
 * two parts beside. */
typedef struct cim_shift_adder {
    cim_block block;
    double adder_j, register_j, adder_delay_s;
} cim_shift_adder;
cim_shift_adder cim_shift_adders(const cim_technology *t, double adder_bits, double shifts,
                                 double n, cim_side side);
#ifdef __cplusplus
}
#endif
#endif
