/* Which layers run on the chip, and what of a network has to stay on it. */
#include "network.h"
#include <stdio.h>

const char *cim_op_name(uint32_t op) {
    switch (op) {
#define CIM_OP_CASE(name, text) case name: return text;
        CIM_OP_LIST(CIM_OP_CASE)
#undef CIM_OP_CASE
    default: return "unknown op";
    }
}

const char *cim_component_name(uint32_t part) {
    static const char *const names[] = {
#define CIM_COMPONENT_NAME(name, text) text,
        CIM_COMPONENT_LIST(CIM_COMPONENT_NAME)
#undef CIM_COMPONENT_NAME
    };
    return part < CIM_N_PARTS ? names[part] : "unknown component";
}

int cim_chip_has_weights(const cim_layer *l) {
    return l->op == CIM_OP_CONV || l->op == CIM_OP_LINEAR;
}

static const char *refusal(const cim_layer *l) {
    if (l->runtime_operand) return "its second operand is computed for every image";
    switch (l->op) {
    case CIM_OP_CONV: case CIM_OP_LINEAR:
        if (!l->weight_bits || !l->input_bits) return "it has no weight or input bits";
        return l->groups && l->in_channels >= l->groups ? NULL : "its groups are wrong";
    case CIM_OP_ADD: case CIM_OP_MULTIPLY: case CIM_OP_CONCAT: case CIM_OP_MAX_POOL:
    case CIM_OP_AVERAGE_POOL: case CIM_OP_ACTIVATION:
        return NULL;
    case CIM_OP_MATMUL: return "its second operand is computed for every image";
    default: return "this chip has no unit for it";
    }
}

cim_status cim_chip_check(const cim_network *network, char *error, size_t size) {
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        const char *why = refusal(l);
        if (!why) continue;
        snprintf(error, size, "layer \"%s\": op \"%s\" (%u) is not supported: %s", l->name,
                 cim_op_name(l->op), (unsigned)l->op, why);
        return CIM_E_UNSUPPORTED;
    }
    return CIM_OK;
}

double chip_output_bits(const cim_network *network, uint32_t i) {
    if (i == CIM_FROM_INPUT || i >= network->layers.n)
        return (double)network->in_channels * network->in_height * network->in_width *
               network->input_bits;
    const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
    return (double)l->out_channels * l->out_height * l->out_width * chip_value_bits(l);
}

uint32_t chip_value_bits(const cim_layer *l) {
    return l->output_bits ? l->output_bits : l->input_bits ? l->input_bits : 1;
}

double chip_input_bits(const cim_network *network, const cim_layer *l) {
    double bits = 0;
    for (uint32_t k = 0; k < l->n_inputs; ++k) bits += chip_output_bits(network, l->inputs[k]);
    return bits;
}

double chip_buffer_need(const cim_network *network, cim_chip_layer *layers, uint32_t pipeline) {
    const uint32_t n = network->layers.n;
    uint32_t input_use = 0;
    for (uint32_t i = 0; i < n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        layers[i].last_use = i + 1 < n ? i : i + 1;  /* the result waits to be taken */
        for (uint32_t k = 0; k < l->n_inputs; ++k) {
            if (l->inputs[k] < i) layers[l->inputs[k]].last_use = i;
            else input_use = i;
        }
    }
    const double input = chip_output_bits(network, CIM_FROM_INPUT);
    if (pipeline) {   /* one copy being written, and one for each stage until the last use */
        double need = input * (2.0 + input_use);
        for (uint32_t i = 0; i < n; ++i)
            need += chip_output_bits(network, i) * (1.0 + layers[i].last_use - i);
        for (uint32_t i = 0; i < n; ++i) layers[i].live_bits = need;
        return need;
    }
    double live = input, need = input;
    for (uint32_t i = 0; i < n; ++i) {
        live += chip_output_bits(network, i);
        layers[i].live_bits = live;
        need = live > need ? live : need;
        if (input_use == i) live -= input;
        if (layers[i].last_use == i) live -= chip_output_bits(network, i);
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        for (uint32_t k = 0; k < l->n_inputs; ++k)
            if (l->inputs[k] < i && layers[l->inputs[k]].last_use == i) {
                live -= chip_output_bits(network, l->inputs[k]);
                layers[l->inputs[k]].last_use = n + 1;   /* freed: an input may be named twice */
            }
    }
    return need;
}
