/* The network builder: every refusal, and its memory. */
#include "network_bench.h"

/* ---- errors ---------------------------------------------------------------------------------- */

/* Layers with weights that cannot stand behind layer 0 of 6 x 8 x 9. */
static const struct {
    int linear;
    cim_weight_layer w; /* of 4 channels and 8 bits where it says nothing */
    const char *message;
} wrong_weights[] = {
    {0, {.name = "bad", .slot = 0}, "layer bad: slot 0 is taken"},
    {0, {.name = "bad", .slot = CIM_MAX_LAYERS}, "layer bad: slot 65536: it must be below 65536"},
    {0, {.name = "bad", .kernel = 9}, "layer bad: a 9 x 9 kernel does not fit its 8 x 9 input"},
    {0, {.name = "bad", .groups = 4}, "layer bad: 6 -> 4 channels cannot be split into 4 groups"},
    {0, {.name = "bad", .groups = 3}, "layer bad: 6 -> 4 channels cannot be split into 3 groups"},
    {0, {.name = "bad", .weight_bits = 33}, "layer bad: weight_bits = 33: must be 1..32"},
    {0, {.name = "bad", .input_bits = 40}, "layer bad: input_bits = 40: must be 1..32"},
    {0, {.name = "bad", .flatten = 1}, "layer bad: only a linear layer"},
    {0, {.name = ""}, "layer 1 has no name"},
    {1, {.name = "bad", .kernel = 3}, "layer bad: kernel, stride, dilation and padding"},
    {1, {.name = "bad", .padding = 1}, "layer bad: kernel, stride, dilation and padding"},
    {1, {.name = "bad", .groups = 5}, "layer bad: 6 -> 4 channels cannot be split into 5 groups"},
};
#define N_WRONG_WEIGHTS (sizeof wrong_weights / sizeof wrong_weights[0])

static void assert_refused(bench *t, const char *message) {
    cim_build_max_pool(t->b, 77, "later", 77, 0, 0, 0); /* the first mistake is the one told */
    assert_int_equal(cim_build_shape(t->b, 0).channels, 0);
    assert_int_equal(cim_build_end(t->b, 0, &t->n), CIM_E_CONFIG);
    if (!strstr(t->fake.message, message)) fail_msg("%s / %s", t->fake.message, message);
    assert_non_null(strstr(t->fake.message, "network net"));
}

static void begin_with_one(bench *t) {
    begin(t, 3, 8, 9);
    conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.out_channels = 6});
}

static void wrong_layers_with_weights_are_refused(void **state) {
    bench *t = *state;
    for (size_t i = 0; i < N_WRONG_WEIGHTS; ++i) {
        cim_weight_layer w = wrong_weights[i].w;
        w.out_channels = 4;
        if (i) w.slot = w.slot ? w.slot : 1;
        if (!w.weight_bits) w.weight_bits = 8;
        if (!w.input_bits) w.input_bits = 8;
        begin_with_one(t);
        if (wrong_weights[i].linear) cim_build_linear(t->b, 0, &w);
        else cim_build_conv(t->b, 0, &w);
        assert_refused(t, wrong_weights[i].message);
    }
}

static void weights_need_bits_and_channels(void **state) {
    bench *t = *state;
    begin_with_one(t);
    cim_build_conv(t->b, 0, &(cim_weight_layer){.name = "bad", .slot = 1, .weight_bits = 8,
                                                .input_bits = 8});
    assert_refused(t, "layer bad: it has no output channels");
    begin_with_one(t);
    cim_build_conv(t->b, 0, &(cim_weight_layer){.name = "bad", .slot = 1, .out_channels = 4,
                                                .input_bits = 8});
    assert_refused(t, "layer bad: weight_bits = 0: must be 1..32");
    begin_with_one(t);
    cim_build_linear(t->b, 0, &(cim_weight_layer){.name = "bad", .slot = 1, .out_channels = 4,
                                                  .weight_bits = 8});
    assert_refused(t, "layer bad: input_bits = 0: must be 1..32");
    begin_with_one(t);
    cim_build_depthwise(t->b, 0, &(cim_weight_layer){.name = "bad", .slot = 1, .groups = 2});
    assert_refused(t, "layer bad: groups = 2: a depthwise layer has one a channel, 6");
}

/* Mistakes that take two layers to make. */
static const char *spoil_with_two(cim_builder *b, int wrong) {
    cim_weight_layer w = {.name = "w", .slot = 1, .out_channels = 3000000000u, .weight_bits = 8,
                          .input_bits = 8};
    uint32_t x;
    switch (wrong) {
    case 8:
        cim_build_concat(b, (uint32_t[]){0, cim_build_global_pool(b, 0, "p", 1)}, 2, "bad", 2);
        return "bad: its inputs of 6 x 8 x 9 and 6 x 1 x 1 do not agree";
    case 9:
        cim_build_scope(b, "block2");
        return cim_build_global_pool(b, 9, "bad", 1), "layer block2.bad: its input 9 is not among";
    case 10:
        w.out_channels = 6;
        w.kernel_width = 2;
        cim_build_concat(b, (uint32_t[]){0, cim_build_conv(b, 0, &w)}, 2, "bad", 2);
        return "bad: its inputs of 6 x 8 x 9 and 6 x 8 x 8 do not agree";
    case 11:
        x = cim_build_conv(b, 0, &w);
        return cim_build_concat(b, (uint32_t[]){x, x}, 2, "bad", 2), "bad: too many channels";
    case 12:
        x = cim_build_conv(b, 0, &w);
        w = (cim_weight_layer){.name = "bad", .slot = 2, .out_channels = 1, .flatten = 1,
                               .weight_bits = 8, .input_bits = 8};
        return cim_build_linear(b, x, &w), "bad: its input has more than 4294967295 values";
    default: return NULL;
    }
}

/* Appends something else that cannot be; returns the message it must give. */
static const char *spoil(cim_builder *b, int wrong) {
    const uint32_t from[] = {0, CIM_FROM_INPUT};
    switch (wrong) {
    case 0: return cim_build_max_pool(b, 1, "bad", 1, 2, 2, 0), "bad: its input 1 is not among";
    case 1: return cim_build_average_pool(b, 0, "bad", 1, 10, 1, 0), "bad: a 10 x 10 kernel";
    case 2: return cim_build_add(b, from, 2, "bad", 1, 0), "bad: its inputs of 6 x 8 x 9 and 3 x";
    case 3: return cim_build_add(b, from, 0, "bad", 1, 0), "bad: it has no input";
    case 4: return cim_build_multiply(b, 0, CIM_FROM_INPUT, "bad", 1), "bad: its inputs of 6 x";
    case 5: return cim_build_activation(b, 0, "bad", 1, CIM_ACT_NONE), "bad: it has no activation";
    case 6: return cim_build_element(b, 0, 2, 0), "net: index set 2: it has only 2";
    case 7: return cim_build_element(b, 0, BLOCK, 2), "block has no element 2: its size is 2";
    default: return spoil_with_two(b, wrong);
    }
}

static void wrong_layers_without_weights_are_refused(void **state) {
    bench *t = *state;
    int wrong = 0;
    for (;; ++wrong) {
        begin_with_one(t);
        const char *message = spoil(t->b, wrong);
        if (!message) break;
        assert_refused(t, message);
    }
    assert_int_equal(wrong, 13);
    end(t); /* after all that, the builder still builds */
    assert_output(layer(t, 0), 6, 8, 9);
    assert_padding(layer(t, 0), 0, 0, 0, 0);
}

static void a_network_is_more_than_its_head(void **state) {
    bench *t = *state;
    assert_int_equal(cim_build_end(t->b, 0, &t->n), CIM_E_ARGUMENT);
    assert_non_null(strstr(t->fake.message, "cim_build_begin"));
    begin(t, 3, 8, 9);
    assert_int_equal(cim_build_end(t->b, 0, &t->n), CIM_E_CONFIG);
    assert_non_null(strstr(t->fake.message, "no layers"));
    begin(t, 3, 0, 9);
    assert_int_equal(cim_build_end(t->b, 0, &t->n), CIM_E_CONFIG);
    assert_non_null(strstr(t->fake.message, "3 x 0 x 9"));
    begin(t, 3, 8, 9);
    cim_build_global_pool(t->b, CIM_FROM_INPUT, "pool", 0);
    assert_int_equal(cim_build_end(t->b, 0, &t->n), CIM_E_CONFIG);
    assert_non_null(strstr(t->fake.message, "layer pool: its output has 0 bits"));
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* A chain longer than any block at its start, so that every block moves while it is built. */
static cim_status build_chain(bench *t, uint32_t n) {
    begin(t, 4, 8, 8);
    uint32_t x = CIM_FROM_INPUT;
    for (uint32_t i = 0; i < n; ++i) {
        x = conv(t, x, n - 1 - i, (cim_weight_layer){.kernel = 1});
        cim_build_element(t->b, x, BLOCK, i % 2);
    }
    return cim_build_end(t->b, 0, &t->n);
}

static void blocks_move_and_then_stay(void **state) {
    bench *t = *state;
    assert_int_equal(build_chain(t, 500), CIM_OK);
    for (uint32_t i = 0; i < 500; ++i) {
        char name[16];
        snprintf(name, sizeof name, "l%u", 499 - i);
        assert_string_equal(layer(t, i)->name, name);
        assert_int_equal(layer(t, i)->inputs[0], i ? i - 1 : CIM_FROM_INPUT);
        assert_int_equal(layer(t, i)->elements[BLOCK], i % 2);
        assert_int_equal(layer(t, i)->elements[WEIGHT_LAYER], -1);
    }
    const int allocations = t->fake.allocations;
    for (uint32_t n = 500; n > 0; n -= 100) assert_int_equal(build_chain(t, n), CIM_OK);
    assert_int_equal(t->n->layers.n, 100);
    assert_int_equal(t->fake.allocations, allocations);
}

static void running_out_of_memory_is_an_error_like_any_other(void **state) {
    bench *t = *state;
    int failures = 0;
    cim_builder_free(t->b);
    for (;; ++failures) {
        fake_host_start(&t->fake); /* tear_down() checks that the last builder gives all back */
        t->fake.fail_at = failures;
        const cim_status status = cim_builder_new(&t->fake.host, &t->b);
        if (status == CIM_OK && build_chain(t, 200) == CIM_OK) break;
        assert_non_null(strstr(t->fake.message, "out of memory"));
        if (status == CIM_OK) {
            assert_int_equal(build_chain(t, 200), CIM_OK); /* there is memory again */
            cim_builder_free(t->b);
        }
        assert_int_equal(t->fake.live, 0);
    }
    assert_true(failures > 7);
    assert_int_equal(t->n->layers.n, 200);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(wrong_layers_with_weights_are_refused),
        TEST(weights_need_bits_and_channels),
        TEST(wrong_layers_without_weights_are_refused),
        TEST(a_network_is_more_than_its_head),
        TEST(blocks_move_and_then_stay),
        TEST(running_out_of_memory_is_an_error_like_any_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
