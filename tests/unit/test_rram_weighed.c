/* hwmodel.rram_crossbar with currents that are weighed before a conversion, as the host and the
 * accuracy evaluators see it. */
#define FIXTURE_MODEL "hwmodel.rram_crossbar"
#include "hwmodel_fixture.h"
#include "hwmodel_tests.h"

static cim_nonideality told(const point *p) {
    longer_row rows[LAYERS_MOST];
    ask_nonidealities(p, rows);
    return rows[1].row;
}

/* Cells of four bits, of four columns that deviate each for itself; a row gives its current to a
 * quarter as many, of four times the current each. */
static void cells_of_four_columns(void **state) {
    (void)state;
    point p = defaults();
    const cim_nonideality one = told(&p);
    set(&p, "weight_bits_at_once", 4);
    const cim_nonideality four = told(&p);
    assert_true(four.cell_bits == 4 && four.weight_bits == 8 && four.adc_bits == one.adc_bits);
    assert_true(four.array_columns == 32 && one.columns_at_once == 16 &&
                four.columns_at_once == 16);   /* 16 converters, each of four columns */
    const double apart = sqrt(85) / 15;
    near(four.device_spread_sd, one.device_spread_sd * apart, 1e-12);
    near(four.read_noise_sd, one.read_noise_sd * apart, 1e-12);
    assert_true(four.on_conductance_s == one.on_conductance_s &&
                four.off_conductance_s == one.off_conductance_s &&
                four.column_wire_ohm == one.column_wire_ohm);
    /* Switches are sized for 5 % at all columns that conduct: told with a quarter of them. */
    near(four.driver_ohm * four.columns_at_once, one.driver_ohm * one.columns_at_once, 1e-12);
    near(four.row_wire_ohm, 16 * one.row_wire_ohm, 1e-12);
    assert_true(four.adc_noise_sd > one.adc_noise_sd &&
                four.adc_noise_sd < hypot(one.adc_noise_sd, 1 / 12.0) + 1e-9);
}

/* A fourth of the conversions: less energy of a coarse converter, less time; its steps are those of
 * a sum of four columns, so more bits of it are lost. */
static void fewer_conversions(void **state) {
    (void)state;
    point p = defaults();
    const figures one = evaluate(&p);
    set(&p, "weight_bits_at_once", 4);
    const figures four = evaluate(&p);
    assert_true(four.m[metric("energy_j")] < 0.6 * one.m[metric("energy_j")]);
    assert_true(four.m[metric("latency_s")] < 0.6 * one.m[metric("latency_s")]);
    assert_true(four.m[metric("lost_bits")] > one.m[metric("lost_bits")] + 2.9);
    /* A converter of the sum's own steps needs mirrors that are 64 times as large, and more. */
    set(&p, "adc_bits", 8);
    const figures fine = evaluate(&p);
    assert_true(fine.m[metric("area_mm2")] > four.m[metric("area_mm2")]);
    assert_true(fine.m[metric("energy_j")] > one.m[metric("energy_j")]);
}

/* Where no current is sensed it makes no other design, and is declared inactive. */
static void only_currents(void **state) {
    (void)state;
    static const char *const keys[] = {"weight_bits_at_once", "multiplexer"};
    for (size_t k = 0; k < 2; ++k) {
        point p = defaults();
        set(&p, "rows", 1024);
        set(&p, "rows_at_once", 8);   /* few of them: a multiplexer that they ask for is narrow */
        set(&p, "sensing", 1);
        const figures before = evaluate(&p);
        set(&p, keys[k], k ? 1 : 8);
        const figures after = evaluate(&p);
        assert_memory_equal(&before, &after, sizeof before);
        set(&p, "sensing", 0);
        const figures current = evaluate(&p);
        set(&p, keys[k], k ? 0 : 1);
        const figures plain = evaluate(&p);
        assert_true(current.m[metric("latency_s")] < plain.m[metric("latency_s")]);
        uint32_t declared = 0;
        for (uint32_t i = 0; i < plugin->is.conditions.n; ++i)
            declared += !strcmp(CIM_ROW(cim_condition, plugin->is.conditions, i)->target, keys[k]);
        assert_int_equal(declared, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_of_four_columns), cmocka_unit_test(fewer_conversions),
        cmocka_unit_test(only_currents),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
