/* workload.vgg8: VGG8 for CIFAR-10, the network of DNN+NeuroSim (README.md beside this file).
 *
 * All convolutions are 3 x 3, stride 1, padding 1; all pools 2 x 2, stride 2. No biases. */
#include <cim_sdk/network.h>

#define WEIGHT_LAYERS 8u

static const struct {
    const char *name;
    uint32_t kernel, out_channels; /* kernel 0: fully connected */
    const char *pool;              /* max pool behind it */
} layers[WEIGHT_LAYERS] = {
    /*  name   kernel    out    pool       input         weights         MACs */
    {"conv1",       3,   128,   NULL},  /*   3 x 32 x 32     3,456    3,538,944 */
    {"conv2",       3,   128, "pool1"}, /* 128 x 32 x 32   147,456  150,994,944 */
    {"conv3",       3,   256,   NULL},  /* 128 x 16 x 16   294,912   75,497,472 */
    {"conv4",       3,   256, "pool2"}, /* 256 x 16 x 16   589,824  150,994,944 */
    {"conv5",       3,   512,   NULL},  /* 256 x  8 x  8 1,179,648   75,497,472 */
    {"conv6",       3,   512, "pool3"}, /* 512 x  8 x  8 2,359,296  150,994,944 */
    {"fc1",         0,  1024,   NULL},  /* 512 x  4 x  4 8,388,608    8,388,608 */
    {"fc2",         0,    10,   NULL},  /* 1024             10,240       10,240 */
};

static const char *const weight_layer_names[WEIGHT_LAYERS] = {"conv1", "conv2", "conv3", "conv4",
                                                              "conv5", "conv6", "fc1",   "fc2"};
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
    .name = "vgg8",
    .in_channels = 3, .in_height = 32, .in_width = 32,
    .index_sets = CIM_TABLE(index_sets),
    .dataset = "cifar10",
    .stated_weights = 12973440,
    .stated_macs = 615917568,
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
            .padding = layers[i].kernel / 2,
            .flatten = !layers[i].kernel,
        };
        x = w.kernel ? cim_build_conv(b, x, &w) : cim_build_linear(b, x, &w);
        cim_build_element(b, x, WEIGHT_LAYER, i);
        if (layers[i].pool) x = cim_build_max_pool(b, x, layers[i].pool, pool_slot++, 2, 2, 0);
    }
    return cim_build_end(b, 0, network);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin vgg8 = {
    .struct_size = sizeof vgg8,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD,
    .id = "workload.vgg8",
    .version = "1.0",
    .summary = "VGG8 for CIFAR-10: 6 convolutions, 2 fully connected layers, 12.97 M weights",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof vgg8.is,
           .params = CIM_TABLE(params),
           .index_sets = CIM_TABLE(index_sets)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&vgg8};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
