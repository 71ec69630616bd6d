/* The RRAM cell and its sensing scheme; the equations are in README.md. */
#include "rram_array.h"
#include <cim_circuit/logic.h>
#include <math.h>
#include <stddef.h>

static const double access_share = 0.25;   /* of the on-resistance: access transistor, and likewise
                                              the column multiplexer of a group's resistance:
                                              DNN+NeuroSim V1.4 (measured)        */
static const double cell_f2 = 48;          /* smallest 1T1R cell, 4 F x 12 F: ibid., section 1    */
static const double cell_height_f = 4;
static const double row_drop = 0.05;       /* of the read voltage over a row's switch; assumed    */
static const double write_path_f2 = 2.1e4; /* level shifter of one line, for write voltages above
                                              the supply: 10.0 um2 at 22 nm (R-F000 of
                                              DNN+NeuroSim V1.4, measured)      */
static const double write_path_least_m = 22e-9; /* its input/output transistors do not shrink on  */
static const double electron_c = 1.602176634e-19; /* SI, exact                                    */

/* Defaults of DNN+NeuroSim V1.4 for RRAM (measured). */
const cim_cell rram_own_cell = {.access = CIM_ACCESS_1T1R, .on_resistance_ohm = 1e5,
                                .on_off_ratio = 17, .read_voltage_v = 0.5};

/* Room for a transistor: 3 (W/F + 1) F^2 (Dong et al., NVSim, IEEE TCAD 2012). */
static double room_f2(double drawn_f) { return 3 * (drawn_f + 1); }
static double fitting_f(double area_f2) { return fmax(1, area_f2 / 3 - 1); }

/* Width of the transistor in or of a cell; 0: it has none. */
static double transistor(const rram_circuit *c, const cim_cell *cell) {
    const cim_technology *t = c->design.technology;
    const double small_m = t->nmos_small_width_m, on_ohm = c->design.on_resistance_ohm;
    if (cell->access == CIM_ACCESS_CROSS_POINT) return 0;
    if (cell->access == CIM_ACCESS_1T) return small_m;
    /* Wide enough to matter little, as far as a cell of a stated size has room for it. */
    const double wanted_m = fmax(small_m, t->nmos_ohm_m / (access_share * on_ohm));
    if (!(cell->height_f > 0)) return wanted_m;
    return fmin(wanted_m, small_m * fitting_f(cell->height_f * cell->width_f));
}

static void set_size(rram_circuit *c, const cim_cell *cell, double access_width_m) {
    const cim_technology *t = c->design.technology;
    const int stated = cell->height_f > 0;
    const double area_f2 = stated ? cell->height_f * cell->width_f
                                  : fmax(cell_f2, room_f2(access_width_m / t->nmos_small_width_m));
    c->cell_m2 = area_f2 * t->node_m * t->node_m;
    c->cell_height_m = (stated ? cell->height_f : cell_height_f) * t->node_m;
    c->cell_width_m = c->cell_m2 / c->cell_height_m;
}

/* Resistive cell behind an access transistor, or none. */
static void set_cell(rram_circuit *c, const cim_cell *cell, double *access_width_m) {
    const double on_ohm = c->design.on_resistance_ohm, off_ohm = on_ohm * c->design.on_off_ratio;
    const double width_m = transistor(c, cell);
    const double series_ohm_m = c->design.technology->nmos_ohm_m;
    c->access_ohm = cell->access == CIM_ACCESS_1T1R ? series_ohm_m / width_m : 0;
    c->on_s = 1 / (on_ohm + c->access_ohm);
    c->off_s = 1 / (off_ohm + c->access_ohm);
    c->read_noise_sd = cell->read_noise_sd > 0 ? cell->read_noise_sd : RRAM_READ_NOISE;
    c->device_spread_sd = cell->device_spread_sd > 0 ? cell->device_spread_sd : RRAM_DEVICE_SPREAD;
    set_size(c, cell, width_m);
    *access_width_m = width_m;
}

static void set_rows(rram_circuit *c, double access_width_m) {
    const cim_technology *t = c->design.technology;
    const rram_design *d = &c->design;
    const double adcs = ceil((double)d->columns / d->columns_per_adc);
    const double switches = (double)(1u << d->dac_bits);   /* one per level of the input */
    const double row_s = adcs * (c->on_s + c->off_s) / 2;  /* columns being converted */
    c->switch_ohm = row_drop / row_s;
    const cim_cost gates = cim_pass_gates(t, switches, c->switch_ohm, NULL);
    c->row = cim_array_line(t, d->columns * c->cell_width_m,
                            d->columns * access_width_m * t->gate_f_per_m, c->switch_ohm);
    const cim_cost line = cim_driver(t, c->row.capacitance_f);
    c->row_driver = cim_cost_after(gates, line);
    c->row_driver.delay_s += c->row.delay_s;
    c->row_register = cim_register(t, d->dac_bits);
}

static void set_columns(rram_circuit *c, double access_width_m) {
    const cim_technology *t = c->design.technology;
    const rram_design *d = &c->design;
    const double group_s = d->rows_at_once * (c->on_s + c->off_s) / 2;
    const double widest_ohm = t->nmos_ohm_m / (2 * t->nmos_small_width_m);
    c->mux_ohm = fmin(access_share / group_s, widest_ohm);
    double drain_f = 0;
    const cim_cost gates = cim_pass_gates(t, d->columns, c->mux_ohm, &drain_f);
    const double adcs = ceil((double)d->columns / d->columns_per_adc);
    const cim_cost decoder = cim_decoder(t, d->columns_per_adc,
                                         adcs * gates.energy_j / (t->vdd_v * t->vdd_v));
    c->mux = cim_cost_beside(gates, decoder);
    c->mux.energy_j = gates.energy_j + decoder.energy_j / adcs;  /* shared by a round's columns */
    const double cell_f = t->nmos_drain_f * access_width_m / t->nmos_small_width_m;
    /* All multiplexer inputs of an ADC load its side. */
    c->column = cim_array_line(t, d->rows * c->cell_height_m,
                               d->rows * cell_f + d->columns_per_adc * drain_f, 2 * c->mux_ohm);
}

/* Level shifters, of lines that carry a write voltage above the supply. */
static double write_path_m2(const rram_circuit *c, const cim_cell *cell) {
    const cim_technology *t = c->design.technology;
    /* Gate and source, gate, or only the row itself; source and drain of a transistor that is the
     * memory are columns. */
    const double a_row = cell->access == CIM_ACCESS_1T1R ? 2 : 1;
    const double a_column = cell->access == CIM_ACCESS_1T ? 2 : 1;
    const double node_m = fmax(t->node_m, write_path_least_m);
    if (cell->write_voltage_v > 0 && cell->write_voltage_v <= t->vdd_v) return 0;
    return write_path_f2 * node_m * node_m *
           (a_row * c->design.rows + a_column * c->design.columns);
}

rram_circuit rram_circuit_make(const rram_design *design) {
    rram_circuit c = {.design = *design};
    rram_design *d = &c.design;
    if (d->rows_at_once > d->rows) d->rows_at_once = d->rows;
    if (d->columns_per_adc > d->columns) d->columns_per_adc = d->columns;
    const cim_cell *cell = d->cell ? d->cell : &rram_own_cell;
    double access_width_m;
    set_cell(&c, cell, &access_width_m);
    set_rows(&c, access_width_m);
    set_columns(&c, access_width_m);
    c.write_path_m2 = write_path_m2(&c, cell);
    return c;
}

/* Largest current of a column that carries information. */
static double full_scale_a(const rram_circuit *c) {
    return c->design.rows_at_once * c->design.read_voltage_v * (c->on_s - c->off_s);
}

static double integration_s(const rram_circuit *c, const cim_adc *adc) {
    const cim_technology *t = c->design.technology;
    const double input_f = c->design.adc_type == RRAM_FLASH ? cim_adc_flash_input_f(t, adc)
                                                            : cim_adc_sar_input_f(t, adc);
    return input_f * adc->full_scale_v / full_scale_a(c);
}

/* Column settled to half a step: ln 2 time constants a bit and one. */
static double sensing_s(const rram_circuit *c, const cim_adc *adc) {
    return c->column.delay_s * (adc->bits + 1.0) + integration_s(c, adc);
}

cim_array rram_array_make(const rram_circuit *c, const rram_use *use) {
    const rram_design *d = &c->design;
    const cim_technology *t = d->technology;
    cim_array a = {.rows = d->rows, .columns = d->columns, .rows_at_once = d->rows_at_once,
                   .columns_per_adc = d->columns_per_adc, .cell_bits = d->cell_bits,
                   .dac_bits = d->dac_bits};
    cim_adc adc = {.bits = use->adc_bits, .full_scale_v = t->vdd_v / 2};
    const double sense_s = sensing_s(c, &adc);
    const double before_s = fmax(c->row_driver.delay_s, c->mux.delay_s) + sense_s;
    adc.time_s = d->period_s - before_s;   /* negative: as fast as it can */
    const cim_cost converter = d->adc_type == RRAM_FLASH ? cim_adc_flash(t, &adc)
                                                         : cim_adc_sar(t, &adc);
    a.round_s = before_s + converter.delay_s;

    a.area_m2[CIM_PART_ARRAY] = (double)d->rows * d->columns * c->cell_m2;
    a.area_m2[CIM_PART_DRIVERS] = c->write_path_m2;
    cim_array_add(&a, CIM_PART_ADC, cim_cost_times(converter, cim_array_adcs(&a)));
    cim_array_add(&a, CIM_PART_DRIVERS, cim_cost_times(c->row_driver, d->rows));
    cim_array_add(&a, CIM_PART_DRIVERS, cim_cost_times(c->row_register, d->rows));
    cim_array_add(&a, CIM_PART_DRIVERS, c->mux);

    const double driven = 1 - pow(1 - use->input_density, d->dac_bits);
    const double cell_s = c->off_s + (c->on_s - c->off_s) * use->mean_level;
    a.row_j[CIM_PART_DRIVERS] = driven * c->row_driver.energy_j + c->row_register.energy_j;
    a.conversion_j[CIM_PART_DRIVERS] = c->mux.energy_j;
    a.conversion_j[CIM_PART_ADC] = converter.energy_j;
    a.cell_j[CIM_PART_ARRAY] = d->read_voltage_v * d->read_voltage_v * cell_s * sense_s *
                               cim_mean_square_input(use->input_density, d->dac_bits);
    cim_array_add_shift_add(&a, t, use->adc_bits, use->weight_bits, use->input_bits, 1);
    return a;
}

double rram_sense_margin(const rram_circuit *c, uint32_t adc_bits) {
    const rram_design *d = &c->design;
    const cim_adc adc = {.bits = adc_bits, .full_scale_v = d->technology->vdd_v / 2};
    const double levels = (double)(1u << d->cell_bits) - 1;
    const double inputs = (double)(1u << d->dac_bits) - 1;
    const double digit_a = full_scale_a(c) / d->rows_at_once / levels / inputs;
    const double step_a = fmax(full_scale_a(c) / (double)(1u << adc_bits), digit_a);
    /* Half the rows driven, cells half on: read noise of each, shot and thermal noise of their
     * charge over the integration time (q I / t and 2 k T G / t). */
    const double rows = fmax(1, d->rows_at_once / 2.0), mean_s = (c->on_s + c->off_s) / 2;
    const double cell_a = d->read_voltage_v * mean_s, time_s = integration_s(c, &adc);
    const double read_a = c->read_noise_sd * cell_a;
    const double variance = rows * (read_a * read_a + (electron_c * cell_a +
                                    2 * d->technology->thermal_energy_j * mean_s) / time_s);
    return 6 * sqrt(variance) / step_a - 1;
}
