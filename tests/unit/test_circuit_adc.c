/* Converters: published figures with their sources, and directions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_circuit/adc.h>

#include <math.h>

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

/* Converters as published. Jia: as collected in the CiMLoop repository's macro tests, d6e1390. The
 * others: Murmann's ADC survey as collected in Accelergy's ADC plug-in (adc_list.csv: rate, node,
 * area, energy, SNDR); their authors, bits, class of process and supply are from memory, or the
 * usual ones of the node. 28, 40, 8 nm stand for the nearest built-in node. energy, area: ours over
 * published, as README.md has them. */
static const struct published {
    const char *name;
    double node_nm;
    uint32_t roadmap, flash;
    double supply_v;
    uint32_t bits, fast;            /* fast: the price of haste is fitted to it                   */
    double rate_hz, energy_j, area_m2, energy, area;
} published[] = {
    {"Jia, JSSC 2020, CIM, 65 nm", 65, CIM_LSTP, 0, 0.85, 8, 0, 0.74e6, 1.79e-12, 1941e-12,
     0.85, 1.02},
    {"Jia, JSSC 2020, CIM, 65 nm", 65, CIM_LSTP, 0, 1.2, 8, 0, 1.85e6, 3.56e-12, 1941e-12,
     0.91, 1.02},
    {"van Elzakker, 65 nm", 65, CIM_LSTP, 0, 1.0, 10, 0, 1e6, 1.9e-12, 27500e-12, 2.15, 0.22},
    {"Harpe, 90 nm", 90, CIM_LSTP, 0, 1.2, 8, 0, 10.24e6, 6.738e-12, 70000e-12, 0.99, 0.04},
    {"survey, 40 nm", 45, CIM_LSTP, 0, 1.0, 8, 0, 24.576e6, 2.222e-12, 5800e-12, 0.84, 0.27},
    {"survey, 90 nm", 90, CIM_HP, 0, 1.2, 8, 0, 40e6, 2.825e-12, 55000e-12, 1.24, 0.05},
    {"survey, 130 nm", 130, CIM_HP, 0, 1.3, 9, 0, 50e6, 9.2e-12, 75000e-12, 1.06, 0.08},
    {"survey, 65 nm", 65, CIM_HP, 0, 1.1, 10, 0, 50e6, 9.656e-12, 12300e-12, 0.47, 0.48},
    {"survey, 90 nm", 90, CIM_HP, 0, 1.2, 10, 1, 150e6, 10.2e-12, 28000e-12, 1.35, 0.24},
    {"survey, 8 nm", 7, CIM_LSTP, 0, 0.7, 10, 0, 250e6, 2.24e-12, 3600e-12, 2.53, 1.44},
    {"survey, 14 nm", 14, CIM_LSTP, 0, 0.8, 10, 1, 300e6, 11e-12, 6000e-12, 0.85, 0.87},
    {"survey, 28 nm", 32, CIM_HP, 0, 0.9, 8, 1, 1e9, 2.55e-12, 2000e-12, 0.74, 0.71},
    {"survey, 65 nm", 65, CIM_HP, 0, 1.1, 8, 1, 1e9, 3.8e-12, 13000e-12, 1.44, 0.15},
    {"Choo, ISSCC 2016, 40 nm", 45, CIM_HP, 0, 1.0, 6, 1, 1e9, 1.26e-12, 580e-12, 1.10, 1.00},
    {"survey, 40 nm", 45, CIM_HP, 0, 1.0, 8, 1, 1.1e9, 3.636e-12, 1650e-12, 0.88, 0.96},
    {"Kull, JSSC 2013, 32 nm", 32, CIM_HP, 0, 0.9, 8, 1, 1.2e9, 2.58e-12, 1500e-12, 0.84, 0.94},
    {"van der Plas, ISSCC 2006, 90 nm", 90, CIM_HP, 1, 1.2, 4, 0, 1.25e9, 2.016e-12, 33000e-12,
     1.04, 0.33},
    {"survey, 90 nm", 90, CIM_HP, 1, 1.2, 5, 0, 1.75e9, 4.343e-12, 30800e-12, 1.00, 0.74},
    {"survey, 65 nm", 65, CIM_HP, 1, 1.1, 6, 0, 800e6, 15e-12, 130000e-12, 0.29, 0.18},
    {"survey, 40 nm", 45, CIM_HP, 1, 1.0, 6, 0, 3e9, 3.667e-12, 21000e-12, 0.56, 0.55},
    {"Deguchi, JSSC 2008, 90 nm", 90, CIM_HP, 1, 0.9, 6, 0, 3.5e9, 28e-12, 148500e-12, 0.18, 0.31},
    {"survey, 32 nm", 32, CIM_HP, 1, 0.9, 6, 0, 5e9, 1.7e-12, 20000e-12, 0.66, 0.29},
    {"survey, 65 nm", 65, CIM_HP, 1, 1.1, 5, 0, 7.5e9, 6.78e-12, 10000e-12, 0.32, 1.18},
};
#define N_PUBLISHED (sizeof published / sizeof published[0])

static cim_cost of_published(const struct published *p) {
    cim_technology t;
    assert_true(cim_technology_init_at(&t, cim_process_find(p->node_nm, p->roadmap), 300,
                                       p->supply_v));
    const cim_adc adc = {.bits = p->bits, .shared_by = 1, .full_scale_v = t.vdd_v,
                         .time_s = 1 / p->rate_hz};
    return p->flash ? cim_adc_flash(&t, &adc) : cim_adc_sar(&t, &adc);
}

static void published_converters(void **state) {
    (void)state;
    double fast = 0, sars = 0, compact = 0;
    int n_fast = 0, n_sars = 0, n_compact = 0;
    for (size_t i = 0; i < N_PUBLISHED; ++i) {
        const struct published *p = &published[i];
        const cim_cost c = of_published(p);
        const double energy = c.energy_j / p->energy_j, area = c.area_m2 / p->area_m2;
        near(energy, p->energy, 0.006 / p->energy);   /* two digits, as printed */
        near(area, p->area, 0.006 / p->area);
        if (p->fast) fast += log(energy), ++n_fast;
        if (p->flash) continue;
        sars += log(energy), ++n_sars;
        if (p->area_m2 > 2000e-12) continue;
        compact += log(area), ++n_compact;
        assert_true(area > 0.7 && area < 1.05);
    }
    assert_int_equal(n_fast, 7);
    assert_int_equal(n_sars, 16);
    near(exp(fast / n_fast), 1, 0.01);
    near(exp(sars / n_sars), 1.05, 0.01);
    assert_int_equal(n_compact, 6);   /* the CIM macro's is there twice */
    near(exp(compact / n_compact), 0.93, 0.01);
}

/* How fast our flash converters could be, over how fast published ones are: they were run at what
 * their systems asked for, so somewhat faster is right. */
static void published_flash_rates(void **state) {
    (void)state;
    double sum = 0;
    int n = 0;
    for (size_t i = 0; i < N_PUBLISHED; ++i) {
        const struct published *p = &published[i];
        if (!p->flash) continue;
        cim_technology t;
        assert_true(cim_technology_init_at(&t, cim_process_find(p->node_nm, p->roadmap), 300,
                                           p->supply_v));
        const cim_adc adc = {.bits = p->bits, .shared_by = 1, .full_scale_v = t.vdd_v};
        const double faster = 1 / cim_adc_flash(&t, &adc).delay_s / p->rate_hz;
        assert_true(faster > 0.5 && faster < 5);
        sum += log(faster), ++n;
    }
    assert_int_equal(n, 7);
    near(exp(sum / n), 1.62, 0.01);
}

/* Up to 5 GS/s no converter is better than the survey's best. Schreier: Andrulis et al. 2024, best
 * twentieth of the survey: SNDR + 10 log(rate / 2 / power) <= 180.14 dB, and <= 302.74 dB - 6.461
 * ln(rate). Walden: 0.35 fJ a step (0.19 pJ at 9.07 effective bits, 200 kHz, 65 nm). */
static void bounds_of_the_survey(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i)
        for (size_t k = 0; k < N_CONVERTERS; ++k)
            for (uint32_t bits = 4; bits <= CIM_ADC_MAX_BITS; ++bits)
                for (double rate = 5e3; rate < 6e9; rate *= 10) {
                    const cim_technology t = make(processes[i].node_nm, processes[i].roadmap, 300);
                    const cim_adc adc = {.bits = bits, .shared_by = 1,
                                         .full_scale_v = t.vdd_v, .time_s = 1 / rate};
                    const cim_cost c = converters[k](&t, &adc);
                    const double sndr_db = 6.02 * (bits - 0.5) + 1.76;
                    const double best_db = fmin(180.14, 302.74 + 6.461 * log(c.delay_s));
                    assert_true(c.energy_j > pow(10, (sndr_db - best_db) / 10) / 2);
                    assert_true(c.energy_j > 0.35e-15 * pow(2, bits - 0.5));
                }
}

/* Faster never costs less; and energy, area and leakage are there at all. */
static void faster_never_costs_less(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i)
        for (size_t k = 0; k < N_CONVERTERS; ++k)
            for (uint32_t bits = 1; bits <= CIM_ADC_MAX_BITS; ++bits) {
                const cim_technology t = make(processes[i].node_nm, processes[i].roadmap, 350);
                cim_adc adc = {.bits = bits, .full_scale_v = 0.3, .time_s = 1e-3};
                cim_cost last = converters[k](&t, &adc);
                for (; adc.time_s > 1e-12; adc.time_s /= 3) {
                    const cim_cost c = converters[k](&t, &adc);
                    assert_true(c.energy_j >= last.energy_j && c.area_m2 >= last.area_m2);
                    assert_true(c.delay_s <= last.delay_s && c.delay_s > 0);
                    assert_true(c.energy_j > 0 && c.area_m2 > 0 && c.leakage_w > 0);
                    last = c;
                }
            }
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

/* What is sampled and who decides have kT/C each, in the end as much as quantisation noise; a ramp
 * has a third. With few bits other things size them, and they are quiet. */
static void thermal_noise(void **state) {
    (void)state;
    static double (*const noise_v[])(const cim_technology *, const cim_adc *) = {
        cim_adc_sar_noise_v, cim_adc_flash_noise_v, cim_adc_ramp_noise_v};
    const cim_technology t = make(22, CIM_LSTP, 300);
    cim_adc adc = {.bits = 14, .full_scale_v = 0.425};
    near(noise_v[0](&t, &adc) / (0.425 / 16384), sqrt(2 / 12.0), 1e-3);
    near(noise_v[2](&t, &adc) / (0.425 / 16384), sqrt(3 / 12.0), 1e-3);
    adc.bits = 5;   /* 32 fF, and 30 inverters with 12 k T / step^2 */
    const double step_v = 0.425 / 32, kt = 1.380649e-23 * 300;
    const double decides_f =
        30 * (t.inverter_input_f + t.inverter_output_f) + 12 * kt / (step_v * step_v);
    near(noise_v[0](&t, &adc), sqrt(kt / 32e-15 + kt / decides_f), 1e-9);
    assert_true(noise_v[1](&t, &adc) > 0.05 * step_v && noise_v[1](&t, &adc) < 0.2 * step_v);
    for (int k = 0; k < 3; k += 2) {
        double last = 0;
        for (adc.bits = 2; adc.bits <= 10; ++adc.bits) {
            const double steps = noise_v[k](&t, &adc) / (0.425 / (double)(1u << adc.bits));
            assert_true(steps > last);
            last = steps;
        }
    }
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
    const cim_adc fine = {.bits = 11, .full_scale_v = 0.425};
    const double energy_j = cim_adc_flash(&t, &fine).energy_j;
    t.mismatch_v_m *= 2;
    near(cim_adc_flash(&t, &fine).energy_j / energy_j, 4, 0.05);
    /* 8 FO4, a latch from half a step to 0.85 V, an encoder of 8 levels. */
    /* A comparator that is not done is half of 256 steps off; quantisation noise is 1/12 step^2. */
    near(cim_adc_flash(&t, &adc).delay_s,
         16 * t.fo4_s + log(2 * 0.85 * 256 / 0.425 * 12 * 128 * 128) * t.latch_s, 1e-9);
}

static void rate_and_type(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    const cim_adc fast = {.bits = 6, .full_scale_v = 0.425}, slow = {6, 0, 0.425, 1e-7};
    assert_true(cim_adc_sar(&t, &slow).energy_j < 0.5 * cim_adc_sar(&t, &fast).energy_j);
    assert_true(cim_adc_sar(&t, &slow).delay_s == 1e-7);
    assert_true(cim_adc_flash(&t, &fast).delay_s < cim_adc_sar(&t, &fast).delay_s);
    const cim_adc eight = {.bits = 8, .full_scale_v = 0.425};
    assert_true(cim_adc_flash(&t, &eight).area_m2 > 2 * cim_adc_sar(&t, &eight).area_m2);
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

/* More columns share: less area, energy and leakage for each, until their own are left. */
static void side_by_side(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    for (size_t k = 1; k < N_CONVERTERS; ++k) {
        cim_adc adc = {.bits = 8, .shared_by = 1, .full_scale_v = 0.425};
        cim_cost last = converters[k](&t, &adc);
        while ((adc.shared_by *= 2) <= 65536) {
            const cim_cost c = converters[k](&t, &adc);
            assert_true(c.area_m2 < last.area_m2 && c.energy_j < last.energy_j);
            assert_true(c.leakage_w < last.leakage_w && c.delay_s == last.delay_s);
            last = c;
        }
        adc.shared_by = 0;
        near(converters[k](&t, &adc).area_m2, last.area_m2, 0.01);
        near(converters[k](&t, &adc).energy_j, last.energy_j, 0.01);
    }
    const cim_adc adc = {.bits = 8, .full_scale_v = 0.425};
    assert_true(cim_adc_ramp(&t, &adc).area_m2 < cim_adc_sar(&t, &adc).area_m2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_converters),
        cmocka_unit_test(published_flash_rates),
        cmocka_unit_test(bounds_of_the_survey),
        cmocka_unit_test(faster_never_costs_less),
        cmocka_unit_test(thermal_noise),
        cmocka_unit_test(sar_capacitance),
        cmocka_unit_test(survey),
        cmocka_unit_test(more_bits_cost_more),
        cmocka_unit_test(flash_matching),
        cmocka_unit_test(rate_and_type),
        cmocka_unit_test(ramp_by_hand),
        cmocka_unit_test(side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
