/* Sensing of the analogue schemes: currents or charge; the equations are in README.md. */
#include "sram_cell.h"
#include "sram_digital.h"
#include "sram_reading.h"
#include <cim_circuit/logic.h>
#include <math.h>
#include <stddef.h>

static const double mux_share = 0.25;      /* of a group's resistance: multiplexer of a current:
                                              DNN+NeuroSim V1.4 (measured)                        */
static const double settle_fo4 = 4;        /* time constant of a multiplexer on a column of
                                              capacitors, and of a row's DAC; assumed             */
static const double pulse_fo4 = 4;         /* shortest pulse of a row, an edge each way; assumed  */
static const double count_fo4 = 10;        /* of a counter: as a ramp's of cim_circuit/adc.h    */
static const double pulse_gates = 4;       /* a bit, to compare an input with a counter; assumed  */
static const double range_sigmas = 5;      /* of a sum, over its mean, to the largest that occurs:
                                              one of some million normal ones; assumed            */

/* One bit at a time: a driver. More: charge, a switch for each level; current, a pulse as long as
 * the input, which a counter that all rows share ends. */
uint32_t sram_read_rows(const sram_design *d) {
    if (d->sensing != SRAM_CHARGE || d->cells_per_capacitor < 2) return d->rows;
    const uint32_t n = d->cells_per_capacitor < d->rows ? d->cells_per_capacitor : d->rows;
    return (d->rows + n - 1) / n;
}

static void set_rows(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const sram_design *d = &c->design;
    const double load_f = d->columns * c->row_load_f;
    const double length_m = d->columns * c->cell_width_m;
    const double row_f = length_m * t->wire_f_per_m + load_f;
    c->row_register = cim_register(t, d->dac_bits);
    c->switch_ohm = t->inverter_ohm / fmax(1, row_f / (4 * t->inverter_input_f)); /* last stage */
    cim_cost input = {0, 0, 0, 0};
    if (d->dac_bits > 1 && d->sensing == SRAM_CHARGE) {
        const double all_f = row_f + d->columns * d->cell_capacitance_f;
        c->switch_ohm = settle_fo4 * t->fo4_s / all_f;
        input = cim_pass_gates(t, (double)(1u << d->dac_bits), c->switch_ohm, NULL);
    } else if (d->dac_bits > 1) {
        input = cim_gates(t, pulse_gates * d->dac_bits);
    }
    c->row = cim_array_line(t, length_m, load_f, c->switch_ohm);
    c->row_driver = cim_cost_after(input, cim_driver(t, c->row.capacitance_f));
    c->row_driver.delay_s += c->row.delay_s;
    if (d->sensing != SRAM_CHARGE) return;
    /* A line along the row opens a transistor in each cell. */
    const double reset_f = t->min_width_m * t->gate_f_per_m;
    c->row_reset = cim_driver(t, d->columns * (reset_f + c->cell_width_m * t->wire_f_per_m));
}

/* Conversions one after another of a converter. */
static uint32_t conversions(const sram_design *d) {
    const uint32_t n = d->columns_per_adc / d->weight_bits_at_once;
    return n > 0 ? n : 1;
}

static uint32_t converters(const sram_design *d) {
    const uint32_t together = conversions(d);
    return (d->columns / d->weight_bits_at_once + together - 1) / together;
}

void sram_set_columns(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const sram_design *d = &c->design;
    const double length_m = d->rows * c->cell_height_m;
    const double loads_f = sram_read_rows(d) * c->column_load_f;
    const double cells_f = loads_f + length_m * t->wire_f_per_m;
    const double widest_ohm = t->nmos_ohm_m / (2 * t->nmos_small_width_m);
    const double wanted_ohm = d->sensing == SRAM_CHARGE
                                  ? settle_fo4 * t->fo4_s / (2 * cells_f)
                                  : mux_share * c->cell_ohm * 2 / d->rows_at_once;
    c->mux_ohm = fmin(wanted_ohm, widest_ohm);
    double drain_f = 0;
    cim_cost gates = cim_pass_gates(t, d->columns * c->column_lines, c->mux_ohm, &drain_f);
    gates.energy_j *= c->column_lines;
    const double adcs = converters(d);
    const cim_cost decoder = cim_decoder(t, d->columns_per_adc,
                                         adcs * gates.energy_j / (t->vdd_v * t->vdd_v));
    c->mux = cim_cost_beside(gates, decoder);
    c->mux.energy_j = gates.energy_j + decoder.energy_j / adcs;  /* shared by a round's columns */
    /* All multiplexer inputs of an ADC load its side. */
    c->column = cim_array_line(t, length_m,
                               loads_f + d->columns_per_adc * drain_f, 2 * c->mux_ohm);
}

/* A switch a line to precharge it; the charge itself is that of what the cells take. */
static void set_reset(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const sram_design *d = &c->design;
    const double reset_ohm = settle_fo4 * t->fo4_s / c->column.capacitance_f;
    const cim_cost reset = cim_pass_gates(t, d->columns * c->column_lines, reset_ohm, NULL);
    c->write_path = cim_cost_beside(c->write_path, reset);
    c->reset_j = c->column_lines * reset.energy_j;
    /* An idle column of read ports discharges while its rows are driven. */
    if (d->sensing == SRAM_CURRENT && d->cell_type == SRAM_8T)
        c->reset_j += c->column_lines * c->column.capacitance_f * d->read_voltage_v * t->vdd_v;
}

sram_circuit sram_circuit_make(const sram_design *design) {
    sram_circuit c = {.design = *design, .used_range = 1};
    sram_design *d = &c.design;
    if (d->rows_at_once > sram_read_rows(d)) d->rows_at_once = sram_read_rows(d);
    if (d->columns_per_adc > d->columns) d->columns_per_adc = d->columns;
    if (d->weight_bits_at_once > d->columns) d->weight_bits_at_once = d->columns;
    if (d->sensing == SRAM_DIGITAL) return sram_digital_circuit(design);
    sram_set_cell(&c);
    set_rows(&c);
    sram_set_columns(&c);
    sram_set_write_path(&c);
    set_reset(&c);
    return c;
}

uint32_t sram_weight_columns(const sram_design *d, uint32_t weight_bits) {
    return d->sensing == SRAM_DIGITAL ? sram_digital_columns(d, weight_bits) : weight_bits;
}

double sram_on_a(const sram_circuit *c) { return c->drop_v / c->cell_ohm; }

static double input_f(const sram_circuit *c, const cim_adc *adc) {
    const cim_technology *t = c->design.technology;
    switch (c->design.adc_type) {
    case SRAM_FLASH: return cim_adc_flash_input_f(t, adc);
    case SRAM_RAMP: return cim_adc_ramp_input_f(t, adc);
    default: return cim_adc_sar_input_f(t, adc);
    }
}

static cim_cost convert(const sram_circuit *c, const cim_adc *adc) {
    const cim_technology *t = c->design.technology;
    switch (c->design.adc_type) {
    case SRAM_FLASH: return cim_adc_flash(t, adc);
    case SRAM_RAMP: return cim_adc_ramp(t, adc);
    default: return cim_adc_sar(t, adc);
    }
}

/* The least difference between two inputs of a cell, as a share of its signal. */
static double digit(const sram_design *d) { return 1 / ((double)(1u << d->dac_bits) - 1); }

double sram_smallest(const sram_design *d) {
    return digit(d) / ((double)(1u << d->weight_bits_at_once) - 1);
}

static void set_swing(const sram_circuit *c, reading *r) {
    const sram_design *d = &c->design;
    const double cell_v = d->technology->vdd_v * d->cell_capacitance_f / r->column_f;
    r->swing_v = d->rows_at_once * cell_v;
    const double least_v = (double)(1u << r->adc.bits) * cell_v * sram_smallest(d);
    r->adc.full_scale_v = fmax(r->swing_v * c->used_range, least_v);
}

/* A single one is an edge each way. Several are counted, and no shorter than their row takes to
 * follow. */
static double shortest_pulse_s(const sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    if (c->design.dac_bits == 1) return pulse_fo4 * t->fo4_s;
    return fmax(count_fo4 * t->fo4_s, c->row_driver.delay_s);
}

/* Cells discharge a column as long as they saturate; those that are read through their access
 * transistors, not below half the supply, where they would be written. All rows and the longest
 * inputs take the whole swing; where the shortest pulse would take more, rows are driven lower. */
static void set_discharge(const sram_circuit *c, reading *r) {
    const sram_design *d = &c->design;
    const cim_technology *t = d->technology;
    const double units = 1 / digit(d), pulse_s = shortest_pulse_s(c);
    const double linear_v = t->vdd_v - t->overdrive_v;
    r->swing_v = d->cell_type == SRAM_6T ? fmin(linear_v, t->vdd_v / 2) : linear_v;
    r->adc.full_scale_v = r->swing_v * c->used_range;
    r->column_f += input_f(c, &r->adc);
    const double unit_s = r->column_f * r->swing_v / (d->rows_at_once * sram_on_a(c) * units);
    r->weakening = fmin(1, unit_s / pulse_s);
    r->integration_s = units * fmax(unit_s, pulse_s);
}

reading sram_read(const sram_circuit *c, uint32_t adc_bits) {
    const sram_design *d = &c->design;
    const cim_technology *t = d->technology;
    reading r = {.adc = {.bits = adc_bits, .shared_by = converters(d),
                         .full_scale_v = t->vdd_v / 2 * c->used_range}};
    r.column_f = c->column.capacitance_f;
    r.weakening = 1;
    /* Columns that go together share their charge one after another, the least bit first: each time
     * what was there is halved; or at once, through a ladder's capacitors between them. */
    const double turns = d->weighting == SRAM_LADDER ? 1 : d->weight_bits_at_once;
    const double settle_s = c->column.delay_s * (adc_bits + 1.0) * turns;
    if (d->sensing == SRAM_DISCHARGE) {
        set_discharge(c, &r);
        r.sense_s = settle_s + r.integration_s;
        return r;
    }
    if (d->sensing == SRAM_CHARGE) {
        set_swing(c, &r);
        r.column_f += input_f(c, &r.adc);   /* of a converter for the column alone */
        set_swing(c, &r);
        r.sense_s = settle_s + 0.69 * c->cell_ohm * d->cell_capacitance_f * (adc_bits + 1.0);
        return r;
    }
    const double units = 1 / digit(d);
    const double unit_s = input_f(c, &r.adc) * t->vdd_v / 2 /
                          (d->rows_at_once * sram_on_a(c) * units);
    r.integration_s = units * fmax(unit_s, shortest_pulse_s(c));
    r.sense_s = settle_s + r.integration_s;
    return r;
}

/* Mean of a cell's signal y and of its square, as shares of full scale: x w; of signed bits x or
 * its complement. */
typedef struct signal { double mean, square; } signal;

static signal signal_of(const sram_circuit *c, const sram_use *use) {
    const double density = use->input_density, level = use->mean_level;
    const double square = cim_mean_square_input(density, c->design.dac_bits);
    signal y = {density * level, square * level};
    if (c->design.weight_mapping == SRAM_OFFSET) return y;
    y.mean += (1 - density) * (1 - level);
    y.square += (1 - 2 * density + square) * (1 - level);
    return y;
}

/* Normal sums of random inputs and bits, about their mean; signed ones about the middle of the
 * range. */
void sram_set_range(sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    if (d->adc_range == SRAM_FULL || d->sensing == SRAM_DIGITAL) return;
    const double x = use->input_density, w = use->mean_level, rows = d->rows_at_once;
    const double square = cim_mean_square_input(x, d->dac_bits);
    const double levels = exp2(d->weight_bits_at_once) - 1;
    double mean = x * w, variance = square * w * (2 * levels + 1) / (3 * levels) - mean * mean;
    if (d->weight_mapping == SRAM_DIFFERENTIAL) {   /* between -1 and 1 */
        const signal y = signal_of(c, use);
        const int charge = d->sensing == SRAM_CHARGE;
        mean = fabs(charge ? 2 * y.mean - 1 : x * (2 * w - 1));
        variance = charge ? 4 * (y.square - y.mean * y.mean) : square - mean * mean;
    }
    c->used_range = fmin(1, mean + range_sigmas * sqrt(fmax(0, variance) / rows));
}

/* Energies of the cells themselves. */
static void add_cells(cim_array *a, const sram_circuit *c, const sram_use *use, const reading *r) {
    const sram_design *d = &c->design;
    const double supply_v = d->technology->vdd_v;
    a->area_m2[CIM_PART_ARRAY] = (double)d->rows * d->columns * c->cell_m2;
    a->leakage_w[CIM_PART_ARRAY] = (double)d->rows * d->columns * c->cell_leakage_w;
    a->conversion_j[CIM_PART_ARRAY] = c->reset_j;
    if (d->sensing == SRAM_CHARGE) {
        const signal y = signal_of(c, use);
        a->cell_j[CIM_PART_ARRAY] =
            supply_v * supply_v *
            (d->cell_capacitance_f * (y.square - r->swing_v / supply_v * y.mean * y.mean) +
             c->node_f * y.square);
        return;
    }
    /* The clamps hold all columns of 6T cells, so all of them draw current in every round. A signed
     * cell conducts on one of its sides. */
    const double rounds = d->cell_type == SRAM_6T ? conversions(d) : 1;
    const double on = d->weight_mapping == SRAM_DIFFERENTIAL ? 1 : use->mean_level;
    if (d->sensing == SRAM_DISCHARGE) {   /* its share of the swing, charged again */
        a->cell_j[CIM_PART_ARRAY] = supply_v * r->column_f * r->swing_v / d->rows_at_once *
                                    use->input_density * on;
        return;
    }
    a->cell_j[CIM_PART_ARRAY] = rounds * supply_v * sram_on_a(c) * use->input_density * on *
                                r->sense_s;
}

static void add_drivers(cim_array *a, const sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    const double rows = sram_read_rows(d);
    cim_array_add(a, CIM_PART_DRIVERS, c->write_path);
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_driver, c->row_lines * rows));
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_register, rows));
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_reset, rows));
    cim_array_add(a, CIM_PART_DRIVERS, c->mux);
    /* Clamped 6T cells, and pulses into an integrator, need a new pulse in every round. */
    const int held = d->sensing != SRAM_CURRENT || (d->cell_type == SRAM_8T && d->dac_bits == 1);
    /* Of two lines, one rises whatever the input. */
    const double driven = c->row_lines > 1 ? 1 : 1 - pow(1 - use->input_density, d->dac_bits);
    a->row_j[CIM_PART_DRIVERS] = driven * c->row_driver.energy_j * (held ? 1 : conversions(d)) +
                                 c->row_reset.energy_j + c->row_register.energy_j;
    a->conversion_j[CIM_PART_DRIVERS] = c->mux.energy_j;
    a->write_j = c->write_j;
    a->write_row_s = c->write_row_s;
}

/* From one column a conversion to several: the chip sees one of cells of so many bits. */
static void take_together(cim_array *a, const sram_design *d) {
    const uint32_t n = d->weight_bits_at_once;
    a->columns = d->columns / n;
    a->columns_per_adc = conversions(d);
    a->cell_bits = n;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        a->conversion_j[p] *= n;
        a->cell_j[p] *= n;
    }
    a->write_j *= n;
}

cim_array sram_array_make(const sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    if (d->sensing == SRAM_DIGITAL) return sram_digital_array(c, use);
    const cim_technology *t = d->technology;
    cim_array a = {.rows = d->rows, .rows_at_once = d->rows_at_once, .dac_bits = d->dac_bits,
                   .volatile_cells = 1, .used_range = c->used_range};
    reading r = sram_read(c, use->adc_bits);
    const double before_s = fmax(c->row_driver.delay_s, c->mux.delay_s) + r.sense_s;
    r.adc.time_s = d->period_s - before_s;   /* negative: as fast as it can */
    const cim_cost converter = convert(c, &r.adc);
    a.round_s = before_s + converter.delay_s;
    add_cells(&a, c, use, &r);
    add_drivers(&a, c, use);
    take_together(&a, d);
    cim_array_add(&a, CIM_PART_ADC, cim_cost_times(converter, cim_array_adcs(&a)));
    a.conversion_j[CIM_PART_ADC] = converter.energy_j;
    const int offset = d->weight_mapping == SRAM_OFFSET;
    if (offset || !cim_array_add_result(&a, t, use->adc_bits, use->weight_bits, use->input_bits))
        cim_array_add_shift_add(&a, t, use->adc_bits, use->weight_bits, use->input_bits, offset);
    return a;
}

double sram_read_voltage_limit(const sram_circuit *c) {
    return c->design.technology->overdrive_v;
}
