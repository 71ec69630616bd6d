/* A round: rows driven, a column's current integrated or its voltage sampled, then converted. */
#include "rram_parts.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double bias_v = 0.2;          /* an amplifier's bias over its transconductance: a pair
                                              of transistors in moderate inversion, each with half
                                              of it and a gm/I of 10 /V (Silveira et al., JSSC
                                              1996)                                               */
static const double amplifier_slack = 2;   /* time constant of an amplifier that no one prescribes,
                                              over that of its column; assumed                    */
static const double integrator_f = 104e-15;/* on which samples are collected: NeuRRAM's neuron, Wan
                                              et al., Nature 2022, Methods (from memory)          */
static const double step_bits = 3;         /* to which a sample or a decrement settles: what is
                                              left is the same in each of them; assumed           */
static const double mean_steps = 0.3;      /* of the longest conversion, until a column is done and
                                              rests: a bell curve between 2.7 sd; assumed         */
static const double range_sigmas = 5;      /* of a sum, over its mean, to the largest that occurs:
                                              one of some million normal ones; assumed            */
static const double phases = 2;            /* of a sample (take, hand on) and of a decrement
                                              (subtract, compare)                                 */
static const double step_gates = 4;        /* of its control, a column                            */
static const double amplifier_inverters = 30; /* area: as a comparator of cim_circuit's           */
static const double capacitor_f_per_m2 = 1e-3; /* 1 fF/um2: as cim_circuit's converters           */

static int samples(const rram_circuit *c) {
    return c->design.sensing == RRAM_VOLTAGE || c->design.adc_type == RRAM_DECREMENT;
}

/* What the full range is integrated to: half the supply; of a pair of columns, between one's and
 * the other's. */
static double swing_v(const rram_circuit *c) {
    const double vdd_v = c->design.technology->vdd_v;
    return c->column_cells > 1 ? vdd_v : vdd_v / 2;
}

/* Mean and deviation of a sum of random inputs and cells. Levels of a cell are evenly spread, so
 * that the mean square of the levels 1/L .. 1 is (2 L + 1) / 3 L of their mean. Of a pair, either
 * cell's. */
double rram_used_range(const rram_circuit *c, const rram_use *use, double rows) {
    const rram_design *d = &c->design;
    if (d->adc_range == RRAM_FULL) return 1;
    const double levels = exp2(c->bits_at_once) - 1, x = use->input_density, w = use->mean_level;
    const double square =
        cim_mean_square_input(x, d->dac_bits) * w * (2 * levels + 1) / (3 * levels);
    const double variance = fmax(0, square - x * x * w * w);
    return fmin(1, x * w + range_sigmas * sqrt(variance / rows));
}

static cim_adc adc_of_rows(const rram_circuit *c, const rram_use *use, double rows) {
    const double used = rram_used_range(c, use, rows);
    return (cim_adc){.bits = use->adc_bits, .shared_by = (uint32_t)c->adcs,
                     .full_scale_v = swing_v(c) * used};
}

static cim_adc adc_of(const rram_circuit *c, const rram_use *use) {
    return adc_of_rows(c, use, c->weight_rows_at_once);
}

/* Capacitor on which the converter finds the result. */
static double held_f(const rram_circuit *c, const cim_adc *adc) {
    const cim_technology *t = c->design.technology;
    switch (c->design.adc_type) {
    case RRAM_FLASH: return fmax(cim_adc_flash_input_f(t, adc), samples(c) ? integrator_f : 0);
    case RRAM_RAMP: return fmax(cim_adc_ramp_input_f(t, adc), samples(c) ? integrator_f : 0);
    case RRAM_DECREMENT: return fmax(cim_adc_ramp_input_f(t, adc), integrator_f);
    default: return fmax(cim_adc_sar_input_f(t, adc), samples(c) ? integrator_f : 0);
    }
}

double rram_full_scale_a(const rram_circuit *c) {
    const double signs = c->design.weight_mapping == RRAM_DIFFERENTIAL ? 2 : 1;
    return signs * c->weight_rows_at_once * c->design.read_voltage_v * (c->on_s - c->off_s) *
           c->gains;
}

double rram_full_scale_v(const rram_circuit *c) {
    const double signs = c->design.weight_mapping == RRAM_DIFFERENTIAL ? 2 : 1;
    return signs * c->design.read_voltage_v * (c->on_s - c->off_s) / (c->on_s + c->off_s);
}

double rram_units(double bits) { return exp2(bits) - 1; }

double rram_mean_units(const rram_circuit *c, const rram_use *use) {
    const double bits = c->design.dac_bits, steps = ceil(use->input_bits / bits);
    const double last = use->input_bits - (steps - 1) * bits;
    return ((steps - 1) * rram_units(bits) + rram_units(last)) / steps;
}

double rram_charge_s(const rram_circuit *c, const rram_use *use, double rows) {
    const cim_adc adc = adc_of_rows(c, use, rows);
    const double share = rows / c->weight_rows_at_once;
    const double drop = 1 + c->row_drop + rram_column_drop(c, rows);
    return held_f(c, &adc) * swing_v(c) * drop / (share * rram_full_scale_a(c));
}

/* A pulse is no shorter than its row and column take to follow. */
static double integration_s(const rram_circuit *c, const rram_use *use) {
    const rram_design *d = &c->design;
    const double charge_s = rram_charge_s(c, use, c->weight_rows_at_once);
    if (d->input == RRAM_LEVELS || d->dac_bits == 1) return charge_s;
    return fmax(charge_s,
                rram_units(d->dac_bits) * (c->row_driver.delay_s + 2 * c->column.delay_s));
}

/* Time constant of the amplifier, and its bias: C / tau = gm = I / bias_v. */
static double amplifier_tau_s(const rram_circuit *c, double load_f, double *bias_a) {
    const double asked_s = amplifier_slack * c->column.delay_s / RRAM_LN2;
    *bias_a = c->design.amplifier_a > 0 ? c->design.amplifier_a : bias_v * load_f / asked_s;
    return bias_v * load_f / *bias_a;
}

/* Subtracts the charge of one step from the integrator until its sign changes: 2^(n-1) steps and
 * the sign itself. The amplifier compares; a counter shared by all converters is latched then. */
static cim_cost decrement(const rram_circuit *c, const cim_adc *adc, double tau_s) {
    const cim_technology *t = c->design.technology;
    const double steps = exp2(adc->bits - 1.0);
    const cim_cost counter = cim_cost_times(cim_register(t, adc->bits), 1 / c->adcs);
    const cim_cost latch = cim_register(t, adc->bits), logic = cim_gates(t, step_gates);
    const double charge_j = RRAM_SAMPLE_F * adc->full_scale_v * t->vdd_v;
    return (cim_cost){RRAM_LAYOUT * (counter.area_m2 + latch.area_m2 + logic.area_m2),
                      fmax(steps * (phases * step_bits * RRAM_LN2 * tau_s + counter.delay_s),
                           adc->time_s),
                      latch.energy_j + steps * (mean_steps * (charge_j + logic.energy_j) +
                                                counter.energy_j),
                      counter.leakage_w + latch.leakage_w + logic.leakage_w};
}

/* A clamp's amplifier drives the gate of a transistor that passes the column's current, as wide as
 * the multiplexer's, and its own output. Where currents are weighed, that transistor is the input
 * of a mirror, and its copy's gate is driven as well: the mean of the columns. */
static double cascode_f(const rram_circuit *c, const rram_use *use) {
    const cim_technology *t = c->design.technology;
    const double on_f_per_m = t->gate_f_per_m / t->gate_share;   /* with all of its channel */
    const double width_m = t->nmos_ohm_m / (2 * c->clamp_ohm);
    if (c->joined == 1) return width_m * on_f_per_m + t->inverter_output_f;
    const double mirrors_m2 = rram_mirrors_m2(c, use, c->weight_rows_at_once);
    return mirrors_m2 / (c->column_cells * c->joined) / t->node_m * on_f_per_m +
           t->inverter_output_f;
}

static cim_cost convert(const rram_circuit *c, const cim_adc *adc, double tau_s) {
    const cim_technology *t = c->design.technology;
    switch (c->design.adc_type) {
    case RRAM_FLASH: return cim_adc_flash(t, adc);
    case RRAM_RAMP: return cim_adc_ramp(t, adc);
    case RRAM_DECREMENT: return decrement(c, adc, tau_s);
    default: return cim_adc_sar(t, adc);
    }
}

/* Decrements, and differences of time, are sized for noise as large as quantisation noise. */
double rram_noise_steps(const rram_circuit *c, const rram_use *use) {
    const rram_design *d = &c->design;
    const cim_technology *t = d->technology;
    const cim_adc adc = adc_of(c, use);
    const double step_v = adc.full_scale_v / (double)(1u << adc.bits);
    if (d->sensing == RRAM_TIME || d->adc_type == RRAM_DECREMENT) return sqrt(1 / 12.0);
    switch (d->adc_type) {
    case RRAM_FLASH: return cim_adc_flash_noise_v(t, &adc) / step_v;
    case RRAM_RAMP: return cim_adc_ramp_noise_v(t, &adc) / step_v;
    default: return cim_adc_sar_noise_v(t, &adc) / step_v;
    }
}

/* How long a driven cell conducts, where its column takes sense_s: as long again for the buffer of
 * its row, and at least for the read pulse. What is made for it is slower in a longer one. */
static double conduct(const rram_circuit *c, double sense_s, rram_round *r) {
    const rram_design *d = &c->design;
    const double least_s = c->buffered ? 2 * sense_s : sense_s;
    const double open_s = fmax(least_s, d->read_pulse_s);
    if (c->buffered)   /* its input pair: C / tau = gm = I / bias_v */
        r->buffer_a = bias_v * c->row.capacitance_f * (d->dac_bits + 1.0) * RRAM_LN2 / (open_s / 2);
    if (!(d->amplifier_a > 0) && d->sensing == RRAM_CURRENT) r->amplifier_a *= least_s / open_s;
    return open_s;
}

/* Current: the clamp holds the column while it settles and is integrated. */
static void sense_current(const rram_circuit *c, const rram_use *use, double tau_s,
                          rram_round *r) {
    const rram_design *d = &c->design;
    const double settle_s = (use->adc_bits + 1.0) * (c->column.delay_s + RRAM_LN2 * tau_s);
    r->drives = 1;
    const double charge_s = integration_s(c, use);
    r->open_s = conduct(c, settle_s + charge_s, r);
    r->before_s = r->open_s;
    r->mean = use->input_density;
    r->square = d->input == RRAM_LEVELS ? cim_mean_square_input(use->input_density, d->dac_bits)
                                        : use->input_density;
    r->drive_share = 1 - pow(1 - use->input_density, d->dac_bits);
}

/* Voltage: every row is at one of two or three levels and part of the mean; each bit of a train
 * settles once and is sampled as often as it weighs. */
static void sense_voltage(const rram_circuit *c, const rram_use *use, double tau_s,
                          rram_round *r) {
    const rram_design *d = &c->design;
    const double steps = ceil((double)use->input_bits / d->dac_bits);
    const int train = d->input == RRAM_PULSES;
    const double settle_s = conduct(c, (use->adc_bits + 1.0) * c->column.delay_s, r);
    r->drives = train ? use->input_bits / steps : 1;
    r->open_s = r->drives * settle_s;
    r->before_s = r->open_s +
                  (train ? rram_mean_units(c, use) : 1) * phases * step_bits * RRAM_LN2 * tau_s;
    r->drive_share = 1;
    const double x = use->input_density;
    const double square = train ? x : cim_mean_square_input(x, d->dac_bits);
    const int pairs = d->weight_mapping == RRAM_DIFFERENTIAL;
    r->square = pairs ? square : square - x * x;   /* about the mean, which is 0 of a pair */
    r->mean = pairs ? x / 2 : x * (1 - x);
}

/* All phases are cycles of one clock, and a slower one stretches them alike. */
static void stretch(rram_round *r, double factor) {
    r->before_s *= factor;
    r->open_s *= factor;
    r->buffer_a /= factor;
}

/* How long an amplifier draws its bias for a conversion. A clamp that is made for its column rests
 * once the converter has what it gave, and one of a stated bias never; an integrator has to hold
 * its sum until its own column is done. No clock makes it longer. */
static double amplifier_s(const rram_circuit *c, const rram_round *r) {
    const rram_design *d = &c->design;
    const double round_s = r->before_s / c->sensed + r->converter.delay_s;
    if (samples(c)) {
        const double held = d->adc_type == RRAM_DECREMENT ? mean_steps : 1;
        return r->before_s + (held + (c->sensed - 1) / 2) * r->converter.delay_s;
    }
    return d->amplifier_a > 0 ? c->sensed * fmax(round_s, d->period_s) : r->before_s;
}

static rram_round sense_time(const rram_circuit *c, const rram_use *use) {
    rram_round r = {0};
    rram_sense_time(c, use, &r);
    r.before_s += r.drives * c->row_driver.delay_s + (r.drives + 1) * c->design.phase_s;
    return r;
}

rram_round rram_sense(const rram_circuit *c, const rram_use *use) {
    const rram_design *d = &c->design;
    const cim_technology *t = d->technology;
    cim_adc adc = adc_of(c, use);
    if (d->sensing == RRAM_TIME) return sense_time(c, use);
    rram_round r = {.held_f = held_f(c, &adc)};
    const int voltage = d->sensing == RRAM_VOLTAGE;
    const double load_f = voltage ? r.held_f : cascode_f(c, use);
    const double tau_s = amplifier_tau_s(c, load_f, &r.amplifier_a);
    if (voltage) sense_voltage(c, use, tau_s, &r);
    else sense_current(c, use, tau_s, &r);
    r.amplifier_a *= c->joined;
    r.before_s += r.drives * fmax(c->row_driver.delay_s, c->mux.delay_s) +
                  (r.drives + 1) * d->phase_s;
    r.converter = convert(c, &adc, tau_s);
    r.amplifier_s = amplifier_s(c, &r);
    const double round_s = r.before_s / c->sensed + r.converter.delay_s;
    if (d->period_s > round_s) {
        stretch(&r, d->period_s / round_s);
        adc.time_s = d->period_s - r.before_s / c->sensed;
        r.converter = convert(c, &adc, tau_s);
    }
    /* A column that is only held needs no matching, but as little noise as a ramp's. */
    const double hold_f = d->sample_hold ? cim_adc_ramp_input_f(t, &adc) : 0;
    const double holds_f = samples(c) ? r.held_f + RRAM_SAMPLE_F : hold_f;
    const double amplifiers_m2 = c->joined * amplifier_inverters * t->inverter_area_m2 +
                                 rram_mirrors_m2(c, use, c->weight_rows_at_once);
    r.converter.area_m2 +=
        c->sensed * RRAM_LAYOUT * (amplifiers_m2 + holds_f / capacitor_f_per_m2);
    return r;
}
