#include "net.h"

#include <math.h>
#include <string.h>

static const real *input_of(const net *n, const node *d, uint32_t i, const real *images) {
    return d->inputs[i] == NODE_INPUT ? images : n->nodes[d->inputs[i]].y;
}
static real *input_d(const net *n, const node *d, uint32_t i) {
    return d->inputs[i] == NODE_INPUT ? NULL : n->nodes[d->inputs[i]].dy;
}
static size_t outputs(const node *d, uint32_t images) {
    return (size_t)d->g.out_channels * geometry_outputs(&d->g) * images;
}
static size_t inputs(const node *d, uint32_t images) {
    return (size_t)d->g.in_channels * geometry_inputs(&d->g) * images;
}

/* A vector of SLOT: the first of the stored ones, which is where a smaller layer's lie too. */
static parameter *vector(const net *n, const node *d, parameter_kind kind) {
    return parameters_find(n->store, d->slot, kind);
}

static batch_norm norm_of(const net *n, const node *d) {
    return (batch_norm){.channels = d->g.out_channels,
                        .gamma = vector(n, d, PARAMETER_GAMMA)->value,
                        .beta = vector(n, d, PARAMETER_BETA)->value,
                        .running_mean = vector(n, d, PARAMETER_MEAN)->value,
                        .running_variance = vector(n, d, PARAMETER_VARIANCE)->value,
                        .mean = d->mean, .inverse_sd = d->inverse_sd};
}

/* ---- forward --------------------------------------------------------------------------------- */

static void product(net *n, uint32_t number, uint32_t m, const real *x, bool training) {
    node *d = &n->nodes[number];
    parameter_take(parameters_find(n->store, d->slot, PARAMETER_WEIGHT), d->shape, d->w);
    if (n->rules.weights) n->rules.weights(n->rules.context, d, number, d->w, training);
    if (n->rules.inputs) {
        n->rules.inputs(n->rules.context, number, x, d->x, inputs(d, m));
        x = d->x;
    }
    if (d->op == CIM_OP_LINEAR)
        linear_forward(&d->g, m, x, d->w, vector(n, d, PARAMETER_BIAS)->value, d->a, n->scratch);
    else if (node_is_depthwise(d)) depthwise_forward(&d->g, m, x, d->w, d->z, n->scratch);
    else conv_forward(&d->g, m, x, d->w, d->z, n->scratch);
    if (d->op == CIM_OP_LINEAR) return;
    const batch_norm norm = norm_of(n, d);
    const size_t count = geometry_outputs(&d->g) * m;
    if (training) batch_norm_train(&norm, count, (real)n->momentum, d->z, d->a);
    else batch_norm_infer(&norm, count, d->z, d->a);
}

static void add_up(const net *n, const node *d, uint32_t m, const real *images) {
    const size_t count = outputs(d, m);
    memcpy(d->a, input_of(n, d, 0, images), count * sizeof *d->a);
    for (uint32_t k = 1; k < d->n_inputs; k++) {
        const real *x = input_of(n, d, k, images);
        for (size_t i = 0; i < count; i++) d->a[i] += x[i];
    }
}

/* Positions of the second factor that one of its numbers stands for: all, or its own. */
static size_t gate_share(const net *n, const node *d) {
    const uint32_t from = d->inputs[1];
    const size_t own = geometry_outputs(&d->g);
    const size_t gate = from == NODE_INPUT ? (size_t)n->in_height * n->in_width
                                           : geometry_outputs(&n->nodes[from].g);
    return gate == own ? 1 : own;
}

static void multiply(const net *n, const node *d, uint32_t m, const real *images) {
    const real *x = input_of(n, d, 0, images), *gate = input_of(n, d, 1, images);
    const size_t share = gate_share(n, d), count = outputs(d, m);
    for (size_t i = 0; i < count; i++) d->a[i] = x[i] * gate[i / share];
}

static size_t channels_of(const net *n, uint32_t from) {
    return from == NODE_INPUT ? n->in_channels : n->nodes[from].g.out_channels;
}

static void concatenate(const net *n, const node *d, uint32_t m, const real *images) {
    real *to = d->a;
    for (uint32_t k = 0; k < d->n_inputs; k++) {
        const size_t count = channels_of(n, d->inputs[k]) * m * geometry_outputs(&d->g);
        memcpy(to, input_of(n, d, k, images), count * sizeof *to);
        to += count;
    }
}

const real *net_forward(net *n, uint32_t m, const real *images, bool training) {
    for (uint32_t i = 0; i < n->n; i++) {
        node *d = &n->nodes[i];
        const real *x = input_of(n, d, 0, images);
        switch (d->op) {
        case CIM_OP_CONV: case CIM_OP_LINEAR: product(n, i, m, x, training); break;
        case CIM_OP_ADD: add_up(n, d, m, images); break;
        case CIM_OP_MULTIPLY: multiply(n, d, m, images); break;
        case CIM_OP_CONCAT: concatenate(n, d, m, images); break;
        case CIM_OP_MAX_POOL: max_pool_forward(&d->g, m, x, d->a, d->winner); break;
        case CIM_OP_AVERAGE_POOL: average_pool_forward(&d->g, m, x, d->a); break;
        default: memcpy(d->a, x, outputs(d, m) * sizeof *x);
        }
        if (d->activation != CIM_ACT_NONE) activate(d->activation, outputs(d, m), d->a, d->y);
        else if (d->a != d->y) memcpy(d->y, d->a, outputs(d, m) * sizeof *x);
    }
    return n->nodes[n->n - 1].y;
}

/* ---- backward -------------------------------------------------------------------------------- */

static void product_back(net *n, uint32_t number, uint32_t m, const real *x, real *dx) {
    node *d = &n->nodes[number];
    const size_t weights = (size_t)d->shape[0] * d->shape[1] * d->shape[2] * d->shape[3];
    memset(d->dw, 0, weights * sizeof *d->dw);
    if (n->rules.inputs) x = d->x;
    if (d->op == CIM_OP_LINEAR)
        linear_backward(&d->g, m, x, d->w, d->dy, dx, d->dw, vector(n, d, PARAMETER_BIAS)->gradient,
                        n->scratch);
    else {
        const batch_norm norm = norm_of(n, d);
        batch_norm_backward(&norm, geometry_outputs(&d->g) * m, d->z, d->dy,
                            vector(n, d, PARAMETER_GAMMA)->gradient,
                            vector(n, d, PARAMETER_BETA)->gradient);
        if (node_is_depthwise(d))
            depthwise_backward(&d->g, m, x, d->w, d->dy, dx, d->dw, n->scratch);
        else conv_backward(&d->g, m, x, d->w, d->dy, dx, d->dw, n->scratch);
    }
    parameter_give(parameters_find(n->store, d->slot, PARAMETER_WEIGHT), d->shape, d->dw);
}

static void multiply_back(const net *n, const node *d, uint32_t m, const real *images) {
    const real *x = input_of(n, d, 0, images), *gate = input_of(n, d, 1, images);
    real *dx = input_d(n, d, 0), *dgate = input_d(n, d, 1);
    const size_t share = gate_share(n, d), count = outputs(d, m);
    for (size_t i = 0; i < count; i++) {
        if (dx) dx[i] += d->dy[i] * gate[i / share];
        if (dgate) dgate[i / share] += d->dy[i] * x[i];
    }
}

/* Adds COUNT numbers from D on to the derivative by input K. */
static void pass_back(const net *n, const node *d, uint32_t k, const real *from, size_t count) {
    real *dx = input_d(n, d, k);
    for (size_t i = 0; dx && i < count; i++) dx[i] += from[i];
}

static void spread_back(const net *n, const node *d, uint32_t m) {
    const real *from = d->dy;
    for (uint32_t k = 0; k < d->n_inputs; k++) {
        const size_t count = d->op == CIM_OP_CONCAT
                                 ? channels_of(n, d->inputs[k]) * m * geometry_outputs(&d->g)
                                 : outputs(d, m);
        pass_back(n, d, k, from, count);
        if (d->op == CIM_OP_CONCAT) from += count;
    }
}

real *net_logits_d(net *n) { return n->nodes[n->n - 1].dy; }

void net_backward(net *n, uint32_t m, const real *images, const real *logits_d) {
    for (uint32_t i = 0; i < n->n; i++)
        if (n->nodes[i].dy != logits_d)
            memset(n->nodes[i].dy, 0, outputs(&n->nodes[i], m) * sizeof(real));
    for (uint32_t i = n->n; i-- > 0;) {
        node *d = &n->nodes[i];
        const real *x = input_of(n, d, 0, images);
        real *dx = input_d(n, d, 0);
        activate_backward(d->activation, outputs(d, m), d->a, d->dy);
        switch (d->op) {
        case CIM_OP_CONV: case CIM_OP_LINEAR: product_back(n, i, m, x, dx); break;
        case CIM_OP_MULTIPLY: multiply_back(n, d, m, images); break;
        case CIM_OP_MAX_POOL: max_pool_backward(&d->g, m, d->winner, d->dy, dx); break;
        case CIM_OP_AVERAGE_POOL: average_pool_backward(&d->g, m, d->dy, dx); break;
        default: spread_back(n, d, m);
        }
    }
}
