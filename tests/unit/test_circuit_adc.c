/* Converters: published figures with their sources, and directions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <cim_circuit/adc.h>

#include <math.h>

static void near(double value, double wanted, double relative) {
    if (!(fabs(value - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g is not %.17g within %g", value, wanted, relative);
}

static cim_technology make(double node_nm, uint32_t roadmap, double kelvin) {
    cim_technology t;
    assert_true(cim_technology_init(&t, cim_process_find(node_nm, roadmap), kelvin));
    return t;
}

typedef cim_cost converter(const cim_technology *, const cim_adc *);
static converter *const converters[] = {cim_adc_sar, cim_adc_flash, cim_adc_ramp};
#define N_CONVERTERS (sizeof converters / sizeof converters[0])
static const struct { double node_nm; uint32_t roadmap; } processes[] = {
    {130, CIM_HP}, {90, CIM_HP}, {65, CIM_HP}, {45, CIM_HP}, {32, CIM_HP}, {22, CIM_HP},
    {130, CIM_LSTP}, {90, CIM_LSTP}, {65, CIM_LSTP}, {45, CIM_LSTP}, {32, CIM_LSTP},
    {22, CIM_LSTP}, {14, CIM_LSTP}, {10, CIM_LSTP}, {7, CIM_LSTP}, {5, CIM_LSTP}, {3, CIM_LSTP},
};
#define N_PROCESSES (sizeof processes / sizeof processes[0])

/* Kull et al., IEEE JSSC 2013: 8 bits, 1.2 GS/s, 3.1 mW, 32 nm SOI; 0.0015 mm2. */
static void published_sar(void **state) {
    (void)state;
    const cim_technology t = make(32, CIM_HP, 300);
    const cim_adc adc = {.bits = 8, .full_scale_v = t.vdd_v / 2};
    const cim_cost c = cim_adc_sar(&t, &adc);
    near(c.delay_s, 1 / 1.2e9, 0.01);
    near(c.energy_j, 3.1e-3 / 1.2e9, 0.03);
    assert_true(c.area_m2 > 0.0015e-6 / 5 && c.area_m2 < 0.0015e-6 * 2);
}

static void sar_capacitance(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    cim_adc adc = {.bits = 5, .full_scale_v = 0.425};
    near(cim_adc_sar_input_f(&t, &adc), 32e-15, 1e-12);   /* 2^5 units of 1 fF */
    adc.bits = 14;   /* thermal noise decides: 12 k T 4^14 / 0.425^2 */
    near(cim_adc_sar_input_f(&t, &adc), 12 * 1.380649e-23 * 300 * 268435456.0 / (0.425 * 0.425),
         1e-9);
}

/* The best low-rate converters of Murmann's ADC survey need about 0.5 to 5 fJ a step at 8 bits. */
static void survey(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    const cim_adc adc = {.bits = 8, .full_scale_v = 0.425, .time_s = 1e-6};
    const double fom_j = cim_adc_sar(&t, &adc).energy_j / 256;
    assert_true(fom_j > 0.5e-15 && fom_j < 5e-15);
}

static void more_bits_cost_more(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i)
        for (size_t k = 0; k < N_CONVERTERS; ++k)
            for (double time = 0; time < 2e-4; time = time * 10 + 1e-10) {
                const cim_technology t = make(processes[i].node_nm, processes[i].roadmap, 300);
                cim_adc adc = {.bits = 1, .full_scale_v = t.vdd_v / 2, .time_s = time};
                cim_cost last = converters[k](&t, &adc);
                while (++adc.bits <= CIM_ADC_MAX_BITS) {
                    const cim_cost c = converters[k](&t, &adc);
                    assert_true(c.energy_j > last.energy_j && c.area_m2 > last.area_m2);
                    assert_true(c.delay_s >= last.delay_s && c.delay_s >= time);
                    assert_true(c.leakage_w > last.leakage_w);
                    last = c;
                }
            }
}

/* Offset decides an 8-bit flash: 255 pairs of (6 / 8 A_VT / step)^2, A_VT = 1.8 mV um. */
static void flash_matching(void **state) {
    (void)state;
    cim_technology t = make(22, CIM_LSTP, 300);
    const cim_adc adc = {.bits = 8, .full_scale_v = 0.425};
    const double side_m = 0.75 * 1.8e-9 / (0.425 / 256);
    near(cim_adc_flash_input_f(&t, &adc), 255 * side_m * side_m * 1.4298e-9 / 22e-9, 1e-9);
    const double energy_j = cim_adc_flash(&t, &adc).energy_j;
    t.mismatch_v_m *= 2;
    near(cim_adc_flash(&t, &adc).energy_j / energy_j, 4, 0.05);
    /* 8 FO4, a latch from half a step to 0.85 V, an encoder of 8 levels. */
    near(cim_adc_flash(&t, &adc).delay_s, (8 + log(2 * 0.85 * 256 / 0.425) + 8) * t.fo4_s, 1e-9);
}

static void rate_and_type(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    const cim_adc fast = {.bits = 6, .full_scale_v = 0.425}, slow = {6, 0, 0.425, 1e-7};
    assert_true(cim_adc_sar(&t, &slow).energy_j < 0.5 * cim_adc_sar(&t, &fast).energy_j);
    assert_true(cim_adc_sar(&t, &slow).delay_s == 1e-7);
    assert_true(cim_adc_flash(&t, &fast).delay_s < cim_adc_sar(&t, &fast).delay_s);
    assert_true(cim_adc_flash(&t, &fast).area_m2 > cim_adc_sar(&t, &fast).area_m2);
    assert_true(cim_adc_flash_input_f(&t, &fast) > 0);
}

/* 8 bits at 65 nm by hand: 256 counts and 4 of reset, of 10 FO4; a comparator of 30 inverters and
 * of noise as large as quantisation noise draws 2 x 2 x 0.1 V of its charge every count. */
static void ramp_by_hand(void **state) {
    (void)state;
    const cim_technology t = make(65, CIM_LSTP, 300);
    cim_adc adc = {.bits = 8, .full_scale_v = 0.55, .shared_by = 128};
    const cim_cost c = cim_adc_ramp(&t, &adc);
    near(c.delay_s, 260 * 10 * t.fo4_s, 1e-12);
    const double noise_f = 12 * 1.380649e-23 * 300 * 65536 / (0.55 * 0.55);
    const double comparator_f = 30 * (t.inverter_input_f + t.inverter_output_f) + noise_f;
    const double comparator_j = 256 * 4 * 0.1 * 1.1 * comparator_f;
    assert_true(c.energy_j > comparator_j && c.energy_j < 1.5 * comparator_j);
    adc.time_s = 1e-3;
    assert_true(cim_adc_ramp(&t, &adc).delay_s == 1e-3);
    assert_true(cim_adc_ramp_input_f(&t, &adc) < cim_adc_sar_input_f(&t, &adc));
}

/* More columns on a ramp: less area, energy and leakage for each, until their own are left. */
static void ramp_is_shared(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    cim_adc adc = {.bits = 8, .full_scale_v = 0.425};
    cim_cost last = cim_adc_ramp(&t, &adc);
    adc.shared_by = 1;
    assert_true(cim_adc_ramp(&t, &adc).energy_j == last.energy_j);
    while ((adc.shared_by *= 2) <= 4096) {
        const cim_cost c = cim_adc_ramp(&t, &adc);
        assert_true(c.area_m2 < last.area_m2 && c.energy_j < last.energy_j);
        assert_true(c.leakage_w < last.leakage_w && c.delay_s == last.delay_s);
        last = c;
    }
    assert_true(last.area_m2 < cim_adc_sar(&t, &adc).area_m2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_sar),  cmocka_unit_test(sar_capacitance),
        cmocka_unit_test(survey),         cmocka_unit_test(more_bits_cost_more),
        cmocka_unit_test(flash_matching), cmocka_unit_test(rate_and_type),
        cmocka_unit_test(ramp_by_hand),   cmocka_unit_test(ramp_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
