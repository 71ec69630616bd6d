/* cim_sdk/noise.h: each deviation of cells by itself, and all together. */
#include "fake_host.h"

#include <cim_sdk/noise.h>

static void assert_near(double x, double expected) {
    assert_true(fabs(x - expected) <= 4e-16 * fabs(expected));
}

static void test_spreads(void **state) {
    (void)state;
    const cim_nonideality none = {0};
    const cim_nonideality value = {.device_spread = CIM_SPREAD_OF_VALUE, .device_spread_sd = 0.1};
    cim_nonideality x = {.cycle_spread = CIM_SPREAD_OF_RANGE, .cycle_spread_sd = 0.1};
    assert_true(cim_cell_noise_power(&none) == 0.0);
    assert_near(cim_cell_noise_power(&value), 0.01);
    assert_near(cim_cell_noise_power(&x), 0.64); /* of 8 standard deviations */
    x.cycle_spread = CIM_SPREAD_LOG_NORMAL;
    assert_near(cim_cell_noise_power(&x), expm1(0.01));
    x.cycle_spread = 0;
    assert_true(cim_cell_noise_power(&x) == 0.0);
}

/* Only after the time that conductances are stated for. */
static void test_drift(void **state) {
    (void)state;
    cim_nonideality x = {.drift_exponent = 0.5, .drift_reference_s = 2.0, .drift_time_s = 8.0};
    assert_near(cim_drift_left(&x), 0.5);
    assert_near(cim_cell_noise_power(&x), 0.25);
    x.drift_time_s = 2.0;
    assert_true(cim_drift_left(&x) == 1.0);
    x = (cim_nonideality){.drift_exponent = 0.5, .drift_time_s = 8.0};
    assert_true(cim_drift_left(&x) == 1.0 && cim_cell_noise_power(&x) == 0.0);
}

static void test_powers_add(void **state) {
    (void)state;
    const cim_nonideality x = {.read_noise_sd = 0.1, .cell_mismatch_sd = 0.2, .adc_gain_sd = 0.3,
                               .stuck_on_share = 0.001, .stuck_off_share = 0.002};
    assert_near(cim_cell_noise_power(&x), 0.01 + 0.04 + 0.09 + 64 * 0.003);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spreads),
        cmocka_unit_test(test_drift),
        cmocka_unit_test(test_powers_add),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
