/* net.h: a network with its trained weights in memory, and its forward pass.
 *
 * A layer's matrix product is the caller's: exact, quantised or on crossbars. All else (additions,
 * pools, activations) is computed here, in double. */
#ifndef CIMDSE_NET_H
#define CIMDSE_NET_H

#include <cim/workload.h>

#include "quantise.h"

/* Where tensors come from: COUNT values under NAME, valid as long as the source; NULL: no such. */
typedef struct net_source {
    void *context;
    const float *(*find)(void *context, const char *name, uint64_t *count);
    net_coding coding;       /* which codes weights become                                        */
} net_source;

typedef struct net_layer {
    cim_layer is;            /* its texts belong to the network it was made of                    */
    uint32_t *inputs;        /* is.n_inputs; CIM_FROM_INPUT as in cim_layer                       */
    uint32_t rows;           /* weights of one output, 0: no weights                              */
    uint32_t weighted;       /* its number among the layers with weights                          */
    const float *weights;    /* out_channels x rows                                               */
    const float *bias;       /* out_channels, or NULL                                             */
    size_t values;           /* of its output                                                     */
    net_coding coding;
} net_layer;

typedef struct net {
    const cim_host *host;
    net_layer *layers;
    uint32_t n_layers, n_weighted, classes;
    uint32_t in_channels, in_height, in_width;
    uint8_t *is_coded;       /* of each layer, or NULL: its values are codes (net_reader())       */
} net;

/* Fails where a tensor is missing or has another size, or where an op cannot be computed. */
cim_status net_open(net *n, const cim_host *host, const cim_network *network, net_source source);
void net_close(net *n);
/* Of layers, weights, biases and coding: networks that differ have another one. */
uint64_t net_fingerprint(const net *n);

/* The only reader of layer I's values, where they may be codes of what it reads, a byte each with 0
 * for 0 and what is below: it has weights, or is a pool that takes the largest. Else -1. */
int32_t net_reader(const net *n, uint32_t i);
/* OUT (image x channel x position) = product of layer LAYER's weights with IN, plus its bias;
 * FIRST: number of the first image. */
typedef cim_status (*net_product)(void *context, uint32_t layer, const double *in, uint32_t first,
                                  uint32_t n_images, double *out);
typedef cim_status (*net_result)(void *context, const double *scores, uint32_t first,
                                 uint32_t n_images);
/* Runs N_IMAGES (image x channel x row x column), and hands on the last layer's values. */
cim_status net_run(const net *n, const float *images, uint32_t n_images, net_product product,
                   net_result result, void *context);
/* The same for a PRODUCT of which no image depends on those beside it: the layers of many positions
 * take few images at a time, whose values stay near the processor. */
cim_status net_run_near(const net *n, const float *images, uint32_t n_images, net_product product,
                        net_result result, void *context);
/* Images that go through a layer together, in net_run(). */
uint32_t net_batch(const net *n);

/* The trained network's own product, in double. CONTEXT: the net. */
cim_status net_float_product(void *context, uint32_t layer, const double *in, uint32_t first,
                             uint32_t n_images, double *out);
#endif
