/* workload.resnet50, second half: from an architecture to its layers.
 *
 * Sources: He et al. 2016 (v1), torchvision (v1.5: the stride is in the 3 x 3), Cai et al. 2020 and
 * its published code, class OFAResNets (OFA). README.md says how they map to layers. */
#include "resnet50.h"

#define CLASSES 1000u

/* Slots: the weight layers by their number in the largest network, 0..61, then these. */
enum { MAX_POOL_SLOT = MOST_WEIGHT_LAYERS, STEM_ADD_SLOT, AVERAGE_POOL_SLOT,
       ADD_SLOT,                                      /* + block */
       PROJECTION_POOL_SLOT = ADD_SLOT + MOST_BLOCKS  /* + stage */ };

static const uint32_t stage_widths[STAGES] = {256, 512, 1024, 2048};

/* ---- architecture ---------------------------------------------------------------------------- */

/* X / 100 channels, to the nearest multiple of 8: make_divisible() of OFA, whose guard against
 * losing more than a tenth never acts on these widths. */
static uint32_t divisible(uint32_t x) { return (x + 400) / 800 * 8; }

/* A multiplier such as 0.35 in hundredths. */
static uint32_t percent(const cim_values *values, uint32_t param, uint32_t element) {
    return (uint32_t)(cim_number(values, 0, param, element) * 100 + 0.5);
}

/* OFA rounds to whole channels first, which changes nothing at these widths and expansions. */
static uint32_t inside(uint32_t out, uint32_t expansion) { return divisible(out * expansion); }

/* At its largest: the whole of v1, v1.5 and ofa_largest. */
static architecture largest(const resnet50 *self) {
    architecture a = {.stem_inner = 32, .stem = 64, .stem_residual = 1};
    for (uint32_t s = 0; s < STAGES; ++s) {
        a.depth[s] = self->most_depth[s];
        a.out[s] = stage_widths[s];
        for (uint32_t i = 0; i < a.depth[s]; ++i)
            a.mid[self->first_block[s] + i] = inside(a.out[s], is_ofa(self) ? 35 : 25);
    }
    return a;
}

static architecture searched(const resnet50 *self, const cim_values *values) {
    architecture a = {.stem_residual = cim_number(values, 0, STEM_RESIDUAL, 0) != 0};
    a.stem_inner = divisible(divisible(64 * percent(values, STEM_INNER_WIDTH, 0)) / 2 * 100);
    a.stem = divisible(64 * percent(values, STEM_WIDTH, 0));
    for (uint32_t s = 0; s < STAGES; ++s) {
        a.depth[s] = self->most_depth[s] - 2 + (uint32_t)cim_number(values, 0, DEPTH, s);
        a.out[s] = divisible(stage_widths[s] * percent(values, WIDTH, s));
        for (uint32_t i = 0; i < a.depth[s]; ++i) {
            const uint32_t block = self->first_block[s] + i;
            a.mid[block] = inside(a.out[s], percent(values, EXPANSION, block));
        }
    }
    return a;
}

/* ---- layers ---------------------------------------------------------------------------------- */

typedef struct plan {
    const resnet50 *self;
    const cim_values *values;
    architecture a;
    cim_builder *b;
} plan;

/* Convolution number I among the weight layers; its name is already whole. */
static uint32_t conv(const plan *p, uint32_t from, uint32_t i, uint32_t kernel, uint32_t stride,
                     uint32_t out_channels, uint32_t activation) {
    const uint32_t x = cim_build_conv(p->b, from, &(cim_weight_layer){
        .name = p->self->layer_list[i],
        .slot = i,
        .out_channels = out_channels,
        .weight_bits = (uint32_t)cim_number(p->values, 0, WEIGHT_BITS, i),
        .input_bits = (uint32_t)cim_number(p->values, 0, INPUT_BITS, i),
        .activation = activation,
        .kernel = kernel,
        .stride = stride,
        .padding = kernel / 2,
        .tensor = p->self->tensors[i],
    });
    cim_build_element(p->b, x, WEIGHT_LAYER, i);
    return x;
}

static uint32_t stem(const plan *p) {
    if (!is_ofa(p->self)) return conv(p, CIM_FROM_INPUT, 0, 7, 2, p->a.stem, CIM_ACT_RELU);
    uint32_t x = conv(p, CIM_FROM_INPUT, 0, 3, 2, p->a.stem_inner, CIM_ACT_RELU);
    if (p->a.stem_residual) {
        const uint32_t paths[] = {conv(p, x, 1, 3, 1, p->a.stem_inner, CIM_ACT_RELU), x};
        x = cim_build_add(p->b, paths, 2, "stem.add", STEM_ADD_SLOT, CIM_ACT_NONE);
    }
    return conv(p, x, 2, 3, 1, p->a.stem, CIM_ACT_RELU);
}

/* The side path of a stage's first block. */
static uint32_t projection(const plan *p, uint32_t from, uint32_t s, uint32_t i, uint32_t stride) {
    if (!is_ofa(p->self)) return conv(p, from, i, 1, stride, p->a.out[s], CIM_ACT_NONE);
    if (stride > 1) {
        cim_build_scope(p->b, p->self->block_list[p->self->first_block[s]]);
        from = cim_build_average_pool(p->b, from, "downsample_pool", PROJECTION_POOL_SLOT + s,
                                      stride, stride, 0);
        cim_build_scope(p->b, NULL);
    }
    return conv(p, from, i, 1, 1, p->a.out[s], CIM_ACT_NONE);
}

static uint32_t bottleneck(const plan *p, uint32_t from, uint32_t s, uint32_t number) {
    const uint32_t block = p->self->first_block[s] + number, i = p->self->first_layer[block];
    const uint32_t first = cim_build_count(p->b), mid = p->a.mid[block];
    const uint32_t stride = s && !number ? 2 : 1, early = p->self->version == V1 ? stride : 1;
    uint32_t paths[] = {from, from}; /* main and side */
    paths[0] = conv(p, paths[0], i, 1, early, mid, CIM_ACT_RELU);
    paths[0] = conv(p, paths[0], i + 1, 3, stride / early, mid, CIM_ACT_RELU);
    paths[0] = conv(p, paths[0], i + 2, 1, 1, p->a.out[s], CIM_ACT_NONE);
    if (!number) paths[1] = projection(p, paths[1], s, i + 3, stride);
    cim_build_scope(p->b, p->self->block_list[block]);
    const uint32_t x = cim_build_add(p->b, paths, 2, "add", ADD_SLOT + block, CIM_ACT_RELU);
    cim_build_scope(p->b, NULL);
    cim_build_element(p->b, first, BLOCK, block);
    cim_build_element(p->b, first, STAGE, s);
    return x;
}

static void classifier(const plan *p, uint32_t from) {
    const uint32_t i = p->self->n_weight_layers - 1;
    const uint32_t x = cim_build_linear(p->b, from, &(cim_weight_layer){
        .name = p->self->layer_list[i],
        .slot = MOST_WEIGHT_LAYERS - 1,
        .out_channels = CLASSES,
        .weight_bits = (uint32_t)cim_number(p->values, 0, WEIGHT_BITS, i),
        .input_bits = (uint32_t)cim_number(p->values, 0, INPUT_BITS, i),
        .tensor = p->self->tensors[i],
    });
    cim_build_element(p->b, x, WEIGHT_LAYER, i);
}

cim_status resnet50_build(void *instance, const cim_values *values, const cim_network **network) {
    const resnet50 *self = instance;
    const plan p = {.self = self, .values = values, .b = self->builder,
                    .a = self->version == OFA ? searched(self, values) : largest(self)};
    cim_build_begin(p.b, &self->head);
    uint32_t x = stem(&p);
    x = cim_build_max_pool(p.b, x, "maxpool", MAX_POOL_SLOT, 3, 2, 1);
    for (uint32_t s = 0; s < STAGES; ++s)
        for (uint32_t i = 0; i < p.a.depth[s]; ++i) x = bottleneck(&p, x, s, i);
    x = cim_build_global_pool(p.b, x, "avgpool", AVERAGE_POOL_SLOT);
    classifier(&p, x);
    return cim_build_end(p.b, 0, network);
}
