/* workload.block_cnn: what each type of block is made of, and where it stands. Totals by hand. */
#define WORKLOAD "block_cnn"
#include "workload_fixture.h"

enum { VGG, MVGG, RES };
enum { FASHION_MNIST, MNIST, CIFAR10 };

static void set_block(fixture *f, uint32_t i, double type, double width) {
    *at(f, "block_type", i) = type;
    *at(f, "width", i) = width;
}

static void set_depth(fixture *f, double depth) { *at(f, "depth", 0) = depth; }

typedef struct row {
    const char *name;
    uint32_t op, slot, out, side, stride, activation;
} row;

static void assert_layers(const cim_network *n, const row *rows, uint32_t n_rows) {
    for (uint32_t i = 0; i < n->layers.n && i < n_rows; i++) {
        const cim_layer *l = layer(n, i);
        assert_string_equal(l->name, rows[i].name);
        assert_int_equal(l->op, rows[i].op);
        assert_int_equal(l->slot, rows[i].slot);
        assert_int_equal(l->out_channels, rows[i].out);
        assert_int_equal(l->out_height, rows[i].side);
        assert_int_equal(l->out_width, rows[i].side);
        assert_int_equal(l->stride_height, rows[i].stride);
        assert_int_equal(l->activation, rows[i].activation);
    }
    assert_int_equal(n->layers.n, n_rows);
}

/* Weights: stem 72; 8 x 8 x 9, twice; 8 x 16 x 9, 16 x 16 x 9, 8 x 16; twice 16 x 16 x 9;
 * 16 x 12 x 9; 12 x 10. Positions: 14 x 14 for the first three, then 4 x 4, and 1. */
static void test_one_block_of_each_type(void **state) {
    fixture *f = *state;
    set_depth(f, 4);
    set_block(f, 0, VGG, 8);
    set_block(f, 1, RES, 16);
    set_block(f, 2, RES, 16);
    set_block(f, 3, MVGG, 12);
    static const row rows[] = {
        {"stem", CIM_OP_CONV, 0, 8, 14, 2, CIM_ACT_RELU},
        {"block1.conv1", CIM_OP_CONV, 1, 8, 14, 1, CIM_ACT_RELU},
        {"block1.conv2", CIM_OP_CONV, 2, 8, 14, 1, CIM_ACT_RELU},
        {"block1.pool", CIM_OP_MAX_POOL, 4, 8, 7, 2, CIM_ACT_NONE},
        {"block2.conv1", CIM_OP_CONV, 6, 16, 4, 2, CIM_ACT_RELU},
        {"block2.conv2", CIM_OP_CONV, 7, 16, 4, 1, CIM_ACT_NONE},
        {"block2.project", CIM_OP_CONV, 8, 16, 4, 2, CIM_ACT_NONE},
        {"block2.add", CIM_OP_ADD, 10, 16, 4, 1, CIM_ACT_RELU},
        {"block3.conv1", CIM_OP_CONV, 11, 16, 4, 1, CIM_ACT_RELU},
        {"block3.conv2", CIM_OP_CONV, 12, 16, 4, 1, CIM_ACT_NONE},
        {"block3.add", CIM_OP_ADD, 15, 16, 4, 1, CIM_ACT_RELU},
        {"block4.conv1", CIM_OP_CONV, 16, 12, 4, 1, CIM_ACT_RELU},
        {"pool", CIM_OP_AVERAGE_POOL, 36, 12, 1, 1, CIM_ACT_NONE},
        {"classifier", CIM_OP_LINEAR, 37, 10, 1, 1, CIM_ACT_NONE}};
    const cim_network *n = build(f);
    assert_layers(n, rows, sizeof rows / sizeof *rows);
    assert_totals(n, 72 + 576 + 576 + 1152 + 2304 + 128 + 2 * 2304 + 1728 + 120,
                  196 * (72 + 576 + 576) + 16 * (1152 + 2304 + 128 + 2 * 2304 + 1728) + 120);
    assert_edges(n);
    assert_string_equal(input_name(n, named(n, "block2.add"), 0), "block2.conv2");
    assert_string_equal(input_name(n, named(n, "block2.add"), 1), "block2.project");
    assert_string_equal(input_name(n, named(n, "block2.project"), 0), "block1.pool");
    assert_string_equal(input_name(n, named(n, "block3.add"), 1), "block2.add");
    assert_string_equal(n->dataset, "fashion_mnist");
}

/* 3 or 4 positions a side behind the second block, by type; nothing is halved after that. */
static void test_seven_blocks_fit(void **state) {
    fixture *f = *state;
    static const uint32_t sides[] = {[VGG] = 3, [MVGG] = 4, [RES] = 4};
    for (int type = VGG; type <= RES; type++) {
        set_all(f, "block_type", type);
        for (uint32_t depth = 1; depth <= 7; depth++) {
            set_depth(f, depth);
            const cim_network *n = build(f);
            const cim_layer *pool = named(n, "pool");
            assert_int_equal(pool->in_height, depth == 1 ? 7 : sides[type]);
            assert_int_equal(weight_layers(n),
                             2 + (type == VGG ? 2 * depth : type == MVGG ? depth
                                  : 2 * depth + (depth < 2 ? depth : 2)));
            assert_edges(n);
        }
    }
}

static void test_other_images(void **state) {
    fixture *f = *state;
    OPEN(f, CIFAR10);
    set_depth(f, 7);
    set_all(f, "block_type", VGG);
    const cim_network *n = build(f);
    assert_true(n->in_channels == 3 && n->in_height == 32 && named(n, "pool")->in_height == 4);
    assert_string_equal(n->dataset, "cifar10");
    OPEN(f, MNIST);
    n = build(f);
    assert_true(n->in_channels == 1 && n->in_height == 28);
    assert_string_equal(n->dataset, "mnist");
}

/* In a network that has all weight layers. */
static void test_bits_and_elements(void **state) {
    fixture *f = *state;
    set_depth(f, 7);
    set_all(f, "block_type", RES);
    for (uint32_t i = 0; i < 7; i++) *at(f, "width", i) = 8 + i;
    assert_weight_layers(f, 23);
    assert_bits_reach_their_layers(f);
    const cim_network *n = build(f);
    for (uint32_t i = 0; i < n->layers.n; i++) {
        unsigned block;
        const int inside = sscanf(layer(n, i)->name, "block%u.", &block) == 1;
        assert_int_equal(layer(n, i)->elements[1], inside ? (int32_t)block - 1 : -1);
    }
}

static void test_memory_may_run_out_anywhere(void **state) {
    assert_clean_without_memory(*state, 0, NULL, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_one_block_of_each_type), TEST(test_seven_blocks_fit), TEST(test_other_images),
        TEST(test_bits_and_elements), TEST(test_memory_may_run_out_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
