/* accuracy.template: the smallest accuracy evaluator. It runs no network: a formula without any
 * validation stands where yours begins. Copy it and change the id. */
#include <math.h>

#include <cim/accuracy.h>
#include <cim_sdk/export.h>
#include <cim_sdk/rng.h>

enum { BEST, CHANCE };
static const cim_param params[] = {
    {.key = "best", .unit = "", .help = "accuracy of the unquantised network (a toy's, no result)",
     .type = CIM_REAL, .default_value = 0.9, .min = 0, .max = 1},
    {.key = "chance", .unit = "", .help = "accuracy of guessing", .type = CIM_REAL,
     .default_value = 0.1, .min = 0, .max = 1},
};
static const cim_fidelity fidelities[] = {
    {.name = "full", .help = "a toy: shows the interface, predicts nothing", .relative_cost = 1}};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    *self = (void *)(uintptr_t)host; /* nothing to remember but where random numbers come from */
    return CIM_OK;
}

static void destroy(void *self) { (void)self; }

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    const cim_host *host = self;
    double rounding = 0, spread = 0;
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        if (l->weight_bits) rounding += pow(4, -(double)l->weight_bits);
    }
    for (uint32_t i = 0; i < r->nonidealities.n; ++i)
        spread += pow(CIM_ROW(cim_nonideality, r->nonidealities, i)->device_spread_sd, 2);

    const uint32_t draws = r->draws ? r->draws : 16;
    const double chance = cim_number(r->values, 0, CHANCE, 0);
    const double range = (cim_number(r->values, 0, BEST, 0) - chance) * exp(-rounding);
    double mean = 0, squares = 0; /* B. P. Welford, Technometrics 4 (1962) 419 */
    for (uint32_t d = 0; d < draws; ++d) {
        cim_rng rng;
        host->stream(host, d, &rng); /* draw d is the same chip for every design */
        const double x = chance + range * exp(-2 * spread * cim_rng_uniform(&rng));
        const double step = x - mean;
        mean += step / (d + 1);
        squares += step * (x - mean);
    }
    r->mean = mean;
    r->sd = draws > 1 ? sqrt(squares / (draws - 1)) : 0;
    r->n_draws = draws;
    return CIM_OK;
}

static const cim_accuracy_ops ops = {
    .struct_size = sizeof ops, .fidelities = CIM_TABLE(fidelities), .create = create,
    .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_ACCURACY, .id = "accuracy.template", .version = "1.0", .license = "MIT",
    .summary = "template: a formula that shows the interface", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
