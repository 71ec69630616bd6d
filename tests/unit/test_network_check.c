/* What a workload built against the rules of cim/workload.h, rule by rule, and its sums. */
#include "core_fixture.h"
#include "network.h"

typedef struct net {
    cim_network network;
    cim_layer layers[3];
    uint32_t first[1], second[1], third[2];
    int32_t elements[3][2];
    cim_index_set sets[2];
    char why[200];
} net;

static cim_layer layer(const char *name, uint32_t op, uint32_t slot, uint32_t in, uint32_t out) {
    return (cim_layer){.name = name,
                       .op = op,
                       .slot = slot,
                       .in_channels = in,
                       .in_height = 8,
                       .in_width = 8,
                       .out_channels = out,
                       .out_height = 8,
                       .out_width = 8,
                       .kernel_height = 1,
                       .kernel_width = 1,
                       .stride_height = 1,
                       .stride_width = 1,
                       .dilation_height = 1,
                       .dilation_width = 1,
                       .groups = 1,
                       .weight_bits = op == CIM_OP_CONV ? 8 : 0,
                       .input_bits = 8,
                       .output_bits = 8,
                       .n_inputs = 1};
}

/* conv 3 -> 16, conv 16 -> 16, and their sum. */
static void start(net *n) {
    *n =
        (net){.first = {CIM_FROM_INPUT},
              .second = {0},
              .third = {0, 1},
              .elements = {{0, -1}, {1, 3}, {-1, -1}},
              .sets = {{.name = "a", .help = "", .size = 2}, {.name = "b", .help = "", .size = 4}}};
    n->layers[0] = layer("one", CIM_OP_CONV, 0, 3, 16);
    n->layers[1] = layer("two", CIM_OP_CONV, 1, 16, 16);
    n->layers[2] = layer("sum", CIM_OP_ADD, 2, 16, 16);
    n->layers[2].n_inputs = 2;
    n->layers[0].inputs = n->first;
    n->layers[1].inputs = n->second;
    n->layers[2].inputs = n->third;
    for (int i = 0; i < 3; i++) n->layers[i].elements = n->elements[i];
    n->network = (cim_network){.struct_size = sizeof n->network,
                               .name = "net",
                               .in_channels = 3,
                               .in_height = 8,
                               .in_width = 8,
                               .input_bits = 8,
                               .layers = {n->layers, 3, sizeof *n->layers},
                               .index_sets = {n->sets, 2, sizeof *n->sets}};
}

static void check(net *n) { network_check(&n->network, 2, n->why, sizeof n->why); }

static void assert_why(net *n, const char *piece) {
    memset(n->why, 'x', sizeof n->why);
    check(n);
    if (!piece) assert_string_equal(n->why, "");
    else assert_contains(n->why, piece);
}

static void a_good_network_passes(void **state) {
    (void)state;
    net n;
    start(&n);
    assert_why(&n, NULL);
    n.layers[1].statistics = &(cim_layer_statistics){NAN, NAN, NAN, NAN};
    n.layers[0].op = CIM_OP_END + 7; /* not known to this host: for the model to refuse */
    assert_why(&n, NULL);
    start(&n);
    n.layers[1].groups = 16;
    assert_why(&n, NULL);
    n.layers[0].weight_bits = n.layers[0].input_bits = n.layers[0].output_bits = 64;
    assert_why(&n, NULL);
}

static void structs_must_be_as_long_as_ours(void **state) {
    (void)state;
    net n;
    start(&n);
    n.network.struct_size--;
    assert_why(&n, "structs are smaller than this host's");
    start(&n);
    n.network.layers.row_size = sizeof(cim_layer) - 8;
    assert_why(&n, "structs are smaller than this host's");
    start(&n);
    n.network.index_sets.row_size = 8;
    assert_why(&n, "structs are smaller than this host's");
}

static void tables_are_bounded(void **state) {
    (void)state;
    net n;
    start(&n);
    n.network.layers.n = 0;
    assert_why(&n, "0 layers; must be 1..65536");
    n.network.layers.n = CIM_MAX_LAYERS + 1;
    assert_why(&n, "65537 layers; must be 1..65536");
    n.network.layers = (cim_layer_table){NULL, 3, sizeof(cim_layer)};
    assert_why(&n, "must be 1..65536");
    start(&n);
    n.network.index_sets.n = 1;
    assert_why(&n, "1 index sets in the network, 2 described");
    n.network.index_sets.n = 0;
    assert_why(&n, "0 index sets in the network, 2 described");
}

static void longer_rows_are_stepped_over(void **state) {
    (void)state;
    struct { cim_layer is; uint64_t later; } rows[3];
    net n;
    start(&n);
    memset(rows, 0xff, sizeof rows);
    for (int i = 0; i < 3; i++) rows[i].is = n.layers[i];
    n.network.layers = (cim_layer_table){&rows[0].is, 3, sizeof rows[0]};
    assert_why(&n, NULL);
    rows[1].is.groups = 3;
    assert_why(&n, "layer 1 (two) has groups that do not divide");
}

static void layers_have_a_name_an_op_a_shape_and_groups(void **state) {
    (void)state;
    net n;
    uint32_t *sizes[] = {&n.layers[1].in_channels, &n.layers[1].in_height,
                         &n.layers[1].in_width,    &n.layers[1].out_channels,
                         &n.layers[1].out_height,  &n.layers[1].out_width};
    start(&n);
    n.layers[1].name = NULL;
    assert_why(&n, "layer 1 () has no name");
    start(&n);
    n.layers[1].op = CIM_OP_NONE;
    assert_why(&n, "layer 1 (two) has no op");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        start(&n);
        *sizes[i] = 0;
        assert_why(&n, "layer 1 (two) has an empty shape");
    }
    static const uint32_t bad_groups[] = {0, 3, 32};
    for (size_t i = 0; i < 3; i++) {
        start(&n);
        n.layers[1].groups = bad_groups[i];
        assert_why(&n, "has groups that do not divide its channels");
    }
    start(&n);
    n.layers[0].out_channels = 15; /* divides the input's channels, not the output's */
    n.layers[0].groups = 3;
    n.layers[0].in_channels = 4;
    assert_why(&n, "has groups that do not divide its channels");
}

/* Of a kernel of 3 over 8 rows; a convolution may look at nothing but its padding. */
static void windows_of_pools_see_their_input(void **state) {
    (void)state;
    static const struct { uint32_t stride, pad, sees; } cases[] = {
        {1, 0, 1}, {1, 2, 1}, {1, 3, 0}, {2, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        net n;
        start(&n);
        cim_layer *l = &n.layers[1];
        l->op = i % 2 ? CIM_OP_MAX_POOL : CIM_OP_AVERAGE_POOL;
        l->kernel_height = l->kernel_width = 3;
        l->stride_width = cases[i].stride;
        l->pad_left = cases[i].pad;
        assert_why(&n, cases[i].sees ? NULL : "layer 1 (two) has windows that lie wholly in its");
        l->op = CIM_OP_CONV;
        assert_why(&n, NULL);
    }
}

static void operands_have_at_most_64_bits(void **state) {
    (void)state;
    net n;
    uint32_t *bits[] = {&n.layers[0].weight_bits, &n.layers[0].input_bits,
                        &n.layers[0].output_bits};
    for (size_t i = 0; i < 3; i++) {
        start(&n);
        *bits[i] = 65;
        assert_why(&n, "layer 0 (one) has operands of more than 64 bits");
    }
}

static void inputs_come_from_before(void **state) {
    (void)state;
    net n;
    start(&n);
    n.layers[1].inputs = NULL;
    assert_why(&n, "layer 1 (two) has no list of inputs");
    start(&n);
    n.second[0] = 1;
    assert_why(&n, "layer 1 (two) takes its input from a layer that does not come before it");
    n.second[0] = 2;
    assert_why(&n, "does not come before it");
    n.second[0] = 99;
    assert_why(&n, "does not come before it");
    start(&n);
    n.third[1] = 2;
    assert_why(&n, "layer 2 (sum) takes its input from a layer that does not come before it");
}

static void elements_are_in_their_sets(void **state) {
    (void)state;
    net n;
    start(&n);
    n.layers[1].elements = NULL;
    assert_why(&n, "layer 1 (two) has no list of elements");
    start(&n);
    n.elements[1][0] = 2;
    assert_why(&n, "belongs to an element that its index set does not have");
    n.elements[1][0] = -2;
    assert_why(&n, "belongs to an element that its index set does not have");
    n.elements[1][0] = 1;
    n.elements[2][1] = 4;
    assert_why(&n, "layer 2 (sum) belongs to an element");
}

/* The remaining rules of cim/workload.h. */
static void shapes_agree_along_the_edges(void **state) {
    (void)state;
    net n;
    start(&n);
    n.layers[1].in_channels = 32;
    assert_why(&n, "layer 1 (two)");
    start(&n);
    n.layers[1].in_height = 7;
    assert_why(&n, "layer 1 (two)");
    start(&n);
    n.layers[0].in_channels = 4; /* of the network's own input */
    assert_why(&n, "layer 0 (one)");
}

static void slots_are_unique(void **state) {
    (void)state;
    net n;
    start(&n);
    n.layers[2].slot = 0;
    assert_why(&n, "slot");
}

static void names_are_unique(void **state) {
    (void)state;
    net n;
    start(&n);
    n.layers[2].name = "one";
    assert_why(&n, "name");
}

static void sums_are_checked_against_the_stated_ones(void **state) {
    (void)state;
    net n;
    uint64_t macs, weights;
    start(&n);
    network_totals(&n.network, &macs, &weights);
    assert_true(weights == 3 * 16 + 16 * 16 && macs == 64 * weights);
    n.network.stated_macs = macs;
    n.network.stated_weights = weights;
    assert_why(&n, NULL);
    n.network.stated_macs++;
    assert_why(&n, "19456 MACs, but 19457 are stated");
    n.network.stated_macs--;
    n.network.stated_weights--;
    assert_why(&n, "304 weights, but 303 are stated");
    start(&n);
    n.layers[1].runtime_operand = 1; /* attention: its "weights" are no weights of the network */
    network_totals(&n.network, &macs, &weights);
    assert_true(weights == 48 && macs == 64 * 304);
    n.layers[0].groups = 1;
    n.layers[0].kernel_height = 3;
    n.layers[0].kernel_width = 5;
    n.layers[0].op = CIM_OP_MAX_POOL;
    network_totals(&n.network, &macs, &weights);
    assert_true(weights == 0 && macs == 64 * 256);
}

static void the_reason_fits_its_place(void **state) {
    (void)state;
    net n;
    char small[8];
    start(&n);
    n.layers[1].op = CIM_OP_NONE;
    network_check(&n.network, 2, small, sizeof small);
    assert_string_equal(small, "layer 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_network_passes),
        cmocka_unit_test(structs_must_be_as_long_as_ours),
        cmocka_unit_test(tables_are_bounded),
        cmocka_unit_test(longer_rows_are_stepped_over),
        cmocka_unit_test(layers_have_a_name_an_op_a_shape_and_groups),
        cmocka_unit_test(windows_of_pools_see_their_input),
        cmocka_unit_test(operands_have_at_most_64_bits),
        cmocka_unit_test(inputs_come_from_before),
        cmocka_unit_test(elements_are_in_their_sets),
        cmocka_unit_test(shapes_agree_along_the_edges),
        cmocka_unit_test(slots_are_unique),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(sums_are_checked_against_the_stated_ones),
        cmocka_unit_test(the_reason_fits_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
