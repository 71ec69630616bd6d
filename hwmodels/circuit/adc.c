/* Successive-approximation and flash converters; README.md has the equations and the checks. */
#include <cim_circuit/adc.h>
#include <cim_circuit/logic.h>
#include <math.h>

/* Speed and its price, fitted to one fast converter: Kull et al., "A 3.1 mW 8b 1.2 GS/s
 * single-channel asynchronous SAR ADC ... in 32 nm digital SOI CMOS", IEEE JSSC 2013: 9 steps in
 * 833 ps at an FO4 of 6.6 ps, and 2.58 pJ. Energy of the analogue part is flat at low rates and
 * proportional to the rate at high ones, as in Murmann's ADC survey. */
static const double sar_step_fo4 = 14;
static const double rate_corner_fo4 = 1265;
static const double unit_f = 1e-15;        /* unit capacitor that matches 8 bits: Tripathi and
                                              Murmann, IEEE TCAS-I 2014 (0.45 and 1.2 fF, 32 nm)  */
static const double capacitor_f_per_m2 = 1e-3; /* 1 fF/um2 of finger capacitor with its routing;
                                              assumed, gives Kull's area within a factor 2        */
static const double switching = 0.25;      /* DAC energy over C V^2, monotonic: 255.5 of 1024
                                              units, Liu et al., IEEE JSSC 2010                   */
static const double comparator_inverters = 30; /* latch, preamplifier and clock; assumed          */
static const double registers_per_bit = 2, gates_per_bit = 10; /* of the SAR logic                */
static const double offset_sigmas = 6;     /* 3 sd of a flash comparator within half a step,      */
static const double trim_bits = 3;         /* after each is trimmed to one of 8 offsets, as in
                                              Verbruggen et al., IEEE JSSC 2009 (5 bits, 90 nm)   */
static const double trim_steps = 8;
static const double latch_cells = 2;       /* a trim bit is a 6T cell and its wiring; assumed     */
static const double latch_leaks = 1.5;     /* in inverters: 3 of its 6 transistors are off        */
static const double comparator_pairs = 4;  /* capacitance of a comparator over its input pair's   */
static const double latch_inverters = 10;  /* leakage of a comparator; assumed                    */
static const double layout_overhead = 3;   /* area over drawn gate area                           */
static const double encoder_gates = 3;     /* per comparator: DNN+NeuroSim V1.4               */
static const double flash_base_fo4 = 8;    /* sampling and output latch                           */

/* Capacitance whose thermal noise stays at the quantisation noise: kT/C = step^2 / 12. */
static double noise_f(const cim_technology *t, const cim_adc *adc) {
    const double codes = (double)(1u << adc->bits), step_v = adc->full_scale_v / codes;
    return 12 * t->thermal_energy_j / (step_v * step_v);
}

double cim_adc_sar_input_f(const cim_technology *t, const cim_adc *adc) {
    return fmax((double)(1u << adc->bits) * unit_f, noise_f(t, adc));
}

cim_cost cim_adc_sar(const cim_technology *t, const cim_adc *adc) {
    const double n = adc->bits, v2 = t->vdd_v * t->vdd_v;
    const double dac_f = cim_adc_sar_input_f(t, adc);
    const double comparator_f =
        comparator_inverters * (t->inverter_input_f + t->inverter_output_f) + noise_f(t, adc);
    const cim_cost logic = cim_cost_after(cim_register(t, registers_per_bit * n),
                                          cim_gates(t, gates_per_bit * n));
    const double time_s = fmax((n + 1) * sar_step_fo4 * t->fo4_s, adc->time_s);
    const double rate = 1 + rate_corner_fo4 * t->fo4_s / time_s;
    const double analogue_j = (switching * dac_f + n * comparator_f) * v2 * rate;
    const double capacitors_m2 = (dac_f + noise_f(t, adc)) / capacitor_f_per_m2;
    return (cim_cost){
        capacitors_m2 + logic.area_m2 + comparator_inverters * t->inverter_area_m2, time_s,
        analogue_j + n * logic.energy_j,   /* its logic is clocked at every one of n steps */
        logic.leakage_w + comparator_inverters * t->inverter_leakage_w};
}

/* Gate area of one transistor of a flash comparator's input pair. */
static double flash_gate_m2(const cim_technology *t, const cim_adc *adc) {
    const double step_v = adc->full_scale_v / (double)(1u << adc->bits);
    const double length_m = offset_sigmas / trim_steps * t->mismatch_v_m / step_v; /* sqrt(W L) */
    const double least_m2 = t->min_width_m * t->node_m;
    return fmax(length_m * length_m, least_m2);
}

double cim_adc_flash_input_f(const cim_technology *t, const cim_adc *adc) {
    const double comparators = (double)(1u << adc->bits) - 1;
    return comparators * flash_gate_m2(t, adc) * t->gate_f_per_m / t->node_m;
}

cim_cost cim_adc_flash(const cim_technology *t, const cim_adc *adc) {
    const double comparators = (double)(1u << adc->bits) - 1;
    const double gate_m2 = flash_gate_m2(t, adc);
    const double pair_f = gate_m2 * t->gate_f_per_m / t->node_m;
    const double comparator_f = comparator_pairs * pair_f + noise_f(t, adc) / comparators;
    const double step_v = adc->full_scale_v / (double)(1u << adc->bits);
    const cim_cost encoder = cim_gates(t, encoder_gates * comparators);
    const double latches = trim_bits * comparators;   /* written once, so idle */
    /* A latch multiplies the difference by e every FO4 until half a step has become vdd. */
    const double time_s = (flash_base_fo4 + log(2 * t->vdd_v / step_v) + adc->bits) * t->fo4_s;
    const double area_m2 = 2 * comparator_pairs * layout_overhead * gate_m2 +
                           noise_f(t, adc) / comparators / capacitor_f_per_m2;
    const double latch_m2 = latches * latch_cells * t->sram_cell_m2;
    return (cim_cost){comparators * area_m2 + encoder.area_m2 + latch_m2,
                      fmax(time_s, adc->time_s),
                      comparators * comparator_f * t->vdd_v * t->vdd_v + encoder.energy_j,
                      (comparators * latch_inverters + latches * latch_leaks) *
                              t->inverter_leakage_w + encoder.leakage_w};
}
