/* workload.faulty: one small convolution, built by hand, and what can be wrong with a network. */
#include <stdlib.h>

#include <cim/workload.h>

enum { NONE, SEGFAULT, EXIT, STATUS, NO_NETWORK, BACKWARDS, NO_LAYERS, NO_NAME, N_FAULTS };
static const char *const faults[N_FAULTS] = {"none", "segfault", "exit", "status", "no_network",
                                             "backwards", "no_layers", "no_name"};

enum { FAULT, CHANNELS };
static const cim_param params[] = {
    {.key = "fault", .unit = "", .help = "what goes wrong in build", .type = CIM_CATEGORY,
     .names = faults, .n_levels = N_FAULTS},
    {.key = "channels", .unit = "", .help = "of the result", .type = CIM_INTEGER,
     .default_value = 4, .min = 1, .max = 64},
};

typedef struct instance {
    const cim_host *host;
    cim_network network;
    cim_layer layer;
    uint32_t input;
} instance;

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    instance *w = host->alloc(host, 1, sizeof *w);
    if (!w) return host->fail(host, CIM_E_MEMORY, "out of memory");
    w->host = host;
    *self = w;
    return (void)values, CIM_OK;
}

static void destroy(void *self) {
    instance *w = self;
    w->host->release(w->host, w);
}

static void good_network(instance *w, uint32_t channels) {
    w->input = CIM_FROM_INPUT;
    w->layer = (cim_layer){
        .name = "conv", .op = CIM_OP_CONV, .in_channels = 3, .in_height = 8, .in_width = 8,
        .out_channels = channels, .out_height = 8, .out_width = 8, .kernel_height = 1,
        .kernel_width = 1, .stride_height = 1, .stride_width = 1, .dilation_height = 1,
        .dilation_width = 1, .groups = 1, .weight_bits = 8, .input_bits = 8, .output_bits = 8,
        .n_inputs = 1, .inputs = &w->input};
    w->network = (cim_network){.struct_size = sizeof w->network, .name = "faulty",
                               .in_channels = 3, .in_height = 8, .in_width = 8, .input_bits = 8,
                               .layers = {&w->layer, 1, sizeof w->layer}};
}

__attribute__((noinline, no_sanitize("undefined"))) static void write_to_nowhere(void) {
    volatile int *volatile nowhere = NULL; /* an optimiser may leave out other writes */
    *nowhere = 1;
}

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    instance *w = self;
    good_network(w, (uint32_t)cim_number(values, 0, CHANNELS, 0));
    *network = &w->network;
    switch ((int)cim_number(values, 0, FAULT, 0)) {
    case SEGFAULT: write_to_nowhere(); break;
    case EXIT: exit(0);
    case STATUS: return w->host->fail(w->host, CIM_E_CONFIG, "these channels do not divide");
    case NO_NETWORK: *network = NULL; break;
    case BACKWARDS: w->input = 0; break; /* its own result */
    case NO_LAYERS: w->network.layers.n = 0; break;
    case NO_NAME: w->layer.name = NULL; break;
    default: break;
    }
    return CIM_OK;
}

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = create, .build = build, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD, .id = "workload.faulty", .version = "1.0", .license = "MIT",
    .summary = "test: builds bad networks", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&plugin};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
