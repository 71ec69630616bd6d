#include "folded.h"

#include <cim_sdk/text.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void name_layer(const cim_layer *l, folded_layer *to) {
    if (l->tensor) snprintf(to->weight_name, sizeof to->weight_name, "%s", l->tensor);
    else snprintf(to->weight_name, sizeof to->weight_name, "%s.weight", l->name);
    const size_t n = strlen(to->weight_name);
    const size_t stem = n > 7 && !strcmp(to->weight_name + n - 7, ".weight") ? n - 7 : n;
    snprintf(to->bias_name, sizeof to->bias_name, "%.*s.bias", (int)(stem < 250 ? stem : 250),
             to->weight_name);
}

/* A norm divides by its deviation: what is below 0, or 0 without an epsilon, has none. */
static cim_status check_variance(const folded *f, const tensors *t, const tensor *variance,
                                 double epsilon) {
    for (uint64_t o = 0; o < variance->n; o++) {
        const double v = (double)variance->values[o];
        if (v >= 0 && v + epsilon > 0) continue;
        return cim_failf(f->host, CIM_E_FILE, "%s: tensor %.120s: value %" PRIu64 " is %g: must be "
                         "%s", tensors_file(t), variance->name, o, v,
                         v < 0 ? "a variance, 0 or more" : "above 0 where nothing is added to it");
    }
    return CIM_OK;
}

static cim_status fold(folded *f, const layer_tensors *is, double epsilon, folded_layer *to) {
    const uint64_t outs = is->mean->n, rows = is->weight->n / outs;
    to->own_weight = f->host->alloc(f->host, is->weight->n, sizeof *to->own_weight);
    to->own_bias = f->host->alloc(f->host, outs, sizeof *to->own_bias);
    if (!to->own_weight || !to->own_bias)
        return f->host->fail(f->host, CIM_E_MEMORY, "no memory for weights");
    for (uint64_t o = 0; o < outs; o++) {
        const double bias = is->bias ? (double)is->bias->values[o] : 0;
        const double gain = (double)is->gamma->values[o] /
                            sqrt((double)is->variance->values[o] + epsilon);
        to->own_bias[o] = (float)((bias - (double)is->mean->values[o]) * gain +
                                  (double)is->beta->values[o]);
        for (uint64_t k = o * rows; k < (o + 1) * rows; k++)
            to->own_weight[k] = (float)((double)is->weight->values[k] * gain);
    }
    to->weight = to->own_weight;
    to->bias = to->own_bias;
    to->n_bias = outs;
    return CIM_OK;
}

static cim_status add_layer(folded *f, const tensors *t, const cim_network *network, uint32_t i,
                            double epsilon) {
    layer_tensors is;
    cim_status status = name_map_find(t, network, i, &is);
    if (status == CIM_OK && is.mean) status = check_variance(f, t, is.variance, epsilon);
    if (status != CIM_OK) return status;
    folded_layer *to = &f->layers[f->n++];
    *to = (folded_layer){.weight = is.weight->values, .n_weight = is.weight->n,
                         .bias = is.bias ? is.bias->values : NULL,
                         .n_bias = is.bias ? is.bias->n : 0};
    name_layer(CIM_ROW(cim_layer, network->layers, i), to);
    return is.mean ? fold(f, &is, epsilon, to) : CIM_OK;
}

cim_status folded_open(folded *f, const cim_host *host, const tensors *t,
                       const cim_network *network, double epsilon) {
    *f = (folded){.host = host};
    f->layers = host->alloc(host, network->layers.n + 1, sizeof *f->layers);
    if (!f->layers) return host->fail(host, CIM_E_MEMORY, "no memory for weights");
    cim_status status = CIM_OK;
    for (uint32_t i = 0; i < network->layers.n && status == CIM_OK; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (l->op != CIM_OP_CONV && l->op != CIM_OP_LINEAR) continue;
        status = add_layer(f, t, network, i, epsilon);
    }
    if (status != CIM_OK) folded_close(f);
    return status;
}

void folded_close(folded *f) {
    if (!f->host) return;
    for (uint32_t i = 0; i < f->n; i++) {
        f->host->release(f->host, f->layers[i].own_weight);
        f->host->release(f->host, f->layers[i].own_bias);
    }
    f->host->release(f->host, f->layers);
    *f = (folded){0};
}

const float *folded_find(const folded *f, const char *name, uint64_t *count) {
    for (uint32_t i = 0; i < f->n; i++) {
        const folded_layer *l = &f->layers[i];
        const int is_bias = !strcmp(l->bias_name, name);
        if (!is_bias && strcmp(l->weight_name, name) != 0) continue;
        *count = is_bias ? l->n_bias : l->n_weight;
        return is_bias ? l->bias : l->weight;
    }
    *count = 0;
    return NULL;
}
