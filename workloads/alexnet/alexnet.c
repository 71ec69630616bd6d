/* workload.alexnet: AlexNet for ImageNet, in torchvision's form (README.md beside this file).
 *
 * All pools are max pools of 3 x 3, stride 2, without padding. No biases. */
#include <cim_sdk/network.h>

#define WEIGHT_LAYERS 8u

static const struct {
    const char *name, *tensor;
    uint32_t kernel, stride, padding; /* kernel 0: fully connected */
    uint32_t out_channels;
    const char *pool; /* max pool behind it */
} layers[WEIGHT_LAYERS] = {
    /* name    tensor             kernel stride pad   out     pool    input         weights */
    {"conv1", "features.0.weight",    11, 4, 2,  64, "pool1"}, /*   3 x 224 x 224     23,232 */
    {"conv2", "features.3.weight",     5, 1, 2, 192, "pool2"}, /*  64 x  27 x  27    307,200 */
    {"conv3", "features.6.weight",     3, 1, 1, 384, NULL},    /* 192 x  13 x  13    663,552 */
    {"conv4", "features.8.weight",     3, 1, 1, 256, NULL},    /* 384 x  13 x  13    884,736 */
    {"conv5", "features.10.weight",    3, 1, 1, 256, "pool3"}, /* 256 x  13 x  13    589,824 */
    {"fc1",   "classifier.1.weight",   0, 0, 0, 4096, NULL},   /* 256 x   6 x   6 37,748,736 */
    {"fc2",   "classifier.4.weight",   0, 0, 0, 4096, NULL},   /* 4096            16,777,216 */
    {"fc3",   "classifier.6.weight",   0, 0, 0, 1000, NULL},   /* 4096             4,096,000 */
};

static const char *const weight_layer_names[WEIGHT_LAYERS] = {"conv1", "conv2", "conv3", "conv4",
                                                              "conv5", "fc1",   "fc2",   "fc3"};
static const cim_index_set index_sets[] = {
    {.name = "weight_layer", .help = "layers with weights, in order",
     .element_names = weight_layer_names, .size = WEIGHT_LAYERS},
};
enum { WEIGHT_LAYER };

static const cim_param params[] = {
    {.key = "weight_bits", .unit = "bit", .help = "precision of the weights of each weight layer",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 16, .index_set = "weight_layer"},
    {.key = "input_bits", .unit = "bit",
     .help = "precision of the input (activations) of each weight layer; the first is the image's",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 16, .index_set = "weight_layer"},
};
enum { WEIGHT_BITS, INPUT_BITS };

static const cim_network head = {
    .struct_size = sizeof head,
    .name = "alexnet",
    .in_channels = 3, .in_height = 224, .in_width = 224,
    .index_sets = CIM_TABLE(index_sets),
    .dataset = "imagenet",
    .stated_weights = 61090496,
    .stated_macs = 714188480,
};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    cim_builder *b = NULL;
    const cim_status status = cim_builder_new(host, &b);
    if (status == CIM_OK) *self = b;
    return status;
}

static void destroy(void *self) { cim_builder_free(self); }

/* Slots: the weight layers first, 0..7, then the pools behind them, 8, 9, 10. */
static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    cim_builder *b = self;
    uint32_t x = CIM_FROM_INPUT, pool_slot = WEIGHT_LAYERS;
    cim_build_begin(b, &head);
    for (uint32_t i = 0; i < WEIGHT_LAYERS; ++i) {
        const cim_weight_layer w = {
            .name = layers[i].name,
            .slot = i,
            .out_channels = layers[i].out_channels,
            .weight_bits = (uint32_t)cim_number(values, 0, WEIGHT_BITS, i),
            .input_bits = (uint32_t)cim_number(values, 0, INPUT_BITS, i),
            .activation = i + 1 < WEIGHT_LAYERS ? CIM_ACT_RELU : CIM_ACT_NONE,
            .kernel = layers[i].kernel,
            .stride = layers[i].stride,
            .padding = layers[i].padding,
            .flatten = !layers[i].kernel,
            .tensor = layers[i].tensor,
        };
        x = w.kernel ? cim_build_conv(b, x, &w) : cim_build_linear(b, x, &w);
        cim_build_element(b, x, WEIGHT_LAYER, i);
        if (layers[i].pool) x = cim_build_max_pool(b, x, layers[i].pool, pool_slot++, 3, 2, 0);
    }
    return cim_build_end(b, 0, network);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin alexnet = {
    .struct_size = sizeof alexnet,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD,
    .id = "workload.alexnet",
    .version = "1.0",
    .summary = "AlexNet for ImageNet: 5 convolutions, 3 fully connected layers, 61.1 M weights",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof alexnet.is,
           .params = CIM_TABLE(params),
           .index_sets = CIM_TABLE(index_sets)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&alexnet};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
