/* What training feels of a crossbar: codes, and the moments of their spread. */
#include "fake_host.h"

#include <math.h>
#include <array_rules.h>
#include <quantise.h>

enum { OUT = 3, ROW = 400 };

typedef struct bench {
    real w[OUT * ROW], q[OUT * ROW];
    node layer;
    net n;
} bench;

static void begin(bench *b) {
    *b = (bench){.layer = {.op = CIM_OP_LINEAR, .weight_bits = 4, .input_bits = 3,
                           .shape = {OUT, ROW, 1, 1}}};
    b->n = (net){.nodes = &b->layer, .n = 1};
    for (int i = 0; i < OUT * ROW; i++) b->w[i] = (real)(sin(i * 0.7) * (1 + i / ROW));
}

/* The weights of one step, in codes. */
static void codes(bench *b, array_rules *a, bool training, double *out) {
    memcpy(b->q, b->w, sizeof b->q);
    const net_rules rules = array_rules_of(a);
    rules.weights(rules.context, &b->layer, 0, b->q, training);
    for (int o = 0; o < OUT; o++) {
        const double step = net_weight_scale(b->w + o * ROW, ROW, 4);
        for (int k = 0; k < ROW; k++) out[o * ROW + k] = (double)b->q[o * ROW + k] / step;
    }
}

static void weights_become_codes_of_their_channel(void **state) {
    (void)state;
    bench b;
    array_rules a;
    double q[OUT * ROW];
    begin(&b);
    assert_true(array_rules_begin(&a, &b.n, (cim_nonideality_table){0}, true, 1));
    codes(&b, &a, true, q); /* no array: no spread, in training neither */
    for (int i = 0; i < OUT * ROW; i++) {
        assert_true(fabs(q[i] - rint(q[i])) < 1e-5 && fabs(q[i]) < 7.00001);
        const double step = net_weight_scale(b.w + i / ROW * ROW, ROW, 4);
        assert_true(fabs(q[i] - net_weight_code(b.w[i], step, 4)) < 1e-5);
    }
    array_rules_end(&a);
}

static void inputs_become_codes(void **state) {
    (void)state;
    bench b;
    array_rules a;
    real x[64], q[64];
    begin(&b);
    assert_true(array_rules_begin(&a, &b.n, (cim_nonideality_table){0}, false, 1));
    const net_rules rules = array_rules_of(&a);
    for (int i = 0; i < 64; i++) x[i] = (real)(i * 0.1);
    rules.inputs(rules.context, 0, x, q, 64);
    for (int negative = 0; negative < 2; negative++) {
        const net_range r = net_range_search(x, 64, 3);
        for (int i = 0; i < 64; i++) {
            const double is = (net_code(r, (double)x[i]) - r.zero) * r.scale;
            if (fabs((double)q[i] - is) > 1e-5)
                fail_msg("%g: %g, not %g", (double)x[i], (double)q[i], is);
        }
        assert_true((r.zero > 0) == (negative > 0));
        x[0] = -1;
        rules.inputs(rules.context, 0, x, q, 64);
    }
    array_rules_end(&a);
}

/* By hand: code 5 = levels 1, 1 of 2-bit cells. */
static void spread_is_that_of_the_slices(void **state) {
    (void)state;
    array_rule r = {.weight_bits = 5, .cell_bits = 2, .differential = true, .value_sd = 0.1};
    assert_true(fabs(array_rule_sd(&r, 5) - 0.1 * sqrt(1 + 16)) < 1e-12);
    assert_true(fabs(array_rule_sd(&r, -5) - array_rule_sd(&r, 5)) < 1e-12);
    assert_true(array_rule_sd(&r, 0) == 0);
    r.off_level = 0.5; /* both parts, both slices */
    assert_true(fabs(array_rule_sd(&r, 0) - 0.1 * sqrt(2 * (0.25 + 16 * 0.25))) < 1e-12);
    r.off_level = 0;
    r.value_sd = 0;
    r.range_sd = 0.1;
    assert_true(fabs(array_rule_sd(&r, 0) - 0.1 * 3 * sqrt(2 * (1 + 16))) < 1e-12);
    r.value_sd = 0.2; /* beside it, of the two levels that are not 0 */
    assert_true(fabs(array_rule_sd(&r, 5) - sqrt(0.09 * 2 * (1 + 16) + 0.04 * (1 + 16))) < 1e-12);
    /* offset: code 8 for a zero */
    r = (array_rule){.weight_bits = 4, .cell_bits = 4, .value_sd = 0.1};
    assert_true(fabs(array_rule_sd(&r, 0) - 0.8) < 1e-12);
    assert_true(fabs(array_rule_sd(&r, -7) - 0.1) < 1e-12);
}

static void noise_has_the_designed_moments(void **state) {
    (void)state;
    enum { STEPS = 400 };
    const cim_nonideality is = {.weight_mapping = CIM_MAPPING_DIFFERENTIAL, .cell_bits = 1,
                                .device_spread = CIM_SPREAD_OF_VALUE, .device_spread_sd = 0.2};
    const cim_nonideality_table table = {.rows = &is, .n = 1, .row_size = sizeof is};
    static double clean[OUT * ROW], noisy[OUT * ROW], again[OUT * ROW];
    bench b;
    array_rules a;
    double sum = 0, squares = 0, wanted = 0;
    begin(&b);
    assert_true(array_rules_begin(&a, &b.n, table, true, 9));
    codes(&b, &a, false, clean); /* a test sees the codes */
    for (a.step = 0; a.step < STEPS; a.step++) {
        codes(&b, &a, true, noisy);
        for (int i = 0; i < OUT * ROW; i++) {
            const double sd = array_rule_sd(&a.rows[0], (int32_t)rint(clean[i]));
            sum += noisy[i] - clean[i];
            squares += (noisy[i] - clean[i]) * (noisy[i] - clean[i]);
            wanted += sd * sd;
        }
    }
    const double n = (double)STEPS * OUT * ROW;
    if (fabs(squares / wanted - 1) > 0.02) fail_msg("variance %g, not %g", squares / n, wanted / n);
    assert_true(fabs(sum / n) < 5 * sqrt(wanted / n / n));
    a.step = 7; /* a step has its own noise, always the same */
    codes(&b, &a, true, noisy);
    codes(&b, &a, true, again);
    assert_memory_equal(noisy, again, sizeof noisy);
    a.step = 8;
    codes(&b, &a, true, again);
    assert_memory_not_equal(noisy, again, sizeof noisy);
    array_rules_end(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_become_codes_of_their_channel),
                                       cmocka_unit_test(inputs_become_codes),
                                       cmocka_unit_test(spread_is_that_of_the_slices),
                                       cmocka_unit_test(noise_has_the_designed_moments)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
