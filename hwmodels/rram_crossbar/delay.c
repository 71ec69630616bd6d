/* Time sensing: a column is a chain of inverters, each discharged through its cell when its row is
 * driven; a time-to-digital converter measures when the edge arrives. No steady current
 * anywhere. */
#include "rram_parts.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double tdc_gates = 10;       /* of successive approximation in time, a bit: chooses one
                                              of two delays; assumed                              */
static const double arbiter_bits = 2; /* flip-flops a bit: which edge was first, and the result */

double rram_stage_f(const rram_circuit *c) {
    const cim_technology *t = c->design.technology;
    return t->inverter_input_f + t->inverter_output_f + t->wire_f_per_m * c->cell_height_m;
}

double rram_stage_s(const rram_circuit *c, double s) {
    const cim_technology *t = c->design.technology;
    /* Its gates are on where it is slow: as of a line (cim_circuit/wire.h). */
    const double gates_f = t->inverter_input_f * (1 / t->gate_share - 1);
    return RRAM_LN2 * (c->stage_f + gates_f) * (1 / s + t->inverter_ohm);
}

double rram_full_scale_s(const rram_circuit *c) {
    const double signs = c->design.weight_mapping == RRAM_DIFFERENTIAL ? 2 : 1;
    return signs * c->weight_rows_at_once *
           (rram_stage_s(c, c->off_s) - rram_stage_s(c, c->on_s));
}

/* Delays of 1/2, 1/4, ... of the range, of stages like the array's. */
static cim_cost time_to_digital(const rram_circuit *c, uint32_t bits) {
    const cim_technology *t = c->design.technology;
    const cim_cost logic = cim_cost_after(cim_register(t, arbiter_bits * bits),
                                          cim_gates(t, tdc_gates * bits));
    const double stages = (double)c->weight_rows_at_once * c->column_cells;
    const double delays_j = stages * c->stage_f * t->vdd_v * t->vdd_v;
    return (cim_cost){logic.area_m2 + stages * t->inverter_area_m2,
                      rram_full_scale_s(c) + bits * 4 * t->fo4_s, logic.energy_j + delays_j,
                      logic.leakage_w + stages * t->inverter_leakage_w};
}

/* Several bits of an input pass as many times as they weigh. */
void rram_sense_time(const rram_circuit *c, const rram_use *use, rram_round *r) {
    const rram_design *d = &c->design;
    const cim_technology *t = d->technology;
    const double passes = rram_mean_units(c, use);
    r->drives = passes;
    r->drive_share = use->input_density;   /* an input drives its row as often as it counts */
    r->stage_j = passes * c->stage_f * t->vdd_v * t->vdd_v;
    r->before_s = passes * c->weight_rows_at_once * rram_stage_s(c, c->off_s);
    r->converter = time_to_digital(c, use->adc_bits);
}
