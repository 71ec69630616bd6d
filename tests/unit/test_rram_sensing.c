/* Kinds of sensing, pairs, samples, writing of hwmodel.rram_crossbar, computed by hand from
 * README's equations. */
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

static cim_technology tech;
static const rram_use use = {5, 8, 8, 0.5, 0.5};

static rram_design plain(void) {
    return (rram_design){.technology = &tech, .rows = 128, .columns = 64, .rows_at_once = 128,
                         .columns_per_adc = 8, .cell_bits = 1, .dac_bits = 1,
                         .on_resistance_ohm = 1e5, .on_off_ratio = 17, .read_voltage_v = 0.5,
                         .wire_width = 1, .write_pulses = 4, .endurance = 1e6};
}

/* Read by current, a pair is two columns; read by voltage, two rows. */
static void pairs(void **state) {
    (void)state;
    rram_design d = plain();
    d.weight_mapping = RRAM_DIFFERENTIAL;
    rram_circuit c = rram_circuit_make(&d);
    cim_array a = rram_array_make(&c, &use);
    assert_true(a.rows == 128 && a.columns == 32 && a.rows_at_once == 128 && c.adcs == 4);
    assert_true(c.live_columns == 8);   /* 4 converters, two columns each */
    near(a.area_m2[CIM_PART_ARRAY], 128 * 64 * c.cell_m2, 1e-12);
    near(rram_full_scale_a(&c), 2 * 128 * 0.5 * (c.on_s - c.off_s), 1e-12);
    d.sensing = RRAM_VOLTAGE;
    c = rram_circuit_make(&d);
    a = rram_array_make(&c, &use);
    assert_true(a.rows == 64 && a.columns == 64 && a.rows_at_once == 64 && c.adcs == 8);
    assert_true(c.live_columns == 64);
    near(rram_full_scale_v(&c), 2 * 0.5 * (c.on_s - c.off_s) / (c.on_s + c.off_s), 1e-12);
    /* No counter for an offset. */
    d.weight_mapping = RRAM_OFFSET;
    const rram_circuit o = rram_circuit_make(&d);
    assert_true(a.row_j[CIM_PART_SHIFT_ADD] == 0 &&
                rram_array_make(&o, &use).row_j[CIM_PART_SHIFT_ADD] > 0);
}

/* 3 + 3 + 2 bits of an 8-bit input as trains of 7, 7 and 3 samples, each of two phases of three
 * bits' settling of an amplifier of 1 uA at 104 fF; 16 steps likewise for 5 bits. */
static void trains_of_samples(void **state) {
    (void)state;
    rram_design d = plain();
    d.sensing = RRAM_VOLTAGE;
    d.input = RRAM_PULSES;
    d.adc_type = RRAM_DECREMENT;
    d.dac_bits = 3;
    d.amplifier_a = 1e-6;
    d.phase_s = 1e-8;
    const rram_circuit c = rram_circuit_make(&d);
    const rram_round r = rram_sense(&c, &use);
    const double tau = 0.2 * 104e-15 / 1e-6, sample = 2 * 3 * log(2) * tau;
    near(r.drives, 8 / 3.0, 1e-12);
    near(r.open_s, 8 / 3.0 * 6 * c.column.delay_s, 1e-12);
    near(r.before_s, r.open_s + (7 + 7 + 3) / 3.0 * sample + (8 / 3.0 + 1) * 1e-8 +
                     8 / 3.0 * fmax(c.row_driver.delay_s, c.mux.delay_s), 1e-12);
    near(r.converter.delay_s, 16 * (sample + 4 * tech.fo4_s), 1e-12);
    /* The amplifier rests once its own column is done. */
    near(r.amplifier_s, r.before_s + 0.3 * r.converter.delay_s, 1e-12);
    const cim_array a = rram_array_make(&c, &use);
    near(a.conversion_j[CIM_PART_ADC], r.converter.energy_j + 0.85 * 1e-6 * r.amplifier_s, 1e-12);
    /* Cells of all 64 columns conduct, 8 of them are converted; x (1 - x) of the input's square. */
    const double drop = 1 + c.row_drop + c.column_drop, mean_s = (c.on_s + c.off_s) / 2;
    near(a.cell_j[CIM_PART_ARRAY], 8 * 0.25 * mean_s * r.open_s / drop * 0.25, 1e-12);
    /* Every row's gates open for every bit, whatever its input. */
    near(a.row_j[CIM_PART_DRIVERS],
         8 / 3.0 * c.row_driver.energy_j + cim_register(&tech, 3).energy_j, 1e-12);
}

/* All columns at once, then eight conversions: the read counts once. */
static void samples_held(void **state) {
    (void)state;
    rram_design d = plain();
    const rram_circuit one = rram_circuit_make(&d);
    d.sample_hold = 1;
    const rram_circuit all = rram_circuit_make(&d);
    const rram_round r = rram_sense(&all, &use);
    const cim_array a = rram_array_make(&one, &use), b = rram_array_make(&all, &use);
    assert_true(one.live_columns == 8 && all.live_columns == 64 && all.sensed == 8);
    near(b.round_s, r.before_s / 8 + r.converter.delay_s, 1e-12);
    assert_true(b.round_s < a.round_s && b.area_m2[CIM_PART_ADC] > a.area_m2[CIM_PART_ADC]);
}

/* A chain of 128 stages through 100 kohm and 25 kohm of transistor, or 1.7 Mohm. */
static void delay_chain(void **state) {
    (void)state;
    rram_design d = plain();
    d.sensing = RRAM_TIME;
    const rram_circuit c = rram_circuit_make(&d);
    const double stage_f = tech.inverter_input_f + tech.inverter_output_f + 4 * 22e-9 * 2e-10;
    near(c.stage_f, stage_f, 1e-12);
    near(rram_full_scale_s(&c), 128 * log(2) * stage_f * 1600e3, 1e-9);
    const cim_array a = rram_array_make(&c, &use);
    near(a.cell_j[CIM_PART_ARRAY], stage_f * 0.85 * 0.85, 1e-12);
    assert_true(a.cell_j[CIM_PART_DRIVERS] == 0 && c.row_drop == 0 && c.column_drop == 0);
    near(a.round_s, 128 * log(2) * stage_f * (1725e3 + tech.inverter_ohm) + rram_full_scale_s(&c) +
                    5 * 4 * tech.fo4_s + c.row_driver.delay_s, 1e-12);
    near(c.cell_m2, 48 * 22e-9 * 22e-9 + tech.inverter_area_m2, 1e-12);
    /* Inputs of three bits pass 7 times, and drive their row as often as they count: half of it. */
    d.dac_bits = 3;
    const rram_circuit several = rram_circuit_make(&d);
    rram_use eight = use;
    eight.input_bits = 6;
    rram_round one_bit = {0}, three_bits = {0};
    rram_sense_time(&c, &use, &one_bit);
    rram_sense_time(&several, &eight, &three_bits);
    near(three_bits.drives * three_bits.drive_share, 7 * one_bit.drives * one_bit.drive_share,
         1e-12);
}

/* 4 pulses of 2.5 V and 100 ns over the mean conductance, lines, and a read after each. */
static void writing(void **state) {
    (void)state;
    rram_design d = plain();
    const rram_circuit c = rram_circuit_make(&d);
    const cim_array a = rram_array_make(&c, &use);
    const double mean_s = (c.on_s + c.off_s) / 2;
    const double lines_f = c.row.capacitance_f / 64 + c.column.capacitance_f;
    double read_j = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) read_j += a.conversion_j[p] + a.cell_j[p];
    near(a.write_j, 4 * (6.25 * mean_s * 1e-7 + 6.25 * lines_f + read_j), 1e-12);
    near(a.write_row_s, 4 * (1e-7 + 8 * a.round_s), 1e-12);
    assert_true(a.endurance == 1e6);
    d.level_shifters = RRAM_SHIFTERS_SHARED;
    near(rram_circuit_make(&d).write_path_m2 / c.write_path_m2, 0.375, 1e-12);
    d.write_voltage_v = 0.8;   /* no more than the supply */
    assert_true(rram_circuit_make(&d).write_path_m2 == 0);
    d.write_voltage_v = 5;
    d.write_pulse_s = 1e-6;
    const rram_circuit strong = rram_circuit_make(&d);
    assert_true(rram_array_make(&strong, &use).write_j > 20 * a.write_j);
}

/* Cells of a cross-point that are not converted conduct as well, and rows that are not read load
 * the column; of a row that is a gate nothing is lost. */
static void cross_point(void **state) {
    (void)state;
    rram_design d = plain();
    cim_cell cell = {.height_f = 4, .width_f = 12};
    d.cell = &cell;
    d.rows_at_once = 32;
    const rram_circuit behind = rram_circuit_make(&d);
    cell.access = CIM_ACCESS_CROSS_POINT;
    const rram_circuit bare = rram_circuit_make(&d);
    cell.access = CIM_ACCESS_1T;
    const rram_circuit gate = rram_circuit_make(&d);
    assert_true(behind.live_columns == 8 && bare.live_columns == 64);
    near(bare.column_drop / bare.column.ohm, 128 * (bare.on_s + bare.off_s) / 4, 1e-12);
    near(behind.column_drop / behind.column.ohm, 32 * (behind.on_s + behind.off_s) / 4, 1e-12);
    assert_true(bare.row_drop > behind.row_drop && gate.row_drop == 0);
    const cim_array a = rram_array_make(&behind, &use), b = rram_array_make(&bare, &use);
    assert_true(b.cell_j[CIM_PART_ARRAY] > 4 * a.cell_j[CIM_PART_ARRAY]);
}

/* A large low-ohmic array on thin wires can tell nothing; on thick ones it can tell more, and a
 * high-ohmic one can. */
static void low_ohmic(void **state) {
    (void)state;
    rram_design d = plain();
    d.rows = d.columns = d.rows_at_once = 1024;
    d.columns_per_adc = 8;
    d.on_resistance_ohm = 5e3;
    const rram_circuit thin = rram_circuit_make(&d);
    d.wire_width = 4;
    const rram_circuit thick = rram_circuit_make(&d);
    near(thick.column.ohm, thin.column.ohm / 16, 1e-12);
    assert_true(rram_sense_margin(&thin, &use) > 1);
    assert_true(rram_sense_margin(&thick, &use) < rram_sense_margin(&thin, &use));
    d.wire_width = 1;
    d.on_resistance_ohm = 1e6;
    const rram_circuit high = rram_circuit_make(&d);
    assert_true(rram_sense_margin(&high, &use) <= 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs),        cmocka_unit_test(trains_of_samples),
        cmocka_unit_test(samples_held), cmocka_unit_test(delay_chain),
        cmocka_unit_test(writing),      cmocka_unit_test(cross_point),
        cmocka_unit_test(low_ohmic),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
