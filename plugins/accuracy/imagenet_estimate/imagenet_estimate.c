/* accuracy.imagenet_estimate: what a MobileNet or a ResNet-50 would reach on ImageNet, estimated
 * from published accuracies of its family. No image is looked at. */
#include <math.h>

#include <cim/ready.h>
#include <cim_sdk/export.h>
#include <cim_sdk/noise.h>
#include <cim_sdk/text.h>

#include "estimate.h"

enum { RECIPE, ARRAY_EFFECTS };
static const char *const recipe_names[] = {"auto", "plain", "once_for_all"};
static const cim_param params[] = {
    {.key = "recipe", .unit = "",
     .help = "training that the estimate is for; auto: once_for_all for a ResNet-50 with its stem "
             "and projections, else plain",
     .type = CIM_CATEGORY, .flags = CIM_PARAM_FIXED, .names = recipe_names, .n_levels = 3},
    {.key = "array_effects", .unit = "",
     .help = "whether converters and devices lower the estimate, by a law on the safe side that is "
             "not validated; false: only the network and its bits count",
     .type = CIM_BOOLEAN, .flags = CIM_PARAM_FIXED, .default_value = 1, .max = 1},
};
static const cim_fidelity fidelities[] = {
    {.name = "estimate", .help = "an estimate from published accuracies of the network's family",
     .relative_cost = 1}};

typedef struct estimator {
    const cim_host *host;
    recipe recipe;
    int array_effects;
} estimator;

static void destroy(void *self) {
    estimator *e = self;
    e->host->release(e->host, e);
}

/* Means over layers with weights: each layer is as sensitive as any other (README.md). */
static void losses(const estimator *e, const cim_accuracy_request *r, const network_facts *facts,
                   double *bits, double *arrays) {
    *bits = *arrays = 0;
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        if (!has_weights(l)) continue;
        const cim_nonideality *x =
            i < r->nonidealities.n ? CIM_ROW(cim_nonideality, r->nonidealities, i) : NULL;
        *bits += law_bits(facts->family, cim_weight_bits_on(l, x), cim_input_bits_on(l, x)) /
                 facts->weight_layers;
        if (e->array_effects && x)
            *arrays += arrays_loss(facts->family, l, x) / facts->weight_layers;
    }
}

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    const estimator *e = self;
    network_facts facts;
    const cim_status status = network_read(e->host, r->network, e->recipe, &facts);
    if (status != CIM_OK) return status;
    if (r->nonidealities.n && r->nonidealities.row_size < sizeof(cim_nonideality))
        return e->host->fail(e->host, CIM_E_ARGUMENT, "rows of non-idealities are too short");
    double bits, arrays;
    losses(e, r, &facts, &bits, &arrays);
    const double exact = law_after(law_float(facts.family, facts.macs, facts.weights), bits);
    r->mean = law_after(exact, arrays);
    /* Exact arithmetic has no spread; else the fit's error, and half of what the arrays take. */
    r->sd =
        r->nonidealities.n ? hypot(family_laws[facts.family].fit_rms, (exact - r->mean) / 2) : 0;
    r->n_draws = 1;
    return CIM_OK;
}

/* Of several networks only the data set is the same. */
static cim_status ready(void *self, const cim_ready_request *q) {
    const estimator *e = self;
    network_facts facts;
    return q->is_only ? network_read(e->host, q->network, e->recipe, &facts)
                      : network_check_dataset(e->host, q->network);
}

static const cim_ready_ops readiness = {.struct_size = sizeof readiness, .ready = ready};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    estimator *e = host->alloc(host, 1, sizeof *e);
    if (!e) return host->fail(host, CIM_E_MEMORY, "out of memory");
    *e = (estimator){.host = host, .recipe = (recipe)cim_number(values, 0, RECIPE, 0),
                     .array_effects = cim_number(values, 0, ARRAY_EFFECTS, 0) != 0};
    const cim_ready_host *r = host->extension(host, CIM_READY);
    if (r) r->offer(host, &readiness);
    *self = e;
    return CIM_OK;
}

static const cim_accuracy_ops ops = {
    .struct_size = sizeof ops, .fidelities = CIM_TABLE(fidelities), .create = create,
    .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_ACCURACY,
    .id = "accuracy.imagenet_estimate",
    .version = "1.1",
    .license = "MIT",
    .summary =
        "An estimate of ImageNet accuracy of MobileNets and ResNet-50s, from published figures",
    .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
