/* network.h: a network as the neurosim model sees it: convolutions and fully connected layers, each
 * with or without a pooling behind it. */
#ifndef NEUROSIM_NETWORK_H
#define NEUROSIM_NETWORK_H

#include <cim/workload.h>
#include <stddef.h>

/* One layer of weights, with what is mapped from it. Counts are real numbers: they are multiplied
 * and divided. */
typedef struct ns_layer {
    uint32_t index;               /* in the network                                              */
    uint32_t pooled;              /* 1: a pooling reads it                                       */
    uint32_t wb, ab;              /* bits of its weights and inputs                              */
    uint32_t level_output;        /* levels of the converters that its reads use                 */
    double height, width;         /* of its INPUT                                                */
    double channels, outputs;
    double kernel_height, kernel_width, stride_height, stride_width;
    double kernel;                /* positions of the kernel                                     */
    double rows, columns;         /* of its weight matrix; columns count cells                   */
    double cells_per_weight;
    double vectors;               /* input vectors of an image                                   */
    double density;               /* share of ones among the input bits                          */
} ns_layer;

/* CIM_OK; or CIM_E_UNSUPPORTED and, in error, which layer cannot be costed and why. */
cim_status ns_network_check(const cim_network *network, char *error, size_t size);

/* Number of layers with weights. */
uint32_t ns_network_count(const cim_network *network);

/* Fills layers[] (ns_network_count() of them) but for bits, density and what follows from bits.
 * padded: maps are padded as the network says; else never, as in the reference. */
void ns_network_read(const cim_network *network, int padded, ns_layer *layers);

/* Columns of a layer for cells of cell_bit bits, from its wb. */
void ns_layer_set_cells(ns_layer *layer, uint32_t cell_bit);

/* Operations that the reference reports for an image: 2 x weights x input positions, whatever the
 * stride; and those of the network. */
double ns_reported_operations(const ns_layer *layers, uint32_t n);
#endif
