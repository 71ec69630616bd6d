/* hwmodel.template: the smallest hardware model. A bit operation always costs the same, and an
 * array does one a row and cycle: a toy to copy, not a model of any chip. Change the id. */
#include <cim/hwmodel.h>
#include <cim_sdk/export.h>
#include <cim_sdk/text.h>

#define BIT_OPERATION_J 1e-15 /* chosen for a round number; give the source of yours here */

enum { ROWS, ARRAYS, CYCLE_NS }; /* the order of params[] */
static const cim_param params[] = {
    {.key = "rows", .unit = "", .help = "rows, and columns, of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 16, .max = 1024},
    {.key = "arrays", .unit = "", .help = "arrays on the chip", .type = CIM_INTEGER,
     .default_value = 64, .min = 1, .max = 65536},
    {.key = "cycle_ns", .unit = "ns", .help = "time of a bit operation in every row",
     .type = CIM_REAL, .default_value = 10, .min = 0.1, .max = 1000},
};

enum { ENERGY_J, LATENCY_S, N_METRICS };
static const cim_metric metrics[N_METRICS] = {
    {.name = "energy_j", .unit = "J", .help = "energy of one image", .better = -1},
    {.name = "latency_s", .unit = "s", .help = "image in to result out", .better = -1}};
static const cim_constraint constraints[] = {
    {.name = "capacity", .unit = "cell", .help = "one cell a weight bit must fit on the chip"}};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    *self = (void *)(uintptr_t)host; /* nothing to remember but whom to tell of a failure */
    return (void)values, CIM_OK;
}

static void destroy(void *self) { (void)self; }

/* Negative: this model cannot cost the layer. */
static double bit_operations(const cim_layer *l) {
    if ((l->op == CIM_OP_CONV || l->op == CIM_OP_LINEAR) && !l->runtime_operand)
        return (double)cim_layer_macs(l) * l->weight_bits * l->input_bits;
    if (l->op == CIM_OP_MAX_POOL)
        return (double)l->in_channels * l->in_height * l->in_width * l->input_bits;
    return -1;
}

static cim_status evaluate(void *self, const cim_request *r) {
    for (uint32_t p = 0; p < r->values->n_points; ++p) {
        const double rows = cim_number(r->values, p, ROWS, 0);
        const double arrays = cim_number(r->values, p, ARRAYS, 0);
        const double cycle_s = cim_number(r->values, p, CYCLE_NS, 0) * 1e-9;
        double total[N_METRICS] = {0}, cells = 0;
        for (uint32_t i = 0; i < r->network->layers.n; ++i) {
            const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
            const double n = bit_operations(l);
            if (n < 0) return cim_failf(self, CIM_E_UNSUPPORTED, "layer %s, op %u", l->name, l->op);
            const double cost[] = {n * BIT_OPERATION_J, n / (rows * arrays) * cycle_s};
            for (uint32_t m = 0; m < N_METRICS; ++m) {
                total[m] += cost[m];
                if (r->part) r->part(r->context, p, i, "array", m, cost[m]);
            }
            cells += (double)cim_layer_weights(l) * l->weight_bits;
        }
        for (uint32_t m = 0; m < N_METRICS; ++m) r->metrics[p * N_METRICS + m] = total[m];
        r->slack[p] = cells - arrays * rows * rows;
    }
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof ops, .create = create, .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.template", .version = "1.0", .license = "MIT",
    .summary = "template: every bit operation costs the same", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .metrics = CIM_TABLE(metrics), .constraints = CIM_TABLE(constraints)},
};

CIM_EXPORT_PLUGIN(plugin)
