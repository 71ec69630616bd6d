/* workload.mobilenet: MobileNetV1, V2, V3-Large and the ProxylessNAS super-network (README.md).
 *
 * Slots: the weight layers of the largest network in order, then three for each block (pool and
 * multiplication of its squeeze and excitation, addition), then the global pool. */
#include <math.h>

#include <cim_sdk/export.h>
#include <cim_sdk/text.h>

#include "mobilenet.h"

enum { BLOCK_SLOTS = 3, SLOT_SQUEEZE_POOL = 0, SLOT_SCALE = 1, SLOT_ADD = 2 };
enum { CHANNEL_STEP = 8, CLASSES = 1000 };

/* What a weight layer is: how it is appended, and which bits it has in proxyless. */
typedef enum { CONV, DEPTHWISE, LINEAR } shape;

/* A network in the making. */
typedef struct draft {
    const mobilenet *m;
    const cim_values *values;
    cim_builder *b;
    uint32_t last;           /* layer that the next one reads                */
    uint32_t next;           /* weight layer that comes next                 */
    int32_t block;           /* that it belongs to, or -1                    */
} draft;

static uint32_t number(const draft *d, uint32_t param, uint32_t element) {
    return (uint32_t)cim_number(d->values, 0, param, element);
}

static void set_bits(const draft *d, shape s, cim_weight_layer *w) {
    const uint32_t block = (uint32_t)d->block;
    if (d->m->version != &mobilenet_versions[PROXYLESS]) {
        w->weight_bits = number(d, WEIGHT_BITS, d->next);
        w->input_bits = number(d, INPUT_BITS, d->next);
    } else if (d->block < 0) {
        w->weight_bits = number(d, OUTER_WEIGHT_BITS, 0);
        w->input_bits = number(d, OUTER_INPUT_BITS, 0);
    } else {
        w->weight_bits = number(d, s == DEPTHWISE ? DW_WEIGHT_BITS : PW_WEIGHT_BITS, block);
        w->input_bits = number(d, s == DEPTHWISE ? DW_INPUT_BITS : PW_INPUT_BITS, block);
    }
}

/* Appends the next weight layer: W says all but its slot, bits and tensor. */
static void append(draft *d, shape s, cim_weight_layer w) {
    const uint32_t i = d->next;
    w.slot = i;
    w.tensor = d->m->version->tensors ? d->m->tensors[i] : NULL;
    set_bits(d, s, &w);
    if (s == CONV) d->last = cim_build_conv(d->b, d->last, &w);
    else if (s == DEPTHWISE) d->last = cim_build_depthwise(d->b, d->last, &w);
    else d->last = cim_build_linear(d->b, d->last, &w);
    cim_build_element(d->b, d->last, SET_WEIGHT_LAYER, i);
    ++d->next;
}

/* Scales each channel by what two fully connected layers make of all channels' averages. */
static void append_squeeze(draft *d, const mobilenet_block *k, uint32_t slot) {
    const uint32_t input = d->last;
    const uint32_t channels = cim_build_shape(d->b, input).channels;
    d->last = cim_build_global_pool(d->b, input, "squeeze_pool", slot + SLOT_SQUEEZE_POOL);
    append(d, LINEAR, (cim_weight_layer){.name = "squeeze", .out_channels = k->squeezed,
                                         .activation = CIM_ACT_RELU});
    append(d, LINEAR, (cim_weight_layer){.name = "excite", .out_channels = channels,
                                         .activation = CIM_ACT_HSIGMOID});
    d->last = cim_build_multiply(d->b, input, d->last, "scale", slot + SLOT_SCALE);
}

/* Block K, which is row I of the version's table. */
static void append_block(draft *d, const mobilenet_block *k, uint32_t i) {
    const mobilenet_version *v = d->m->version;
    const uint32_t input = d->last, first = cim_build_count(d->b);
    const uint32_t slot = d->m->n_weight_layers + BLOCK_SLOTS * i;
    cim_build_scope(d->b, d->m->scopes[i]);
    d->next = d->m->first_weight_layer[i];
    d->block = i < v->n_unnumbered ? -1 : (int32_t)(i - v->n_unnumbered);
    if (k->expanded)
        append(d, CONV, (cim_weight_layer){.name = "expand", .out_channels = k->expanded,
                                           .activation = k->activation});
    append(d, DEPTHWISE, (cim_weight_layer){.name = "depthwise", .kernel = k->kernel,
                                            .stride = k->stride, .padding = k->kernel / 2,
                                            .activation = k->activation});
    if (k->squeezed) append_squeeze(d, k, slot);
    append(d, CONV, (cim_weight_layer){.name = v->last_name, .out_channels = k->out_channels,
                                       .activation = v->last_activation});
    if (v->residual && k->stride == 1 && cim_build_shape(d->b, input).channels == k->out_channels)
        d->last = cim_build_add(d->b, (uint32_t[]){d->last, input}, 2, "add", slot + SLOT_ADD,
                                CIM_ACT_NONE);
    if (d->block >= 0) cim_build_element(d->b, first, SET_BLOCK, (uint32_t)d->block);
    if (d->block >= 0 && d->m->head.index_sets.n > SET_STAGE)
        cim_build_element(d->b, first, SET_STAGE, (uint32_t)d->block / STAGE_BLOCKS);
    cim_build_scope(d->b, NULL);
    d->block = -1;
}

/* Turns K, numbered BLOCK, from the largest into what the point says. The ratio of a config has
 * finitely many decimals: a tenth of a channel is close enough. */
static cim_status choose(const draft *d, uint32_t block, uint32_t in_channels,
                         mobilenet_block *k) {
    const double ratio = cim_number(d->values, 0, EXPANSION, block);
    const double channels = ratio * in_channels;
    const double rounded = CHANNEL_STEP * floor(channels / CHANNEL_STEP + 0.5);
    if (!(fabs(channels - rounded) < 0.1))
        return cim_failf(d->m->host, CIM_E_CONFIG,
                         "expansion[%u] = %.6g: block%u has %u input channels, and %.6g is no "
                         "multiple of %d: the ratio must be 4 to 6 in steps of %d/%u",
                         block, ratio, block, in_channels, channels, CHANNEL_STEP, CHANNEL_STEP,
                         in_channels);
    k->expanded = (uint32_t)rounded;
    k->kernel = number(d, KERNEL, block);
    return CIM_OK;
}

static cim_status append_blocks(draft *d) {
    const mobilenet_version *v = d->m->version;
    const int searched = v == &mobilenet_versions[PROXYLESS];
    for (uint32_t i = 0; i < v->n_blocks; ++i) {
        mobilenet_block k = v->blocks[i];
        if (searched && i >= v->n_unnumbered) {
            const uint32_t block = i - v->n_unnumbered, place = block % STAGE_BLOCKS;
            if (place && place >= number(d, DEPTH, block / STAGE_BLOCKS)) continue;
            const cim_status status = choose(d, block, v->blocks[i - 1].out_channels, &k);
            if (status != CIM_OK) return status;
        }
        append_block(d, &k, i);
    }
    return CIM_OK;
}

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    const mobilenet *m = self;
    const mobilenet_version *v = m->version;
    draft d = {.m = m, .values = values, .b = m->builder, .last = CIM_FROM_INPUT, .block = -1};
    cim_build_begin(d.b, &m->head);
    append(&d, CONV, (cim_weight_layer){.name = "stem", .out_channels = v->stem_channels,
                                        .kernel = 3, .stride = 2, .padding = 1,
                                        .activation = v->activation});
    const cim_status status = append_blocks(&d);
    if (status != CIM_OK) return status;
    d.next = m->first_weight_layer[v->n_blocks];
    if (v->head_channels)
        append(&d, CONV, (cim_weight_layer){.name = "head", .out_channels = v->head_channels,
                                            .activation = v->activation});
    d.last = cim_build_global_pool(d.b, d.last, "pool",
                                   m->n_weight_layers + BLOCK_SLOTS * v->n_blocks);
    if (v->hidden)
        append(&d, LINEAR, (cim_weight_layer){.name = "hidden", .out_channels = v->hidden,
                                              .activation = v->activation});
    append(&d, LINEAR, (cim_weight_layer){.name = "classifier", .out_channels = CLASSES});
    return cim_build_end(d.b, 0, network);
}

/* ---- the plug-in ----------------------------------------------------------------------------- */

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    mobilenet *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "out of memory");
    m->host = host;
    m->version = &mobilenet_versions[(uint32_t)cim_number(values, 0, VERSION, 0)];
    const cim_status status = cim_builder_new(host, &m->builder);
    if (status != CIM_OK) {
        host->release(host, m);
        return status;
    }
    mobilenet_prepare(m);
    *self = m;
    return CIM_OK;
}

static void destroy(void *self) {
    mobilenet *m = self;
    cim_builder_free(m->builder);
    m->host->release(m->host, m);
}

static const cim_workload_ops ops = {.struct_size = sizeof ops,
                                     .create = create,
                                     .describe = mobilenet_describe,
                                     .build = build,
                                     .destroy = destroy};

static const char *const version_names[VERSIONS] = {
    [V1] = "v1", [V2] = "v2", [V3_LARGE] = "v3_large", [PROXYLESS] = "proxyless"};

static const cim_param params[] = {
    {.key = "version", .unit = "", .help = "which MobileNet; proxyless is a super-network",
     .type = CIM_CATEGORY, .flags = CIM_PARAM_FIXED, .default_value = V2, .names = version_names,
     .n_levels = VERSIONS},
};

static const cim_plugin mobilenet_plugin = {
    .struct_size = sizeof mobilenet_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD,
    .id = "workload.mobilenet",
    .version = "1.0",
    .summary = "MobileNetV1, V2, V3-Large and the ProxylessNAS super-network, ImageNet",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof mobilenet_plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(mobilenet_plugin)
