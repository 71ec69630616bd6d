/* The SRAM cell of the analogue schemes, and what writes it; equations: README.md. */
#include "sram_cell.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double height_share = 10.0 / 28; /* height over width of a 6T cell, 10 F x 28 F:
                                              DNN+NeuroSim V1.4 (measured)                        */
static const double pull_down_size = 1.5;  /* pull-down over access transistor, which is the
                                              smallest there is: usual cell ratio, assumed        */
static const double port_area = 0.3;       /* of a 6T cell, for a read port of two transistors: 8T
                                              is 1.3 of a 6T (Chang et al., "Stable SRAM cell
                                              design for the 32 nm node and beyond", VLSI 2005)   */
static const double switch_area = 0.205;   /* of a 6T cell, for each transistor of a charge cell:
                                              8T1C is 1.41 of a 6T (Chen et al., "MC2-RAM", 2021,
                                              65 nm, abstract)                                    */
static const double over_cell_f_per_m2 = 2e-3; /* 2 fF/um2 of metal fingers above a cell; assumed */
static const double series_share = 2;      /* of a C-2C ladder's capacitors between columns, over a
                                              column's                                            */
static const double matching_f = 1e-15;    /* a capacitor of 1 fF has an sd of 1 %, larger ones   */
static const double matching_sd = 0.01;    /* less by the root: what the 8-bit DAC of 1 fF units of
                                              cim_circuit/adc.h needs (Tripathi and Murmann, IEEE
                                              TCAS-I 2014, made such units); assumed              */
static const double saturation = 1.3;      /* current over gate overdrive of a 6T cell: alpha of
                                              cim_circuit/technology.h                            */
static const double write_patience = 16;   /* writing is rare: its lines are driven as if they were
                                              so many times lighter, and are slower; assumed      */
static const double electron_c = 1.602176634e-19; /* SI, exact                                    */
static const double flip_fo4 = 4;          /* a cell's two inverters, against a driver; assumed  */

double sram_store_leakage_w(const cim_technology *t) {
    /* An access transistor (the other's bit line is at its cell node's voltage), a pull-down and a
     * pull-up are off. Read ports and capacitors rest discharged. */
    return t->vdd_v * t->nmos_small_width_m *
           ((1 + pull_down_size) * t->nmos_off_a_per_m + t->pmos_off_a_per_m);
}

double sram_drain_f(const cim_technology *t, double width_m) {
    return t->nmos_drain_f * width_m / t->nmos_small_width_m;
}

/* Of a current below threshold, which e-folds in n kT/q. */
static double weak_share(const cim_technology *t, double width_m) {
    const int has_fins = t->process.fin_effective_width_m > 0;
    const double slope_v = (has_fins ? 1.2 : 1.5) * t->thermal_energy_j / electron_c;
    return t->mismatch_v_m / sqrt(width_m * t->gate_length_m) / slope_v;
}

/* A transistor's offset over its gate overdrive: Pelgrom, Duinmaijer, Welbers, IEEE JSSC 1989. */
static double offset_share(const cim_technology *t, double width_m) {
    return t->mismatch_v_m / sqrt(width_m * t->gate_length_m) / t->overdrive_v;
}

/* Metal above a cell: its share of a capacitor, and of those between columns that go together. */
static double metal_f(const sram_design *d, double shared_by) {
    const double columns = d->weight_bits_at_once;
    const double ladder = d->weighting == SRAM_LADDER ? series_share * (columns - 1) / columns : 0;
    return d->cell_capacitance_f * (1 + ladder) / shared_by;
}

/* In 6T cells: what the cell needs, or the metal above it. */
static void set_geometry(sram_circuit *c, double size, double shared_by) {
    const cim_technology *t = c->design.technology;
    if (c->design.sensing != SRAM_CURRENT)
        size = fmax(size, metal_f(&c->design, shared_by) / over_cell_f_per_m2 / t->sram_cell_m2);
    c->cell_m2 = size * t->sram_cell_m2;
    c->cell_height_m = sqrt(height_share * t->sram_cell_m2);
    c->cell_width_m = c->cell_m2 / c->cell_height_m;
    c->cell_leakage_w = sram_store_leakage_w(t);
}

/* A switch for each state of the bit: to the row's line and to ground, or, for signed bits,
 * transmission gates to the row's two lines, of which one rises; and one to discharge. Cells that
 * share them are read through their access transistors, onto a line of their own. */
static void set_charge_cell(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const double port_m = t->min_width_m, drain_f = sram_drain_f(t, port_m);
    const int is_signed = c->design.weight_mapping == SRAM_DIFFERENTIAL;
    const double switches = is_signed ? 4 : 2;
    const double shared_by = (double)c->design.rows / sram_read_rows(&c->design);
    set_geometry(c, 1 + switches * switch_area / shared_by, shared_by);
    c->drop_v = t->vdd_v;
    c->cell_ohm = t->nmos_ohm_m / port_m;
    c->row_lines = is_signed ? 2 : 1;
    c->column_lines = 1;
    c->row_load_f = 2 * drain_f;
    c->node_f = (switches + 1) * drain_f;
    c->column_load_f = c->design.cell_capacitance_f;
    c->mismatch_sd = matching_sd * sqrt(matching_f / c->design.cell_capacitance_f);
}

/* A read port of two equal transistors; signed bits have one on either side. A clamped column keeps
 * them from saturating, a precharged one saturates the upper. */
static void set_port_cell(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const double port_m = t->min_width_m;
    const int is_clamped = c->design.sensing == SRAM_CURRENT;
    set_geometry(c, 1 + c->column_lines * port_area, 1);
    c->drop_v = is_clamped ? c->design.read_voltage_v : t->vdd_v;
    c->cell_ohm = 2 * t->nmos_ohm_m / port_m;
    c->off_a = port_m * t->nmos_off_a_per_m;
    c->row_load_f = c->column_lines * port_m * t->gate_f_per_m;
    c->column_load_f = sram_drain_f(t, port_m);
    c->mismatch_sd = (is_clamped ? 1 : saturation) * offset_share(t, port_m) / sqrt(2);
    c->most_mismatch_sd = weak_share(t, port_m) / sqrt(2);
}

/* The access transistors, saturated, above the pull-downs. */
static void set_access_cell(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const double access_m = t->nmos_small_width_m;
    set_geometry(c, 1, 1);
    c->drop_v = t->vdd_v;
    c->cell_ohm = t->nmos_ohm_m / access_m * (1 + 1 / pull_down_size);
    c->off_a = access_m * t->nmos_off_a_per_m;
    c->row_load_f = 2 * access_m * t->gate_f_per_m;
    c->column_load_f = sram_drain_f(t, access_m);
    c->mismatch_sd = saturation * offset_share(t, access_m);
    c->most_mismatch_sd = weak_share(t, access_m);
}

void sram_set_cell(sram_circuit *c) {
    c->row_lines = 1;
    c->column_lines = c->design.weight_mapping == SRAM_DIFFERENTIAL ? 2 : 1;
    if (c->design.sensing == SRAM_CHARGE) set_charge_cell(c);
    else if (c->design.cell_type == SRAM_8T) set_port_cell(c);
    else set_access_cell(c);
    if (c->design.sensing == SRAM_DISCHARGE) c->column_load_f += c->design.cell_capacitance_f;
}

/* A driver of a line that is written, its delay with the line's: as strong as write_patience lets
 * it be. */
static cim_cost patient_driver(const cim_technology *t, double line_f) {
    const double light_f = line_f / write_patience;
    cim_cost driver = cim_driver(t, light_f);
    const double size = fmax(1, light_f / (4 * t->inverter_input_f));   /* of its last stage */
    driver.delay_s += 0.69 * t->inverter_ohm / size * line_f;
    driver.energy_j += (line_f - light_f) * t->vdd_v * t->vdd_v;
    return driver;
}

/* Decoder and word lines, two write drivers a column. One of a column's two bit lines falls, and is
 * precharged again. */
void sram_set_write_path(sram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const sram_design *d = &c->design;
    const double access_m = t->nmos_small_width_m;
    const double word_f = d->columns * (c->cell_width_m * t->wire_f_per_m +
                                        2 * access_m * t->gate_f_per_m);
    const double bit_f = d->rows * (c->cell_height_m * t->wire_f_per_m + sram_drain_f(t, access_m));
    const cim_cost decoder = cim_decoder(t, d->rows, word_f / write_patience);
    const cim_cost word = patient_driver(t, word_f), bit = patient_driver(t, bit_f);
    /* The decoder has the word lines' drivers; what is left is that the lines are longer. */
    const double rest_f = (1 - 1 / write_patience) * word_f;
    const double word_j = decoder.energy_j + rest_f * t->vdd_v * t->vdd_v;
    c->write_path = cim_cost_beside(decoder, cim_cost_times(bit, 2.0 * d->columns));
    c->write_j = bit.energy_j + word_j / d->columns;
    c->write_row_s = decoder.delay_s + word.delay_s + bit.delay_s + flip_fo4 * t->fo4_s;
}
