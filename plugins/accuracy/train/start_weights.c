#include "start_weights.h"
#include "sums.h"

#include "folded.h"

#include <cim_sdk/text.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct stored { tensors *t; folded folded; } stored;

static real *values(const net *n, const node *d, parameter_kind kind) {
    return parameters_find(n->store, d->slot, kind)->value;
}

static void fill(real *x, size_t n, real value) {
    for (size_t i = 0; i < n; i++) x[i] = value;
}

static cim_status copy_numbers(const stored *s, const char *name, const node *d, size_t n,
                               real *to) {
    uint64_t count = 0;
    const float *from = folded_find(&s->folded, name, &count);
    if (!from || count != n)
        return cim_failf(tensors_host(s->t), CIM_E_FILE,
                         "%s: layer %s: %s tensor \"%s\" of %zu numbers", tensors_file(s->t),
                         d->name, from ? "needs a" : "has no", name, n);
    for (size_t i = 0; i < n; i++) to[i] = from[i];
    return CIM_OK;
}

/* "conv1.weight" -> "conv1.bias" */
static void names_of(const cim_layer *l, char weight[256], char bias[256]) {
    if (l->tensor) snprintf(weight, 256, "%s", l->tensor);
    else snprintf(weight, 256, "%s.weight", l->name);
    const size_t n = strlen(weight), end = n > 7 && !strcmp(weight + n - 7, ".weight") ? n - 7 : n;
    snprintf(bias, 256, "%.*s.bias", (int)(end < 250 ? end : 250), weight);
}

/* Batch norm that does nothing: mean 0, variance 1. */
static cim_status read_layer(net *n, node *d, const cim_layer *l, const stored *s) {
    const size_t rows = d->shape[0], row = (size_t)d->shape[1] * d->shape[2] * d->shape[3];
    char weight[256], bias[256];
    uint64_t count;
    names_of(l, weight, bias);
    real *offset = values(n, d, d->op == CIM_OP_LINEAR ? PARAMETER_BIAS : PARAMETER_BETA);
    cim_status status = copy_numbers(s, weight, d, rows * row, values(n, d, PARAMETER_WEIGHT));
    fill(offset, rows, 0);
    if (status == CIM_OK && folded_find(&s->folded, bias, &count))
        status = copy_numbers(s, bias, d, rows, offset);
    if (d->op == CIM_OP_LINEAR) return status;
    fill(values(n, d, PARAMETER_GAMMA), rows, 1);
    fill(values(n, d, PARAMETER_MEAN), rows, 0);
    fill(values(n, d, PARAMETER_VARIANCE), rows, (real)(1 - BATCH_NORM_EPSILON));
    return status;
}

/* (z - mean) / sd * sd + (mean + bias) = z + bias */
static void take_moments(net *n, const node *d, uint32_t images) {
    const size_t count = geometry_outputs(&d->g) * images;
    for (uint32_t c = 0; c < d->shape[0]; c++) {
        const real *z = d->z + c * count;
        const real mean = (real)(sum_of(z, count) / (double)count);
        const double variance = sum_of_products(z, mean, z, mean, count) / (double)count;
        values(n, d, PARAMETER_GAMMA)[c] = (real)sqrt(variance + BATCH_NORM_EPSILON);
        values(n, d, PARAMETER_BETA)[c] += mean;
        values(n, d, PARAMETER_MEAN)[c] = mean;
        values(n, d, PARAMETER_VARIANCE)[c] = (real)variance;
    }
}

static cim_status measure(net *n, const image_set *set, const cim_host *host) {
    const uint32_t m = n->batch < set->n ? n->batch : set->n;
    const net_rules rules = n->rules;
    uint32_t *order = calloc(m, sizeof *order);
    real *images = malloc((size_t)m * n->in_channels * n->in_height * n->in_width * sizeof *images);
    const bool good = order && images;
    if (good) {
        for (uint32_t i = 0; i < m; i++) order[i] = i;
        images_gather(set, order, m, n->in_height, n->in_width, NULL, NULL, images);
        n->rules = (net_rules){0};
        net_forward(n, m, images, false);
        n->rules = rules;
        for (uint32_t i = 0; i < n->n; i++)
            if (n->nodes[i].op == CIM_OP_CONV) take_moments(n, &n->nodes[i], m);
    }
    free(order);
    free(images);
    return good ? CIM_OK : host->fail(host, CIM_E_MEMORY, "no memory for a batch");
}

cim_status start_weights(net *n, const cim_network *network, const image_set *set,
                         const cim_host *host, const char *path) {
    stored s = {0};
    cim_status status = tensors_read(host, path, &s.t);
    if (status == CIM_OK) status = tensors_finite(s.t);
    if (status == CIM_OK)
        status = folded_open(&s.folded, host, s.t, network, name_map_epsilon(network));
    for (uint32_t i = 0; status == CIM_OK && i < n->n; i++)
        if (n->nodes[i].w)
            status = read_layer(n, &n->nodes[i], CIM_ROW(cim_layer, network->layers, i), &s);
    if (status == CIM_OK) status = measure(n, set, host);
    folded_close(&s.folded);
    tensors_free(s.t);
    return status;
}
