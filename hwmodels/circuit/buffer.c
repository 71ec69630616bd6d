/* Register files and small SRAM with decoder, prechargers and write drivers. */
#include <cim_circuit/buffer.h>
#include <cim_circuit/dff.h>
#include <cim_circuit/row_decoder.h>
#include <math.h>

static const double column_rows = 6;        /* rows of standard cells under an SRAM's columns: three
                                               of prechargers, three of write drivers            */
static const double sense_area_gates = 6;   /* latch sense amplifier in single-transistor cells  */

static void place(cim_block *b, cim_side side) {
    b->width_m = side.width_m > 0 ? side.width_m
                 : side.height_m > 0 ? b->area_m2 / side.height_m : sqrt(b->area_m2);
    b->height_m = b->area_m2 / b->width_m;
}

cim_buffer cim_register_buffer(const cim_technology *t, double bits, double line_bits,
                               double activity, double control, cim_side side) {
    const double lines = ceil(bits / line_bits);
    const cim_block cells = cim_dff_bank(t, bits, (cim_side){0, 0});
    const cim_gate load = cim_min_inverter(t);
    cim_block decoder = {0};
    if (lines > 1)
        decoder = cim_row_decoder(t, lines, (cim_side){0, 0},
                                  (cim_row_load){line_bits * load.input_f, 0});
    cim_buffer b = {.access_s = decoder.delay_s};
    b.read_j = activity * cim_dff_energy_j(t, bits, line_bits) + control * decoder.energy_j;
    b.write_j = b.read_j;
    b.leakage_w = cells.leakage_w + decoder.leakage_w;
    b.block = (cim_block){.area_m2 = cells.area_m2 + decoder.area_m2, .delay_s = b.access_s,
                          .energy_j = b.read_j, .leakage_w = b.leakage_w};
    place(&b.block, side);
    return b;
}

cim_buffer cim_sram_buffer(const cim_technology *t, double bits, double line_bits, double control,
                           double cell_height_f, double cell_width_f, cim_side side) {
    const double lines = ceil(bits / line_bits), vdd2 = t->vdd_v * t->vdd_v;
    const double row_m = line_bits * cell_width_f * t->node_m;
    const double column_m = lines * cell_height_f * t->node_m;
    const double cell_m = t->process.fin_effective_width_m > 0 ? 2 * t->node_m : t->node_m;
    const cim_widths cell = {cell_m, cell_m}, access = {cell_m, 0};
    const double row_f = t->wire_f_per_m * row_m +
                         2 * line_bits * cim_transistor_gate_f(t, cell_m);
    const double column_f = t->wire_f_per_m * column_m +
                            lines * cim_gate_make(t, CIM_INV, 1, access, 0).output_f;
    const cim_block decoder = cim_row_decoder(t, lines, (cim_side){0, column_m},
                                              (cim_row_load){row_f, 0});
    const double room_m = t->cell_height_m - 3.6 * t->node_m;  /* a PMOS alone fills its cell */
    const double precharge_m = t->process.cell_fins > 0 ? t->process.cell_fins * 2 * t->node_m
                                                        : room_m;
    const cim_gate precharge = cim_gate_make(t, CIM_INV, 1, (cim_widths){0, precharge_m}, 0);
    const cim_gate inv = cim_gate_make(t, CIM_INV, 1,
                                       cim_filled_widths(t, cim_min_widths(t, 1, 1)), 0);
    const double sense_m2 = sense_area_gates * 2 * t->poly_pitch_m * t->cell_height_m;
    cim_buffer b = {.sense_m2 = line_bits * sense_m2};
    b.block.area_m2 = row_m * column_m + decoder.area_m2 +
                      column_rows * t->cell_height_m * row_m + b.sense_m2;
    const double cell_ohm = 2 * cim_switching_ohm(t, CIM_NMOS, cell_m);   /* access, pull-down */
    b.access_s = decoder.delay_s + cim_stage_delay(precharge.p_ohm * column_f, CIM_STEP_INPUT, 0) +
                 0.1 * cell_ohm * column_f;   /* a tenth of the supply on the bit line */
    b.read_j = control * decoder.energy_j + vdd2 * (row_f + line_bits * column_f);
    b.write_j = b.read_j;
    b.leakage_w = decoder.leakage_w + line_bits * (2 * precharge.leakage_w + 3 * inv.leakage_w) +
                  bits * 2 * cim_gate_make(t, CIM_INV, 1, cell, 0).leakage_w;
    b.block.delay_s = b.access_s;
    b.block.energy_j = b.read_j;
    b.block.leakage_w = b.leakage_w;
    place(&b.block, side);
    return b;
}
