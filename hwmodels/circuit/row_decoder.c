/* Row decoders: layout and counts of gates as in DNN+NeuroSim V1.4 (measured on it). */
#include <cim_circuit/row_decoder.h>
#include <math.h>

static const double track_f = 2.8;          /* pitch of a predecoded line, planar, in nodes      */
static const double driver_size = 2;        /* of the two inverters that drive a row             */
static const double least_bits = 2;         /* that need no NOR behind the predecoder            */
static const double fan_out = 2;            /* predecoder inputs that an address line drives     */

double cim_track_m(const cim_technology *t) {
    const cim_process *p = &t->process;
    return p->fin_effective_width_m > 0 ? 2 * p->metal[0].width_m : track_f * t->node_m;
}

cim_block cim_row_decoder(const cim_technology *t, double outputs, cim_side side,
                          cim_row_load load) {
    const double bits = fmax(1, ceil(log2(outputs))), inputs = ceil(bits / 2);
    const double pairs = floor(bits / 2), predecoders = 4 * pairs;
    const cim_gate inv = cim_gate_make(t, CIM_INV, 1,
                                       cim_filled_widths(t, cim_min_widths(t, 1, 1)), 0);
    const cim_gate nand = cim_logic_nand2(t);
    const cim_gate nor = cim_gate_make(t, CIM_NOR, (uint32_t)inputs,
                                       cim_filled_widths(t, cim_min_widths(t, 1, inputs)), 0);
    const cim_gate driver = cim_gate_make(t, CIM_INV, 1,
                                          cim_min_widths(t, driver_size, driver_size), 0);
    cim_block b = {.height_m = side.height_m > 0 ? side.height_m : outputs * t->cell_height_m};
    const double column = fmax(1, floor(b.height_m / t->cell_height_m + 1e-9));
    b.width_m = ceil(predecoders / column) * nand.width_m +
                ceil(outputs / column) * (nor.width_m + 2 * driver.width_m) +
                2 * bits * cim_track_m(t);
    b.area_m2 = b.height_m * b.width_m;
    b.leakage_w = bits * inv.leakage_w + predecoders * nand.leakage_w +
                  outputs * (nor.leakage_w + 2 * driver.leakage_w);
    double ramp = CIM_STEP_INPUT;
    b.delay_s = cim_stage_delay(inv.p_ohm * (inv.output_f + fan_out * nand.input_f), ramp, &ramp);
    const double predecoded_f = bits > least_bits ? outputs / 4 * nor.input_f : driver.input_f;
    b.delay_s += cim_stage_delay(2 * nand.n_ohm * (nand.output_f + predecoded_f), ramp, &ramp);
    if (bits > least_bits)
        b.delay_s += cim_stage_delay(2 * nor.p_ohm * (nor.output_f + inv.input_f), ramp, &ramp);
    b.delay_s += cim_stage_delay(driver.n_ohm * (driver.output_f + driver.input_f), ramp, &ramp);
    b.delay_s += cim_stage_delay(driver.p_ohm * (driver.output_f + load.f) + load.ohm * load.f / 2,
                                 ramp, &ramp);
    double switched_f = (bits + 1) * inv.input_f + predecoders * nand.input_f +
                        pairs * nand.output_f + 2 * (driver.input_f + driver.output_f);
    if (bits > least_bits)
        switched_f += (pairs / 4 + fmod(bits, 2) / 2) * outputs * nor.input_f + nor.output_f;
    b.energy_j = t->vdd_v * t->vdd_v * switched_f;
    return b;
}
