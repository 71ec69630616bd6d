/* workload.network: any network, from a file (README.md beside this file). */
#include <cim_sdk/export.h>
#include <math.h>

#include "table.h"

/* The builder reports through this host, which puts file and line before what it says. It comes
 * first in the struct, so that its address is the struct's. */
typedef struct reporter {
    cim_host host;
    const table *t;
    uint32_t line;             /* of the layer that was refused; 0: of none */
} reporter;

typedef struct network {
    table t;                   /* t.host is the study's */
    reporter reporter;
    cim_builder *builder;
    const char **names;        /* of the weight layers */
    cim_index_set set;
} network;

enum { WEIGHT_LAYER };
enum { FILE_PATH, WEIGHT_BITS, INPUT_BITS };

static const cim_param own_params[] = {
    {.key = "file", .unit = "", .help = "the network: NeuroSim's NetWork.csv, or a list of layers",
     .type = CIM_TEXT, .flags = CIM_PARAM_PATH | CIM_PARAM_FIXED | CIM_PARAM_REQUIRED},
};

/* Unset, an element is as the file says. */
static const cim_param described_params[] = {
    {.key = "weight_bits", .unit = "bit", .help = "precision of the weights of each weight layer",
     .type = CIM_INTEGER, .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = MAX_BITS,
     .index_set = "weight_layer"},
    {.key = "input_bits", .unit = "bit",
     .help = "precision of the input (activations) of each weight layer; the first is the image's",
     .type = CIM_INTEGER, .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = MAX_BITS,
     .index_set = "weight_layer"},
};

static cim_status report(const cim_host *host, cim_status status, const char *text) {
    const reporter *r = (const void *)host;
    if (status == CIM_E_CONFIG) return table_refuse(r->t, r->line, "%s", text);
    return r->t->host->fail(r->t->host, status, text);
}

/* ---- table -> network ------------------------------------------------------------------------ */

static uint32_t append(cim_builder *b, const row *r, const cim_weight_layer *w) {
    const uint32_t *in = r->inputs, slot = w->slot;
    switch (r->op) {
    case ROW_CONV: return cim_build_conv(b, in[0], w);
    case ROW_DEPTHWISE: return cim_build_depthwise(b, in[0], w);
    case ROW_LINEAR: return cim_build_linear(b, in[0], w);
    case ROW_MAX_POOL:
        return cim_build_max_pool(b, in[0], r->name, slot, w->kernel, w->stride, w->padding);
    case ROW_AVERAGE_POOL:
        return cim_build_average_pool(b, in[0], r->name, slot, w->kernel, w->stride, w->padding);
    case ROW_GLOBAL_POOL: return cim_build_global_pool(b, in[0], r->name, slot);
    case ROW_ADD: return cim_build_add(b, in, r->n_inputs, r->name, slot, w->activation);
    case ROW_MULTIPLY: return cim_build_multiply(b, in[0], in[1], r->name, slot);
    case ROW_CONCAT: return cim_build_concat(b, in, r->n_inputs, r->name, slot);
    default: return cim_build_activation(b, in[0], r->name, slot, w->activation);
    }
}

static void choose_bits(const cim_values *values, uint32_t param, uint32_t element,
                        uint32_t *bits) {
    const double chosen = cim_number(values, 0, param, element);
    if (!isnan(chosen)) *bits = (uint32_t)chosen;
}

/* VALUES may be NULL: all bits are as the file says. */
static cim_status build_network(network *n, const cim_values *values, const cim_network **out) {
    cim_builder *b = n->builder;
    uint32_t weight_layer = 0;
    n->reporter.line = 0;
    cim_build_begin(b, &n->t.head);
    for (uint32_t i = 0; i < n->t.n_rows; ++i) {
        const row *r = &n->t.rows[i];
        cim_weight_layer w = r->is;
        if (values && row_has_weights(r)) {
            choose_bits(values, WEIGHT_BITS, weight_layer, &w.weight_bits);
            choose_bits(values, INPUT_BITS, weight_layer, &w.input_bits);
        }
        const uint32_t layer = append(b, r, &w);
        if (row_has_weights(r)) cim_build_element(b, layer, WEIGHT_LAYER, weight_layer++);
        if (!cim_build_shape(b, layer).channels && !n->reporter.line) n->reporter.line = r->line;
    }
    return cim_build_end(b, 0, out);
}

static cim_status build(void *self, const cim_values *values, const cim_network **out) {
    return build_network(self, values, out);
}

/* ---- create ---------------------------------------------------------------------------------- */

/* In doubles, because sums of what a file can say exceed 64 bits; exact up to 2^53. */
static cim_status check_totals(const table *t, const cim_network *built) {
    double macs = 0, weights = 0;
    for (uint32_t i = 0; i < built->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, built->layers, i);
        const double outputs = (double)l->out_height * l->out_width;
        const double own = (double)l->out_channels * (l->in_channels / l->groups) *
                           l->kernel_height * l->kernel_width;
        if (outputs * l->out_channels > UINT32_MAX)
            return table_refuse(t, t->rows[i].line, "layer %s: more than %u output values", l->name,
                                UINT32_MAX);
        if (row_has_weights(&t->rows[i])) {
            weights += own;
            macs += own * outputs;
        }
        if (macs > 0x1p53)
            return table_refuse(t, t->rows[i].line, "layer %s: the network has more than 2^53 "
                                "multiply-accumulates", l->name);
    }
    const double stated_weights = (double)t->head.stated_weights;
    const double stated_macs = (double)t->head.stated_macs;
    if (stated_weights != 0 && stated_weights != weights)
        return table_refuse(t, t->totals_line, "stated_weights = %.0f: its layers have %.0f",
                            stated_weights, weights);
    if (stated_macs != 0 && stated_macs != macs)
        return table_refuse(t, t->totals_line, "stated_macs = %.0f: its layers have %.0f",
                            stated_macs, macs);
    return CIM_OK;
}

static cim_status describe_set(network *n) {
    const cim_host *host = n->t.host;
    n->names = host->alloc(host, n->t.n_weight_layers, sizeof *n->names);
    if (!n->names) return host->fail(host, CIM_E_MEMORY, "out of memory");
    uint32_t k = 0;
    for (uint32_t i = 0; i < n->t.n_rows; ++i)
        if (row_has_weights(&n->t.rows[i])) n->names[k++] = n->t.rows[i].name;
    n->set = (cim_index_set){.name = "weight_layer", .help = "layers with weights, in order",
                             .element_names = n->names, .size = k};
    n->t.head.index_sets = (cim_index_set_table){&n->set, 1, sizeof n->set};
    return CIM_OK;
}

static void destroy(void *self) {
    network *n = self;
    const cim_host *host = n->t.host;
    cim_builder_free(n->builder);
    host->release(host, n->names);
    table_free(&n->t);
    host->release(host, n);
}

/* Builds the network once, so that a file that makes none is refused here. */
static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    network *n = host->alloc(host, 1, sizeof *n);
    const cim_network *built = NULL;
    if (!n) return host->fail(host, CIM_E_MEMORY, "out of memory");
    n->t.host = host;
    n->reporter = (reporter){.host = *host, .t = &n->t};
    n->reporter.host.struct_size = sizeof n->reporter.host;
    n->reporter.host.fail = report;
    cim_status status = table_read(&n->t, values->texts[FILE_PATH]);
    if (status == CIM_OK) status = describe_set(n);
    if (status == CIM_OK) status = cim_builder_new(&n->reporter.host, &n->builder);
    if (status == CIM_OK) status = build_network(n, NULL, &built);
    if (status == CIM_OK) status = check_totals(&n->t, built);
    if (status == CIM_OK) *self = n;
    else destroy(n);
    return status;
}

static cim_status describe(void *self, cim_description *out) {
    static const cim_param_table params = CIM_TABLE(described_params);
    const network *n = self;
    out->params = params;
    out->index_sets = n->t.head.index_sets;
    return CIM_OK;
}

static const cim_workload_ops ops = {.struct_size = sizeof ops,
                                     .create = create,
                                     .describe = describe,
                                     .build = build,
                                     .destroy = destroy};

static const cim_plugin network_plugin = {
    .struct_size = sizeof network_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD,
    .id = "workload.network",
    .version = "1.0",
    .summary = "any network from a file: a list of layers, or NeuroSim's NetWork.csv",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof network_plugin.is, .params = CIM_TABLE(own_params)},
};

CIM_EXPORT_PLUGIN(network_plugin)
