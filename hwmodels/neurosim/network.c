/* From the host's graph of layers to the reference's list of them. */
#include "network.h"
#include <math.h>
#include <stdio.h>

static const char *op_name(uint32_t op) {
    switch (op) {
#define OP_CASE(name, text) case name: return text;
        CIM_OP_LIST(OP_CASE)
#undef OP_CASE
    default: return "unknown op";
    }
}

static int has_weights(const cim_layer *l) {
    return l->op == CIM_OP_CONV || l->op == CIM_OP_LINEAR;
}

/* Convolutions of one group and fully connected layers; poolings 2 x 2 right behind one. */
static const char *refusal(const cim_network *network, const cim_layer *l) {
    if (l->runtime_operand) return "its second operand is computed for every image";
    switch (l->op) {
    case CIM_OP_CONV: case CIM_OP_LINEAR:
        if (!l->weight_bits || !l->input_bits) return "it has no weight or input bits";
        if (l->groups != 1) return "the reference maps whole kernels: no groups";
        if (l->dilation_height > 1 || l->dilation_width > 1) return "no dilation";
        if (l->activation != CIM_ACT_NONE && l->activation != CIM_ACT_RELU &&
            l->activation != CIM_ACT_SIGMOID)
            return "its activation is neither ReLU nor sigmoid";
        return NULL;
    case CIM_OP_MAX_POOL:
        if (l->n_inputs != 1 || l->inputs[0] == CIM_FROM_INPUT ||
            !has_weights(CIM_ROW(cim_layer, network->layers, l->inputs[0])))
            return "only behind a convolution";
        if (l->kernel_height != 2 || l->kernel_width != 2 || l->stride_height != 2 ||
            l->stride_width != 2)
            return "the reference pools 2 x 2 with stride 2";
        return NULL;
    default: return "the reference has no unit for it";
    }
}

cim_status ns_network_check(const cim_network *network, char *error, size_t size) {
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        const char *why = refusal(network, l);
        if (!why) continue;
        snprintf(error, size, "layer \"%s\": op \"%s\" is not supported: %s", l->name,
                 op_name(l->op), why);
        return CIM_E_UNSUPPORTED;
    }
    if (ns_network_count(network)) return CIM_OK;
    snprintf(error, size, "network \"%s\" has no layer with weights", network->name);
    return CIM_E_UNSUPPORTED;
}

uint32_t ns_network_count(const cim_network *network) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < network->layers.n; ++i)
        n += has_weights(CIM_ROW(cim_layer, network->layers, i)) != 0;
    return n;
}

static ns_layer read_layer(const cim_layer *l, uint32_t index, int padded) {
    ns_layer r = {
        .index = index, .wb = l->weight_bits, .ab = l->input_bits,
        .height = 1, .width = 1, .channels = l->in_channels, .outputs = l->out_channels,
        .kernel_height = 1, .kernel_width = 1, .stride_height = 1, .stride_width = 1,
    };
    if (l->op == CIM_OP_CONV) {
        r.height = l->in_height;
        r.width = l->in_width;
        r.kernel_height = l->kernel_height;
        r.kernel_width = l->kernel_width;
        r.stride_height = l->stride_height;
        r.stride_width = l->stride_width;
    }
    r.kernel = r.kernel_height * r.kernel_width;
    r.rows = r.channels * r.kernel;
    /* [Q] No padding: a kernel never leaves the map. */
    const double down = fmax(0, r.height - r.kernel_height + 1);
    const double across = fmax(0, r.width - r.kernel_width + 1);
    r.vectors = floor(down / r.stride_height * across / r.stride_width);
    if (padded && l->op == CIM_OP_CONV) r.vectors = (double)l->out_height * l->out_width;
    return r;
}

void ns_network_read(const cim_network *network, int padded, ns_layer *layers) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (has_weights(l)) layers[n++] = read_layer(l, i, padded);
        else
            for (uint32_t k = 0; k < n; ++k)
                if (layers[k].index == l->inputs[0]) layers[k].pooled = 1;
    }
}

void ns_layer_set_cells(ns_layer *l, uint32_t cell_bit) {
    l->cells_per_weight = ceil((double)l->wb / cell_bit);
    l->columns = l->outputs * l->cells_per_weight;
}

double ns_reported_operations(const ns_layer *layers, uint32_t n) {
    double operations = 0;
    for (uint32_t i = 0; i < n; ++i)
        operations += 2 * layers[i].height * layers[i].width * layers[i].rows * layers[i].outputs;
    return operations;
}
