/* workload.resnet50: ResNet-50 for ImageNet, and the Once-for-All super-network made from it
 * (README.md beside this file). First half: versions, parameters and names; build.c builds. */
#include <cim_sdk/export.h>
#include <stdio.h>

#include "resnet50.h"

static const char *const version_names[VERSIONS] = {"v1", "v1.5", "ofa", "ofa_largest"};
static const char *const stage_names[STAGES] = {"layer1", "layer2", "layer3", "layer4"};

static const struct {
    uint32_t stem_layers, blocks[STAGES]; /* most blocks of each stage */
    uint64_t weights, macs;               /* published totals          */
} versions[VERSIONS] = {
    /* v1          */ {1, {3, 4, 6, 3}, 25502912, 3857973248},
    /* v1.5        */ {1, {3, 4, 6, 3}, 25502912, 4089184256},
    /* ofa         */ {3, {4, 4, 6, 4}, 0, 0},
    /* ofa_largest */ {3, {4, 4, 6, 4}, 48037856, 7491643904},
};

/* ---- parameters ------------------------------------------------------------------------------ */

static const cim_param params[] = {
    {.key = "version", .unit = "",
     .help = "v1: stride in the 1x1; v1.5: in the 3x3; ofa: super-network, searched; ofa_largest",
     .type = CIM_CATEGORY, .flags = CIM_PARAM_FIXED, .default_value = V1_5,
     .names = version_names, .n_levels = VERSIONS},
};

/* Levels of the super-network "ofa_resnet50". Both 0.65 and 0.8 give the stem 24 inner channels:
 * one of them stands for both, so that no design is counted twice. */
static const double inner_widths[] = {0.65, 1.0};
static const double widths[] = {0.65, 0.8, 1.0};
static const double expansions[] = {0.2, 0.25, 0.35};

/* All versions have the first two; only ofa has the others. */
static const cim_param described_params[] = {
    CIM_LAYER_BITS_PARAMS,
    {.key = "stem_residual", .unit = "", .help = "whether the stem has its middle layer stem.1",
     .type = CIM_BOOLEAN, .default_value = 1, .max = 1},
    {.key = "stem_inner_width", .unit = "",
     .help = "multiplies the 32 channels inside the stem (0.8 would give the same 24 as 0.65)",
     .type = CIM_REAL, .default_value = 1, .min = 0.65, .max = 1, .levels = inner_widths,
     .n_levels = 2},
    {.key = "stem_width", .unit = "", .help = "multiplies the 64 channels of the stem's output",
     .type = CIM_REAL, .default_value = 1, .min = 0.65, .max = 1, .levels = widths,
     .n_levels = 3},
    {.key = "depth", .unit = "", .help = "blocks of each stage beyond the least, 2, 2, 4, 2",
     .type = CIM_INTEGER, .default_value = 2, .min = 0, .max = 2, .index_set = "stage"},
    {.key = "width", .unit = "", .help = "multiplies the channels of each stage, 256 to 2048",
     .type = CIM_REAL, .default_value = 1, .min = 0.65, .max = 1, .levels = widths,
     .n_levels = 3, .index_set = "stage"},
    {.key = "expansion", .unit = "",
     .help = "channels inside each block as a share of its output's",
     .type = CIM_REAL, .default_value = 0.35, .min = 0.2, .max = 0.35, .levels = expansions,
     .n_levels = 3, .index_set = "block"},
};
enum { BIT_PARAMS = 2 };

/* ---- conditions ------------------------------------------------------------------------------ */

static const double depths[] = {1, 2}; /* of a stage's last two blocks one needs 1, the other 2 */
static const double is_true[] = {1};

/* depth[STAGE_] has at least LEAST */
#define FROM(target_, element_, stage_, least)                                                 \
    {.target = (target_), .element = (element_), .on = "depth", .on_element = (stage_),        \
     .values = &depths[(least) - 1], .n_values = 3 - (least)}
/* a block, and its three weight layers from FIRST on */
#define BLOCK_FROM(block, first, stage_, least)                                                \
    FROM("block", block, stage_, least),                                                       \
    FROM("weight_layer", first, stage_, least),                                                \
    FROM("weight_layer", (first) + 1, stage_, least),                                          \
    FROM("weight_layer", (first) + 2, stage_, least)

static const cim_condition ofa_conditions[] = {
    {.target = "weight_layer", .element = 1, .on = "stem_residual", .values = is_true,
     .n_values = 1},
    /*     block, its conv1, stage, depth */
    BLOCK_FROM(2, 10, 0, 1),  BLOCK_FROM(3, 13, 0, 2),  /* layer1.2, layer1.3 */
    BLOCK_FROM(6, 23, 1, 1),  BLOCK_FROM(7, 26, 1, 2),  /* layer2.2, layer2.3 */
    BLOCK_FROM(12, 42, 2, 1), BLOCK_FROM(13, 45, 2, 2), /* layer3.4, layer3.5 */
    BLOCK_FROM(16, 55, 3, 1), BLOCK_FROM(17, 58, 3, 2), /* layer4.2, layer4.3 */
};

/* ---- names ----------------------------------------------------------------------------------- */

/* Weight layers are named after torchvision's modules; OFA's tensors have names of their own. */
static void name_stem(resnet50 *self) {
    if (!is_ofa(self)) {
        snprintf(self->layer_names[0], sizeof self->layer_names[0], "conv1");
        snprintf(self->tensors[0], sizeof self->tensors[0], "conv1.weight");
        return;
    }
    for (uint32_t i = 0; i < MOST_STEM; ++i) {
        snprintf(self->layer_names[i], sizeof self->layer_names[i], "stem.%u", i);
        snprintf(self->tensors[i], sizeof self->tensors[i], "input_stem.%u.conv%s.conv.weight", i,
                 i == 1 ? ".conv" : "");
    }
}

/* Names block I of stage S; returns how many weight layers it has. */
static uint32_t name_block(resnet50 *self, uint32_t s, uint32_t i) {
    static const char *const layers[] = {"conv1", "conv2", "conv3", "downsample"};
    const uint32_t block = self->first_block[s] + i, n = i ? 3 : 4;
    snprintf(self->block_names[block], sizeof self->block_names[block], "layer%u.%u", s + 1, i);
    self->block_list[block] = self->block_names[block];
    for (uint32_t k = 0; k < n; ++k) {
        const uint32_t layer = self->first_layer[block] + k;
        char *name = self->layer_names[layer], *tensor = self->tensors[layer];
        snprintf(name, sizeof self->layer_names[0], "layer%u.%u.%s", s + 1, i, layers[k]);
        if (is_ofa(self))
            snprintf(tensor, sizeof self->tensors[0], "blocks.%u.%s.conv.conv.weight", block,
                     layers[k]);
        else
            snprintf(tensor, sizeof self->tensors[0], "layer%u.%u.%s%s.weight", s + 1, i,
                     layers[k], k == 3 ? ".0" : "");
    }
    return n;
}

static void name_layers(resnet50 *self) {
    uint32_t n = versions[self->version].stem_layers;
    name_stem(self);
    for (uint32_t s = 0; s < STAGES; ++s) {
        self->most_depth[s] = versions[self->version].blocks[s];
        self->first_block[s] = self->n_blocks;
        for (uint32_t i = 0; i < self->most_depth[s]; ++i) {
            self->first_layer[self->n_blocks++] = n;
            n += name_block(self, s, i);
        }
    }
    snprintf(self->layer_names[n], sizeof self->layer_names[n], "fc");
    snprintf(self->tensors[n], sizeof self->tensors[n], "%s",
             is_ofa(self) ? "classifier.linear.linear.weight" : "fc.weight");
    self->n_weight_layers = n + 1;
    for (uint32_t i = 0; i <= n; ++i) self->layer_list[i] = self->layer_names[i];
}

/* ---- instance -------------------------------------------------------------------------------- */

static void set_head(resnet50 *self) {
    self->index_sets[WEIGHT_LAYER] = (cim_index_set){
        .name = "weight_layer", .help = "layers with weights, in order",
        .element_names = self->layer_list, .size = self->n_weight_layers};
    self->index_sets[BLOCK] = (cim_index_set){
        .name = "block", .help = "bottleneck blocks, stage after stage",
        .element_names = self->block_list, .size = self->n_blocks};
    self->index_sets[STAGE] = (cim_index_set){
        .name = "stage", .help = "runs of blocks of one image size",
        .element_names = stage_names, .size = STAGES};
    self->head = (cim_network){
        .struct_size = sizeof self->head, .name = "resnet50",
        .in_channels = 3, .in_height = 224, .in_width = 224,
        .index_sets = CIM_TABLE(self->index_sets), .dataset = "imagenet",
        .stated_weights = versions[self->version].weights,
        .stated_macs = versions[self->version].macs};
}

static cim_status create(const cim_host *host, const cim_values *values, void **out) {
    resnet50 *self = host->alloc(host, 1, sizeof *self);
    if (!self) return host->fail(host, CIM_E_MEMORY, "out of memory");
    self->host = host;
    const cim_status status = cim_builder_new(host, &self->builder);
    if (status != CIM_OK) {
        host->release(host, self);
        return status;
    }
    self->version = (uint32_t)cim_number(values, 0, VERSION, 0);
    name_layers(self);
    set_head(self);
    *out = self;
    return CIM_OK;
}

static cim_status describe(void *instance, cim_description *out) {
    const resnet50 *self = instance;
    out->params = (cim_param_table)CIM_TABLE(described_params);
    out->index_sets = self->head.index_sets;
    if (self->version == OFA)
        out->conditions = (cim_condition_table)CIM_TABLE(ofa_conditions);
    else
        out->params.n = BIT_PARAMS;
    return CIM_OK;
}

static void destroy(void *instance) {
    resnet50 *self = instance;
    cim_builder_free(self->builder);
    self->host->release(self->host, self);
}

static const cim_workload_ops ops = {.struct_size = sizeof ops, .create = create,
                                     .describe = describe, .build = resnet50_build,
                                     .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD,
    .id = "workload.resnet50",
    .version = "1.0",
    .summary = "ResNet-50 for ImageNet, 25.5 M weights, and the Once-for-All super-network from it",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
