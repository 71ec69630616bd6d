#include "net.h"

#include <stdio.h>
#include <string.h>

#include <cim_sdk/text.h>

static int computes(uint32_t op) {
    return op == CIM_OP_CONV || op == CIM_OP_LINEAR || op == CIM_OP_ADD || op == CIM_OP_MULTIPLY ||
           op == CIM_OP_CONCAT || op == CIM_OP_MAX_POOL || op == CIM_OP_AVERAGE_POOL ||
           op == CIM_OP_ACTIVATION;
}

/* "conv1.weight" -> "conv1.bias" */
static void bias_name(const char *tensor, char *out, size_t room) {
    const size_t n = strlen(tensor), end = n > 7 && !strcmp(tensor + n - 7, ".weight") ? n - 7 : n;
    snprintf(out, room, "%.*s.bias", (int)end, tensor);
}

static cim_status find_tensors(net *n, net_layer *l, net_source source) {
    char name[256];
    if (l->is.tensor) snprintf(name, sizeof name, "%s", l->is.tensor);
    else snprintf(name, sizeof name, "%s.weight", l->is.name);
    const uint64_t wanted = cim_layer_weights(&l->is);
    uint64_t count = 0;
    l->weights = source.find(source.context, name, &count);
    if (!l->weights)
        return cim_failf(n->host, CIM_E_FILE, "layer %s: the weights have no tensor \"%s\"",
                         l->is.name, name);
    if (count != wanted)
        return cim_failf(n->host, CIM_E_FILE,
                         "layer %s: tensor \"%s\" has %llu values, and the layer %llu weights",
                         l->is.name, name, (unsigned long long)count, (unsigned long long)wanted);
    char of_bias[256];
    bias_name(name, of_bias, sizeof of_bias);
    l->bias = source.find(source.context, of_bias, &count);
    if (l->bias && count != l->is.out_channels)
        return cim_failf(n->host, CIM_E_FILE, "layer %s: tensor \"%s\" has %llu values, not %u",
                         l->is.name, of_bias, (unsigned long long)count, l->is.out_channels);
    return CIM_OK;
}

static cim_status open_layer(net *n, uint32_t i, const cim_layer *is, net_source source) {
    net_layer *l = &n->layers[i];
    l->is = *is;
    if (!computes(is->op) || is->runtime_operand)
        return cim_failf(n->host, CIM_E_UNSUPPORTED, "layer %s: its op cannot be computed here",
                         is->name);
    l->inputs = n->host->alloc(n->host, is->n_inputs ? is->n_inputs : 1, sizeof *l->inputs);
    if (!l->inputs) return n->host->fail(n->host, CIM_E_MEMORY, "no memory for the network");
    memcpy(l->inputs, is->inputs, is->n_inputs * sizeof *l->inputs);
    l->values = (size_t)is->out_channels * is->out_height * is->out_width;
    if (is->op != CIM_OP_CONV && is->op != CIM_OP_LINEAR) return CIM_OK;
    l->rows = is->in_channels / is->groups * is->kernel_height * is->kernel_width;
    l->weighted = n->n_weighted++;
    l->coding = source.coding;
    return find_tensors(n, l, source);
}

cim_status net_open(net *n, const cim_host *host, const cim_network *network, net_source source) {
    *n = (net){.host = host, .n_layers = network->layers.n, .in_channels = network->in_channels,
               .in_height = network->in_height, .in_width = network->in_width};
    if (!n->n_layers) return host->fail(host, CIM_E_UNSUPPORTED, "the network has no layer");
    n->layers = host->alloc(host, n->n_layers, sizeof *n->layers);
    if (!n->layers) return host->fail(host, CIM_E_MEMORY, "no memory for the network");
    cim_status status = CIM_OK;
    for (uint32_t i = 0; i < n->n_layers && status == CIM_OK; i++)
        status = open_layer(n, i, CIM_ROW(cim_layer, network->layers, i), source);
    n->classes = (uint32_t)n->layers[n->n_layers - 1].values;
    if (status != CIM_OK) net_close(n);
    return status;
}

void net_close(net *n) {
    for (uint32_t i = 0; n->layers && i < n->n_layers; i++)
        n->host->release(n->host, n->layers[i].inputs);
    if (n->host) n->host->release(n->host, n->layers);
    if (n->host) n->host->release(n->host, n->is_coded);
    *n = (net){0};
}

/* FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), by words of 32 bits. */
static uint64_t mix(uint64_t hash, const void *words, size_t n) {
    const char *from = words;
    for (size_t i = 0; i < n; i++) {
        uint32_t word;
        memcpy(&word, from + 4 * i, 4);
        hash = (hash ^ word) * 0x100000001b3u;
    }
    return hash;
}

uint64_t net_fingerprint(const net *n) {
    const uint32_t image[] = {n->in_channels, n->in_height, n->in_width, n->n_layers};
    uint64_t hash = mix(0xcbf29ce484222325u, image, 4);
    for (uint32_t i = 0; i < n->n_layers; i++) {
        const net_layer *l = &n->layers[i];
        const cim_layer *s = &l->is;
        const uint32_t numbers[] = {
            s->op, s->activation, s->n_inputs, s->in_channels, s->in_height, s->in_width,
            s->out_channels, s->out_height, s->out_width, s->kernel_height, s->kernel_width,
            s->stride_height, s->stride_width, s->dilation_height, s->dilation_width, s->pad_top,
            s->pad_bottom, s->pad_left, s->pad_right, s->groups, l->rows, l->bias != NULL,
            l->coding.kind, l->coding.entries};
        hash = mix(hash, numbers, sizeof numbers / sizeof *numbers);
        hash = mix(hash, l->inputs, s->n_inputs);
        if (l->rows) hash = mix(hash, l->weights, (size_t)s->out_channels * l->rows);
        if (l->rows && l->bias) hash = mix(hash, l->bias, s->out_channels);
    }
    return hash;
}
