/* The statistical level of accuracy.crossbar_inference: what it must share with the exact one, and
 * how near its moments come on a layer of random weights and on LeNet-5. */
#include "fashion_networks.h"

#include <math.h>

enum {
    SIDE = 12,
    CHANNELS = 8,
    OUTS = 8,
    LAYER_ROWS = CHANNELS * 9,
    IMAGES = 100,
    AREA = SIDE * SIDE,
    INPUTS = CHANNELS * AREA,
    OUTPUTS = OUTS * AREA
};

typedef struct layer {
    fake_host host;
    net_layer l;
    float weights[OUTS * LAYER_ROWS], bias[OUTS];
    double *in, *exact, *quick;
    crossbar a;
    uint32_t most_reads;
} layer;

/* 3 x 3, padded by 1; GROUPS. Inputs: half of them zero, as behind a ReLU. */
static void layer_begin(layer *x, const cim_nonideality *non, uint32_t groups) {
    fake_host_start(&x->host);
    const cim_host *host = &x->host.host;
    crossbar_single_thread();
    x->l = (net_layer){.rows = LAYER_ROWS / groups, .weights = x->weights, .bias = x->bias,
                       .values = OUTPUTS};
    x->l.is = (cim_layer){.name = "c",
                          .op = CIM_OP_CONV,
                          .in_channels = CHANNELS,
                          .in_height = SIDE,
                          .in_width = SIDE,
                          .out_channels = OUTS,
                          .out_height = SIDE,
                          .out_width = SIDE,
                          .kernel_height = 3,
                          .kernel_width = 3,
                          .stride_height = 1,
                          .stride_width = 1,
                          .dilation_height = 1,
                          .dilation_width = 1,
                          .pad_top = 1,
                          .pad_bottom = 1,
                          .pad_left = 1,
                          .pad_right = 1,
                          .groups = groups,
                          .weight_bits = 8,
                          .input_bits = 8};
    for (size_t i = 0; i < OUTS * LAYER_ROWS; i++) x->weights[i] = (float)cells_normal(i);
    for (size_t i = 0; i < OUTS; i++) x->bias[i] = (float)cells_normal(9000 + i);
    x->in = host->alloc(host, (size_t)IMAGES * INPUTS, sizeof *x->in);
    x->exact = host->alloc(host, (size_t)IMAGES * OUTPUTS, sizeof *x->exact);
    x->quick = host->alloc(host, (size_t)IMAGES * OUTPUTS, sizeof *x->quick);
    for (size_t i = 0; i < (size_t)IMAGES * INPUTS; i++)
        x->in[i] = fmax(0, cells_normal(100000 + i)) / 4;
    assert_int_equal(crossbar_open(&x->a, host, &x->l, non, net_range_of(0, 1, 8)), CIM_OK);
    assert_int_equal(crossbar_make_chip(&x->a, (uint64_t)1 << 40), CIM_OK);
    assert_int_equal(crossbar_product(&x->a, x->in, 0, IMAGES, x->exact, NULL), CIM_OK);
}

static void layer_end(layer *x) {
    const cim_host *host = &x->host.host;
    crossbar_close(&x->a);
    host->release(host, x->in);
    host->release(host, x->exact);
    host->release(host, x->quick);
    assert_int_equal(x->host.live, 0);
}

static void approximate(layer *x) {
    statistical s;
    assert_true(statistical_applies(&x->a));
    assert_int_equal(statistical_open(&s, &x->a, x->in, IMAGES, x->most_reads), CIM_OK);
    assert_int_equal(statistical_product(&s, x->in, 0, IMAGES, x->quick), CIM_OK);
    statistical_close(&s);
}

typedef struct moments { double mean, sd, with; } moments;

/* Of Y at output O over all images and positions; WITH: the correlation with OTHER. */
static moments moments_of(const double *y, const double *other, uint32_t o) {
    double n = 0, sum = 0, squares = 0, sum_other = 0, squares_other = 0, both = 0;
    for (size_t image = 0; image < IMAGES; image++)
        for (size_t p = 0; p < AREA; p++, n++) {
            const size_t i = image * OUTPUTS + o * AREA + p;
            sum += y[i];
            squares += y[i] * y[i];
            sum_other += other[i];
            squares_other += other[i] * other[i];
            both += y[i] * other[i];
        }
    const double variance = squares / n - sum / n * (sum / n);
    const double variance_other = squares_other / n - sum_other / n * (sum_other / n);
    return (moments){sum / n, sqrt(variance),
                     (both / n - sum * sum_other / n / n) / sqrt(variance * variance_other)};
}

static cim_nonideality design(uint32_t mapping, uint32_t adc_bits) {
    return (cim_nonideality){.weight_mapping = mapping, .weight_bits = 8, .input_bits = 8,
                             .cell_bits = 2, .dac_bits = 1, .array_rows = 64, .array_columns = 64,
                             .rows_at_once = 64, .adc_bits = adc_bits, .on_conductance_s = 1e-4};
}

/* Mean and spread of each output as the exact product has them: within a twentieth of the
 * spread. */
static void check_layer(const cim_nonideality *non, uint32_t groups, double least_correlation) {
    static layer x;
    x.most_reads = 0;
    layer_begin(&x, non, groups);
    approximate(&x);
    for (uint32_t o = 0; o < OUTS; o++) {
        const moments exact = moments_of(x.exact, x.quick, o),
                      quick = moments_of(x.quick, x.exact, o);
        if (!(fabs(exact.mean - quick.mean) < 0.05 * exact.sd))
            fail_msg("output %u of %u groups: mean %g, not %g, sd %g", o, groups, quick.mean,
                     exact.mean, exact.sd);
        if (!(fabs(exact.sd / quick.sd - 1) < 0.05))
            fail_msg("output %u of %u groups: sd %g, not %g, corr %g", o, groups, quick.sd,
                     exact.sd, quick.with);
        if (quick.with < least_correlation) fail_msg("output %u: correlation %g", o, quick.with);
    }
    layer_end(&x);
}

/* What is left of the outputs' variance that the exact ones do not explain, the mean of all
 * outputs. */
static double unexplained(const cim_nonideality *non, uint32_t groups, uint32_t most_reads) {
    static layer x;
    double left = 0;
    x.most_reads = most_reads;
    layer_begin(&x, non, groups);
    approximate(&x);
    for (uint32_t o = 0; o < OUTS; o++)
        left += (1 - pow(moments_of(x.quick, x.exact, o).with, 2)) / OUTS;
    layer_end(&x);
    return left;
}

/* Converters that leave little of the signal: six reads of 32 carry most of the error. */
static void reads_that_carry_the_error(void **unused) {
    (void)unused;
    for (uint32_t kind = 0; kind < 4; kind++) {
        cim_nonideality non =
            design(kind % 2 ? CIM_MAPPING_OFFSET : CIM_MAPPING_DIFFERENTIAL, kind % 2 ? 6 : 4);
        if (kind / 2) non.device_spread = CIM_SPREAD_OF_VALUE;
        non.device_spread_sd = kind / 2 ? 0.1 : 0;
        const double all = unexplained(&non, 1 + kind / 2, 0),
                     left = unexplained(&non, 1 + kind / 2, 6);
        if (left > 0.25 * all) fail_msg("kind %u: %g of %g is left", kind, left, all);
    }
}

static void moments_of_a_layer(void **unused) {
    (void)unused;
    cim_nonideality non = design(CIM_MAPPING_DIFFERENTIAL, 7);
    check_layer(&non, 1, 0.8);
    non.adc_bits = 6;
    check_layer(&non, 2, 0.8);
    non.adc_bits = 4;
    check_layer(&non, OUTS, 0.9);
    non = design(CIM_MAPPING_OFFSET, 7);
    check_layer(&non, 1, 0.7); /* twice the step */
    non.device_spread = CIM_SPREAD_OF_VALUE;
    non.device_spread_sd = 0.1;
    check_layer(&non, 1, 0.7);
    non = design(CIM_MAPPING_DIFFERENTIAL, 7);
    non.read_noise_sd = 0.05;
    non.adc_offset_sd = 0.5;
    check_layer(&non, 2, 0.8);
}

/* Without any input nothing flows, whatever the converters are. */
static void silence_has_no_error(void **unused) {
    (void)unused;
    static layer x;
    for (int differs = 0; differs < 2; differs++) {
        cim_nonideality non = design(CIM_MAPPING_OFFSET, 5);
        non.read_noise_sd = differs ? 0.05 : 0;    /* a share of what is read                     */
        layer_begin(&x, &non, 1);
        statistical s;
        assert_int_equal(statistical_open(&s, &x.a, x.in, IMAGES, 3), CIM_OK);
        memset(x.in, 0, INPUTS * sizeof *x.in);
        assert_int_equal(statistical_product(&s, x.in, 7, 1, x.quick), CIM_OK);
        for (size_t i = 0; i < OUTPUTS; i++) assert_true(x.quick[i] == (double)x.bias[i / AREA]);
        statistical_close(&s);
        layer_end(&x);
    }
}

/* Reads that differ a little are done as if they did not where that explains more. */
static void reads_that_differ(void **unused) {
    (void)unused;
    cim_nonideality non = design(CIM_MAPPING_DIFFERENTIAL, 4);
    non.read_noise_sd = 0.02;
    const double all = unexplained(&non, 1, 0), left = unexplained(&non, 1, 6);
    if (!(all > 0.1 && left < 0.5 * all)) fail_msg("of %g, %g is left", all, left);
}

static double error_power(const double *y, const double *without) {
    double sum = 0;
    for (size_t i = 0; i < (size_t)IMAGES * OUTPUTS; i++) sum += pow(y[i] - without[i], 2);
    return sum;
}

/* Reads that differ share less with what they would be off by without noise than all of it: their
 * error has the power that the exact product's has. */
static void noise_takes_of_an_error(void **unused) {
    (void)unused;
    static layer x;
    static float weights[OUTS * LAYER_ROWS];
    for (uint32_t bits = 3; bits < 6; bits++) {
        cim_nonideality non = design(CIM_MAPPING_DIFFERENTIAL, bits);
        non.read_noise_sd = 0.1;
        layer_begin(&x, &non, 1);
        x.most_reads = 6;
        approximate(&x);
        crossbar_fold(&x.a, weights);
        double *without = x.host.host.alloc(&x.host.host, (size_t)IMAGES * OUTPUTS, sizeof *without);
        assert_int_equal(dense_product(&x.a, (dense_weights){.real = weights}, x.in, 0, IMAGES,
                                       without, NULL, NULL), CIM_OK);
        const double ratio = error_power(x.quick, without) / error_power(x.exact, without);
        if (!(fabs(ratio - 1) < 0.02)) fail_msg("%u bits: %g of the error", bits, ratio);
        x.host.host.release(&x.host.host, without);
        layer_end(&x);
    }
}

/* The product without converters, and what all reads are off by, are the exact product. */
static void errors_of_all_reads(void **unused) {
    (void)unused;
    static layer x;
    static float weights[OUTS * LAYER_ROWS];
    uint8_t all[64], some[64];
    memset(all, 1, sizeof all);
    for (uint32_t kind = 0; kind < 6; kind++) {
        cim_nonideality non = design(kind % 2 ? CIM_MAPPING_OFFSET : CIM_MAPPING_DIFFERENTIAL, 5);
        non.dac_bits = kind / 2 == 2 ? 3 : 1;
        non.rows_at_once = 20;
        if (kind / 2) non.device_spread = CIM_SPREAD_OF_VALUE;
        non.device_spread_sd = kind / 2 ? 0.1 : 0;
        layer_begin(&x, &non, kind % 2 ? 2 : 1);
        assert_true(crossbar_has_errors(&x.a));
        assert_true(x.a.slices * x.a.steps <= sizeof all);
        crossbar_fold(&x.a, weights);
        double *sum = x.host.host.alloc(&x.host.host, (size_t)IMAGES * OUTPUTS, sizeof *sum);
        assert_int_equal(dense_product(&x.a, (dense_weights){.real = weights}, x.in, 0, IMAGES,
                                       x.quick, NULL, NULL), CIM_OK);
        memcpy(sum, x.quick, (size_t)IMAGES * OUTPUTS * sizeof *sum);
        const crossbar_chosen every = {.reads = all}, part = {.reads = some};
        assert_int_equal(crossbar_add_errors(&x.a, every, x.in, 0, IMAGES, x.quick), CIM_OK);
        for (int half = 0; half < 2; half++) {
            for (uint32_t i = 0; i < sizeof some; i++) some[i] = i % 2 == (uint32_t)half;
            assert_int_equal(crossbar_add_errors(&x.a, part, x.in, 0, IMAGES, sum), CIM_OK);
        }
        for (size_t i = 0; i < (size_t)IMAGES * OUTPUTS; i++) {
            const double size = 1e-5 * (1 + fabs(x.exact[i]));
            if (fabs(x.quick[i] - x.exact[i]) > size || fabs(sum[i] - x.exact[i]) > size)
                fail_msg("kind %u, value %zu: %g, %g, not %g", kind, i, x.quick[i], sum[i],
                         x.exact[i]);
        }
        x.host.host.release(&x.host.host, sum);
        layer_end(&x);
    }
}

/* An image gets the same values in whatever batch. */
static void batches_do_not_matter(void **unused) {
    (void)unused;
    static layer x;
    cim_nonideality non = design(CIM_MAPPING_DIFFERENTIAL, 5);
    for (int disturbs = 0; disturbs < 2; disturbs++) {
        non.read_noise_sd = disturbs ? 0.05 : 0;
        layer_begin(&x, &non, 1);
        statistical s;
        assert_int_equal(statistical_open(&s, &x.a, x.in, IMAGES, 3), CIM_OK);
        assert_int_equal(statistical_product(&s, x.in, 0, IMAGES, x.exact), CIM_OK);
        for (uint32_t from = 0; from < IMAGES; from += 33) {
            const uint32_t n = IMAGES - from < 33 ? IMAGES - from : 33;
            assert_int_equal(statistical_product(&s, x.in + (size_t)from * INPUTS, from, n,
                                                 x.quick + (size_t)from * OUTPUTS), CIM_OK);
        }
        assert_memory_equal(x.exact, x.quick, (size_t)IMAGES * OUTPUTS * sizeof *x.exact);
        statistical_close(&s);
        layer_end(&x);
    }
}

/* ---- LeNet-5 --------------------------------------------------------------------------------- */

enum { TEST_IMAGES = 300 };

static uint32_t classify(scene *s, const cim_nonideality *non, int is_statistical, uint64_t chip,
                         uint8_t *classes) {
    cim_nonideality rows[MOST_LAYERS];
    evaluation e;
    open_evaluation(&e, s, arrays_of(s, non, rows), weights_of(s));
    e.is_statistical = is_statistical;
    e.predicted = classes;
    assert_int_equal(evaluation_run(&e, &s->test, TEST_IMAGES, chip << 40), CIM_OK);
    const uint32_t right = e.right;
    evaluation_close(&e);
    return right;
}

/* Nothing deviates and converters are wide, or cells alone deviate: nothing is left to chance. */
static void exact_products_stay_exact(void **unused) {
    (void)unused;
    uint8_t exact[TEST_IMAGES], quick[TEST_IMAGES], digital[TEST_IMAGES];
    scene s;
    begin(&s, "lenet5", TEST_IMAGES);
    cim_nonideality non = design(CIM_MAPPING_DIGITAL, 0);
    classify(&s, &non, 0, 1, digital);
    non = design(CIM_MAPPING_OFFSET, 8);
    non.array_rows = non.rows_at_once = 32;
    classify(&s, &non, 1, 1, quick);
    assert_memory_equal(digital, quick, TEST_IMAGES);
    non = design(CIM_MAPPING_OFFSET, 0);
    non.device_spread = CIM_SPREAD_OF_VALUE;
    non.device_spread_sd = 0.1;
    classify(&s, &non, 0, 1, exact);
    classify(&s, &non, 1, 1, quick);
    assert_memory_equal(exact, quick, TEST_IMAGES);
    end(&s);
}

/* Without variation every chip is the same; with it, chips differ, about as much as exact ones. */
static void chips_spread_as_they_do(void **unused) {
    (void)unused;
    uint8_t one[TEST_IMAGES], other[TEST_IMAGES];
    enum { CHIPS = 6 };
    double difference = 0, mean[2] = {0}, squares[2] = {0};
    scene s;
    begin(&s, "lenet5", TEST_IMAGES);
    cim_nonideality non = design(CIM_MAPPING_DIFFERENTIAL, 5);
    classify(&s, &non, 1, 1, one);
    classify(&s, &non, 1, 2, other);
    assert_memory_equal(one, other, TEST_IMAGES);
    non = design(CIM_MAPPING_OFFSET, 7);
    non.adc_range = CIM_ADC_CALIBRATED;
    non.device_spread = CIM_SPREAD_OF_VALUE;
    non.device_spread_sd = 0.1;
    for (uint64_t chip = 1; chip <= CHIPS; chip++) {
        double share[2];
        for (int level = 0; level < 2; level++) {
            share[level] = (double)classify(&s, &non, level, chip, one) / TEST_IMAGES;
            mean[level] += share[level] / CHIPS;
            squares[level] += share[level] * share[level] / CHIPS;
        }
        difference += pow(share[0] - share[1], 2) / CHIPS;
    }
    const double exact = sqrt(squares[0] - mean[0] * mean[0]),
                 quick = sqrt(squares[1] - mean[1] * mean[1]);
    if (!(quick > 0.5 * exact && quick < 2 * exact)) fail_msg("spread %g, not %g", quick, exact);
    if (fabs(mean[0] - mean[1]) > 0.02) fail_msg("accuracy %g, not %g", mean[1], mean[0]);
    if (sqrt(difference) > 0.03) fail_msg("rms difference %g", sqrt(difference));
    end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_of_a_layer),        cmocka_unit_test(reads_that_carry_the_error),
        cmocka_unit_test(silence_has_no_error),      cmocka_unit_test(reads_that_differ),
        cmocka_unit_test(noise_takes_of_an_error),   cmocka_unit_test(errors_of_all_reads),
        cmocka_unit_test(batches_do_not_matter),
        cmocka_unit_test(exact_products_stay_exact), cmocka_unit_test(chips_spread_as_they_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
