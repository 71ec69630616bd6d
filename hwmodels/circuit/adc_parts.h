/* What converters of every kind are made of; private to adc_*.c. */
#ifndef ADC_PARTS_H
#define ADC_PARTS_H

#include <cim_circuit/adc.h>

#define ADC_CAPACITOR_F_PER_M2 1e-3  /* 1 fF/um2 of finger capacitor with its routing; assumed    */
#define ADC_COMPARATOR_INVERTERS 30  /* latch, preamplifier and clock; assumed                    */
#define ADC_COMPARATOR_PAIRS 4       /* capacitance of a comparator over its input pair's; assumed */

static inline double adc_codes(const cim_adc *adc) { return (double)(1u << adc->bits); }

/* Capacitance whose thermal noise stays at the quantisation noise: kT/C = step^2 / 12. */
static inline double adc_noise_f(const cim_technology *t, const cim_adc *adc) {
    const double step_v = adc->full_scale_v / adc_codes(adc);
    return 12 * t->thermal_energy_j / (step_v * step_v);
}

/* What a comparator charges that is no noisier than the quantisation. */
static inline double adc_comparator_f(const cim_technology *t, const cim_adc *adc) {
    return ADC_COMPARATOR_INVERTERS * (t->inverter_input_f + t->inverter_output_f) +
           adc_noise_f(t, adc);
}
#endif
