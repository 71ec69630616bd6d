/* Mirrors that weigh the currents of a weight's columns before one conversion takes their sum: the
 * leading bits' current is copied as it is, the others' as much smaller as their bits count less.
 *
 * Copies deviate, by the thresholds of their transistors, so these are as large as the converter
 * asks: accuracy costs the amplifiers that drive them current or time (Kinget, IEEE JSSC 2005). */
#include "rram_parts.h"
#include <math.h>

static const double per_v = 10;            /* transconductance over current, as of the amplifiers
                                              (sensing.c)                                         */
static const double share_sd = 1 / 12.0;   /* of a step: 3 sd are half of what the sense margin
                                              has for all that deviates; assumed                  */
static const double trim_steps = 8;        /* each copy is trimmed to one of, as a comparator of
                                              cim_circuit's flash                                 */

/* What a column's current is passed on by; the leading bits' comes first. */
static double gain_of(const rram_circuit *c, uint32_t i) {
    return exp2(-(double)(i * c->design.cell_bits));
}

/* Of the leading column's mirror, the others are sqrt(gain), which is the least area for what all
 * deviate by; an input and its copy, as wide as its gain. So either sum, of areas over the leading
 * input's and of variances over its own, is this. */
static double mirrors_over_leading(const rram_circuit *c) {
    double sum = 0;
    for (uint32_t i = 0; i < c->joined; ++i) sum += sqrt(gain_of(c, i)) * (1 + gain_of(c, i));
    return c->column_cells * sum;
}

/* Deviation of all copies, in steps, where the leading input deviates by all of its current. Half
 * of the rows are driven, their cells half on. */
static double steps_of_all(const rram_circuit *c, const rram_use *use, double rows) {
    const rram_design *d = &c->design;
    const double column_a = d->read_voltage_v * rows / 2 * (c->on_s + c->off_s) / 2;
    const double range_a = rows / c->weight_rows_at_once * rram_full_scale_a(c);
    return column_a * sqrt(mirrors_over_leading(c)) / (range_a * rram_step_share(c, use, rows));
}

/* Pelgrom: sd of a threshold = A_VT / sqrt(W L). */
static double leading_m2(const rram_circuit *c, const rram_use *use, double rows) {
    const cim_technology *t = c->design.technology;
    const double sd_v = t->mismatch_v_m / trim_steps;
    const double side_m = per_v * sd_v * steps_of_all(c, use, rows) / share_sd;
    return fmax(side_m * side_m, t->min_width_m * t->node_m);
}

/* An input passes all of its column's current. */
double rram_mirrors_m2(const rram_circuit *c, const rram_use *use, double rows) {
    const cim_technology *t = c->design.technology;
    if (c->joined == 1) return 0;
    const double passes_m2 = t->nmos_ohm_m / (2 * c->clamp_ohm) * t->node_m;
    const double leading = leading_m2(c, use, rows);
    double all_m2 = 0;
    for (uint32_t i = 0; i < c->joined; ++i)
        all_m2 += fmax(sqrt(gain_of(c, i)) * leading, passes_m2) * (1 + gain_of(c, i));
    return c->column_cells * all_m2;
}

double rram_mirror_steps2(const rram_circuit *c, const rram_use *use, double rows) {
    const double sd_v = c->design.technology->mismatch_v_m / trim_steps;
    const double steps = per_v * sd_v * steps_of_all(c, use, rows);
    return steps * steps / leading_m2(c, use, rows);
}

/* 2 k T gm of each transistor: of an input as of its column, of a copy of what it gives. */
double rram_mirror_noise_a2(const rram_circuit *c, double column_a, double time_s) {
    const double kt = c->design.technology->thermal_energy_j;
    return (c->square_gains + c->gains) * 2 * kt * per_v * column_a / time_s;
}
