/* Layers that hand on codes, a byte each: what reads them gets what it would have made of doubles,
 * bit by bit, be it by single precision (statistical_product.c) or in pools of codes. */
#include "fashion_networks.h"

#include <math.h>

enum { SIDE = 16, CHANNELS = 8, OUTS = 12, ROWS = CHANNELS * 9, IMAGES = 40, AREA = SIDE * SIDE,
       INPUTS = CHANNELS * AREA, OUTPUTS = OUTS * AREA };

typedef struct layer {
    fake_host host;
    net_layer l;
    crossbar a;
    float weights[OUTS * ROWS], bias[OUTS];
    double in[IMAGES * INPUTS], values[IMAGES * OUTPUTS];
    uint8_t codes_in[IMAGES * INPUTS], codes[IMAGES * OUTPUTS];
} layer;

/* 3 x 3. The inputs are values of codes, and nothing in the first images: there the bias remains,
 * which is half way between two codes of STEP. (49 times the next to 1 / 49 is not 1.) */
static void layer_begin(layer *x, const cim_nonideality *non, double step) {
    const net_range in = net_range_of(0, 1, 8);
    fake_host_start(&x->host);
    crossbar_single_thread();
    x->l = (net_layer){.rows = ROWS, .weights = x->weights, .bias = x->bias, .values = OUTPUTS};
    x->l.is = (cim_layer){.name = "c", .op = CIM_OP_CONV, .in_channels = CHANNELS,
                          .in_height = SIDE, .in_width = SIDE, .out_channels = OUTS,
                          .out_height = SIDE, .out_width = SIDE, .kernel_height = 3,
                          .kernel_width = 3, .stride_height = 1, .stride_width = 1,
                          .dilation_height = 1, .dilation_width = 1, .pad_top = 1,
                          .pad_bottom = 1, .pad_left = 1, .pad_right = 1, .groups = 1,
                          .weight_bits = 8, .input_bits = 8};
    for (size_t i = 0; i < OUTS * ROWS; i++) x->weights[i] = (float)cells_normal(i);
    for (size_t i = 0; i < OUTS; i++) x->bias[i] = (float)(((double)i + 0.5) * step);
    for (size_t i = 0; i < IMAGES * INPUTS; i++) {
        x->codes_in[i] = 0;
        if (i >= 4 * INPUTS) x->codes_in[i] = (uint8_t)net_code(in, cells_normal(70000 + i) / 4);
        x->in[i] = x->codes_in[i] * in.scale;
    }
    assert_int_equal(crossbar_open(&x->a, &x->host.host, &x->l, non, in), CIM_OK);
    assert_int_equal(crossbar_make_chip(&x->a, (uint64_t)1 << 40), CIM_OK);
}

static void layer_end(layer *x) {
    crossbar_close(&x->a);
    assert_int_equal(x->host.live, 0);
}

static void compare(const layer *x, net_range r, int kind) {
    size_t zeros = 0, tops = 0, halves = 0;
    for (size_t i = 0; i < IMAGES * OUTPUTS; i++) {
        const int32_t code = net_code(r, x->values[i]);
        if (code != x->codes[i])
            fail_msg("kind %d, value %zu: %.17g: %u, not %d", kind, i, x->values[i] / r.scale,
                     x->codes[i], code);
        zeros += !code;
        tops += code == r.top;
        halves += fabs(x->values[i] / r.scale - code) == 0.5;
    }
    assert_true(zeros && tops && halves && zeros + tops + halves < IMAGES * OUTPUTS * 3 / 4);
}

static cim_nonideality design(int kind) {
    cim_nonideality non = {.weight_mapping = kind == 1 ? CIM_MAPPING_OFFSET
                                                       : CIM_MAPPING_DIFFERENTIAL,
                           .weight_bits = 8, .input_bits = 8, .cell_bits = 2, .dac_bits = 1,
                           .array_rows = 64, .array_columns = 64, .rows_at_once = 64,
                           .adc_bits = kind == 4 ? 0 : 6, .on_conductance_s = 1e-4};
    if (kind == 2) non.device_spread = CIM_SPREAD_OF_VALUE, non.device_spread_sd = 0.1;
    if (kind == 3) non.read_noise_sd = 0.05;
    return non;
}

/* Whole sums, offset mapping, real weights, reads that differ, exact converters. */
static void codes_are_those_of_doubles(void **unused) {
    (void)unused;
    static layer x;
    for (int kind = 0; kind < 5; kind++) {
        const cim_nonideality non = design(kind);
        const net_range r = {.scale = 49 * 0x1p-13, .top = 255};
        layer_begin(&x, &non, r.scale);
        statistical s = {0};
        if (statistical_applies(&x.a))
            assert_int_equal(statistical_open(&s, &x.a, x.in, IMAGES, 0), CIM_OK);
        for (int are_codes = 0; are_codes < 2; are_codes++) {
            x.a.takes_codes = are_codes;
            x.a.gives = are_codes ? &r : NULL;
            const double *in = are_codes ? (const void *)x.codes_in : x.in;
            double *out = are_codes ? (void *)x.codes : x.values;
            if (s.a) assert_int_equal(statistical_product(&s, in, 0, IMAGES, out), CIM_OK);
            else assert_int_equal(crossbar_product(&x.a, in, 0, IMAGES, out, NULL), CIM_OK);
        }
        compare(&x, r, kind);
        statistical_close(&s);
        layer_end(&x);
    }
}

/* The exact level takes them, too, and a sample of them has the same moments. */
static void codes_are_taken_as_their_values(void **unused) {
    (void)unused;
    static layer x;
    static double other[IMAGES * OUTPUTS];
    for (int kind = 0; kind < 4; kind++) {
        const cim_nonideality non = design(kind);
        statistical of[2];
        layer_begin(&x, &non, 1);
        assert_int_equal(crossbar_product(&x.a, x.in, 0, IMAGES, x.values, NULL), CIM_OK);
        assert_int_equal(statistical_open(&of[0], &x.a, x.in, IMAGES, 3), CIM_OK);
        x.a.takes_codes = 1;
        const double *in = (const void *)x.codes_in;
        assert_int_equal(crossbar_product(&x.a, in, 0, IMAGES, other, NULL), CIM_OK);
        assert_memory_equal(x.values, other, sizeof other);
        assert_int_equal(statistical_open(&of[1], &x.a, in, IMAGES, 3), CIM_OK);
        assert_memory_equal(of[0].of, of[1].of, OUTS * sizeof *of[0].of);
        assert_memory_equal(of[0].share, of[1].share, sizeof of[0].share);
        statistical_close(&of[0]);
        statistical_close(&of[1]);
        layer_end(&x);
    }
}

enum { TEST_IMAGES = 60 };

/* A whole network, its pools among it, with codes and without. CODES: layers that hand on any;
 * MOMENTS: of the second one with weights. */
static void classify(scene *s, const cim_nonideality *non, int has_doubles, uint32_t *codes,
                     uint8_t *classes, statistical_line *moments) {
    cim_nonideality rows[MOST_LAYERS];
    evaluation e;
    open_evaluation(&e, s, arrays_of(s, non, rows), weights_of(s));
    e.is_statistical = 1;
    e.has_doubles = has_doubles;
    e.predicted = classes;
    assert_int_equal(evaluation_run(&e, &s->test, TEST_IMAGES, (uint64_t)1 << 40), CIM_OK);
    *codes = 0;
    for (uint32_t i = 0; i < e.n.n_layers; i++) *codes += e.n.is_coded[i];
    memset(moments, 0, 16 * sizeof *moments);
    if (e.moments[1].a) memcpy(moments, e.moments[1].of, 16 * sizeof *moments);
    evaluation_close(&e);
}

static void networks_answer_alike(void **unused) {
    (void)unused;
    static const struct { const char *network; int kind; uint32_t coded; } cases[] = {
        {"vgg8s", 0, 9}, {"vgg8s", 2, 9}, {"vgg8s", 4, 10}, {"lenet5", 4, 6}, {"lenet5", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t with[TEST_IMAGES], without[TEST_IMAGES];
        statistical_line moments[2][16];
        uint32_t codes;
        scene s;
        begin(&s, cases[i].network, TEST_IMAGES);
        const cim_nonideality non = design(cases[i].kind);
        classify(&s, &non, 1, &codes, without, moments[0]);
        assert_int_equal(codes, 0);
        classify(&s, &non, 0, &codes, with, moments[1]);
        assert_int_equal(codes, cases[i].coded);
        assert_memory_equal(with, without, TEST_IMAGES);
        assert_memory_equal(moments[0], moments[1], sizeof moments[0]);
        end(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes_are_those_of_doubles),
                                       cmocka_unit_test(codes_are_taken_as_their_values),
                                       cmocka_unit_test(networks_answer_alike)};
    return cmocka_run_group_tests_name("crossbar handed codes", tests, NULL, NULL);
}
