/* SRAM buffers, anchored to published access energies; memory beside the chip. */
#include <cim_circuit/memory.h>
#include <cim_circuit/wire.h>
#include <math.h>

/* Horowitz, "Computing's energy problem", ISSCC 2014: 10 pJ for 64 bits of an 8 KB memory at 45 nm
 * and 0.9 V; 20 pJ at 32 KB, 100 pJ at 1 MB: as the square root of the capacity, the length of
 * its wires. So a bit scales with sqrt(capacity), node (wire length) and vdd squared. */
static const double anchor_j = 10e-12 / 64, anchor_bits = 65536, anchor_node_m = 45e-9,
                    anchor_v = 0.9;
static const double most_bits = 8388608;    /* his largest; what is larger is banks of it, reached
                                               over repeated wires from the middle                */
static const double least_bits = 1024;      /* below, periphery decides                           */
static const double cell_share = 0.6;       /* cells' share of the area: assumed, CACTI's range is
                                               0.5 to 0.8                                         */
static const double cell_leaks = 1.5;       /* of a 6T cell in smallest inverters: 3 of its 6
                                               transistors are off                                */
static const double sensing_fo4 = 10;       /* bit line and sense amplifier; assumed              */

cim_cost cim_sram(const cim_technology *t, double capacity_bits) {
    if (!(capacity_bits > 0)) return (cim_cost){0, 0, 0, 0};
    const double bits = fmax(capacity_bits, least_bits);
    const double bank_bits = fmin(bits, most_bits), bit_m2 = t->sram_cell_m2 / cell_share;
    const double side_m = sqrt(bits * bit_m2), bank_side_m = sqrt(bank_bits * bit_m2);
    const double volts = t->vdd_v / anchor_v;
    const cim_cost wire = cim_repeated_wire(t, CIM_RANDOM_TOGGLE_RATE);
    return (cim_cost){
        bits * bit_m2, (sensing_fo4 + log2(bits)) * t->fo4_s + side_m * wire.delay_s,
        anchor_j * sqrt(bank_bits / anchor_bits) * (t->node_m / anchor_node_m) * volts * volts +
            (side_m - bank_side_m) / 2 * wire.energy_j,
        bits * cell_leaks * t->inverter_leakage_w};
}

/* Energy of a bit: LPDDR4 8 pJ (Accelergy's table of DRAM); DDR4 1300 pJ for 64 bits, 20.3 pJ
 * (Jouppi et al., "Ten lessons from three generations shaped Google's TPUv4i", ISCA 2021); HBM2
 * 3.92 pJ (O'Connor et al., "Fine-grained DRAM", MICRO 2017): from memory. Peak bandwidth:
 * LPDDR4-3200, one channel of 32 bits (JESD209-4); DDR4-3200, 64 bits (JESD79-4); one stack of 1024
 * bits at 2 Gbit/s (JESD235A). */
cim_off_chip cim_off_chip_memory(uint32_t kind) {
    static const cim_off_chip memories[CIM_N_OFF_CHIP] = {
        [CIM_OFF_CHIP_LPDDR4] = {8e-12, 32 * 3.2e9},
        [CIM_OFF_CHIP_DDR4] = {1300e-12 / 64, 64 * 3.2e9},
        [CIM_OFF_CHIP_HBM2] = {3.92e-12, 1024 * 2e9},
    };
    return memories[kind < CIM_N_OFF_CHIP ? kind : CIM_OFF_CHIP_NONE];
}
