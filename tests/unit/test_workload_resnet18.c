/* workload.resnet18 against torchvision's ResNet-18: 21 weight layers, 11,678,912 weights and
 * 1,814,073,344 MACs, which CiMLoop's workload files state as well. */
#define WORKLOAD "resnet18"
#include "workload_fixture.h"

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

static void parameters_are_bits_of_each_weight_layer(void **state) {
    assert_weight_layers(*state, WEIGHT_LAYERS);
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i)
        assert_string_equal(set_of(*state, 0)->element_names[i], expected[i].name);
}

static void weight_layers_and_totals_are_the_published_ones(void **state) {
    const cim_network *n = build(*state);
    assert_int_equal(n->layers.n, LAYERS);
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i) {
        const struct expected *e = &expected[i];
        const cim_layer *l = named(n, e->name);
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
    }
    assert_totals(n, 11678912, 1814073344);
    assert_int_equal(n->stated_weights, 11678912);
    assert_int_equal(n->stated_macs, 1814073344);
    assert_string_equal(n->name, "resnet18");
    assert_string_equal(n->dataset, "imagenet");
}

static void sums_and_pools_join_the_right_layers(void **state) {
    const cim_network *n = build(*state);
    for (uint32_t i = 0; i < 8; ++i) {
        const cim_layer *l = named(n, sums[i].name);
        assert_int_equal(l->op, CIM_OP_ADD);
        assert_int_equal(l->slot, 23 + i);
        assert_int_equal(l->n_inputs, 2);
        assert_string_equal(input_name(n, l, 0), sums[i].main);
        assert_string_equal(input_name(n, l, 1), sums[i].side);
        assert_int_equal(l->activation, CIM_ACT_RELU);
        assert_int_equal(l->elements[0], -1);
    }
    const cim_layer *max = named(n, "maxpool"), *average = named(n, "avgpool");
    assert_int_equal(max->op, CIM_OP_MAX_POOL);
    assert_int_equal(max->slot, 21);
    assert_int_equal(max->kernel_width * 100 + max->stride_width * 10 + max->pad_left, 321);
    assert_int_equal(max->in_width * 1000 + max->out_width, 112056);
    assert_int_equal(average->op, CIM_OP_AVERAGE_POOL);
    assert_int_equal(average->slot, 22);
    assert_int_equal(average->kernel_height * 10 + average->out_height, 71);
    assert_string_equal(input_name(n, average, 0), "layer4.1.add");
    assert_string_equal(input_name(n, named(n, "fc"), 0), "avgpool");
    assert_string_equal(input_name(n, named(n, "layer3.0.downsample"), 0), "layer2.1.add");
    assert_string_equal(input_name(n, named(n, "layer3.0.conv1"), 0), "layer2.1.add");
}

static void shapes_agree_along_the_edges(void **state) {
    assert_int_equal(assert_edges(build(*state)), LAYERS + 8);
}

static void bits_reach_their_layers(void **state) {
    assert_bits_reach_their_layers(*state);
    const cim_network *n = build(*state);
    /* layer1.1.add is read by layer2.0.conv1 (11 bits) and layer2.0.downsample (9 bits) */
    assert_int_equal(named(n, "layer2.0.conv1")->input_bits, 11);
    assert_int_equal(named(n, "layer2.0.downsample")->input_bits, 9);
    assert_int_equal(named(n, "layer1.1.add")->output_bits, 11);
    assert_int_equal(named(n, "fc")->output_bits, 16 - 20 % 15);
}

static void building_again_allocates_nothing_and_changes_nothing(void **state) {
    fixture *f = *state;
    (void)build(f);
    const int allocations = f->fake.allocations;
    for (uint32_t round = 0; round < 50; ++round) {
        f->numbers[round % 42] = 1 + round % 16;
        const cim_network *n = build(f);
        for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i)
            assert_int_equal(cim_layer_macs(named(n, expected[i].name)), expected[i].macs);
    }
    assert_int_equal(f->fake.allocations, allocations);
}

int main(void) {
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
