/* workload.block_cnn: image classifiers of one to seven blocks, each of one of three types and of
 * its own width (README.md beside this file).
 *
 * Slots: stem, PARTS for each block, then pool and classifier. */
#include <stdbool.h>

#include <cim_sdk/export.h>
#include <cim_sdk/network.h>
#include <cim_sdk/plain.h>

enum { BLOCKS = 7, HALVING_BLOCKS = 2, STEM_CHANNELS = 8, CLASSES = 10 };
enum { VGG, MVGG, RES, TYPES };
enum { PART_CONV1, PART_CONV2, PART_PROJECT, PART_POOL, PART_ADD, PARTS };
enum { SLOT_STEM, SLOT_BLOCKS, SLOT_POOL = SLOT_BLOCKS + BLOCKS * PARTS, SLOT_CLASSIFIER };

static const char *const block_names[BLOCKS] = {"block1", "block2", "block3", "block4",
                                                "block5", "block6", "block7"};
/* Layers with weights, in order: stem, three a block, classifier. */
#define BLOCK_LAYERS(block) block ".conv1", block ".conv2", block ".project"
enum { LAYERS_A_BLOCK = 3, LAYER_STEM = 0, LAYER_BLOCKS = 1,
       LAYER_CLASSIFIER = LAYER_BLOCKS + BLOCKS * LAYERS_A_BLOCK };
static const char *const layer_names[] = {
    "stem", BLOCK_LAYERS("block1"), BLOCK_LAYERS("block2"), BLOCK_LAYERS("block3"),
    BLOCK_LAYERS("block4"), BLOCK_LAYERS("block5"), BLOCK_LAYERS("block6"), BLOCK_LAYERS("block7"),
    "classifier"};

enum { SET_WEIGHT_LAYER, SET_BLOCK };
static const cim_index_set index_sets[] = {
    CIM_WEIGHT_LAYER_SET(layer_names),
    {.name = "block", .help = "blocks in order; the first two halve height and width",
     .element_names = block_names, .size = BLOCKS}};

typedef struct input_kind {
    const char *dataset;
    uint32_t channels, side;
} input_kind;
static const char *const input_names[] = {"fashion_mnist", "mnist", "cifar10"};
static const input_kind inputs[] = {{"fashion_mnist", 1, 28}, {"mnist", 1, 28}, {"cifar10", 3, 32}};

static const char *const type_names[TYPES] = {"vgg", "mvgg", "res"};
enum { INPUT, WEIGHT_BITS, INPUT_BITS, DEPTH, BLOCK_TYPE, WIDTH };
static const cim_param params[] = {
    {.key = "input", .unit = "", .type = CIM_CATEGORY, .flags = CIM_PARAM_FIXED,
     .names = input_names, .n_levels = sizeof input_names / sizeof *input_names,
     .help = "data set: decides channels, height and width of the images"},
    CIM_LAYER_BITS_PARAMS,
    {.key = "depth", .unit = "", .type = CIM_INTEGER, .default_value = 4, .min = 1,
     .max = BLOCKS, .help = "number of blocks"},
    {.key = "block_type", .unit = "", .type = CIM_CATEGORY, .default_value = VGG,
     .names = type_names, .n_levels = TYPES, .index_set = "block",
     .help = "each block: two convolutions and a pool; one convolution with a stride; two "
             "convolutions with a shortcut"},
    {.key = "width", .unit = "channel", .type = CIM_INTEGER, .default_value = 8, .min = 1,
     .max = 4096, .index_set = "block", .help = "kernels of each convolution of a block"},
};

/* Block I, counted from 0, is there from depth I + 1 on. */
static const double depths[BLOCKS] = {1, 2, 3, 4, 5, 6, 7};
static const double two_convolutions[] = {VGG, RES}, shortcut[] = {RES};
#define FROM_DEPTH(set, e, i)                                                                    \
    {.target = set, .element = (e), .on = "depth", .values = depths + (i), .n_values = BLOCKS - (i)}
#define OF_TYPES(i, layer, types)                                                                \
    {.target = "weight_layer", .element = LAYER_BLOCKS + (i) * LAYERS_A_BLOCK + (layer),         \
     .on = "block_type", .on_element = (i), .values = types,                                    \
     .n_values = sizeof types / sizeof *types}
#define OF_BLOCK(i)                                                                              \
    FROM_DEPTH("block", i, i),                                                                   \
    FROM_DEPTH("weight_layer", LAYER_BLOCKS + (i) * LAYERS_A_BLOCK + PART_CONV1, i),             \
    OF_TYPES(i, PART_CONV2, two_convolutions), OF_TYPES(i, PART_PROJECT, shortcut)
static const cim_condition conditions[] = {OF_BLOCK(0), OF_BLOCK(1), OF_BLOCK(2), OF_BLOCK(3),
                                           OF_BLOCK(4), OF_BLOCK(5), OF_BLOCK(6)};

/* An instance. */
typedef struct block_cnn {
    const cim_host *host;
    cim_builder *builder;
    cim_network head;
} block_cnn;

/* A network in the making. */
typedef struct draft {
    cim_builder *b;
    const cim_values *values;
    uint32_t last;                /* layer that the next one reads */
} draft;

/* ---- layers ---------------------------------------------------------------------------------- */

static uint32_t number(const draft *d, uint32_t param, uint32_t element) {
    return (uint32_t)cim_number(d->values, 0, param, element);
}

/* Element LAYER of the weight layers reads FROM: W says all but its bits. */
static uint32_t append(draft *d, uint32_t layer, uint32_t from, cim_weight_layer w) {
    w.weight_bits = number(d, WEIGHT_BITS, layer);
    w.input_bits = number(d, INPUT_BITS, layer);
    const uint32_t index = layer == LAYER_CLASSIFIER ? cim_build_linear(d->b, from, &w)
                                                     : cim_build_conv(d->b, from, &w);
    cim_build_element(d->b, index, SET_WEIGHT_LAYER, layer);
    return index;
}

static uint32_t slot_of(uint32_t block, uint32_t part) {
    return SLOT_BLOCKS + block * PARTS + part;
}

/* Convolution PART of block I. W says its name, kernel, stride and activation. */
static uint32_t append_conv(draft *d, uint32_t i, uint32_t part, uint32_t from,
                            cim_weight_layer w) {
    w.slot = slot_of(i, part);
    w.padding = w.kernel / 2;
    w.out_channels = number(d, WIDTH, i);
    return append(d, LAYER_BLOCKS + i * LAYERS_A_BLOCK + part, from, w);
}

static void append_vgg(draft *d, uint32_t i, bool halves) {
    cim_weight_layer w = {.name = "conv1", .kernel = 3, .activation = CIM_ACT_RELU};
    d->last = append_conv(d, i, PART_CONV1, d->last, w);
    w.name = "conv2";
    d->last = append_conv(d, i, PART_CONV2, d->last, w);
    if (halves) d->last = cim_build_max_pool(d->b, d->last, "pool", slot_of(i, PART_POOL), 2, 2, 0);
}

static void append_mvgg(draft *d, uint32_t i, bool halves) {
    d->last = append_conv(d, i, PART_CONV1, d->last,
                          (cim_weight_layer){.name = "conv1", .kernel = 3, .stride = halves ? 2 : 1,
                                             .activation = CIM_ACT_RELU});
}

static void append_res(draft *d, uint32_t i, bool halves) {
    const uint32_t stride = halves ? 2 : 1, input = d->last;
    const bool same = !halves && cim_build_shape(d->b, input).channels == number(d, WIDTH, i);
    const cim_weight_layer first = {.name = "conv1", .kernel = 3, .stride = stride,
                                    .activation = CIM_ACT_RELU},
                           second = {.name = "conv2", .kernel = 3},
                           project = {.name = "project", .kernel = 1, .stride = stride};
    const uint32_t conv1 = append_conv(d, i, PART_CONV1, input, first);
    const uint32_t conv2 = append_conv(d, i, PART_CONV2, conv1, second);
    const uint32_t shorter = same ? input : append_conv(d, i, PART_PROJECT, input, project);
    d->last = cim_build_add(d->b, (uint32_t[]){conv2, shorter}, 2, "add", slot_of(i, PART_ADD),
                            CIM_ACT_RELU);
}

static void append_block(draft *d, uint32_t i) {
    static void (*const append_type[TYPES])(draft *, uint32_t, bool) = {
        [VGG] = append_vgg, [MVGG] = append_mvgg, [RES] = append_res};
    const uint32_t first = cim_build_count(d->b);
    cim_build_scope(d->b, block_names[i]);
    append_type[number(d, BLOCK_TYPE, i)](d, i, i < HALVING_BLOCKS);
    cim_build_element(d->b, first, SET_BLOCK, i);
    cim_build_scope(d->b, NULL);
}

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    const block_cnn *c = self;
    draft d = {.b = c->builder, .values = values, .last = CIM_FROM_INPUT};
    const uint32_t depth = number(&d, DEPTH, 0);
    cim_build_begin(d.b, &c->head);
    d.last = append(&d, LAYER_STEM, d.last,
                    (cim_weight_layer){.name = "stem", .slot = SLOT_STEM, .kernel = 3, .stride = 2,
                                       .padding = 1, .out_channels = STEM_CHANNELS,
                                       .activation = CIM_ACT_RELU});
    for (uint32_t i = 0; i < depth; i++) append_block(&d, i);
    d.last = cim_build_global_pool(d.b, d.last, "pool", SLOT_POOL);
    append(&d, LAYER_CLASSIFIER, d.last,
           (cim_weight_layer){.name = "classifier", .slot = SLOT_CLASSIFIER,
                              .out_channels = CLASSES});
    return cim_build_end(d.b, 0, network);
}

/* ---- the plug-in ----------------------------------------------------------------------------- */

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    const input_kind *input = &inputs[(uint32_t)cim_number(values, 0, INPUT, 0)];
    block_cnn *c = host->alloc(host, 1, sizeof *c);
    if (!c) return host->fail(host, CIM_E_MEMORY, "no memory");
    c->host = host;
    const cim_status status = cim_builder_new(host, &c->builder);
    if (status != CIM_OK) {
        host->release(host, c);
        return status;
    }
    c->head = (cim_network){.struct_size = sizeof c->head, .name = "block_cnn",
                            .in_channels = input->channels, .in_height = input->side,
                            .in_width = input->side, .index_sets = CIM_TABLE(index_sets),
                            .dataset = input->dataset};
    *self = c;
    return CIM_OK;
}

static void destroy(void *self) {
    block_cnn *c = self;
    cim_builder_free(c->builder);
    c->host->release(c->host, c);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD, .id = "workload.block_cnn", .version = "1.0", .license = "MIT",
    .summary = "CNNs of one to seven blocks of three types, each of its own width", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .conditions = CIM_TABLE(conditions), .index_sets = CIM_TABLE(index_sets)},
};

CIM_EXPORT_PLUGIN(plugin)
