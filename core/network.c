#include "network.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void network_totals(const cim_network *network, uint64_t *macs, uint64_t *weights) {
    *macs = *weights = 0;
    for (uint32_t i = 0; i < network->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        *macs += cim_layer_macs(l);
        if (!l->runtime_operand) *weights += cim_layer_weights(l);
    }
}

/* One direction of a pool: is there something of its input in its first window and in its last? */
static bool sees(uint32_t in, uint32_t out, uint32_t kernel, uint32_t stride, uint32_t before) {
    return kernel > before && (uint64_t)(out - 1) * stride < (uint64_t)in + before;
}

static bool is_pool(const cim_layer *l) {
    return l->op == CIM_OP_MAX_POOL || l->op == CIM_OP_AVERAGE_POOL;
}

static bool pool_sees(const cim_layer *l) {
    return sees(l->in_height, l->out_height, l->kernel_height, l->stride_height, l->pad_top) &&
           sees(l->in_width, l->out_width, l->kernel_width, l->stride_width, l->pad_left);
}

static const char *layer_rule(const cim_network *network, const cim_layer *l, uint32_t i) {
    if (l->op == CIM_OP_NONE) return "has no op";
    if (!l->in_channels || !l->in_height || !l->in_width || !l->out_channels || !l->out_height ||
        !l->out_width)
        return "has an empty shape";
    if (!l->groups || l->in_channels % l->groups || l->out_channels % l->groups)
        return "has groups that do not divide its channels";
    if (l->weight_bits > 64 || l->input_bits > 64 || l->output_bits > 64)
        return "has operands of more than 64 bits";
    if (is_pool(l) && !pool_sees(l)) return "has windows that lie wholly in its padding";
    if (l->n_inputs && !l->inputs) return "has no list of inputs";
    if (network->index_sets.n && !l->elements) return "has no list of elements";
    for (uint32_t k = 0; k < l->n_inputs; k++) {
        if (l->inputs[k] == CIM_FROM_INPUT) continue;
        if (l->inputs[k] >= i) return "takes its input from a layer that does not come before it";
    }
    for (uint32_t s = 0; s < network->index_sets.n; s++) {
        const cim_index_set *set = CIM_ROW(cim_index_set, network->index_sets, s);
        if (l->elements[s] < -1 || l->elements[s] >= (int64_t)set->size)
            return "belongs to an element that its index set does not have";
    }
    return NULL;
}

/* The shape that layer L takes from where its input K comes from. */
static void input_shape(const cim_network *network, const cim_layer *l, uint32_t k,
                        uint32_t shape[3]) {
    if (l->inputs[k] == CIM_FROM_INPUT) {
        shape[0] = network->in_channels;
        shape[1] = network->in_height;
        shape[2] = network->in_width;
        return;
    }
    const cim_layer *from = CIM_ROW(cim_layer, network->layers, l->inputs[k]);
    shape[0] = from->out_channels;
    shape[1] = from->out_height;
    shape[2] = from->out_width;
}

static const char *edge_rule(const cim_network *network, const cim_layer *l) {
    uint32_t channels = 0, shape[3];
    for (uint32_t k = 0; k < l->n_inputs; k++) {
        input_shape(network, l, k, shape);
        channels += shape[0];
        bool flat = l->op == CIM_OP_LINEAR && l->in_height == 1 && l->in_width == 1 &&
                    (uint64_t)shape[0] * shape[1] * shape[2] == l->in_channels;
        bool broadcast = l->op == CIM_OP_MULTIPLY && k > 0 && shape[1] == 1 && shape[2] == 1;
        bool same_map = shape[1] == l->in_height && shape[2] == l->in_width;
        bool same_channels = shape[0] == l->in_channels || l->op == CIM_OP_CONCAT ||
                             (l->op == CIM_OP_MATMUL && k > 0);
        if (!flat &&
            !(same_channels && (same_map || broadcast || (l->op == CIM_OP_MATMUL && k > 0))))
            return "does not have the shape of the layer that it takes its input from";
    }
    if (l->op == CIM_OP_CONCAT && channels != l->out_channels)
        return "does not have the channels of all its inputs";
    return NULL;
}

static void check_totals(const cim_network *network, char *why, size_t size) {
    uint64_t macs, weights;
    network_totals(network, &macs, &weights);
    if (network->stated_macs && network->stated_macs != macs)
        snprintf(why, size, "%" PRIu64 " MACs, but %" PRIu64 " are stated", macs,
                 network->stated_macs);
    if (network->stated_weights && network->stated_weights != weights)
        snprintf(why, size, "%" PRIu64 " weights, but %" PRIu64 " are stated", weights,
                 network->stated_weights);
}

void network_check(const cim_network *network, uint32_t n_index_sets, char *why, size_t size) {
    const cim_layer_table *layers = &network->layers;
    why[0] = '\0';
    if (network->struct_size < sizeof *network || layers->row_size < sizeof(cim_layer) ||
        (network->index_sets.n && network->index_sets.row_size < sizeof(cim_index_set)))
        snprintf(why, size, "its network's structs are smaller than this host's");
    else if (layers->n < 1 || layers->n > CIM_MAX_LAYERS || !layers->rows)
        snprintf(why, size, "%u layers; must be 1..%u", layers->n, CIM_MAX_LAYERS);
    else if (network->index_sets.n != n_index_sets)
        snprintf(why, size, "%u index sets in the network, %u described", network->index_sets.n,
                 n_index_sets);
    for (uint32_t i = 0; !why[0] && i < layers->n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, *layers, i);
        const char *rule = l->name ? layer_rule(network, l, i) : "has no name";
        if (!rule) rule = edge_rule(network, l);
        for (uint32_t k = 0; !rule && k < i; k++) {
            const cim_layer *before = CIM_ROW(cim_layer, *layers, k);
            if (before->slot == l->slot) rule = "has the slot of a layer before it";
            else if (strcmp(before->name, l->name) == 0) rule = "has the name of a layer before it";
        }
        if (rule) snprintf(why, size, "layer %u (%s) %s", i, l->name ? l->name : "", rule);
    }
    if (!why[0]) check_totals(network, why, size);
}
