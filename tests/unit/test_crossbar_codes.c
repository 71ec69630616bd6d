/* Which whole numbers weights become (plugins/accuracy/net/quantise.c), and that arrays hold
 * them. */
#include "fashion_networks.h"

#include <math.h>

#include "quantise.h"

enum { OUTS = 4, ROWS = 200, N = OUTS * ROWS };

static void draw(float *w) {
    for (size_t i = 0; i < N; i++) w[i] = (float)(0.1 * cells_normal(i));
}

static double error_of(const float *w, const int16_t *codes, const double *scale) {
    double error = 0;
    for (size_t i = 0; i < N; i++) error += pow(codes[i] * scale[i / ROWS] - (double)w[i], 2);
    return error;
}

static uint32_t distinct(const int16_t *codes, size_t n) {
    static uint8_t seen[65536];
    uint32_t found = 0;
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < n; i++) {
        found += !seen[codes[i] + 32768];
        seen[codes[i] + 32768] = 1;
    }
    return found;
}

static void powers_are_the_nearest(void **state) {
    (void)state;
    const float exact[] = {1, 0.5f, -0.25f, 0, 0.015625f, -1, 0.125f, 0.0625f};
    int16_t codes[N];
    double scale[OUTS];
    net_code_weights((net_coding){NET_POWER_OF_TWO, 0}, exact, 1, 8, 8, 0, codes, scale);
    for (size_t i = 0; i < 8; i++) assert_true(codes[i] * scale[0] == (double)exact[i]);
    float w[N];
    draw(w);
    for (uint32_t bits = 2; bits <= 9; bits++)
        for (int is_per_tensor = 0; is_per_tensor < 2; is_per_tensor++) {
            net_code_weights((net_coding){NET_POWER_OF_TWO, 0}, w, OUTS, ROWS, bits, is_per_tensor,
                             codes, scale);
            for (size_t i = 0; i < N; i++) {
                const uint32_t size = (uint32_t)abs(codes[i]);
                assert_true((size & (size - 1)) == 0 && size <= 1u << (bits - 2));
                const double x = fabs((double)w[i]) / scale[i / ROWS], off = fabs(x - size);
                if (size) assert_true((codes[i] < 0) == (w[i] < 0));
                assert_true(off <= fabs(x - size / 2) + 1e-12);
                if (bits > 2 && size < 1u << (bits - 2))
                    assert_true(off <= fabs(x - (size ? 2 * size : 1)) + 1e-12);
            }
        }
}

static void codebooks_hold_what_they_may(void **state) {
    (void)state;
    float w[N];
    int16_t codes[N], uniform[N], again[N];
    double scale[OUTS], same[OUTS], before = INFINITY;
    draw(w);
    net_code_weights((net_coding){0}, w, OUTS, ROWS, 8, 0, uniform, same);
    const double least = error_of(w, uniform, same);
    for (uint32_t entries = 2; entries <= 256; entries *= 2) {
        net_code_weights((net_coding){NET_CODEBOOK, entries}, w, OUTS, ROWS, 8, 0, codes, scale);
        net_code_weights((net_coding){NET_CODEBOOK, entries}, w, OUTS, ROWS, 8, 0, again, same);
        assert_memory_equal(codes, again, sizeof codes);
        assert_true(distinct(codes, N) <= entries &&
                    distinct(codes, N) * 2 > entries * (entries < 128));
        const double error = error_of(w, codes, scale);
        assert_true(error < before || error == least);
        assert_true(error >= least);
        before = error;
    }
    assert_memory_equal(codes, uniform, sizeof codes);    /* 256 entries hold all 255 codes       */
    /* Two heaps: their means. */
    const float heaps[] = {-1, -0.98f, -0.99f, 0.5f, 0.52f, 0.51f};
    net_code_weights((net_coding){NET_CODEBOOK, 2}, heaps, 1, 6, 8, 1, codes, scale);
    for (size_t i = 0; i < 6; i++)
        assert_true(fabs(codes[i] * scale[0] - (i < 3 ? -0.99 : 0.51)) < scale[0]);
}

/* Of the first 200 images, by arrays whose converters change nothing and without arrays. */
static uint32_t right_of(scene *s, net_coding coding, uint32_t bits, uint32_t mapping,
                         uint8_t *classes) {
    const cim_nonideality is = {.weight_mapping = mapping, .weight_bits = bits, .input_bits = 8,
                                .cell_bits = 2, .array_rows = 64, .rows_at_once = 64,
                                .adc_bits = 8, .adc_range = CIM_ADC_FULL_SCALE};
    cim_nonideality rows[MOST_LAYERS];
    net_source source = weights_of(s);
    evaluation e;
    source.coding = coding;
    open_evaluation(&e, s, arrays_of(s, &is, rows), source);
    e.predicted = classes;
    assert_int_equal(evaluation_run(&e, &s->test, 200, 0), CIM_OK);
    const uint32_t right = e.right;
    evaluation_close(&e);
    return right;
}

static void arrays_hold_them(void **state) {
    (void)state;
    static const net_coding codings[] = {
        {NET_UNIFORM, 0}, {NET_POWER_OF_TWO, 0}, {NET_CODEBOOK, 16}};
    static const uint32_t least[] = {176, 130, 170};   /* powers of two need training             */
    scene s;
    begin(&s, "lenet5", 200);
    for (size_t i = 0; i < 3; i++) {
        uint8_t on[200] = {0}, without[200] = {0};
        const uint32_t right = right_of(&s, codings[i], 8, CIM_MAPPING_DIFFERENTIAL, on);
        assert_int_equal(right, right_of(&s, codings[i], 8, CIM_MAPPING_DIGITAL, without));
        assert_memory_equal(on, without, sizeof on);
        print_message("coding %zu: %u of 200 right\n", i, right);
        assert_in_range(right, least[i], 200);
    }
    end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(powers_are_the_nearest),
                                       cmocka_unit_test(codebooks_hold_what_they_may),
                                       cmocka_unit_test(arrays_hold_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
