/* Column multiplexer and its decoder, prechargers, write drivers. */
#include "parts.h"
#include "technology.h"
#include <cim_circuit/row_decoder.h>
#include <math.h>
#include <stddef.h>

static const double mux_share = 0.25;   /* on-resistance of a mux switch / that of its column:
                                           IR-drop tolerance of DNN+NeuroSim V1.4 (measured)     */

/* [Q] Read row by row into a SAR converter, a column is one cell that is on; else it is a mean. */
static double column_ohm(const ns_subarray *s) {
    const ns_parameters *p = &s->parameters;
    const int sequential = p->operationmode == NS_SEQUENTIAL;
    const double np = sequential ? 1 : p->rowpar;
    if (p->memcelltype == NS_RRAM && sequential && p->sar_adc)
        return p->cell.resistance_on_ohm +
               (p->accesstype == NS_ACCESS_CMOS ? s->cell_access_ohm : 0);
    return p->memcelltype == NS_SRAM ? s->cell_access_ohm / (np / 2) : ns_cell_average_ohm(p) / np;
}

/* Widths of which each transistor alone has twice a switch's resistance. Planar ones in operations
 * whose rounding ns_mux_drain_f depends on. */
static cim_widths mux_widths(const ns_subarray *s) {
    const cim_technology *t = &s->technology;
    if (t->process.fin_effective_width_m > 0)
        return ns_pass_widths(t, mux_share * column_ohm(s));
    const ns_parameters *p = &s->parameters;
    const double f_m = t->node_m, vdd_v = t->vdd_v;
    const double n_a = ns_on_a_per_m(t, CIM_NMOS) * f_m, p_a = ns_on_a_per_m(t, CIM_PMOS) * f_m;
    double ohm = column_ohm(s);
    if (p->memcelltype == NS_SRAM && p->cell.access_width_f == 1)
        ohm = t->process.resistance_factor * vdd_v / n_a / (p->rowpar / 2.0);
    const double target_ohm = ohm * mux_share;
    const cim_widths w = {vdd_v / n_a * f_m / target_ohm / 2, vdd_v / p_a * f_m / target_ohm / 2};
    return (cim_widths){fmax(f_m, w.n_m), fmax(f_m, w.p_m)};
}

/* The decoder's gates. */
typedef struct decoder_gates { cim_gate inverter, nand, nor, driver; } decoder_gates;

static decoder_gates gates_of(const cim_technology *t, double bits) {
    const double inputs = ceil(bits / 2), size = 2 * t->process.mux_size;
    return (decoder_gates){
        cim_gate_make(t, CIM_INV, 1, cim_filled_widths(t, cim_min_widths(t, 1, 1)), 0),
        cim_logic_nand2(t),
        cim_gate_make(t, CIM_NOR, (uint32_t)inputs,
                      cim_filled_widths(t, cim_min_widths(t, 1, inputs)), 0),
        cim_gate_make(t, CIM_INV, 1, cim_min_widths(t, size, size), 0)};
}

/* [Q] Up to two address bits there is no NOR stage, and the predecoder drives one kind of mux gate
 * by itself before the rest is counted, as if from a step. */
static double decoder_delay_s(const ns_subarray *s, double bits) {
    const cim_technology *t = &s->technology;
    const decoder_gates g = gates_of(t, bits);
    const cim_widths w = mux_widths(s);
    const double outputs = (double)s->parameters.cols / s->columns_per_adc;
    const double n_f = outputs * ns_pass_transistor_f(t, w.n_m);
    const double p_f = outputs * ns_pass_transistor_f(t, w.p_m);
    double ramp = CIM_STEP_INPUT, sum = 0;
    if (bits > 1)
        sum += cim_stage_delay(g.inverter.n_ohm * (g.inverter.output_f + 2 * g.nand.input_f), ramp,
                               &ramp);
    if (bits > 2) {
        sum += cim_stage_delay(2 * g.nand.n_ohm *
                                   (g.nand.output_f + exp2(bits) / 4 * g.nor.input_f), ramp, &ramp);
        sum += cim_stage_delay(2 * g.nor.p_ohm * (g.nor.output_f + g.nand.input_f), ramp, &ramp);
    } else {
        const double ohm = bits > 1 ? 2 * g.nand.n_ohm : g.inverter.n_ohm;
        const double own_f = bits > 1 ? g.nand.output_f : g.inverter.output_f;
        sum += cim_stage_delay(ohm * (own_f + n_f), ramp, NULL);
        ramp = CIM_STEP_INPUT;
    }
    /* [Q] One of the NAND2's two transistors in series, into an inverter of a cell's height. */
    const double in_series = s->parameters.without[NS_MUX_NAND] ? 2 : 1;
    sum += cim_stage_delay(in_series * g.nand.n_ohm * (g.nand.output_f + g.inverter.input_f), ramp,
                           &ramp);
    sum += cim_stage_delay(g.driver.p_ohm * (g.driver.output_f + g.driver.input_f + n_f), ramp,
                           &ramp);
    return sum + cim_stage_delay(g.driver.n_ohm * (g.driver.output_f + p_f), ramp, NULL);
}

static void mux_decoder(ns_subarray *s) {
    const cim_technology *t = &s->technology;
    cim_block *b = &s->parts.mux_decoder;
    const double bits = ceil(log2(s->columns_per_adc)), outputs = exp2(bits);
    if (bits < 1) return;
    const decoder_gates g = gates_of(t, bits);
    const cim_gate small = cim_gate_make(t, CIM_INV, 1, cim_min_widths(t, 1, 1), 0);
    const double predecoders = 4 * floor(bits / 2);
    b->delay_s = decoder_delay_s(s, bits);
    b->leakage_w = bits * g.inverter.leakage_w + predecoders * g.nand.leakage_w;
    double inputs = bits == 1 ? 1 : bits + predecoders + 1, out_f = 0;
    if (bits > 1) out_f = (floor(bits / 2) + 1) * g.nand.output_f;
    if (bits > 2) {
        b->leakage_w += outputs * (g.nor.leakage_w + g.nand.leakage_w + 2 * g.inverter.leakage_w);
        inputs += floor(bits / 2) * outputs / 4 + fmod(bits, 2) * outputs / 2;
        out_f += g.nor.output_f;
    }
    const double switched_f = inputs * g.inverter.input_f + out_f +
                              2 * (g.driver.input_f + g.driver.output_f);
    b->energy_j = ns_factors_of(&s->parameters).epsilon * t->vdd_v * t->vdd_v * switched_f;
    /* Columns of gates as high as the outputs are many, and two metal tracks for each bit. */
    const double tracks_m = bits > 2 ? 2 * bits * cim_track_m(t) : 2 * t->poly_pitch_m;
    b->height_m = bits > 1 ? outputs * t->cell_height_m : 0;    /* [Q] one bit takes no area */
    b->width_m = small.width_m + 2 * g.nand.width_m + (bits > 2 ? g.nor.width_m : 0) +
                 2 * g.driver.width_m + tracks_m;
    b->area_m2 = b->height_m * b->width_m;
}

/* Height of a mux switch in `folds` fingers. */
static double switch_height_m(const cim_technology *t, cim_widths w, double folds) {
    if (t->process.fin_effective_width_m == 0)
        return (w.n_m + w.p_m) / folds + NS_PASS_MARGIN_F * t->node_m;
    const ns_fin_layout fin = ns_fin_layout_of(&t->process);
    const double unit_m = ns_pass_unit_m(t);
    const double fins = ceil(ceil(w.n_m / unit_m) / folds) + ceil(ceil(w.p_m / unit_m) / folds);
    return fins * fin.pitch_m + fin.column_margin_m;
}

void ns_column_mux(ns_subarray *s) {
    const cim_technology *t = &s->technology;
    if (s->columns_per_adc < 2) return;
    mux_decoder(s);
    const cim_widths w = mux_widths(s);
    cim_block *b = &s->parts.mux;
    const double vdd_v = t->vdd_v;
    const double ohm = 1 / (1 / cim_pass_ohm(t, CIM_NMOS, w.n_m) +
                            1 / cim_pass_ohm(t, CIM_PMOS, w.p_m));
    /* A switch a column, folded into the column's width. */
    const double pitch_m = s->row_length_m / s->parameters.cols;
    const double folds = fmax(1, floor(pitch_m / t->poly_pitch_m) - 1);
    const double drain_f = s->parameters.without[NS_MUX_FINGERS] ? ns_pass_drain_f(t, w, folds)
                                                                 : ns_mux_drain_f(t, w);
    /* Where a column is narrower than a switch, in several rows. */
    const double fit = fmax(1, floor(s->row_length_m / (2 * t->poly_pitch_m)));
    const double rows = pitch_m < 2 * t->poly_pitch_m ? ceil(s->parameters.cols / fit) : 1;
    const double height_m = rows * switch_height_m(t, w, folds);
    const double read_v = s->parameters.read_voltage_v;
    b->width_m = s->row_length_m;
    b->height_m = fmax(height_m, s->parts.mux_decoder.height_m);
    b->area_m2 = b->width_m * b->height_m;
    b->delay_s = 2.3 * ohm * (drain_f + 0.5 * ns_pass_gate_f(t, w));  /* 2.3 = ln 10: settles */
    b->energy_j = ns_pass_transistor_f(t, w.n_m) * vdd_v * vdd_v + 2 * drain_f * read_v * read_v;
}

cim_gate ns_precharge_gate(const cim_technology *t) {
    static const double diffusion_f = 24.4;   /* PMOS that fills a cell alone, planar            */
    static const double lone_fins = 3;        /* and at least, of fins                           */
    const int fin = t->process.fin_effective_width_m > 0;
    const double width_m = fin ? fmax(lone_fins, t->process.cell_fins) * ns_pass_unit_m(t)
                               : diffusion_f * t->node_m;
    return cim_gate_make(t, CIM_INV, 1, (cim_widths){0, width_m}, 0);
}

void ns_precharge(ns_subarray *s) {
    static const double rows = 3;             /* of standard cells                               */
    const cim_technology *t = &s->technology;
    const double cols = s->parameters.cols;
    const cim_gate g = ns_precharge_gate(t);
    const cim_gate inverter =
        cim_gate_make(t, CIM_INV, 1, cim_filled_widths(t, cim_min_widths(t, 1, 1)), 0);
    cim_block *b = &s->parts.precharger;
    b->width_m = s->row_length_m;
    b->height_m = rows * t->cell_height_m;
    b->area_m2 = b->width_m * b->height_m;
    b->delay_s = cim_stage_delay(g.p_ohm * (s->column_f + 2 * g.output_f) +
                                     s->column_ohm * s->column_f / 2, CIM_STEP_INPUT, NULL);
    b->leakage_w = cols * 2 * g.leakage_w;
    s->parts.write_driver = *b;
    s->parts.write_driver.delay_s = 0;
    s->parts.write_driver.leakage_w = cols * 3 * inverter.leakage_w;
}
