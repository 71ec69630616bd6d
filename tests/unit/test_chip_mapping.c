/* Layers on arrays, counted by hand and by brute force. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_chip/mapping.h>
#include <cim_sdk/rng.h>

#include "chip_fixture.h"

static cim_array plain_array(void) {
    return (cim_array){.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                       .cell_bits = 1, .dac_bits = 1};
}

/* Share of the taps of a 3x3 window, padded by one, that lie within a square input. */
static double inside(double side) { return (3 * side - 2) * (3 * side - 2) / (9 * side * side); }

/* conv 3x3, 128 -> 256 channels on 32 x 32: 1152 rows x 2048 columns of one-bit cells. */
static void map_convolution(void **state) {
    (void)state;
    fixture_network f;
    fixture_start(&f, 128, 32);
    const cim_layer *l = fixture_add(&f, "conv", CIM_OP_CONV, 256, 3, 1);
    cim_array a = plain_array();
    cim_mapping m = cim_map_layer(l, &a, 8, 8);
    assert_true(m.rows == 1152 && m.columns == 2048 && m.row_blocks == 9 && m.column_blocks == 16);
    assert_true(m.arrays == 144 && m.used_cells == 1152.0 * 2048 && m.positions == 1024);
    assert_true(m.steps == 8 && m.rounds == 8 * 8);
    near(m.inside, inside(32), 1e-15);
    near(m.row_events, 8 * 1152 * 16 * inside(32), 1e-15);
    near(m.cell_events, 8 * 1152.0 * 2048 * inside(32), 1e-15);
    assert_true(m.conversions == 8 * 2048 * 9);
    near(m.fresh_share, (3 + 31) / (32 * 3.0), 1e-15);
    a.rows_at_once = 50;      /* 128 rows in three groups */
    a.cell_bits = 3;          /* ceil(8 / 3) slices */
    a.dac_bits = 3;
    m = cim_map_layer(l, &a, 8, 8);
    assert_true(m.columns == 768 && m.slices == 3 && m.steps == 3 && m.column_blocks == 6);
    assert_true(m.rounds == 3 * 3 * 8 && m.conversions == 3.0 * 768 * 9 * 3);
}

static void map_small_and_strided(void **state) {
    (void)state;
    fixture_network f;
    fixture_start(&f, 3, 32);
    const cim_layer *l = fixture_add(&f, "conv", CIM_OP_CONV, 10, 3, 2);
    cim_array a = plain_array();
    a.rows_at_once = 8;
    const cim_mapping m = cim_map_layer(l, &a, 8, 8);   /* 27 rows x 80 columns, 16 ADCs */
    assert_true(m.arrays == 1 && m.positions == 256 && m.used_cells == 27 * 80);
    assert_true(m.rounds == 8 * 4 * 5 && m.conversions == 8 * 80 * 4);
    near(m.fresh_share, (3 + 15 * 2) / (16 * 3.0), 1e-15);
    fixture_linear(&f, "fc", 20);
    const cim_mapping fc = cim_map_layer(&f.layers[1], &a, 4, 8);
    assert_true(fc.rows == 2560 && fc.columns == 80 && fc.row_blocks == 20 && fc.positions == 1);
    assert_true(fc.fresh_share == 1);
}

/* 32 groups of 9 rows x 8 columns: 14 fit on a diagonal (128 / 9), so 3 arrays. */
static void map_depthwise(void **state) {
    (void)state;
    fixture_network f;
    fixture_start(&f, 32, 16);
    cim_layer *l = fixture_add(&f, "dw", CIM_OP_CONV, 32, 3, 1);
    l->groups = 32;
    cim_array a = plain_array();
    cim_mapping m = cim_map_layer(l, &a, 8, 8);
    assert_true(m.groups_per_array == 14 && m.arrays == 3 && m.used_cells == 32 * 72);
    assert_true(m.rounds == 8 * 7);     /* 112 columns over 16 converters */
    assert_true(m.conversions == 8 * 256);
    near(m.row_events, 8 * 288 * inside(16), 1e-15);
    near(m.cell_events, 8 * 32 * 72 * inside(16), 1e-15);   /* only cells on the diagonal */
    a.rows_at_once = 16;                /* one group at a time, its 8 columns in one round */
    m = cim_map_layer(l, &a, 8, 8);
    assert_true(m.rounds == 8 * 14 && m.conversions == 8 * 256);
    a.rows_at_once = 4;                 /* three row groups for the 9 rows of each */
    m = cim_map_layer(l, &a, 8, 8);
    assert_true(m.rounds == 8 * 14 * 3 && m.conversions == 8 * 256 * 3);
    l->groups = 1;                      /* the same weights and more, at far better use */
    assert_true(cim_map_layer(l, &a, 8, 8).arrays == 6);
}

/* Against counting every tap of every window. */
static void padding_by_counting(void **state) {
    (void)state;
    cim_rng rng = {{7, 1, 2, 3}};
    const cim_array a = plain_array();
    for (int n = 0; n < 2000; ++n) {
        const uint32_t in = 1 + (uint32_t)cim_rng_below(&rng, 12);
        const uint32_t kernel = 1 + (uint32_t)cim_rng_below(&rng, 5);
        const uint32_t stride = 1 + (uint32_t)cim_rng_below(&rng, 3);
        const uint32_t dilation = 1 + (uint32_t)cim_rng_below(&rng, 2);
        const uint32_t pad = (uint32_t)cim_rng_below(&rng, 4);
        const uint32_t span = (kernel - 1) * dilation + 1;
        if (in + 2 * pad < span) continue;
        fixture_network f;
        fixture_start(&f, 4, in);
        cim_layer *l = fixture_add(&f, "conv", CIM_OP_CONV, 4, kernel, stride);
        l->dilation_height = l->dilation_width = dilation;
        l->pad_top = l->pad_bottom = l->pad_left = l->pad_right = pad;
        l->out_height = l->out_width = (in + 2 * pad - span) / stride + 1;
        double taps = 0;
        for (uint32_t o = 0; o < l->out_height; ++o)
            for (uint32_t k = 0; k < kernel; ++k) {
                const int64_t at = (int64_t)o * stride + k * dilation - pad;
                taps += at >= 0 && at < in;
            }
        int64_t seen = 0;   /* rows of the input in some window */
        for (int64_t row = 0; row < in; ++row) {
            int any = 0;
            for (uint32_t o = 0; o < l->out_height; ++o)
                for (uint32_t k = 0; k < kernel; ++k)
                    any |= (int64_t)o * stride + k * dilation - pad == row;
            seen += any;
        }
        const double rows = (double)seen / in, touched = cim_map_layer(l, &a, 8, 8).touched;
        if (pad == 0 && dilation == 1 && stride > kernel) near(touched, rows * rows, 1e-14);
        else assert_true(touched >= rows * rows * (1 - 1e-14) && touched <= 1);
        const double share = taps / ((double)l->out_height * kernel);
        near(cim_map_layer(l, &a, 8, 8).inside, share * share, 1e-14);
    }
}

/* Used cells over those of the arrays that the layer takes. */
static double use(const cim_layer *l, const cim_array *a) {
    const cim_mapping m = cim_map_layer(l, a, l->weight_bits, l->input_bits);
    return m.used_cells / (m.arrays * a->rows * a->columns);
}

/* A layer of groups never uses an array better than the dense layer of its shape. */
static void groups_never_gain(void **state) {
    (void)state;
    cim_rng rng = {{8, 1, 2, 3}};
    for (int n = 0; n < 100000; ++n) {
        cim_array a = plain_array();
        a.rows = 8 + (uint32_t)cim_rng_below(&rng, 504);
        a.columns = 8 + (uint32_t)cim_rng_below(&rng, 504);
        a.rows_at_once = 1 + (uint32_t)cim_rng_below(&rng, a.rows);
        a.columns_per_adc = 1 + (uint32_t)cim_rng_below(&rng, a.columns);
        a.cell_bits = 1 + (uint32_t)cim_rng_below(&rng, 4);
        const uint32_t groups = 1u << cim_rng_below(&rng, 10);
        const uint32_t channels = groups << cim_rng_below(&rng, 3);
        fixture_network f;
        fixture_start(&f, channels, 16);
        cim_layer *l = fixture_add(&f, "conv", CIM_OP_CONV, channels,
                                   1 + (uint32_t)cim_rng_below(&rng, 7), 1);
        const double dense = use(l, &a);
        l->groups = groups;
        assert_true(use(l, &a) <= dense * (1 + 1e-12));
    }
}

static void mean_square_by_enumeration(void **state) {
    (void)state;
    for (uint32_t bits = 1; bits <= 4; ++bits)
        for (double d = 0; d <= 1; d += 0.25) {
            double sum = 0;
            for (uint32_t code = 0; code < 1u << bits; ++code) {
                double probability = 1;
                for (uint32_t b = 0; b < bits; ++b) probability *= code >> b & 1 ? d : 1 - d;
                const double x = code / ((1u << bits) - 1.0);
                sum += probability * x * x;
            }
            assert_true(fabs(cim_mean_square_input(d, bits) - sum) < 1e-14);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_convolution),     cmocka_unit_test(map_small_and_strided),
        cmocka_unit_test(map_depthwise),       cmocka_unit_test(padding_by_counting),
        cmocka_unit_test(groups_never_gain),   cmocka_unit_test(mean_square_by_enumeration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
