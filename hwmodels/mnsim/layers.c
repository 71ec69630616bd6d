/* Which layers MNSIM knows, and how ours become those. */
#include "layers.h"

#include <cim_sdk/text.h>

#include "design.h"

static const char *op_name(uint32_t op) {
    switch (op) {
#define OP_CASE(name, text) case name: return text;
        CIM_OP_LIST(OP_CASE)
#undef OP_CASE
    default: return "unknown op";
    }
}

static const char *window_refusal(const cim_layer *l) {
    if (l->kernel_height != l->kernel_width || l->stride_height != l->stride_width)
        return "MNSIM's kernels and strides are square";
    if (l->pad_top != l->pad_left || l->pad_top != l->pad_bottom || l->pad_top != l->pad_right)
        return "MNSIM pads all sides alike";
    if (l->dilation_height > 1 || l->dilation_width > 1) return "MNSIM has no dilation";
    if (l->n_inputs != 1) return "it must have one input";
    return NULL;
}

static const char *weight_refusal(const cim_layer *l) {
    if (l->runtime_operand) return "MNSIM has no weights that are computed";
    if (l->groups != 1) return "MNSIM's model of groups is not known";
    if (l->weight_bits > MNSIM_BITS || l->input_bits > MNSIM_BITS)
        return "MNSIM's weights and activations have 9 bits";
    return NULL;
}

static const char *refusal(const cim_layer *l, uint32_t *type) {
    const char *why;
    switch (l->op) {
    case CIM_OP_CONV:
        *type = MNSIM_CONV;
        why = weight_refusal(l);
        return why ? why : window_refusal(l);
    case CIM_OP_LINEAR:
        *type = MNSIM_FC;
        if (l->out_height != 1 || l->out_width != 1)
            return "MNSIM's fully connected layers have one position";
        if (l->n_inputs != 1) return "it must have one input";
        return weight_refusal(l);
    case CIM_OP_MAX_POOL: case CIM_OP_AVERAGE_POOL:
        *type = MNSIM_POOL;
        return window_refusal(l);
    case CIM_OP_ADD:
        *type = MNSIM_SUM;
        return l->n_inputs ? NULL : "it must have an input";
    default: return "MNSIM has no unit for it, or costs nothing";
    }
}

/* Finish times are looked up by the positions of the input. */
static const char *input_refusal(const mnsim_layer *layers, uint32_t i) {
    const mnsim_layer *l = &layers[i];
    for (uint32_t k = 0; k < l->n_inputs; ++k) {
        if (l->inputs[k] == CIM_FROM_INPUT) continue;
        const mnsim_layer *in = &layers[l->inputs[k]];
        if (l->type != MNSIM_FC &&
            (in->out_height != l->in_height || in->out_width != l->in_width))
            return "its input has another height or width";
    }
    return NULL;
}

static void note_reader(mnsim_layer *layers, uint32_t i) {
    mnsim_layer *l = &layers[i];
    l->sum_channels = l->in_channels;
    uint32_t found = 0;
    for (uint32_t k = 0; k < l->n_inputs; ++k) {
        if (l->inputs[k] == CIM_FROM_INPUT) continue;
        mnsim_layer *in = &layers[l->inputs[k]];
        ++in->n_outputs;
        in->n_sum_outputs += l->type == MNSIM_SUM;
        if (in->type != MNSIM_SUM && !found++) l->sum_channels = in->out_channels;
    }
}

cim_status mnsim_layers_read(const cim_host *host, const cim_network *network, mnsim_layer *layers,
                             uint64_t *positions) {
    *positions = 0;
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        layers[i] = (mnsim_layer){
            .in_height = l->in_height, .in_width = l->in_width, .out_height = l->out_height,
            .out_width = l->out_width, .kernel = l->kernel_height, .stride = l->stride_height,
            .padding = l->pad_top, .in_channels = l->in_channels,
            .out_channels = l->out_channels, .n_inputs = l->n_inputs, .inputs = l->inputs,
            .first = *positions,
        };
        const char *why = refusal(l, &layers[i].type);
        if (!why) why = input_refusal(layers, i);
        if (why)
            return cim_failf(host, CIM_E_UNSUPPORTED, "layer \"%s\": op \"%s\" (%u) is not "
                             "supported: %s", l->name, op_name(l->op), (unsigned)l->op, why);
        note_reader(layers, i);
        *positions += mnsim_positions(&layers[i]);
    }
    return CIM_OK;
}
