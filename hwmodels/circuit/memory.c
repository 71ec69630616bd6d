/* SRAM buffers, anchored to published access energies. */
#include <cim_circuit/memory.h>
#include <cim_circuit/wire.h>
#include <math.h>

/* Horowitz, "Computing's energy problem", ISSCC 2014: 10 pJ for 64 bits of an 8 KB memory at 45 nm
 * and 0.9 V; 20 pJ at 32 KB, 100 pJ at 1 MB: as the square root of the capacity, the length of
 * its wires. So a bit scales with sqrt(capacity), node (wire length) and vdd squared. */
static const double anchor_j = 10e-12 / 64, anchor_bits = 65536, anchor_node_m = 45e-9,
                    anchor_v = 0.9;
static const double least_bits = 1024;      /* below, periphery decides                           */
static const double cell_share = 0.6;       /* cells' share of the area: assumed, CACTI's range is
                                               0.5 to 0.8                                         */
static const double cell_leaks = 1.5;       /* of a 6T cell in smallest inverters: 3 of its 6
                                               transistors are off                                */
static const double sensing_fo4 = 10;       /* bit line and sense amplifier; assumed              */

cim_cost cim_sram(const cim_technology *t, double capacity_bits) {
    if (!(capacity_bits > 0)) return (cim_cost){0, 0, 0, 0};
    const double bits = fmax(capacity_bits, least_bits);
    const double area_m2 = bits * t->sram_cell_m2 / cell_share;
    const double volts = t->vdd_v / anchor_v;
    return (cim_cost){
        area_m2,
        (sensing_fo4 + log2(bits)) * t->fo4_s +
            sqrt(area_m2) * cim_repeated_wire(t, CIM_RANDOM_TOGGLE_RATE).delay_s,
        anchor_j * sqrt(bits / anchor_bits) * (t->node_m / anchor_node_m) * volts * volts,
        bits * cell_leaks * t->inverter_leakage_w};
}
