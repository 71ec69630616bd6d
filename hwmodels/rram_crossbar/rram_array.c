/* The array from its parts; the equations are in README.md. */
#include "rram_parts.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double pulse_gates = 4;       /* a bit: compares an input with the running count     */

/* Currents can be weighed before they are converted; what else is sensed is converted as it is. A
 * column counts as much less than the one of the leading bits as its bits do. */
static void set_joined(rram_circuit *c) {
    rram_design *d = &c->design;
    const uint32_t wanted = d->sensing == RRAM_CURRENT ? d->weight_bits_at_once / d->cell_bits : 1;
    const uint32_t there = d->columns / c->column_cells;
    c->joined = wanted < 1 ? 1 : wanted > there ? there : wanted;
    c->bits_at_once = c->joined * d->cell_bits;
    for (uint32_t i = 0; i < c->joined; ++i) {
        const double gain = exp2(-(double)(i * d->cell_bits));
        c->gains += gain;
        c->square_gains += gain * gain;
    }
}

/* Weights on cells, or on pairs of them. */
static void set_weights(rram_circuit *c) {
    rram_design *d = &c->design;
    const int pairs = d->weight_mapping == RRAM_DIFFERENTIAL;
    c->row_cells = pairs && d->sensing == RRAM_VOLTAGE ? 2 : 1;
    c->column_cells = pairs && d->sensing != RRAM_VOLTAGE ? 2 : 1;
    if (d->rows_at_once > d->rows) d->rows_at_once = d->rows;
    c->weight_rows = d->rows / c->row_cells;
    set_joined(c);
    c->weight_columns = d->columns / (c->column_cells * c->joined);
    c->weight_rows_at_once = d->rows_at_once > c->row_cells ? d->rows_at_once / c->row_cells : 1;
    const uint32_t together = c->weight_columns * c->joined;
    if (d->columns_per_adc > together) d->columns_per_adc = together;
    c->weight_columns_per_adc = d->columns_per_adc > c->joined ? d->columns_per_adc / c->joined : 1;
    c->adcs = ceil((double)c->weight_columns / c->weight_columns_per_adc);
    c->sensed = d->sample_hold ? c->weight_columns_per_adc : 1;
}

rram_circuit rram_circuit_make(const rram_design *design) {
    rram_circuit c = {.design = *design};
    const cim_cell *cell = design->cell ? design->cell : &rram_own_cell;
    set_weights(&c);
    const double access_width_m = rram_set_cell(&c, cell);
    if (design->sensing == RRAM_TIME) {
        c.stage_f = rram_stage_f(&c);
        c.cell_m2 += design->technology->inverter_area_m2;
        c.cell_width_m = c.cell_m2 / c.cell_height_m;
    }
    rram_set_lines(&c, cell, access_width_m);
    c.write_path_m2 = rram_write_path_m2(&c, cell);
    return c;
}

/* Gates of a row that make its input the width of a pulse. */
static cim_cost pulse_logic(const rram_circuit *c) {
    const rram_design *d = &c->design;
    if (d->sensing != RRAM_CURRENT || d->input == RRAM_LEVELS || d->dac_bits == 1)
        return (cim_cost){0};
    return cim_gates(d->technology, pulse_gates * d->dac_bits);
}

static void add_area(const rram_circuit *c, const rram_round *r, cim_array *a) {
    const rram_design *d = &c->design;
    a->area_m2[CIM_PART_ARRAY] = (double)d->rows * d->columns * c->cell_m2;
    a->area_m2[CIM_PART_DRIVERS] = c->write_path_m2;
    cim_array_add(a, CIM_PART_ADC, cim_cost_times(r->converter, c->adcs));
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_driver, d->rows));
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_register, d->rows));
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(pulse_logic(c), d->rows));
    cim_array_add(a, CIM_PART_DRIVERS, c->mux);
}

static void add_drivers(const rram_circuit *c, const rram_round *r, cim_array *a) {
    const rram_design *d = &c->design;
    const double supply_v = d->technology->vdd_v, busy_s = fmax(a->round_s, d->period_s);
    const double buffer_s = d->sample_hold ? r->before_s : busy_s * c->weight_columns_per_adc;
    const double once_j = r->drive_share * (r->drives * c->row_driver.energy_j +
                                            supply_v * (c->row_buffer_a + r->buffer_a) * buffer_s);
    const double pulses_j = ((double)(1u << d->dac_bits) - 1) * pulse_logic(c).energy_j;
    a->row_j[CIM_PART_DRIVERS] = c->row_cells * (once_j + c->row_register.energy_j + pulses_j);
    a->conversion_j[CIM_PART_DRIVERS] =
        c->mux.energy_j + supply_v * d->reference_a * busy_s / c->adcs;
    a->conversion_j[CIM_PART_ADC] =
        r->converter.energy_j + supply_v * r->amplifier_a * r->amplifier_s;
}

/* Heat of the cells, also of those that conduct without being converted; the read voltage comes
 * from the supply through regulators and buffers, which turn the rest into heat. */
static void add_cells(const rram_circuit *c, const rram_use *use, const rram_round *r,
                      cim_array *a) {
    const rram_design *d = &c->design;
    const double cell_s = c->off_s + (c->on_s - c->off_s) * use->mean_level;
    const double cells = c->row_cells * c->column_cells * c->joined;
    const double live = c->live_columns /
                        fmin(d->columns, c->adcs * c->sensed * c->column_cells * c->joined);
    const double a_weight = cells * live;
    const double charge_c = a_weight * d->read_voltage_v * cell_s * r->open_s /
                            (1 + c->row_drop + c->column_drop);
    const double heat_j = charge_c * d->read_voltage_v * r->square;
    a->cell_j[CIM_PART_ARRAY] = heat_j + a_weight * r->stage_j;
    a->cell_j[CIM_PART_DRIVERS] = fmax(0, charge_c * d->technology->vdd_v * r->mean - heat_j);
    /* A mirror's copy of what is converted comes from the supply once more. */
    if (c->joined > 1)
        a->cell_j[CIM_PART_ADC] = charge_c / live * c->gains / c->joined *
                                  d->technology->vdd_v * r->mean;
}

static void add_assembly(const rram_circuit *c, const rram_use *use, cim_array *a) {
    const cim_technology *t = c->design.technology;
    const int offset = c->design.weight_mapping == RRAM_OFFSET;
    if (!offset && cim_array_add_result(a, t, use->adc_bits, use->weight_bits, use->input_bits))
        return;
    cim_array_add_shift_add(a, t, use->adc_bits, use->weight_bits, use->input_bits, offset);
}

cim_array rram_array_make(const rram_circuit *c, const rram_use *use) {
    const rram_design *d = &c->design;
    const rram_round r = rram_sense(c, use);
    cim_array a = {.rows = c->weight_rows, .columns = c->weight_columns,
                   .rows_at_once = c->weight_rows_at_once,
                   .columns_per_adc = c->weight_columns_per_adc, .cell_bits = c->bits_at_once,
                   .dac_bits = d->dac_bits, .adc_bits = use->adc_bits,
                   .pair = d->weight_mapping == RRAM_DIFFERENTIAL ? 2 : 1,
                   .used_range = rram_used_range(c, use, c->weight_rows_at_once),
                   .round_s = r.before_s / c->sensed + r.converter.delay_s};
    add_area(c, &r, &a);
    add_assembly(c, use, &a);
    add_drivers(c, &r, &a);
    add_cells(c, use, &r, &a);
    rram_set_write(c, &a);
    return a;
}
