/* workload.supernet: a mobile network of 7 stages of 2 to 4 blocks, each with its own kernel,
 * expansion and precisions: the size of a space that architecture search means. Blocks 2 and 3 of a
 * stage exist only where its depth says so. */
#include <stdio.h>

#include <cim_sdk/network.h>

enum { STAGES = 7, DEEPEST = 4, BLOCKS = STAGES * DEEPEST };
enum { SET_STAGE, SET_BLOCK };
static const cim_index_set sets[] = {
    {.name = "stage", .help = "stages of equal resolution", .size = STAGES},
    {.name = "block", .help = "blocks of the deepest network", .size = BLOCKS}};

static const double depths[] = {2, 3, 4}, kernels[] = {3, 5, 7}, expansions[] = {3, 4, 6};
enum { DEPTH, KERNEL, EXPANSION, WEIGHT_BITS, INPUT_BITS };
static const cim_param params[] = {
    {.key = "depth", .unit = "", .help = "blocks of a stage", .type = CIM_INTEGER,
     .default_value = 4, .min = 2, .max = 4, .levels = depths, .n_levels = 3, .index_set = "stage"},
    {.key = "kernel", .unit = "", .help = "of the depthwise convolution", .type = CIM_INTEGER,
     .default_value = 3, .min = 3, .max = 7, .levels = kernels, .n_levels = 3,
     .index_set = "block"},
    {.key = "expansion", .unit = "", .help = "inner over outer channels", .type = CIM_INTEGER,
     .default_value = 6, .min = 3, .max = 6, .levels = expansions, .n_levels = 3,
     .index_set = "block"},
    {.key = "weight_bits", .unit = "bit", .help = "of a block's weights", .type = CIM_INTEGER,
     .default_value = 8, .min = 2, .max = 16, .index_set = "block"},
    {.key = "input_bits", .unit = "bit", .help = "of a block's inputs", .type = CIM_INTEGER,
     .default_value = 8, .min = 2, .max = 16, .index_set = "block"},
};

/* Block 2 of stage S exists at depth 3 and 4, block 3 at 4. */
static const double at_least_3[] = {3, 4}, at_least_4[] = {4};
#define STAGE(s)                                                                                  \
    {.target = "block", .element = 4 * (s) + 2, .on = "depth", .on_element = (s),                 \
     .values = at_least_3, .n_values = 2},                                                        \
    {.target = "block", .element = 4 * (s) + 3, .on = "depth", .on_element = (s),                 \
     .values = at_least_4, .n_values = 1}
static const cim_condition conditions[] = {STAGE(0), STAGE(1), STAGE(2), STAGE(3),
                                           STAGE(4), STAGE(5), STAGE(6)};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    cim_builder *b = NULL;
    const cim_status status = cim_builder_new(host, &b);
    if (status == CIM_OK) *self = b;
    return status;
}

static void destroy(void *self) { cim_builder_free(self); }

static uint32_t number(const cim_values *v, uint32_t param, uint32_t element) {
    return (uint32_t)cim_number(v, 0, param, element);
}

static uint32_t add_block(cim_builder *b, const cim_values *v, uint32_t x, uint32_t i) {
    const uint32_t first = cim_build_count(b), weight_bits = number(v, WEIGHT_BITS, i);
    const uint32_t input_bits = number(v, INPUT_BITS, i);
    char name[32];
    snprintf(name, sizeof name, "block%u", i);
    cim_build_scope(b, name);
    x = cim_build_conv(b, x, &(cim_weight_layer){
        .name = "expand", .slot = 3 * i, .out_channels = 8 * number(v, EXPANSION, i),
        .weight_bits = weight_bits, .input_bits = input_bits});
    x = cim_build_depthwise(b, x, &(cim_weight_layer){
        .name = "depthwise", .slot = 3 * i + 1, .kernel = number(v, KERNEL, i),
        .padding = CIM_PAD_SAME, .weight_bits = weight_bits, .input_bits = input_bits});
    x = cim_build_conv(b, x, &(cim_weight_layer){
        .name = "project", .slot = 3 * i + 2, .out_channels = 8, .weight_bits = weight_bits,
        .input_bits = input_bits});
    cim_build_element(b, first, SET_BLOCK, i);
    cim_build_scope(b, NULL);
    return x;
}

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    static const cim_network head = {.name = "supernet", .in_channels = 3, .in_height = 16,
                                     .in_width = 16, .index_sets = CIM_TABLE(sets)};
    cim_builder *b = self;
    uint32_t x = CIM_FROM_INPUT;
    cim_build_begin(b, &head);
    for (uint32_t s = 0; s < STAGES; ++s) {
        const uint32_t first = cim_build_count(b);
        for (uint32_t k = 0; k < number(v, DEPTH, s); ++k) x = add_block(b, v, x, 4 * s + k);
        cim_build_element(b, first, SET_STAGE, s);
    }
    return cim_build_end(b, 0, network);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD, .id = "workload.supernet", .version = "1.0", .license = "MIT",
    .summary = "test: a space of more than 10^85 networks", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .conditions = CIM_TABLE(conditions), .index_sets = CIM_TABLE(sets)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&plugin};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
