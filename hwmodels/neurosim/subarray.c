/* A sub-array put together: lines, circuits, box, clock. */
#include "subarray.h"
#include "parts.h"
#include "technology.h"
#include <math.h>
#include <stddef.h>

static int is_sram(const ns_subarray *s) { return s->parameters.memcelltype == NS_SRAM; }
static int is_sequential(const ns_subarray *s) {
    return s->parameters.operationmode == NS_SEQUENTIAL;
}

static ns_status check(const ns_parameters *p) {
    if (!p->process || p->rows == 0 || p->cols == 0 || p->wb == 0 || p->cell_bit == 0 ||
        p->ab == 0)
        return NS_BAD_GEOMETRY;
    if (p->num_col_muxed == 0 || p->num_col_muxed > p->cols) return NS_BAD_GEOMETRY;
    const int sequential = p->operationmode == NS_SEQUENTIAL;
    if (!sequential && (p->rowpar == 0 || p->rowpar > p->rows)) return NS_BAD_GEOMETRY;
    if (sequential && p->memcelltype == NS_SRAM) return NS_OK;   /* no converter */
    const uint32_t levels = sequential ? 1u << p->cell_bit : p->level_output;
    /* [Q] The reference has no finite result for a flash of one reference. */
    return !p->sar_adc && levels < 4 ? NS_NO_REFERENCE : NS_OK;
}

static double sum_height(const cim_block *const *b, int n) {
    double m = 0;
    for (int i = 0; i < n; ++i) m += b[i]->height_m;
    return m;
}

/* Blocks on the columns' side are stacked over the array's width, those on the rows' side beside
 * its height; corners stay empty and count. */
static void set_box(ns_subarray *s) {
    const ns_subarray_parts *q = &s->parts;
    const cim_block *const column[] = {&q->source_line_matrix, &q->level_shifters[2], &q->mux,
                                       &q->adc, &q->encoder, &q->sense_amplifier, &q->adder,
                                       &q->dff, &q->shift_add_weight, &q->shift_add_input,
                                       &q->precharger, &q->write_driver};
    const double beside_m = q->row_drive.width_m + q->word_decoder.width_m +
                            q->word_driver.width_m + q->level_shifters[0].width_m +
                            q->level_shifters[1].width_m;
    s->height_m = s->column_length_m + sum_height(column, sizeof column / sizeof column[0]);
    s->width_m = s->row_length_m + fmax(beside_m, q->mux_decoder.width_m);
    s->area_m2 = s->height_m * s->width_m;
    s->used_m2.adc = q->adc.area_m2 + q->encoder.area_m2 + q->precharger.area_m2 +
                     q->sense_amplifier.area_m2;
    s->used_m2.accum = q->adder.area_m2 + q->dff.area_m2 + q->shift_add_weight.area_m2 +
                       q->shift_add_input.area_m2;
    s->used_m2.other = q->write_driver.area_m2 + q->row_drive.area_m2 +
                       q->source_line_matrix.area_m2 + q->word_decoder.area_m2 +
                       q->word_driver.area_m2 + q->mux.area_m2 + q->mux_decoder.area_m2;
    for (int i = 0; i < 3; ++i) s->used_m2.other += q->level_shifters[i].area_m2;
    if (s->parameters.without[NS_CORNERS]) {    /* the same shape, with the circuits all around */
        s->area_m2 = s->array_m2 + ns_split_sum(s->used_m2);
        const double shrink = sqrt(s->area_m2 / (s->height_m * s->width_m));
        s->height_m *= shrink;
        s->width_m *= shrink;
    }
}

/* Sub-threshold leakage of a 6T cell: its two inverters; that of the access transistors is not
 * counted [Q]. */
static double cell_leakage_w(const ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const double unit_m = ns_pass_unit_m(t);
    const cim_widths w = {s->parameters.cell.pull_down_width_f * unit_m,
                          s->parameters.cell.pull_up_width_f * unit_m};
    const double inverters_w = 2 * cim_gate_make(t, CIM_INV, 1, w, 0).leakage_w;
    if (!s->parameters.without[NS_CELL_LEAKAGE]) return inverters_w;
    /* Both bit lines are high: that on the side that stores a zero. */
    const double access_m = s->parameters.cell.access_width_f * unit_m;
    return inverters_w + access_m * t->nmos_off_a_per_m * t->vdd_v;
}

static void set_leakage(ns_subarray *s) {
    const ns_subarray_parts *q = &s->parts;
    const cim_block *const all[] = {&q->precharger, &q->write_driver, &q->row_drive,
                                    &q->source_line_matrix, &q->word_decoder, &q->word_driver,
                                    &q->mux_decoder, &q->adc, &q->encoder, &q->sense_amplifier,
                                    &q->adder, &q->dff, &q->shift_add_weight, &q->shift_add_input};
    const ns_parameters *p = &s->parameters;
    s->leakage_w = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; ++i) s->leakage_w += all[i]->leakage_w;
    s->leakage_unselected_w = 0;
    if (is_sram(s)) {
        const double cell_w = cell_leakage_w(s), rows = p->rows, cols = p->cols;
        s->leakage_w += rows * cols * cell_w;
        const double rounds = is_sequential(s) ? rows : (double)s->columns_per_adc * s->row_groups;
        s->leakage_unselected_w = rows * cols * (1 - 1 / rounds) * cell_w;
    }
}

static double sensing_cycle_s(const ns_subarray *s) {
    const ns_subarray_parts *q = &s->parts;
    const double rows_s = q->row_drive.delay_s + q->word_decoder.delay_s + q->word_driver.delay_s;
    const double columns_s = q->mux.delay_s + q->mux_decoder.delay_s;
    double sum = fmax(rows_s, columns_s) + q->precharger.delay_s + q->adc.delay_s +
                 q->encoder.delay_s + q->sense_amplifier.delay_s;
    if (is_sequential(s)) sum += s->column_delay_s;
    return ns_factors_of(&s->parameters).beta * sum;
}

ns_status ns_subarray_init(ns_subarray *s, const ns_parameters *p) {
    ns_status status = check(p);
    if (status != NS_OK) return status;
    *s = (ns_subarray){.parameters = *p};
    if (!ns_technology_init(&s->technology, p->process, p->temperature_k))
        return NS_BAD_TEMPERATURE;
    if (is_sram(s)) s->parameters.cell_bit = 1;
    s->cells_per_weight = (p->wb + s->parameters.cell_bit - 1) / s->parameters.cell_bit;
    s->row_groups = is_sequential(s) ? 1 : p->rows / p->rowpar;
    s->columns_per_adc = is_sequential(s) && is_sram(s) ? s->cells_per_weight : p->num_col_muxed;
    status = ns_array_lines(s);
    if (status != NS_OK) return status;
    s->column_delay_s = ns_column_delay_s(s);
    ns_row_drive(s);
    ns_level_shifters(s);
    if (!(is_sequential(s) && is_sram(s))) ns_column_mux(s);
    if (is_sram(s)) ns_precharge(s);
    ns_converter(s);
    if (s->parts.encoder.area_m2 > 0) ns_comparators(s);
    ns_accumulation(s);
    set_box(s);
    set_leakage(s);
    s->cycle_s = sensing_cycle_s(s);
    return NS_OK;
}

/* A flash leaves the comparators and references beyond the levels off; those in use stay on for as
 * long as the chip's clock has it sense. A SAR stops after the bits it needs. [ours] */
void ns_subarray_use_levels(ns_subarray *s, const ns_subarray *built, uint32_t levels) {
    *s = *built;
    s->parameters.level_output = levels;
    if (s->parameters.sar_adc) s->parts.adc.delay_s = ns_sar_delay_s(s);
    else ns_comparators(s);
    ns_accumulation(s);
}
