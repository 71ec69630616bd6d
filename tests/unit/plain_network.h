/* Tests of a workload that is a plain list of layers (cim_sdk/plain.h) against its published table.
 * The file that includes it defines WORKLOAD, holds the table and calls test_plain_network(). */
#ifndef PLAIN_NETWORK_H
#define PLAIN_NETWORK_H

#include "workload_fixture.h"

typedef struct plain_layer {
    const char *name, *tensor;
    uint32_t op, slot;
    int32_t element;
    uint32_t window[3];              /* kernel, stride, padding           */
    uint32_t in[3], out[3];          /* channels, height, width           */
    uint64_t weights, macs;
} plain_layer;

typedef struct plain_network {
    const char *dataset;
    uint32_t n, weight_layers;
    const plain_layer *layers;
    uint64_t weights, macs;          /* published                         */
} plain_network;

static const plain_network *expected;

static inline void assert_layer(const cim_layer *l, const plain_layer *e) {
    const uint32_t in[] = {l->in_channels, l->in_height, l->in_width};
    const uint32_t out[] = {l->out_channels, l->out_height, l->out_width};
    const uint32_t rows[] = {l->kernel_height, l->stride_height, l->pad_top};
    const uint32_t columns[] = {l->kernel_width, l->stride_width, l->pad_right};
    assert_string_equal(l->name, e->name);
    if (e->tensor) assert_string_equal(l->tensor, e->tensor);
    else assert_null(l->tensor);
    assert_int_equal(l->op, e->op);
    assert_int_equal(l->slot, e->slot);
    assert_int_equal(l->elements[0], e->element);
    assert_memory_equal(in, e->in, sizeof in);
    assert_memory_equal(out, e->out, sizeof out);
    assert_memory_equal(rows, e->window, sizeof rows);
    assert_memory_equal(columns, e->window, sizeof columns);
    assert_int_equal(l->groups, 1);
    assert_int_equal(l->runtime_operand, 0);
    assert_int_equal(cim_layer_weights(l), e->weights);
    assert_int_equal(cim_layer_macs(l), e->macs);
    const int rectified = e->element >= 0 && e->element + 1 < (int32_t)expected->weight_layers;
    assert_int_equal(l->activation, rectified ? CIM_ACT_RELU : CIM_ACT_NONE);
}

static inline void assert_layers(const cim_network *n) {
    assert_int_equal(n->layers.n, expected->n);
    for (uint32_t i = 0; i < expected->n; ++i) assert_layer(layer(n, i), &expected->layers[i]);
}

static void parameters_are_bits_of_each_weight_layer(void **state) {
    fixture *f = *state;
    assert_int_equal(f->n_params, 2);
    assert_int_equal(f->is.index_sets.n, 1);
    assert_weight_layers(f, expected->weight_layers);
}

static void layers_and_totals_are_the_published_ones(void **state) {
    const cim_network *n = build(*state);
    const uint32_t in[] = {n->in_channels, n->in_height, n->in_width};
    assert_layers(n);
    assert_totals(n, expected->weights, expected->macs);
    assert_int_equal(n->stated_weights, expected->weights);
    assert_int_equal(n->stated_macs, expected->macs);
    assert_string_equal(n->name, WORKLOAD);
    assert_string_equal(n->dataset, expected->dataset);
    assert_int_equal(n->index_sets.n, 1);
    assert_memory_equal(in, expected->layers[0].in, sizeof in);
}

static void shapes_agree_along_a_chain(void **state) {
    const cim_network *n = build(*state);
    assert_int_equal(assert_edges(n), expected->n);
    for (uint32_t i = 1; i < n->layers.n; ++i) assert_int_equal(layer(n, i)->inputs[0], i - 1);
}

static void bits_reach_their_layers(void **state) {
    assert_bits_reach_their_layers(*state);
    const cim_network *n = build(*state);
    for (uint32_t i = 0; i + 1 < n->layers.n; ++i) /* through the pools as well */
        assert_int_equal(layer(n, i)->output_bits, layer(n, i + 1)->input_bits);
    const cim_layer *last = layer(n, n->layers.n - 1);
    assert_int_equal(last->output_bits, last->input_bits);
}

static void building_again_allocates_nothing_and_changes_nothing(void **state) {
    fixture *f = *state;
    (void)build(f);
    const int allocations = f->fake.allocations;
    for (uint32_t round = 0; round < 50; ++round) {
        f->numbers[round % f->first[2]] = 1 + round % 16;
        assert_layers(build(f));
    }
    assert_int_equal(f->fake.allocations, allocations);
}

static void two_instances_do_not_meet(void **state) {
    fixture *f = *state;
    fixture other = {.plugin = f->plugin, .ops = f->ops};
    fake_host_start(&other.fake);
    open_instance(&other, 0, NULL);
    const cim_network *n = build(f);
    set_all(&other, "weight_bits", 3);
    assert_int_equal(layer(build(&other), 0)->weight_bits, 3);
    assert_int_equal(layer(n, 0)->weight_bits, 8);
    other.ops->destroy(other.self);
    assert_int_equal(other.fake.live, 0);
    assert_layers(build(f));
}

static void running_out_of_memory_leaves_nothing_behind(void **state) {
    assert_clean_without_memory(*state, 0, NULL, 1);
}

static inline int test_plain_network(const plain_network *network) {
    const struct CMUnitTest tests[] = {
        TEST(parameters_are_bits_of_each_weight_layer),
        TEST(layers_and_totals_are_the_published_ones),
        TEST(shapes_agree_along_a_chain),
        TEST(bits_reach_their_layers),
        TEST(building_again_allocates_nothing_and_changes_nothing),
        TEST(two_instances_do_not_meet),
        TEST(running_out_of_memory_leaves_nothing_behind),
    };
    expected = network;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
