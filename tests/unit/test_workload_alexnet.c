/* workload.alexnet against torchvision's AlexNet: 61,090,496 weights and 714,188,480 MACs, which
 * CiMLoop's workload files state as well. */
#include "fake_host.h"
#include <cim/workload.h>

#define PLUGIN BINARY_DIR "/plugins/workload.alexnet.so"
#define WEIGHT_LAYERS 8u
#define LAYERS 11u

static const struct expected {
    const char *name, *tensor;
    uint32_t op, slot;
    int32_t element;
    uint32_t window[3]; /* kernel, stride, padding */
    uint32_t in[3], out[3]; /* channels, height, width */
    uint64_t weights, macs;
} expected[LAYERS] = {
    {"conv1", "features.0.weight", CIM_OP_CONV, 0, 0, {11, 4, 2}, {3, 224, 224}, {64, 55, 55},
     23232, 70276800},
    {"pool1", NULL, CIM_OP_MAX_POOL, 8, -1, {3, 2, 0}, {64, 55, 55}, {64, 27, 27}, 0, 0},
    {"conv2", "features.3.weight", CIM_OP_CONV, 1, 1, {5, 1, 2}, {64, 27, 27}, {192, 27, 27},
     307200, 223948800},
    {"pool2", NULL, CIM_OP_MAX_POOL, 9, -1, {3, 2, 0}, {192, 27, 27}, {192, 13, 13}, 0, 0},
    {"conv3", "features.6.weight", CIM_OP_CONV, 2, 2, {3, 1, 1}, {192, 13, 13}, {384, 13, 13},
     663552, 112140288},
    {"conv4", "features.8.weight", CIM_OP_CONV, 3, 3, {3, 1, 1}, {384, 13, 13}, {256, 13, 13},
     884736, 149520384},
    {"conv5", "features.10.weight", CIM_OP_CONV, 4, 4, {3, 1, 1}, {256, 13, 13}, {256, 13, 13},
     589824, 99680256},
    {"pool3", NULL, CIM_OP_MAX_POOL, 10, -1, {3, 2, 0}, {256, 13, 13}, {256, 6, 6}, 0, 0},
    {"fc1", "classifier.1.weight", CIM_OP_LINEAR, 5, 5, {1, 1, 0}, {9216, 1, 1}, {4096, 1, 1},
     37748736, 37748736},
    {"fc2", "classifier.4.weight", CIM_OP_LINEAR, 6, 6, {1, 1, 0}, {4096, 1, 1}, {4096, 1, 1},
     16777216, 16777216},
    {"fc3", "classifier.6.weight", CIM_OP_LINEAR, 7, 7, {1, 1, 0}, {4096, 1, 1}, {1000, 1, 1},
     4096000, 4096000},
};

typedef struct fixture {
    fake_host fake;
    const cim_plugin *plugin;
    const cim_workload_ops *ops;
    void *self;
    double numbers[2 * WEIGHT_LAYERS]; /* weight bits, then input bits */
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    fake_host_start(&f->fake);
    f->plugin = load_plugin(PLUGIN, "workload.alexnet", CIM_WORKLOAD);
    f->ops = f->plugin->ops;
    for (uint32_t i = 0; i < 2 * WEIGHT_LAYERS; ++i) f->numbers[i] = 8;
    return f->ops->create(&f->fake.host, NULL, &f->self) != CIM_OK;
}

static int tear_down(void **state) {
    fixture *f = *state;
    f->ops->destroy(f->self);
    const int lost = f->fake.live;
    free(f);
    return lost;
}

static const cim_network *build(fixture *f) {
    static const uint32_t first[] = {0, WEIGHT_LAYERS, 2 * WEIGHT_LAYERS};
    const cim_values values = {.struct_size = sizeof values, .n_points = 1, .n_params = 2,
                               .n_numbers = 2 * WEIGHT_LAYERS, .first = first,
                               .numbers = f->numbers};
    const cim_network *network = NULL;
    if (f->ops->build(f->self, &values, &network) != CIM_OK) fail_msg("%s", f->fake.message);
    assert_int_equal(network->layers.n, LAYERS);
    return network;
}

static const cim_layer *layer(const cim_network *n, uint32_t i) {
    return CIM_ROW(cim_layer, n->layers, i);
}

static void parameters_are_bits_of_each_weight_layer(void **state) {
    const fixture *f = *state;
    assert_int_equal(f->plugin->is.index_sets.n, 1);
    const cim_index_set *set = CIM_ROW(cim_index_set, f->plugin->is.index_sets, 0);
    assert_string_equal(set->name, "weight_layer");
    assert_int_equal(set->size, WEIGHT_LAYERS);
    for (uint32_t i = 0; i < LAYERS; ++i)
        if (expected[i].element >= 0)
            assert_string_equal(set->element_names[expected[i].element], expected[i].name);
    const char *const keys[] = {"weight_bits", "input_bits"};
    assert_int_equal(f->plugin->is.params.n, 2);
    for (uint32_t i = 0; i < 2; ++i) {
        const cim_param *p = CIM_ROW(cim_param, f->plugin->is.params, i);
        assert_string_equal(p->key, keys[i]);
        assert_string_equal(p->index_set, "weight_layer");
        assert_int_equal(p->type, CIM_INTEGER);
        assert_true(p->min == 1 && p->max == 16 && p->default_value == 8);
    }
}

static void assert_layer(const cim_layer *l, const struct expected *e) {
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
    assert_int_equal(cim_layer_weights(l), e->weights);
    assert_int_equal(cim_layer_macs(l), e->macs);
    const int rectified = e->element >= 0 && e->element + 1 < (int32_t)WEIGHT_LAYERS;
    assert_int_equal(l->activation, rectified ? CIM_ACT_RELU : CIM_ACT_NONE);
}

static void layers_and_totals_are_the_published_ones(void **state) {
    const cim_network *n = build(*state);
    uint64_t weights = 0, macs = 0;
    for (uint32_t i = 0; i < LAYERS; ++i) {
        assert_layer(layer(n, i), &expected[i]);
        weights += cim_layer_weights(layer(n, i));
        macs += cim_layer_macs(layer(n, i));
    }
    assert_int_equal(weights, 61090496);
    assert_int_equal(macs, 714188480);
    assert_int_equal(n->stated_weights, weights);
    assert_int_equal(n->stated_macs, macs);
    assert_string_equal(n->name, "alexnet");
    assert_string_equal(n->dataset, "imagenet");
}

static void shapes_agree_along_a_chain(void **state) {
    const cim_network *n = build(*state);
    assert_int_equal(n->in_channels * n->in_height * n->in_width, 3 * 224 * 224);
    for (uint32_t i = 0; i < LAYERS; ++i) {
        const cim_layer *l = layer(n, i);
        assert_int_equal(l->n_inputs, 1);
        assert_int_equal(l->inputs[0], i ? i - 1 : CIM_FROM_INPUT);
        if (!i) continue;
        const cim_layer *before = layer(n, i - 1);
        assert_int_equal(l->in_channels * l->in_height * l->in_width,
                         before->out_channels * before->out_height * before->out_width);
        if (l->op != CIM_OP_LINEAR) assert_int_equal(l->in_channels, before->out_channels);
    }
}

static void bits_reach_their_layers(void **state) {
    fixture *f = *state;
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i) {
        f->numbers[i] = 1 + i;
        f->numbers[WEIGHT_LAYERS + i] = 16 - i;
    }
    const cim_network *n = build(f);
    assert_int_equal(n->input_bits, 16);
    for (uint32_t i = 0; i < LAYERS; ++i) {
        const cim_layer *l = layer(n, i);
        assert_int_equal(l->weight_bits, 1 + expected[i].element);
        if (expected[i].element >= 0)
            assert_int_equal(l->input_bits, 16 - expected[i].element);
        assert_int_equal(l->output_bits,
                         i + 1 < LAYERS ? layer(n, i + 1)->input_bits : l->input_bits);
    }
}

static void building_again_allocates_nothing_and_changes_nothing(void **state) {
    fixture *f = *state;
    (void)build(f);
    const int allocations = f->fake.allocations;
    for (uint32_t round = 0; round < 50; ++round) {
        f->numbers[round % 16] = 1 + round % 16;
        const cim_network *n = build(f);
        for (uint32_t i = 0; i < LAYERS; ++i) assert_layer(layer(n, i), &expected[i]);
    }
    assert_int_equal(f->fake.allocations, allocations);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(parameters_are_bits_of_each_weight_layer),
        TEST(layers_and_totals_are_the_published_ones),
        TEST(shapes_agree_along_a_chain),
        TEST(bits_reach_their_layers),
        TEST(building_again_allocates_nothing_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
