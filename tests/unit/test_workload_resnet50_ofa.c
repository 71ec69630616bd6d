/* The super-network of workload.resnet50 against the rules of the published Once-for-All code,
 * class OFAResNets: totals and channels here come from those rules by an independent script. */
#define WORKLOAD "resnet50"
#include "workload_fixture.h"

enum { V1, V1_5, OFA, OFA_LARGEST };
enum { WEIGHT_LAYER, BLOCK, STAGE, SETS };

/* A second instance beside F, on a host of its own. */
static void start_second(const fixture *f, fixture *other, uint32_t version) {
    *other = (fixture){.plugin = f->plugin, .ops = f->ops};
    fake_host_start(&other->fake);
    OPEN(other, version);
}

static void end_second(fixture *other) {
    other->ops->destroy(other->self);
    assert_int_equal(other->fake.live, 0);
}

/* Depths, widths and expansion of some members, and their totals. */
static const struct {
    double depth[4], width[4], expansion, stem_width, stem_inner_width, stem_residual;
    uint32_t weight_layers;
    uint64_t weights, macs;
} members[] = {
    {{2, 2, 2, 2}, {1, 1, 1, 1}, 0.35, 1, 1, 1, 62, 48037856, 7491643904},
    {{1, 1, 1, 1}, {0.8, 0.8, 0.8, 0.8}, 0.25, 0.8, 0.65, 1, 50, 15825992, 2550191936},
    {{0, 1, 2, 1}, {0.65, 0.8, 1, 0.65}, 0.25, 0.8, 0.65, 1, 50, 15921288, 2708548992},
    {{2, 0, 1, 0}, {1, 0.65, 0.8, 1}, 0.35, 1, 0.65, 1, 47, 25255112, 4295031296},
    {{2, 0, 1, 0}, {1, 0.65, 0.8, 1}, 0.35, 0.65, 1, 0, 46, 25239584, 4177920512},
    {{0, 0, 0, 0}, {0.65, 0.65, 0.65, 0.65}, 0.2, 0.65, 0.65, 0, 37, 6515464, 962192128},
};

static void members_have_the_totals_of_the_published_rules(void **state) {
    fixture *f = *state;
    OPEN(f, OFA);
    for (uint32_t m = 0; m < sizeof members / sizeof members[0]; ++m) {
        for (uint32_t s = 0; s < 4; ++s) {
            *at(f, "depth", s) = members[m].depth[s];
            *at(f, "width", s) = members[m].width[s];
        }
        set_all(f, "expansion", members[m].expansion);
        *at(f, "stem_width", 0) = members[m].stem_width;
        *at(f, "stem_inner_width", 0) = members[m].stem_inner_width;
        *at(f, "stem_residual", 0) = members[m].stem_residual;
        const cim_network *n = build(f);
        assert_int_equal(weight_layers(n), members[m].weight_layers);
        assert_totals(n, members[m].weights, members[m].macs);
    }
}

/* All that a reader can tell of two layers apart. */
static void assert_same_layers(const cim_network *a, const cim_network *b) {
    assert_int_equal(a->layers.n, b->layers.n);
    for (uint32_t i = 0; i < a->layers.n; ++i) {
        const cim_layer *l = layer(a, i), *m = layer(b, i);
        assert_string_equal(l->name, m->name);
        assert_memory_equal(&l->op, &m->op, offsetof(cim_layer, inputs) - offsetof(cim_layer, op));
        assert_memory_equal(l->inputs, m->inputs, l->n_inputs * sizeof *l->inputs);
        assert_memory_equal(l->elements, m->elements, SETS * sizeof *l->elements);
        assert_int_equal(l->tensor != NULL, m->tensor != NULL);
        if (l->tensor) assert_string_equal(l->tensor, m->tensor);
    }
}

static void the_largest_member_is_ofa_largest(void **state) {
    fixture *f = *state;
    OPEN(f, OFA);
    fixture other;
    start_second(f, &other, OFA_LARGEST);
    assert_same_layers(build(f), build(&other));
    end_second(&other);
}

static void channels_are_rounded_as_published(void **state) {
    static const double widths[] = {0.65, 0.8, 1}, expansions[] = {0.2, 0.25, 0.35};
    static const uint32_t stem[] = {40, 48, 64}, inner[] = {24, 0, 32};
    static const uint32_t out[4][3] = {{168, 208, 256}, {336, 408, 512}, {664, 816, 1024},
                                       {1328, 1640, 2048}};
    static const uint32_t mid[4][3][3] = {
        {{32, 40, 56}, {40, 56, 72}, {48, 64, 88}},
        {{64, 88, 120}, {80, 104, 144}, {104, 128, 176}},
        {{136, 168, 232}, {160, 208, 288}, {208, 256, 360}},
        {{264, 336, 464}, {328, 408, 576}, {408, 512, 720}}};
    const char *const blocks[] = {"layer1.1", "layer2.1", "layer3.3", "layer4.1"};
    fixture *f = *state;
    OPEN(f, OFA);
    for (uint32_t w = 0; w < 3; ++w)
        for (uint32_t e = 0; e < 3; ++e) {
            set_all(f, "width", widths[w]);
            set_all(f, "expansion", expansions[e]);
            *at(f, "stem_width", 0) = widths[w];
            if (inner[w]) *at(f, "stem_inner_width", 0) = widths[w];
            const cim_network *n = build(f);
            assert_int_equal(find(n, "stem.2")->out_channels, stem[w]);
            if (inner[w]) assert_int_equal(find(n, "stem.1")->out_channels, inner[w]);
            for (uint32_t s = 0; s < 4; ++s) {
                char name[32];
                snprintf(name, sizeof name, "%s.conv3", blocks[s]);
                assert_int_equal(find(n, name)->in_channels, mid[s][w][e]);
                assert_int_equal(find(n, name)->out_channels, out[s][w]);
            }
        }
}

/* ---- depth ----------------------------------------------------------------------------------- */

/* Depths number I of 162: 3 of each stage, with and without the stem's middle layer. */
enum { DEPTHS = 162 };
static void set_depths(fixture *f, uint32_t i) {
    *at(f, "stem_residual", 0) = i % 2;
    i /= 2;
    for (uint32_t s = 0; s < 4; ++s, i /= 3) *at(f, "depth", s) = i % 3;
}

/* Do all conditions on element E of SET hold? */
static int is_active(fixture *f, const char *set, uint32_t e) {
    for (uint32_t i = 0; i < f->is.conditions.n; ++i) {
        const cim_condition *c = CIM_ROW(cim_condition, f->is.conditions, i);
        if (strcmp(c->target, set) != 0 || c->element != e) continue;
        int holds = 0;
        for (uint32_t k = 0; k < c->n_values; ++k)
            holds |= c->values[k] == *at(f, c->on, c->on_element);
        if (!holds) return 0;
    }
    return 1;
}

static void an_element_is_active_where_its_layers_are_built(void **state) {
    fixture *f = *state;
    OPEN(f, OFA);
    for (uint32_t i = 0; i < DEPTHS; ++i) {
        set_depths(f, i);
        const cim_network *n = build(f);
        for (uint32_t set = WEIGHT_LAYER; set <= BLOCK; ++set) {
            uint8_t built[62] = {0};
            for (uint32_t k = 0; k < n->layers.n; ++k)
                if (layer(n, k)->elements[set] >= 0) built[layer(n, k)->elements[set]] = 1;
            for (uint32_t e = 0; e < set_of(f, set)->size; ++e)
                assert_int_equal(built[e], is_active(f, set_of(f, set)->name, e));
        }
    }
}

static void inactive_elements_change_nothing(void **state) {
    fixture *f = *state;
    OPEN(f, OFA);
    fixture other;
    start_second(f, &other, OFA);
    uint32_t changed = 0;
    for (uint32_t i = 0; i < DEPTHS; ++i) {
        OPEN(&other, OFA);
        set_depths(f, i);
        set_depths(&other, i);
        for (uint32_t e = 0; e < 62; ++e)
            if (!is_active(&other, "weight_layer", e)) {
                *at(&other, "weight_bits", e) = *at(&other, "input_bits", e) = 16;
                ++changed;
            }
        for (uint32_t e = 0; e < 18; ++e)
            if (!is_active(&other, "block", e)) *at(&other, "expansion", e) = 0.2;
        assert_same_layers(build(f), build(&other));
    }
    assert_int_equal(changed, 81 * (1 + 2 * 4 * 3)); /* each layer: in its share of the depths */
    end_second(&other);
}

static void slots_and_elements_are_stable_over_depth(void **state) {
    fixture *f = *state;
    OPEN(f, OFA);
    fixture whole;
    start_second(f, &whole, OFA_LARGEST);
    const cim_network *largest = build(&whole);
    for (uint32_t i = 0; i < DEPTHS; ++i) {
        set_depths(f, i);
        const cim_network *n = build(f);
        for (uint32_t k = 0; k < n->layers.n; ++k) {
            const cim_layer *l = layer(n, k), *same = find(largest, l->name);
            assert_non_null(same);
            assert_int_equal(l->slot, same->slot);
            assert_memory_equal(l->elements, same->elements, SETS * sizeof *l->elements);
            if (l->tensor) assert_string_equal(l->tensor, same->tensor);
        }
    }
    end_second(&whole);
}

static void shapes_agree_at_all_depths_and_widths(void **state) {
    fixture *f = *state;
    static const double widths[] = {0.65, 0.8, 1}, expansions[] = {0.2, 0.25, 0.35};
    OPEN(f, OFA);
    (void)build(f);
    const int allocations = f->fake.allocations;
    for (uint32_t i = 0; i < DEPTHS; ++i) {
        set_depths(f, i);
        for (uint32_t s = 0; s < 4; ++s) *at(f, "width", s) = widths[(i + s) % 3];
        for (uint32_t k = 0; k < 18; ++k) *at(f, "expansion", k) = expansions[(i / 3 + k) % 3];
        *at(f, "stem_width", 0) = widths[i / 2 % 3];
        *at(f, "stem_inner_width", 0) = i % 4 < 2 ? 0.65 : 1;
        assert_edges(build(f));
    }
    assert_int_equal(f->fake.allocations, allocations); /* the largest was built first */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(members_have_the_totals_of_the_published_rules),
        TEST(the_largest_member_is_ofa_largest),
        TEST(channels_are_rounded_as_published),
        TEST(an_element_is_active_where_its_layers_are_built),
        TEST(inactive_elements_change_nothing),
        TEST(slots_and_elements_are_stable_over_depth),
        TEST(shapes_agree_at_all_depths_and_widths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
