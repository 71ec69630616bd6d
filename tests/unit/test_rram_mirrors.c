/* Currents of a weight's columns that hwmodel.rram_crossbar weighs before one conversion, computed
 * by hand from README's equations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include "hwmodels/rram_crossbar/cell.c"
#include "hwmodels/rram_crossbar/delay.c"
#include "hwmodels/rram_crossbar/lines.c"
#include "hwmodels/rram_crossbar/margin.c"
#include "hwmodels/rram_crossbar/mirrors.c"
#include "hwmodels/rram_crossbar/rram_array.c"
#include "hwmodels/rram_crossbar/sensing.c"
#include "hwmodels/rram_crossbar/write.c"

#include <cim_sdk/rng.h>

static cim_technology tech;
static const rram_use use = {5, 8, 8, 0.5, 0.5};

static rram_design weighed(uint32_t bits) {
    return (rram_design){.technology = &tech, .rows = 128, .columns = 64, .rows_at_once = 16,
                         .columns_per_adc = 8, .cell_bits = 1, .dac_bits = 1, .wire_width = 4,
                         .on_resistance_ohm = 1e5, .on_off_ratio = 17, .read_voltage_v = 0.2,
                         .write_pulses = 4, .endurance = 1e6, .weight_bits_at_once = bits};
}

static cim_array array_of(const rram_design *d) {
    const rram_circuit c = rram_circuit_make(d);
    return rram_array_make(&c, &use);
}

/* The chip sees cells of all bits that go together; converters are as many as without. */
static void counts(void **state) {
    (void)state;
    rram_design d = weighed(4);
    rram_circuit c = rram_circuit_make(&d);
    cim_array a = rram_array_make(&c, &use);
    assert_true(c.joined == 4 && a.cell_bits == 4 && a.columns == 16 && a.columns_per_adc == 2);
    assert_true(c.adcs == 8 && cim_array_adcs(&a) == 8 && c.live_columns == 32);
    near(c.gains, 1 + 0.5 + 0.25 + 0.125, 1e-15);
    near(c.square_gains, 1 + 1 / 4.0 + 1 / 16.0 + 1 / 64.0, 1e-15);
    d.cell_bits = 3;   /* one cell holds three of the four */
    a = array_of(&d);
    assert_true(a.cell_bits == 3 && a.columns == 64 && a.columns_per_adc == 8);
    d.weight_bits_at_once = 8;
    d.weight_mapping = RRAM_DIFFERENTIAL;
    c = rram_circuit_make(&d);
    a = rram_array_make(&c, &use);
    assert_true(c.joined == 2 && a.cell_bits == 6 && a.columns == 16 && a.columns_per_adc == 4);
    assert_true(c.live_columns == 16 && c.adcs == 4);   /* 4 cells of each of 4 converters */
    d.columns = 8;
    d.cell_bits = 1;   /* there are but four pairs */
    a = array_of(&d);
    assert_true(a.cell_bits == 4 && a.columns == 1 && a.columns_per_adc == 1);
}

/* What is not a current is not weighed; one bit at a time needs no mirror. */
static void only_currents(void **state) {
    (void)state;
    rram_design one = weighed(1), none = weighed(0);
    const cim_array a = array_of(&one), b = array_of(&none);
    assert_memory_equal(&a, &b, sizeof a);
    for (uint32_t sensing = RRAM_VOLTAGE; sensing <= RRAM_TIME; ++sensing) {
        rram_design many = weighed(8);
        many.sensing = one.sensing = sensing;
        const cim_array m = array_of(&many), o = array_of(&one);
        assert_memory_equal(&m, &o, sizeof m);
    }
}

/* Cells that conduct for as long give eight times one's heat; copies take from the supply what
 * their columns do, by their gains. */
static void energy_of_copies(void **state) {
    (void)state;
    rram_design one = weighed(1), eight = weighed(8);
    one.read_pulse_s = eight.read_pulse_s = 1e-6;
    const rram_circuit c = rram_circuit_make(&eight), o = rram_circuit_make(&one);
    const cim_array a = rram_array_make(&c, &use), b = rram_array_make(&o, &use);
    const double drops = (1 + o.row_drop + o.column_drop) / (1 + c.row_drop + c.column_drop);
    near(a.cell_j[CIM_PART_ARRAY], 8 * b.cell_j[CIM_PART_ARRAY] * drops, 1e-9);
    const double supply_j = a.cell_j[CIM_PART_ARRAY] + a.cell_j[CIM_PART_DRIVERS];
    near(a.cell_j[CIM_PART_ADC], supply_j * c.gains / 8, 1e-9);
    assert_true(b.cell_j[CIM_PART_ADC] == 0);
    assert_true(a.write_j > 7 * b.write_j);
    eight.amplifier_a = 1e-6;   /* of each of eight clamps */
    const rram_circuit biased = rram_circuit_make(&eight);
    near(rram_sense(&biased, &use).amplifier_a, 8e-6, 1e-12);
}

/* A sum of the two largest currents takes half as long to integrate, all but the last bits'. */
static void full_scale(void **state) {
    (void)state;
    const rram_design one = weighed(1), eight = weighed(8);
    const rram_circuit a = rram_circuit_make(&one), b = rram_circuit_make(&eight);
    near(rram_full_scale_a(&b), (2 - 1 / 128.0) * rram_full_scale_a(&a), 1e-12);
    near(rram_charge_s(&b, &use, 16) / (1 + b.row_drop + b.column_drop),
         rram_charge_s(&a, &use, 16) / (1 + a.row_drop + a.column_drop) / (2 - 1 / 128.0), 1e-12);
}

/* Mirrors are as large as their converter asks: a bit more, four times. 3 sd take half of the
 * margin: of a fine converter, of whose cells all deviate as one in Monte Carlo. */
static void deviations(void **state) {
    (void)state;
    const rram_design d = weighed(8);
    const rram_circuit c = rram_circuit_make(&d);
    const rram_use eight = {8, 8, 8, 0.5, 0.5}, nine = {9, 8, 8, 0.5, 0.5};
    near(leading_m2(&c, &nine, 16) / leading_m2(&c, &eight, 16), 4, 1e-12);
    assert_true(rram_mirrors_m2(&c, &nine, 16) > 3 * rram_mirrors_m2(&c, &eight, 16));
    near(rram_mirror_steps2(&c, &eight, 16), 1 / 144.0, 1e-12);
    /* By hand: 16/2 rows of mean cells against a 256th of the range. */
    const double column_a = 0.2 * 8 * (c.on_s + c.off_s) / 2;
    const double step_a = 16 * 0.2 * (c.on_s - c.off_s) * (2 - 1 / 128.0) / 256;
    const double one_sd = 10 * tech.mismatch_v_m / 8 / sqrt(leading_m2(&c, &eight, 16));
    cim_rng rng;
    for (uint64_t i = 0; i < 4; ++i) rng.s[i] = 0x9e3779b97f4a7c15u * (i + 1);
    double square = 0;
    const uint32_t n = 40000;
    for (uint32_t s = 0; s < n; ++s) {
        double sum_a = 0;
        for (int i = 0; i < 8; ++i) {   /* input sqrt(gain) as large, copy as its gain of that */
            const double gain = exp2(-i), input_sd = one_sd / sqrt(sqrt(gain));
            sum_a += column_a * gain * (input_sd * cim_rng_normal(&rng) +
                                        input_sd / sqrt(gain) * cim_rng_normal(&rng));
        }
        square += sum_a * sum_a / (step_a * step_a);
    }
    near(square / n, 1 / 144.0, 0.03);
}

/* Columns deviate each for itself, so their sum less, by sqrt(sum 4^i) / sum 2^i; noise of copies
 * and their deviation come on top. */
static void margin_of_a_sum(void **state) {
    (void)state;
    rram_design one = weighed(1), four = weighed(4);
    one.columns_per_adc = 1;
    four.columns_per_adc = 4;   /* as many columns conduct at a time */
    rram_circuit a = rram_circuit_make(&one), b = rram_circuit_make(&four);
    a.read_noise_sd = b.read_noise_sd = 3;   /* all else is little beside it */
    const rram_use coarse = {3, 8, 8, 0.5, 0.5};
    const double apart = sqrt(85) / 15;
    near(noise_share(&b, &coarse, 16), hypot(noise_share(&a, &coarse, 16) * apart,
                                             sqrt(rram_mirror_steps2(&b, &coarse, 16))), 1e-3);
    /* A fine converter is asked for digits, which are of all bits: 16 rows of 15 levels. */
    const rram_use fine = {12, 8, 8, 0.5, 0.5};
    near(rram_step_share(&b, &fine, 16), 1 / (16 * 15.0), 1e-12);
    assert_true(rram_sense_margin(&b, &fine) > rram_sense_margin(&a, &fine));
    near(rram_mirror_noise_a2(&b, 1e-6, 1e-9),
         (85 / 64.0 + 15 / 8.0) * 2 * tech.thermal_energy_j * 10 * 1e-6 / 1e-9, 1e-12);
}

/* A multiplexer for settling loads a tall column by a tenth, and makes it as much faster. */
static void multiplexers(void **state) {
    (void)state;
    rram_design narrow = weighed(1), wide = weighed(1);
    narrow.rows = wide.rows = 1024;
    narrow.rows_at_once = wide.rows_at_once = 4;
    wide.multiplexer = RRAM_MUX_FOR_SETTLING;
    const rram_circuit a = rram_circuit_make(&narrow), b = rram_circuit_make(&wide);
    double drain_f;
    cim_pass_gates(&tech, 1, b.mux_ohm, &drain_f);
    const double own_f = b.column.capacitance_f - 8 * drain_f;
    const double gate_f = drain_f * tech.inverter_input_f / tech.inverter_output_f;
    near(8 * drain_f + gate_f, 0.1 * own_f, 1e-9);
    assert_true(a.clamp_ohm == a.mux_ohm && b.clamp_ohm == a.mux_ohm);
    assert_true(b.column.delay_s < 0.4 * a.column.delay_s);
    assert_true(b.mux.energy_j > a.mux.energy_j && b.mux.area_m2 >= a.mux.area_m2);
    /* What carries the current of all rows is wide enough, and stays. */
    narrow = wide = weighed(1);
    narrow.rows_at_once = wide.rows_at_once = 128;
    wide.multiplexer = RRAM_MUX_FOR_SETTLING;
    const cim_array n = array_of(&narrow), w = array_of(&wide);
    assert_memory_equal(&n, &w, sizeof n);
}

static int start(void **state) {
    (void)state;
    return cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300) ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),           cmocka_unit_test(only_currents),
        cmocka_unit_test(energy_of_copies), cmocka_unit_test(full_scale),
        cmocka_unit_test(deviations),       cmocka_unit_test(margin_of_a_sum),
        cmocka_unit_test(multiplexers),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
