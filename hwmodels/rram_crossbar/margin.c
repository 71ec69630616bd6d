/* What the converter can tell apart: noise, and the drop along the wires, against a step. */
#include "rram_parts.h"
#include <math.h>

static const double electron_c = 1.602176634e-19; /* SI, exact */

/* The smallest difference that the converter has to tell, of a range RANGE from end to end: its own
 * step, or, where that is finer, one digit of one input and one weight. */
static double step_of(const rram_circuit *c, uint32_t adc_bits, double range) {
    const rram_design *d = &c->design;
    const double signs = d->weight_mapping == RRAM_DIFFERENTIAL ? 2 : 1;
    const double levels = (double)(1u << d->cell_bits) - 1;
    const double inputs = (double)(1u << d->dac_bits) - 1;
    const double digit = range / signs / c->weight_rows_at_once / levels / inputs;
    return fmax(range / (double)(1u << adc_bits), digit);
}

/* The mean drop is a common gain; what is left is that cells lose more the further they are: evenly
 * spread between nothing and the drop, a variance of a twelfth of its square. */
static double uneven(const rram_circuit *c) {
    return (c->row_drop * c->row_drop + c->column_drop * c->column_drop) / 12;
}

/* Half the rows driven, cells half on: read noise of each, shot and thermal noise of their charge
 * over the integration time (q I / t and 2 k T G / t). */
static double current_variance(const rram_circuit *c, double time_s) {
    const rram_design *d = &c->design;
    const double cells = fmax(1, c->weight_rows_at_once / 2.0) * c->column_cells;
    const double mean_s = (c->on_s + c->off_s) / 2, cell_a = d->read_voltage_v * mean_s;
    const double read_a = c->read_noise_sd * cell_a;
    return cells * (read_a * read_a + cell_a * cell_a * uneven(c) +
                    (electron_c * cell_a + 2 * d->technology->thermal_energy_j * mean_s) / time_s);
}

/* The same of a mean of all cells, and the noise of the sampling capacitor. */
static double voltage_variance(const rram_circuit *c) {
    const rram_design *d = &c->design;
    const double rows = (double)c->weight_rows_at_once * c->row_cells;
    const double volt = d->read_voltage_v, share = c->read_noise_sd * c->read_noise_sd + uneven(c);
    return volt * volt * share / fmax(1, 2 * rows) + d->technology->thermal_energy_j / RRAM_SAMPLE_F;
}

/* Of a chain: each stage's read noise, and the noise of its capacitor over half the supply. */
static double time_variance(const rram_circuit *c) {
    const cim_technology *t = c->design.technology;
    const double mean_s = (rram_stage_s(c, c->off_s) + rram_stage_s(c, c->on_s)) / 2;
    const double half_v = t->vdd_v / 2, jitter = t->thermal_energy_j / c->stage_f / half_v / half_v;
    return (double)c->weight_rows_at_once * c->column_cells * mean_s * mean_s *
           (c->read_noise_sd * c->read_noise_sd + jitter);
}

double rram_sense_margin(const rram_circuit *c, uint32_t adc_bits) {
    const rram_use use = {.adc_bits = adc_bits, .weight_bits = 1, .input_bits = c->design.dac_bits};
    double variance, range;
    switch (c->design.sensing) {
    case RRAM_VOLTAGE: variance = voltage_variance(c), range = rram_full_scale_v(c); break;
    case RRAM_TIME: variance = time_variance(c), range = rram_full_scale_s(c); break;
    default:
        variance = current_variance(c, rram_sense(c, &use).integration_s);
        range = rram_full_scale_a(c);
    }
    const double step = step_of(c, adc_bits, range) / (1 + c->row_drop + c->column_drop);
    return 6 * sqrt(variance) / step - 1;
}
