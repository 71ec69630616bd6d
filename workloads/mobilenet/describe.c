/* What can be set in each version: parameters, index sets, and when a block is there. */
#include <stdarg.h>
#include <stdio.h>

#include "mobilenet.h"

/* ---- parameters ------------------------------------------------------------------------------ */

#define BITS(text, set, line)                                                           \
    {.key = text, .unit = "bit", .help = line, .type = CIM_INTEGER, .default_value = 8, \
     .min = 1, .max = 16, .index_set = set}

static const cim_param plain_params[] = {CIM_LAYER_BITS_PARAMS};

static const double kernels[] = {3, 5, 7};
static const cim_param proxyless_params[] = {
    {.key = "depth", .unit = "block", .help = "blocks of each stage; the last always has one",
     .type = CIM_INTEGER, .default_value = 4, .min = 2, .max = 4, .index_set = "stage"},
    {.key = "kernel", .unit = "", .help = "height and width of each depthwise kernel",
     .type = CIM_INTEGER, .default_value = 7, .min = 3, .max = 7, .levels = kernels, .n_levels = 3,
     .index_set = "block"},
    BITS("pw_weight_bits", "block", "weights of the two 1x1 convolutions of each block"),
    BITS("pw_input_bits", "block", "inputs of the two 1x1 convolutions of each block"),
    BITS("dw_weight_bits", "block", "weights of the depthwise convolution of each block"),
    BITS("dw_input_bits", "block", "input of the depthwise convolution of each block"),
    {.key = "expansion", .unit = "",
     .help = "depthwise channels over input channels of each block; a multiple of 8 must result",
     .type = CIM_REAL, .default_value = 6, .min = 4, .max = 6, .index_set = "block"},
    BITS("outer_weight_bits", NULL, "weights of the layers outside the searched blocks"),
    BITS("outer_input_bits", NULL, "inputs of the layers outside; the image's too"),
};

/* ---- names ----------------------------------------------------------------------------------- */

static void name_tensor(mobilenet *m, const char *format, ...) {
    if (!m->version->tensors) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(m->tensors[m->n_weight_layers], sizeof m->tensors[0], format, arguments);
    va_end(arguments);
}

/* The next weight layer is NAME of SCOPE, or of no scope. */
static void name_layer(mobilenet *m, const char *scope, const char *name) {
    const uint32_t i = m->n_weight_layers++;
    snprintf(m->names[i], sizeof m->names[i], "%s%s%s", scope ? scope : "", scope ? "." : "", name);
    m->name_list[i] = m->names[i];
}

/* torchvision numbers the parts of a block; squeeze and excite share a number. */
static void name_block(mobilenet *m, uint32_t i) {
    const mobilenet_version *v = m->version;
    const mobilenet_block *k = &v->blocks[i];
    const char *scope = m->scopes[i];
    uint32_t part = 0;
    m->first_weight_layer[i] = m->n_weight_layers;
    if (k->expanded) {
        name_tensor(m, "features.%u.%s.%u.0.weight", i + 1, v->tensors, part++);
        name_layer(m, scope, "expand");
    }
    name_tensor(m, "features.%u.%s.%u.0.weight", i + 1, v->tensors, part++);
    name_layer(m, scope, "depthwise");
    for (uint32_t fc = 0; k->squeezed && fc < 2; ++fc) {
        name_tensor(m, "features.%u.%s.%u.fc%u.weight", i + 1, v->tensors, part, fc + 1);
        name_layer(m, scope, fc ? "excite" : "squeeze");
    }
    if (k->squeezed) ++part;
    name_tensor(m, "features.%u.%s.%u%s.weight", i + 1, v->tensors, part, v->tensor_end);
    name_layer(m, scope, v->last_name);
}

static void name_all(mobilenet *m) {
    const mobilenet_version *v = m->version;
    name_tensor(m, "features.0.0.weight");
    name_layer(m, NULL, "stem");
    for (uint32_t i = 0; i < v->n_blocks; ++i) {
        if (i < v->n_unnumbered) snprintf(m->scopes[i], sizeof m->scopes[i], "first");
        else snprintf(m->scopes[i], sizeof m->scopes[i], "block%u", i - v->n_unnumbered);
        name_block(m, i);
        if (i >= v->n_unnumbered) m->block_list[i - v->n_unnumbered] = m->scopes[i];
    }
    m->first_weight_layer[v->n_blocks] = m->n_weight_layers;
    if (v->head_channels) {
        name_tensor(m, "features.%u.0.weight", v->n_blocks + 1);
        name_layer(m, NULL, "head");
    }
    if (v->hidden) {
        name_tensor(m, "%s.weight", v->classifier_tensors[0]);
        name_layer(m, NULL, "hidden");
    }
    name_tensor(m, "%s.weight", v->classifier_tensors[1]);
    name_layer(m, NULL, "classifier");
}

/* ---- index sets and conditions --------------------------------------------------------------- */

static void add_condition(mobilenet *m, const char *target, uint32_t element, uint32_t stage,
                          const double *depths, uint32_t n_depths) {
    m->conditions[m->n_conditions++] = (cim_condition){
        .target = target, .element = element, .on = "depth", .on_element = stage,
        .values = depths, .n_values = n_depths};
}

/* The third block of a stage is there at depth 3 and 4, the fourth at depth 4, and with a block
 * its layers. The last stage has one block at every depth: its own depth changes no network, and
 * is inactive (no stage has depth 0), so that it is a dimension but makes no new designs. */
static void add_conditions(mobilenet *m) {
    static const double deep[] = {3, 4}, never[] = {0};
    for (uint32_t stage = 0; stage + 1 < STAGES; ++stage) {
        for (uint32_t k = 2; k < STAGE_BLOCKS; ++k) {
            const uint32_t block = stage * STAGE_BLOCKS + k, row = block + m->version->n_unnumbered;
            const double *depths = deep + (k - 2);
            const uint32_t n = STAGE_BLOCKS - k;
            add_condition(m, "block", block, stage, depths, n);
            for (uint32_t i = m->first_weight_layer[row]; i < m->first_weight_layer[row + 1]; ++i)
                add_condition(m, "weight_layer", i, stage, depths, n);
        }
    }
    add_condition(m, "depth", STAGES - 1, 0, never, 1);
}

void mobilenet_prepare(mobilenet *m) {
    const mobilenet_version *v = m->version;
    const int searched = v == &mobilenet_versions[PROXYLESS];
    name_all(m);
    m->sets[SET_WEIGHT_LAYER] = (cim_index_set){
        .name = "weight_layer", .help = "layers with weights, in order",
        .element_names = m->name_list, .size = m->n_weight_layers};
    m->sets[SET_BLOCK] = (cim_index_set){
        .name = "block", .help = "depthwise convolutions with what belongs to them, in order",
        .element_names = m->block_list, .size = v->n_blocks - v->n_unnumbered};
    m->sets[SET_STAGE] = (cim_index_set){
        .name = "stage", .help = "blocks of one output width", .size = STAGES};
    if (searched) add_conditions(m);
    m->head = (cim_network){
        .struct_size = sizeof m->head, .name = v->name, .in_channels = 3, .in_height = 224,
        .in_width = 224, .dataset = "imagenet", .stated_weights = v->weights,
        .stated_macs = v->macs,
        .index_sets = {m->sets, searched ? SETS : SET_STAGE, sizeof m->sets[0]}};
}

cim_status mobilenet_describe(void *self, cim_description *out) {
    static const cim_param_table plain = CIM_TABLE(plain_params);
    static const cim_param_table searched = CIM_TABLE(proxyless_params);
    const mobilenet *m = self;
    out->params = m->version == &mobilenet_versions[PROXYLESS] ? searched : plain;
    out->conditions = (cim_condition_table){m->conditions, m->n_conditions,
                                            sizeof m->conditions[0]};
    out->index_sets = m->head.index_sets;
    return CIM_OK;
}
