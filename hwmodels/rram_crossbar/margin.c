/* What the converter can tell apart: noise, and the drop along the wires, against a step.
 *
 * Of ROWS rows of weights that are read together, and to whose range the converter is set. */
#include "rram_parts.h"
#include <cim_chip/margin.h>
#include <math.h>

static const double electron_c = 1.602176634e-19; /* SI, exact */

static double signs(const rram_circuit *c) {
    return c->design.weight_mapping == RRAM_DIFFERENTIAL ? 2 : 1;
}

/* Digits between the ends of the range of one row: products of one input and one weight. */
static double digits(const rram_circuit *c) {
    const rram_design *d = &c->design;
    return signs(c) * ((double)(1u << c->bits_at_once) - 1) * ((double)(1u << d->dac_bits) - 1);
}

/* The mean drop is a common gain; what is left is that cells lose more the further they are: evenly
 * spread between nothing and the drop, a variance of a twelfth of its square. */
static double uneven(const rram_circuit *c, double rows) {
    const double column = rram_column_drop(c, rows);
    return (c->row_drop * c->row_drop + column * column) / 12;
}

/* Half the rows driven, at least one, cells half on: read noise of each, shot and thermal noise of
 * their charge over the integration time (q I / t and 2 k T G / t). */
static double current_variance(const rram_circuit *c, double rows, double time_s) {
    const rram_design *d = &c->design;
    const double cells = (rows + 1) / 2 * c->column_cells;
    const double mean_s = (c->on_s + c->off_s) / 2, cell_a = d->read_voltage_v * mean_s;
    const double read_a = c->read_noise_sd * cell_a, kt = d->technology->thermal_energy_j;
    const double own = cells * (read_a * read_a + cell_a * cell_a * uneven(c, rows) +
                                (electron_c * cell_a + 2 * kt * mean_s) / time_s);
    if (c->joined == 1) return own;
    return c->square_gains * own + rram_mirror_noise_a2(c, cells * cell_a, time_s);
}

/* The same of a mean of all cells, and the noise of the sampling capacitor. */
static double voltage_variance(const rram_circuit *c, double rows) {
    const rram_design *d = &c->design;
    const double share = c->read_noise_sd * c->read_noise_sd + uneven(c, rows);
    const double volt = d->read_voltage_v;
    return volt * volt * share / fmax(1, 2 * rows * c->row_cells) +
           d->technology->thermal_energy_j / RRAM_SAMPLE_F;
}

/* Of a chain: each stage's read noise, and the noise of its capacitor over half the supply. */
static double time_variance(const rram_circuit *c, double rows) {
    const cim_technology *t = c->design.technology;
    const double mean_s = (rram_stage_s(c, c->off_s) + rram_stage_s(c, c->on_s)) / 2;
    const double half_v = t->vdd_v / 2, jitter = t->thermal_energy_j / c->stage_f / half_v / half_v;
    return rows * c->column_cells * mean_s * mean_s *
           (c->read_noise_sd * c->read_noise_sd + jitter);
}

/* Steps of a range of which a share is used: the converter's, or digits. */
static double steps(const rram_circuit *c, const rram_use *use, double rows, double used) {
    return fmin((double)(1u << use->adc_bits), digits(c) * rows * used);
}

double rram_step_share(const rram_circuit *c, const rram_use *use, double rows) {
    const double used = rram_used_range(c, use, rows);
    return used / steps(c, use, rows, used);
}

/* Noise over a step, which is the converter's own, or, where that is finer, a digit. */
static double noise_share(const rram_circuit *c, const rram_use *use, double rows) {
    const double share = rows / c->weight_rows_at_once;
    double variance, range;
    switch (c->design.sensing) {
    case RRAM_VOLTAGE:
        variance = voltage_variance(c, rows);
        range = rram_full_scale_v(c);
        break;
    case RRAM_TIME:
        variance = time_variance(c, rows);
        range = share * rram_full_scale_s(c);
        break;
    default:
        variance = current_variance(c, rows, rram_charge_s(c, use, rows));
        range = share * rram_full_scale_a(c);
    }
    const double used = rram_used_range(c, use, rows);
    const double step = range * used / steps(c, use, rows, used);
    const double noise = sqrt(variance) / step * (1 + c->row_drop + rram_column_drop(c, rows));
    return c->joined > 1 ? sqrt(noise * noise + rram_mirror_steps2(c, use, rows)) : noise;
}

double rram_converter_noise(const rram_circuit *c, const rram_use *use) {
    const double rows = c->weight_rows_at_once, used = rram_used_range(c, use, rows);
    const double step_digits = digits(c) * rows * used / (double)(1u << use->adc_bits);
    const double own = rram_noise_steps(c, use) * fmin(1, step_digits);
    return c->joined > 1 ? sqrt(own * own + rram_mirror_steps2(c, use, rows)) : own;
}

typedef struct column { const rram_circuit *circuit; const rram_use *use; } column;

static double share_of(const void *of, uint32_t rows) {
    const column *c = of;
    return noise_share(c->circuit, c->use, rows);
}

/* Whether a step of the converter is coarser than a digit. */
static int is_coarse(const void *of, uint32_t rows) {
    const column *c = of;
    return digits(c->circuit) * rows * rram_used_range(c->circuit, c->use, rows) >=
           (double)(1u << c->use->adc_bits);
}

/* As long as steps are digits, noise grows alone; then steps grow faster, until the wires take
 * over. */
double rram_sense_margin(const rram_circuit *c, const rram_use *use) {
    const column own = {c, use};
    const uint32_t read = c->weight_rows_at_once, all = c->weight_rows;
    const uint32_t coarse = cim_first_rows(is_coarse, &own, read, all);
    const double wider = c->design.adc_range == RRAM_FULL
                             ? cim_least_share(share_of, &own, coarse, all)
                             : cim_least_share_of_valleys(share_of, &own, coarse, all);
    return 6 * fmin(share_of(&own, read), wider) - 1;
}
