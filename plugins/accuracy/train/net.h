/* net.h: a network that learns: the layers of a cim_network with buffers for a batch. Batch norm
 * follows each convolution, before its activation; linear layers have a bias. */
#ifndef TRAIN_NET_H
#define TRAIN_NET_H

#include "layers.h"
#include "parameters.h"

#include <cim/workload.h>

#define TRAIN_MAX_TEXT 256u

#define NODE_INPUT CIM_FROM_INPUT
typedef struct node {
    char name[64];
    uint32_t op, slot, activation, n_inputs, *inputs;
    uint32_t weight_bits, input_bits;
    geometry g;
    parameter_kind shift;        /* of a layer with weights: PARAMETER_BETA or PARAMETER_BIAS */
    uint32_t shape[4];           /* of the weights */
    real *w, *dw;                /* as this step uses them, and the derivatives by them */
    real *z, *a, *y, *dy;        /* product, normalised, output; a = y where it can be */
    real *x, *mean, *inverse_sd; /* x: the input as quantised, where that is wanted */
    uint32_t *winner;
} node;

/* One channel a group, in and out. */
static inline bool node_is_depthwise(const node *d) {
    return d->op == CIM_OP_CONV && d->g.groups > 1 && d->g.groups == d->g.in_channels &&
           d->g.groups == d->g.out_channels;
}

typedef struct net net;

/* Changes the weights or the input of layer NUMBER on the way into its product. */
typedef struct net_rules {
    void *context;
    /* In place. */
    void (*weights)(void *context, const node *layer, uint32_t number, real *w, bool training);
    void (*inputs)(void *context, uint32_t number, const real *x, real *q, size_t n); /* X -> Q */
} net_rules;

struct net {
    node *nodes;
    uint32_t n, batch, classes;
    uint32_t in_channels, in_height, in_width;
    parameters *store;
    real *scratch;
    net_rules rules;             /* both functions NULL: exact arithmetic */
    double momentum;             /* of batch norm's running moments */
};

/* WHY: TRAIN_MAX_TEXT characters, says what is wrong when NULL is returned. */
net *net_new(const cim_network *network, uint32_t batch, parameters *store, bool quantised,
             char *why);
void net_free(net *n);

/* IMAGES: [channel][image][row][column]. Returns the logits, [class][image]. */
const real *net_forward(net *n, uint32_t images_n, const real *images, bool training);
/* Adds the derivatives to the store's gradients; LOGITS_D as cross_entropy() left it. The forward
 * pass must have been a training one, of the same images. */
void net_backward(net *n, uint32_t images_n, const real *images, const real *logits_d);
/* Memory that the derivative of the logits goes to. */
real *net_logits_d(net *n);
#endif
