/* artefacts.h: what the reference has that a chip would not have, by names that the parameter
 * `without` takes. README.md says what each is worth. */
#ifndef NEUROSIM_ARTEFACTS_H
#define NEUROSIM_ARTEFACTS_H

#include <stddef.h>
#include <stdint.h>

/* X(constant, name, what it is) */
#define NS_ARTEFACT_LIST(X)                                                                       \
    X(NS_VALID_PADDING, "valid_padding", "a kernel never leaves its map")                         \
    X(NS_CORNERS, "corners", "corners of sub-arrays that nothing fills are paid")                 \
    X(NS_CALIBRATION, "calibration", "sensing takes 1.4 times as long; TOPS/W is divided by 1.22")\
    X(NS_LEVEL_SHIFTERS, "level_shifters", "level shifters of RRAM far larger than as drawn")     \
    X(NS_COPIES, "copies", "copies of tiles do not speed up their buffers and H-trees")           \
    X(NS_HALF_ACCESSES, "half_accesses", "tile buffers: energy of half of each write and read")   \
    X(NS_LAYERS_PLUS_ONE, "layers_plus_one", "accumulators, ReLU x (layers + 1), for each layer") \
    X(NS_SUM_GROWTH, "sum_growth", "a tile's sums grow by S bits instead of log2 S")              \
    X(NS_ODD_NUMBERS, "odd_numbers", "adder trees lose odd numbers at every stage")               \
    X(NS_REGISTER_ACTIVITY, "register_activity", "PE registers are clocked at full activity")     \
    X(NS_COLUMN_CHARGE, "column_charge", "a column's charge is booked for one of N comparators")  \
    X(NS_ENCODER_ENERGY, "encoder_energy", "a flash's encoder switches for nothing")              \
    X(NS_MUX_FINGERS, "mux_fingers", "fingers of mux switches are a rounding error's")            \
    X(NS_MUX_NAND, "mux_nand", "mux decoder: one of two transistors in series counts")            \
    X(NS_PE_BUS_TIME, "pe_bus_time", "buses of synchronous PEs take no time")                     \
    X(NS_BUS_CORRIDORS, "bus_corridors", "bus, H-trees: repeaters all along a wire")              \
    X(NS_HTREE_LEAKAGE, "htree_leakage", "H-trees: the last arms' repeaters do not leak")         \
    X(NS_CELL_LEAKAGE, "cell_leakage", "access transistors of SRAM cells do not leak")            \
    X(NS_TREE_LEAKAGE, "tree_leakage", "adders that a layer's last part leaves idle do not leak") \
    X(NS_BUFFER_LEAKAGE, "buffer_leakage", "one core of each tile buffer leaks")                  \
    X(NS_BUSY_LEAKAGE, "busy_leakage", "a tile at work leaks only in cells that are not read")    \
    X(NS_CHIP_LEAKAGE, "chip_leakage", "what is around the tiles does not leak")                  \
    X(NS_ACTIVITIES, "activities", "one chip's activities: adders 0.15, flip-flops 0.5")          \
    X(NS_BUFFER_WIRES, "buffer_wires", "a bit crosses its buffer for a flip-flop's energy")       \
    X(NS_COMPARATORS, "comparators", "a flash without offsets to trim, without bias")

enum {
#define NS_ARTEFACT_CONSTANT(constant, name, help) constant,
    NS_ARTEFACT_LIST(NS_ARTEFACT_CONSTANT)
#undef NS_ARTEFACT_CONSTANT
    NS_ARTEFACTS
};

typedef struct ns_artefact { const char *name, *help; } ns_artefact;
extern const ns_artefact ns_artefacts[NS_ARTEFACTS];

/* Sets without[i] for every name in the list, separated by blanks. 1; or 0 and, in error, which
 * name is none and which there are. */
int ns_artefacts_read(const char *names, uint8_t without[NS_ARTEFACTS], char *error, size_t size);
#endif
