/* workload.vgg8 against its published table: layers and totals as DNN+NeuroSim states them
 * (its test record V1.4: 1.23184e9 operations = 2 x 615,917,568 MACs). */
#include "fake_host.h"
#include <cim/workload.h>

#define PLUGIN BINARY_DIR "/plugins/workload.vgg8.so"
#define WEIGHT_LAYERS 8u
#define LAYERS 11u

static const struct expected {
    const char *name;
    uint32_t op, slot;
    int32_t element;
    uint32_t in[3], out[3]; /* channels, height, width */
    uint64_t weights, macs;
} expected[LAYERS] = {
    {"conv1", CIM_OP_CONV, 0, 0, {3, 32, 32}, {128, 32, 32}, 3456, 3538944},
    {"conv2", CIM_OP_CONV, 1, 1, {128, 32, 32}, {128, 32, 32}, 147456, 150994944},
    {"pool1", CIM_OP_MAX_POOL, 8, -1, {128, 32, 32}, {128, 16, 16}, 0, 0},
    {"conv3", CIM_OP_CONV, 2, 2, {128, 16, 16}, {256, 16, 16}, 294912, 75497472},
    {"conv4", CIM_OP_CONV, 3, 3, {256, 16, 16}, {256, 16, 16}, 589824, 150994944},
    {"pool2", CIM_OP_MAX_POOL, 9, -1, {256, 16, 16}, {256, 8, 8}, 0, 0},
    {"conv5", CIM_OP_CONV, 4, 4, {256, 8, 8}, {512, 8, 8}, 1179648, 75497472},
    {"conv6", CIM_OP_CONV, 5, 5, {512, 8, 8}, {512, 8, 8}, 2359296, 150994944},
    {"pool3", CIM_OP_MAX_POOL, 10, -1, {512, 8, 8}, {512, 4, 4}, 0, 0},
    {"fc1", CIM_OP_LINEAR, 6, 6, {8192, 1, 1}, {1024, 1, 1}, 8388608, 8388608},
    {"fc2", CIM_OP_LINEAR, 7, 7, {1024, 1, 1}, {10, 1, 1}, 10240, 10240},
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
    f->plugin = load_plugin(PLUGIN, "workload.vgg8", CIM_WORKLOAD);
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
    assert_string_equal(l->name, e->name);
    assert_int_equal(l->op, e->op);
    assert_int_equal(l->slot, e->slot);
    assert_int_equal(l->elements[0], e->element);
    assert_memory_equal(in, e->in, sizeof in);
    assert_memory_equal(out, e->out, sizeof out);
    assert_int_equal(cim_layer_weights(l), e->weights);
    assert_int_equal(cim_layer_macs(l), e->macs);
    const uint32_t kernel = l->op == CIM_OP_CONV ? 3 : l->op == CIM_OP_MAX_POOL ? 2 : 1;
    assert_int_equal(l->kernel_height, kernel);
    assert_int_equal(l->kernel_width, kernel);
    assert_int_equal(l->stride_width, l->op == CIM_OP_MAX_POOL ? 2 : 1);
    assert_int_equal(l->pad_bottom, l->op == CIM_OP_CONV ? 1 : 0);
    assert_int_equal(l->groups, 1);
    assert_int_equal(l->runtime_operand, 0);
    const int rectified = e->weights && strcmp(e->name, "fc2") != 0;
    assert_int_equal(l->activation, rectified ? CIM_ACT_RELU : CIM_ACT_NONE);
}

static void layers_and_totals_are_the_published_ones(void **state) {
    const cim_network *n = build(*state);
    uint64_t weights = 0, macs = 0;
    for (uint32_t i = 0; i < LAYERS; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        assert_layer(l, &expected[i]);
        weights += cim_layer_weights(l);
        macs += cim_layer_macs(l);
    }
    assert_int_equal(weights, 12973440);
    assert_int_equal(macs, 615917568);
    assert_int_equal(n->stated_weights, weights);
    assert_int_equal(n->stated_macs, macs);
    assert_string_equal(n->name, "vgg8");
    assert_string_equal(n->dataset, "cifar10");
    assert_int_equal(n->index_sets.n, 1);
    assert_int_equal(n->in_channels * 10000 + n->in_height * 100 + n->in_width, 33232);
}

static void shapes_agree_along_a_chain(void **state) {
    const cim_network *n = build(*state);
    for (uint32_t i = 0; i < LAYERS; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        assert_int_equal(l->n_inputs, 1);
        assert_int_equal(l->inputs[0], i ? i - 1 : CIM_FROM_INPUT);
        if (!i) continue;
        const cim_layer *before = CIM_ROW(cim_layer, n->layers, i - 1);
        assert_int_equal(l->in_channels * l->in_height * l->in_width,
                         before->out_channels * before->out_height * before->out_width);
        if (l->op == CIM_OP_CONV) assert_int_equal(l->in_channels, before->out_channels);
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
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        if (expected[i].element < 0) {
            assert_int_equal(l->weight_bits, 0);
        } else {
            assert_int_equal(l->weight_bits, 1 + expected[i].element);
            assert_int_equal(l->input_bits, 16 - expected[i].element);
        }
        if (i + 1 < LAYERS)
            assert_int_equal(l->output_bits, CIM_ROW(cim_layer, n->layers, i + 1)->input_bits);
        else
            assert_int_equal(l->output_bits, l->input_bits);
    }
    /* conv2's output goes through pool1 to conv3 */
    assert_int_equal(CIM_ROW(cim_layer, n->layers, 1)->output_bits, 14);
    assert_int_equal(CIM_ROW(cim_layer, n->layers, 2)->input_bits, 14);
}

static void building_again_allocates_nothing_and_changes_nothing(void **state) {
    fixture *f = *state;
    (void)build(f);
    const int allocations = f->fake.allocations;
    for (uint32_t round = 0; round < 50; ++round) {
        f->numbers[round % 16] = 1 + round % 16;
        const cim_network *n = build(f);
        for (uint32_t i = 0; i < LAYERS; ++i)
            assert_layer(CIM_ROW(cim_layer, n->layers, i), &expected[i]);
    }
    assert_int_equal(f->fake.allocations, allocations);
}

static void two_instances_do_not_meet(void **state) {
    fixture *f = *state;
    fixture other = *f;
    assert_int_equal(f->ops->create(&f->fake.host, NULL, &other.self), CIM_OK);
    const cim_network *n = build(f);
    for (uint32_t i = 0; i < 2 * WEIGHT_LAYERS; ++i) other.numbers[i] = 3;
    const cim_network *m = build(&other);
    assert_int_equal(CIM_ROW(cim_layer, n->layers, 0)->weight_bits, 8);
    assert_int_equal(CIM_ROW(cim_layer, m->layers, 0)->weight_bits, 3);
    f->ops->destroy(other.self);
    assert_int_equal(build(f)->input_bits, 8);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(parameters_are_bits_of_each_weight_layer),
        TEST(layers_and_totals_are_the_published_ones),
        TEST(shapes_agree_along_a_chain),
        TEST(bits_reach_their_layers),
        TEST(building_again_allocates_nothing_and_changes_nothing),
        TEST(two_instances_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
