#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool refuse(char *why, const char *layer, const char *rule) {
    snprintf(why, TRAIN_MAX_TEXT, "layer %s: %s", layer, rule);
    return false;
}

static bool has_weights(const node *d) { return d->op == CIM_OP_CONV || d->op == CIM_OP_LINEAR; }

static bool is_known(uint32_t op) {
    return op == CIM_OP_CONV || op == CIM_OP_LINEAR || op == CIM_OP_ADD || op == CIM_OP_MULTIPLY ||
           op == CIM_OP_CONCAT || op == CIM_OP_MAX_POOL || op == CIM_OP_AVERAGE_POOL ||
           op == CIM_OP_ACTIVATION;
}

static geometry geometry_of(const cim_layer *l) {
    return (geometry){l->in_channels, l->in_height, l->in_width, l->out_channels, l->out_height,
                      l->out_width, l->kernel_height, l->kernel_width, l->stride_height,
                      l->stride_width, l->dilation_height, l->dilation_width, l->pad_top,
                      l->pad_left, l->groups};
}

/* A linear layer reads its whole input as one vector: its weights' features are channels times
 * positions. One applied at each position would need a convolution's arithmetic. */
static bool shape_of(node *d, const cim_layer *l, char *why) {
    const uint32_t kernel[4] = {l->out_channels, l->groups ? l->in_channels / l->groups : 0,
                                l->kernel_height, l->kernel_width};
    memcpy(d->shape, kernel, sizeof kernel);
    if (d->op != CIM_OP_LINEAR) return true;
    if (l->groups != 1 || l->out_height * l->out_width != 1)
        return refuse(why, d->name, "training knows linear layers on the whole input only, not in "
                                    "groups or at each position");
    return true;
}

/* What comes into a linear layer, whose own in_channels may already be the flattened count. */
static void linear_input(node *d, const net *n) {
    const uint32_t from = d->inputs[0];
    const geometry *g = from == NODE_INPUT ? NULL : &n->nodes[from].g;
    d->g.in_channels = g ? g->out_channels : n->in_channels;
    d->g.in_height = g ? g->out_height : n->in_height;
    d->g.in_width = g ? g->out_width : n->in_width;
    d->shape[1] = d->g.in_channels * d->g.in_height * d->g.in_width;
}

static bool memory_for(node *d, const net *n, bool quantised, char *why) {
    const size_t in = (size_t)d->g.in_channels * geometry_inputs(&d->g) * n->batch;
    const size_t out = (size_t)d->g.out_channels * geometry_outputs(&d->g) * n->batch;
    bool good = (d->y = calloc(out, sizeof(real))) && (d->dy = calloc(out, sizeof(real)));
    d->a = d->y;
    if (!activation_in_place(d->activation)) good = good && (d->a = calloc(out, sizeof(real)));
    if (d->op == CIM_OP_MAX_POOL) good = good && (d->winner = calloc(out, sizeof *d->winner));
    if (has_weights(d)) {
        const size_t k = (size_t)d->shape[0] * d->shape[1] * d->shape[2] * d->shape[3];
        good = good && (d->w = calloc(k, sizeof(real))) && (d->dw = calloc(k, sizeof(real)));
        if (quantised) good = good && (d->x = calloc(in, sizeof(real)));
    }
    if (d->op == CIM_OP_CONV)
        good = good && (d->z = calloc(out, sizeof(real))) &&
               (d->mean = calloc(d->g.out_channels, sizeof(real))) &&
               (d->inverse_sd = calloc(d->g.out_channels, sizeof(real)));
    return good || refuse(why, d->name, "not enough memory");
}

static bool parameters_for(const node *d, parameters *store, char *why) {
    static const parameter_kind norm[] = {PARAMETER_GAMMA, PARAMETER_BETA, PARAMETER_MEAN,
                                          PARAMETER_VARIANCE};
    const uint32_t vector[4] = {d->g.out_channels, 1, 1, 1};
    bool good = parameters_get(store, d->slot, PARAMETER_WEIGHT, d->shape);
    if (d->op == CIM_OP_LINEAR)
        good = good && parameters_get(store, d->slot, PARAMETER_BIAS, vector);
    else
        for (int i = 0; i < 4; i++) good = good && parameters_get(store, d->slot, norm[i], vector);
    return good || refuse(why, d->name, "larger than the weights that its slot already has, or not "
                                        "enough memory");
}

static bool add_node(net *n, const cim_layer *l, bool quantised, char *why) {
    node *d = &n->nodes[n->n];
    snprintf(d->name, sizeof d->name, "%s", l->name);
    d->op = l->op;
    d->slot = l->slot;
    d->activation = l->activation;
    d->weight_bits = l->weight_bits;
    d->input_bits = l->input_bits;
    d->g = geometry_of(l);
    n->n++; /* from here on net_free() knows it */
    if (!is_known(l->op) || l->runtime_operand)
        return refuse(why, d->name, "training does not know this op");
    if (!(d->inputs = calloc(l->n_inputs, sizeof *d->inputs)))
        return refuse(why, d->name, "not enough memory");
    memcpy(d->inputs, l->inputs, l->n_inputs * sizeof *d->inputs);
    d->n_inputs = l->n_inputs;
    if (has_weights(d) && !shape_of(d, l, why)) return false;
    if (d->op == CIM_OP_LINEAR) linear_input(d, n);
    return memory_for(d, n, quantised, why) &&
           (!has_weights(d) || parameters_for(d, n->store, why));
}

static bool scratch_for(net *n) {
    size_t most = 1;
    for (uint32_t i = 0; i < n->n; i++) {
        const node *d = &n->nodes[i];
        const size_t need = node_is_depthwise(d) ? depthwise_scratch(&d->g, n->batch)
                            : d->op == CIM_OP_CONV ? conv_scratch(&d->g, n->batch)
                            : d->op == CIM_OP_LINEAR ? linear_scratch(&d->g, n->batch) : 0;
        if (need > most) most = need;
    }
    return (n->scratch = calloc(most, sizeof(real))) != NULL;
}

net *net_new(const cim_network *network, uint32_t batch, parameters *store, bool quantised,
             char *why) {
    net *n = calloc(1, sizeof *n);
    snprintf(why, TRAIN_MAX_TEXT, "not enough memory");
    if (!n) return NULL;
    *n = (net){.batch = batch, .store = store, .momentum = 0.1, .in_channels = network->in_channels,
               .in_height = network->in_height, .in_width = network->in_width};
    bool good = (n->nodes = calloc(network->layers.n, sizeof *n->nodes)) != NULL;
    for (uint32_t i = 0; good && i < network->layers.n; i++) {
        const char *rows = (const char *)network->layers.rows;
        good = add_node(
            n, (const cim_layer *)(const void *)(rows + (size_t)i * network->layers.row_size),
            quantised, why);
    }
    good = good && scratch_for(n);
    if (good) {
        const geometry *last = &n->nodes[n->n - 1].g;
        n->classes = last->out_channels;
        if (geometry_outputs(last) != 1)
            good =
                refuse(why, n->nodes[n->n - 1].name, "the last layer must give one number a class");
    }
    if (good) return n;
    net_free(n);
    return NULL;
}

static void free_node(node *d) {
    if (d->a != d->y) free(d->a);
    free(d->inputs);
    free(d->w);
    free(d->dw);
    free(d->z);
    free(d->y);
    free(d->dy);
    free(d->x);
    free(d->mean);
    free(d->inverse_sd);
    free(d->winner);
}

void net_free(net *n) {
    if (!n) return;
    for (uint32_t i = 0; i < n->n; i++) free_node(&n->nodes[i]);
    free(n->nodes);
    free(n->scratch);
    free(n);
}
