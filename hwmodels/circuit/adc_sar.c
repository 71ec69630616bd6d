/* Successive-approximation converters; README.md has the equations and the checks. */
#include "adc_parts.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double step_fo4 = 14;         /* Kull et al., IEEE JSSC 2013: 9 steps in 833 ps at an
                                              FO4 of 6.6 ps                                       */
static const double unit_f = 1e-15;        /* unit capacitor that matches 8 bits: Tripathi and
                                              Murmann, IEEE TCAS-I 2014 (0.45 and 1.2 fF, 32 nm)  */
static const double switching = 0.25;      /* DAC energy over C V^2, monotonic: 255.5 of 1024
                                              units, both sides, Liu et al., IEEE JSSC 2010       */
static const double sides = 2;             /* DACs: differential                                  */
static const double registers_per_bit = 2, gates_per_bit = 10; /* of the SAR logic                */

double cim_adc_sar_input_f(const cim_technology *t, const cim_adc *adc) {
    return fmax(adc_codes(adc) * unit_f, adc_noise_f(t, adc));
}

static double comparator_f(const cim_technology *t, const cim_adc *adc) {
    return adc_comparator_f(t) + adc_noise_f(t, adc);
}

/* Of what is sampled, and of the decision that is close. */
double cim_adc_sar_noise_v(const cim_technology *t, const cim_adc *adc) {
    return sqrt(t->thermal_energy_j *
                (1 / cim_adc_sar_input_f(t, adc) + 1 / comparator_f(t, adc)));
}

cim_cost cim_adc_sar(const cim_technology *t, const cim_adc *adc) {
    const double n = adc->bits, steps = n + 1, v2 = t->vdd_v * t->vdd_v;
    const double dac_f = cim_adc_sar_input_f(t, adc), noise_f = adc_noise_f(t, adc);
    const cim_cost logic = cim_cost_after(cim_register(t, registers_per_bit * n),
                                          cim_gates(t, gates_per_bit * n));
    const double time_s = fmax(steps * step_fo4 * t->fo4_s, adc->time_s);
    const double analogue_j = (switching * dac_f + n * comparator_f(t, adc)) * v2 *
                              adc_haste(t, time_s / steps);
    const double capacitors_m2 = (sides * dac_f + noise_f) / ADC_CAPACITOR_F_PER_M2;
    const double comparator_m2 = ADC_COMPARATOR_INVERTERS * t->inverter_area_m2;
    return (cim_cost){
        ADC_LAYOUT * (capacitors_m2 + logic.area_m2 + comparator_m2), time_s,
        analogue_j + n * logic.energy_j,   /* its logic is clocked at every one of n steps */
        logic.leakage_w + ADC_COMPARATOR_INVERTERS * t->inverter_leakage_w};
}
