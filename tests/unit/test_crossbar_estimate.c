/* The estimate of accuracy: what a design's error power is made of, and how well the order of
 * designs agrees with the exact way's. */
#include "fashion_networks.h"

#include "estimate.h"

#include <cim_sdk/rng.h>
#include <math.h>

enum { TEST_IMAGES = 100, DESIGNS = 40 };

static const cim_nonideality plain = {.weight_mapping = CIM_MAPPING_DIFFERENTIAL,
                                      .weight_bits = 8,
                                      .cell_bits = 2,
                                      .input_bits = 8,
                                      .dac_bits = 1,
                                      .array_rows = 128,
                                      .array_columns = 128,
                                      .rows_at_once = 128,
                                      .on_conductance_s = 1e-4};

typedef struct estimated { scene s; estimate e; net_source source; } estimated;

static void estimated_begin(estimated *x) {
    begin(&x->s, "lenet5", TEST_IMAGES);
    x->source = weights_of(&x->s);
    if (estimate_open(&x->e, &x->s.host.host, &x->s.p.network, x->source, &x->s.training) !=
            CIM_OK ||
        estimate_measure_best(&x->e, &x->s.p.network, x->source, &x->s.training, &x->s.test,
                              TEST_IMAGES) != CIM_OK)
        fail_msg("%s", x->s.host.message);
}

static void estimated_end(estimated *x) {
    estimate_close(&x->e);
    end(&x->s);
}

static double estimated_accuracy(estimated *x, const cim_nonideality *is) {
    cim_nonideality rows[MOST_LAYERS];
    double accuracy = -1;
    const cim_nonideality_table t = arrays_of(&x->s, is, rows);
    if (estimate_accuracy(&x->e, &x->s.p.network, t, x->source, &accuracy) != CIM_OK)
        fail_msg("%s", x->s.host.message);
    return accuracy;
}

static double exact_accuracy(estimated *x, const cim_nonideality *is) {
    cim_nonideality rows[MOST_LAYERS];
    evaluation e;
    open_evaluation(&e, &x->s, arrays_of(&x->s, is, rows), x->source);
    assert_int_equal(evaluation_run(&e, &x->s.test, TEST_IMAGES, 1), CIM_OK);
    const double share = (double)e.right / e.n_images;
    evaluation_close(&e);
    return share;
}

/* Without an error, how the weights lie on arrays says nothing. */
static void exact_arrays_are_alike(void **state) {
    (void)state;
    estimated x;
    estimated_begin(&x);
    const double accuracy = estimated_accuracy(&x, &plain);
    assert_true(accuracy <= x.e.best && accuracy > x.e.best - 0.02);
    for (uint32_t bits = 1; bits <= 4; bits++)
        for (uint32_t rows = 16; rows <= 512; rows *= 2) {
            cim_nonideality is = plain;
            is.cell_bits = bits;
            is.rows_at_once = rows;
            if (rows == 64) is.weight_mapping = CIM_MAPPING_OFFSET;
            if (rows == 32) is.weight_mapping = CIM_MAPPING_DIGITAL;
            assert_true(estimated_accuracy(&x, &is) == accuracy);
            is.adc_bits = 16;
            assert_true(estimated_accuracy(&x, &is) == accuracy);
        }
    cim_nonideality coarse = plain;
    coarse.weight_bits = 3;
    assert_true(estimated_accuracy(&x, &coarse) < accuracy);
    estimated_end(&x);
}

/* More of anything bad is worse. */
static void errors_cost(void **state) {
    (void)state;
    estimated x;
    estimated_begin(&x);
    double before = 1;
    for (int i = 0; i <= 6; i++) {
        cim_nonideality is = plain;
        is.device_spread = CIM_SPREAD_OF_VALUE;
        is.device_spread_sd = 0.1 * i;
        const double accuracy = estimated_accuracy(&x, &is);
        assert_true(accuracy < before && accuracy > x.e.chance);
        before = accuracy;
    }
    before = 1;
    for (uint32_t bits = 8; bits >= 2; bits--) {
        cim_nonideality is = plain;
        is.adc_bits = bits;
        const double accuracy = estimated_accuracy(&x, &is);
        assert_true(accuracy <= before);
        before = accuracy;
    }
    assert_true(before < 0.5);
    const double all = estimated_accuracy(&x, &plain);
    const cim_nonideality others[] = {
        {.read_noise_sd = 0.1}, {.cycle_spread = CIM_SPREAD_OF_RANGE, .cycle_spread_sd = 0.1},
        {.stuck_on_share = 0.01}, {.stuck_off_share = 0.1}, {.cell_mismatch_sd = 0.2},
        {.drift_exponent = 0.1, .drift_time_s = 1e6, .drift_reference_s = 1},
        {.row_wire_ohm = 5, .column_wire_ohm = 5},
        {.adc_bits = 10, .adc_offset_sd = 2}, {.adc_bits = 10, .adc_noise_sd = 2},
        {.adc_bits = 10, .adc_gain_sd = 0.1}, {.adc_bits = 10, .adc_nonlinearity = 4}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        cim_nonideality is = others[i];
        is.weight_mapping = plain.weight_mapping;
        is.weight_bits = is.input_bits = 8;
        is.cell_bits = plain.cell_bits;
        is.dac_bits = 1;
        is.array_rows = is.array_columns = is.rows_at_once = 128;
        is.on_conductance_s = plain.on_conductance_s;
        if (estimated_accuracy(&x, &is) >= all) fail_msg("error %zu costs nothing", i);
    }
    estimated_end(&x);
}

static void another_arithmetic_is_refused(void **state) {
    (void)state;
    estimated x;
    cim_nonideality is = plain, rows[MOST_LAYERS];
    double accuracy;
    estimated_begin(&x);
    is.adc_bits = 8;
    is.adc_range = CIM_ADC_MNSIM_FIX;
    const cim_nonideality_table t = arrays_of(&x.s, &is, rows);
    assert_int_equal(estimate_accuracy(&x.e, &x.s.p.network, t, x.source, &accuracy),
                     CIM_E_UNSUPPORTED);
    assert_non_null(strstr(x.s.host.message, "no estimate of MNSIM's converter rules"));
    estimated_end(&x);
}

/* ---- against what arrays really do ----------------------------------------------------------- */

/* Mean square of the difference between the product of layer L on arrays IS and without any
 * error. */
static double measured_power(estimated *x, uint32_t layer, const cim_nonideality *is) {
    static double in[1 << 14], with[1 << 14], without[1 << 14];
    const cim_host *host = &x->s.host.host;
    net n;
    crossbar a, b;
    assert_int_equal(net_open(&n, host, &x->s.p.network, x->source), CIM_OK);
    const net_layer *l = &n.layers[layer];
    const estimate_layer *from = &x->e.layers[l->weighted];
    uint64_t count;
    const float *steps = find(x->s.t, "act_scale.8", &count);
    net_range r = net_range_of(0, 1, 8);
    r.scale = (double)steps[l->weighted];
    assert_int_equal(crossbar_open(&a, host, l, is, r), CIM_OK);
    assert_int_equal(crossbar_open(&b, host, l, &plain, r), CIM_OK);
    assert_int_equal(crossbar_make_chip(&a, (uint64_t)1 << 40), CIM_OK);
    assert_int_equal(crossbar_make_chip(&b, 0), CIM_OK);
    double error = 0;
    const uint32_t images = ESTIMATE_PATCHES;
    for (size_t i = 0; i < (size_t)images * l->rows; i++) in[i] = (double)from->patches[i];
    assert_int_equal(crossbar_product(&a, in, 0, images, with, NULL), CIM_OK);
    assert_int_equal(crossbar_product(&b, in, 0, images, without, NULL), CIM_OK);
    for (size_t i = 0; i < images * l->values; i++)
        error += pow(with[i] - without[i], 2) / (double)(images * l->values);
    crossbar_close(&a);
    crossbar_close(&b);
    net_close(&n);
    return error / from->signal;
}

/* A linear layer of 120 inputs, on designs whose errors are of every kind: within a factor of
 * two. */
static void power_is_what_arrays_add(void **state) {
    (void)state;
    estimated x;
    estimated_begin(&x);
    static const struct {
        uint32_t adc_bits, offset, range, spread;
        double sd, on_off;
    } cases[] = {{0, 0, 0, CIM_SPREAD_OF_VALUE, 0.1, 0},
                 {0, 1, 0, CIM_SPREAD_OF_VALUE, 0.1, 0},
                 {0, 0, 0, CIM_SPREAD_OF_RANGE, 0.05, 100},
                 {0, 1, 0, CIM_SPREAD_LOG_NORMAL, 0.2, 20},
                 {6, 0, CIM_ADC_FULL_SCALE, 0, 0, 0},
                 {6, 1, CIM_ADC_FULL_SCALE, 0, 0, 0},
                 {5, 0, CIM_ADC_FULL_SCALE, 0, 0, 0},
                 {7, 0, CIM_ADC_FULL_SCALE, CIM_SPREAD_OF_VALUE, 0.1, 0},
                 {7, 1, CIM_ADC_FULL_SCALE, CIM_SPREAD_OF_VALUE, 0.1, 0}};
    const uint32_t layer = 5; /* fc3 */
    assert_string_equal(x.s.p.layers[layer].name, "fc3");
    cim_layer *const l = &x.s.p.layers[layer];
    net n;
    assert_int_equal(net_open(&n, &x.s.host.host, &x.s.p.network, x.source), CIM_OK);
    double base;
    assert_int_equal(estimate_power(&x.e, &n.layers[layer], &plain, x.source, &base), CIM_OK);
    assert_int_equal(l->in_channels, 120);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cim_nonideality is = plain;
        is.weight_mapping = cases[i].offset ? CIM_MAPPING_OFFSET : CIM_MAPPING_DIFFERENTIAL;
        is.adc_bits = cases[i].adc_bits;
        is.adc_range = cases[i].range;
        is.device_spread = cases[i].spread;
        is.device_spread_sd = cases[i].sd;
        is.off_conductance_s = cases[i].on_off > 0 ? is.on_conductance_s / cases[i].on_off : 0;
        double power;
        assert_int_equal(estimate_power(&x.e, &n.layers[layer], &is, x.source, &power), CIM_OK);
        const double real = measured_power(&x, layer, &is), ratio = (power - base) / real;
        print_message("case %zu: %.3g, measured %.3g\n", i, power - base, real);
        if (!(ratio > 0.5 && ratio < 2)) fail_msg("case %zu: %g times what is measured", i, ratio);
    }
    net_close(&n);
    estimated_end(&x);
}

/* ---- ranks ----------------------------------------------------------------------------------- */

static cim_nonideality any_design(cim_rng *rng) {
    static const double sds[] = {0, 0.02, 0.05, 0.1, 0.2, 0.4}, ratios[] = {10, 100, 1000};
    const uint32_t adc = 2 + (uint32_t)cim_rng_below(rng, 7);
    cim_nonideality is = plain;
    is.weight_bits = 4 + 2 * (uint32_t)cim_rng_below(rng, 3);
    is.input_bits = 4 + 2 * (uint32_t)cim_rng_below(rng, 3);
    is.cell_bits = 1u << cim_rng_below(rng, 3);
    is.array_rows = is.array_columns = is.rows_at_once = 32u << cim_rng_below(rng, 4);
    is.weight_mapping = cim_rng_below(rng, 2) ? CIM_MAPPING_OFFSET : CIM_MAPPING_DIFFERENTIAL;
    is.adc_bits = adc > 2 ? adc : 0;
    is.adc_range = cim_rng_below(rng, 2) ? CIM_ADC_CALIBRATED : CIM_ADC_FULL_SCALE;
    is.device_spread_sd = sds[cim_rng_below(rng, 6)];
    is.device_spread =
        is.device_spread_sd > 0 ? CIM_SPREAD_OF_VALUE + (uint32_t)cim_rng_below(rng, 3) : 0;
    is.off_conductance_s = is.on_conductance_s / ratios[cim_rng_below(rng, 3)];
    return is;
}

/* Ties have the mean of their ranks. */
static void find_ranks(const double *of, double *ranks) {
    for (int i = 0; i < DESIGNS; i++) {
        ranks[i] = 0;
        for (int k = 0; k < DESIGNS; k++) ranks[i] += of[k] < of[i] ? 1 : of[k] > of[i] ? 0 : 0.5;
    }
}

static double correlation(const double *a, const double *b) {
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < DESIGNS; i++) {
        ma += a[i] / DESIGNS;
        mb += b[i] / DESIGNS;
    }
    for (int i = 0; i < DESIGNS; i++) {
        ab += (a[i] - ma) * (b[i] - mb);
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / sqrt(aa * bb);
}

static void designs_come_in_the_right_order(void **state) {
    (void)state;
    estimated x;
    double exact[DESIGNS], estimates[DESIGNS], ranks[2][DESIGNS];
    cim_rng rng = {{1, 2, 3, 4}};
    estimated_begin(&x);
    for (int i = 0; i < DESIGNS; i++) {
        const cim_nonideality is = any_design(&rng);
        exact[i] = exact_accuracy(&x, &is);
        estimates[i] = estimated_accuracy(&x, &is);
    }
    find_ranks(exact, ranks[0]);
    find_ranks(estimates, ranks[1]);
    const double r = correlation(ranks[0], ranks[1]);
    print_message("rank correlation %.3f\n", r);
    assert_true(r > 0.8);
    estimated_end(&x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_arrays_are_alike), cmocka_unit_test(errors_cost),
        cmocka_unit_test(another_arithmetic_is_refused), cmocka_unit_test(power_is_what_arrays_add),
        cmocka_unit_test(designs_come_in_the_right_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
