/* workload.network: what a file says arrives in the network, from both formats; the two shipped
 * files of VGG8 have the totals of DNN+NeuroSim's test record V1.4 (615,917,568 MACs). */
#include "network_file_fixture.h"

static const struct expected {
    uint32_t op, in[3], out[3];
    uint64_t weights, macs;
} vgg8[] = {
    {CIM_OP_CONV, {3, 32, 32}, {128, 32, 32}, 3456, 3538944},
    {CIM_OP_CONV, {128, 32, 32}, {128, 32, 32}, 147456, 150994944},
    {CIM_OP_MAX_POOL, {128, 32, 32}, {128, 16, 16}, 0, 0},
    {CIM_OP_CONV, {128, 16, 16}, {256, 16, 16}, 294912, 75497472},
    {CIM_OP_CONV, {256, 16, 16}, {256, 16, 16}, 589824, 150994944},
    {CIM_OP_MAX_POOL, {256, 16, 16}, {256, 8, 8}, 0, 0},
    {CIM_OP_CONV, {256, 8, 8}, {512, 8, 8}, 1179648, 75497472},
    {CIM_OP_CONV, {512, 8, 8}, {512, 8, 8}, 2359296, 150994944},
    {CIM_OP_MAX_POOL, {512, 8, 8}, {512, 4, 4}, 0, 0},
    {CIM_OP_LINEAR, {8192, 1, 1}, {1024, 1, 1}, 8388608, 8388608},
    {CIM_OP_LINEAR, {1024, 1, 1}, {10, 1, 1}, 10240, 10240},
};

static void assert_shape(const cim_layer *l, const uint32_t in[3], const uint32_t out[3]) {
    const uint32_t is_in[] = {l->in_channels, l->in_height, l->in_width};
    const uint32_t is_out[] = {l->out_channels, l->out_height, l->out_width};
    assert_memory_equal(is_in, in, sizeof is_in);
    assert_memory_equal(is_out, out, sizeof is_out);
}

static void assert_vgg8(const cim_network *n) {
    uint64_t weights = 0, macs = 0;
    assert_int_equal(n->layers.n, 11);
    for (uint32_t i = 0; i < 11; ++i) {
        const cim_layer *l = layer(n, i);
        assert_int_equal(l->op, vgg8[i].op);
        assert_int_equal(l->slot, i);
        assert_int_equal(l->inputs[0], i ? i - 1 : CIM_FROM_INPUT);
        assert_shape(l, vgg8[i].in, vgg8[i].out);
        assert_int_equal(cim_layer_weights(l), vgg8[i].weights);
        assert_int_equal(cim_layer_macs(l), vgg8[i].macs);
        assert_int_equal(l->activation, vgg8[i].weights && i < 10 ? CIM_ACT_RELU : CIM_ACT_NONE);
        if (vgg8[i].weights) assert_true(l->weight_bits == 8 && l->input_bits == 8);
        weights += cim_layer_weights(l);
        macs += cim_layer_macs(l);
    }
    assert_int_equal(weights, 12973440);
    assert_int_equal(macs, 615917568);
}

static void the_shipped_files_are_vgg8(void **state) {
    fixture *f = *state;
    assert_int_equal(open_path(f, SOURCE_DIR "/configs/networks/vgg8.cfg"), CIM_OK);
    assert_string_equal(describe(f)->element_names[6], "fc1");
    const cim_network *n = build(f);
    assert_vgg8(n);
    assert_string_equal(n->name, "vgg8");
    assert_string_equal(n->dataset, "cifar10");
    assert_int_equal(n->stated_weights, 12973440);
    assert_int_equal(n->stated_macs, 615917568);
    assert_int_equal(open_path(f, SOURCE_DIR "/configs/validation/networks/neurosim_vgg8.csv"),
                     CIM_OK);
    assert_int_equal(describe(f)->size, 8);
    assert_string_equal(describe(f)->element_names[6], "layer7");
    n = build(f);
    assert_vgg8(n);
    assert_string_equal(n->name, "neurosim_vgg8");
    assert_string_equal(layer(n, 2)->name, "pool2");
    assert_null(n->dataset);
}

/* ---- the list of layers ---------------------------------------------------------------------- */

static const char rich[] =
    "name = \"rich\"; input = [4, 16, 20]; weight_bits = 4; input_bits = 6; trained = \"w.bin\";\n"
    "layers = (\n"
    "  { name = \"wide\"; op = \"conv\"; out_channels = 8; kernel = [3, 5]; stride = [1, 2];\n"
    "    padding = [1, 1, 2, 3]; activation = \"relu\"; tensor = \"a.weight\"; },\n"
    "  { name = \"deep\"; op = \"depthwise\"; kernel = 3; padding = \"same\"; dilation = 2;\n"
    "    activation = \"hswish\"; weight_bits = 8; weight_mean = -0.25; },\n"
    "  { name = \"parts\"; op = \"conv\"; out_channels = 8; groups = 4; input_bits = 3;\n"
    "    input_bit_density = 0.3; input_toggle_rate = 0.1; weight_sd = 1; },\n"
    "  { name = \"sum\"; op = \"add\"; from = [ \"parts\", \"wide\", \"deep\" ];\n"
    "    activation = \"relu6\"; },\n"
    "  { name = \"mean\"; op = \"global_pool\"; },\n"
    "  { name = \"gate\"; op = \"linear\"; out_channels = 8; activation = \"hsigmoid\"; },\n"
    "  { name = \"scaled\"; op = \"multiply\"; from = ( \"sum\", \"gate\" ); },\n"
    "  { name = \"both\"; op = \"concat\"; from = [ \"scaled\", \"wide\" ]; },\n"
    "  { name = \"curve\"; op = \"activation\"; activation = \"gelu\"; },\n"
    "  { name = \"pool\"; op = \"average_pool\"; kernel = 2; },\n"
    "  { name = \"each\"; op = \"linear\"; out_channels = 5; flatten = false; },\n"
    "  { name = \"late\"; op = \"max_pool\"; kernel = 3; stride = 2; padding = 1;\n"
    "    from = \"curve\"; },\n"
    "  { name = \"out\"; op = \"linear\"; out_channels = 10; },\n"
    "  { name = \"aside\"; op = \"conv\"; out_channels = 2; from = \"input\"; },\n"
    "  { name = \"seen\"; op = \"global_pool\"; },\n"
    "  { name = \"heard\"; op = \"global_pool\"; from = \"each\"; },\n"
    "  { name = \"all\"; op = \"concat\"; from = [ \"out\", \"seen\", \"heard\" ]; } );\n";

static const struct rich_layer {
    const char *name;
    uint32_t op, n_inputs, inputs[3], in[3], out[3], groups, activation, weight_bits, input_bits;
} rich_layers[] = {
    {"wide", CIM_OP_CONV, 1, {CIM_FROM_INPUT}, {4, 16, 20}, {8, 16, 11}, 1, CIM_ACT_RELU, 4, 6},
    {"deep", CIM_OP_CONV, 1, {0}, {8, 16, 11}, {8, 16, 11}, 8, CIM_ACT_HSWISH, 8, 6},
    {"parts", CIM_OP_CONV, 1, {1}, {8, 16, 11}, {8, 16, 11}, 4, CIM_ACT_NONE, 4, 3},
    {"sum", CIM_OP_ADD, 3, {2, 0, 1}, {8, 16, 11}, {8, 16, 11}, 1, CIM_ACT_RELU6, 0, 6},
    {"mean", CIM_OP_AVERAGE_POOL, 1, {3}, {8, 16, 11}, {8, 1, 1}, 1, CIM_ACT_NONE, 0, 6},
    {"gate", CIM_OP_LINEAR, 1, {4}, {8, 1, 1}, {8, 1, 1}, 1, CIM_ACT_HSIGMOID, 4, 6},
    {"scaled", CIM_OP_MULTIPLY, 2, {3, 5}, {8, 16, 11}, {8, 16, 11}, 1, CIM_ACT_NONE, 0, 6},
    {"both", CIM_OP_CONCAT, 2, {6, 0}, {8, 16, 11}, {16, 16, 11}, 1, CIM_ACT_NONE, 0, 6},
    {"curve", CIM_OP_ACTIVATION, 1, {7}, {16, 16, 11}, {16, 16, 11}, 1, CIM_ACT_GELU, 0, 6},
    {"pool", CIM_OP_AVERAGE_POOL, 1, {8}, {16, 16, 11}, {16, 8, 5}, 1, CIM_ACT_NONE, 0, 6},
    {"each", CIM_OP_LINEAR, 1, {9}, {16, 8, 5}, {5, 8, 5}, 1, CIM_ACT_NONE, 4, 6},
    {"late", CIM_OP_MAX_POOL, 1, {8}, {16, 16, 11}, {16, 8, 6}, 1, CIM_ACT_NONE, 0, 6},
    {"out", CIM_OP_LINEAR, 1, {11}, {768, 1, 1}, {10, 1, 1}, 1, CIM_ACT_NONE, 4, 6},
    {"aside", CIM_OP_CONV, 1, {CIM_FROM_INPUT}, {4, 16, 20}, {2, 16, 20}, 1, CIM_ACT_NONE, 4, 6},
    {"seen", CIM_OP_AVERAGE_POOL, 1, {13}, {2, 16, 20}, {2, 1, 1}, 1, CIM_ACT_NONE, 0, 6},
    {"heard", CIM_OP_AVERAGE_POOL, 1, {10}, {5, 8, 5}, {5, 1, 1}, 1, CIM_ACT_NONE, 0, 6},
    {"all", CIM_OP_CONCAT, 3, {12, 14, 15}, {10, 1, 1}, {17, 1, 1}, 1, CIM_ACT_NONE, 0, 6},
};
enum { RICH_LAYERS = sizeof rich_layers / sizeof rich_layers[0] };

static void every_op_of_a_list_arrives(void **state) {
    const fixture *f = *state;
    const cim_network *n = open_and_build(*state, "cfg", rich);
    char weights[96];
    snprintf(weights, sizeof weights, "%s/w.bin", f->folder);
    assert_string_equal(n->name, "rich");
    assert_string_equal(n->trained, weights);
    assert_int_equal(n->layers.n, RICH_LAYERS);
    int32_t weight_layer = 0;
    for (uint32_t i = 0; i < RICH_LAYERS; ++i) {
        const struct rich_layer *e = &rich_layers[i];
        const cim_layer *l = layer(n, i);
        assert_string_equal(l->name, e->name);
        assert_int_equal(l->op, e->op);
        assert_int_equal(l->n_inputs, e->n_inputs);
        assert_memory_equal(l->inputs, e->inputs, e->n_inputs * sizeof e->inputs[0]);
        assert_shape(l, e->in, e->out);
        assert_int_equal(l->groups, e->groups);
        assert_int_equal(l->activation, e->activation);
        assert_int_equal(l->weight_bits, e->weight_bits);
        assert_int_equal(l->input_bits, e->input_bits);
        assert_int_equal(l->elements[0], e->weight_bits ? weight_layer++ : -1);
    }
}

static void windows_statistics_and_tensors_arrive(void **state) {
    const cim_network *n = open_and_build(*state, "cfg", rich);
    const cim_layer *l = layer(n, 0);
    const uint32_t wide[] = {3, 5, 1, 2, 1, 1, 1, 1, 2, 3};
    assert_memory_equal(&l->kernel_height, wide, sizeof wide); /* kernel, stride, dilation, pads */
    assert_string_equal(l->tensor, "a.weight");
    assert_null(l->statistics);
    l = layer(n, 1);
    const uint32_t deep[] = {3, 3, 1, 1, 2, 2, 2, 2, 2, 2};
    assert_memory_equal(&l->kernel_height, deep, sizeof deep);
    assert_null(l->tensor);
    assert_true(l->statistics->weight_mean == -0.25 && isnan(l->statistics->weight_sd));
    const cim_layer_statistics *s = layer(n, 2)->statistics;
    assert_true(s->input_bit_density == 0.3 && s->input_toggle_rate == 0.1 && s->weight_sd == 1);
    assert_true(isnan(s->weight_mean));
    l = layer(n, 9);
    assert_true(l->kernel_width == 2 && l->stride_height == 2 && l->stride_width == 2);
}

static void set_bits_replace_those_of_the_file(void **state) {
    fixture *f = *state;
    (void)open_and_build(f, "cfg", rich);
    const cim_index_set *set = describe(f);
    assert_int_equal(set->size, 7);
    assert_string_equal(set->element_names[2], "parts");
    f->numbers[2] = 11;            /* weight bits of parts, input bits of deep */
    f->numbers[set->size + 1] = 13;
    const cim_network *n = build(f);
    assert_int_equal(layer(n, 2)->weight_bits, 11);
    assert_int_equal(layer(n, 2)->input_bits, 3);
    assert_int_equal(layer(n, 1)->weight_bits, 8);
    assert_int_equal(layer(n, 1)->input_bits, 13);
    assert_int_equal(layer(n, 0)->output_bits, 13);
    assert_int_equal(layer(n, 0)->weight_bits, 4);
    describe(f);                   /* unset again */
    assert_int_equal(layer(build(f), 2)->weight_bits, 4);
}

/* ---- NeuroSim -------------------------------------------------------------------------------- */

/* A residual block as NeuroSim lists it: layer3 and the shortcut both read layer1's output. */
static const char branched[] = "name,H,W,Cin,Kh,Kw,Cout,pool,stride\r\n"
                               "stem,8,12,3,7,7,16,0,1\r\n"
                               "\r\n"
                               "# comment\r\n"
                               "down,8,12,16,3,3,32,0,2\r\n"
                               "same,4,6,32,3,1,32,0,1\r\n"
                               "shortcut, 8, 12, 16, 1, 1, 32, 0, 2\r\n"
                               "even,4,6,32,2,2,24,1,1\r\n"
                               "fc,1,1,24,1,1,10,0\r\n";

static void rows_read_the_nearest_row_that_fits(void **state) {
    static const struct {
        const char *name;
        uint32_t op, input, in[3], out[3];
    } e[] = {
        {"stem", CIM_OP_CONV, CIM_FROM_INPUT, {3, 8, 12}, {16, 8, 12}},
        {"down", CIM_OP_CONV, 0, {16, 8, 12}, {32, 4, 6}},
        {"same", CIM_OP_CONV, 1, {32, 4, 6}, {32, 4, 6}},
        {"shortcut", CIM_OP_CONV, 0, {16, 8, 12}, {32, 4, 6}},
        {"even", CIM_OP_CONV, 3, {32, 4, 6}, {24, 5, 7}}, /* half of 2 on each side */
        {"pool5", CIM_OP_MAX_POOL, 4, {24, 5, 7}, {24, 2, 3}},
        {"global_pool5", CIM_OP_AVERAGE_POOL, 5, {24, 2, 3}, {24, 1, 1}},
        {"fc", CIM_OP_LINEAR, 6, {24, 1, 1}, {10, 1, 1}},
    };
    const cim_network *n = open_and_build(*state, "csv", branched);
    assert_int_equal(n->layers.n, sizeof e / sizeof e[0]);
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        assert_string_equal(layer(n, i)->name, e[i].name);
        assert_int_equal(layer(n, i)->op, e[i].op);
        assert_int_equal(layer(n, i)->inputs[0], e[i].input);
        assert_shape(layer(n, i), e[i].in, e[i].out);
        const int rectified = layer(n, i)->weight_bits && i != 7;
        assert_int_equal(layer(n, i)->activation, rectified ? CIM_ACT_RELU : CIM_ACT_NONE);
    }
    const uint32_t same[] = {3, 1, 1, 1, 1, 1, 1, 1, 0, 0};
    assert_memory_equal(&layer(n, 2)->kernel_height, same, sizeof same);
}

static void a_row_reads_flattened_maps_and_the_input(void **state) {
    const cim_network *n = open_and_build(*state, "CSV", "1,1,12,1,1,5,0,1\n1,1,5,1,1,3,0,1");
    assert_int_equal(layer(n, 0)->op, CIM_OP_LINEAR);
    assert_int_equal(n->in_channels, 12);
    n = open_and_build(*state, "csv", "4,4,2,3,3,6,1,1\n1,1,24,1,1,3,0,1\n4,4,2,1,1,6,0,1\n");
    assert_int_equal(layer(n, 2)->in_channels, 24);
    assert_int_equal(layer(n, 3)->inputs[0], CIM_FROM_INPUT);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void building_again_allocates_nothing(void **state) {
    fixture *f = *state;
    (void)open_and_build(f, "cfg", rich);
    const int allocations = f->fake.allocations;
    for (uint32_t i = 0; i < 50; ++i) {
        f->numbers[i % 14] = 1 + i % 16;
        assert_int_equal(build(f)->layers.n, RICH_LAYERS);
    }
    assert_int_equal(f->fake.allocations, allocations);
}

static void a_lack_of_memory_is_reported_wherever_it_happens(void **state) {
    static const char *const files[][2] = {{"cfg", rich}, {"csv", branched}};
    fixture *f = *state;
    for (uint32_t i = 0; i < 2; ++i) {
        const int before = f->fake.allocations;
        assert_int_equal(open_text(f, files[i][0], files[i][1]), CIM_OK);
        const int needed = f->fake.allocations - before;
        assert_true(needed > 5);
        for (int k = 0; k < needed; ++k) {
            f->ops->destroy(f->self);
            f->self = NULL;
            f->fake.fail_at = f->fake.allocations + k;
            assert_int_equal(open_text(f, files[i][0], files[i][1]), CIM_E_MEMORY);
            assert_int_equal(f->fake.live, 0);
            f->fake.fail_at = -1;
            assert_int_equal(open_text(f, files[i][0], files[i][1]), CIM_OK);
        }
    }
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_shipped_files_are_vgg8),
        TEST(every_op_of_a_list_arrives),
        TEST(windows_statistics_and_tensors_arrive),
        TEST(set_bits_replace_those_of_the_file),
        TEST(rows_read_the_nearest_row_that_fits),
        TEST(a_row_reads_flattened_maps_and_the_input),
        TEST(building_again_allocates_nothing),
        TEST(a_lack_of_memory_is_reported_wherever_it_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
