#include "fold_norm.h"

#include "tensors.h"

#include <cim_sdk/text.h>
#include <math.h>
#include <string.h>

typedef struct names { char weight[80], bias[80]; } names;

static void scale_of(const net *n, const node *d, uint32_t channel, double *factor, double *bias) {
    const parameters *p = n->store;
    if (d->op == CIM_OP_LINEAR) {
        *factor = 1;
        *bias = (double)parameters_find(p, d->slot, PARAMETER_BIAS)->value[channel];
        return;
    }
    const double variance = (double)parameters_find(p, d->slot, PARAMETER_VARIANCE)->value[channel];
    const double mean = (double)parameters_find(p, d->slot, PARAMETER_MEAN)->value[channel];
    *factor = (double)parameters_find(p, d->slot, PARAMETER_GAMMA)->value[channel] /
              sqrt(variance + BATCH_NORM_EPSILON);
    *bias = (double)parameters_find(p, d->slot, PARAMETER_BETA)->value[channel] - mean * *factor;
}

/* Weights, then biases, in VALUES; two rows of tensors. */
static void folded(const net *n, const node *d, names *name, float *values, tensor rows[2]) {
    const size_t row = (size_t)d->shape[1] * d->shape[2] * d->shape[3];
    float *bias = values + d->shape[0] * row;
    parameter_take(parameters_find(n->store, d->slot, PARAMETER_WEIGHT), d->shape, values);
    for (uint32_t o = 0; o < d->shape[0]; o++) {
        double factor, shift;
        scale_of(n, d, o, &factor, &shift);
        for (size_t k = 0; k < row; k++)
            values[o * row + k] = (float)((double)values[o * row + k] * factor);
        bias[o] = (float)shift;
    }
    snprintf(name->weight, sizeof name->weight, "%s.weight", d->name);
    snprintf(name->bias, sizeof name->bias, "%s.bias", d->name);
    rows[0] = (tensor){.name = name->weight, .n_dims = d->op == CIM_OP_LINEAR ? 2 : 4,
                       .n = d->shape[0] * row, .values = values};
    for (int i = 0; i < 4; i++) rows[0].dims[i] = d->shape[i];
    rows[1] = (tensor){.name = name->bias, .n_dims = 1, .dims = {d->shape[0]}, .n = d->shape[0],
                       .values = bias};
}

static size_t numbers_of(const node *d) {
    return d->w ? (size_t)d->shape[0] * (1 + (size_t)d->shape[1] * d->shape[2] * d->shape[3]) : 0;
}

cim_status export_weights(const net *n, const cim_host *host, const char *path,
                          const char *const *metadata) {
    size_t total = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->n; i++) total += numbers_of(&n->nodes[i]);
    float *values = host->alloc(host, total + 1, sizeof *values), *at = values;
    tensor *rows = host->alloc(host, 2 * (size_t)n->n, sizeof *rows);
    names *texts = host->alloc(host, n->n, sizeof *texts);
    cim_status status = values && rows && texts
                            ? CIM_OK
                            : host->fail(host, CIM_E_MEMORY, "no memory to fold the weights");
    for (uint32_t i = 0; status == CIM_OK && i < n->n; i++) {
        if (!n->nodes[i].w) continue;
        folded(n, &n->nodes[i], &texts[i], at, &rows[count]);
        at += numbers_of(&n->nodes[i]);
        count += 2;
    }
    if (status == CIM_OK) status = tensors_write(host, path, rows, count, metadata);
    host->release(host, values);
    host->release(host, rows);
    host->release(host, texts);
    return status;
}
