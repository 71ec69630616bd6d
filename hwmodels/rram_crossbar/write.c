/* The write path: level shifters, and what writing a cell takes. */
#include "rram_parts.h"
#include <math.h>

static const double shifter_f2 = 2.1e4;    /* level shifter of one line, for write voltages above
                                              the supply: 10.0 um2 at 22 nm (R-F000 of
                                              DNN+NeuroSim V1.4, measured)                        */
static const double least_m = 22e-9;       /* its input/output transistors do not shrink on       */
static const double shared_lines = 8;      /* that one shifter serves, where they are shared ...  */
static const double selector_share = 0.25; /* ... with a high-voltage switch for each line, over a
                                              shifter's area; both assumed                        */

/* 0: not stated. */
static double stated(double of_design, double of_cell) {
    return of_design > 0 ? of_design : of_cell;
}

double rram_write_path_m2(const rram_circuit *c, const cim_cell *cell) {
    const cim_technology *t = c->design.technology;
    /* Gate and source, gate, or only the row itself; source and drain of a transistor that is the
     * memory are columns. */
    const double a_row = cell->access == CIM_ACCESS_1T1R ? 2 : 1;
    const double a_column = cell->access == CIM_ACCESS_1T ? 2 : 1;
    const double node_m = fmax(t->node_m, least_m), stated_m2 = c->design.shifter_m2;
    const double stated_v = stated(c->design.write_voltage_v, cell->write_voltage_v);
    if (stated_v > 0 && stated_v <= t->vdd_v) return 0;
    const double share = c->design.level_shifters == RRAM_SHIFTERS_SHARED
                             ? 1 / shared_lines + selector_share : 1;
    const double shifter_m2 = stated_m2 > 0 ? share * stated_m2
                                            : share * shifter_f2 * node_m * node_m;
    return shifter_m2 *
           (a_row * c->design.rows + a_column * c->design.columns);
}

void rram_set_write(const rram_circuit *c, cim_array *a) {
    const rram_design *d = &c->design;
    const cim_cell *cell = d->cell ? d->cell : &rram_own_cell;
    const double stated_v = stated(d->write_voltage_v, cell->write_voltage_v);
    const double stated_s = stated(d->write_pulse_s, cell->write_pulse_s);
    const double volt = stated_v > 0 ? stated_v : RRAM_WRITE_VOLTAGE_V, v2 = volt * volt;
    const double pulse_s = stated_s > 0 ? stated_s : RRAM_WRITE_PULSE_S;
    /* The row's line is charged for all of its cells, a column's for its one cell. */
    const double lines_f = c->row.capacitance_f / d->columns + c->column.capacitance_f;
    const double pulse_j = v2 * (c->on_s + c->off_s) / 2 * pulse_s + lines_f * v2;
    const double cells = c->row_cells * c->column_cells * c->joined;
    double read_j = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) read_j += a->conversion_j[p] + a->cell_j[p];
    a->write_j = d->write_pulses * (cells * pulse_j + read_j);
    /* Rows one after another; a pulse for the whole row, then all of it is read back. */
    a->write_row_s = c->row_cells * d->write_pulses *
                     (pulse_s + c->weight_columns_per_adc * a->round_s);
    a->endurance = d->endurance;
}
