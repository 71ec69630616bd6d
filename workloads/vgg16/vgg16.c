/* workload.vgg16: VGG-16 for ImageNet, CIFAR-10 and Tiny-ImageNet (README.md beside this file).
 *
 * All convolutions are 3 x 3, stride 1, padding 1; all pools 2 x 2, stride 2. No biases. */
#include <cim_sdk/export.h>
#include <cim_sdk/plain.h>

enum { CONVS = 13, MOST_FC = 3, WEIGHT_LAYERS = CONVS + MOST_FC };

static const struct {
    const char *name, *tensor;
    uint32_t out_channels;
    const char *pool; /* max pool behind it */
} convs[CONVS] = {
    /* name       tensor             out    pool      ImageNet input     weights           MACs */
    {"conv1_1", "features.0.weight",   64, NULL},    /*   3 x 224 x 224      1,728    86,704,128 */
    {"conv1_2", "features.2.weight",   64, "pool1"}, /*  64 x 224 x 224     36,864 1,849,688,064 */
    {"conv2_1", "features.5.weight",  128, NULL},    /*  64 x 112 x 112     73,728   924,844,032 */
    {"conv2_2", "features.7.weight",  128, "pool2"}, /* 128 x 112 x 112    147,456 1,849,688,064 */
    {"conv3_1", "features.10.weight", 256, NULL},    /* 128 x  56 x  56    294,912   924,844,032 */
    {"conv3_2", "features.12.weight", 256, NULL},    /* 256 x  56 x  56    589,824 1,849,688,064 */
    {"conv3_3", "features.14.weight", 256, "pool3"}, /* 256 x  56 x  56    589,824 1,849,688,064 */
    {"conv4_1", "features.17.weight", 512, NULL},    /* 256 x  28 x  28  1,179,648   924,844,032 */
    {"conv4_2", "features.19.weight", 512, NULL},    /* 512 x  28 x  28  2,359,296 1,849,688,064 */
    {"conv4_3", "features.21.weight", 512, "pool4"}, /* 512 x  28 x  28  2,359,296 1,849,688,064 */
    {"conv5_1", "features.24.weight", 512, NULL},    /* 512 x  14 x  14  2,359,296   462,422,016 */
    {"conv5_2", "features.26.weight", 512, NULL},    /* 512 x  14 x  14  2,359,296   462,422,016 */
    {"conv5_3", "features.28.weight", 512, "pool5"}, /* 512 x  14 x  14  2,359,296   462,422,016 */
};

static const struct {
    const char *name, *tensor;
} fcs[MOST_FC] = {
    {"fc1", "classifier.0.weight"},
    {"fc2", "classifier.3.weight"},
    {"fc3", "classifier.6.weight"},
};

/* A network has the first 14 or all 16. */
static const char *const weight_layer_names[WEIGHT_LAYERS] = {
    "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv4_1",
    "conv4_2", "conv4_3", "conv5_1", "conv5_2", "conv5_3", "fc1",     "fc2",     "fc3"};

/* ---- versions -------------------------------------------------------------------------------- */

enum { IMAGENET, CIFAR10, TINY_IMAGENET, VERSIONS };
enum { AUTO, FC1, FC3_512, FC3_4096, CLASSIFIERS };

static const char *const version_names[VERSIONS] = {"imagenet", "cifar10", "tiny_imagenet"};
static const char *const classifier_names[CLASSIFIERS] = {"auto", "fc1", "fc3_512", "fc3_4096"};

static const struct {
    uint32_t image, classes, classifier; /* height and width; the classifier that "auto" means */
} versions[VERSIONS] = {
    /* imagenet      */ {224, 1000, FC3_4096},
    /* cifar10       */ {32, 10, FC1},
    /* tiny_imagenet */ {64, 200, FC3_512},
};

static const struct {
    uint32_t layers, hidden; /* fully connected layers; outputs of all but the last */
} classifiers[CLASSIFIERS] = {
    /* auto     */ {0, 0},
    /* fc1      */ {1, 0},
    /* fc3_512  */ {3, 512},
    /* fc3_4096 */ {3, 4096},
};

/* Totals that were published; of the other combinations nobody states any. */
static const struct {
    uint32_t version, classifier;
    uint64_t weights, macs;
} published[] = {
    {IMAGENET, FC3_4096, 138344128, 15470264320},
    {CIFAR10, FC1, 14715584, 313201664},
};

/* ---- parameters ------------------------------------------------------------------------------ */

static const cim_param params[] = {
    {.key = "version", .unit = "", .help = "data set and image size: 224, 32 or 64",
     .type = CIM_CATEGORY, .flags = CIM_PARAM_FIXED, .default_value = IMAGENET,
     .names = version_names, .n_levels = VERSIONS},
    {.key = "classifier", .unit = "",
     .help = "fully connected layers and their width; auto: the version's usual ones",
     .type = CIM_CATEGORY, .flags = CIM_PARAM_FIXED, .default_value = AUTO,
     .names = classifier_names, .n_levels = CLASSIFIERS},
};
static const cim_param described_params[] = {CIM_LAYER_BITS_PARAMS};
enum { VERSION, CLASSIFIER, WEIGHT_BITS, INPUT_BITS };

/* ---- instance -------------------------------------------------------------------------------- */

typedef struct vgg16 {
    const cim_host *host;
    cim_builder *builder;
    uint32_t fc_layers, hidden, classes;
    cim_index_set index_sets[1];
    cim_network head;
} vgg16;
enum { WEIGHT_LAYER };

static void set_version(vgg16 *self, uint32_t version, uint32_t classifier) {
    if (classifier == AUTO) classifier = versions[version].classifier;
    self->fc_layers = classifiers[classifier].layers;
    self->hidden = classifiers[classifier].hidden;
    self->classes = versions[version].classes;
    self->index_sets[WEIGHT_LAYER] = (cim_index_set){
        .name = "weight_layer", .help = "layers with weights, in order",
        .element_names = weight_layer_names, .size = CONVS + self->fc_layers};
    self->head = (cim_network){
        .struct_size = sizeof self->head, .name = "vgg16", .in_channels = 3,
        .in_height = versions[version].image, .in_width = versions[version].image,
        .index_sets = CIM_TABLE(self->index_sets), .dataset = version_names[version]};
    for (uint32_t i = 0; i < sizeof published / sizeof published[0]; ++i)
        if (published[i].version == version && published[i].classifier == classifier) {
            self->head.stated_weights = published[i].weights;
            self->head.stated_macs = published[i].macs;
        }
}

static cim_status create(const cim_host *host, const cim_values *values, void **out) {
    vgg16 *self = host->alloc(host, 1, sizeof *self);
    if (!self) return host->fail(host, CIM_E_MEMORY, "out of memory");
    self->host = host;
    const cim_status status = cim_builder_new(host, &self->builder);
    if (status != CIM_OK) {
        host->release(host, self);
        return status;
    }
    set_version(self, (uint32_t)cim_number(values, 0, VERSION, 0),
                (uint32_t)cim_number(values, 0, CLASSIFIER, 0));
    *out = self;
    return CIM_OK;
}

static cim_status describe(void *instance, cim_description *out) {
    vgg16 *self = instance;
    out->params = (cim_param_table)CIM_TABLE(described_params);
    out->index_sets = self->head.index_sets;
    return CIM_OK;
}

static void destroy(void *instance) {
    vgg16 *self = instance;
    cim_builder_free(self->builder);
    self->host->release(self->host, self);
}

/* ---- network --------------------------------------------------------------------------------- */

/* What all weight layers have in common; I is a weight layer's element, and its slot. */
static cim_weight_layer weight_layer(const cim_values *values, uint32_t i) {
    return (cim_weight_layer){
        .slot = i,
        .weight_bits = (uint32_t)cim_number(values, 0, WEIGHT_BITS, i),
        .input_bits = (uint32_t)cim_number(values, 0, INPUT_BITS, i),
        .activation = CIM_ACT_RELU,
    };
}

/* Slots: convolutions 0..12, fully connected layers 13..15, pools 16..20. */
static cim_status build(void *instance, const cim_values *values, const cim_network **network) {
    vgg16 *self = instance;
    cim_builder *b = self->builder;
    uint32_t x = CIM_FROM_INPUT, pool_slot = WEIGHT_LAYERS;
    cim_build_begin(b, &self->head);
    for (uint32_t i = 0; i < CONVS; ++i) {
        cim_weight_layer w = weight_layer(values, i);
        w.name = convs[i].name;
        w.tensor = convs[i].tensor;
        w.out_channels = convs[i].out_channels;
        w.kernel = 3;
        w.padding = 1;
        x = cim_build_conv(b, x, &w);
        cim_build_element(b, x, WEIGHT_LAYER, i);
        if (convs[i].pool) x = cim_build_max_pool(b, x, convs[i].pool, pool_slot++, 2, 2, 0);
    }
    for (uint32_t i = 0; i < self->fc_layers; ++i) {
        const int is_last = i + 1 == self->fc_layers;
        cim_weight_layer w = weight_layer(values, CONVS + i);
        w.name = fcs[i].name;
        w.tensor = fcs[i].tensor;
        w.out_channels = is_last ? self->classes : self->hidden;
        w.flatten = 1;
        if (is_last) w.activation = CIM_ACT_NONE;
        x = cim_build_linear(b, x, &w);
        cim_build_element(b, x, WEIGHT_LAYER, CONVS + i);
    }
    return cim_build_end(b, 0, network);
}

static const cim_workload_ops ops = {.struct_size = sizeof ops, .create = create,
                                     .describe = describe, .build = build, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD,
    .id = "workload.vgg16",
    .version = "1.0",
    .summary = "VGG-16 for ImageNet, CIFAR-10 or Tiny-ImageNet: 13 convolutions, 1 or 3 fully "
               "connected layers",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
