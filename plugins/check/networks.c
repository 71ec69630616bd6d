#include "networks.h"

#include <cim_sdk/network.h>
#include <stdio.h>
#include <string.h>

const char *const network_names[N_NETWORKS] = {"one_layer", "plain", "vgg8", "residual"};

enum { MOST_WEIGHT_LAYERS = 8, MOST_SETS = 64 };

const char *networks_op_name(uint32_t op) {
    switch (op) {
#define OP_NAME(name, text) case name: return text;
        CIM_OP_LIST(OP_NAME)
#undef OP_NAME
    default: return "an op of no interface";
    }
}

/* ---- a host for the builder ----------------------------------------------------------------- */

static cim_status builder_fail(const cim_host *host, cim_status status, const char *why) {
    (void)host;
    fprintf(stderr, "the suite's own network: %s\n", why);
    return status;
}

static void *builder_alloc(const cim_host *host, size_t count, size_t size) {
    return check_lend(host->context, count * size);
}

/* Networks live until the end of the test, whatever the builder does with its memory. */
static void builder_release(const cim_host *host, void *memory) { (void)host, (void)memory; }

typedef struct making {
    check *c;
    cim_builder *b;
    network_bits bits;
    uint32_t slot, n_sets, n_weight_layers;
    char name[16];
} making;

uint32_t networks_sets(check *c, const cim_plugin *plugin, const cim_index_set **sets) {
    cim_index_set *all = check_new(c, MOST_SETS, sizeof *all);
    uint32_t n = 1;
    all[0] = (cim_index_set){.name = "weight_layer", .help = "", .size = MOST_WEIGHT_LAYERS};
    for (uint32_t i = 0; i < plugin->is.params.n; i++) {
        const char *name = CIM_ROW(cim_param, plugin->is.params, i)->index_set;
        bool known = !name;
        for (uint32_t k = 0; !known && k < n; k++) known = strcmp(all[k].name, name) == 0;
        if (known || n == MOST_SETS) continue;
        all[n] = all[0];
        all[n++].name = name;
    }
    *sets = all;
    return n;
}

static making begin(const subject *s, const char *name, uint32_t channels, uint32_t side,
                    network_bits bits) {
    cim_host *host = check_new(s->c, 1, sizeof *host);
    *host = (cim_host){.struct_size = sizeof *host, .abi_major = CIM_ABI_MAJOR,
                       .abi_minor = CIM_ABI_MINOR, .context = s->c, .fail = builder_fail,
                       .alloc = builder_alloc, .release = builder_release};
    making m = {.c = s->c, .bits = bits, .n_sets = s->how.n_sets};
    if (cim_builder_new(host, &m.b) != CIM_OK) check_fail(s->c, "the suite cannot build networks");
    cim_network head = {.struct_size = sizeof head, .name = name, .in_channels = channels,
                        .in_height = side, .in_width = side,
                        .index_sets = {s->how.sets, s->how.n_sets, sizeof *s->how.sets}};
    cim_build_begin(m.b, &head);
    return m;
}

/* In the rows of this subject's host, which may be longer. */
static const cim_network *end(making *m, const subject *s) {
    const cim_network *built;
    if (cim_build_end(m->b, 0, &built) != CIM_OK)
        check_fail(m->c, "the suite cannot build networks");
    cim_network n = *built;
    n.layers = (cim_layer_table)SUBJECT_TABLE(s, built->layers.rows, built->layers.n, cim_layer);
    n.index_sets =
        (cim_index_set_table)SUBJECT_TABLE(s, s->how.sets, s->how.n_sets, cim_index_set);
    return subject_struct(s, &n, sizeof n);
}

static cim_weight_layer next_layer(making *m, const char *name) {
    snprintf(m->name, sizeof m->name, "%s%u", name, m->slot);
    return (cim_weight_layer){.name = m->name, .slot = m->slot++, .weight_bits = m->bits.weight,
                              .input_bits = m->bits.input, .activation = CIM_ACT_RELU};
}

static uint32_t placed(making *m, uint32_t layer) {
    for (uint32_t s = 0; s < m->n_sets; s++)
        cim_build_element(m->b, layer, s, m->n_weight_layers % MOST_WEIGHT_LAYERS);
    m->n_weight_layers++;
    return layer;
}

static uint32_t conv(making *m, uint32_t x, uint32_t channels, uint32_t kernel) {
    cim_weight_layer l = next_layer(m, "conv");
    l.out_channels = channels;
    l.kernel = kernel;
    l.padding = kernel / 2;
    return placed(m, cim_build_conv(m->b, x, &l));
}

static uint32_t linear(making *m, uint32_t x, uint32_t channels) {
    cim_weight_layer l = next_layer(m, "fc");
    l.out_channels = channels;
    l.flatten = 1;
    return placed(m, cim_build_linear(m->b, x, &l));
}

static uint32_t pool(making *m, uint32_t x) {
    cim_weight_layer l = next_layer(m, "pool");
    return cim_build_max_pool(m->b, x, l.name, l.slot, 2, 2, 0);
}

/* ---- the networks --------------------------------------------------------------------------- */

static void build_vgg8(making *m) {
    static const uint32_t channels[] = {32, 32, 64, 64, 128, 128};
    uint32_t x = CIM_FROM_INPUT;
    for (uint32_t i = 0; i < 6; i++) {
        x = conv(m, x, channels[i], 3);
        if (i % 2) x = pool(m, x);
    }
    x = linear(m, x, 256);
    linear(m, x, 10);
}

static void build_residual(making *m) {
    uint32_t from = conv(m, CIM_FROM_INPUT, 16, 3), x = from;
    cim_weight_layer l = next_layer(m, "depthwise");
    l.kernel = 3;
    l.padding = 1;
    x = placed(m, cim_build_depthwise(m->b, x, &l));
    x = conv(m, x, 16, 1);
    l = next_layer(m, "add");
    x = cim_build_add(m->b, (uint32_t[]){x, from}, 2, l.name, l.slot, CIM_ACT_NONE);
    l = next_layer(m, "average");
    x = cim_build_average_pool(m->b, x, l.name, l.slot, 2, 2, 0);
    l = next_layer(m, "global");
    x = cim_build_global_pool(m->b, x, l.name, l.slot);
    linear(m, x, 1000); /* as many classes as ImageNet: some evaluators know no other */
}

const cim_network *networks_make(const subject *s, network_kind kind, network_bits bits) {
    making m = begin(s, network_names[kind], kind == NETWORK_ONE_LAYER ? 48 : 3,
                     kind == NETWORK_ONE_LAYER ? 1 : kind == NETWORK_VGG8 ? 32 : 8, bits);
    uint32_t x = CIM_FROM_INPUT;
    if (kind == NETWORK_ONE_LAYER) linear(&m, x, 10);
    else if (kind == NETWORK_VGG8) build_vgg8(&m);
    else if (kind == NETWORK_RESIDUAL) build_residual(&m);
    else {
        x = conv(&m, x, 8, 3);
        x = pool(&m, x);
        linear(&m, x, 10);
    }
    return end(&m, s);
}

/* ---- one network for every operation -------------------------------------------------------- */

/* The builder's nearest layer; what it does not know is made of one by changing its op. */
static uint32_t probe(making *m, uint32_t op, uint32_t a, uint32_t b) {
    const uint32_t both[] = {b, a}, slot = m->slot++;
    cim_weight_layer l = {.name = "probe", .slot = slot, .out_channels = 8, .kernel = 1,
                          .weight_bits = 8, .input_bits = 8};
    switch (op) {
    case CIM_OP_NONE: return b;
    case CIM_OP_CONV: return placed(m, cim_build_conv(m->b, b, &l));
    case CIM_OP_LINEAR:
        l.kernel = 0;
        return placed(m, cim_build_linear(m->b, b, &l));
    case CIM_OP_CONCAT: return cim_build_concat(m->b, both, 2, "probe", slot);
    case CIM_OP_MULTIPLY: return cim_build_multiply(m->b, b, a, "probe", slot);
    case CIM_OP_MAX_POOL: return cim_build_max_pool(m->b, b, "probe", slot, 3, 1, 1);
    case CIM_OP_AVERAGE_POOL: return cim_build_average_pool(m->b, b, "probe", slot, 3, 1, 1);
    case CIM_OP_MATMUL:
    case CIM_OP_ADD: return cim_build_add(m->b, both, 2, "probe", slot, CIM_ACT_NONE);
    default: return cim_build_activation(m->b, b, "probe", slot, CIM_ACT_SIGMOID);
    }
}

const cim_network *networks_with_op(const subject *s, uint32_t op) {
    making m = begin(s, "probe", 3, 4, (network_bits){8, 8});
    uint32_t a = conv(&m, CIM_FROM_INPUT, 8, 3), b = conv(&m, a, 8, 3), x = probe(&m, op, a, b);
    linear(&m, x, 10);
    const cim_network *n = end(&m, s);
    char *rows = (char *)(uintptr_t)n->layers.rows;
    for (uint32_t i = 0; i < n->layers.n; i++) {
        cim_layer *l = (cim_layer *)(void *)(rows + (size_t)i * n->layers.row_size);
        if (strcmp(l->name, "probe") != 0) continue;
        l->op = op;
        if (op != CIM_OP_MATMUL) continue;
        l->runtime_operand = 1;
        l->weight_bits = 8;
    }
    return n;
}
