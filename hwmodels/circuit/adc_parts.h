/* What converters of every kind are made of; private to adc_*.c. */
#ifndef ADC_PARTS_H
#define ADC_PARTS_H

#include <cim_circuit/adc.h>

#define ADC_CAPACITOR_F_PER_M2 1e-3  /* 1 fF/um2 of finger capacitor with its routing; assumed    */
#define ADC_COMPARATOR_INVERTERS 30  /* latch, preamplifier and clock; assumed                    */
/* capacitance of a comparator over its input pair's; assumed */
#define ADC_COMPARATOR_PAIRS 4
#define ADC_LAYOUT 2.4               /* block over its capacitors, comparator and gates: switches,
                                        clock, wiring, gaps. Fitted to five compact SARs of the
                                        survey and of a CIM macro (README.md: Converters)         */
/* Price of haste: charge of a decision over that of one that has time, 1 + this FO4 / step. The
 * shape is that of Murmann's ADC survey (energy flat at low rates, proportional to the rate at high
 * ones); the number fits seven fast SARs of it (README.md): their geometric mean error is 0. */
#define ADC_HASTE_FO4 193

static inline double adc_codes(const cim_adc *adc) { return (double)(1u << adc->bits); }

/* A converter's share of what those beside it share. */
static inline double adc_share(const cim_adc *adc) {
    return adc->shared_by > 0 ? 1.0 / adc->shared_by : 0;
}

static inline double adc_haste(const cim_technology *t, double step_s) {
    return 1 + ADC_HASTE_FO4 * t->fo4_s / step_s;
}

/* Capacitance whose thermal noise stays at the quantisation noise: kT/C = step^2 / 12. */
static inline double adc_noise_f(const cim_technology *t, const cim_adc *adc) {
    const double step_v = adc->full_scale_v / adc_codes(adc);
    return 12 * t->thermal_energy_j / (step_v * step_v);
}

/* What a comparator of the least size charges in a decision. */
static inline double adc_comparator_f(const cim_technology *t) {
    return ADC_COMPARATOR_INVERTERS * (t->inverter_input_f + t->inverter_output_f);
}
#endif
