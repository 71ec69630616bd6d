/* Row by row: decoder, word-line driver, latch sense amplifiers. */
#include "parts.h"
#include "technology.h"
#include <cim_circuit/row_decoder.h>
#include <math.h>
#include <stddef.h>

/* Two NAND2 and an inverter before a pass gate that drives the word line. */
static void word_driver_timing(ns_subarray *s, const cim_gate *nand, const cim_gate *inv) {
    const cim_technology *t = &s->technology;
    const double size = t->process.row_switch_size;
    const cim_widths w = cim_min_widths(t, size, size);
    const double gate_f = ns_pass_gate_f(t, w);
    const double ohm = 1 / (1 / cim_pass_ohm(t, CIM_NMOS, w.n_m) +
                            1 / cim_pass_ohm(t, CIM_NMOS, w.p_m));
    cim_block *b = &s->parts.word_driver;
    double ramp = CIM_STEP_INPUT;
    b->delay_s = cim_stage_delay(2 * nand->n_ohm * (nand->output_f + nand->input_f), ramp, &ramp);
    b->delay_s += cim_stage_delay(nand->p_ohm * (nand->output_f + inv->input_f), ramp, &ramp);
    b->delay_s += cim_stage_delay(inv->n_ohm * (inv->output_f + gate_f + inv->input_f), ramp,
                                  &ramp);
    b->delay_s += cim_stage_delay(ohm * s->row_f + s->row_ohm * s->row_f / 2, ramp, &ramp);
    /* An input of each NAND2, and what it and an inverter behind it drive; DNN+NeuroSim V1.4 has
     * 1 % (130 nm) to 3 % (22 nm) more. */
    const double switched_f = 2 * (nand->input_f + nand->output_f + inv->output_f);
    b->energy_j = switched_f * t->vdd_v * t->vdd_v;
}

void ns_row_decoder(ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const double rows = s->parameters.rows;
    const cim_side side = {0, s->column_length_m};
    const cim_row_load load = {s->row_f, s->row_ohm};
    cim_block *b = &s->parts.word_decoder;
    *b = cim_row_decoder(t, rows, side, load);
    b->energy_j *= ns_factors_of(&s->parameters).epsilon;
    if (s->parameters.memcelltype == NS_RRAM) {
        const cim_gate nand = cim_logic_nand2(t);
        const cim_gate inv = cim_gate_make(
            t, CIM_INV, 1, cim_filled_widths(t, cim_min_widths(t, 1, 1)), 0);
        const double column = fmax(1, floor(s->column_length_m / t->cell_height_m));
        cim_block *d = &s->parts.word_driver;
        d->height_m = s->column_length_m;
        d->width_m = ceil(rows / column) * 17 * t->poly_pitch_m;
        d->area_m2 = d->height_m * d->width_m;
        d->leakage_w = rows * (2 * nand.leakage_w + 2 * inv.leakage_w);
        word_driver_timing(s, &nand, &inv);
    }
}

/* Transconductance over on-current, 1/V, of the planar nodes: DNN+NeuroSim V1.4, from the delay of
 * its latches (low standby power); between nodes and beyond the last: linear, and as the last. */
static double gm_per_a(double node_m) {
    static const struct { double node_m, per_v; } at[] = {
        {22e-9, 4.737}, {32e-9, 3.754}, {45e-9, 2.353}, {90e-9, 1.294}, {130e-9, 1.138}};
    const size_t n = sizeof at / sizeof at[0];
    if (node_m <= at[0].node_m) return at[0].per_v;
    for (size_t i = 1; i < n; ++i)
        if (node_m <= at[i].node_m)
            return at[i - 1].per_v + (node_m - at[i - 1].node_m) *
                                         (at[i].per_v - at[i - 1].per_v) /
                                         (at[i].node_m - at[i - 1].node_m);
    return at[n - 1].per_v;
}

void ns_latch_amplifier(ns_subarray *s) {
    static const double cells = 6;         /* of single transistors                              */
    static const double off_f = 2.5;       /* NMOS width that leaks, in nodes                    */
    static const double n_f = 3.75, p_f = 7.5; /* gate widths switched, in nodes                 */
    static const double start_v = 0.1;     /* difference that the latch starts from              */
    static const double drains = 4, drain_f = 8.19; /* and drains, each so wide                  */
    const cim_technology *t = &s->technology;
    cim_block *b = &s->parts.sense_amplifier;
    const double cols = s->parameters.cols;
    b->area_m2 = cols * cells * 2 * t->poly_pitch_m * t->cell_height_m;
    b->width_m = s->row_length_m;
    b->height_m = b->area_m2 / b->width_m;
    b->leakage_w = cols * off_f * t->node_m * t->nmos_off_a_per_m * t->vdd_v;
    const cim_widths w = {drain_f * t->node_m, 0};
    const double switched_f = cim_transistor_gate_f(t, (n_f + p_f) * t->node_m) +
                              drains * cim_gate_make(t, CIM_INV, 1, w, 0).output_f;
    b->energy_j = cols * switched_f * t->vdd_v * t->vdd_v;
    const double on_a = t->node_m * (n_f * ns_on_a_per_m(t, CIM_NMOS) +
                                     p_f * ns_on_a_per_m(t, CIM_PMOS));
    b->delay_s = switched_f / (on_a * gm_per_a(t->node_m)) * log(t->vdd_v / start_v);
}
