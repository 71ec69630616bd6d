/* chip_fixture.h: hand-made networks for the tests of the chip library and of models on it. */
#ifndef CHIP_FIXTURE_H
#define CHIP_FIXTURE_H

#include <cim/workload.h>

#include <math.h>
#include <string.h>

#define FIXTURE_LAYERS 16u

typedef struct fixture_network {
    cim_network network;
    cim_layer layers[FIXTURE_LAYERS];
    uint32_t inputs[FIXTURE_LAYERS][2];
    int32_t elements[FIXTURE_LAYERS];
    cim_layer_statistics statistics;
    cim_index_set set;
    int32_t weight_layers;
} fixture_network;

static inline void fixture_start(fixture_network *f, uint32_t channels, uint32_t side) {
    memset(f, 0, sizeof *f);
    f->statistics = (cim_layer_statistics){NAN, NAN, NAN, NAN};
    f->set = (cim_index_set){.name = "weight_layer", .help = "layers with weights"};
    f->network = (cim_network){.struct_size = sizeof f->network, .name = "fixture",
                               .in_channels = channels, .in_height = side, .in_width = side,
                               .input_bits = 8, .layers = {f->layers, 0, sizeof f->layers[0]},
                               .index_sets = {&f->set, 1, sizeof f->set}};
}

/* A layer behind the last one, or behind the input. kernel 1 and groups 1 as usual otherwise. */
static inline cim_layer *fixture_add(fixture_network *f, const char *name, uint32_t op,
                                     uint32_t out_channels, uint32_t kernel, uint32_t stride) {
    const uint32_t i = f->network.layers.n++;
    cim_layer *l = &f->layers[i];
    const cim_layer *before = i ? &f->layers[i - 1] : NULL;
    const int weights = op == CIM_OP_CONV || op == CIM_OP_LINEAR;
    f->inputs[i][0] = i ? i - 1 : CIM_FROM_INPUT;
    f->elements[i] = weights ? f->weight_layers++ : -1;
    f->set.size = (uint32_t)f->weight_layers;
    *l = (cim_layer){.name = name, .op = op, .slot = i, .groups = 1,
                     .in_channels = before ? before->out_channels : f->network.in_channels,
                     .in_height = before ? before->out_height : f->network.in_height,
                     .in_width = before ? before->out_width : f->network.in_width,
                     .out_channels = out_channels, .kernel_height = kernel, .kernel_width = kernel,
                     .stride_height = stride, .stride_width = stride, .dilation_height = 1,
                     .dilation_width = 1, .weight_bits = weights ? 8 : 0, .input_bits = 8,
                     .output_bits = 8, .n_inputs = 1, .inputs = f->inputs[i],
                     .elements = &f->elements[i], .statistics = &f->statistics};
    l->out_height = l->in_height / stride;   /* "same" padding */
    l->out_width = l->in_width / stride;
    if (op == CIM_OP_CONV) l->pad_top = l->pad_bottom = l->pad_left = l->pad_right = kernel / 2;
    return l;
}

static inline void fixture_linear(fixture_network *f, const char *name, uint32_t outputs) {
    cim_layer *l = fixture_add(f, name, CIM_OP_LINEAR, outputs, 1, 1);
    l->in_channels *= l->in_height * l->in_width;
    l->in_height = l->in_width = l->out_height = l->out_width = 1;
}

/* VGG8 for CIFAR-10 as in NeuroSim: 12,973,440 weights, 615,917,568 MACs. */
static inline void fixture_vgg8(fixture_network *f) {
    static const char *const names[] = {"conv1", "conv2", "conv3", "conv4", "conv5", "conv6"};
    static const char *const pools[] = {"pool1", "pool2", "pool3"};
    fixture_start(f, 3, 32);
    for (uint32_t i = 0; i < 6; ++i) {
        fixture_add(f, names[i], CIM_OP_CONV, 128u << (i / 2), 3, 1)->activation = CIM_ACT_RELU;
        if (i % 2) fixture_add(f, pools[i / 2], CIM_OP_MAX_POOL, 128u << (i / 2), 2, 2);
    }
    fixture_linear(f, "fc1", 1024);
    f->layers[f->network.layers.n - 1].activation = CIM_ACT_RELU;
    fixture_linear(f, "fc2", 10);
}
#endif
