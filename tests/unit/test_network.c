/* The network builder: shapes, bits, names and places, worked out by hand. */
#include "network_bench.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

static void a_residual_stem_has_the_published_shapes(void **state) {
    bench *t = *state; /* ResNet-50's: 7 x 7 / 2 then max pool 3 x 3 / 2 */
    begin(t, 3, 224, 224);
    uint32_t x = conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.out_channels = 64, .kernel = 7,
                                                               .stride = 2, .padding = 3});
    x = cim_build_max_pool(t->b, x, "pool", 1, 3, 2, 1);
    end(t);
    assert_output(layer(t, 0), 64, 112, 112);
    assert_padding(layer(t, 0), 3, 3, 3, 3);
    assert_int_equal(cim_layer_weights(layer(t, 0)), 9408);
    assert_int_equal(cim_layer_macs(layer(t, 0)), 118013952);
    assert_output(layer(t, x), 64, 56, 56);
    assert_int_equal(layer(t, x)->op, CIM_OP_MAX_POOL);
    assert_int_equal(layer(t, x)->inputs[0], 0);
    assert_int_equal(cim_layer_weights(layer(t, x)), 0);
}

static void windows_follow_stride_dilation_and_padding(void **state) {
    bench *t = *state;
    begin(t, 1, 10, 21);
    conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.kernel = 1, .kernel_width = 7});
    conv(t, CIM_FROM_INPUT, 1, (cim_weight_layer){.kernel = 3, .dilation = 4});
    conv(t, CIM_FROM_INPUT, 2, (cim_weight_layer){.kernel = 3, .stride = 2, .stride_width = 5});
    conv(t, CIM_FROM_INPUT, 3, (cim_weight_layer){.kernel = 2, .sides = (uint32_t[]){0, 1, 2, 3}});
    conv(t, CIM_FROM_INPUT, 4, (cim_weight_layer){.kernel = 10, .kernel_width = 21});
    end(t);
    assert_output(layer(t, 0), 4, 10, 15);
    assert_output(layer(t, 1), 4, 2, 13);
    assert_int_equal(layer(t, 1)->dilation_width, 4);
    assert_output(layer(t, 2), 4, 4, 4);
    assert_int_equal(layer(t, 2)->stride_height, 2);
    assert_int_equal(layer(t, 2)->stride_width, 5);
    assert_output(layer(t, 3), 4, 10, 25);
    assert_padding(layer(t, 3), 0, 1, 2, 3);
    assert_output(layer(t, 4), 4, 1, 1);
    assert_int_equal(layer(t, 4)->kernel_height, 10);
    assert_int_equal(layer(t, 4)->kernel_width, 21);
}

static void same_padding_keeps_every_position(void **state) {
    bench *t = *state;
    begin(t, 1, 224, 5);
    const uint32_t same = CIM_PAD_SAME;
    conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.kernel = 3, .padding = same});
    conv(t, CIM_FROM_INPUT, 1, (cim_weight_layer){.kernel = 3, .stride = 2, .padding = same});
    conv(t, CIM_FROM_INPUT, 2, (cim_weight_layer){.kernel = 1, .stride = 4, .padding = same});
    end(t);
    assert_output(layer(t, 0), 4, 224, 5);
    assert_padding(layer(t, 0), 1, 1, 1, 1);
    assert_output(layer(t, 1), 4, 112, 3);
    assert_padding(layer(t, 1), 0, 1, 1, 1);
    assert_output(layer(t, 2), 4, 56, 2);
    assert_padding(layer(t, 2), 0, 0, 0, 0);
}

static void groups_and_depthwise_divide_the_weights(void **state) {
    bench *t = *state;
    begin(t, 8, 6, 6);
    conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.out_channels = 12, .kernel = 3, .groups = 4});
    cim_weight_layer w = {.name = "dw", .slot = 1, .kernel = 5, .padding = 2, .weight_bits = 4,
                          .input_bits = 6, .activation = CIM_ACT_RELU6};
    cim_build_depthwise(t->b, CIM_FROM_INPUT, &w);
    w = (cim_weight_layer){.name = "twice", .slot = 2, .out_channels = 16, .weight_bits = 4,
                           .input_bits = 6};
    cim_build_depthwise(t->b, CIM_FROM_INPUT, &w);
    end(t);
    assert_int_equal(cim_layer_weights(layer(t, 0)), 12 * 2 * 9);
    assert_int_equal(layer(t, 0)->groups, 4);
    assert_int_equal(layer(t, 1)->groups, 8);
    assert_output(layer(t, 1), 8, 6, 6);
    assert_int_equal(cim_layer_weights(layer(t, 1)), 8 * 25);
    assert_int_equal(layer(t, 1)->weight_bits, 4);
    assert_int_equal(layer(t, 1)->activation, CIM_ACT_RELU6);
    assert_output(layer(t, 2), 16, 6, 6);
    assert_int_equal(cim_layer_weights(layer(t, 2)), 16);
}

static void linear_works_at_each_position_or_on_all(void **state) {
    bench *t = *state;
    begin(t, 16, 3, 5);
    cim_weight_layer w = {.name = "each", .slot = 0, .out_channels = 7, .weight_bits = 8,
                          .input_bits = 8};
    cim_build_linear(t->b, CIM_FROM_INPUT, &w);
    w.name = "all";
    w.slot = 1;
    w.flatten = 1;
    cim_build_linear(t->b, CIM_FROM_INPUT, &w);
    end(t);
    assert_output(layer(t, 0), 7, 3, 5);
    assert_int_equal(cim_layer_weights(layer(t, 0)), 112);
    assert_int_equal(cim_layer_macs(layer(t, 0)), 1680);
    assert_output(layer(t, 1), 7, 1, 1);
    assert_int_equal(layer(t, 1)->in_channels, 240);
    assert_int_equal(layer(t, 1)->in_height, 1);
    assert_int_equal(cim_layer_macs(layer(t, 1)), 1680);
}

/* Squeeze and excitation inside a residual block, then a concatenation. */
static void branches_meet_again(void **state) {
    bench *t = *state;
    begin(t, 16, 7, 9);
    const uint32_t x = conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.out_channels = 16});
    const cim_shape shape = cim_build_shape(t->b, x);
    assert_int_equal(shape.channels * 10000 + shape.height * 100 + shape.width, 160709);
    const uint32_t squeeze = cim_build_global_pool(t->b, x, "squeeze", 1);
    uint32_t gate = conv(t, squeeze, 2, (cim_weight_layer){.out_channels = 16});
    gate = cim_build_activation(t->b, gate, "gate", 3, CIM_ACT_HSIGMOID);
    const uint32_t scaled = cim_build_multiply(t->b, x, gate, "scale", 4);
    const uint32_t sum = cim_build_add(t->b, (uint32_t[]){scaled, CIM_FROM_INPUT, x}, 3, "sum", 5,
                                       CIM_ACT_RELU);
    const uint32_t wide = cim_build_concat(t->b, (uint32_t[]){sum, x}, 2, "wide", 6);
    const uint32_t pooled = cim_build_average_pool(t->b, wide, "pool", 7, 2, 2, 0);
    assert_int_equal(cim_build_count(t->b), 8);
    end(t);
    assert_output(layer(t, squeeze), 16, 1, 1);
    assert_int_equal(layer(t, squeeze)->op, CIM_OP_AVERAGE_POOL);
    assert_int_equal(layer(t, squeeze)->kernel_height, 7);
    assert_int_equal(layer(t, squeeze)->kernel_width, 9);
    assert_int_equal(layer(t, gate)->activation, CIM_ACT_HSIGMOID);
    assert_output(layer(t, scaled), 16, 7, 9);
    assert_int_equal(layer(t, scaled)->inputs[1], gate);
    assert_int_equal(layer(t, sum)->n_inputs, 3);
    assert_int_equal(layer(t, sum)->inputs[1], CIM_FROM_INPUT);
    assert_int_equal(layer(t, sum)->activation, CIM_ACT_RELU);
    assert_output(layer(t, wide), 32, 7, 9);
    assert_output(layer(t, pooled), 32, 3, 4);
}

/* "same" never adds as much as a kernel, whatever the stride. */
static void windows_of_pools_see_their_input(void **state) {
    bench *t = *state;
    for (uint32_t kernel = 1; kernel < 10; ++kernel)
        for (uint32_t stride = 1; stride < 10; ++stride) {
            begin(t, 1, 5, 7);
            cim_build_max_pool(t->b, CIM_FROM_INPUT, "same", 0, kernel, stride, CIM_PAD_SAME);
            cim_build_average_pool(t->b, CIM_FROM_INPUT, "most", 1, kernel, stride, kernel - 1);
            assert_int_equal(cim_build_end(t->b, 8, &t->n), CIM_OK);
            for (uint32_t i = 0; i < 2; ++i) {
                const cim_layer *l = layer(t, i);
                assert_true(l->pad_top < kernel && l->pad_left < kernel);
                assert_true((l->out_height - 1) * stride < 5 + l->pad_top);
                assert_true((l->out_width - 1) * stride < 7 + l->pad_left);
            }
            begin(t, 1, 5, 7);
            cim_build_max_pool(t->b, CIM_FROM_INPUT, "pool", 0, kernel, stride, kernel);
            assert_int_equal(cim_build_end(t->b, 8, &t->n), CIM_E_CONFIG);
            assert_non_null(strstr(t->fake.message, "layer pool: padding = "));
        }
}

/* ---- bits ------------------------------------------------------------------------------------ */

static void outputs_have_the_bits_of_their_most_demanding_reader(void **state) {
    bench *t = *state;
    begin(t, 4, 8, 8);
    const uint32_t a = conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.input_bits = 7});
    const uint32_t pool = cim_build_max_pool(t->b, a, "pool", 1, 2, 2, 0);
    const uint32_t b = conv(t, pool, 2, (cim_weight_layer){.input_bits = 3});
    const uint32_t c = conv(t, pool, 3, (cim_weight_layer){.input_bits = 5});
    const uint32_t sum = cim_build_add(t->b, (uint32_t[]){b, c}, 2, "sum", 4, CIM_ACT_NONE);
    const uint32_t d = conv(t, sum, 5, (cim_weight_layer){.input_bits = 6, .weight_bits = 2});
    end(t);
    assert_int_equal(t->n->input_bits, 7);
    assert_int_equal(layer(t, a)->output_bits, 5);
    assert_int_equal(layer(t, pool)->input_bits, 5);
    assert_int_equal(layer(t, pool)->output_bits, 5);
    assert_int_equal(layer(t, pool)->weight_bits, 0);
    assert_int_equal(layer(t, b)->input_bits, 3);
    assert_int_equal(layer(t, b)->output_bits, 6);
    assert_int_equal(layer(t, c)->output_bits, 6);
    assert_int_equal(layer(t, sum)->output_bits, 6);
    assert_int_equal(layer(t, d)->weight_bits, 2);
    assert_int_equal(layer(t, d)->output_bits, 6);
}

static void an_end_without_bits_takes_those_of_the_layer_before(void **state) {
    bench *t = *state;
    begin(t, 4, 8, 8);
    const uint32_t a = conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.input_bits = 3});
    const uint32_t b = cim_build_max_pool(t->b, a, "pool", 1, 2, 2, 0);
    cim_build_global_pool(t->b, b, "last", 2);
    end(t);
    for (uint32_t i = 0; i < 3; ++i) {
        assert_int_equal(layer(t, i)->input_bits, 3);
        assert_int_equal(layer(t, i)->output_bits, 3);
    }
}

static void the_ends_of_a_network_can_state_their_bits(void **state) {
    bench *t = *state;
    cim_network head = head_of(4, 8, 8);
    head.input_bits = 12;
    cim_build_begin(t->b, &head);
    const uint32_t a = conv(t, CIM_FROM_INPUT, 0, (cim_weight_layer){.input_bits = 6});
    cim_build_global_pool(t->b, a, "pool", 1);
    assert_int_equal(cim_build_end(t->b, 10, &t->n), CIM_OK);
    assert_int_equal(t->n->input_bits, 12);
    assert_int_equal(layer(t, 0)->input_bits, 6);
    assert_int_equal(layer(t, 0)->output_bits, 10);
    assert_int_equal(layer(t, 1)->output_bits, 10);
}

/* ---- names and places ------------------------------------------------------------------------ */

static void names_statistics_and_elements_are_kept(void **state) {
    bench *t = *state;
    begin(t, 4, 8, 8);
    char name[] = "expand", tensor[] = "w.1";
    cim_layer_statistics statistics = {0.25, 0.5, 0, 0.125};
    conv(t, CIM_FROM_INPUT, 9, (cim_weight_layer){.kernel = 1});
    cim_build_scope(t->b, "block1");
    cim_build_conv(t->b, 0, &(cim_weight_layer){.name = name, .slot = 4, .out_channels = 4,
                                                .weight_bits = 8, .input_bits = 8,
                                                .tensor = tensor, .statistics = &statistics});
    cim_build_element(t->b, 1, WEIGHT_LAYER, 3);
    cim_build_max_pool(t->b, 1, "pool", 5, 2, 2, 0);
    cim_build_element(t->b, 1, BLOCK, 1);
    cim_build_scope(t->b, NULL);
    cim_build_global_pool(t->b, 2, "last", 6);
    memset(name, 'x', 3);
    memset(tensor, 'x', 3);
    statistics.input_bit_density = 1;
    end(t);
    assert_string_equal(t->n->name, "net");
    assert_string_equal(layer(t, 1)->name, "block1.expand");
    assert_string_equal(layer(t, 2)->name, "block1.pool");
    assert_string_equal(layer(t, 3)->name, "last");
    assert_string_equal(layer(t, 1)->tensor, "w.1");
    assert_true(layer(t, 1)->statistics->input_bit_density == 0.25);
    assert_null(layer(t, 2)->tensor);
    assert_null(layer(t, 2)->statistics);
    const int32_t expected[4][2] = {{-1, -1}, {3, 1}, {-1, 1}, {-1, -1}};
    for (uint32_t i = 0; i < 4; ++i)
        assert_memory_equal(layer(t, i)->elements, expected[i], sizeof expected[i]);
    assert_int_equal(layer(t, 0)->slot, 9);
    assert_int_equal(layer(t, 1)->slot, 4);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_residual_stem_has_the_published_shapes),
        TEST(windows_follow_stride_dilation_and_padding),
        TEST(same_padding_keeps_every_position),
        TEST(groups_and_depthwise_divide_the_weights),
        TEST(linear_works_at_each_position_or_on_all),
        TEST(branches_meet_again),
        TEST(windows_of_pools_see_their_input),
        TEST(outputs_have_the_bits_of_their_most_demanding_reader),
        TEST(an_end_without_bits_takes_those_of_the_layer_before),
        TEST(the_ends_of_a_network_can_state_their_bits),
        TEST(names_statistics_and_elements_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
