/* workload.resnet18: ResNet-18 for ImageNet, in torchvision's form (README.md beside this file).
 *
 * Padding keeps ceil(input / stride) positions. Batch norm is folded into the convolutions; no
 * biases. */
#include <cim_sdk/plain.h>

/* What a weight layer is in its block: main path is two convolutions, the side path nothing or a
 * 1 x 1 projection; then their sum. */
enum { STEM, FIRST, SECOND, PROJECTION, CLASSIFIER };

#define NAMED(name) name, name ".weight"
#define PROJECTS(block) block ".downsample", block ".downsample.0.weight"

static const struct {
    const char *name, *tensor;
    uint32_t role, kernel, stride, out_channels;
} layers[] = {
    /*                              kernel stride out      input           weights        MACs */
    {NAMED("conv1"),          STEM,       7, 2, 64},  /*   3 x 224 x 224     9,408 118,013,952 */
    {NAMED("layer1.0.conv1"), FIRST,      3, 1, 64},  /*  64 x  56 x  56    36,864 115,605,504 */
    {NAMED("layer1.0.conv2"), SECOND,     3, 1, 64},  /*  64 x  56 x  56    36,864 115,605,504 */
    {NAMED("layer1.1.conv1"), FIRST,      3, 1, 64},  /*  64 x  56 x  56    36,864 115,605,504 */
    {NAMED("layer1.1.conv2"), SECOND,     3, 1, 64},  /*  64 x  56 x  56    36,864 115,605,504 */
    {NAMED("layer2.0.conv1"), FIRST,      3, 2, 128}, /*  64 x  56 x  56    73,728  57,802,752 */
    {NAMED("layer2.0.conv2"), SECOND,     3, 1, 128}, /* 128 x  28 x  28   147,456 115,605,504 */
    {PROJECTS("layer2.0"),    PROJECTION, 1, 2, 128}, /*  64 x  56 x  56     8,192   6,422,528 */
    {NAMED("layer2.1.conv1"), FIRST,      3, 1, 128}, /* 128 x  28 x  28   147,456 115,605,504 */
    {NAMED("layer2.1.conv2"), SECOND,     3, 1, 128}, /* 128 x  28 x  28   147,456 115,605,504 */
    {NAMED("layer3.0.conv1"), FIRST,      3, 2, 256}, /* 128 x  28 x  28   294,912  57,802,752 */
    {NAMED("layer3.0.conv2"), SECOND,     3, 1, 256}, /* 256 x  14 x  14   589,824 115,605,504 */
    {PROJECTS("layer3.0"),    PROJECTION, 1, 2, 256}, /* 128 x  28 x  28    32,768   6,422,528 */
    {NAMED("layer3.1.conv1"), FIRST,      3, 1, 256}, /* 256 x  14 x  14   589,824 115,605,504 */
    {NAMED("layer3.1.conv2"), SECOND,     3, 1, 256}, /* 256 x  14 x  14   589,824 115,605,504 */
    {NAMED("layer4.0.conv1"), FIRST,      3, 2, 512}, /* 256 x  14 x  14 1,179,648  57,802,752 */
    {NAMED("layer4.0.conv2"), SECOND,     3, 1, 512}, /* 512 x   7 x   7 2,359,296 115,605,504 */
    {PROJECTS("layer4.0"),    PROJECTION, 1, 2, 512}, /* 256 x  14 x  14   131,072   6,422,528 */
    {NAMED("layer4.1.conv1"), FIRST,      3, 1, 512}, /* 512 x   7 x   7 2,359,296 115,605,504 */
    {NAMED("layer4.1.conv2"), SECOND,     3, 1, 512}, /* 512 x   7 x   7 2,359,296 115,605,504 */
    {NAMED("fc"),             CLASSIFIER, 0, 0, 1000}, /* 512              512,000     512,000 */
};
#define WEIGHT_LAYERS ((uint32_t)(sizeof layers / sizeof layers[0]))

static const char *const weight_layer_names[] = {
    "conv1",
    "layer1.0.conv1", "layer1.0.conv2",
    "layer1.1.conv1", "layer1.1.conv2",
    "layer2.0.conv1", "layer2.0.conv2", "layer2.0.downsample",
    "layer2.1.conv1", "layer2.1.conv2",
    "layer3.0.conv1", "layer3.0.conv2", "layer3.0.downsample",
    "layer3.1.conv1", "layer3.1.conv2",
    "layer4.0.conv1", "layer4.0.conv2", "layer4.0.downsample",
    "layer4.1.conv1", "layer4.1.conv2",
    "fc",
};
_Static_assert(sizeof weight_layer_names / sizeof weight_layer_names[0] == WEIGHT_LAYERS,
               "one name a weight layer");

/* The sums, behind each block's last weight layer. */
static const char *const add_names[] = {"layer1.0.add", "layer1.1.add", "layer2.0.add",
                                        "layer2.1.add", "layer3.0.add", "layer3.1.add",
                                        "layer4.0.add", "layer4.1.add"};

static const cim_index_set index_sets[] = {CIM_WEIGHT_LAYER_SET(weight_layer_names)};
enum { WEIGHT_LAYER };

static const cim_network head = {
    .struct_size = sizeof head,
    .name = "resnet18",
    .in_channels = 3, .in_height = 224, .in_width = 224,
    .index_sets = CIM_TABLE(index_sets),
    .dataset = "imagenet",
    .stated_weights = 11678912,
    .stated_macs = 1814073344,
};

/* Slots: weight layers 0..20, then the pools, then the sums. */
enum { MAX_POOL_SLOT = 21, AVERAGE_POOL_SLOT = 22, FIRST_ADD_SLOT = 23 };

static uint32_t append(cim_builder *b, const cim_values *values, uint32_t from, uint32_t i) {
    const uint32_t role = layers[i].role;
    const cim_weight_layer w = {
        .name = layers[i].name,
        .slot = i,
        .out_channels = layers[i].out_channels,
        .weight_bits = (uint32_t)cim_number(values, 0, CIM_PLAIN_WEIGHT_BITS, i),
        .input_bits = (uint32_t)cim_number(values, 0, CIM_PLAIN_INPUT_BITS, i),
        .activation = role == STEM || role == FIRST ? CIM_ACT_RELU : CIM_ACT_NONE,
        .kernel = layers[i].kernel,
        .stride = layers[i].stride,
        .padding = layers[i].kernel / 2,
        .tensor = layers[i].tensor,
    };
    const uint32_t x = role == CLASSIFIER ? cim_build_linear(b, from, &w)
                                          : cim_build_conv(b, from, &w);
    cim_build_element(b, x, WEIGHT_LAYER, i);
    return x;
}

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    cim_builder *b = self;
    cim_build_begin(b, &head);
    uint32_t x = append(b, values, CIM_FROM_INPUT, 0), blocks = 0;
    x = cim_build_max_pool(b, x, "maxpool", MAX_POOL_SLOT, 3, 2, 1);
    for (uint32_t i = 1; layers[i].role == FIRST; ++blocks) {
        uint32_t paths[] = {x, x}; /* main and side */
        paths[0] = append(b, values, paths[0], i++);
        paths[0] = append(b, values, paths[0], i++);
        if (layers[i].role == PROJECTION) paths[1] = append(b, values, paths[1], i++);
        x = cim_build_add(b, paths, 2, add_names[blocks], FIRST_ADD_SLOT + blocks, CIM_ACT_RELU);
    }
    x = cim_build_global_pool(b, x, "avgpool", AVERAGE_POOL_SLOT);
    (void)append(b, values, x, WEIGHT_LAYERS - 1);
    return cim_build_end(b, 0, network);
}

CIM_PLAIN_PLUGIN(build, index_sets,
    .id = "workload.resnet18", .version = "1.0", .license = "MIT",
    .summary = "ResNet-18 for ImageNet: 20 convolutions, 1 fully connected layer, 11.68 M weights")
