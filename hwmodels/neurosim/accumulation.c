/* Adders and registers behind the converters. */
#include "parts.h"
#include <cim_circuit/adder.h>
#include <cim_circuit/dff.h>
#include <math.h>

/* Bits of a shift-and-add unit's adder, and of the plain adder over row groups or rows. */
static double converter_bits(const ns_subarray *s) {
    const ns_parameters *p = &s->parameters;
    if (p->operationmode == NS_SEQUENTIAL)
        return ceil(log2(p->rows)) + p->cell_bit;
    return log2(p->level_output);
}

static void scale(cim_shift_adder *a, const ns_factors *f) {
    a->adder_j *= f->delta;
    a->register_j *= f->gamma;
    a->block.energy_j = a->adder_j + a->register_j;
}

/* Sums of row groups (parallel) or of rows (sequential). */
static void plain_adders(ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const ns_parameters *p = &s->parameters;
    const ns_factors f = ns_factors_of(p);
    const int sequential = p->operationmode == NS_SEQUENTIAL;
    const int sram = p->memcelltype == NS_SRAM;
    if (!sequential && s->row_groups < 2) return;
    const double bits = sequential ? ceil(log2(p->rows)) + p->cell_bit - 1
                                   : log2(p->level_output) + ceil(log2(s->row_groups)) - 1;
    const double units = sequential && sram ? p->cols : floor((double)p->cols / s->columns_per_adc);
    const cim_side side = {s->row_length_m, 0};
    const double load_f = cim_min_inverter(t).output_f;   /* pass gate of a flip-flop */
    s->parts.adder = cim_ripple_adders(t, bits, units, side, load_f);
    s->parts.adder.energy_j *= f.delta / units;
    s->parts.dff = cim_dff_bank(t, units * (bits + 1), side);
    /* The sum grows from one summand's width to the register's: half of the growth switches.
     * [Q] Sequential SRAM counts only as many adders as there would be converters. */
    const double at_work = floor((double)p->cols / s->columns_per_adc);
    const double first = sequential ? p->cell_bit : log2(p->level_output);
    const double changing = at_work * (bits + 1 + first) / 2;
    s->parts.dff.energy_j = f.gamma / at_work * cim_dff_energy_j(t, units * (bits + 1), changing);
    if (sequential && sram) {   /* a second row of registers; [Q] it does not leak */
        s->parts.dff.height_m *= 2;
        s->parts.dff.area_m2 *= 2;
    }
}

void ns_accumulation(ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const ns_parameters *p = &s->parameters;
    const ns_factors f = ns_factors_of(p);
    const double units = floor((double)p->cols / s->columns_per_adc);
    const double groups = p->operationmode == NS_PARALLEL ? ceil(log2(s->row_groups)) : 0;
    const double bits = converter_bits(s) + (p->memcelltype == NS_SRAM ? groups : 0);
    const double nw = s->cells_per_weight;
    /* Places that the weight's cells span: [Q] one a cell where rows are read together. */
    const double span = p->operationmode == NS_PARALLEL ? nw : (nw - 1) * p->cell_bit + 1;
    const cim_side side = {s->row_length_m, 0};
    plain_adders(s);
    if (nw > 1) {
        cim_shift_adder a = cim_shift_adders(t, bits, span, units, side);
        scale(&a, &f);
        s->parts.shift_add_weight = a.block;
    }
    if (p->ab > 1) {
        cim_shift_adder a = cim_shift_adders(t, bits + span, p->ab, units, side);
        scale(&a, &f);
        s->parts.shift_add_input = a.block;
    }
    const double read_bits = p->operationmode == NS_SEQUENTIAL
        ? ceil(log2(p->rows)) + p->cell_bit : log2(p->level_output) + groups;
    s->output_bits = (uint32_t)(read_bits + p->ab + (nw - 1) * p->cell_bit + 1);
}
