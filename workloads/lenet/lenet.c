/* workload.lenet: LeNet-5 for MNIST, in today's form (README.md beside this file).
 *
 * Both convolutions are 5 x 5, stride 1; both pools max pools of 2 x 2, stride 2. No biases. */
#include <cim_sdk/network.h>

#define WEIGHT_LAYERS 5u

static const struct {
    const char *name, *tensor;
    uint32_t kernel, padding; /* kernel 0: fully connected */
    uint32_t out_channels;
    const char *pool; /* max pool behind it */
} layers[WEIGHT_LAYERS] = {
    /* name    tensor      kernel pad  out    pool        input        weights     MACs */
    {"conv1", "conv1.weight",  5,  2,    6, "pool1"}, /*  1 x 28 x 28      150  117,600 */
    {"conv2", "conv2.weight",  5,  0,   16, "pool2"}, /*  6 x 14 x 14    2,400  240,000 */
    {"fc1",   "fc1.weight",    0,  0,  120,    NULL}, /* 16 x  5 x  5   48,000   48,000 */
    {"fc2",   "fc2.weight",    0,  0,   84,    NULL}, /* 120            10,080   10,080 */
    {"fc3",   "fc3.weight",    0,  0,   10,    NULL}, /* 84                840      840 */
};

static const char *const weight_layer_names[WEIGHT_LAYERS] = {"conv1", "conv2", "fc1", "fc2",
                                                              "fc3"};
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
    .name = "lenet",
    .in_channels = 1, .in_height = 28, .in_width = 28,
    .index_sets = CIM_TABLE(index_sets),
    .dataset = "mnist",
    .stated_weights = 61470,
    .stated_macs = 416520,
};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    cim_builder *b = NULL;
    const cim_status status = cim_builder_new(host, &b);
    if (status == CIM_OK) *self = b;
    return status;
}

static void destroy(void *self) { cim_builder_free(self); }

/* Slots: the weight layers first, 0..4, then the pools behind them, 5 and 6. */
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
            .padding = layers[i].padding,
            .flatten = !layers[i].kernel,
            .tensor = layers[i].tensor,
        };
        x = w.kernel ? cim_build_conv(b, x, &w) : cim_build_linear(b, x, &w);
        cim_build_element(b, x, WEIGHT_LAYER, i);
        if (layers[i].pool) x = cim_build_max_pool(b, x, layers[i].pool, pool_slot++, 2, 2, 0);
    }
    return cim_build_end(b, 0, network);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin lenet = {
    .struct_size = sizeof lenet,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD,
    .id = "workload.lenet",
    .version = "1.0",
    .summary = "LeNet-5 for MNIST: 2 convolutions, 3 fully connected layers, 61,470 weights",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof lenet.is,
           .params = CIM_TABLE(params),
           .index_sets = CIM_TABLE(index_sets)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&lenet};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
