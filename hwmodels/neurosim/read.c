/* One read: cycles and energy. */
#include "parts.h"
#include <cim_circuit/dff.h>
#include <math.h>

static double rate_hz(const ns_subarray *s) {
    const ns_parameters *p = &s->parameters;
    return p->synchronous ? fmin(p->clk_freq_hz, 1 / s->cycle_s) : p->clk_freq_hz;
}

/* Weights that a converter sees whole; 0 where a weight spans converters [Q]. */
static double weights_per_converter(const ns_subarray *s) {
    return floor((double)s->columns_per_adc / s->cells_per_weight);
}

/* Asynchronous: every circuit takes its own time; accumulation hides behind the rest. */
static ns_split seconds(const ns_subarray *s, double rows_active) {
    const ns_parameters *p = &s->parameters;
    const ns_subarray_parts *q = &s->parts;
    const double beta = ns_factors_of(p).beta, m = s->columns_per_adc, groups = s->row_groups;
    const int sequential = p->operationmode == NS_SEQUENTIAL;
    const int digital = sequential && p->memcelltype == NS_SRAM;
    const double rounds = digital ? rows_active : sequential ? rows_active * m : m * groups;
    const double sense_s = q->adc.delay_s + q->encoder.delay_s + s->column_delay_s +
                           q->precharger.delay_s + q->sense_amplifier.delay_s;
    const double row_s = q->row_drive.delay_s + q->word_decoder.delay_s + q->word_driver.delay_s;
    const double column_s = q->mux.delay_s + q->mux_decoder.delay_s;
    ns_split t = {.adc = beta * rounds * sense_s};
    t.other = sequential ? beta * rounds * fmax(row_s, column_s)
                         : beta * m * fmax(groups * row_s, column_s);
    const double weights = weights_per_converter(s);
    const double additions = sequential ? rounds : m * (groups - 1);
    const double accum_s = additions * q->adder.delay_s +
                           (s->cells_per_weight - 1) * weights * q->shift_add_weight.delay_s +
                           weights * q->shift_add_input.delay_s;
    t.accum = fmax(0, accum_s - t.adc - t.other);
    return t;
}

/* Rows read together: adders run between the rounds, then the shift-adders in between and after
 * them; what they take longer is waited for. */
static double parallel_stall(const ns_subarray *s, double rounds) {
    const ns_subarray_parts *q = &s->parts;
    const double f = rate_hz(s), m = s->columns_per_adc, weights = weights_per_converter(s);
    double stall = 0;
    if (q->adder.delay_s > 0)
        stall += m * (s->row_groups - 1.0) * fmax(0, ceil(q->adder.delay_s * f) - 1);
    if (s->cells_per_weight > 1) {
        const double wait = ceil(q->shift_add_weight.delay_s * f) - (rounds + stall) / m;
        stall += (s->cells_per_weight - 1) * weights * fmax(0, wait);
    }
    if (s->parameters.ab > 1 && weights > 0) {
        const double wait = ceil(q->shift_add_input.delay_s * f) - (rounds + stall) / weights;
        stall += weights * fmax(0, wait);
    }
    return stall;
}

/* Row by row: all shift-adding of a read, rounded up once, hides behind its rounds. */
static double sequential_stall(const ns_subarray *s, double rounds) {
    const ns_subarray_parts *q = &s->parts;
    const double f = rate_hz(s), weights = weights_per_converter(s);
    const double shifts_s = weights * ((s->cells_per_weight - 1) * q->shift_add_weight.delay_s +
                                       q->shift_add_input.delay_s);
    return rounds * fmax(0, ceil(q->adder.delay_s * f) - 1) + fmax(0, ceil(shifts_s * f) - rounds);
}

static ns_split cycles(const ns_subarray *s, double rows_active) {
    const ns_parameters *p = &s->parameters;
    const double m = s->columns_per_adc;
    if (!p->synchronous) return seconds(s, rows_active);
    if (p->operationmode == NS_PARALLEL) {
        const double rounds = m * s->row_groups;
        return (ns_split){.adc = rounds, .accum = parallel_stall(s, rounds)};
    }
    const double rounds = p->memcelltype == NS_SRAM ? rows_active : rows_active * m;
    return (ns_split){.adc = rounds, .accum = sequential_stall(s, rounds)};
}

/* Mean over columns that conduct alike but for the weights that they hold: three points that have
 * the mean, spread and kurtosis of their conductances. */
static double column_j(const ns_subarray *s, double ohm, ns_spread spread) {
    const double middle_j = ns_conversion_energy_j(s, ohm);
    const double away = sqrt(spread.kurtosis) * spread.deviation;
    if (!(away > 0 && away < 1)) return middle_j;
    const double sides_j = ns_conversion_energy_j(s, ohm / (1 - away)) +
                           ns_conversion_energy_j(s, ohm / (1 + away));
    return middle_j + (sides_j / 2 - middle_j) / spread.kurtosis;
}

/* Mean over the used columns, three-point Gauss. */
static double conversions_j(const ns_subarray *s, double rows_used, double active, double columns,
                            ns_spread spread) {
    static const double at[3] = {0.1127016653792583, 0.5, 0.8872983346207417};
    static const double weight[3] = {5.0 / 18, 8.0 / 18, 5.0 / 18};
    double j = 0;
    for (int i = 0; i < 3; ++i)
        j += weight[i] * column_j(s, ns_column_ohm(s, rows_used, active, at[i] * (columns - 1)),
                                  spread);
    return columns * j;
}

ns_read ns_subarray_read(const ns_subarray *s, double rows_used, double rows_active,
                         double columns_used) {
    const ns_parameters *p = &s->parameters;
    const ns_subarray_parts *q = &s->parts;
    const cim_technology *t = &s->technology;
    const double vdd2 = t->vdd_v * t->vdd_v, m = s->columns_per_adc, cols = p->cols;
    const double units = floor(cols / m), weights = weights_per_converter(s);
    const int sequential = p->operationmode == NS_SEQUENTIAL;
    const int digital = sequential && p->memcelltype == NS_SRAM;
    ns_read r = {.time = cycles(s, rows_active)};
    if (digital) {
        r.word_line_j = rows_active * s->row_f * vdd2;
        r.energy_j.adc = r.word_line_j + rows_active * (q->sense_amplifier.energy_j +
                                                        cols * s->column_f * vdd2);
        r.energy_j.accum = rows_active * units * (q->adder.energy_j + q->dff.energy_j);
        r.energy_j.other = rows_active * q->word_decoder.energy_j;
    } else {
        const double groups = s->row_groups;
        r.word_line_j = m * rows_active * s->row_f * vdd2;
        if (sequential) {   /* and the bit lines' wires */
            const double read_v = t->process.read_voltage_v;
            r.word_line_j += rows_active * cols * t->wire_f_per_m * s->column_length_m * read_v *
                             read_v;
        }
        /* [Q] A column of SRAM conducts as if all groups were read together. */
        const double together = p->memcelltype == NS_SRAM ? 1 : groups;
        const double at_once = sequential ? 1 : rows_active / together;
        const double reads = sequential ? rows_active : groups;
        r.energy_j.adc = r.word_line_j +
                         reads * conversions_j(s, rows_used, at_once, columns_used,
                                               ns_column_spread(s, rows_active));
        r.energy_j.other = m * q->mux_decoder.energy_j + cols * q->mux.energy_j;
        if (sequential)
            r.energy_j.other += m * rows_active * (q->word_decoder.energy_j +
                                                   q->word_driver.energy_j);
        else r.energy_j.other += ns_row_energy_j(s, rows_active);
        const double additions = sequential ? rows_active * m : m * (groups - 1);
        r.energy_j.accum = units * additions * (q->adder.energy_j + q->dff.energy_j);
    }
    const double nw = s->cells_per_weight;
    if (nw > 1) r.energy_j.accum += units * (nw - 1) * weights * q->shift_add_weight.energy_j;
    if (p->ab > 1) r.energy_j.accum += units * weights * q->shift_add_input.energy_j;
    return r;
}
