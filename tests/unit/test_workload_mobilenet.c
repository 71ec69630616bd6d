/* workload.mobilenet against the published totals (its README.md says where from): totals, single
 * layers of each version, edges, places and bits. */
#define WORKLOAD "mobilenet"
#include "workload_fixture.h"

enum { V1, V2, V3_LARGE, PROXYLESS, VERSIONS };

/* ---- totals ---------------------------------------------------------------------------------- */

static void assert_sums(const cim_network *n, uint32_t n_weight_layers, uint64_t weights,
                        uint64_t macs) {
    assert_int_equal(weight_layers(n), n_weight_layers);
    assert_totals(n, weights, macs);
}

static void totals_are_the_published_ones(void **state) {
    static const struct {
        const char *name;
        uint32_t weight_layers;
        uint64_t weights, macs;
    } published[] = {{"mobilenet_v1", 28, 4209088, 568740352},
                     {"mobilenet_v2", 53, 3469760, 300774272},
                     {"mobilenet_v3_large", 64, 5451272, 216589760}};
    assert_true(CIM_ROW(cim_param, ((fixture *)*state)->plugin->is.params, 0)->default_value == V2);
    for (uint32_t v = V1; v <= V3_LARGE; ++v) {
        OPEN(*state, v);
        const cim_network *n = build(*state);
        assert_sums(n, published[v].weight_layers, published[v].weights, published[v].macs);
        assert_int_equal(n->stated_weights, published[v].weights);
        assert_int_equal(n->stated_macs, published[v].macs);
        assert_string_equal(n->name, published[v].name);
        assert_string_equal(n->dataset, "imagenet");
        assert_int_equal(n->in_channels * 1000000 + n->in_height * 1000 + n->in_width, 3224224);
    }
}

static void sub_networks_have_the_published_totals(void **state) {
    static const double baseline[] = {2, 3, 4, 3, 3, 2};
    fixture *f = *state;
    OPEN(f, PROXYLESS);
    assert_sums(build(f), 68, 5053664, 606590720); /* the defaults: depth 4, kernel 7, ratio 6 */
    assert_int_equal(build(f)->stated_weights, 0);
    set_all(f, "depth", 2);
    set_all(f, "kernel", 3);
    set_all(f, "expansion", 4);
    assert_sums(build(f), 38, 2748224, 191472128);
    set_all(f, "expansion", 6);
    for (uint32_t s = 0; s < 6; ++s) *at(f, "depth", s) = baseline[s];
    assert_sums(build(f), 53, 4028816, 359517824);
}

/* ---- layers ---------------------------------------------------------------------------------- */

enum { CONV = CIM_OP_CONV, LINEAR = CIM_OP_LINEAR, POOL = CIM_OP_AVERAGE_POOL,
       SCALE = CIM_OP_MULTIPLY, V3 = V3_LARGE };
enum { NO = CIM_ACT_NONE, RE = CIM_ACT_RELU, R6 = CIM_ACT_RELU6, HS = CIM_ACT_HSWISH,
       HG = CIM_ACT_HSIGMOID };

static const struct spot {
    uint32_t version;
    const char *name;
    uint32_t op, in[3], out[3], kernel, stride, depthwise, activation, slot;
    const char *tensor;
} spots[] = {
    {V1, "stem", CONV, {3, 224, 224}, {32, 112, 112}, 3, 2, 0, R6, 0, NULL},
    {V1, "block1.depthwise", CONV, {64, 112, 112}, {64, 56, 56}, 3, 2, 1, R6, 3, NULL},
    {V1, "block12.pointwise", CONV, {1024, 7, 7}, {1024, 7, 7}, 1, 1, 0, R6, 26, NULL},
    {V1, "classifier", LINEAR, {1024, 1, 1}, {1000, 1, 1}, 1, 1, 0, NO, 27, NULL},
    {V2, "stem", CONV, {3, 224, 224}, {32, 112, 112}, 3, 2, 0, R6, 0, "features.0.0.weight"},
    {V2, "block0.depthwise", CONV, {32, 112, 112}, {32, 112, 112}, 3, 1, 1, R6, 1,
     "features.1.conv.0.0.weight"},
    {V2, "block0.project", CONV, {32, 112, 112}, {16, 112, 112}, 1, 1, 0, NO, 2,
     "features.1.conv.1.weight"},
    {V2, "block13.expand", CONV, {96, 14, 14}, {576, 14, 14}, 1, 1, 0, R6, 39,
     "features.14.conv.0.0.weight"},
    {V2, "block13.depthwise", CONV, {576, 14, 14}, {576, 7, 7}, 3, 2, 1, R6, 40,
     "features.14.conv.1.0.weight"},
    {V2, "block13.project", CONV, {576, 7, 7}, {160, 7, 7}, 1, 1, 0, NO, 41,
     "features.14.conv.2.weight"},
    {V2, "head", CONV, {320, 7, 7}, {1280, 7, 7}, 1, 1, 0, R6, 51, "features.18.0.weight"},
    {V2, "classifier", LINEAR, {1280, 1, 1}, {1000, 1, 1}, 1, 1, 0, NO, 52, "classifier.1.weight"},
    {V3, "stem", CONV, {3, 224, 224}, {16, 112, 112}, 3, 2, 0, HS, 0, "features.0.0.weight"},
    {V3, "block0.project", CONV, {16, 112, 112}, {16, 112, 112}, 1, 1, 0, NO, 2,
     "features.1.block.1.0.weight"},
    {V3, "block3.depthwise", CONV, {72, 56, 56}, {72, 28, 28}, 5, 2, 1, RE, 10,
     "features.4.block.1.0.weight"},
    {V3, "block3.squeeze_pool", POOL, {72, 28, 28}, {72, 1, 1}, 28, 1, 0, NO, 73, NULL},
    {V3, "block3.squeeze", LINEAR, {72, 1, 1}, {24, 1, 1}, 1, 1, 0, RE, 11,
     "features.4.block.2.fc1.weight"},
    {V3, "block3.excite", LINEAR, {24, 1, 1}, {72, 1, 1}, 1, 1, 0, HG, 12,
     "features.4.block.2.fc2.weight"},
    {V3, "block3.scale", SCALE, {72, 28, 28}, {72, 28, 28}, 1, 1, 0, NO, 74, NULL},
    {V3, "block3.project", CONV, {72, 28, 28}, {40, 28, 28}, 1, 1, 0, NO, 13,
     "features.4.block.3.0.weight"},
    {V3, "block11.squeeze", LINEAR, {672, 1, 1}, {168, 1, 1}, 1, 1, 0, RE, 43,
     "features.12.block.2.fc1.weight"},
    {V3, "head", CONV, {160, 7, 7}, {960, 7, 7}, 1, 1, 0, HS, 61, "features.16.0.weight"},
    {V3, "hidden", LINEAR, {960, 1, 1}, {1280, 1, 1}, 1, 1, 0, HS, 62, "classifier.0.weight"},
    {V3, "classifier", LINEAR, {1280, 1, 1}, {1000, 1, 1}, 1, 1, 0, NO, 63, "classifier.3.weight"},
    {PROXYLESS, "first.project", CONV, {32, 112, 112}, {16, 112, 112}, 1, 1, 0, NO, 2, NULL},
    {PROXYLESS, "block4.depthwise", CONV, {144, 56, 56}, {144, 28, 28}, 7, 2, 1, R6, 16, NULL},
    {PROXYLESS, "block12.expand", CONV, {80, 14, 14}, {480, 14, 14}, 1, 1, 0, R6, 39, NULL},
    {PROXYLESS, "block20.project", CONV, {1152, 7, 7}, {320, 7, 7}, 1, 1, 0, NO, 65, NULL},
    {PROXYLESS, "block20.depthwise", CONV, {1152, 7, 7}, {1152, 7, 7}, 7, 1, 1, R6, 64, NULL},
    {PROXYLESS, "pool", POOL, {1280, 7, 7}, {1280, 1, 1}, 7, 1, 0, NO, 134, NULL},
};

static void single_layers_are_right(void **state) {
    uint32_t version = VERSIONS;
    for (size_t i = 0; i < sizeof spots / sizeof spots[0]; ++i) {
        const struct spot *e = &spots[i];
        if (e->version != version) OPEN(*state, version = e->version);
        const cim_layer *l = named(build(*state), e->name);
        const uint32_t in[] = {l->in_channels, l->in_height, l->in_width};
        const uint32_t out[] = {l->out_channels, l->out_height, l->out_width};
        assert_int_equal(l->op, e->op);
        assert_memory_equal(in, e->in, sizeof in);
        assert_memory_equal(out, e->out, sizeof out);
        assert_int_equal(l->kernel_height, e->kernel);
        assert_int_equal(l->kernel_width, e->kernel);
        assert_int_equal(l->stride_height, e->stride);
        assert_int_equal(l->groups, e->depthwise ? e->in[0] : 1);
        assert_int_equal(l->activation, e->activation);
        assert_int_equal(l->slot, e->slot);
        if (e->tensor) assert_string_equal(l->tensor, e->tensor);
        else assert_null(l->tensor);
    }
}

static void assert_shapes(const cim_network *n) {
    (void)assert_edges(n);
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        const uint32_t span = l->in_height + l->pad_top + l->pad_bottom;
        assert_int_equal(l->out_height, (span - l->kernel_height) / l->stride_height + 1);
        if (l->op == CIM_OP_CONV) assert_int_equal(l->pad_top, l->kernel_height / 2);
        if (l->op == CIM_OP_CONV) assert_int_equal(l->pad_right, l->kernel_width / 2);
    }
}

static void shapes_agree_along_edges(void **state) {
    static const uint32_t adds[VERSIONS] = {0, 10, 10, 15}, gates[VERSIONS] = {0, 0, 8, 0};
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, v);
        const cim_network *n = build(*state);
        uint32_t n_adds = 0, n_gates = 0;
        assert_shapes(n);
        for (uint32_t i = 0; i < n->layers.n; ++i) {
            n_adds += layer(n, i)->op == CIM_OP_ADD;
            n_gates += layer(n, i)->op == CIM_OP_MULTIPLY;
        }
        assert_int_equal(n_adds, adds[v]);
        assert_int_equal(n_gates, gates[v]);
    }
    OPEN(*state, V2); /* block2 adds its input, the output of block1 */
    const cim_network *n = build(*state);
    const cim_layer *add = named(n, "block2.add");
    assert_string_equal(layer(n, add->inputs[0])->name, "block2.project");
    assert_string_equal(layer(n, add->inputs[1])->name, "block1.project");
}

static void elements_name_the_places(void **state) {
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(*state, v);
        const cim_network *n = build(*state);
        const cim_index_set *weight_layers = CIM_ROW(cim_index_set, n->index_sets, 0);
        const cim_index_set *blocks = CIM_ROW(cim_index_set, n->index_sets, 1);
        uint32_t in_blocks = 0;
        assert_int_equal(n->index_sets.n, v == PROXYLESS ? 3 : 2);
        for (uint32_t i = 0; i < n->layers.n; ++i) {
            const cim_layer *l = layer(n, i);
            const int32_t w = l->elements[0], b = l->elements[1];
            if (l->weight_bits) assert_string_equal(weight_layers->element_names[w], l->name);
            if (l->weight_bits) assert_int_equal(l->slot, w);
            else assert_int_equal(w, -1);
            const size_t length = b < 0 ? 0 : strlen(blocks->element_names[b]);
            if (b >= 0) assert_memory_equal(l->name, blocks->element_names[b], length);
            if (b >= 0) assert_int_equal(l->name[length], '.');
            assert_int_equal(b < 0, strncmp(l->name, "block", 5) != 0);
            if (v == PROXYLESS) assert_int_equal(l->elements[2], b < 0 ? -1 : b / 4);
            in_blocks += b >= 0;
        }
        assert_true(in_blocks >= 2 * blocks->size);
    }
}

/* ---- bits ------------------------------------------------------------------------------------ */

static void bits_reach_their_layers(void **state) {
    for (uint32_t v = V1; v <= V3_LARGE; ++v) {
        OPEN(*state, v);
        assert_bits_reach_their_layers(*state);
    }
}

static void blocks_have_their_own_bits(void **state) {
    static const char *const keys[] = {"pw_weight_bits", "pw_input_bits", "dw_weight_bits",
                                       "dw_input_bits"};
    fixture *f = *state;
    OPEN(f, PROXYLESS);
    for (uint32_t k = 0; k < 4; ++k)
        for (uint32_t b = 0; b < 21; ++b) *at(f, keys[k], b) = 1 + (b + 5 * k) % 16;
    *at(f, "outer_weight_bits", 0) = 3;
    *at(f, "outer_input_bits", 0) = 9;
    const cim_network *n = build(f);
    uint32_t outer = 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        const uint32_t b = (uint32_t)l->elements[1], k = strstr(l->name, "depthwise") ? 2 : 0;
        if (!l->weight_bits) continue;
        outer += l->elements[1] < 0;
        assert_int_equal(l->weight_bits, l->elements[1] < 0 ? 3 : 1 + (b + 5 * k) % 16);
        assert_int_equal(l->input_bits, l->elements[1] < 0 ? 9 : 1 + (b + 5 * (k + 1)) % 16);
    }
    assert_int_equal(outer, 5); /* stem, first block, head, classifier */
}

static void building_again_allocates_nothing_and_changes_nothing(void **state) {
    fixture *f = *state;
    for (uint32_t v = 0; v < VERSIONS; ++v) {
        OPEN(f, v);
        const uint32_t n_layers = build(f)->layers.n;
        const int allocations = f->fake.allocations;
        for (uint32_t round = 0; round < 20; ++round) {
            const cim_network *n = build(f);
            assert_int_equal(n->layers.n, n_layers);
            assert_shapes(n);
        }
        assert_int_equal(f->fake.allocations, allocations);
    }
}

static void a_lack_of_memory_is_reported(void **state) {
    assert_clean_without_memory(*state, 1, (const double[]){V2}, 2);
}

static void two_instances_do_not_meet(void **state) {
    fixture *f = *state, other = {0};
    fake_host_start(&other.fake);
    other.plugin = f->plugin;
    other.ops = f->ops;
    OPEN(f, V3_LARGE);
    const cim_network *n = build(f);
    OPEN(&other, V1);
    assert_sums(build(&other), 28, 4209088, 568740352);
    assert_sums(n, 64, 5451272, 216589760);
    other.ops->destroy(other.self);
    assert_int_equal(other.fake.live, 0);
    assert_sums(build(f), 64, 5451272, 216589760);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(totals_are_the_published_ones),
        TEST(sub_networks_have_the_published_totals),
        TEST(single_layers_are_right),
        TEST(shapes_agree_along_edges),
        TEST(elements_name_the_places),
        TEST(bits_reach_their_layers),
        TEST(blocks_have_their_own_bits),
        TEST(building_again_allocates_nothing_and_changes_nothing),
        TEST(a_lack_of_memory_is_reported),
        TEST(two_instances_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
