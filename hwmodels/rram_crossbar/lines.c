/* Rows, columns, what drives and selects them, and what their wires lose. */
#include "rram_parts.h"
#include <cim_circuit/logic.h>
#include <math.h>
#include <stddef.h>

static const double row_drop = 0.05;       /* of the read voltage over a row's switch; assumed    */
static const double mux_share = 0.25;      /* of a group's resistance: column multiplexer
                                              (DNN+NeuroSim V1.4, measured)                       */
static const double mux_load = 0.1;        /* of its column's capacitance; assumed                */
static const double buffer_idle = 0.2;     /* idle over largest current of a class-AB output, which
                                              also holds its row while it rests: 0.1 to 0.3 is
                                              usual; assumed                                      */

static const double offset_sigmas = 6;     /* 3 sd of a buffer's offset within half a level       */
/* Its other transistors over its pair: as a comparator's of cim_circuit's flash. */
static const double pair_transistors = 2, buffer_pairs = 4;

/* Of random weights; one cell of a pair is off. */
static double mean_s(const rram_circuit *c) {
    const double level = c->design.weight_mapping == RRAM_DIFFERENTIAL ? 0.25 : 0.5;
    return c->off_s + level * (c->on_s - c->off_s);
}

/* An input of several bits comes from one of 2^n levels, through a switch each; a pulse, or a
 * train of them, from one level and ground. */
static double levels_of(const rram_design *d) {
    return d->input == RRAM_LEVELS && d->sensing != RRAM_TIME ? (double)(1u << d->dac_bits) : 2;
}

/* A line of the array, wire_width times as wide and as high as metal 1. */
static cim_line line(const rram_circuit *c, double length_m, double load_f, double driver_ohm) {
    const double width = c->design.wire_width;
    cim_technology wider = *c->design.technology;
    wider.wire_ohm_per_m /= width * width;
    return cim_array_line(&wider, length_m, load_f, driver_ohm);
}

/* Pelgrom: offset sd = A_VT / sqrt(W L). */
static double buffer_m2(const rram_design *d) {
    const cim_technology *t = d->technology;
    const double level_v = d->read_voltage_v / (double)(1u << d->dac_bits);
    const double side_m = offset_sigmas * t->mismatch_v_m / level_v;
    const double gate_m2 = fmax(side_m * side_m, t->min_width_m * t->node_m);
    return RRAM_LAYOUT * buffer_pairs * pair_transistors * gate_m2;
}

/* A row that is the gate of its cells, or of their delay stages, carries no steady current. */
static int is_gate(const rram_circuit *c, const cim_cell *cell) {
    return cell->access == CIM_ACCESS_1T || c->design.sensing == RRAM_TIME;
}

static void set_rows(rram_circuit *c, const cim_cell *cell, double access_width_m) {
    const cim_technology *t = c->design.technology;
    const rram_design *d = &c->design;
    const double largest = d->weight_mapping == RRAM_DIFFERENTIAL ? 0.5 : 1;   /* of cells on */
    const int gate = is_gate(c, cell);
    c->switch_ohm = gate ? t->nmos_ohm_m / (2 * t->nmos_small_width_m)
                         : row_drop / (c->live_columns * mean_s(c));
    const cim_cost gates = cim_pass_gates(t, levels_of(d), c->switch_ohm, NULL);
    c->row = line(c, d->columns * c->cell_width_m, d->columns * access_width_m * t->gate_f_per_m,
                  c->switch_ohm);
    c->row_driver = cim_cost_after(gates, cim_driver(t, c->row.capacitance_f));
    c->row_driver.delay_s += c->row.delay_s;
    c->row_register = cim_register(t, d->dac_bits);
    c->buffered = d->dac_bits > 1 && d->input == RRAM_LEVELS && d->sensing != RRAM_TIME;
    if (c->buffered) c->row_driver.area_m2 += buffer_m2(d);
    if (c->buffered && !gate)
        c->row_buffer_a = buffer_idle * c->live_columns * largest * c->on_s * d->read_voltage_v;
}

/* Columns of cells that one conversion takes. */
static double converted_cells(const rram_circuit *c) { return c->column_cells * c->joined; }

/* Of a multiplexer whose gates and drains, a tenth of its column's capacitance, cost next to
 * nothing: where few rows of a tall column are read, one that is made for their current alone
 * would settle for longer than all else takes. */
static double light_ohm(const rram_circuit *c, double cell_f) {
    const cim_technology *t = c->design.technology;
    const double column_f = c->design.rows * (cell_f + c->cell_height_m * t->wire_f_per_m);
    const double smallest_f = c->weight_columns_per_adc * t->inverter_output_f +
                              t->inverter_input_f;
    const double size = mux_load * column_f / smallest_f;   /* in smallest inverters */
    return t->nmos_ohm_m / (2 * size * t->min_width_m);
}

static void set_columns(rram_circuit *c, double access_width_m) {
    const cim_technology *t = c->design.technology;
    const rram_design *d = &c->design;
    const double group_s = (double)c->weight_rows_at_once * c->row_cells * mean_s(c);
    const double widest_ohm = t->nmos_ohm_m / (2 * t->nmos_small_width_m);
    const double cell_f = t->nmos_drain_f * access_width_m / t->nmos_small_width_m;
    /* No steady current passes where a voltage is sensed. */
    const int voltage = d->sensing == RRAM_VOLTAGE;
    c->clamp_ohm = voltage ? widest_ohm : fmin(mux_share / group_s, widest_ohm);
    c->mux_ohm = c->clamp_ohm;
    if (d->sensing == RRAM_CURRENT && d->multiplexer == RRAM_MUX_FOR_SETTLING)
        c->mux_ohm = fmin(c->mux_ohm, light_ohm(c, cell_f));
    double drain_f = 0;
    const cim_cost gates = cim_pass_gates(t, d->columns, c->mux_ohm, &drain_f);
    const cim_cost decoder = cim_decoder(t, c->weight_columns_per_adc,
                                         c->adcs * converted_cells(c) * gates.energy_j /
                                             (t->vdd_v * t->vdd_v));
    c->mux = cim_cost_beside(gates, decoder);
    /* Shared by a round's columns. */
    c->mux.energy_j = converted_cells(c) * gates.energy_j + decoder.energy_j / c->adcs;
    /* All multiplexer inputs of an ADC load its side. A current has the multiplexer to pass twice,
     * and the clamp behind it; a voltage settles through the cells, and the sample behind it. */
    c->column = line(c, d->rows * c->cell_height_m,
                     d->rows * cell_f + c->weight_columns_per_adc * drain_f,
                     voltage ? 1 / group_s : 2 * c->mux_ohm);
    if (voltage) c->column.delay_s += 0.69 * c->mux_ohm * RRAM_SAMPLE_F;
}

void rram_set_lines(rram_circuit *c, const cim_cell *cell, double access_width_m) {
    const rram_design *d = &c->design;
    /* Columns that are not converted float, unless they are what is measured, or unless nothing but
     * their own voltage keeps a cross-point's cells from conducting. */
    const int all = d->sensing == RRAM_VOLTAGE || cell->access == CIM_ACCESS_CROSS_POINT ||
                    d->sample_hold;
    c->live_columns = all ? d->columns : fmin(d->columns, c->adcs * converted_cells(c));
    set_rows(c, cell, access_width_m);
    set_columns(c, access_width_m);
    /* A current that leaves or enters evenly along a wire loses half of what it would from end to
     * end. Rows that are not driven are held as well, and in a cross-point conduct. */
    c->all_rows_conduct = cell->access == CIM_ACCESS_CROSS_POINT;
    const double at_once = (double)c->weight_rows_at_once * c->row_cells;
    const double rows = c->all_rows_conduct ? d->rows : at_once;
    c->rows_are_gates = is_gate(c, cell);
    c->row_drop = c->rows_are_gates ? 0 : c->row.ohm * c->live_columns * mean_s(c) / 2;
    c->column_drop = d->sensing == RRAM_TIME ? 0 : c->column.ohm * rows * mean_s(c) / 2;
}

double rram_column_drop(const rram_circuit *c, double rows) {
    return c->all_rows_conduct ? c->column_drop : c->column_drop * rows / c->weight_rows_at_once;
}
