/* workload.nasbench_macro against the benchmark's own figures: flops are MACs; params are weights,
 * two numbers of batch norm for each channel of a convolution, and the classifier's ten biases. */
#define WORKLOAD "nasbench_macro"
#include "workload_fixture.h"

enum { BLOCKS = 8 };

static void set_blocks(fixture *f, const char *arch) {
    for (uint32_t i = 0; i < BLOCKS; i++) *at(f, "block", i) = arch[i] - '0';
}

static void assert_published(fixture *f, const char *arch, uint64_t params, uint64_t flops) {
    uint64_t macs = 0, numbers = 10;
    set_blocks(f, arch);
    const cim_network *network = build(f);
    for (uint32_t i = 0; i < network->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        macs += cim_layer_macs(l);
        numbers += cim_layer_weights(l) + (l->op == CIM_OP_CONV ? 2 * l->out_channels : 0);
    }
    if (macs != flops || numbers != params)
        fail_msg("%s: %llu MACs, %llu numbers: %llu, %llu", arch, (unsigned long long)macs,
                 (unsigned long long)numbers, (unsigned long long)flops,
                 (unsigned long long)params);
}

/* The smallest network, what each block adds to it (the sums hold for all networks), the
 * largest. */
static void test_published_totals(void **state) {
    static const uint32_t params[BLOCKS][2] = {
        {8416, 21952},    {27200, 60416},   {31168, 76672},   {103552, 219136},
        {103552, 219136}, {119680, 284416}, {403712, 831488}, {403712, 831488}};
    static const uint32_t flops[BLOCKS][2] = {
        {4415488, 10141696}, {6733824, 15040512}, {4304896, 9527296},  {6512640, 13811712},
        {6512640, 13811712}, {4249600, 9220096},  {6402048, 13197312}, {6402048, 13197312}};
    uint64_t all_params = 387882, all_flops = 7713280;
    assert_published(*state, "00000000", 387882, 7713280);
    for (int i = 0; i < BLOCKS; i++) {
        for (int kind = 1; kind < 3; kind++) {
            char arch[] = "00000000";
            arch[i] = (char)('0' + kind);
            assert_published(*state, arch, 387882u + params[i][kind - 1],
                             7713280u + flops[i][kind - 1]);
        }
        all_params += params[i][1];
        all_flops += flops[i][1];
    }
    assert_published(*state, "22222222", all_params, all_flops);
}

static void test_shapes_and_slots(void **state) {
    fixture *f = *state;
    set_blocks(f, "01201200");
    const cim_network *n = build(f);
    static const char *const names[] = {
        "stem",           "block1.project", "block2.expand",    "block2.depthwise",
        "block2.project", "block2.add",     "block3.expand",    "block3.depthwise",
        "block3.project", "block5.expand",  "block5.depthwise", "block5.project",
        "block5.add",     "block6.expand",  "block6.depthwise", "block6.project",
        "head",           "pool",           "classifier"};
    static const uint32_t slots[] = {0,  3,  5,  6,  7,  8,  9,  10, 11, 17,
                                     18, 19, 20, 21, 22, 23, 33, 34, 35};
    assert_int_equal(n->layers.n, sizeof slots / sizeof *slots);
    for (uint32_t i = 0; i < n->layers.n; i++) {
        assert_string_equal(CIM_ROW(cim_layer, n->layers, i)->name, names[i]);
        assert_int_equal(CIM_ROW(cim_layer, n->layers, i)->slot, slots[i]);
    }
    const cim_layer *l = CIM_ROW(cim_layer, n->layers, 7); /* 64 x 6 channels, halved */
    assert_true(l->groups == 384 && l->kernel_height == 5 && l->stride_height == 2 &&
                l->out_height == 8 && l->activation == CIM_ACT_RELU);
    l = CIM_ROW(cim_layer, n->layers, 1);
    assert_true(l->kernel_height == 1 && l->stride_height == 2 && l->out_channels == 64 &&
                l->activation == CIM_ACT_NONE);
    assert_string_equal(n->dataset, "cifar10");
}

static void test_bits_of_each_layer(void **state) {
    fixture *f = *state;
    set_blocks(f, "00000002");
    *at(f, "weight_bits", 22) = 3; /* block8.expand */
    *at(f, "input_bits", 26) = 5;  /* classifier */
    const cim_network *n = build(f);
    for (uint32_t i = 0; i < n->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        if (!l->weight_bits) continue;
        assert_int_equal(l->weight_bits, strcmp(l->name, "block8.expand") ? 8 : 3);
        assert_int_equal(l->input_bits, strcmp(l->name, "classifier") ? 8 : 5);
    }
}

static void test_all_networks_of_the_table(void **state) {
    const char *path = getenv("CIMDSE_NASBENCH_MACRO");
    if (!path) skip();
    FILE *file = fopen(path, "r");
    if (!file) fail_msg("%s is not there", path);
    char line[256], arch[16];
    unsigned long long params, flops;
    int n = 0;
    while (fgets(line, sizeof line, file)) {
        const char *flops_at = strrchr(line, ',');
        const char *at = flops_at; /* the last two columns */
        while (at && at > line && at[-1] != ',') at--;
        if (sscanf(line, "%8[0-2],", arch) != 1 || strlen(arch) != BLOCKS || !at) continue;
        assert_int_equal(sscanf(at, "%llu,%llu", &params, &flops), 2);
        assert_published(*state, arch, params, flops);
        n++;
    }
    fclose(file);
    assert_int_equal(n, 6561);
}

static void test_memory_may_run_out_anywhere(void **state) {
    assert_clean_without_memory(*state, 0, NULL, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_published_totals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shapes_and_slots, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bits_of_each_layer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_networks_of_the_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_memory_may_run_out_anywhere, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
