/* workload.resnet18 against torchvision's ResNet-18: 21 weight layers, 11,678,912 weights and
 * 1,814,073,344 MACs, which CiMLoop's workload files state as well. */
#include "fake_host.h"
#include <cim/workload.h>

#define PLUGIN BINARY_DIR "/plugins/workload.resnet18.so"
#define WEIGHT_LAYERS 21u
#define LAYERS (WEIGHT_LAYERS + 2 + 8)

/* Weight layers in order: channels and width in, channels out. */
static const struct expected {
    const char *name, *tensor;
    uint32_t kernel, stride, in, size, out;
    uint64_t weights, macs;
} expected[WEIGHT_LAYERS] = {
    {"conv1", "conv1.weight", 7, 2, 3, 224, 64, 9408, 118013952},
    {"layer1.0.conv1", "layer1.0.conv1.weight", 3, 1, 64, 56, 64, 36864, 115605504},
    {"layer1.0.conv2", "layer1.0.conv2.weight", 3, 1, 64, 56, 64, 36864, 115605504},
    {"layer1.1.conv1", "layer1.1.conv1.weight", 3, 1, 64, 56, 64, 36864, 115605504},
    {"layer1.1.conv2", "layer1.1.conv2.weight", 3, 1, 64, 56, 64, 36864, 115605504},
    {"layer2.0.conv1", "layer2.0.conv1.weight", 3, 2, 64, 56, 128, 73728, 57802752},
    {"layer2.0.conv2", "layer2.0.conv2.weight", 3, 1, 128, 28, 128, 147456, 115605504},
    {"layer2.0.downsample", "layer2.0.downsample.0.weight", 1, 2, 64, 56, 128, 8192, 6422528},
    {"layer2.1.conv1", "layer2.1.conv1.weight", 3, 1, 128, 28, 128, 147456, 115605504},
    {"layer2.1.conv2", "layer2.1.conv2.weight", 3, 1, 128, 28, 128, 147456, 115605504},
    {"layer3.0.conv1", "layer3.0.conv1.weight", 3, 2, 128, 28, 256, 294912, 57802752},
    {"layer3.0.conv2", "layer3.0.conv2.weight", 3, 1, 256, 14, 256, 589824, 115605504},
    {"layer3.0.downsample", "layer3.0.downsample.0.weight", 1, 2, 128, 28, 256, 32768, 6422528},
    {"layer3.1.conv1", "layer3.1.conv1.weight", 3, 1, 256, 14, 256, 589824, 115605504},
    {"layer3.1.conv2", "layer3.1.conv2.weight", 3, 1, 256, 14, 256, 589824, 115605504},
    {"layer4.0.conv1", "layer4.0.conv1.weight", 3, 2, 256, 14, 512, 1179648, 57802752},
    {"layer4.0.conv2", "layer4.0.conv2.weight", 3, 1, 512, 7, 512, 2359296, 115605504},
    {"layer4.0.downsample", "layer4.0.downsample.0.weight", 1, 2, 256, 14, 512, 131072, 6422528},
    {"layer4.1.conv1", "layer4.1.conv1.weight", 3, 1, 512, 7, 512, 2359296, 115605504},
    {"layer4.1.conv2", "layer4.1.conv2.weight", 3, 1, 512, 7, 512, 2359296, 115605504},
    {"fc", "fc.weight", 1, 1, 512, 1, 1000, 512000, 512000},
};

/* Each sum: the layers it adds up. */
static const struct {
    const char *name, *main, *side;
} sums[] = {
    {"layer1.0.add", "layer1.0.conv2", "maxpool"},
    {"layer1.1.add", "layer1.1.conv2", "layer1.0.add"},
    {"layer2.0.add", "layer2.0.conv2", "layer2.0.downsample"},
    {"layer2.1.add", "layer2.1.conv2", "layer2.0.add"},
    {"layer3.0.add", "layer3.0.conv2", "layer3.0.downsample"},
    {"layer3.1.add", "layer3.1.conv2", "layer3.0.add"},
    {"layer4.0.add", "layer4.0.conv2", "layer4.0.downsample"},
    {"layer4.1.add", "layer4.1.conv2", "layer4.0.add"},
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
    f->plugin = load_plugin(PLUGIN, "workload.resnet18", CIM_WORKLOAD);
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

static const cim_layer *find(const cim_network *n, const char *name) {
    for (uint32_t i = 0; i < n->layers.n; ++i)
        if (strcmp(layer(n, i)->name, name) == 0) return layer(n, i);
    fail_msg("no layer %s", name);
    return NULL;
}

static const char *input_name(const cim_network *n, const cim_layer *l, uint32_t k) {
    assert_in_range(k + 1, 1, l->n_inputs);
    return l->inputs[k] == CIM_FROM_INPUT ? "input" : layer(n, l->inputs[k])->name;
}

static void parameters_are_bits_of_each_weight_layer(void **state) {
    const fixture *f = *state;
    assert_int_equal(f->plugin->is.index_sets.n, 1);
    const cim_index_set *set = CIM_ROW(cim_index_set, f->plugin->is.index_sets, 0);
    assert_string_equal(set->name, "weight_layer");
    assert_int_equal(set->size, WEIGHT_LAYERS);
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i)
        assert_string_equal(set->element_names[i], expected[i].name);
    const char *const keys[] = {"weight_bits", "input_bits"};
    assert_int_equal(f->plugin->is.params.n, 2);
    for (uint32_t i = 0; i < 2; ++i) {
        const cim_param *p = CIM_ROW(cim_param, f->plugin->is.params, i);
        assert_string_equal(p->key, keys[i]);
        assert_string_equal(p->index_set, "weight_layer");
        assert_true(p->min == 1 && p->max == 16 && p->default_value == 8);
    }
}

static void weight_layers_and_totals_are_the_published_ones(void **state) {
    const cim_network *n = build(*state);
    uint64_t weights = 0, macs = 0;
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i) {
        const struct expected *e = &expected[i];
        const cim_layer *l = find(n, e->name);
        assert_string_equal(l->tensor, e->tensor);
        assert_int_equal(l->op, i + 1 < WEIGHT_LAYERS ? CIM_OP_CONV : CIM_OP_LINEAR);
        assert_int_equal(l->slot, i);
        assert_int_equal(l->elements[0], i);
        assert_int_equal(l->kernel_height * 10 + l->stride_width, e->kernel * 10 + e->stride);
        assert_int_equal(l->pad_top * 10 + l->pad_right, e->kernel / 2 * 11);
        assert_int_equal(l->in_channels, e->in);
        assert_int_equal(l->in_height * 1000 + l->in_width, e->size * 1001);
        assert_int_equal(l->out_channels, e->out);
        assert_int_equal(l->out_height, e->size / e->stride);
        assert_int_equal(cim_layer_weights(l), e->weights);
        assert_int_equal(cim_layer_macs(l), e->macs);
        const int rectified = strstr(e->name, "conv1") != NULL;
        assert_int_equal(l->activation, rectified ? CIM_ACT_RELU : CIM_ACT_NONE);
        weights += cim_layer_weights(l);
        macs += cim_layer_macs(l);
    }
    assert_int_equal(weights, 11678912);
    assert_int_equal(macs, 1814073344);
    assert_int_equal(n->stated_weights, weights);
    assert_int_equal(n->stated_macs, macs);
    assert_string_equal(n->name, "resnet18");
    assert_string_equal(n->dataset, "imagenet");
}

static void sums_and_pools_join_the_right_layers(void **state) {
    const cim_network *n = build(*state);
    for (uint32_t i = 0; i < 8; ++i) {
        const cim_layer *l = find(n, sums[i].name);
        assert_int_equal(l->op, CIM_OP_ADD);
        assert_int_equal(l->slot, 23 + i);
        assert_int_equal(l->n_inputs, 2);
        assert_string_equal(input_name(n, l, 0), sums[i].main);
        assert_string_equal(input_name(n, l, 1), sums[i].side);
        assert_int_equal(l->activation, CIM_ACT_RELU);
        assert_int_equal(l->elements[0], -1);
    }
    const cim_layer *max = find(n, "maxpool"), *average = find(n, "avgpool");
    assert_int_equal(max->op, CIM_OP_MAX_POOL);
    assert_int_equal(max->slot, 21);
    assert_int_equal(max->kernel_width * 100 + max->stride_width * 10 + max->pad_left, 321);
    assert_int_equal(max->in_width * 1000 + max->out_width, 112056);
    assert_int_equal(average->op, CIM_OP_AVERAGE_POOL);
    assert_int_equal(average->slot, 22);
    assert_int_equal(average->kernel_height * 10 + average->out_height, 71);
    assert_string_equal(input_name(n, average, 0), "layer4.1.add");
    assert_string_equal(input_name(n, find(n, "fc"), 0), "avgpool");
    assert_string_equal(input_name(n, find(n, "layer3.0.downsample"), 0), "layer2.1.add");
    assert_string_equal(input_name(n, find(n, "layer3.0.conv1"), 0), "layer2.1.add");
}

static void shapes_agree_along_the_edges(void **state) {
    const cim_network *n = build(*state);
    uint32_t edges = 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        const uint32_t in[] = {l->in_channels, l->in_height, l->in_width};
        for (uint32_t k = 0; k < l->n_inputs; ++k, ++edges) {
            uint32_t out[] = {n->in_channels, n->in_height, n->in_width};
            if (i) {
                assert_in_range(l->inputs[k], 0, i - 1);
                const cim_layer *before = layer(n, l->inputs[k]);
                out[0] = before->out_channels;
                out[1] = before->out_height;
                out[2] = before->out_width;
            }
            assert_memory_equal(in, out, sizeof in);
        }
    }
    assert_int_equal(edges, LAYERS + 8);
}

static void bits_reach_their_layers(void **state) {
    fixture *f = *state;
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i) {
        f->numbers[i] = 1 + i % 16;
        f->numbers[WEIGHT_LAYERS + i] = 1 + 5 * i % 16;
    }
    const cim_network *n = build(f);
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i) {
        assert_int_equal(find(n, expected[i].name)->weight_bits, 1 + i % 16);
        assert_int_equal(find(n, expected[i].name)->input_bits, 1 + 5 * i % 16);
    }
    /* layer1.1.add is read by layer2.0.conv1 (10 bits) and layer2.0.downsample (4 bits) */
    assert_int_equal(find(n, "layer1.1.add")->output_bits, 10);
    assert_int_equal(find(n, "layer1.1.add")->weight_bits, 0);
    assert_int_equal(find(n, "fc")->output_bits, 1 + 5 * 20 % 16);
}

static void building_again_allocates_nothing_and_changes_nothing(void **state) {
    fixture *f = *state;
    (void)build(f);
    const int allocations = f->fake.allocations;
    for (uint32_t round = 0; round < 50; ++round) {
        f->numbers[round % 42] = 1 + round % 16;
        const cim_network *n = build(f);
        for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i)
            assert_int_equal(cim_layer_macs(find(n, expected[i].name)), expected[i].macs);
    }
    assert_int_equal(f->fake.allocations, allocations);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(parameters_are_bits_of_each_weight_layer),
        TEST(weight_layers_and_totals_are_the_published_ones),
        TEST(sums_and_pools_join_the_right_layers),
        TEST(shapes_agree_along_the_edges),
        TEST(bits_reach_their_layers),
        TEST(building_again_allocates_nothing_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
