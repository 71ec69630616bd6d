/* The SRAM cell and its sensing schemes; the equations are in README.md. */
#include "sram_array.h"
#include <cim_circuit/logic.h>
#include <math.h>
#include <stddef.h>

static const double height_share = 10.0 / 28; /* height over width of a 6T cell, 10 F x 28 F:
                                              DNN+NeuroSim V1.4 (measured)                        */
static const double pull_down_size = 1.5;  /* pull-down over access transistor, which is the
                                              smallest there is: usual cell ratio, assumed        */
static const double port_area = 1.3;       /* 8T cell over 6T cell: Chang et al., "Stable SRAM cell
                                              design for the 32 nm node and beyond", VLSI 2005    */
static const double capacitor_area = 1.41; /* 8T1C cell over 6T cell: Chen et al., "MC2-RAM", 2021
                                              (65 nm, abstract)                                   */
static const double over_cell_f_per_m2 = 2e-3; /* 2 fF/um2 of metal fingers above a cell; assumed */
static const double matching_f = 1e-15;    /* a capacitor of 1 fF has an sd of 1 %, larger ones   */
static const double matching_sd = 0.01;    /* less by the root: what the 8-bit DAC of 1 fF units of
                                              cim_circuit/adc.h needs (Tripathi and Murmann, IEEE
                                              TCAS-I 2014, made such units); assumed              */
static const double saturated_power = 1.3; /* current over gate overdrive of a 6T cell: alpha of
                                              cim_circuit/technology.h                            */
static const double mux_share = 0.25;      /* of a group's resistance: multiplexer of a current:
                                              DNN+NeuroSim V1.4 (measured)                        */
static const double settle_fo4 = 4;        /* time constant of a multiplexer on a column of
                                              capacitors, and of a row's DAC; assumed             */
static const double pulse_fo4 = 4;         /* shortest pulse of a row, an edge each way; assumed  */
static const double write_patience = 16;   /* writing is rare: its lines are driven as if they were
                                              so many times lighter, and are slower; assumed      */
static const double pulse_gates = 4;       /* a bit, to compare an input with a counter; assumed  */
static const double electron_c = 1.602176634e-19; /* SI, exact                                    */

static void set_geometry(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const double smallest_m = t->nmos_small_width_m;
    double size = c->design.cell_type == SRAM_8T ? port_area : 1;
    if (c->design.sensing == SRAM_CHARGE)
        size = fmax(capacitor_area,
                    c->design.cell_capacitance_f / over_cell_f_per_m2 / t->sram_cell_m2);
    c->cell_m2 = size * t->sram_cell_m2;
    c->cell_height_m = sqrt(height_share * t->sram_cell_m2);
    c->cell_width_m = c->cell_m2 / c->cell_height_m;
    /* An access transistor (the other's bit line is at its cell node's voltage), a pull-down and a
     * pull-up are off. Read ports and capacitors rest discharged. */
    c->cell_leakage_w = t->vdd_v * smallest_m *
                        ((1 + pull_down_size) * t->nmos_off_a_per_m + t->pmos_off_a_per_m);
}

/* A transistor's offset over its gate overdrive: Pelgrom, Duinmaijer, Welbers, IEEE JSSC 1989. */
static double offset_share(const cim_technology *t, double width_m) {
    return t->mismatch_v_m / sqrt(width_m * t->gate_length_m) / t->overdrive_v;
}

static double drain(const cim_technology *t, double width_m) {
    return t->nmos_drain_f * width_m / t->nmos_small_width_m;
}

/* What a cell does to its row and column. */
static void set_cell(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const double access_m = t->nmos_small_width_m, port_m = t->min_width_m;
    c->drop_v = t->vdd_v;
    if (c->design.sensing == SRAM_CHARGE) {   /* a switch for a one and one for a zero */
        c->cell_ohm = t->nmos_ohm_m / port_m;
        c->row_load_f = 2 * drain(t, port_m);
        c->column_load_f = c->design.cell_capacitance_f;
        c->mismatch_sd = matching_sd * sqrt(matching_f / c->design.cell_capacitance_f);
    } else if (c->design.cell_type == SRAM_8T) {   /* two equal transistors, not saturated */
        c->drop_v = c->design.read_voltage_v;
        c->cell_ohm = 2 * t->nmos_ohm_m / port_m;
        c->off_a = port_m * t->nmos_off_a_per_m;
        c->row_load_f = port_m * t->gate_f_per_m;
        c->column_load_f = drain(t, port_m);
        c->mismatch_sd = offset_share(t, port_m) / sqrt(2);
    } else {   /* access transistor, saturated, above the pull-down */
        c->cell_ohm = t->nmos_ohm_m / access_m * (1 + 1 / pull_down_size);
        c->off_a = access_m * t->nmos_off_a_per_m;
        c->row_load_f = 2 * access_m * t->gate_f_per_m;
        c->column_load_f = drain(t, access_m);
        c->mismatch_sd = saturated_power * offset_share(t, access_m);
    }
}

/* One bit at a time: a driver. More: charge, a switch for each level; current, a pulse as long as
 * the input, which a counter that all rows share ends. */
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
}

static void set_columns(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const sram_design *d = &c->design;
    const double length_m = d->rows * c->cell_height_m;
    const double cells_f = d->rows * c->column_load_f + length_m * t->wire_f_per_m;
    const double widest_ohm = t->nmos_ohm_m / (2 * t->nmos_small_width_m);
    const double wanted_ohm = d->sensing == SRAM_CHARGE
                                  ? settle_fo4 * t->fo4_s / (2 * cells_f)
                                  : mux_share * c->cell_ohm * 2 / d->rows_at_once;
    c->mux_ohm = fmin(wanted_ohm, widest_ohm);
    double drain_f = 0;
    const cim_cost gates = cim_pass_gates(t, d->columns, c->mux_ohm, &drain_f);
    const double adcs = ceil((double)d->columns / d->columns_per_adc);
    const cim_cost decoder = cim_decoder(t, d->columns_per_adc,
                                         adcs * gates.energy_j / (t->vdd_v * t->vdd_v));
    c->mux = cim_cost_beside(gates, decoder);
    c->mux.energy_j = gates.energy_j + decoder.energy_j / adcs;  /* shared by a round's columns */
    /* All multiplexer inputs of an ADC load its side. */
    c->column = cim_array_line(t, length_m,
                               d->rows * c->column_load_f + d->columns_per_adc * drain_f,
                               2 * c->mux_ohm);
}

/* Decoder and word lines, two write drivers a column; a switch a column to precharge it. */
static void set_write_path(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const sram_design *d = &c->design;
    const double word_f = d->columns * (c->cell_width_m * t->wire_f_per_m +
                                        2 * t->nmos_small_width_m * t->gate_f_per_m);
    const double bit_f = d->rows * (c->cell_height_m * t->wire_f_per_m +
                                    drain(t, t->nmos_small_width_m));
    const double reset_ohm = settle_fo4 * t->fo4_s / c->column.capacitance_f;
    const cim_cost reset = cim_pass_gates(t, d->columns, reset_ohm, NULL);
    const cim_cost write = cim_driver(t, bit_f / write_patience);
    c->write_path = cim_cost_beside(cim_decoder(t, d->rows, word_f / write_patience),
                                    cim_cost_times(write, 2.0 * d->columns));
    c->write_path = cim_cost_beside(c->write_path, reset);
    c->reset_j = reset.energy_j;
    /* An idle column of read ports discharges while its rows are driven. */
    if (d->sensing == SRAM_CURRENT && d->cell_type == SRAM_8T)
        c->reset_j += c->column.capacitance_f * d->read_voltage_v * t->vdd_v;
}

sram_circuit sram_circuit_make(const sram_design *design) {
    sram_circuit c = {.design = *design};
    sram_design *d = &c.design;
    if (d->rows_at_once > d->rows) d->rows_at_once = d->rows;
    if (d->columns_per_adc > d->columns) d->columns_per_adc = d->columns;
    set_geometry(&c);
    set_cell(&c);
    set_rows(&c);
    set_columns(&c);
    set_write_path(&c);
    return c;
}

static double on_a(const sram_circuit *c) { return c->drop_v / c->cell_ohm; }

static double input_f(const sram_circuit *c, const cim_adc *adc) {
    const cim_technology *t = c->design.technology;
    return c->design.adc_type == SRAM_FLASH ? cim_adc_flash_input_f(t, adc)
                                            : cim_adc_sar_input_f(t, adc);
}

/* The converter and what it sees: half the supply of an integrated current; or the swing of the
 * capacitors, which idle rows, the column and the converter itself make smaller. */
typedef struct reading { cim_adc adc; double sense_s, integration_s, column_f, swing_v; } reading;

/* The least difference between two inputs of a cell, as a share of its signal. */
static double digit(const sram_design *d) { return 1 / ((double)(1u << d->dac_bits) - 1); }

/* A converter's step need not be finer than a digit: then its upper codes are not used. */
static void set_swing(const sram_circuit *c, reading *r) {
    const sram_design *d = &c->design;
    const double cell_v = d->technology->vdd_v * d->cell_capacitance_f / r->column_f;
    r->swing_v = d->rows_at_once * cell_v;
    r->adc.full_scale_v = fmax(r->swing_v, (double)(1u << r->adc.bits) * cell_v * digit(d));
}

static reading read_with(const sram_circuit *c, uint32_t adc_bits) {
    const sram_design *d = &c->design;
    const cim_technology *t = d->technology;
    reading r = {.adc = {.bits = adc_bits, .full_scale_v = t->vdd_v / 2}};
    r.column_f = c->column.capacitance_f;
    const double settle_s = c->column.delay_s * (adc_bits + 1.0);
    if (d->sensing == SRAM_CHARGE) {
        set_swing(c, &r);
        r.column_f += input_f(c, &r.adc);   /* of a converter for the column alone */
        set_swing(c, &r);
        r.sense_s = settle_s + 0.69 * c->cell_ohm * d->cell_capacitance_f * (adc_bits + 1.0);
        return r;
    }
    const double units = 1 / digit(d);
    const double unit_s = input_f(c, &r.adc) * r.adc.full_scale_v /
                          (d->rows_at_once * on_a(c) * units);
    r.integration_s = units * fmax(unit_s, pulse_fo4 * t->fo4_s);
    r.sense_s = settle_s + r.integration_s;
    return r;
}

/* Energies of the cells themselves. */
static void add_cells(cim_array *a, const sram_circuit *c, const sram_use *use, const reading *r) {
    const sram_design *d = &c->design;
    const double supply_v = d->technology->vdd_v, level = use->mean_level;
    const double mean = use->input_density * level;
    a->area_m2[CIM_PART_ARRAY] = (double)d->rows * d->columns * c->cell_m2;
    a->leakage_w[CIM_PART_ARRAY] = (double)d->rows * d->columns * c->cell_leakage_w;
    a->conversion_j[CIM_PART_ARRAY] = c->reset_j;
    if (d->sensing == SRAM_CHARGE) {
        const double square = cim_mean_square_input(use->input_density, d->dac_bits) * level;
        a->cell_j[CIM_PART_ARRAY] = d->cell_capacitance_f * supply_v * supply_v *
                                    (square - r->swing_v / supply_v * mean * mean);
        return;
    }
    /* The clamps hold all columns of 6T cells, so all of them draw current in every round. */
    const double rounds = d->cell_type == SRAM_6T ? d->columns_per_adc : 1;
    a->cell_j[CIM_PART_ARRAY] = rounds * supply_v * on_a(c) * mean * r->sense_s;
}

static void add_drivers(cim_array *a, const sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    cim_array_add(a, CIM_PART_DRIVERS, c->write_path);
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_driver, d->rows));
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_register, d->rows));
    cim_array_add(a, CIM_PART_DRIVERS, c->mux);
    /* 6T cells, and pulses whose length is the input, need a new pulse in every round. */
    const int held = d->sensing == SRAM_CHARGE || (d->cell_type == SRAM_8T && d->dac_bits == 1);
    const double driven = 1 - pow(1 - use->input_density, d->dac_bits);
    a->row_j[CIM_PART_DRIVERS] = driven * c->row_driver.energy_j * (held ? 1 : d->columns_per_adc) +
                                 c->row_register.energy_j;
    a->conversion_j[CIM_PART_DRIVERS] = c->mux.energy_j;
}

cim_array sram_array_make(const sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    const cim_technology *t = d->technology;
    cim_array a = {.rows = d->rows, .columns = d->columns, .rows_at_once = d->rows_at_once,
                   .columns_per_adc = d->columns_per_adc, .cell_bits = 1, .dac_bits = d->dac_bits};
    reading r = read_with(c, use->adc_bits);
    const double before_s = fmax(c->row_driver.delay_s, c->mux.delay_s) + r.sense_s;
    r.adc.time_s = d->period_s - before_s;   /* negative: as fast as it can */
    const cim_cost converter = d->adc_type == SRAM_FLASH ? cim_adc_flash(t, &r.adc)
                                                         : cim_adc_sar(t, &r.adc);
    a.round_s = before_s + converter.delay_s;
    add_cells(&a, c, use, &r);
    add_drivers(&a, c, use);
    cim_array_add(&a, CIM_PART_ADC, cim_cost_times(converter, cim_array_adcs(&a)));
    a.conversion_j[CIM_PART_ADC] = converter.energy_j;
    cim_array_add_shift_add(&a, t, use->adc_bits, use->weight_bits, use->input_bits, 1);
    return a;
}

/* Half the rows are driven, half of their cells store a one: mismatch of a quarter of the cells.
 * All in signals of one cell, driven fully. */
typedef struct deviation { double mismatch, thermal, step; } deviation;

static deviation deviate(const sram_circuit *c, uint32_t adc_bits) {
    const sram_design *d = &c->design;
    const reading r = read_with(c, adc_bits);
    const double kt = d->technology->thermal_energy_j, rows = d->rows_at_once;
    deviation e = {.mismatch = c->mismatch_sd * sqrt(fmax(0.5, rows / 4)),
                   .step = fmax(rows / (double)(1u << adc_bits), digit(d))};
    if (d->sensing == SRAM_CHARGE) {
        e.thermal = sqrt(kt / r.column_f) / (r.swing_v / rows);
        return e;
    }
    /* Shot and thermal noise over the integration time: q I / t and 2 k T G / t. */
    const double driven = fmax(1, rows / 2), cell_a = on_a(c) / 2;
    e.thermal = sqrt(driven * (electron_c * cell_a + 2 * kt / c->cell_ohm / 2) /
                     r.integration_s) / on_a(c);
    return e;
}

double sram_sense_margin(const sram_circuit *c, uint32_t adc_bits) {
    const deviation e = deviate(c, adc_bits);
    return 6 * sqrt(e.mismatch * e.mismatch + e.thermal * e.thermal) / e.step - 1;
}

double sram_thermal_lsb(const sram_circuit *c, uint32_t adc_bits) {
    return deviate(c, adc_bits).thermal / c->design.rows_at_once * (double)(1u << adc_bits);
}

double sram_read_voltage_limit(const sram_circuit *c) {
    return c->design.technology->overdrive_v;
}
