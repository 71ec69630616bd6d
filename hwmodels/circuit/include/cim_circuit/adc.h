/* cim_circuit/adc.h: analogue-to-digital converters.
 *
 * One operation is one conversion. cim_cost.delay_s is the conversion alone, without the settling
 * of what is measured. Equations, sources and checks against published converters: README.md. */
#ifndef CIM_CIRCUIT_ADC_H
#define CIM_CIRCUIT_ADC_H

#include <cim_circuit/technology.h>
#include <stdint.h>

#define CIM_ADC_MAX_BITS 14u

typedef struct cim_adc {
    uint32_t bits;          /* 1 .. CIM_ADC_MAX_BITS                                             */
    uint32_t shared_by;     /* converters side by side, which share a ramp and its counter, or the
                               references and clock of a flash; 0: so many that it is for nothing */
    double full_scale_v;    /* input range, > 0; vdd / 2 is usual                                */
    double time_s;          /* wanted conversion time; 0, or less than it can: as fast as it can  */
} cim_adc;

#ifdef __cplusplus
extern "C" {
#endif
/* Successive approximation: one comparator, a capacitor DAC, BITS + 1 steps. Smaller and more
 * frugal than a flash, and slower; converting slower than it could saves energy. */
cim_cost cim_adc_sar(const cim_technology *t, const cim_adc *adc);

/* Flash: 2^BITS - 1 comparators, large enough that offsets stay within half a step. Fast; size and
 * energy explode with bits. With its share of what SHARED_BY converters share. */
cim_cost cim_adc_flash(const cim_technology *t, const cim_adc *adc);

/* Ramp (single slope): a comparator and a word of latches each; a ramp and a counter shared by
 * SHARED_BY converters, which start together. 2^BITS steps: smallest and slowest. The cost is that
 * of one converter with its share of what is shared. */
cim_cost cim_adc_ramp(const cim_technology *t, const cim_adc *adc);

/* Capacitance, in farads, that the converter puts on the node that it measures. */
double cim_adc_sar_input_f(const cim_technology *t, const cim_adc *adc);
double cim_adc_flash_input_f(const cim_technology *t, const cim_adc *adc);
double cim_adc_ramp_input_f(const cim_technology *t, const cim_adc *adc);

/* Standard deviation of a conversion's thermal noise, in volts of its input: kT/C of the
 * capacitances that it has. Noise that would be as large as quantisation noise sizes them only
 * where matching and the least comparator do not: few bits of a wide range are much quieter. */
double cim_adc_sar_noise_v(const cim_technology *t, const cim_adc *adc);
double cim_adc_flash_noise_v(const cim_technology *t, const cim_adc *adc);
double cim_adc_ramp_noise_v(const cim_technology *t, const cim_adc *adc);
#ifdef __cplusplus
}
#endif
#endif
