/* Converters: flash of multi-level sense amplifiers with its encoder, and SAR. */
#include "parts.h"
#include <cim_circuit/adc.h>
#include <math.h>

static double fit(const cim_piece *p, double x) {
    for (int last = 2; last > 0 && x >= p->below; --last) ++p;   /* the third has no end */
    return p->constant + (p->slope != 0 ? p->slope * x : 0) +
           (p->log_slope != 0 ? p->log_slope * log(x) : 0);
}

static double levels_of(const ns_parameters *p) {
    return p->operationmode == NS_SEQUENTIAL ? exp2(p->cell_bit) : p->level_output;
}

/* Reference i of the flash. */
static double reference_ohm(const ns_subarray *s, double i) {
    const ns_parameters *p = &s->parameters;
    const double levels = levels_of(p), on = p->cell.resistance_on_ohm;
    if (p->operationmode == NS_SEQUENTIAL) {
        const double low = 1 / (on * p->cell.on_off), high = 1 / on;
        return 1 / (high + (i + 0.5) * (low - high) / (levels - 1));
    }
    const double cell_ohm = p->memcelltype == NS_SRAM ? s->cell_access_ohm : on;
    return cell_ohm / p->rowpar / (1 - i / levels);
}

static double settling_s(const ns_subarray *s, double ohm) {
    static const double excess_ohm = 100e3;   /* where time_excess_s was found */
    const cim_technology *t = &s->technology;
    const cim_converter_fit *f = &t->process.converter;
    double time_s = fit(f->time_s, ohm);
    if (ohm > f->time_knee_ohm) {
        const double load_f = s->column_f + cim_transistor_gate_f(t, 2 * t->node_m) *
                                                (levels_of(&s->parameters) - 3);
        time_s += f->time_excess_s / (excess_ohm - f->time_knee_ohm) * (ohm - f->time_knee_ohm) *
                  (load_f - f->time_load_f) / f->time_load_f;
    }
    return time_s;
}

static double comparison_s(const ns_subarray *s) {
    if (!s->parameters.current_mode) return 1e-9;
    const double last = levels_of(&s->parameters) - 2;
    return fmax(settling_s(s, reference_ohm(s, fmin(1, last))),
                settling_s(s, reference_ohm(s, last)));
}

static double heat(const ns_subarray *s) {
    return 1 + 1.3e-3 * (s->parameters.temperature_k - 300);
}

/* Power of a flash, or of a SAR, that measures a column of `ohm`. */
static double flash_w(const ns_subarray *s, double ohm) {
    const cim_process *p = &s->technology.process;
    if (!s->parameters.current_mode) return 0;
    if (isinf(ohm)) return 1e-6 * heat(s);
    const double at = ohm * 0.5 / s->parameters.read_voltage_v, n = levels_of(&s->parameters) - 1;
    double w = n * fit(p->converter.power_w, at);
    if (p->converter.power_scale_w > 0)
        w += p->converter.power_scale_w * exp(-p->converter.power_decay * log10(at));
    return w * heat(s);
}

static double sar_w(const ns_subarray *s, double ohm) {
    const cim_converter_fit *f = &s->technology.process.converter;
    if (isinf(ohm)) return 1e-6 * heat(s);
    const double at = ohm * 0.5 / s->parameters.read_voltage_v;
    return (f->sar_bit_w * log2(levels_of(&s->parameters)) + f->sar_base_w +
            f->sar_scale_w * exp(-f->sar_decay * log10(at))) * heat(s);
}

static double converters_of(const ns_subarray *s) {
    return floor((double)s->parameters.cols / s->columns_per_adc);
}

/* Smallest NMOS, PMOS in a cell of its own. */
static double single_cell_m2(const cim_technology *t) {
    return 2 * t->poly_pitch_m * t->cell_height_m;
}

static void set_area(const ns_subarray *s, cim_block *b, double area_m2) {
    b->area_m2 = area_m2;
    b->width_m = s->row_length_m;
    b->height_m = area_m2 / b->width_m;
}

static void encoder(ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const double levels = levels_of(&s->parameters), bits = log2(levels), inputs = levels / 2;
    const double n = converters_of(s);
    const cim_gate inv = cim_min_inverter(t);
    const cim_gate nand = cim_gate_make(t, CIM_NAND, 2, cim_min_widths(t, 2, 1), 0);
    /* [Q] Laid out for wider transistors: where cells hold two fins they are folded. */
    const double folds = ns_fins(t) == 2 ? 2 : 1, h_m = t->cell_height_m;
    const double nand_m = (folds > 1 ? 2 * (folds + 1) : 3) * t->poly_pitch_m;
    const double big_m = (folds > 1 ? inputs * (folds + 1) : inputs + 1) * t->poly_pitch_m;
    const double area_m2 = h_m * ((levels - 1) * (inv.width_m + nand_m) + bits * big_m);
    const double width_m = inv.width_m + nand_m + big_m;
    cim_block *b = &s->parts.encoder;
    set_area(s, b, ceil(n * width_m / s->row_length_m) * area_m2 / width_m * s->row_length_m);
    /* [Q] A NAND2 that does not fill its cell counts one of the two sidewalls of its drains. */
    static const double drains = 3, drain_f = 2.8;      /* two of the NMOS in series, a PMOS      */
    const double uncounted_f = ns_fins(t) > 0 ? 0 : t->process.sidewall_f_per_m * drains * drain_f *
                                                        t->node_m;
    const double load_f = nand.output_f - uncounted_f + inputs * nand.input_f;
    double ramp = CIM_STEP_INPUT;
    b->delay_s = cim_stage_delay(inv.n_ohm * (inv.output_f + 4 * nand.input_f), ramp, &ramp);
    b->delay_s += cim_stage_delay(2 * nand.n_ohm * load_f, ramp, &ramp);
    /* [Q] Widths of twice the laid-out PMOS leak; switching costs nothing. Else a result's edge
     * moves from one gate to another, and half of the bits flip. */
    if (s->parameters.without[NS_ENCODER_ENERGY])
        b->energy_j = t->vdd_v * t->vdd_v *
                      (2 * (inv.input_f + inv.output_f + 2 * nand.input_f + nand.output_f) +
                       bits / 2 * load_f);
    const double one_w = nand.leakage_w / (0.48 * 2);
    b->leakage_w = n * ((levels - 1) * (2 * nand.leakage_w + 5 * inv.leakage_w) +
                        bits * 0.31 * inputs * 2 * one_w);
}

/* Our own models' flash (hwmodels/circuit), encoder included. */
static cim_cost matched_cost(const ns_subarray *s) {
    const cim_adc adc = {.bits = (uint32_t)ceil(log2(levels_of(&s->parameters))),
                         .shared_by = (uint32_t)converters_of(s),
                         .full_scale_v = s->technology.vdd_v / 2};
    return cim_adc_flash(&s->technology, &adc);
}

/* Its area, leakage and switching; its time stays the reference's. */
static void matched_flash(ns_subarray *s) {
    const double n = converters_of(s);
    const cim_cost one = matched_cost(s);
    set_area(s, &s->parts.adc, n * one.area_m2);
    s->parts.adc.leakage_w = n * one.leakage_w;
    s->comparators_j = one.energy_j;
    s->parts.encoder = (cim_block){.delay_s = s->parts.encoder.delay_s};
}

static void flash(ns_subarray *s) {
    static const double cells = 9;            /* of single transistors, a comparator             */
    const cim_technology *t = &s->technology;
    const ns_parameters *p = &s->parameters;
    const double levels = levels_of(p);
    /* A dummy column of references, shared by the comparators of as many converters as levels.
     * [Q] Where it takes the width of the wire for the node. */
    const double wire_m = t->process.metal[0].width_m;
    const double row_m = p->memcelltype == NS_SRAM ? t->node_m : wire_m;
    const double dummy_m2 =
        p->rows * p->cell.height_f * wire_m * p->cell.width_f * row_m / p->level_output;
    cim_block *b = &s->parts.adc;
    set_area(s, b, converters_of(s) * (levels - 1) * (cells * single_cell_m2(t) + dummy_m2));
    b->delay_s = comparison_s(s);
    encoder(s);
    if (p->without[NS_COMPARATORS]) matched_flash(s);
}

/* A nanosecond a step at every node. */
double ns_sar_delay_s(const ns_subarray *s) {
    return (log2(levels_of(&s->parameters)) + 1) * 1e-9;
}

static void sar(ns_subarray *s) {
    const double bits = log2(levels_of(&s->parameters));
    cim_block *b = &s->parts.adc;
    set_area(s, b, converters_of(s) * single_cell_m2(&s->technology) *
                       (269 + 109 * (bits - 1) + 209 + 73 * (bits - 1)));
    b->delay_s = ns_sar_delay_s(s);
}

void ns_converter(ns_subarray *s) {
    const ns_parameters *p = &s->parameters;
    if (p->operationmode == NS_SEQUENTIAL && p->memcelltype == NS_SRAM) ns_latch_amplifier(s);
    else if (p->sar_adc) sar(s);
    else flash(s);
}

/* Switched capacitance energy of one comparator's decision. [Q] The column's share over the
 * comparators is lost but for one in as many as share a dummy column. */
static double switching_j(const ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const ns_parameters *p = &s->parameters;
    const cim_widths w = cim_min_widths(t, 1, 1);
    const double n = levels_of(p), read_v = t->process.read_voltage_v, vdd2 = t->vdd_v * t->vdd_v;
    const double gn = cim_transistor_gate_f(t, w.n_m), gp = cim_transistor_gate_f(t, w.p_m);
    const double dn = cim_gate_make(t, CIM_INV, 1, (cim_widths){w.n_m, 0}, 0).output_f;
    const double dp = cim_gate_make(t, CIM_INV, 1, (cim_widths){0, w.p_m}, 0).output_f;
    const double shared_f = dn + (p->current_mode ? gn : 0);
    const double reference_j =
        p->memcelltype == NS_SRAM ? p->rows * (s->row_f / p->cols) * vdd2 / n : 0;
    double column_f = s->column_f / p->level_output;
    if (p->without[NS_COLUMN_CHARGE]) column_f += s->column_f / (n - 1);
    return read_v * read_v * (column_f + 2 * gn + shared_f / (n - 1) +
                              shared_f / n) +
           reference_j +
           vdd2 * (2 * gp + gn + 3 * gp + 3 * gn + 3 * (dp + dn) + dp + gp + gn);
}

double ns_conversion_energy_j(const ns_subarray *s, double column_ohm) {
    const ns_parameters *p = &s->parameters;
    if (p->sar_adc) return sar_w(s, column_ohm) * s->parts.adc.delay_s;
    return s->comparators_j +
           fmax(0, (flash_w(s, column_ohm) + s->reference_w) * s->parts.adc.delay_s);
}

void ns_comparators(ns_subarray *s) {
    const double n = levels_of(&s->parameters);
    double w = 0;
    if (s->parameters.without[NS_COMPARATORS]) {
        s->comparators_j = matched_cost(s).energy_j;
        return;
    }
    for (double i = 1; i <= n - 3; ++i) w += flash_w(s, reference_ohm(s, i));
    s->reference_w = w / n;
    s->comparators_j = (n - 1) * switching_j(s) + s->parts.encoder.energy_j;
}

/* Resistance of a cell at a level, 0 .. levels - 1. */
static double level_ohm(const ns_parameters *p, double level, double levels) {
    const double on = p->cell.resistance_on_ohm, low = 1 / (on * p->cell.on_off);
    return 1 / (low + level / (levels - 1) * (1 / on - low));
}

ns_spread ns_column_spread(const ns_subarray *s, double cells) {
    const ns_parameters *p = &s->parameters;
    if (p->memcelltype == NS_SRAM || !(cells > 0)) return (ns_spread){0, 3};
    const double levels = exp2(p->cell_bit);
    const double access = p->accesstype == NS_ACCESS_CMOS ? s->cell_access_ohm : 0;
    double mean = 0, second = 0, fourth = 0;
    for (double level = 0; level < levels; ++level)
        mean += 1 / (level_ohm(p, level, levels) + access) / levels;
    for (double level = 0; level < levels; ++level) {
        const double off = 1 / (level_ohm(p, level, levels) + access) / mean - 1;
        second += off * off / levels;
        fourth += off * off * off * off / levels;
    }
    return (ns_spread){sqrt(second / cells), 3 + (fourth / (second * second) - 3) / cells};
}

/* Mean resistance of column `column` (0 ..) of an array of which rows_used hold weights and
 * rows_active conduct: every cell the mean of its states. [Q] Wire lengths swap the cell's height
 * and width. */
double ns_column_ohm(const ns_subarray *s, double rows_used, double rows_active, double column) {
    const cim_process *process = &s->technology.process;
    const ns_parameters *p = &s->parameters;
    if (!(rows_active > 0)) return INFINITY;
    const cim_metal *m = &process->metal[0];
    const double wire = m->ohm_m / (m->width_m * m->width_m * m->aspect) * m->width_m;
    if (p->memcelltype == NS_SRAM)
        return (s->cell_access_ohm + wire * p->cell.width_f) / rows_active;
    const double levels = exp2(p->cell_bit);
    const double access = p->accesstype == NS_ACCESS_CMOS ? s->cell_access_ohm : 0;
    const double along = (column + 1) * wire * p->cell.height_f + access;
    const double step = wire * p->cell.width_f;
    double siemens = 0;
    for (double level = 0; level < levels; ++level) {
        const double ohm = level_ohm(p, level, levels) + along;
        /* Mean over the rows' distances 1 .. rows_used of 1 / (ohm + distance step). */
        siemens += log((ohm + (rows_used + 0.5) * step) / (ohm + 0.5 * step)) /
                   (step * rows_used) / levels;
    }
    return 1 / (rows_active * siemens);
}
