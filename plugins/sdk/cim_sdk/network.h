/* cim_sdk/network.h: builds a workload's network, layer after layer.
 *
 *     cim_build_begin(b, &head);
 *     x = cim_build_conv(b, CIM_FROM_INPUT, &(cim_weight_layer){
 *         .name = "conv1", .slot = 0, .out_channels = 16, .kernel = 3, .padding = 1,
 *         .weight_bits = 8, .input_bits = 8, .activation = CIM_ACT_RELU});
 *     x = cim_build_max_pool(b, x, "pool1", 1, 2, 2, 0);
 *     ...
 *     return cim_build_end(b, 0, network);
 *
 * Every function that appends a layer takes the index of the layer before (or CIM_FROM_INPUT) and
 * returns the new layer's own; shapes follow from there. The first error is kept, everything after
 * it does nothing, and cim_build_end() reports it with the layer's name: check nothing in between.
 *
 * One builder makes one network after another and allocates only while they still grow: keep it in
 * the workload's instance. Names, statistics and lists are copied.
 *
 * Bits. A layer with weights states the bits of its input; the others pass on what their readers
 * want. A layer's output has the bits of its most demanding reader. */
#ifndef CIM_SDK_NETWORK_H
#define CIM_SDK_NETWORK_H

#include <cim/workload.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cim_builder cim_builder;

/* Memory comes from HOST, which must outlive the builder. */
cim_status cim_builder_new(const cim_host *host, cim_builder **builder);
void cim_builder_free(cim_builder *builder); /* NULL does nothing */

/* Starts a network, and ends the life of the one before. HEAD says all but the layers; its
 * input_bits may be 0: what the first layers want. Its strings are copied; the rows of its index
 * sets are not, and must live as long as the network. */
void cim_build_begin(cim_builder *b, const cim_network *head);

/* Finishes the network: valid until the next cim_build_begin(). OUTPUT_BITS is for the layers that
 * nobody reads; 0: the input bits of the last layer with weights on the way there. */
cim_status cim_build_end(cim_builder *b, uint32_t output_bits, const cim_network **network);

/* ---- layers with weights -------------------------------------------------------------------- */

/* As much as keeps ceil(input / stride) positions; where it is odd, the end gets one more. */
#define CIM_PAD_SAME 0xffffffffu

/* What is left out is 0, and means what the comment says. */
typedef struct cim_weight_layer {
    const char *name;             /* behind the scope, if one is set                              */
    uint32_t slot;                /* below CIM_MAX_LAYERS                                         */
    uint32_t out_channels;        /* depthwise, 0: as many as come in                             */
    uint32_t weight_bits, input_bits; /* 1..32                                                    */
    uint32_t activation;          /* CIM_ACT_*, of the output                                     */
    uint32_t groups;              /* 0: 1                                                         */
    uint32_t flatten;             /* linear, 1: all of the input is one vector, channel after
                                     channel; 0: applied at each position                         */
    uint32_t kernel, kernel_width; /* conv. 0: 1; width 0: as the height                          */
    uint32_t stride, stride_width; /* conv. 0: 1; width 0: as the height                          */
    uint32_t dilation;            /* conv. 0: 1                                                   */
    uint32_t padding;             /* conv: on each side, or CIM_PAD_SAME                          */
    const uint32_t *sides;        /* conv: top, bottom, left, right instead of padding; or NULL   */
    const char *tensor;           /* name of the trained weights, or NULL                         */
    const cim_layer_statistics *statistics; /* or NULL                                            */
} cim_weight_layer;

uint32_t cim_build_conv(cim_builder *b, uint32_t from, const cim_weight_layer *layer);
uint32_t cim_build_depthwise(cim_builder *b, uint32_t from, const cim_weight_layer *layer);
uint32_t cim_build_linear(cim_builder *b, uint32_t from, const cim_weight_layer *layer);

/* ---- layers without -------------------------------------------------------------------------- */

/* PADDING as in cim_weight_layer, but less than the kernel. Positions that do not fill a kernel at
 * the end are left out. */
uint32_t cim_build_max_pool(cim_builder *b, uint32_t from, const char *name, uint32_t slot,
                            uint32_t kernel, uint32_t stride, uint32_t padding);
uint32_t cim_build_average_pool(cim_builder *b, uint32_t from, const char *name, uint32_t slot,
                                uint32_t kernel, uint32_t stride, uint32_t padding);
/* The average over all positions: channels x 1 x 1. */
uint32_t cim_build_global_pool(cim_builder *b, uint32_t from, const char *name, uint32_t slot);

/* The sum of N inputs of one shape, then ACTIVATION. */
uint32_t cim_build_add(cim_builder *b, const uint32_t *from, uint32_t n, const char *name,
                       uint32_t slot, uint32_t activation);
/* FROM times GATE, of the same shape or channels x 1 x 1 (squeeze and excitation). */
uint32_t cim_build_multiply(cim_builder *b, uint32_t from, uint32_t gate, const char *name,
                            uint32_t slot);
/* N inputs of one height and width, channels one behind the other. */
uint32_t cim_build_concat(cim_builder *b, const uint32_t *from, uint32_t n, const char *name,
                          uint32_t slot);
/* For an activation that cannot ride on the layer before, as behind a concatenation. */
uint32_t cim_build_activation(cim_builder *b, uint32_t from, const char *name, uint32_t slot,
                              uint32_t activation);

/* ---- places ---------------------------------------------------------------------------------- */

/* Names that follow become "SCOPE.name", until the next call; NULL: none. SCOPE is not copied. */
void cim_build_scope(cim_builder *b, const char *scope);

/* Layers FIRST and up to the last one appended belong to ELEMENT of index set number SET. Layers
 * start as a part of no element. */
void cim_build_element(cim_builder *b, uint32_t first, uint32_t set, uint32_t element);

/* Number of layers so far: the index that the next one will get. */
uint32_t cim_build_count(const cim_builder *b);

typedef struct cim_shape { uint32_t channels, height, width; } cim_shape;

/* Shape of a layer's output, or of the network's input; zeros after an error. */
cim_shape cim_build_shape(const cim_builder *b, uint32_t layer);

#ifdef __cplusplus
}
#endif
#endif
