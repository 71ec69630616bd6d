/* workload.resnet50 against published totals: torchvision's for v1 and v1.5, and for the largest
 * member of the Once-for-All network those of the Joint-Optimization repository's workload file. */
#define WORKLOAD "resnet50"
#include "workload_fixture.h"

enum { V1, V1_5, OFA, OFA_LARGEST, VERSIONS };
enum { WEIGHT_LAYER, BLOCK, STAGE, SETS };

static const struct {
    uint32_t weight_layers, blocks, layers, params, conditions;
    uint64_t weights, macs;
} versions[VERSIONS] = {
    {54, 16, 54 + 16 + 2, 2, 0, 25502912, 3857973248},
    {54, 16, 54 + 16 + 2, 2, 0, 25502912, 4089184256},
    {62, 18, 62 + 19 + 5, 8, 33, 48037856, 7491643904},
    {62, 18, 62 + 19 + 5, 2, 0, 48037856, 7491643904},
};

static void version_is_a_fixed_category(void **state) {
    const fixture *f = *state;
    const char *const names[] = {"v1", "v1.5", "ofa", "ofa_largest"};
    assert_int_equal(f->plugin->is.params.n, 1);
    const cim_param *p = CIM_ROW(cim_param, f->plugin->is.params, 0);
    assert_string_equal(p->key, "version");
    assert_int_equal(p->flags, CIM_PARAM_FIXED);
    assert_int_equal(p->n_levels, VERSIONS);
    assert_true(p->default_value == V1_5);
    for (uint32_t i = 0; i < VERSIONS; ++i) assert_string_equal(p->names[i], names[i]);
}

/* A layer's name begins with that of its element of SET, "layer3.5" or "layer3". */
static void assert_begins(const fixture *f, const cim_layer *l, uint32_t set) {
    const int in_a_block = strncmp(l->name, "layer", 5) == 0;
    assert_int_equal(l->elements[set] >= 0, in_a_block);
    if (!in_a_block) return;
    const char *element = set_of(f, set)->element_names[l->elements[set]];
    assert_int_equal(strncmp(l->name, element, strlen(element)), 0);
    assert_int_equal(l->name[strlen(element)], '.');
}

static void each_version_describes_its_sets_and_parameters(void **state) {
    fixture *f = *state;
    const char *const keys[] = {"weight_bits", "input_bits", "stem_residual", "stem_inner_width",
                                "stem_width",  "depth",      "width",         "expansion"};
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(f, v);
        assert_int_equal(f->is.index_sets.n, SETS);
        assert_int_equal(set_of(f, BLOCK)->size, versions[v].blocks);
        assert_int_equal(set_of(f, STAGE)->size, 4);
        assert_int_equal(f->is.params.n, versions[v].params);
        assert_int_equal(f->is.conditions.n, versions[v].conditions);
        for (uint32_t i = 0; i < f->is.params.n; ++i)
            assert_string_equal(CIM_ROW(cim_param, f->is.params, i)->key, keys[i]);
        assert_weight_layers(f, versions[v].weight_layers);
        const cim_network *n = build(f); /* elements are named as their layers are */
        for (uint32_t i = 0; i < n->layers.n; ++i) {
            assert_begins(f, layer(n, i), BLOCK);
            assert_begins(f, layer(n, i), STAGE);
        }
    }
}

static void totals_are_the_published_ones(void **state) {
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, v);
        const cim_network *n = build(*state);
        assert_int_equal(n->layers.n, versions[v].layers);
        assert_int_equal(weight_layers(n), versions[v].weight_layers);
        assert_totals(n, versions[v].weights, versions[v].macs);
        assert_int_equal(n->stated_weights, v == OFA ? 0 : versions[v].weights);
        assert_int_equal(n->stated_macs, v == OFA ? 0 : versions[v].macs);
        assert_string_equal(n->dataset, "imagenet");
    }
}

/* Some layers of each kind, where versions differ. */
static const struct spot {
    uint32_t version;
    const char *name, *tensor;
    uint32_t slot, kernel, stride, in, in_size, out, out_size, activation;
    const char *from;
    const char *also_from; /* of a sum */
} spots[] = {
    {V1, "conv1", "conv1.weight", 0, 7, 2, 3, 224, 64, 112, CIM_ACT_RELU, "input", NULL},
    {V1, "layer2.0.conv1", "layer2.0.conv1.weight", 11, 1, 2, 256, 56, 128, 28, CIM_ACT_RELU,
     "layer1.2.add", NULL},
    {V1, "layer2.0.conv2", "layer2.0.conv2.weight", 12, 3, 1, 128, 28, 128, 28, CIM_ACT_RELU,
     "layer2.0.conv1", NULL},
    {V1_5, "layer2.0.conv1", "layer2.0.conv1.weight", 11, 1, 1, 256, 56, 128, 56, CIM_ACT_RELU,
     "layer1.2.add", NULL},
    {V1_5, "layer2.0.conv2", "layer2.0.conv2.weight", 12, 3, 2, 128, 56, 128, 28, CIM_ACT_RELU,
     "layer2.0.conv1", NULL},
    {V1_5, "layer2.0.conv3", "layer2.0.conv3.weight", 13, 1, 1, 128, 28, 512, 28, CIM_ACT_NONE,
     "layer2.0.conv2", NULL},
    {V1_5, "layer2.0.downsample", "layer2.0.downsample.0.weight", 14, 1, 2, 256, 56, 512, 28,
     CIM_ACT_NONE, "layer1.2.add", NULL},
    {V1_5, "layer2.0.add", NULL, 68, 1, 1, 512, 28, 512, 28, CIM_ACT_RELU, "layer2.0.conv3",
     "layer2.0.downsample"},
    {V1_5, "layer2.1.add", NULL, 69, 1, 1, 512, 28, 512, 28, CIM_ACT_RELU, "layer2.1.conv3",
     "layer2.0.add"},
    {V1_5, "maxpool", NULL, 62, 3, 2, 64, 112, 64, 56, CIM_ACT_NONE, "conv1", NULL},
    {V1_5, "avgpool", NULL, 64, 7, 1, 2048, 7, 2048, 1, CIM_ACT_NONE, "layer4.2.add", NULL},
    {V1_5, "fc", "fc.weight", 61, 1, 1, 2048, 1, 1000, 1, CIM_ACT_NONE, "avgpool", NULL},
    {OFA, "stem.0", "input_stem.0.conv.conv.weight", 0, 3, 2, 3, 224, 32, 112, CIM_ACT_RELU,
     "input", NULL},
    {OFA, "stem.1", "input_stem.1.conv.conv.conv.weight", 1, 3, 1, 32, 112, 32, 112,
     CIM_ACT_RELU, "stem.0", NULL},
    {OFA, "stem.add", NULL, 63, 1, 1, 32, 112, 32, 112, CIM_ACT_NONE, "stem.1", "stem.0"},
    {OFA, "stem.2", "input_stem.2.conv.conv.weight", 2, 3, 1, 32, 112, 64, 112, CIM_ACT_RELU,
     "stem.add", NULL},
    {OFA, "layer1.0.downsample", "blocks.0.downsample.conv.conv.weight", 6, 1, 1, 64, 56, 256, 56,
     CIM_ACT_NONE, "maxpool", NULL},
    {OFA, "layer3.0.downsample_pool", NULL, 85, 2, 2, 512, 28, 512, 14, CIM_ACT_NONE,
     "layer2.3.add", NULL},
    {OFA, "layer3.0.downsample", "blocks.8.downsample.conv.conv.weight", 32, 1, 1, 512, 14, 1024,
     14, CIM_ACT_NONE, "layer3.0.downsample_pool", NULL},
    {OFA, "layer4.3.conv2", "blocks.17.conv2.conv.conv.weight", 59, 3, 1, 720, 7, 720, 7,
     CIM_ACT_RELU, "layer4.3.conv1", NULL},
    {OFA, "fc", "classifier.linear.linear.weight", 61, 1, 1, 2048, 1, 1000, 1, CIM_ACT_NONE,
     "avgpool", NULL},
};

static void assert_spot(const cim_network *n, const struct spot *e) {
    const cim_layer *l = named(n, e->name);
    if (e->tensor) assert_string_equal(l->tensor, e->tensor);
    else assert_null(l->tensor);
    const uint32_t is[] = {l->slot, l->kernel_height, l->stride_width, l->in_channels,
                           l->in_height, l->out_channels, l->out_width, l->activation};
    const uint32_t wanted[] = {e->slot, e->kernel, e->stride, e->in, e->in_size, e->out,
                               e->out_size, e->activation};
    for (uint32_t i = 0; i < 8; ++i)
        if (is[i] != wanted[i]) fail_msg("%s: number %u: %u, %u", e->name, i, is[i], wanted[i]);
    const char *const from[] = {e->from, e->also_from};
    assert_int_equal(l->n_inputs, e->also_from ? 2 : 1);
    for (uint32_t k = 0; k < l->n_inputs; ++k)
        assert_string_equal(input_name(n, l, k), from[k]);
}

static void layers_are_where_each_version_has_them(void **state) {
    for (uint32_t i = 0; i < sizeof spots / sizeof spots[0]; ++i) {
        OPEN(*state, spots[i].version);
        assert_spot(build(*state), &spots[i]);
    }
}

static void bits_reach_their_layers(void **state) {
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, v);
        assert_bits_reach_their_layers(*state);
    }
}

static void shapes_agree_along_the_edges(void **state) {
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, v);
        const cim_network *n = build(*state);
        assert_true(assert_edges(n) > n->layers.n);
    }
}

static void running_out_of_memory_leaves_nothing_behind(void **state) {
    assert_clean_without_memory(*state, 1, (const double[]){OFA}, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(version_is_a_fixed_category),
        TEST(each_version_describes_its_sets_and_parameters),
        TEST(totals_are_the_published_ones),
        TEST(layers_are_where_each_version_has_them),
        TEST(bits_reach_their_layers),
        TEST(shapes_agree_along_the_edges),
        TEST(running_out_of_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
