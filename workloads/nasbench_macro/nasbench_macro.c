/* workload.nasbench_macro: the networks of NAS-Bench-Macro for CIFAR-10 (README.md beside this
 * file).
 *
 * Slots: stem, PARTS for each block, then head, pool, classifier. */
#include <cim_sdk/plain.h>

enum { BLOCKS = 8, STEM_CHANNELS = 32, HEAD_CHANNELS = 1280, CLASSES = 10 };
enum { IDENTITY, MB3_K3, MB6_K5, KINDS };
enum { PART_EXPAND, PART_DEPTHWISE, PART_PROJECT, PART_ADD, PARTS };
enum { SLOT_STEM = 0, SLOT_BLOCKS = 1, SLOT_HEAD = SLOT_BLOCKS + BLOCKS * PARTS, SLOT_POOL,
       SLOT_CLASSIFIER };

static const char *const block_names[BLOCKS] = {"block1", "block2", "block3", "block4",
                                                "block5", "block6", "block7", "block8"};
/* Layers with weights, in order: stem, three a block, head, classifier. */
#define BLOCK_LAYERS(block) block ".expand", block ".depthwise", block ".project"
enum { LAYERS_A_BLOCK = 3, LAYER_STEM = 0, LAYER_BLOCKS = 1,
       LAYER_HEAD = LAYER_BLOCKS + BLOCKS * LAYERS_A_BLOCK, LAYER_CLASSIFIER };
static const char *const layer_names[] = {
    "stem", BLOCK_LAYERS("block1"), BLOCK_LAYERS("block2"), BLOCK_LAYERS("block3"),
    BLOCK_LAYERS("block4"), BLOCK_LAYERS("block5"), BLOCK_LAYERS("block6"), BLOCK_LAYERS("block7"),
    BLOCK_LAYERS("block8"), "head", "classifier"};

enum { SET_WEIGHT_LAYER, SET_BLOCK };
static const cim_index_set index_sets[] = {
    CIM_WEIGHT_LAYER_SET(layer_names),
    {.name = "block", .help = "blocks in order; the 1st, 3rd and 6th halve height and width and "
                              "double the channels",
     .element_names = block_names, .size = BLOCKS}};

static const char *const kind_names[KINDS] = {"identity", "mb3_k3", "mb6_k5"};
enum { WEIGHT_BITS, INPUT_BITS, BLOCK };
static const cim_param params[] = {
    CIM_LAYER_BITS_PARAMS,
    {.key = "block",
     .unit = "",
     .type = CIM_CATEGORY,
     .default_value = MB6_K5,
     .names = kind_names,
     .n_levels = KINDS,
     .index_set = "block",
     .help =
         "each block: none, or an inverted residual with expansion 3 and 3 x 3 kernels, or 6 and "
         "5 x 5"},
};

/* Without a block there are no layers of it, but for the 1 x 1 convolution that changes the
 * shape. */
static const double present[] = {MB3_K3, MB6_K5};
#define WHEN_PRESENT(i, layer)                                                                   \
    {.target = "weight_layer", .element = LAYER_BLOCKS + (i) * LAYERS_A_BLOCK + (layer),         \
     .on = "block", .on_element = (i), .values = present, .n_values = 2}
#define TWO_LAYERS(i) WHEN_PRESENT(i, PART_EXPAND), WHEN_PRESENT(i, PART_DEPTHWISE)
#define THREE_LAYERS(i) TWO_LAYERS(i), WHEN_PRESENT(i, PART_PROJECT)
static const cim_condition conditions[] = {TWO_LAYERS(0), THREE_LAYERS(1), TWO_LAYERS(2),
                                           THREE_LAYERS(3), THREE_LAYERS(4), TWO_LAYERS(5),
                                           THREE_LAYERS(6), THREE_LAYERS(7)};

static const cim_network head = {
    .struct_size = sizeof head, .name = "nasbench_macro", .in_channels = 3, .in_height = 32,
    .in_width = 32, .index_sets = CIM_TABLE(index_sets), .dataset = "cifar10"};

typedef struct draft {
    cim_builder *b;
    const cim_values *values;
    uint32_t last;
} draft;

typedef uint32_t build_layer(cim_builder *b, uint32_t from, const cim_weight_layer *layer);

/* Element LAYER of the weight layers: W says all but its bits. */
static void append(draft *d, build_layer *how, uint32_t layer, cim_weight_layer w) {
    w.weight_bits = (uint32_t)cim_number(d->values, 0, WEIGHT_BITS, layer);
    w.input_bits = (uint32_t)cim_number(d->values, 0, INPUT_BITS, layer);
    d->last = how(d->b, d->last, &w);
    cim_build_element(d->b, d->last, SET_WEIGHT_LAYER, layer);
}

/* The two layers before the projection. */
static void append_inner(draft *d, uint32_t layer, uint32_t slot, uint32_t channels,
                         uint32_t kernel, uint32_t stride) {
    append(d, cim_build_conv, layer + PART_EXPAND,
           (cim_weight_layer){.name = "expand", .slot = slot + PART_EXPAND,
                              .out_channels = channels, .activation = CIM_ACT_RELU});
    append(d, cim_build_depthwise, layer + PART_DEPTHWISE,
           (cim_weight_layer){.name = "depthwise", .slot = slot + PART_DEPTHWISE, .kernel = kernel,
                              .stride = stride, .padding = kernel / 2,
                              .activation = CIM_ACT_RELU});
}

static void append_block(draft *d, uint32_t i, uint32_t kind) {
    const uint32_t halves = i == 0 || i == 2 || i == 5, stride = halves ? 2 : 1;
    const uint32_t input = d->last, first = cim_build_count(d->b);
    const uint32_t slot = SLOT_BLOCKS + i * PARTS, layer = LAYER_BLOCKS + i * LAYERS_A_BLOCK;
    const uint32_t channels = cim_build_shape(d->b, input).channels;
    if (kind == IDENTITY && !halves) return;
    cim_build_scope(d->b, block_names[i]);
    if (kind == MB3_K3) append_inner(d, layer, slot, 3 * channels, 3, stride);
    if (kind == MB6_K5) append_inner(d, layer, slot, 6 * channels, 5, stride);
    append(d, cim_build_conv, layer + PART_PROJECT,
           (cim_weight_layer){.name = "project", .slot = slot + PART_PROJECT,
                              .out_channels = halves ? 2 * channels : channels,
                              .stride = kind == IDENTITY ? stride : 1});
    if (!halves)
        d->last = cim_build_add(d->b, (uint32_t[]){d->last, input}, 2, "add", slot + PART_ADD,
                                CIM_ACT_NONE);
    cim_build_element(d->b, first, SET_BLOCK, i);
    cim_build_scope(d->b, NULL);
}

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    draft d = {.b = self, .values = values, .last = CIM_FROM_INPUT};
    cim_build_begin(d.b, &head);
    append(&d, cim_build_conv, LAYER_STEM,
           (cim_weight_layer){.name = "stem", .slot = SLOT_STEM, .out_channels = STEM_CHANNELS,
                              .kernel = 3, .padding = 1, .activation = CIM_ACT_RELU});
    for (uint32_t i = 0; i < BLOCKS; i++)
        append_block(&d, i, (uint32_t)cim_number(values, 0, BLOCK, i));
    append(&d, cim_build_conv, LAYER_HEAD,
           (cim_weight_layer){.name = "head", .slot = SLOT_HEAD, .out_channels = HEAD_CHANNELS,
                              .activation = CIM_ACT_RELU});
    d.last = cim_build_global_pool(d.b, d.last, "pool", SLOT_POOL);
    append(&d, cim_build_linear, LAYER_CLASSIFIER,
           (cim_weight_layer){.name = "classifier", .slot = SLOT_CLASSIFIER,
                              .out_channels = CLASSES});
    return cim_build_end(d.b, 0, network);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = cim_plain_create, .build = build,
    .destroy = cim_plain_destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD, .id = "workload.nasbench_macro", .version = "1.0", .license = "MIT",
    .summary = "NAS-Bench-Macro: 6,561 networks of inverted residuals for CIFAR-10", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .conditions = CIM_TABLE(conditions), .index_sets = CIM_TABLE(index_sets)},
};

CIM_EXPORT_PLUGIN(plugin)
