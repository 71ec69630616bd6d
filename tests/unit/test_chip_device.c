/* A hardware model around one cell: what the library adds to it, by hand, and what it refuses. */
#include "fake_host.h"
#include "near.h"
#include "chip_fixture.h"

#include <cim_chip/device.h>
#include <cim_circuit/logic.h>

static cim_technology tech;

static const cim_device_cell cell = {
    .bits = 2, .height_m = 1e-7, .width_m = 2e-7, .row_f = 1e-16, .column_f = 5e-17,
    .column_ohm = 4e4, .leakage_w = 1e-12};

static cim_device_point plain(void) {
    return (cim_device_point){.technology = &tech, .rows = 64, .columns = 32, .rows_at_once = 16,
                              .columns_per_adc = 8,
                              .adc = {.bits = 5, .shared_by = 4, .full_scale_v = 0.4}};
}

static void an_array(void **state) {
    (void)state;
    const cim_device_point p = plain();
    const cim_layer layer = {.weight_bits = 8, .input_bits = 8};
    cim_device_lines lines;
    cim_array a = cim_device_begin(&p, &layer, &cell, &lines);
    near(a.area_m2[CIM_PART_ARRAY], 64 * 32 * 2e-14, 1e-12);
    near(a.leakage_w[CIM_PART_ARRAY], 64 * 32 * 1e-12, 1e-12);
    near(lines.row.capacitance_f, 32 * (1e-16 + 2e-7 * tech.wire_f_per_m), 1e-12);
    near(a.area_m2[CIM_PART_ADC], 4 * cim_adc_sar(&tech, &p.adc).area_m2, 1e-12);
    near(a.conversion_j[CIM_PART_ADC], cim_adc_sar(&tech, &p.adc).energy_j, 1e-12);
    near(a.row_j[CIM_PART_DRIVERS], 0.5 * cim_driver(&tech, lines.row.capacitance_f).energy_j +
                                        cim_register(&tech, 1).energy_j, 1e-12);
    /* A quarter of what it connects; 8 of them load the column. */
    double drain_f = 0;
    cim_pass_gates(&tech, 1, 1e4, &drain_f);
    near(lines.column.capacitance_f,
         64 * (5e-17 + 1e-7 * tech.wire_f_per_m) + 8 * drain_f, 1e-12);
    const double before_s = a.round_s;
    near(before_s, lines.driver_s + cim_adc_sar(&tech, &p.adc).delay_s, 1e-12);
    cim_device_finish(&p, &layer, 1e-6, &a);
    near(a.round_s, before_s + 1e-6, 1e-12);
    assert_true(a.area_m2[CIM_PART_SHIFT_ADD] > 0 && a.sum_bits > 5);
    assert_true(a.rows_at_once == 16 && a.columns_per_adc == 8 && a.cell_bits == 2);
    const double drivers_m2 = a.area_m2[CIM_PART_DRIVERS];
    cim_device_add_shifters(&p, 10, &a);
    near(a.area_m2[CIM_PART_DRIVERS] - drivers_m2, 10 * 2.1e4 * 22e-9 * 22e-9, 1e-9);
}

/* A slower clock leaves a SAR the rest of its period. */
static void slower_clock(void **state) {
    (void)state;
    cim_device_point p = plain();
    const cim_layer layer = {.weight_bits = 8, .input_bits = 8};
    cim_device_lines lines;
    p.period_s = 1e-9;   /* too fast */
    cim_array a = cim_device_begin(&p, &layer, &cell, &lines);
    const double fast_j = a.conversion_j[CIM_PART_ADC], before_s = lines.driver_s + 1e-9;
    cim_device_finish(&p, &layer, 1e-9, &a);
    assert_true(a.conversion_j[CIM_PART_ADC] == fast_j && a.round_s > before_s);
    p.period_s = 1e-7;
    a = cim_device_begin(&p, &layer, &cell, &lines);
    cim_device_finish(&p, &layer, 1e-9, &a);
    near(a.round_s, 1e-7, 1e-12);
    p.adc.time_s = 1e-7 - before_s;
    near(a.conversion_j[CIM_PART_ADC], cim_adc_sar(&tech, &p.adc).energy_j, 1e-9);
    assert_true(a.conversion_j[CIM_PART_ADC] < 0.5 * fast_j);
}

static void converters(void **state) {
    (void)state;
    cim_device_point p = plain();
    assert_true(cim_device_converter(&p).energy_j == cim_adc_sar(&tech, &p.adc).energy_j);
    assert_true(cim_device_converter_input_f(&p) == cim_adc_sar_input_f(&tech, &p.adc));
    p.adc_type = CIM_DEVICE_FLASH;
    assert_true(cim_device_converter(&p).energy_j == cim_adc_flash(&tech, &p.adc).energy_j);
    assert_true(cim_device_converter_input_f(&p) == cim_adc_flash_input_f(&tech, &p.adc));
    p.adc_type = CIM_DEVICE_RAMP;
    assert_true(cim_device_converter(&p).energy_j == cim_adc_ramp(&tech, &p.adc).energy_j);
    assert_true(cim_device_converter_input_f(&p) == cim_adc_ramp_input_f(&tech, &p.adc));
}

static void density(void **state) {
    (void)state;
    cim_layer_statistics known = {.input_bit_density = 0.2};
    cim_layer layer = {.statistics = NULL};
    assert_true(cim_device_density(&layer) == 0.5);
    layer.statistics = &known;
    assert_true(cim_device_density(&layer) == 0.2);
    known.input_bit_density = NAN;
    assert_true(cim_device_density(&layer) == 0.5);
}

static void refused(void **state) {
    (void)state;
    static const cim_device device = {NULL, NULL, NULL};
    fake_host host;
    fake_host_start(&host);
    void *self = NULL;
    assert_int_equal(cim_device_create(&device, CIM_DEVICE_MAX_OWN + 1, &host.host, &self),
                     CIM_E_CONFIG);
    assert_non_null(strstr(host.message, "parameters of its own"));
    host.fail_at = 0;
    assert_int_equal(cim_device_create(&device, 1, &host.host, &self), CIM_E_MEMORY);
    assert_null(self);
    fake_host_start(&host);
    assert_int_equal(cim_device_create(&device, CIM_DEVICE_MAX_OWN, &host.host, &self), CIM_OK);
    /* No non-idealities: said so, and nothing is written. */
    static fixture_network f;
    fixture_start(&f, 3, 8);
    fixture_add(&f, "conv", CIM_OP_CONV, 8, 3, 1);
    cim_nonideality row = {0};
    const cim_values none = {.struct_size = sizeof none};
    assert_int_equal(cim_device_nonidealities(self, &f.network, &none,
                                              (cim_nonideality_rows){&row, 1, sizeof row}),
                     CIM_E_UNSUPPORTED);
    assert_int_equal(row.weight_mapping, 0);
    cim_device_destroy(self);
    assert_int_equal(host.live, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array), cmocka_unit_test(slower_clock), cmocka_unit_test(converters),
        cmocka_unit_test(density), cmocka_unit_test(refused),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
