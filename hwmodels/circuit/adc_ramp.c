/* Single-slope converters: every column holds its input and compares it with one ramp that all
 * share, while one counter runs; README.md has the equations and the checks. */
#include "adc_parts.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double step_fo4 = 10;         /* a count: a flip-flop, a gate and a wire; assumed    */
static const double reset_steps = 4;       /* auto-zero and flyback of the ramp; assumed          */
static const double stages = 2;            /* of a comparator that waits for the ramp: a
                                              preamplifier and one that drives logic; assumed     */
static const double settled = 2;           /* their time constants in a step: what is left of a
                                              step is below its quantisation noise; assumed       */
static const double bias_v = 0.1;          /* current over transconductance, moderate inversion:
                                              Silveira et al., IEEE JSSC 1996 (gm/I of 10 /V)     */
static const double ramp_power = 2;        /* charge of the ramp and of its buffer, over the
                                              ramp's own; assumed                                 */
static const double buffer_comparators = 10; /* area of the ramp's buffer; assumed                */
static const double counter_gates = 5;     /* a bit of a Gray counter; assumed                    */
static const double gray_swing = 0.5;      /* a step moves one of its lines, one way              */

static double input_pair_f(const cim_technology *t) {   /* on: with all of its channel */
    return ADC_COMPARATOR_INVERTERS * (t->inverter_input_f / t->gate_share + t->inverter_output_f) /
           ADC_COMPARATOR_PAIRS;
}

double cim_adc_ramp_input_f(const cim_technology *t, const cim_adc *adc) {
    return adc_noise_f(t, adc) + input_pair_f(t);
}

/* Of the held input, the comparator and the ramp, whose capacitor noise sizes. */
double cim_adc_ramp_noise_v(const cim_technology *t, const cim_adc *adc) {
    const double ramp_f = adc_noise_f(t, adc);
    return sqrt(t->thermal_energy_j * (1 / cim_adc_ramp_input_f(t, adc) +
                                       1 / (adc_comparator_f(t) + ramp_f) + 1 / ramp_f));
}

/* Comparator and held input, a word of latches that copies the count; without the count's lines. */
static cim_cost column(const cim_technology *t, const cim_adc *adc) {
    const double noise_f = adc_noise_f(t, adc), comparator_f = adc_comparator_f(t) + noise_f;
    const cim_cost word = cim_register(t, adc->bits);
    const double bias_j = stages * settled * comparator_f * bias_v * t->vdd_v;
    return (cim_cost){ADC_LAYOUT * (word.area_m2 + ADC_COMPARATOR_INVERTERS * t->inverter_area_m2 +
                                    2 * noise_f / ADC_CAPACITOR_F_PER_M2),
                      0, word.energy_j + adc_codes(adc) * bias_j,
                      word.leakage_w + ADC_COMPARATOR_INVERTERS * t->inverter_leakage_w};
}

/* Counter, integrator and buffer: one for all. */
static cim_cost generator(const cim_technology *t, const cim_adc *adc) {
    const double buffer_inverters = buffer_comparators * ADC_COMPARATOR_INVERTERS;
    const cim_cost counter = cim_cost_after(cim_register(t, adc->bits),
                                            cim_gates(t, counter_gates * adc->bits));
    const double noise_f = adc_noise_f(t, adc);
    return (cim_cost){ADC_LAYOUT * (counter.area_m2 + buffer_inverters * t->inverter_area_m2 +
                                    noise_f / ADC_CAPACITOR_F_PER_M2),
                      0, adc_codes(adc) * counter.energy_j +
                             ramp_power * noise_f * adc->full_scale_v * t->vdd_v,
                      counter.leakage_w + buffer_inverters * t->inverter_leakage_w};
}

cim_cost cim_adc_ramp(const cim_technology *t, const cim_adc *adc) {
    cim_cost c = column(t, adc);
    /* The count passes by every column on `bits` lines, as long as the column is wide; the ramp on
     * one that its comparator's input loads. */
    const double line_f = sqrt(c.area_m2) * t->wire_f_per_m, ramp_f = line_f + input_pair_f(t);
    const double count_f = line_f + 2 * t->inverter_input_f;
    c.energy_j += adc_codes(adc) * gray_swing * count_f * t->vdd_v * t->vdd_v +
                  ramp_power * ramp_f * adc->full_scale_v * t->vdd_v;
    c = cim_cost_beside(c, cim_cost_times(generator(t, adc), adc_share(adc)));
    c.delay_s = fmax((adc_codes(adc) + reset_steps) * step_fo4 * t->fo4_s, adc->time_s);
    return c;
}
