/* The networks of MNSIM 2.0 in configs/validation/networks/: all of them build, two are compared
 * with MNSIM's own table of layers, and ResNet-18's edges with its description. */
#include "network_file_fixture.h"
#include <glob.h>

#define NETWORKS SOURCE_DIR "/configs/validation/networks/"

enum { CONV = CIM_OP_CONV, POOL = CIM_OP_MAX_POOL, FC = CIM_OP_LINEAR, SUM = CIM_OP_ADD };

/* Columns of MNSIM's table; all is square. Of fully connected layers it says only the channels. */
static const struct row {
    uint32_t op, in, out, in_size, out_size, kernel, stride, padding;
} vgg8[] = {
    {CONV, 3, 128, 32, 32, 3, 1, 1},   {CONV, 128, 128, 32, 32, 3, 1, 1},
    {POOL, 128, 128, 32, 16, 2, 2, 0}, {CONV, 128, 256, 16, 16, 3, 1, 1},
    {CONV, 256, 256, 16, 16, 3, 1, 1}, {POOL, 256, 256, 16, 8, 2, 2, 0},
    {CONV, 256, 512, 8, 8, 3, 1, 1},   {CONV, 512, 512, 8, 8, 3, 1, 1},
    {POOL, 512, 512, 8, 4, 2, 2, 0},   {CONV, 512, 1024, 4, 2, 3, 1, 0},
    {POOL, 1024, 1024, 2, 1, 2, 2, 0}, {FC, 1024, 10, 1, 1, 1, 1, 0},
}, alexnet[] = {
    {CONV, 3, 64, 32, 16, 3, 2, 1},    {POOL, 64, 64, 16, 8, 2, 2, 0},
    {CONV, 64, 192, 8, 8, 3, 1, 1},    {POOL, 192, 192, 8, 4, 2, 2, 0},
    {CONV, 192, 384, 4, 4, 3, 1, 1},   {CONV, 384, 256, 4, 4, 3, 1, 1},
    {CONV, 256, 256, 4, 4, 3, 1, 1},   {POOL, 256, 256, 4, 2, 2, 2, 0},
    {FC, 1024, 512, 1, 1, 1, 1, 0},    {FC, 512, 10, 1, 1, 1, 1, 0},
};

static const cim_network *open_network(fixture *f, const char *path) {
    if (open_path(f, path) != CIM_OK) fail_msg("%s", f->fake.message);
    (void)describe(f);
    return build(f);
}

static void assert_chain(const cim_network *n, const struct row *rows, uint32_t n_rows) {
    assert_int_equal(n->layers.n, n_rows);
    for (uint32_t i = 0; i < n_rows; ++i) {
        const cim_layer *l = layer(n, i);
        const struct row is = {l->op, l->in_channels, l->out_channels, l->in_height, l->out_height,
                               l->kernel_height, l->stride_height, l->pad_top};
        assert_memory_equal(&is, &rows[i], sizeof is);
        assert_int_equal(l->slot, i);
        assert_int_equal(l->n_inputs, 1);
        assert_int_equal(l->inputs[0], i ? i - 1 : CIM_FROM_INPUT);
    }
}

static void layers_are_those_of_mnsims_table(void **state) {
    assert_chain(open_network(*state, NETWORKS "mnsim_vgg8.cfg"), vgg8,
                 sizeof vgg8 / sizeof vgg8[0]);
    assert_chain(open_network(*state, NETWORKS "mnsim_alexnet.cfg"), alexnet,
                 sizeof alexnet / sizeof alexnet[0]);
}

/* Sizes are square, and all layers with weights have a sign and 8 bits. */
static void assert_like_mnsim(const cim_network *n) {
    uint64_t weights = 0, macs = 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        assert_true(l->op == CONV || l->op == POOL || l->op == FC || l->op == SUM);
        assert_int_equal(l->in_height, l->in_width);
        assert_int_equal(l->kernel_height, l->kernel_width);
        assert_int_equal(l->input_bits, 9);
        assert_int_equal(l->weight_bits, cim_layer_weights(l) ? 9 : 0);
        weights += cim_layer_weights(l);
        macs += cim_layer_macs(l);
    }
    assert_int_equal(weights, n->stated_weights);
    assert_int_equal(macs, n->stated_macs);
    assert_int_equal(n->in_channels * 10000 + n->in_height * 100 + n->in_width, 33232);
    assert_int_equal(layer(n, n->layers.n - 1)->out_channels, 10);
}

static void all_files_build(void **state) {
    glob_t found;
    assert_int_equal(glob(NETWORKS "mnsim_*.cfg", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; ++i)
        assert_like_mnsim(open_network(*state, found.gl_pathv[i]));
    assert_int_equal(found.gl_pathc, 5);
    globfree(&found);
}

static const char *input_name(const cim_network *n, const cim_layer *l, uint32_t k) {
    assert_true(k < l->n_inputs && l->inputs[k] < n->layers.n);
    return layer(n, l->inputs[k])->name;
}

/* Every sum adds the layer before it to the block's input, or, where the width changes, to the main
 * path, and the layer before it is then the shortcut. */
static void sums_of_resnet18_join_the_right_layers(void **state) {
    const cim_network *n = open_network(*state, NETWORKS "mnsim_resnet18.cfg");
    uint32_t sums = 0, shortcuts = 0;
    const char *block_input = "pool1";
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        if (l->op != SUM) continue;
        const cim_layer *before = layer(n, i - 1);
        assert_int_equal(l->n_inputs, 2);
        assert_int_equal(l->inputs[0], i - 1);
        if (before->stride_height == 2) {
            assert_string_equal(input_name(n, before, 0), block_input);
            assert_int_equal(l->inputs[1], i - 2);
            assert_int_equal(before->kernel_height, 3);
            ++shortcuts;
        } else {
            assert_string_equal(input_name(n, l, 1), block_input);
        }
        assert_int_equal(l->activation, CIM_ACT_RELU);
        assert_int_equal(before->activation, CIM_ACT_NONE);
        block_input = l->name;
        ++sums;
    }
    assert_int_equal(sums, 8);
    assert_int_equal(shortcuts, 3);
    assert_int_equal(layer(n, n->layers.n - 2)->in_channels, 2048);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(layers_are_those_of_mnsims_table),
        TEST(all_files_build),
        TEST(sums_of_resnet18_join_the_right_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
