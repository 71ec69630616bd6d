/* Digital blocks: counts of smallest gates times their figures. */
#include <cim_circuit/logic.h>
#include <math.h>
#include <stddef.h>

static const double rise_probability = 0.25;  /* of a node with random data, per cycle            */
static const double gate_fan_out = 1.5;       /* inputs driven by the mean gate of a full adder:
                                                 (13 inputs + 7 outputs) / 9, DNN+NeuroSim V1.4  */
static const double adder_gates = 9;          /* NAND2 of a full adder: ibid.                     */
static const double register_inverters = 12;  /* area of a flip-flop in inverters: ibid.          */
static const double register_leaks = 8;       /* its leakage in inverters: ibid.                  */
static const double clock_loads = 5;          /* inverters' worth switched by every clock edge pair
                                                 of a flip-flop: ibid. (4 + the local buffer)     */
static const double data_loads = 4;           /* and by every change of its datum                 */
static const double driver_step = 4;          /* size ratio of a chain near the least delay       */
static const double maximum_gates = 13;       /* a subtractor's full adder and a selector, a bit */
static const double segments = 16;            /* of a piecewise linear function                   */

cim_cost cim_gates(const cim_technology *t, double n) {
    const double load_f = gate_fan_out * t->inverter_input_f + t->inverter_output_f;
    const double drive = t->cell_drive;
    return (cim_cost){n * t->nand2_area_m2, 2 * 0.69 * t->inverter_ohm * load_f,
                      n * drive * rise_probability * load_f * t->vdd_v * t->vdd_v,
                      n * drive * t->nand2_leakage_w};
}

cim_cost cim_register(const cim_technology *t, double bits) {
    const double inverter_f = t->inverter_input_f + t->inverter_output_f;
    const double loads = clock_loads + rise_probability * data_loads;
    return (cim_cost){bits * register_inverters * t->inverter_area_m2, 4 * t->fo4_s,
                      bits * loads * inverter_f * t->vdd_v * t->vdd_v,
                      bits * register_leaks * t->inverter_leakage_w};
}

cim_cost cim_adder(const cim_technology *t, double bits) {
    cim_cost c = cim_gates(t, adder_gates * bits);
    c.delay_s *= 2 * bits;   /* the carry passes two gates a bit */
    return c;
}

cim_cost cim_shift_add(const cim_technology *t, double adder_bits, double register_bits) {
    return cim_cost_after(cim_adder(t, adder_bits), cim_register(t, register_bits));
}

cim_cost cim_ones_counter(const cim_technology *t, double bits) {
    cim_cost c = cim_gates(t, adder_gates * bits);
    c.delay_s *= 2 * 2 * log2(bits + 1); /* log2(bits) levels, each one or two adder bits deep */
    return c;
}

cim_cost cim_maximum(const cim_technology *t, double bits) {
    cim_cost c = cim_gates(t, maximum_gates * bits);
    c.delay_s *= 2 * bits;
    return c;
}

cim_cost cim_multiplier(const cim_technology *t, double bits) {
    cim_cost c = cim_gates(t, (adder_gates + 1) * bits * bits);
    c.delay_s *= 2 * 2 * bits;
    return c;
}

cim_cost cim_function_unit(const cim_technology *t, double bits) {
    const cim_cost constants = cim_gates(t, segments * 2 * bits);
    const cim_cost line = cim_cost_after(cim_multiplier(t, bits), cim_adder(t, bits));
    return cim_cost_after(constants, line);
}

/* Area of an inverter of `size` times the least width, over that of the least: a cell has room for
 * cell_drive times the least, and what is wider takes as many cells. */
static double cells_of(const cim_technology *t, double size) {
    return fmax(1, size / t->cell_drive);
}

cim_cost cim_driver(const cim_technology *t, double load_f) {
    double size = fmax(1, load_f / (driver_step * t->inverter_input_f));   /* last stage */
    double stages = 1, sizes = size, cells = cells_of(t, size);
    for (; size >= driver_step; ++stages) {
        sizes += size /= driver_step;
        cells += cells_of(t, size);
    }
    const double own_f = sizes * t->inverter_output_f + (sizes - 1) * t->inverter_input_f;
    return (cim_cost){cells * t->inverter_area_m2, stages * t->fo4_s,
                      (load_f + own_f) * t->vdd_v * t->vdd_v, sizes * t->inverter_leakage_w};
}

cim_cost cim_decoder(const cim_technology *t, uint32_t outputs, double load_f) {
    if (outputs < 2) return cim_driver(t, load_f);
    const double address_bits = ceil(log2(outputs));
    const cim_cost gate = cim_gates(t, 1), driver = cim_driver(t, load_f);
    /* An AND of address_bits inputs an output, built from two-input gates shared pairwise: about
     * 1 + address_bits / 4 gates; only two outputs and the address lines change. */
    const double gates = outputs * (1 + address_bits / 4);
    const double switching = (2 * address_bits + 2) / rise_probability;
    return (cim_cost){gates * gate.area_m2 + outputs * driver.area_m2,
                      (1 + address_bits) * gate.delay_s + driver.delay_s,
                      switching * gate.energy_j + driver.energy_j,
                      gates * gate.leakage_w + outputs * driver.leakage_w};
}

cim_cost cim_pass_gates(const cim_technology *t, double n, double ohm, double *drain_f) {
    double width_m = t->nmos_ohm_m / (2 * ohm);  /* NMOS and PMOS share the current */
    if (width_m < t->nmos_small_width_m) width_m = t->nmos_small_width_m;
    const double size = width_m / t->min_width_m;
    if (drain_f) *drain_f = t->inverter_output_f * size;
    return (cim_cost){n * cells_of(t, size) * t->inverter_area_m2, 0,
                      size * t->inverter_input_f * t->vdd_v * t->vdd_v, 0};
}
