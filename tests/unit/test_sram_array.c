/* Cells and sensing of hwmodel.sram_cim, each figure computed by hand from README's equations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include "hwmodels/sram_cim/sram_array.c"
#include "hwmodels/sram_cim/sram_cell.c"
#include "hwmodels/sram_cim/sram_digital.c"
#include "hwmodels/sram_cim/sram_margin.c"

static cim_technology tech;

static sram_design plain_design(uint32_t sensing, uint32_t cell_type) {
    return (sram_design){.technology = &tech, .rows = 128, .columns = 128, .rows_at_once = 128,
                         .columns_per_adc = 8, .dac_bits = 1,
                         .weight_bits_at_once = 1, .adc_type = SRAM_SAR,
                         .sensing = sensing, .cell_type = cell_type, .read_voltage_v = 0.2,
                         .cell_capacitance_f = 0.4e-15};
}

static sram_circuit plain(uint32_t sensing, uint32_t cell_type) {
    const sram_design d = plain_design(sensing, cell_type);
    return sram_circuit_make(&d);
}

static const sram_use plain_use = {5, 8, 8, 0.5, 0.5};

static double margin_of(const sram_circuit *c, uint32_t adc_bits) {
    const sram_use use = {adc_bits, 8, 8, 0.5, 0.5};
    return sram_sense_margin(c, &use);
}

/* S-F000 of DNN+NeuroSim V1.4 measured, onefactor_units.csv: sub_areaArray_m2, resRow_ohm,
 * resCol_ohm, resCellAccess_ohm (with its factor 1.77), and the leakage of its cells, sub_leak_W -
 * sub_leakInUse_W. */
static void six_transistors(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CURRENT, SRAM_6T);
    near(128 * 128 * c.cell_m2, 2.22036e-9, 1e-5);
    near(c.row.ohm, 770.324, 1e-5);
    near(c.column.ohm, 275.116, 1e-5);
    near(c.cell_ohm * 1.5 / 2.5 * 1.77, 86357.3, 1e-5);
    near(128 * 128 * c.cell_leakage_w, 1.56678e-7 - 5.36166e-8, 0.05);
    near(c.cell_leakage_w, 0.85 * 22e-9 * 3.5e-4, 1e-12);
    near(c.off_a, 22e-9 * 1e-4, 1e-12);
    assert_true(c.drop_v == 0.85);
}

static void eight_transistors(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CURRENT, SRAM_8T);
    near(c.cell_m2, 1.3 * 280 * 22e-9 * 22e-9, 1e-12);
    near(c.cell_height_m, 10 * 22e-9, 1e-12);
    near(c.cell_width_m, 1.3 * 28 * 22e-9, 1e-12);
    near(c.cell_ohm, 2 * 0.85 / 791.9 / 44e-9, 1e-9);
    near(sram_on_a(&c), 0.2 * 791.9 * 44e-9 / 2 / 0.85, 1e-9);
    /* A gate a cell, and 200 aF/um of wire; the write port's lines are not driven. */
    near(c.row.capacitance_f, 128 * (1.3 * 28 * 22e-9 * 2e-10 + 44e-9 * 1.4298e-9), 1e-9);
    double drain_f;
    cim_pass_gates(&tech, 128, c.mux_ohm, &drain_f);
    near(c.column.capacitance_f, 128 * (220e-9 * 2e-10 + 2 * tech.nmos_drain_f) + 8 * drain_f,
         1e-9);
    near(c.mux_ohm, 0.25 * c.cell_ohm / 64, 1e-12);
    near(c.cell_leakage_w, plain(SRAM_CURRENT, SRAM_6T).cell_leakage_w, 1e-12);
}

static void capacitors(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHARGE, SRAM_8T);
    near(sram_circuit_make(&d).cell_m2, 0.2e-12, 1e-12);   /* 0.4 fF at 2 fF/um2 */
    d.cell_capacitance_f = 0.2e-15;                          /* fits above the cell */
    near(sram_circuit_make(&d).cell_m2, 1.41 * 280 * 22e-9 * 22e-9, 1e-12);
    near(sram_circuit_make(&d).mismatch_sd, 0.01 * sqrt(5), 1e-12);
    const sram_circuit c = plain(SRAM_CHARGE, SRAM_8T);
    double drain_f;
    cim_pass_gates(&tech, 128, c.mux_ohm, &drain_f);
    near(c.column.capacitance_f, 128 * 0.4e-15 + 2.816e-5 * 2e-10 + 8 * drain_f, 1e-9);
    near(2 * c.mux_ohm * (128 * 0.4e-15 + 2.816e-5 * 2e-10), 4 * tech.fo4_s, 1e-9);
    assert_true(c.drop_v == 0.85 && c.off_a == 0);
}

/* A_VT 1.8 mV um at 22 nm, gates 26 nm long. */
static void mismatch(void **state) {
    (void)state;
    const double port = 1.8e-9 / sqrt(44e-9 * 26e-9) / tech.overdrive_v / sqrt(2);
    near(plain(SRAM_CURRENT, SRAM_8T).mismatch_sd, port, 1e-12);
    near(plain(SRAM_CURRENT, SRAM_6T).mismatch_sd, 1.3 * 2 * port, 1e-12);
    assert_true(tech.overdrive_v > 0.3 && tech.overdrive_v < 0.35);
    near(sram_read_voltage_limit(&(sram_circuit){.design.technology = &tech}), tech.overdrive_v,
         1e-15);
}

static void current_by_hand(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CURRENT, SRAM_8T);
    const cim_array a = sram_array_make(&c, &plain_use);
    /* 32 fF to 0.425 V by 128 cells: 26 ps; a pulse of 4 FO4 is longer. */
    assert_true(32e-15 * 0.425 / (128 * sram_on_a(&c)) < 4 * tech.fo4_s);
    const double sense = 6 * c.column.delay_s + 4 * tech.fo4_s;
    near(a.cell_j[CIM_PART_ARRAY], 0.85 * sram_on_a(&c) * 0.25 * sense, 1e-12);
    const cim_adc adc = {.bits = 5, .full_scale_v = 0.425};
    near(a.round_s, fmax(c.row_driver.delay_s, c.mux.delay_s) + sense + 6 * 14 * tech.fo4_s, 1e-12);
    near(a.conversion_j[CIM_PART_ADC], cim_adc_sar(&tech, &adc).energy_j, 1e-12);
    const double switch_j = cim_pass_gates(&tech, 1, 4 * tech.fo4_s / c.column.capacitance_f,
                                           NULL).energy_j;
    near(a.conversion_j[CIM_PART_ARRAY], c.column.capacitance_f * 0.2 * 0.85 + switch_j, 1e-12);
    near(a.row_j[CIM_PART_DRIVERS], 0.5 * c.row_driver.energy_j + cim_register(&tech, 1).energy_j,
         1e-12);
    near(a.leakage_w[CIM_PART_ARRAY], 16384 * c.cell_leakage_w, 1e-12);
    /* One row: the current needs 2.9 ns to fill the converter. */
    sram_design d = plain_design(SRAM_CURRENT, SRAM_8T);
    d.rows_at_once = 1;
    const sram_circuit one = sram_circuit_make(&d);
    near(sram_read(&one, 5).integration_s, 32e-15 * 0.425 / sram_on_a(&one), 1e-12);
}

/* What is not converted conducts too, and each round needs its pulses: 8 columns an ADC. */
static void half_selected(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CURRENT, SRAM_6T);
    const cim_array a = sram_array_make(&c, &plain_use);
    const reading r = sram_read(&c, 5);
    near(a.cell_j[CIM_PART_ARRAY], 8 * 0.85 * sram_on_a(&c) * 0.25 * r.sense_s, 1e-12);
    near(a.row_j[CIM_PART_DRIVERS],
         8 * 0.5 * c.row_driver.energy_j + cim_register(&tech, 1).energy_j, 1e-12);
    near(sram_on_a(&c), 0.85 / (0.85 / 791.9 / 22e-9 * 2.5 / 1.5), 1e-9);
}

static void pulses_and_levels(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CURRENT, SRAM_8T);
    d.dac_bits = 3;   /* up to 7 pulses in a row, in each of 8 rounds */
    const sram_circuit p = sram_circuit_make(&d);
    const cim_array a = sram_array_make(&p, &plain_use);
    /* As long as a count, or as a long row takes to follow. */
    assert_true(p.row_driver.delay_s < 10 * tech.fo4_s);
    near(sram_read(&p, 5).integration_s, 7 * 10 * tech.fo4_s, 1e-12);
    d.columns = 1024;
    const sram_circuit wide = sram_circuit_make(&d);
    assert_true(wide.row_driver.delay_s > 20 * tech.fo4_s);
    near(sram_read(&wide, 5).integration_s, 7 * wide.row_driver.delay_s, 1e-12);
    d.columns = 128;
    near(a.row_j[CIM_PART_DRIVERS],
         8 * 0.875 * p.row_driver.energy_j + cim_register(&tech, 3).energy_j, 1e-12);
    d.sensing = SRAM_CHARGE;   /* eight levels, no pulses */
    const sram_circuit l = sram_circuit_make(&d);
    assert_true(sram_read(&l, 5).sense_s < 3 * sram_read(&p, 5).sense_s);
    near(l.switch_ohm * (l.row.capacitance_f + 128 * 0.4e-15), 4 * tech.fo4_s, 1e-9);
    const cim_array b = sram_array_make(&l, &plain_use);
    near(b.row_j[CIM_PART_DRIVERS], 0.875 * l.row_driver.energy_j + l.row_reset.energy_j +
                                    cim_register(&tech, 3).energy_j, 1e-12);
}

static void charge_by_hand(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CHARGE, SRAM_8T);
    const cim_array a = sram_array_make(&c, &plain_use);
    /* Five bits: 32 fF of converter on the column. */
    const double all_f = c.column.capacitance_f + 32e-15, swing = 0.85 * 51.2e-15 / all_f;
    const reading r = sram_read(&c, 5);
    near(r.swing_v, swing, 1e-12);
    assert_true(r.adc.full_scale_v == r.swing_v);
    /* E[y^2] = 1/4 of the capacitors are pulled up, against a column at E[y] = 1/4 of the swing. */
    near(a.cell_j[CIM_PART_ARRAY], 0.7225 * (0.4e-15 * (0.25 - swing / 0.85 / 16) +
                                             0.25 * 3 * 2 * tech.nmos_drain_f), 1e-12);
    /* A line of each row discharges the capacitors before. */
    const double reset_f = 128 * (44e-9 * 1.4298e-9 + c.cell_width_m * 2e-10);
    near(c.row_reset.energy_j, cim_driver(&tech, reset_f).energy_j, 1e-12);
    near(r.sense_s, 6 * (c.column.delay_s + 0.69 * 0.85 / 791.9 / 44e-9 * 0.4e-15), 1e-9);
    /* Idle rows load the column. */
    sram_design d = plain_design(SRAM_CHARGE, SRAM_8T);
    d.rows_at_once = 32;
    const sram_circuit few = sram_circuit_make(&d);
    near(sram_read(&few, 5).swing_v, swing / 4, 1e-12);
    /* Two rows and five bits: a step of one cell is enough. */
    d.rows_at_once = 2;
    const sram_circuit two = sram_circuit_make(&d);
    near(sram_read(&two, 5).adc.full_scale_v, 16 * sram_read(&two, 5).swing_v, 1e-12);
}

static void slower_clock_and_flash(void **state) {
    (void)state;
    for (uint32_t sensing = 0; sensing < 2; ++sensing) {
        sram_design d = plain_design(sensing, SRAM_8T);
        d.period_s = 1e-8;
        const sram_circuit c = sram_circuit_make(&d);
        near(sram_array_make(&c, &plain_use).round_s, 1e-8, 1e-12);
        d.adc_type = SRAM_FLASH;
        const sram_circuit f = sram_circuit_make(&d);
        const reading r = sram_read(&f, 5);
        near(sram_array_make(&f, &plain_use).conversion_j[CIM_PART_ADC],
             cim_adc_flash(&tech, &r.adc).energy_j, 1e-12);
    }
}

static void margin_of_current(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CURRENT, SRAM_8T);
    /* 32 cells on; a step of five bits is four cells. */
    const double half_g = 1 / c.cell_ohm / 2, half_a = sram_on_a(&c) / 2;
    const double noise = 64 * (1.602176634e-19 * half_a + 2 * 1.380649e-23 * 300 * half_g) /
                         (4 * tech.fo4_s) / (sram_on_a(&c) * sram_on_a(&c));
    const double cells = c.mismatch_sd * c.mismatch_sd * 32;
    near(1 + margin_of(&c, 5), 6 * sqrt(cells + noise) / 4, 1e-9);
    near(sram_thermal_lsb(&c, 5), sqrt(noise) / 4, 1e-9);
    const sram_circuit six = plain(SRAM_CURRENT, SRAM_6T);
    assert_true(margin_of(&six, 5) > margin_of(&c, 5));
    for (uint32_t bits = 1; bits < 7; ++bits)   /* a finer step never helps */
        assert_true(margin_of(&c, bits + 1) > 1.5 * margin_of(&c, bits) - 1);
    /* One cell is the least step; a larger converter only takes longer to fill. */
    near(margin_of(&c, 9), margin_of(&c, 7), 0.05);
}

static void margin_of_charge(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CHARGE, SRAM_8T);
    const double all_f = c.column.capacitance_f + 32e-15;
    const double unit_v = 0.85 * 0.4e-15 / all_f;
    const double thermal = sqrt(1.380649e-23 * 300 / all_f) / unit_v;
    const double cells = 0.01 * sqrt(2.5) * sqrt(32);
    near(1 + margin_of(&c, 5), 6 * hypot(cells, thermal) / 4, 1e-9);
    /* More rows at once never raise the margin; larger capacitors do. */
    double last = -1;
    sram_design d = plain_design(SRAM_CHARGE, SRAM_8T);
    for (d.rows_at_once = 4; d.rows_at_once <= 128; d.rows_at_once *= 2) {
        const sram_circuit rows = sram_circuit_make(&d);
        assert_true(margin_of(&rows, 10) > last);
        last = margin_of(&rows, 10);
    }
    d.rows_at_once = 128;
    d.cell_capacitance_f = 1.6e-15;
    const sram_circuit large = sram_circuit_make(&d);
    assert_true(margin_of(&large, 7) < margin_of(&c, 7));
}

/* Cells of two signs: two lines a column, and twice the current between their signs. */
static void signed_cells(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CURRENT, SRAM_8T);
    const sram_circuit o = sram_circuit_make(&d);
    d.weight_mapping = SRAM_DIFFERENTIAL;
    const sram_circuit c = sram_circuit_make(&d);
    near(c.cell_m2, 1.6 * 280 * 22e-9 * 22e-9, 1e-12);   /* a port on either side */
    assert_true(c.mux.energy_j > 1.9 * o.mux.energy_j);
    const cim_array a = sram_array_make(&c, &plain_use), b = sram_array_make(&o, &plain_use);
    near(a.cell_j[CIM_PART_ARRAY] / b.cell_j[CIM_PART_ARRAY], 2, 0.1);   /* one side or the other */
    near(a.conversion_j[CIM_PART_ARRAY] / b.conversion_j[CIM_PART_ARRAY], 2, 0.1);
    /* Twice the cells deviate over twice the step: a margin better by the root of 2. */
    near((1 + margin_of(&o, 5)) / (1 + margin_of(&c, 5)), sqrt(2), 1e-3);
    near(sram_thermal_lsb(&c, 5) * sqrt(2), sram_thermal_lsb(&o, 5), 1e-3);
    /* No offset to count the inputs for. */
    near(b.row_j[CIM_PART_SHIFT_ADD], cim_ones_counter(&tech, 128).energy_j / 128, 1e-12);
    assert_true(a.row_j[CIM_PART_SHIFT_ADD] == 0);
}

static void signed_capacitors(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHARGE, SRAM_8T);
    d.cell_capacitance_f = 0.1e-15;
    d.weight_mapping = SRAM_DIFFERENTIAL;
    const sram_circuit c = sram_circuit_make(&d);
    near(c.cell_m2, 1.82 * 280 * 22e-9 * 22e-9, 1e-12);   /* 10T1C */
    const cim_array a = sram_array_make(&c, &plain_use);
    const reading r = sram_read(&c, 5);
    /* Half of the capacitors are pulled up, whatever the inputs; one of two lines rises. */
    near(a.cell_j[CIM_PART_ARRAY], 0.7225 * (0.1e-15 * (0.5 - r.swing_v / 0.85 / 4) +
                                             0.5 * 5 * 2 * tech.nmos_drain_f), 1e-12);
    near(a.row_j[CIM_PART_DRIVERS], c.row_driver.energy_j + c.row_reset.energy_j +
                                    cim_register(&tech, 1).energy_j, 1e-12);
    const sram_use sparse = {5, 8, 8, 0.1, 0.5};
    near(sram_array_make(&c, &sparse).cell_j[CIM_PART_ARRAY], a.cell_j[CIM_PART_ARRAY], 1e-12);
}

/* A word line and a bit line of each column; 22 nm, 128 x 128. */
static void writing(void **state) {
    (void)state;
    const sram_circuit c = plain(SRAM_CURRENT, SRAM_6T);
    const cim_array a = sram_array_make(&c, &plain_use);
    const double bit_f = 128 * (220e-9 * 2e-10 + tech.nmos_drain_f);
    const double own_j = cim_driver(&tech, bit_f / 16).energy_j - bit_f / 16 * 0.7225;
    const double word_f = 128 * (616e-9 * 2e-10 + 44e-9 * 1.4298e-9);
    const double word_j = cim_decoder(&tech, 128, word_f / 16).energy_j + word_f * 0.7225 * 15 / 16;
    near(a.write_j, bit_f * 0.7225 + own_j + word_j / 128, 1e-9);
    assert_true(a.write_row_s > 4 * tech.fo4_s && a.write_row_s < 10e-9);
    assert_true(a.endurance == 0);
    sram_design d = plain_design(SRAM_CURRENT, SRAM_6T);
    d.rows = 512;   /* longer bit lines */
    const sram_circuit tall = sram_circuit_make(&d);
    assert_true(tall.write_j > 3 * c.write_j && tall.write_row_s > c.write_row_s);
}

/* A precharged column; 0.4 fF a cell above it. */
static void discharge_by_hand(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_DISCHARGE, SRAM_8T);
    const sram_circuit c = sram_circuit_make(&d);
    const reading r = sram_read(&c, 5);
    const double swing = 0.85 - tech.overdrive_v;   /* as long as the cells saturate */
    const cim_adc adc = {.bits = 5, .full_scale_v = swing};
    near(r.swing_v, swing, 1e-12);
    near(r.column_f, c.column.capacitance_f + cim_adc_sar_input_f(&tech, &adc), 1e-12);
    assert_true(c.column.capacitance_f > 128 * 0.4e-15);
    near(sram_on_a(&c), 44e-9 * 791.9 / 2, 1e-9);
    /* 128 cells would do it in 22 ps; the shortest pulse is 79 ps, with weaker cells. */
    const double wanted_s = r.column_f * swing / (128 * sram_on_a(&c));
    near(r.weakening, wanted_s / (4 * tech.fo4_s), 1e-12);
    assert_true(r.weakening < 0.5);
    near(r.integration_s, 4 * tech.fo4_s, 1e-12);
    const cim_array a = sram_array_make(&c, &plain_use);
    near(a.cell_j[CIM_PART_ARRAY], 0.85 * r.column_f * swing / 128 * 0.25, 1e-12);
    /* Mismatch of weaker cells, until they are below threshold. */
    const double sd = 1.3 * 1.8e-9 / sqrt(44e-9 * 26e-9) / sqrt(2);
    near(c.mismatch_sd, sd / tech.overdrive_v, 1e-12);
    near(c.most_mismatch_sd, sd / 1.3 / (1.5 * 0.025852), 1e-4);
    const double weak = sd / tech.overdrive_v * pow(r.weakening, -1 / 1.3);
    const double thermal = sqrt(1.380649e-23 * 300 / r.column_f) / (swing / 128);
    near(1 + margin_of(&c, 5), 6 * hypot(weak * sqrt(32), thermal) / 4, 1e-9);
    d.cell_capacitance_f = 10e-15;   /* enough for their whole current */
    const sram_circuit large = sram_circuit_make(&d);
    assert_true(sram_read(&large, 5).weakening == 1);
    assert_true(margin_of(&large, 5) < margin_of(&c, 5));
    d.cell_type = SRAM_6T;           /* not below half the supply */
    const sram_circuit six = sram_circuit_make(&d);
    near(sram_read(&six, 5).swing_v, 0.425, 1e-12);
    /* All columns at once, whatever the converters: a row is driven once. */
    d.cell_type = SRAM_8T;
    d.dac_bits = 3;
    const sram_circuit pulses = sram_circuit_make(&d);
    near(sram_array_make(&pulses, &plain_use).row_j[CIM_PART_DRIVERS],
         0.875 * pulses.row_driver.energy_j + cim_register(&tech, 3).energy_j, 1e-12);
}

/* Four columns a conversion: weights of 1, 2, 4 and 8 fifteenths. */
static void columns_together(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHARGE, SRAM_8T);
    const sram_circuit one = sram_circuit_make(&d);
    const cim_array single = sram_array_make(&one, &plain_use);
    d.weight_bits_at_once = 4;
    const sram_circuit c = sram_circuit_make(&d);
    const cim_array a = sram_array_make(&c, &plain_use);
    assert_true(a.columns == 32 && a.cell_bits == 4 && a.columns_per_adc == 2);
    assert_int_equal(cim_array_adcs(&a), cim_array_adcs(&single));
    near(a.cell_j[CIM_PART_ARRAY], 4 * single.cell_j[CIM_PART_ARRAY], 1e-9);
    near(a.conversion_j[CIM_PART_DRIVERS], 4 * single.conversion_j[CIM_PART_DRIVERS], 1e-12);
    near(a.conversion_j[CIM_PART_ADC], single.conversion_j[CIM_PART_ADC], 1e-12);
    near(a.area_m2[CIM_PART_ARRAY], single.area_m2[CIM_PART_ARRAY], 1e-12);
    near(a.write_j, 4 * single.write_j, 1e-12);
    near(a.round_s - single.round_s, 3 * 6 * c.column.delay_s, 1e-9);
    near((1 + margin_of(&c, 5)) / (1 + margin_of(&one, 5)),
         sqrt(1 + 4 + 16 + 64) / 15, 1e-9);
    /* A converter of many bits has to tell a fifteenth of a cell. */
    near((1 + margin_of(&c, 13)) / (1 + margin_of(&one, 13)), sqrt(85), 0.05);
    d.columns_per_adc = 1;
    const sram_circuit own = sram_circuit_make(&d);
    const cim_array each = sram_array_make(&own, &plain_use);
    assert_true(each.columns_per_adc == 1 && cim_array_adcs(&each) == 32);
}

static void ramps(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHARGE, SRAM_8T);
    d.adc_type = SRAM_RAMP;
    const sram_circuit c = sram_circuit_make(&d);
    const reading r = sram_read(&c, 5);
    assert_int_equal(r.adc.shared_by, 16);   /* 128 columns, 8 a converter */
    near(sram_array_make(&c, &plain_use).conversion_j[CIM_PART_ADC],
         cim_adc_ramp(&tech, &r.adc).energy_j, 1e-12);
}

static void drivers_and_cuts(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CURRENT, SRAM_8T);
    const sram_circuit c = sram_circuit_make(&d);
    const cim_array a = sram_array_make(&c, &plain_use);
    near(a.area_m2[CIM_PART_DRIVERS], c.write_path.area_m2 + c.mux.area_m2 +
         128 * (c.row_driver.area_m2 + cim_register(&tech, 1).area_m2), 1e-12);
    near(a.area_m2[CIM_PART_ARRAY], 16384 * c.cell_m2, 1e-12);
    d.rows_at_once = 500;
    d.columns_per_adc = 500;
    const sram_circuit cut = sram_circuit_make(&d);
    const cim_array one = sram_array_make(&cut, &plain_use);
    assert_true(one.rows_at_once == 128 && one.columns_per_adc == 128 && cim_array_adcs(&one) == 1);
}

/* One conversion that is the whole result is stored, and no more; any of an offset, a second slice,
 * step or group of rows brings the adders back. */
static void whole_results(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHARGE, SRAM_8T);
    d.weight_mapping = SRAM_DIFFERENTIAL;
    const sram_use bit = {5, 1, 1, 0.5, 0.5};
    const sram_use slices = {5, 2, 1, 0.5, 0.5}, steps = {5, 1, 2, 0.5, 0.5};
    const sram_circuit whole = sram_circuit_make(&d);
    const cim_cost result = cim_register(&tech, 5);
    const cim_array a = sram_array_make(&whole, &bit);
    near(a.conversion_j[CIM_PART_SHIFT_ADD], result.energy_j, 1e-12);
    near(a.area_m2[CIM_PART_SHIFT_ADD], 128 * result.area_m2, 1e-12);
    assert_int_equal(a.sum_bits, 5);
    const double more_j = 2 * result.energy_j;
    assert_true(sram_array_make(&whole, &slices).conversion_j[CIM_PART_SHIFT_ADD] > more_j);
    assert_true(sram_array_make(&whole, &steps).conversion_j[CIM_PART_SHIFT_ADD] > more_j);
    d.rows_at_once = 64;
    const sram_circuit groups = sram_circuit_make(&d);
    assert_true(sram_array_make(&groups, &bit).conversion_j[CIM_PART_SHIFT_ADD] > more_j);
    const sram_circuit offset = plain(SRAM_CHARGE, SRAM_8T);
    assert_true(sram_array_make(&offset, &bit).conversion_j[CIM_PART_SHIFT_ADD] > more_j);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_transistors),   cmocka_unit_test(eight_transistors),
        cmocka_unit_test(capacitors),        cmocka_unit_test(mismatch),
        cmocka_unit_test(current_by_hand),   cmocka_unit_test(half_selected),
        cmocka_unit_test(pulses_and_levels), cmocka_unit_test(charge_by_hand),
        cmocka_unit_test(slower_clock_and_flash), cmocka_unit_test(margin_of_current),
        cmocka_unit_test(margin_of_charge),  cmocka_unit_test(signed_cells),
        cmocka_unit_test(signed_capacitors), cmocka_unit_test(writing),
        cmocka_unit_test(discharge_by_hand), cmocka_unit_test(columns_together),
        cmocka_unit_test(ramps),             cmocka_unit_test(whole_results),
        cmocka_unit_test(drivers_and_cuts),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
