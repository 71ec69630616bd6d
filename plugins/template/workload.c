/* workload.template: the smallest workload. Two convolutions and a classifier for 1 x 28 x 28
 * images; how wide they are, and the bits of each, can be searched. Copy it and change the id. */
#include <cim_sdk/export.h>
#include <cim_sdk/network.h>

static const char *const layer_names[] = {"conv1", "conv2", "fc"};
static const cim_index_set sets[] = {{.name = "weight_layer", .help = "layers with weights",
                                      .element_names = layer_names, .size = 3}};
enum { WEIGHT_LAYER };

/* A parameter's number in this table is its number in cim_number(). */
enum { WIDTH, WEIGHT_BITS };
static const cim_param params[] = {
    {.key = "width", .unit = "", .help = "channels of conv1; conv2 has twice as many",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 64},
    {.key = "weight_bits", .unit = "bit", .help = "precision of the weights of each layer",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 16, .index_set = "weight_layer"},
};

/* The builder is all that an instance needs to remember. */
static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values; /* what is searched comes with every build() */
    cim_builder *b = NULL;
    const cim_status status = cim_builder_new(host, &b);
    if (status == CIM_OK) *self = b;
    return status;
}

static void destroy(void *self) { cim_builder_free(self); }

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    static const cim_network head = {.name = "template", .in_channels = 1, .in_height = 28,
                                     .in_width = 28, .index_sets = CIM_TABLE(sets)};
    cim_builder *b = self;
    uint32_t x = CIM_FROM_INPUT;
    cim_build_begin(b, &head);
    for (uint32_t i = 0; i < 2; ++i) {
        x = cim_build_conv(b, x, &(cim_weight_layer){
            .name = layer_names[i], .slot = i, .kernel = 3, .padding = 1, .input_bits = 8,
            .out_channels = (uint32_t)cim_number(values, 0, WIDTH, 0) << i,
            .weight_bits = (uint32_t)cim_number(values, 0, WEIGHT_BITS, i),
            .activation = CIM_ACT_RELU});
        cim_build_element(b, x, WEIGHT_LAYER, i);
        x = cim_build_max_pool(b, x, i ? "pool2" : "pool1", 3 + i, 2, 2, 0);
    }
    x = cim_build_linear(b, x, &(cim_weight_layer){
        .name = "fc", .slot = 2, .out_channels = 10, .flatten = 1, .input_bits = 8,
        .weight_bits = (uint32_t)cim_number(values, 0, WEIGHT_BITS, 2)});
    cim_build_element(b, x, WEIGHT_LAYER, 2);
    return cim_build_end(b, 0, network);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD, .id = "workload.template", .version = "1.0", .license = "MIT",
    .summary = "template: two convolutions and a classifier", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .index_sets = CIM_TABLE(sets)},
};

CIM_EXPORT_PLUGIN(plugin)
