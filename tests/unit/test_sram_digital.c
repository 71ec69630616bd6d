/* Digital SRAM arrays of hwmodel.sram_cim: each figure by hand from README's equations. */
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

static sram_design plain_design(uint32_t accumulate) {
    return (sram_design){.technology = &tech, .rows = 128, .columns = 128, .rows_at_once = 128,
                         .columns_per_adc = 8, .dac_bits = 4, .weight_bits_at_once = 2,
                         .sensing = SRAM_DIGITAL,
                         .accumulate = accumulate, .pipeline_registers = 1,
                         .weight_mapping = accumulate == SRAM_CHAIN};
}

static cim_array make(const sram_design *d, const sram_use *use) {
    const sram_circuit c = sram_circuit_make(d);
    return sram_array_make(&c, use);
}

static const sram_use plain_use = {5, 4, 8, 0.5, 0.5};

static void columns_of_a_weight(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHAIN);
    assert_int_equal(sram_weight_columns(&d, 1), 8);    /* Colonnade: b + 7 at 128 rows */
    assert_int_equal(sram_weight_columns(&d, 16), 23);
    d.rows = 129;
    assert_int_equal(sram_weight_columns(&d, 16), 24);
    d.accumulate = SRAM_TREE;
    assert_int_equal(sram_weight_columns(&d, 16), 16);
    d.sensing = SRAM_CHARGE;
    d.accumulate = SRAM_CHAIN;
    assert_int_equal(sram_weight_columns(&d, 16), 16);
}

/* Products of four bits from eight rows: 4 adders of 4 bits, 2 of 5, 1 of 6. */
static void small_tree(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_TREE);
    d.rows = d.rows_at_once = 8;
    d.columns = 16;
    const sram_circuit c = sram_circuit_make(&d);
    const block b = block_of(&c, &plain_use);
    assert_true(b.weights == 4 && b.weight_columns == 4 && b.sum_bits == 7);
    near(b.toggles, 0.25, 1e-12);   /* an input changes half the time, half the weights are one */
    const tree r = tree_of(&b, 0, 0);
    near(r.adders.area_m2, 32 * cim_adder(&tech, 1).area_m2 / 0.75, 1e-12);
    const double odd[] = {(1 - pow(0.5, 2)) / 2, (1 - pow(0.5, 4)) / 2, (1 - pow(0.5, 8)) / 2};
    near(r.adders.energy_j,
         (16 * odd[0] + 10 * odd[1] + 6 * odd[2]) / 0.5 * cim_adder(&tech, 1).energy_j, 1e-12);
    assert_true(r.register_bits == 7);
    /* Four bits ripple, then two a stage. */
    near(r.adders.delay_s, (8 + 4 + 4) * cim_gates(&tech, 1).delay_s, 1e-12);
    /* Wires: a bit of a stage crosses half the array. */
    const tree wired = tree_of(&b, 1e-5, 0);
    near(wired.adders.energy_j - r.adders.energy_j,
         (4 * odd[0] + 5 * odd[1] + 6 * odd[2]) / 0.5 * 0.5e-5 * 2e-10 * 0.7225 / 4, 1e-6);
    near(wired.adders.delay_s - r.adders.delay_s,
         0.69 * tech.inverter_ohm / tech.cell_drive * 0.5e-5 * 2e-10 * (0.125 + 0.25 + 0.5), 1e-6);
}

/* A register behind every stage: 4 sums of 5 bits, 2 of 6, 1 of 7. */
static void tree_of_registers(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_TREE);
    d.rows = d.rows_at_once = 8;
    d.pipeline_registers = 3;
    const sram_circuit c = sram_circuit_make(&d);
    const block b = block_of(&c, &plain_use);
    assert_true(tree_of(&b, 0, 0).register_bits == 20 + 12 + 7);
    near(tree_of(&b, 0, 0).adders.delay_s, 12 * cim_gates(&tech, 1).delay_s, 1e-12);
    d.pipeline_registers = 64;   /* no more than stages */
    const sram_circuit many = sram_circuit_make(&d);
    const block m = block_of(&many, &plain_use);
    assert_true(tree_of(&m, 0, 0).register_bits == 20 + 12 + 7);
}

/* Seven products: one is passed on at each odd stage; still 6 adders. */
static void odd_tree(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_TREE);
    d.rows = d.rows_at_once = 7;
    const sram_circuit c = sram_circuit_make(&d);
    const block b = block_of(&c, &plain_use);
    near(tree_of(&b, 0, 0).adders.area_m2, (3 * 4 + 2 * 5 + 6) * cim_adder(&tech, 1).area_m2 / 0.75,
         1e-12);
    d.rows_at_once = 1;          /* nothing to add */
    const cim_array a = make(&d, &plain_use);
    assert_true(a.cell_j[CIM_PART_SHIFT_ADD] == 0 && a.round_s > 0 && a.rows_at_once == 1);
}

static void near_memory(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_TREE);
    const cim_array all = make(&d, &plain_use);
    d.rows_at_once = 16;         /* eight cells a multiplier */
    const cim_array few = make(&d, &plain_use);
    assert_true(few.area_m2[CIM_PART_ARRAY] < all.area_m2[CIM_PART_ARRAY]);
    assert_true(few.area_m2[CIM_PART_SHIFT_ADD] < 0.3 * all.area_m2[CIM_PART_SHIFT_ADD]);
    assert_true(few.cell_j[CIM_PART_ARRAY] > all.cell_j[CIM_PART_ARRAY]);   /* a line to it */
    assert_true(few.round_s < all.round_s);
    assert_int_equal(few.sum_bits, all.sum_bits);
}

static void small_chain(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHAIN);
    d.pipeline_registers = 16;   /* eight cells between two of them: 2.5 times as much switches */
    d.rows_at_once = 3;          /* a chain has no choice */
    const sram_circuit c = sram_circuit_make(&d);
    const cim_array a = sram_array_make(&c, &plain_use);
    assert_int_equal(a.rows_at_once, 128);
    const double gate_j = cim_gates(&tech, 1).energy_j / tech.cell_drive;
    /* Random data: every input changes half the time, and with XNOR every product. */
    near(a.cell_j[CIM_PART_ARRAY], (2 + 9 * 2.5) * gate_j, 0.01);
    /* 280 F2, eleven gates of two pitches and an end. */
    near(a.area_m2[CIM_PART_ARRAY], 16384 * (280 + 23 * 3.8 * 28) * 22e-9 * 22e-9, 1e-9);
    near(a.conversion_j[CIM_PART_SHIFT_ADD], 16 * cim_register(&tech, 1).energy_j +
         cim_shift_add(&tech, 11, 19).energy_j / 11, 1e-12);
    /* Inputs wait for 7.5 registers on the average. */
    near(a.row_j[CIM_PART_DRIVERS] - 2 * 0.25 * cim_driver(&tech, 128 * (tech.inverter_input_f +
         2e-10 * sqrt(a.area_m2[CIM_PART_ARRAY] / 16384))).energy_j,
         8.5 * cim_register(&tech, 1).energy_j, 1e-9);
}

/* Period over registers: each cell of the column, and column of the weight, costs the same. */
static void chain_period(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_CHAIN);
    double period[8];
    for (uint32_t k = 0; k < 5; ++k) {
        d.pipeline_registers = 1u << k;
        period[k] = make(&d, &plain_use).round_s;
    }
    for (uint32_t k = 0; k < 3; ++k)
        near((period[k] - period[k + 1]) / (period[k + 1] - period[k + 2]), 2, 1e-9);
    const double cell_s = (period[0] - period[1]) / 64, gate_s = cim_gates(&tech, 1).delay_s;
    assert_true(cell_s > 3 * gate_s && cell_s < 4 * gate_s);   /* three gates and a wire */
    const sram_use wide = {5, 12, 8, 0.5, 0.5};
    const double column_s = (make(&d, &wide).round_s - period[4]) / 8;
    near(column_s - cell_s, gate_s, 1e-6);
}

/* Ones that never change cost nothing but clocks. */
static void still_inputs(void **state) {
    (void)state;
    for (uint32_t k = 0; k < 2; ++k) {
        const sram_design d = plain_design(k);
        const sram_use still = {5, 4, 8, 1, 0.5}, sparse = {5, 4, 8, 0.05, 0.5};
        const cim_array a = make(&d, &still), s = make(&d, &sparse), r = make(&d, &plain_use);
        assert_true(a.cell_j[CIM_PART_ARRAY] == 0 && a.cell_j[CIM_PART_SHIFT_ADD] == 0);
        near(a.row_j[CIM_PART_DRIVERS], cim_register(&tech, 1).energy_j, 1e-9);
        assert_true(s.cell_j[CIM_PART_ARRAY] < r.cell_j[CIM_PART_ARRAY]);
    }
}

static void accumulators(void **state) {
    (void)state;
    sram_design d = plain_design(SRAM_TREE);
    d.rows_at_once = 32;   /* four groups: 4 + 5 + 2 bits, and 8 of the inputs */
    const cim_array a = make(&d, &plain_use);
    assert_int_equal(a.sum_bits, 19);
    assert_true(a.write_j > 0 && a.write_row_s > 0 && a.columns_per_adc == 1 && a.dac_bits == 1);
    assert_true(a.area_m2[CIM_PART_ADC] == 0 && a.conversion_j[CIM_PART_ADC] == 0);
    assert_true(a.round_s >= cim_shift_add(&tech, 11, 19).delay_s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_a_weight), cmocka_unit_test(small_tree),
        cmocka_unit_test(tree_of_registers),   cmocka_unit_test(odd_tree),
        cmocka_unit_test(near_memory),         cmocka_unit_test(small_chain),
        cmocka_unit_test(chain_period),        cmocka_unit_test(still_inputs),
        cmocka_unit_test(accumulators),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
