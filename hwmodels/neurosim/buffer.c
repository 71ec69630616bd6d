/* Register files and SRAM with the energies that the reference books. */
#include "buffer.h"
#include "parts.h"
#include <cim_circuit/buffer.h>
#include <cim_circuit/dff.h>
#include <cim_circuit/memory.h>
#include <cim_circuit/row_decoder.h>
#include <math.h>
#include <stddef.h>

static const cim_side anywhere = {0, 0};
static const double sense_v = 0.05;       /* on a bit line, for a sense amplifier to see it       */

/* [Q] The decoder's activity is counted when reading, forgotten when writing. */
static void set_decoder(ns_buffer *b, const cim_technology *t, double activity) {
    const double lines = ceil(b->core_bits / b->line_bits);
    if (lines <= 1) return;
    const double energy_j = cim_row_decoder(t, lines, anywhere, (cim_row_load){0, 0}).energy_j;
    b->read_j += activity * energy_j / b->line_bits;
    b->write_j += energy_j / b->line_bits;
}

/* [Q] Clocking all of a register file is shared out over all of its bits; without calibration
 * factors it is forgotten. */
static void set_registers(ns_buffer *b, const cim_technology *t, const ns_parameters *p) {
    if (!p->validated) return;
    b->read_j += ns_factors_of(p).gamma * cim_dff_energy_j(t, 1, 1);
    b->write_j += ns_factors_of(p).gamma * cim_dff_energy_j(t, 1, 1);
}

/* What flips in a 6T cell that is written: one of its nodes, with access transistor and inverter,
 * and the inputs of the other inverter. [Q] No width on a chip of other memory. */
static double flipped_f(const cim_technology *t, const ns_parameters *p) {
    if (p->memcelltype != NS_SRAM) return 0;
    const double n_m = p->cell.pull_down_width_f * t->node_m;
    const double p_m = p->cell.pull_up_width_f * t->node_m;
    const cim_widths down = {n_m, 0}, up = {0, p_m};
    return cim_transistor_gate_f(t, n_m) + cim_transistor_gate_f(t, p_m) +
           2 * cim_gate_make(t, CIM_INV, 1, down, 0).output_f +
           cim_gate_make(t, CIM_INV, 1, up, 0).output_f;
}

/* [Q] Up to four lines, the predecoder charges the word line by itself, and then so do the drivers,
 * as if they started with a step. */
static double decoder_s(const cim_technology *t, double lines, cim_row_load row) {
    if (lines > 4) return cim_row_decoder(t, lines, anywhere, row).delay_s;
    if (lines <= 1) return 0;
    const cim_gate inv = cim_gate_make(t, CIM_INV, 1,
                                       cim_filled_widths(t, cim_min_widths(t, 1, 1)), 0);
    const cim_gate nand = cim_logic_nand2(t);
    const cim_gate driver = cim_gate_make(t, CIM_INV, 1, cim_min_widths(t, 2, 2), 0);
    double ramp = CIM_STEP_INPUT;
    double sum = cim_stage_delay(inv.p_ohm * (inv.output_f + 2 * nand.input_f), ramp, &ramp);
    sum += cim_stage_delay(2 * nand.n_ohm * (nand.output_f + row.f), ramp, NULL);
    sum += cim_stage_delay(driver.n_ohm * (driver.output_f + driver.input_f), CIM_STEP_INPUT,
                           &ramp);
    return sum + cim_stage_delay(driver.p_ohm * (driver.output_f + row.f) + row.ohm * row.f / 2,
                                 ramp, NULL);
}

/* A line's time when asynchronous: cells and wires of the chip's own arrays. [Q] Word line and
 * precharge are timed with bare wires, without the cells' transistors; the bit line with them. */
static void set_access(ns_buffer *b, const ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const double lines = ceil(b->core_bits / b->line_bits);
    const double down = lines / s->parameters.rows, across = b->line_bits / s->parameters.cols;
    const double wire_f = down * t->wire_f_per_m * s->column_length_m;
    const double wire_ohm = down * s->column_ohm;
    const cim_row_load row = {across * t->wire_f_per_m * s->row_length_m, across * s->row_ohm};
    const cim_gate precharge = ns_precharge_gate(t);
    b->write_s = cim_stage_delay(precharge.p_ohm * (wire_f + 2 * precharge.output_f) +
                                     wire_ohm * wire_f / 2, CIM_STEP_INPUT, NULL);
    b->write_s += decoder_s(t, lines, row);
    b->read_s = b->write_s + (2 * s->cell_access_ohm + wire_ohm * (1 + 1 / lines) / 2) * down *
                                 s->column_f * log(t->vdd_v / (t->vdd_v - sense_v));
}

/* [Q] Word lines, cells and write drivers; of bit lines nothing, or the wires if asynchronous. */
static void set_cells(ns_buffer *b, const cim_technology *t, const ns_parameters *p,
                      double access_m) {
    const double vdd2 = t->vdd_v * t->vdd_v;
    const double wire_f = p->process->sram_width_f * t->node_m * t->wire_f_per_m;
    const double gates_f = access_m > 0 ? 2 * cim_transistor_gate_f(t, access_m) : 0;
    const cim_widths widths = cim_filled_widths(t, cim_min_widths(t, 1, 1));
    const cim_gate driver = cim_gate_make(t, CIM_INV, 1, widths, 0);
    const double column_m = ceil(b->core_bits / b->line_bits) * p->process->sram_height_f *
                            t->node_m;
    const double bit_line_f = p->synchronous ? 0 : column_m * t->wire_f_per_m;
    const double read_f = wire_f + gates_f + bit_line_f;
    b->read_j += vdd2 * read_f;
    b->write_j += vdd2 * (read_f + driver.input_f + driver.output_f + flipped_f(t, p));
}

ns_buffer ns_buffer_make(const ns_subarray *s, uint32_t sram, double bits, double side,
                         double small_line_bits) {
    const ns_parameters *p = &s->parameters;
    const cim_technology *t = &s->technology;
    const ns_factors factors = ns_factors_of(p);
    const int small = bits < side * side;
    ns_buffer b = {.cores = small ? 1 : ceil(bits / (side * side)),
                   .core_bits = small ? bits : side * side,
                   .line_bits = small ? small_line_bits : side};
    /* [Q] Its cells have the access transistors of the chip's memory. */
    const double access_f = p->memcelltype == NS_SRAM ? p->cell.access_width_f : s->access_width_f;
    const cim_buffer core =
        sram ? cim_sram_buffer(t, b.core_bits, b.line_bits, factors.epsilon,
                               p->process->sram_height_f, p->process->sram_width_f, anywhere)
             : cim_register_buffer(t, b.core_bits, b.line_bits, factors.gamma, factors.epsilon,
                                   anywhere);
    b.area_m2 = b.cores * (core.block.area_m2 - core.sense_m2);   /* [Q] no sense amplifiers */
    b.core_leakage_w = core.leakage_w;
    set_decoder(&b, t, factors.epsilon);
    if (sram) {
        set_cells(&b, t, p, access_f * t->node_m);
        if (!p->synchronous) set_access(&b, s);
    } else {
        set_registers(&b, t, p);
    }
    /* The law of our own models (Horowitz, ISSCC 2014; hwmodels/circuit). */
    if (p->without[NS_BUFFER_WIRES]) b.read_j = b.write_j = cim_sram(t, bits).energy_j;
    return b;
}
