/* Cells that take turns on a capacitor, and columns on a C-2C ladder: by hand from README. */
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
static const sram_use plain_use = {5, 8, 8, 0.5, 0.5};

/* 512 rows of cells on 64 of capacitors. */
static sram_design eight_cells(void) {
    return (sram_design){.technology = &tech, .rows = 512, .columns = 128, .rows_at_once = 64,
                         .columns_per_adc = 8, .dac_bits = 1, .weight_bits_at_once = 1,
                         .cells_per_capacitor = 8, .adc_type = SRAM_SAR, .sensing = SRAM_CHARGE,
                         .cell_type = SRAM_8T, .cell_capacitance_f = 0.4e-15};
}

static void capacitors_in_turn(void **state) {
    (void)state;
    sram_design d = eight_cells();
    const sram_circuit c = sram_circuit_make(&d);
    const cim_array a = sram_array_make(&c, &plain_use);
    assert_int_equal(sram_read_rows(&d), 64);
    /* A 6T cell each, and an eighth of two switches; an eighth of 0.4 fF needs less. */
    near(c.cell_m2, (1 + 0.41 / 8) * 280 * 22e-9 * 22e-9, 1e-12);
    d.cell_capacitance_f = 4e-15;
    near(sram_circuit_make(&d).cell_m2, 0.25e-12, 1e-12);
    d.cell_capacitance_f = 0.4e-15;
    /* The column has 64 capacitors, along 512 cells. */
    double drain_f;
    cim_pass_gates(&tech, 128, c.mux_ohm, &drain_f);
    near(c.column.capacitance_f, 64 * 0.4e-15 + 512 * c.cell_height_m * 2e-10 + 8 * drain_f, 1e-9);
    const double all_f = c.column.capacitance_f + 32e-15;
    near(sram_read(&c, 5).swing_v, 0.85 * 64 * 0.4e-15 / all_f, 1e-12);
    near(a.area_m2[CIM_PART_DRIVERS], c.write_path.area_m2 + c.mux.area_m2 +
         64 * (c.row_driver.area_m2 + c.row_reset.area_m2 + cim_register(&tech, 1).area_m2), 1e-12);
    near(a.leakage_w[CIM_PART_ARRAY], 512 * 128 * sram_store_leakage_w(&tech), 1e-12);
    d.rows_at_once = 512;   /* as many as there are capacitors */
    assert_int_equal(sram_circuit_make(&d).design.rows_at_once, 64);
    d.sensing = SRAM_CURRENT;   /* has none */
    assert_int_equal(sram_read_rows(&d), 512);
}

/* Sharing them costs no signal: idle cells do not load the column. */
static void idle_cells_load_less(void **state) {
    (void)state;
    sram_design d = eight_cells();
    const sram_circuit shared = sram_circuit_make(&d);
    d.cells_per_capacitor = 1;
    const sram_circuit own = sram_circuit_make(&d);
    assert_true(sram_read(&shared, 5).swing_v > 3 * sram_read(&own, 5).swing_v);
    assert_true(noise_share(&shared, 5) < noise_share(&own, 5));
    assert_true(shared.cell_m2 < own.cell_m2);
    d.cells_per_capacitor = 1000;   /* cut to the array */
    assert_int_equal(sram_read_rows(&d), 1);
}

/* One settling instead of four; capacitors of twice a column's between the columns. */
static void ladder(void **state) {
    (void)state;
    sram_design d = eight_cells();
    d.rows = d.rows_at_once = 64;
    d.cells_per_capacitor = 1;
    d.weight_bits_at_once = 4;
    const sram_circuit turns = sram_circuit_make(&d);
    d.weighting = SRAM_LADDER;
    const sram_circuit c = sram_circuit_make(&d);
    near(turns.cell_m2, 0.2e-12, 1e-12);
    near(c.cell_m2, 0.2e-12 * (1 + 2 * 3 / 4.0), 1e-12);
    const double own_s = 0.69 * c.cell_ohm * 0.4e-15 * 6;
    near(sram_read(&turns, 5).sense_s - own_s, 4 * 6 * turns.column.delay_s, 1e-9);
    near(sram_read(&c, 5).sense_s - own_s, 6 * c.column.delay_s, 1e-9);
    near(sram_read(&c, 5).swing_v, sram_read(&turns, 5).swing_v, 1e-12);
    d.weight_bits_at_once = 1;   /* nothing to join */
    near(sram_circuit_make(&d).cell_m2, 0.2e-12, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capacitors_in_turn), cmocka_unit_test(idle_cells_load_less),
        cmocka_unit_test(ladder),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
