/* What must hold of hwmodel.rram_crossbar's arrays over all of their declared ranges: directions,
 * on random designs of every kind of sensing, input, mapping and converter. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hwmodels/rram_crossbar/cell.c"
#include "hwmodels/rram_crossbar/delay.c"
#include "hwmodels/rram_crossbar/lines.c"
#include "hwmodels/rram_crossbar/margin.c"
#include "hwmodels/rram_crossbar/mirrors.c"
#include "hwmodels/rram_crossbar/rram_array.c"
#include "hwmodels/rram_crossbar/sensing.c"
#include "hwmodels/rram_crossbar/write.c"

#include <cim_sdk/rng.h>
#include <stdlib.h>

static cim_rng rng;
static cim_cell cells[3];   /* one of each access */

static uint32_t below(uint32_t n) { return (uint32_t)cim_rng_below(&rng, n); }
static double between(double least, double most) {   /* all magnitudes alike */
    return least * pow(most / least, cim_rng_uniform(&rng));
}

static uint32_t n_designs(void) { return getenv("CIMDSE_LONG") ? 1000000 : 20000; }

static cim_technology random_technology(double *kelvin, double *supply_share) {
    static const double nodes[] = {3, 5, 7, 10, 14, 22, 32, 45, 65, 90, 130};
    cim_technology t;
    *kelvin = 300 + 100 * cim_rng_uniform(&rng);
    *supply_share = 0.55 + 0.65 * cim_rng_uniform(&rng);
    const cim_process *p = cim_process_find(nodes[below(11)], CIM_LSTP);
    assert_true(cim_technology_init_at(&t, p, *kelvin, *supply_share * p->vdd_v));
    return t;
}

static rram_design random_design(const cim_technology *t) {
    static const double widths[] = {1, 2, 4};
    rram_design d = {.technology = t,
                     .rows = (uint32_t)between(8, 2048),
                     .columns = (uint32_t)between(8, 2048),
                     .rows_at_once = (uint32_t)between(1, 2048),
                     .columns_per_adc = (uint32_t)between(1, 2048),
                     .cell_bits = 1 + below(4),
                     .dac_bits = 1 + below(8),
                     .adc_type = below(RRAM_N_ADC_TYPES),
                     .sensing = below(RRAM_N_SENSINGS),
                     .input = below(2),
                     .weight_mapping = below(2),
                     .level_shifters = below(2),
                     .multiplexer = below(2),
                     .weight_bits_at_once = 1 + below(8),
                     .sample_hold = below(2),
                     .adc_range = below(2),
                     .on_resistance_ohm = between(1e3, 1e7),
                     .on_off_ratio = between(1.5, 1e6),
                     .read_voltage_v = between(0.05, 1.2),
                     .wire_width = widths[below(3)],
                     .write_pulses = between(1, 1000),
                     .endurance = 1e6};
    d.cell = below(2) ? NULL : &cells[below(3)];
    if (below(2)) d.amplifier_a = between(1e-8, 1e-3);
    if (below(2)) d.phase_s = between(1e-12, 1e-6);
    if (below(2)) d.read_pulse_s = between(1e-12, 1e-6);
    if (below(2)) d.reference_a = between(1e-9, 0.1);
    if (below(2)) d.shifter_m2 = between(1e-13, 1e-9);
    if (below(2)) d.period_s = between(1e-10, 1e-5);
    return d;
}

static rram_use random_use(void) {
    return (rram_use){1 + below(13), 1 + below(16), 1 + below(16), cim_rng_uniform(&rng),
                      cim_rng_uniform(&rng)};
}

static cim_array array_of(const rram_design *d, const rram_use *u) {
    const rram_circuit c = rram_circuit_make(d);
    return rram_array_make(&c, u);
}

static double sum(const double *parts) {
    double s = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) s += parts[p];
    return s;
}

/* Energy of a step of an input on a full array. */
static double step_j(const rram_design *d, const rram_use *u) {
    const cim_array a = array_of(d, u);
    return a.rows * sum(a.row_j) + (double)a.columns * sum(a.conversion_j) +
           (double)a.rows * a.columns * sum(a.cell_j);
}

#define EVERY_DESIGN                                                                              \
    double kelvin, supply;                                                                        \
    for (uint32_t i = 0, n = n_designs(); i < n; ++i)
#define RANDOM_DESIGN                                                                             \
    const cim_technology tech = random_technology(&kelvin, &supply);                              \
    const rram_design d = random_design(&tech);                                                   \
    const rram_use u = random_use();                                                              \
    (void)u

static void all_finite(void **state) {
    (void)state;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        const rram_circuit c = rram_circuit_make(&d);
        const cim_array a = rram_array_make(&c, &u);
        for (uint32_t p = 0; p < CIM_N_PARTS; ++p)
            assert_true(isfinite(a.area_m2[p]) && a.area_m2[p] >= 0 && isfinite(a.leakage_w[p]) &&
                        a.leakage_w[p] >= 0 && isfinite(a.row_j[p]) && a.row_j[p] >= 0 &&
                        isfinite(a.conversion_j[p]) && a.conversion_j[p] >= 0 &&
                        isfinite(a.cell_j[p]) && a.cell_j[p] >= 0);
        assert_true(isfinite(a.round_s) && a.round_s > 0 && isfinite(a.write_j) && a.write_j > 0 &&
                    isfinite(a.write_row_s) && a.write_row_s > 0 && a.endurance == 1e6);
        assert_true(a.rows_at_once >= 1 && a.rows_at_once <= a.rows && a.columns >= 1 &&
                    a.columns_per_adc <= a.columns);
        assert_true(isfinite(rram_sense_margin(&c, &u)));
    }
}

/* A bit more never costs the converters less energy, area or time. */
static void more_adc_bits(void **state) {
    (void)state;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        rram_use finer = u;
        ++finer.adc_bits;
        const cim_array a = array_of(&d, &u), b = array_of(&d, &finer);
        if (b.conversion_j[CIM_PART_ADC] < a.conversion_j[CIM_PART_ADC])
            fail_msg("design %u: sensing %u, adc_type %u, %u bits: %g J, one more: %g J", i,
                     d.sensing, d.adc_type, u.adc_bits, a.conversion_j[CIM_PART_ADC],
                     b.conversion_j[CIM_PART_ADC]);
        assert_true(b.area_m2[CIM_PART_ADC] >= a.area_m2[CIM_PART_ADC]);
        assert_true(b.round_s >= a.round_s * (1 - 1e-12));
    }
}

/* More rows at once never raise the margin: a positive slack never becomes a smaller one. */
static void more_rows_at_once(void **state) {
    (void)state;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        rram_design more = d;
        more.rows_at_once = d.rows_at_once + 1 + below(d.rows_at_once);
        const rram_circuit a = rram_circuit_make(&d), b = rram_circuit_make(&more);
        const double before = rram_sense_margin(&a, &u);
        const double after = rram_sense_margin(&b, &u);
        if (1 + after < (1 + before) * (1 - 1e-12))
            fail_msg("design %u: sensing %u, %u rows of %u: %g, %u: %g", i, d.sensing,
                     d.rows_at_once, d.rows, before, more.rows_at_once, after);
    }
}

/* (An array of fewer columns than a weight's joins those that it has; a wider one joins more, and
 * may have nothing left to add up.) */
static void larger_arrays(void **state) {
    (void)state;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        rram_design tall = d, wide = d;
        tall.rows += 2 * (1 + below(d.rows));
        wide.columns += 2 * (1 + below(d.columns));
        const cim_array own = array_of(&d, &u), wider = array_of(&wide, &u);
        assert_true(sum(array_of(&tall, &u).area_m2) > sum(own.area_m2));
        assert_true(sum(wider.area_m2) > sum(own.area_m2) || wider.cell_bits > own.cell_bits);
    }
}

/* Longer wires of a metal that is as thin lose more. */
static void drop_grows(void **state) {
    (void)state;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        rram_design larger = d, wider = d;
        larger.rows *= 2;
        larger.columns *= 2;
        larger.rows_at_once = larger.rows;
        wider.wire_width = 4;
        const rram_circuit a = rram_circuit_make(&d), b = rram_circuit_make(&larger);
        const rram_circuit w = rram_circuit_make(&wider);
        assert_true(b.row_drop >= a.row_drop && b.column_drop >= a.column_drop);
        assert_true(w.row_drop <= a.row_drop && w.column_drop <= a.column_drop);
    }
}

/* What leaks, leaks more when warm. */
static void warmer(void **state) {
    (void)state;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        if (kelvin > 395) continue;
        cim_technology warm;
        rram_design w = d;
        w.technology = &warm;
        assert_true(cim_technology_init_at(&warm, &tech.process, kelvin + 5, tech.vdd_v));
        assert_true(sum(array_of(&w, &u).leakage_w) > sum(array_of(&d, &u).leakage_w));
    }
}

/* Less supply, read with the same share of it: a longer round. (Where wires take most of the read
 * voltage, access transistors that conduct less help against that: left out. A driver that has less
 * to drive may lose a whole stage: 1 %.) */
static void lower_supply(void **state) {
    (void)state;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        if (supply < 0.6) continue;
        cim_technology low;
        rram_design a = d;
        a.period_s = 0;
        rram_design b = a;
        b.technology = &low;
        assert_true(cim_technology_init_at(&low, &tech.process, kelvin,
                                           (supply - 0.05) * tech.process.vdd_v));
        b.read_voltage_v *= low.vdd_v / tech.vdd_v;
        const rram_circuit c = rram_circuit_make(&a);
        if (c.row_drop + c.column_drop > 0.3) continue;
        const double before = array_of(&a, &u).round_s, after = array_of(&b, &u).round_s;
        if (after < 0.99 * before)
            fail_msg("design %u: sensing %u, adc_type %u: %g s at %g V, %g s at %g V", i, d.sensing,
                     d.adc_type, before, tech.vdd_v, after, low.vdd_v);
    }
}

/* ... and less energy for a full array's step, at its own speed, in nine of ten designs: what is
 * charged follows the square. In the others wider switches, for weaker transistors, or longer reads
 * cost more than that; so do converters that thermal noise sizes, left out here. */
static void lower_supply_saves(void **state) {
    (void)state;
    uint32_t fewer = 0, more = 0;
    EVERY_DESIGN {
        RANDOM_DESIGN;
        if (supply < 0.9 || u.adc_bits > 5 || d.adc_type == RRAM_RAMP) continue;
        cim_technology low;
        rram_design a = d;
        a.period_s = a.phase_s = a.amplifier_a = a.reference_a = a.read_pulse_s = 0;
        rram_design b = a;
        b.technology = &low;
        assert_true(cim_technology_init_at(&low, &tech.process, kelvin,
                                           (supply - 0.05) * tech.process.vdd_v));
        b.read_voltage_v *= low.vdd_v / tech.vdd_v;
        const double ratio = step_j(&b, &u) / step_j(&a, &u);
        ++*(ratio < 1 ? &fewer : &more);
    }
    if (more * 9 >= fewer) fail_msg("%u of %u designs", more, more + fewer);
}

static int start(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 4; ++i) rng.s[i] = 0x9e3779b97f4a7c15u * (i + 1);
    for (uint32_t i = 0; i < 3; ++i) {
        cells[i] = rram_own_cell;
        cells[i].access = i;
        cells[i].height_f = 6;
        cells[i].width_f = 8;
        cells[i].write_voltage_v = 1;
    }
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_finite, start),
        cmocka_unit_test_setup(more_adc_bits, start),
        cmocka_unit_test_setup(more_rows_at_once, start),
        cmocka_unit_test_setup(larger_arrays, start),
        cmocka_unit_test_setup(drop_grows, start),
        cmocka_unit_test_setup(warmer, start),
        cmocka_unit_test_setup(lower_supply, start),
        cmocka_unit_test_setup(lower_supply_saves, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
