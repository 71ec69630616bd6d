/* workload.vgg16 against published totals: ImageNet 138,344,128 weights and 15,470,264,320 MACs
 * (torchvision, CiMLoop), CIFAR-10 14.7 M and 313 M; the others follow from the shapes. */
#define WORKLOAD "vgg16"
#include "workload_fixture.h"

#define CONVS 13u
#define MOST 16u /* weight layers */
#define POOLS 5u

enum { IMAGENET, CIFAR10, TINY_IMAGENET };
enum { AUTO, FC1, FC3_512, FC3_4096 };

/* What is expected of each choice. */
static const struct version {
    uint32_t version, classifier, image, features, hidden, classes, weight_layers;
    uint64_t weights, macs;
    int stated;
} versions[] = {
    {IMAGENET, AUTO, 224, 25088, 4096, 1000, 16, 138344128, 15470264320, 1},
    {IMAGENET, FC3_4096, 224, 25088, 4096, 1000, 16, 138344128, 15470264320, 1},
    {IMAGENET, FC3_512, 224, 25088, 512, 1000, 16, 28329664, 15360249856, 0},
    {IMAGENET, FC1, 224, 25088, 0, 1000, 14, 39798464, 15371718656, 0},
    {CIFAR10, AUTO, 32, 512, 0, 10, 14, 14715584, 313201664, 1},
    {CIFAR10, FC1, 32, 512, 0, 10, 14, 14715584, 313201664, 1},
    {CIFAR10, FC3_512, 32, 512, 512, 10, 16, 15239872, 313725952, 0},
    {CIFAR10, FC3_4096, 32, 512, 4096, 10, 16, 33625792, 332111872, 0},
    {TINY_IMAGENET, AUTO, 64, 2048, 512, 200, 16, 16123584, 1254199296, 0},
    {TINY_IMAGENET, FC1, 64, 2048, 0, 200, 14, 15120064, 1253195776, 0},
    {TINY_IMAGENET, FC3_512, 64, 2048, 512, 200, 16, 16123584, 1254199296, 0},
    {TINY_IMAGENET, FC3_4096, 64, 2048, 4096, 200, 16, 40695488, 1278771200, 0},
};
#define VERSIONS (sizeof versions / sizeof versions[0])

/* Convolutions: channels, how often the image was halved before, weights, MACs for ImageNet. */
static const struct conv {
    const char *name, *tensor;
    uint32_t in, out, halved;
    uint64_t weights, macs;
} convs[CONVS] = {
    {"conv1_1", "features.0.weight", 3, 64, 0, 1728, 86704128},
    {"conv1_2", "features.2.weight", 64, 64, 0, 36864, 1849688064},
    {"conv2_1", "features.5.weight", 64, 128, 1, 73728, 924844032},
    {"conv2_2", "features.7.weight", 128, 128, 1, 147456, 1849688064},
    {"conv3_1", "features.10.weight", 128, 256, 2, 294912, 924844032},
    {"conv3_2", "features.12.weight", 256, 256, 2, 589824, 1849688064},
    {"conv3_3", "features.14.weight", 256, 256, 2, 589824, 1849688064},
    {"conv4_1", "features.17.weight", 256, 512, 3, 1179648, 924844032},
    {"conv4_2", "features.19.weight", 512, 512, 3, 2359296, 1849688064},
    {"conv4_3", "features.21.weight", 512, 512, 3, 2359296, 1849688064},
    {"conv5_1", "features.24.weight", 512, 512, 4, 2359296, 462422016},
    {"conv5_2", "features.26.weight", 512, 512, 4, 2359296, 462422016},
    {"conv5_3", "features.28.weight", 512, 512, 4, 2359296, 462422016},
};
static const char *const fcs[] = {"fc1", "fc2", "fc3"};
static const char *const fc_tensors[] = {"classifier.0.weight", "classifier.3.weight",
                                         "classifier.6.weight"};
static const char *const pools[POOLS] = {"pool1", "pool2", "pool3", "pool4", "pool5"};

static void version_and_classifier_are_fixed_categories(void **state) {
    const fixture *f = *state;
    const char *const keys[] = {"version", "classifier"};
    const char *const names[][4] = {{"imagenet", "cifar10", "tiny_imagenet"},
                                    {"auto", "fc1", "fc3_512", "fc3_4096"}};
    assert_int_equal(f->plugin->is.params.n, 2);
    assert_int_equal(f->plugin->is.index_sets.n, 0);
    for (uint32_t i = 0; i < 2; ++i) {
        const cim_param *p = CIM_ROW(cim_param, f->plugin->is.params, i);
        assert_string_equal(p->key, keys[i]);
        assert_int_equal(p->type, CIM_CATEGORY);
        assert_int_equal(p->flags, CIM_PARAM_FIXED);
        assert_true(p->default_value == 0);
        assert_int_equal(p->n_levels, 3 + i);
        for (uint32_t k = 0; k < p->n_levels; ++k) assert_string_equal(p->names[k], names[i][k]);
    }
}

static void bits_of_each_weight_layer_are_described(void **state) {
    fixture *f = *state;
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(f, versions[v].version, versions[v].classifier);
        assert_int_equal(f->n_params, 4);
        assert_weight_layers(f, versions[v].weight_layers);
        for (uint32_t i = 0; i < versions[v].weight_layers; ++i)
            assert_string_equal(set_of(f, 0)->element_names[i],
                                i < CONVS ? convs[i].name : fcs[i - CONVS]);
    }
}

static void assert_conv(const cim_network *n, uint32_t i, uint32_t image) {
    const cim_layer *l = named(n, convs[i].name);
    assert_int_equal(l->op, CIM_OP_CONV);
    assert_string_equal(l->tensor, convs[i].tensor);
    assert_int_equal(l->slot, i);
    assert_int_equal(l->elements[0], i);
    assert_int_equal(l->in_channels, convs[i].in);
    assert_int_equal(l->out_channels, convs[i].out);
    assert_int_equal(l->in_height, image >> convs[i].halved);
    assert_int_equal(l->out_width, image >> convs[i].halved);
    assert_int_equal(l->kernel_width * 100 + l->stride_height * 10 + l->pad_bottom, 311);
    assert_int_equal(l->activation, CIM_ACT_RELU);
    assert_int_equal(cim_layer_weights(l), convs[i].weights);
    assert_int_equal(cim_layer_macs(l), convs[i].macs / (224 / 32) / (224 / 32) *
                     (image / 32) * (image / 32));
}

static void assert_classifier(const cim_network *n, const struct version *v) {
    uint32_t in = v->features;
    for (uint32_t i = 0; i < v->weight_layers - CONVS; ++i) {
        const int is_last = CONVS + i + 1 == v->weight_layers;
        const cim_layer *l = named(n, fcs[i]);
        assert_int_equal(l->op, CIM_OP_LINEAR);
        assert_string_equal(l->tensor, fc_tensors[i]);
        assert_int_equal(l->slot, CONVS + i);
        assert_int_equal(l->elements[0], CONVS + i);
        assert_int_equal(l->in_channels, in);
        assert_int_equal(l->out_channels, is_last ? v->classes : v->hidden);
        assert_int_equal(l->activation, is_last ? CIM_ACT_NONE : CIM_ACT_RELU);
        in = l->out_channels;
    }
}

static void layers_and_totals_are_those_of_the_table(void **state) {
    const char *const datasets[] = {"imagenet", "cifar10", "tiny_imagenet"};
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, versions[v].version, versions[v].classifier);
        const cim_network *n = build(*state);
        assert_int_equal(n->layers.n, versions[v].weight_layers + POOLS);
        for (uint32_t i = 0; i < CONVS; ++i) assert_conv(n, i, versions[v].image);
        assert_classifier(n, &versions[v]);
        assert_totals(n, versions[v].weights, versions[v].macs);
        assert_int_equal(n->stated_weights, versions[v].stated ? versions[v].weights : 0);
        assert_int_equal(n->stated_macs, versions[v].stated ? versions[v].macs : 0);
        assert_string_equal(n->dataset, datasets[versions[v].version]);
        assert_int_equal(n->in_channels * 1000 + n->in_width, 3000 + versions[v].image);
    }
}

static void pools_halve_the_image_behind_the_right_layers(void **state) {
    const char *const before[POOLS] = {"conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"};
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, versions[v].version, versions[v].classifier);
        const cim_network *n = build(*state);
        for (uint32_t i = 0; i < POOLS; ++i) {
            const cim_layer *l = named(n, pools[i]);
            assert_int_equal(l->op, CIM_OP_MAX_POOL);
            assert_int_equal(l->slot, MOST + i);
            assert_int_equal(l->elements[0], -1);
            assert_string_equal(layer(n, l->inputs[0])->name, before[i]);
            assert_int_equal(l->out_height, versions[v].image >> (i + 1));
        }
    }
}

static void shapes_agree_along_a_chain(void **state) {
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, versions[v].version, versions[v].classifier);
        const cim_network *n = build(*state);
        assert_int_equal(assert_edges(n), n->layers.n);
        for (uint32_t i = 1; i < n->layers.n; ++i) assert_int_equal(layer(n, i)->inputs[0], i - 1);
    }
}

static void bits_reach_their_layers(void **state) {
    fixture *f = *state;
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(f, versions[v].version, versions[v].classifier);
        assert_bits_reach_their_layers(f);
        const cim_network *n = build(f);
        assert_int_equal(named(n, "pool5")->output_bits, 16 - CONVS); /* what fc1 wants */
        assert_int_equal(named(n, "conv5_3")->output_bits, 16 - CONVS);
    }
}

static void building_again_allocates_nothing(void **state) {
    fixture *f = *state;
    OPEN(f, IMAGENET, AUTO);
    (void)build(f);
    const int allocations = f->fake.allocations;
    for (uint32_t round = 0; round < 50; ++round) {
        f->numbers[2 + round % 32] = 1 + round % 16;
        assert_int_equal(cim_layer_macs(named(build(f), "fc1")), 102760448);
    }
    assert_int_equal(f->fake.allocations, allocations);
}

static void running_out_of_memory_leaves_nothing_behind(void **state) {
    assert_clean_without_memory(*state, 2, (const double[]){CIFAR10, AUTO}, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(version_and_classifier_are_fixed_categories),
        TEST(bits_of_each_weight_layer_are_described),
        TEST(layers_and_totals_are_those_of_the_table),
        TEST(pools_halve_the_image_behind_the_right_layers),
        TEST(shapes_agree_along_a_chain),
        TEST(bits_reach_their_layers),
        TEST(building_again_allocates_nothing),
        TEST(running_out_of_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
