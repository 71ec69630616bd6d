/* accuracy.imagenet_estimate's law against the published figures that it is fitted to, and that it
 * is not; and that more of anything never makes it worse. */
#include <math.h>

#include "fake_host.h"

#include "plugins/accuracy/imagenet_estimate/arrays.c"
#include "plugins/accuracy/imagenet_estimate/law.c"

#define GOLDEN SOURCE_DIR "/tests/golden/imagenet_estimate/"

static const char *const family_names[] = {"mobilenet_v1", "mobilenet_v2", "mobilenet_v3",
                                           "ofa_mobilenet", "resnet", "ofa_resnet"};

static family family_named(const char *name) {
    for (int f = 0; f < FAMILIES; ++f)
        if (!strcmp(name, family_names[f])) return (family)f;
    fail_msg("no family %s", name);
    return FAMILIES;
}

typedef struct errors { double squares, worst; int n; } errors;

static void add_error(errors *e, double error) {
    e->squares += error * error;
    e->worst = fmax(e->worst, fabs(error));
    ++e->n;
}

static double rms(const errors *e) { return sqrt(e->squares / e->n); }

static FILE *golden(const char *name) {
    char line[256];
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file)); /* the header */
    return file;
}

/* The stated error is the fit's: within half of the last digit. */
static void networks_lie_as_near_as_stated(void **state) {
    (void)state;
    errors fitted[FAMILIES] = {{0}}, checked = {0};
    char line[256], name[32], use[16];
    FILE *file = golden(GOLDEN "networks.csv");
    while (fgets(line, sizeof line, file)) {
        double macs, weights, top1;
        assert_int_equal(sscanf(line, "%31[^,],%*[^,],%lf,%lf,%lf,%15[^,]", name, &macs, &weights,
                                &top1, use), 5);
        const family f = family_named(name);
        const double error = law_float(f, macs * 1e6, weights * 1e6) - top1 / 100;
        add_error(!strcmp(use, "fit") ? &fitted[f] : &checked, error);
    }
    fclose(file);
    static const int rows[FAMILIES] = {16, 22, 4, 50, 8, 8};
    static const double worst[FAMILIES] = {0.0142, 0.0133, 0.0047, 0.0242, 0.0095, 0.0024};
    for (int f = 0; f < FAMILIES; ++f) {
        assert_int_equal(fitted[f].n, rows[f]);
        if (fabs(rms(&fitted[f]) - family_laws[f].fit_rms) > 0.00006 || fitted[f].worst > worst[f])
            fail_msg("%s: rms %.5f, worst %.5f", family_names[f], rms(&fitted[f]), fitted[f].worst);
    }
    assert_int_equal(checked.n, 4); /* ProxylessNAS by the law of MobileNetV2, trained better */
    if (rms(&checked) > 0.0135 || checked.worst > 0.0205)
        fail_msg("ProxylessNAS: rms %.5f, worst %.5f", rms(&checked), checked.worst);
}

static double loss_of(family f, const char *training, double bits) {
    return !strcmp(training, "trained") ? law_bits(f, bits, bits)
                                        : family_laws[f].untrained_bits * pow(4, -bits);
}

static void bits_cost_what_was_published(void **state) {
    (void)state;
    errors mobile = {0}, resnet = {0}, untrained = {0}, checked = {0};
    char line[256], name[32], training[16], use[16];
    FILE *file = golden(GOLDEN "bits.csv");
    while (fgets(line, sizeof line, file)) {
        double before, bits, top1;
        assert_int_equal(sscanf(line, "%31[^,],%*[^,],%lf,%lf,%lf,%15[^,],%15[^,]", name, &before,
                                &bits, &top1, training, use), 6);
        const family f = family_named(name);
        const double error = law_after(before / 100, loss_of(f, training, bits)) - top1 / 100;
        if (!strcmp(use, "check")) add_error(&checked, error);
        else if (!strcmp(training, "untrained")) add_error(&untrained, error);
        else add_error(f == RESNET ? &resnet : &mobile, error);
    }
    fclose(file);
    assert_int_equal(mobile.n, 6);
    assert_int_equal(resnet.n, 10);
    assert_int_equal(untrained.n, 2);
    assert_int_equal(checked.n, 18);
    const double stated[] = {0.0082, 0.0110, 0.0001, 0.0150};
    const errors *all[] = {&mobile, &resnet, &untrained, &checked};
    for (int i = 0; i < 4; ++i)
        if (rms(all[i]) > stated[i])
            fail_msg("%d: rms %.5f, worst %.5f", i, rms(all[i]), all[i]->worst);
}

static void more_is_never_worse(void **state) {
    (void)state;
    for (int f = 0; f < FAMILIES; ++f) {
        double by_macs = 0, by_weights = 0, by_bits = 0;
        for (double x = 1e5; x < 1e12; x *= 1.3) {
            const double a = law_float((family)f, x, 3e6), b = law_float((family)f, 3e8, x);
            assert_true(a >= by_macs && b >= by_weights && a >= 0.001 && b < 1);
            by_macs = a;
            by_weights = b;
        }
        for (int bits = 1; bits <= 16; ++bits) {
            const double a = law_after(0.7, law_bits((family)f, bits, 8));
            assert_true(a > by_bits && a == law_after(0.7, law_bits((family)f, 8, bits)));
            by_bits = a;
        }
    }
}

/* ---- arrays ---------------------------------------------------------------------------------- */

static const cim_layer conv = {.op = CIM_OP_CONV, .in_channels = 64, .out_channels = 64,
                               .kernel_height = 3, .kernel_width = 3, .groups = 1,
                               .weight_bits = 8, .input_bits = 8};
/* 1-bit cells, inputs bit by bit, 128 rows: 129 sums, which 8 bits tell apart. */
static const cim_nonideality ideal = {.weight_mapping = CIM_MAPPING_DIFFERENTIAL, .weight_bits = 8,
                                      .cell_bits = 1, .input_bits = 8, .dac_bits = 1,
                                      .array_rows = 128, .array_columns = 128, .rows_at_once = 128,
                                      .adc_bits = 8, .adc_range = CIM_ADC_FULL_SCALE,
                                      .on_conductance_s = 1e-4, .off_conductance_s = 1e-6};

static double loss(cim_nonideality x) { return arrays_loss(RESNET, &conv, &x); }

static void a_converter_that_sees_all_levels_costs_nothing(void **state) {
    (void)state;
    cim_nonideality x = ideal;
    assert_true(loss(x) == 0);
    x.adc_bits = 7; /* 128 levels for 129 sums: as rounding to 7 bits after training */
    assert_true(fabs(loss(x) - 222 * pow(4, -7)) < 1e-12);
    x.rows_at_once = 127;
    assert_true(loss(x) == 0);
    x.adc_bits = 0;
    x.rows_at_once = 0;
    assert_true(loss(x) == 0);
    x.weight_mapping = 0;
    x.device_spread_sd = 1;
    assert_true(loss(x) == 0);
}

#define RISES(field, first, factor)                                                              \
    do {                                                                                         \
        cim_nonideality x = ideal;                                                               \
        double before = 0;                                                                       \
        for (x.field = (first); x.field < (first) * 10; x.field *= (factor)) {                   \
            x.device_spread = x.cycle_spread = CIM_SPREAD_OF_VALUE;                              \
            if (!(loss(x) > before)) fail_msg(#field " = %g: loss %g", (double)x.field, loss(x)); \
            before = loss(x);                                                                    \
        }                                                                                        \
    } while (0)

static void worse_arrays_cost_more(void **state) {
    (void)state;
    RISES(device_spread_sd, 0.01, 2);
    RISES(cycle_spread_sd, 0.01, 2);
    RISES(stuck_on_share, 0.001, 2);
    RISES(stuck_off_share, 0.001, 2);
    RISES(read_noise_sd, 0.01, 2);
    RISES(cell_mismatch_sd, 0.01, 2);
    RISES(adc_noise_sd, 0.1, 2);
    RISES(adc_offset_sd, 0.1, 2);
    RISES(adc_nonlinearity, 0.1, 2);
    RISES(adc_gain_sd, 0.01, 2);
    cim_nonideality x = ideal;
    double before = 1e9;
    for (x.adc_bits = 1; x.adc_bits < 9; ++x.adc_bits) {
        assert_true(loss(x) < before);
        before = loss(x);
    }
    x = ideal;
    x.drift_exponent = 0.05;
    x.drift_reference_s = 1;
    x.drift_time_s = 1;
    assert_true(loss(x) == 0);
    x.drift_time_s = 3600;
    assert_true(loss(x) > 0);
}

/* A spread as large as the rounding of weights to B bits costs what that rounding costs. */
static void a_spread_costs_what_rounding_of_its_power_costs(void **state) {
    (void)state;
    cim_nonideality x = ideal;
    x.device_spread = CIM_SPREAD_OF_RANGE;
    x.device_spread_sd = 1 / sqrt(12) / 16; /* of a step of 4 bits */
    assert_true(fabs(loss(x) / (222 * pow(4, -4)) - 1) < 1e-12);
    x.device_spread = CIM_SPREAD_OF_VALUE;
    x.device_spread_sd *= 8; /* from the range to a standard deviation of the weights */
    assert_true(fabs(loss(x) / (222 * pow(4, -4)) - 1) < 1e-12);
    x.device_spread = CIM_SPREAD_LOG_NORMAL;
    assert_true(loss(x) > 222 * pow(4, -4));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_lie_as_near_as_stated),
        cmocka_unit_test(bits_cost_what_was_published),
        cmocka_unit_test(more_is_never_worse),
        cmocka_unit_test(a_converter_that_sees_all_levels_costs_nothing),
        cmocka_unit_test(worse_arrays_cost_more),
        cmocka_unit_test(a_spread_costs_what_rounding_of_its_power_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
