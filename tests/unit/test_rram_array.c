/* Cell and sensing of hwmodel.rram_crossbar, each figure computed by hand from README's
 * equations. */
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

static double margin_of(const rram_circuit *c, uint32_t adc_bits) {
    const rram_use use = {.adc_bits = adc_bits, .input_density = 0.5, .mean_level = 0.5};
    return rram_sense_margin(c, &use);
}

static cim_technology tech;

static rram_design plain_design(void) {
    return (rram_design){.technology = &tech, .rows = 128, .columns = 128, .rows_at_once = 128,
                         .columns_per_adc = 8, .cell_bits = 1, .dac_bits = 1,
                         .adc_type = RRAM_SAR, .on_resistance_ohm = 1e5, .on_off_ratio = 17,
                         .read_voltage_v = 0.5, .wire_width = 1, .write_pulses = 4};
}

static const rram_use plain_use = {5, 8, 8, 0.5, 0.5};

/* 100 kohm: access 25 kohm (resCellAccess_ohm of R-F000, onefactor_units.csv). */
static void cell(void **state) {
    (void)state;
    rram_design d = plain_design();
    const rram_circuit c = rram_circuit_make(&d);
    near(c.access_ohm, 25e3, 1e-12);
    near(c.on_s, 1 / 125e3, 1e-12);
    near(c.off_s, 1 / 1725e3, 1e-12);
    near(c.cell_m2, 48 * 22e-9 * 22e-9, 1e-12);
    near(c.cell_width_m, 12 * 22e-9, 1e-12);
    /* 2 kohm: 500 ohm of transistor, 0.85 V / 791.9 A/m / 500 ohm = 97.58 nodes wide. */
    d.on_resistance_ohm = 2e3;
    near(rram_circuit_make(&d).cell_m2, 3 * (97.58 + 1) * 22e-9 * 22e-9, 1e-4);
    /* 10 Mohm: the smallest transistor does. */
    d.on_resistance_ohm = 1e7;
    near(rram_circuit_make(&d).access_ohm, 0.85 / 791.9 / 22e-9, 1e-12);
}

static void lines(void **state) {
    (void)state;
    const rram_design d = plain_design();
    const rram_circuit c = rram_circuit_make(&d);
    const double mean_s = (1 / 125e3 + 1 / 1725e3) / 2;
    near(c.switch_ohm, 0.05 / (16 * mean_s), 1e-12);   /* 16 columns converted at a time */
    near(c.mux_ohm, 0.25 / (128 * mean_s), 1e-12);
    near(c.row.ohm, 330.139, 1e-5);                    /* resRow_ohm, resCol_ohm of R-F000 */
    near(c.column.ohm, 110.046, 1e-5);
    const double access_m = 0.85 / 791.9 / 25e3;
    near(c.row.capacitance_f, 6.7584e-15 + 128 * access_m * tech.gate_f_per_m, 1e-9);
    double drain_f;
    cim_pass_gates(&tech, 128, c.mux_ohm, &drain_f);
    near(c.column.capacitance_f,
         2e-10 * 1.1264e-5 + 128 * tech.nmos_drain_f * access_m / 22e-9 + 8 * drain_f, 1e-9);
    near(c.column.delay_s, (0.69 * 2 * c.mux_ohm + 0.38 * 110.046) * c.column.capacitance_f, 1e-5);
}

static void sensing_and_cell_energy(void **state) {
    (void)state;
    const rram_design d = plain_design();
    const rram_circuit c = rram_circuit_make(&d);
    const cim_array a = rram_array_make(&c, &plain_use);
    /* 32 fF to 0.425 V by 128 cells' signal at 0.5 V; six times ln 2 time constants. */
    const double mean_s = (1 / 125e3 + 1 / 1725e3) / 2;
    const double drop = 1 + mean_s * (16 * c.row.ohm + 128 * c.column.ohm) / 2;
    const double integrate = 32e-15 * 0.425 * drop / (128 * 0.5 * (1 / 125e3 - 1 / 1725e3));
    const double sense = 6 * 3 * c.column.delay_s + integrate;   /* column, and a clamp as slow */
    near(a.cell_j[CIM_PART_ARRAY], 0.25 * mean_s * sense / drop * 0.5, 1e-12);
    /* What the supply of 0.85 V gives for it. */
    near(a.cell_j[CIM_PART_ARRAY] + a.cell_j[CIM_PART_DRIVERS],
         0.85 * 0.5 * mean_s * sense / drop * 0.5, 1e-12);
    const cim_adc adc = {.bits = 5, .full_scale_v = 0.425};
    const double cascode_f = tech.nmos_ohm_m / (2 * c.mux_ohm) * tech.gate_f_per_m +
                             tech.inverter_output_f;
    const double gm = cascode_f / (2 * c.column.delay_s / log(2));
    const double clamp_s = fmax(c.row_driver.delay_s, c.mux.delay_s) + sense;
    near(a.conversion_j[CIM_PART_ADC],
         cim_adc_sar(&tech, &adc).energy_j + 0.85 * 0.2 * gm * clamp_s, 1e-12);
    near(a.round_s, fmax(c.row_driver.delay_s, c.mux.delay_s) + sense + 6 * 14 * tech.fo4_s, 1e-12);
    near(a.area_m2[CIM_PART_ARRAY], 380.633e-12, 1e-5);   /* sub_areaArray_m2 of R-F000 */
    near(a.area_m2[CIM_PART_ADC], 16 * (cim_adc_sar(&tech, &adc).area_m2 +
                                        2.4 * 30 * tech.inverter_area_m2), 1e-12);
}

static void data_statistics(void **state) {
    (void)state;
    rram_design d = plain_design();
    rram_circuit c = rram_circuit_make(&d);
    rram_use quarter = plain_use, on = plain_use;
    quarter.input_density = 0.25;
    on.mean_level = 1;
    const cim_array a = rram_array_make(&c, &plain_use), q = rram_array_make(&c, &quarter);
    near(q.cell_j[CIM_PART_ARRAY], a.cell_j[CIM_PART_ARRAY] / 2, 1e-12);
    near(a.row_j[CIM_PART_DRIVERS] - q.row_j[CIM_PART_DRIVERS], c.row_driver.energy_j / 4, 1e-9);
    assert_true(q.conversion_j[CIM_PART_ADC] == a.conversion_j[CIM_PART_ADC]);
    near(rram_array_make(&c, &on).cell_j[CIM_PART_ARRAY] / a.cell_j[CIM_PART_ARRAY],
         2 / (1 + 125.0 / 1725), 1e-12);
    /* Two bits at once: a row rests when both are 0; mean square of 0, 1/3, 2/3, 1 is 14/36. */
    d.dac_bits = 2;
    c = rram_circuit_make(&d);
    const cim_array two = rram_array_make(&c, &plain_use);
    /* A row's buffer idles at a fifth of its largest current, for the eight rounds of a step; its
     * input pair follows within what the column takes to settle and be integrated. */
    const rram_round levels = rram_sense(&c, &plain_use);
    const double pair_a = 0.2 * c.row.capacitance_f * 3 * log(2) / (levels.open_s / 2);
    const double idle_j = (0.2 * 16 * c.on_s * 0.5 + pair_a) * 0.85 * 8 * two.round_s;
    near(two.row_j[CIM_PART_DRIVERS],
         0.75 * (c.row_driver.energy_j + idle_j) + cim_register(&tech, 2).energy_j, 1e-9);
    /* The row settles as long as the column behind it. */
    near(two.cell_j[CIM_PART_ARRAY] / a.cell_j[CIM_PART_ARRAY], 2 * 14 / 36.0 / 0.5, 1e-12);
    /* As the width of a pulse: on for half of the time on the average, and longer. */
    d.input = RRAM_PULSES;
    c = rram_circuit_make(&d);
    const rram_use wide = plain_use;
    const cim_array pulse = rram_array_make(&c, &wide);
    const rram_round round = rram_sense(&c, &wide);
    assert_true(c.row_buffer_a == 0);
    near(integration_s(&c, &wide), 3 * (c.row_driver.delay_s + 2 * c.column.delay_s), 1e-12);
    near(pulse.cell_j[CIM_PART_ARRAY] / two.cell_j[CIM_PART_ARRAY],
         round.open_s / levels.open_s * 0.5 / (14 / 36.0), 1e-12);
}

static void drivers_area(void **state) {
    (void)state;
    const rram_design d = plain_design();
    const rram_circuit c = rram_circuit_make(&d);
    const cim_array a = rram_array_make(&c, &plain_use);
    /* wllevelshifter_area_m2 of R-F000: 1.28143e-9 m2 for 128 lines; here 384 lines. */
    near(c.write_path_m2, 3 * 1.28143e-9, 0.02);
    near(a.area_m2[CIM_PART_DRIVERS], c.write_path_m2 + c.mux.area_m2 +
         128 * (c.row_driver.area_m2 + cim_register(&tech, 1).area_m2), 1e-12);
    near(c.row_driver.area_m2,
         cim_pass_gates(&tech, 2, c.switch_ohm, NULL).area_m2 +
         cim_driver(&tech, c.row.capacitance_f).area_m2, 1e-12);
    /* Below 22 nm, input/output transistors keep their size. */
    cim_technology fin;
    assert_true(cim_technology_init(&fin, cim_process_find(7, CIM_LSTP), 300));
    rram_design small = d;
    small.technology = &fin;
    near(rram_circuit_make(&small).write_path_m2, c.write_path_m2, 1e-12);
    /* ... and above, where that is said. */
    cim_technology old;
    assert_true(cim_technology_init(&old, cim_process_find(45, CIM_LSTP), 300));
    small.technology = &old;
    near(rram_circuit_make(&small).write_path_m2, 384 * 2.1e4 * 45e-9 * 45e-9, 1e-12);
    small.shifter_m2 = 10e-12;
    near(rram_circuit_make(&small).write_path_m2, 384 * 10e-12, 1e-12);
    small.level_shifters = RRAM_SHIFTERS_SHARED;
    near(rram_circuit_make(&small).write_path_m2, 0.375 * 384 * 10e-12, 1e-12);
}

static void slower_clock(void **state) {
    (void)state;
    rram_design d = plain_design();
    d.period_s = 1e-8;
    const rram_circuit c = rram_circuit_make(&d);
    const cim_array a = rram_array_make(&c, &plain_use);
    near(a.round_s, 1e-8, 1e-12);
    d.adc_type = RRAM_FLASH;
    const rram_circuit f = rram_circuit_make(&d);
    const cim_adc adc = {.bits = 5, .shared_by = 16, .full_scale_v = 0.425};
    d.period_s = 0;   /* a clamp does not wait for the clock */
    const rram_circuit fast = rram_circuit_make(&d);
    const rram_round flash = rram_sense(&fast, &plain_use);
    near(rram_array_make(&f, &plain_use).conversion_j[CIM_PART_ADC],
         cim_adc_flash(&tech, &adc).energy_j + 0.85 * flash.amplifier_a * flash.before_s, 1e-12);
}

/* One row at once and a one-bit cell: the digit is the whole signal. */
static void margin_by_hand(void **state) {
    (void)state;
    rram_design d = plain_design();
    d.rows_at_once = 1;
    const rram_circuit c = rram_circuit_make(&d);
    const double mean_s = (c.on_s + c.off_s) / 2, signal = 0.5 * (c.on_s - c.off_s);
    const double drop = 1 + c.row_drop + c.column_drop;
    const double time = 2e-15 * 0.425 * drop / signal;   /* one bit: 2 fF */
    const double uneven = (c.row_drop * c.row_drop + c.column_drop * c.column_drop) / 12;
    const double read = 0.5 * mean_s * sqrt(1e-4 + uneven),
                 shot = 1.602176634e-19 * 0.5 * mean_s / time;
    const double thermal = 2 * 1.380649e-23 * 300 * mean_s / time;
    near(margin_of(&c, 1), 6 * sqrt(read * read + shot + thermal) * drop / signal - 1, 1e-9);
    /* More bits than digits do not make the step any finer; more rows add noise. */
    assert_true(margin_of(&c, 2) < margin_of(&c, 1));
    d.rows_at_once = 128;
    const rram_circuit many = rram_circuit_make(&d);
    assert_true(margin_of(&many, 12) > margin_of(&c, 12));
    d.cell_bits = 2;
    const rram_circuit levels = rram_circuit_make(&d);
    near(1 + margin_of(&levels, 14), 3 * (1 + margin_of(&many, 14)), 1e-9);
}

static void cut_to_the_array(void **state) {
    (void)state;
    rram_design d = plain_design();
    d.rows_at_once = 500;
    d.columns_per_adc = 500;
    const rram_circuit c = rram_circuit_make(&d);
    const cim_array a = rram_array_make(&c, &plain_use);
    assert_true(a.rows_at_once == 128 && a.columns_per_adc == 128 && cim_array_adcs(&a) == 1);
}

/* A cell of a stated size keeps it; its transistor is as wide as has room: 3 (W/F + 1) F2. */
static void stated_size(void **state) {
    (void)state;
    const double f_m = 22e-9;
    rram_design d = plain_design();
    const rram_circuit own = rram_circuit_make(&d);
    cim_cell file = {.height_f = 4, .width_f = 12};
    d.cell = &file;
    rram_circuit c = rram_circuit_make(&d);
    /* The model's own cell, restated: the same bits. */
    assert_true(c.cell_m2 == own.cell_m2 && c.cell_width_m == own.cell_width_m &&
                c.access_ohm == own.access_ohm && c.write_path_m2 == own.write_path_m2);
    assert_memory_equal(&c.row, &own.row, sizeof c.row);
    assert_memory_equal(&c.column, &own.column, sizeof c.column);
    file.height_f = 6;
    c = rram_circuit_make(&d);
    near(c.cell_m2, 72 * f_m * f_m, 1e-12);
    near(c.cell_height_m, 6 * f_m, 1e-12);
    near(c.cell_width_m, 12 * f_m, 1e-12);
    d.on_resistance_ohm = 2e3;   /* wants 97 F, has room for 23 */
    c = rram_circuit_make(&d);
    near(c.access_ohm, d.technology->nmos_ohm_m / (23 * f_m), 1e-12);
    near(1 / c.on_s, 2e3 + c.access_ohm, 1e-12);
    file.height_f = 0.1;         /* the smallest transistor in any case */
    near(rram_circuit_make(&d).access_ohm, d.technology->nmos_ohm_m / f_m, 1e-12);
}

/* A transistor that is the memory, or none: no resistance in series; no gate, no drain. */
static void access_kinds(void **state) {
    (void)state;
    rram_design d = plain_design();
    cim_cell file = {.height_f = 4, .width_f = 12};
    d.cell = &file;
    const rram_circuit series = rram_circuit_make(&d);
    file.access = CIM_ACCESS_1T;
    const rram_circuit memory = rram_circuit_make(&d);
    file.access = CIM_ACCESS_CROSS_POINT;
    const rram_circuit none = rram_circuit_make(&d);
    assert_true(series.access_ohm > 0 && memory.access_ohm == 0 && none.access_ohm == 0);
    near(memory.on_s, 1e-5, 1e-12);
    near(none.off_s, 1e-5 / 17, 1e-12);
    assert_true(series.row.capacitance_f > memory.row.capacitance_f &&
                memory.row.capacitance_f > none.row.capacitance_f);
    near(memory.row.capacitance_f - none.row.capacitance_f,
         128 * d.technology->nmos_small_width_m * d.technology->gate_f_per_m, 1e-9);
    assert_true(memory.column.capacitance_f > none.column.capacitance_f);
    /* Level shifters: of two lines a row and one a column, one and two, one and one. */
    near(memory.write_path_m2 / series.write_path_m2, 1, 1e-12);
    near(none.write_path_m2 / series.write_path_m2, 2.0 / 3, 1e-12);
    d.rows = 256;
    near(rram_circuit_make(&d).write_path_m2 / none.write_path_m2, 1.5, 1e-12);
    file.write_voltage_v = d.technology->vdd_v;   /* no higher than the supply: none */
    assert_true(rram_circuit_make(&d).write_path_m2 == 0);
    file.write_voltage_v = 1.01 * d.technology->vdd_v;
    assert_true(rram_circuit_make(&d).write_path_m2 > 0);
}

static void stated_noise(void **state) {
    (void)state;
    rram_design d = plain_design();
    cim_cell file = {.height_f = 4, .width_f = 12};
    d.cell = &file;
    rram_circuit c = rram_circuit_make(&d);
    assert_true(c.read_noise_sd == RRAM_READ_NOISE && c.device_spread_sd == RRAM_DEVICE_SPREAD);
    const double usual = margin_of(&c, 7);
    file.read_noise_sd = 0.1;
    file.device_spread_sd = 0.2;
    c = rram_circuit_make(&d);
    assert_true(c.read_noise_sd == 0.1 && c.device_spread_sd == 0.2);
    assert_true(margin_of(&c, 7) > usual);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cell),            cmocka_unit_test(lines),
        cmocka_unit_test(sensing_and_cell_energy), cmocka_unit_test(data_statistics),
        cmocka_unit_test(drivers_area),    cmocka_unit_test(slower_clock),
        cmocka_unit_test(margin_by_hand),  cmocka_unit_test(cut_to_the_array),
        cmocka_unit_test(stated_size),     cmocka_unit_test(access_kinds),
        cmocka_unit_test(stated_noise),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
