/* cim/workload.h: a workload turns parameter values into a network, a graph of layers.
 *
 * A workload MUST
 *   - list layers so that each comes after the layers it takes its input from;
 *   - give shapes that agree along the edges, and groups that divide the channels;
 *   - keep a layer's slot the same for every point of the space: slots are how a hardware model and
 *     stored results tell layers apart when the depth changes;
 *   - give every layer its operand bits: the network owns precision and data statistics.
 * A workload MAY
 *   - declare index sets, over which its own and the hardware model's vectors run;
 *   - name trained weights and a data set for the accuracy evaluators. */
#ifndef CIM_WORKLOAD_H
#define CIM_WORKLOAD_H

#include <cim/host.h>

/* What a layer does. New ones may be added: refuse, by name, an op that you do not know. */
#define CIM_OP_LIST(X)                                                                     \
    X(CIM_OP_CONV, "conv")               /* groups = in_channels: depthwise             */ \
    X(CIM_OP_LINEAR, "linear")           /* in_channels -> out_channels; reads a larger input \
                                            flattened, channel after channel              */ \
    X(CIM_OP_MATMUL, "matmul")           /* two run-time operands (attention)           */ \
    X(CIM_OP_ADD, "add")                 /* element by element, of all inputs           */ \
    X(CIM_OP_MULTIPLY, "multiply")       /* element by element; a 1x1 input is broadcast */ \
    X(CIM_OP_CONCAT, "concat")           /* along channels                              */ \
    X(CIM_OP_MAX_POOL, "max_pool")                                                         \
    X(CIM_OP_AVERAGE_POOL, "average_pool") /* global: kernel = input                    */ \
    X(CIM_OP_SOFTMAX, "softmax")                                                           \
    X(CIM_OP_NORM, "norm")               /* layer norm; batch norm is folded into conv  */ \
    X(CIM_OP_ACTIVATION, "activation")   /* one that cannot ride on the layer before    */
enum {
    CIM_OP_NONE = 0,
#define CIM_OP_ENUM(name, text) name,
    CIM_OP_LIST(CIM_OP_ENUM)
#undef CIM_OP_ENUM
    CIM_OP_END
};

/* Applied to a layer's output. */
enum {
    CIM_ACT_NONE = 0, CIM_ACT_RELU = 1, CIM_ACT_RELU6 = 2, CIM_ACT_HSWISH = 3, CIM_ACT_SIGMOID = 4,
    CIM_ACT_HSIGMOID = 5, CIM_ACT_GELU = 6, CIM_ACT_TANH = 7
};

/* What is known of a layer's data. NaN: not known. */
typedef struct cim_layer_statistics {
    double input_bit_density;   /* 0..1: share of ones among the bits of its input                */
    double input_toggle_rate;   /* 0..1: share of bits that change from one input to the next     */
    double weight_mean, weight_sd; /* of the weights as a share of their largest magnitude        */
} cim_layer_statistics;

#define CIM_FROM_INPUT 0xffffffffu  /* predecessor: the network's own input                       */

typedef struct cim_layer {
    const char *name;                      /* unique in the network: "conv1", "block3.expand"     */
    uint32_t op;                           /* CIM_OP_CONV ...                                     */
    uint32_t slot;                         /* its stable place, unique in the network             */
    uint32_t in_channels, in_height, in_width;    /* of the (first) input                         */
    uint32_t out_channels, out_height, out_width;
    uint32_t kernel_height, kernel_width;  /* conv, pool; 1 elsewhere                             */
    uint32_t stride_height, stride_width;
    uint32_t dilation_height, dilation_width;
    uint32_t pad_top, pad_bottom, pad_left, pad_right; /* pool: no window lies wholly in it       */
    uint32_t groups;                       /* conv, linear: weights = out * (in / groups) *
                                              kernel                                              */
    uint32_t weight_bits, input_bits, output_bits; /* weight_bits 0: no weights                   */
    uint32_t runtime_operand;              /* 1: the "weights" are computed, and written, per
                                              image                                               */
    uint32_t activation;                   /* CIM_ACT_*                                           */
    uint32_t n_inputs, reserved;
    const uint32_t *inputs;                /* n_inputs indices of layers, or CIM_FROM_INPUT       */
    const int32_t *elements;               /* for each index set of the network: the element this
                                              layer belongs to, or -1                             */
    const cim_layer_statistics *statistics;/* or NULL: nothing is known                           */
    const char *tensor;                    /* name of its trained weights in the file, or NULL    */
} cim_layer;
typedef struct cim_layer_table { const cim_layer *rows; uint32_t n, row_size; } cim_layer_table;

/* Owned by the workload, valid until its next build() or destroy(). */
typedef struct cim_network {
    uint32_t struct_size, reserved;
    const char *name;                      /* "vgg8"                                              */
    uint32_t in_channels, in_height, in_width, input_bits;
    cim_layer_table layers;                /* at most CIM_MAX_LAYERS                              */
    cim_index_set_table index_sets;        /* those of the instance, in the same order            */
    const char *dataset, *trained;         /* names for the accuracy evaluators; NULL: none       */
    uint64_t stated_weights, stated_macs;  /* published totals the host checks its sums against;
                                              0: none                                             */
} cim_network;

/* Weights of a layer, without biases. 0 for a layer without any. */
static inline uint64_t cim_layer_weights(const cim_layer *l) {
    if ((l->op != CIM_OP_CONV && l->op != CIM_OP_LINEAR && l->op != CIM_OP_MATMUL) || !l->groups)
        return 0;
    return (uint64_t)l->out_channels * (l->in_channels / l->groups) * l->kernel_height *
           l->kernel_width;
}
/* Multiply-accumulates of a layer for one image; padding counts. 1 MAC = 2 operations. */
static inline uint64_t cim_layer_macs(const cim_layer *l) {
    return cim_layer_weights(l) * l->out_height * l->out_width;
}

typedef struct cim_workload_ops {
    uint32_t struct_size, reserved;
    /* Either sets *self and returns CIM_OK, or leaves nothing behind. */
    cim_status (*create)(const cim_host *host, const cim_values *values, void **self);
    /* Optional (NULL): what depends on the fixed parameters. Valid until destroy(). */
    cim_status (*describe)(void *self, cim_description *out);
    /* One point (values->n_points = 1) -> its network. */
    cim_status (*build)(void *self, const cim_values *values, const cim_network **network);
    void (*destroy)(void *self);
} cim_workload_ops;
#endif
