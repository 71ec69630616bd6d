/* workload.chain: parameters whose conditions form a chain. The conditions stand in the order that
 * helps a host least: what depends on b comes before what b itself depends on. */
#include <cim_sdk/network.h>

enum { A, B, C, D, E };
static const cim_param params[] = {
    {.key = "a", .unit = "", .help = "decides on b", .type = CIM_INTEGER, .max = 2},
    {.key = "b", .unit = "", .help = "exists while a is 1; decides on c", .type = CIM_INTEGER,
     .max = 3},
    {.key = "c", .unit = "", .help = "exists while b is 0 or 2", .type = CIM_INTEGER,
     .default_value = 4, .max = 4},
    {.key = "d", .unit = "", .help = "exists while a is 1 and b is 2", .type = CIM_INTEGER,
     .default_value = 1, .max = 1},
    {.key = "e", .unit = "", .help = "always exists", .type = CIM_INTEGER, .max = 5},
};
static const double one[] = {1}, two[] = {2}, zero_or_two[] = {0, 2};
static const cim_condition conditions[] = {
    {.target = "d", .on = "b", .values = two, .n_values = 1},
    {.target = "c", .on = "b", .values = zero_or_two, .n_values = 2},
    {.target = "d", .on = "a", .values = one, .n_values = 1},
    {.target = "b", .on = "a", .values = one, .n_values = 1},
};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    cim_builder *b = NULL;
    const cim_status status = cim_builder_new(host, &b);
    if (status == CIM_OK) *self = b;
    return status;
}

static void destroy(void *self) { cim_builder_free(self); }

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    static const cim_network head = {
        .name = "chain", .in_channels = 1, .in_height = 8, .in_width = 8};
    double sum = 1;
    for (uint32_t i = A; i <= E; ++i) sum += cim_number(values, 0, i, 0);
    cim_build_begin(self, &head);
    cim_build_conv(self, CIM_FROM_INPUT, &(cim_weight_layer){
        .name = "conv", .out_channels = (uint32_t)sum, .weight_bits = 8, .input_bits = 8});
    return cim_build_end(self, 0, network);
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD, .id = "workload.chain", .version = "1.0", .license = "MIT",
    .summary = "test: a chain of conditions", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .conditions = CIM_TABLE(conditions)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&plugin};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
