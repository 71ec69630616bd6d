/* Flash converters; README.md has the equations and the checks. */
#include "adc_parts.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double offset_sigmas = 6;     /* 3 sd of a comparator's offset within half a step,   */
static const double trim_bits = 3;         /* after each is trimmed to one of 8 offsets, as in
                                              Verbruggen et al., IEEE JSSC 2009 (5 bits, 90 nm)   */
static const double trim_steps = 8;
static const double latch_cells = 2;       /* a trim bit is a 6T cell and its wiring; assumed     */
static const double latch_leaks = 1.5;     /* in inverters: 3 of its 6 transistors are off        */
static const double least_inverters = 12;  /* of a comparator whose offset does not matter: a latch
                                              with its clock. With encoder 85 fJ for 5 bits at
                                              22 nm, as in DNN+NeuroSim V1.4 (measured)           */
static const double layout_overhead = 3;   /* area over drawn gate area of the pair               */
/* What a comparator of a converter that stands alone has beside: sampling, reference, clock,
 * trimming and retiming, in inverters. Columns side by side share it. Fitted to published ones
 * (README.md): energy to the two most frugal, area to the two most compact of seven. */
static const double alone_inverters = 75, alone_area_inverters = 400;
static const double encoder_gates = 3;     /* per comparator: DNN+NeuroSim V1.4                   */
static const double base_fo4 = 8;          /* sampling and output latch                           */
/* A comparator that has not decided may be read as anything, which is half the range off at worst.
 * It happens as often as makes that no more than the quantisation noise (README.md). */
static const double worst_share = 0.5;

/* Gate area of one transistor of a comparator's input pair. */
static double gate_m2(const cim_technology *t, const cim_adc *adc) {
    const double step_v = adc->full_scale_v / adc_codes(adc);
    const double length_m = offset_sigmas / trim_steps * t->mismatch_v_m / step_v; /* sqrt(W L) */
    const double least_m2 = t->min_width_m * t->node_m;
    return fmax(length_m * length_m, least_m2);
}

double cim_adc_flash_input_f(const cim_technology *t, const cim_adc *adc) {
    const double on_f_per_m = t->gate_f_per_m / t->gate_share;   /* with all of its channel */
    return (adc_codes(adc) - 1) * gate_m2(t, adc) * on_f_per_m / t->node_m;
}

/* Until the share RARE of half a step has become vdd: inputs are spread evenly over a step, so that
 * is how often a comparator is not done by then. */
static double regeneration_s(const cim_technology *t, const cim_adc *adc) {
    const double codes = adc_codes(adc), step_v = adc->full_scale_v / codes;
    const double worst = worst_share * codes;   /* error in steps; quantisation noise is 1/12 */
    const double rare = fmin(1, 1 / (12 * worst * worst));
    return t->latch_s * log(2 * t->vdd_v / (step_v * rare));
}

/* One comparator's. */
static double comparator_f(const cim_technology *t, const cim_adc *adc) {
    const double pair_f = gate_m2(t, adc) * t->gate_f_per_m / t->node_m;
    const double least_f = least_inverters * (t->inverter_input_f + t->inverter_output_f);
    return fmax(least_f, ADC_COMPARATOR_PAIRS * pair_f) +
           adc_noise_f(t, adc) / (adc_codes(adc) - 1);
}

/* Of what all of them sample, and of the one whose decision is close. */
double cim_adc_flash_noise_v(const cim_technology *t, const cim_adc *adc) {
    const double one_f = comparator_f(t, adc), all_f = (adc_codes(adc) - 1) * one_f;
    return sqrt(t->thermal_energy_j * (1 / all_f + 1 / one_f));
}

cim_cost cim_adc_flash(const cim_technology *t, const cim_adc *adc) {
    const double comparators = adc_codes(adc) - 1;
    const double noise_f = adc_noise_f(t, adc) / comparators;
    const cim_cost encoder = cim_gates(t, encoder_gates * comparators);
    const double latches = trim_bits * comparators;   /* written once, so idle */
    const double least_s = (base_fo4 + adc->bits) * t->fo4_s + regeneration_s(t, adc);
    const double time_s = fmax(least_s, adc->time_s);
    const double sharing = adc_share(adc);
    const double alone_f = sharing * alone_inverters * (t->inverter_input_f + t->inverter_output_f);
    const double pair_m2 = 2 * ADC_COMPARATOR_PAIRS * layout_overhead * gate_m2(t, adc);
    const double area_m2 = fmax(least_inverters * t->inverter_area_m2, pair_m2) +
                           noise_f / ADC_CAPACITOR_F_PER_M2 +
                           sharing * alone_area_inverters * t->inverter_area_m2;
    const double comparators_j =
        comparators * (comparator_f(t, adc) + alone_f) * t->vdd_v * t->vdd_v;
    return (cim_cost){comparators * area_m2 + latches * latch_cells * t->sram_cell_m2 +
                          encoder.area_m2,
                      time_s, comparators_j + encoder.energy_j,
                      (comparators * (least_inverters + sharing * alone_inverters) +
                       latches * latch_leaks) * t->inverter_leakage_w + encoder.leakage_w};
}
