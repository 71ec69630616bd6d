/* accuracy.scripted: three fidelities of a made-up accuracy, each with an error of known size. The
 * accuracy depends on the arrays' spread alone, or on all that it is told; the error of a fidelity
 * is any number -error..error, the same for equal designs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <stdlib.h>
#include <unistd.h>

#include <cim/ready.h>

enum { ERROR, FAILS, LOUD, MINDS_ALL, MOST_LAYERS, ASKED };
enum { ANSWERS, CRASHES, HANGS };
static const char *const asked[] = {"answers", "crashes", "hangs"};
static const cim_param params[] = {
    {.key = "error",
     .unit = "",
     .help = "largest of the cheapest fidelity; the next has half of it",
     .type = CIM_REAL,
     .default_value = 0.02,
     .min = 0,
     .max = 1},
    {.key = "fails",
     .unit = "",
     .help = "share of designs that fail at the full fidelity",
     .type = CIM_REAL,
     .min = 0,
     .max = 1},
    {.key = "loud", .unit = "", .help = "says when it is asked", .type = CIM_BOOLEAN, .max = 1},
    {.key = "minds_all",
     .unit = "",
     .help = "depends on every layer's bits and arrays",
     .type = CIM_BOOLEAN,
     .max = 1},
    {.key = "most_layers",
     .unit = "",
     .help = "of a network that it is ready for; 0: any",
     .type = CIM_INTEGER,
     .max = 1000},
    {.key = "asked",
     .unit = "",
     .help = "what it does when it is asked whether it is ready",
     .type = CIM_CATEGORY,
     .names = asked,
     .n_levels = 3},
};
static const cim_fidelity fidelities[] = {
    {.name = "estimate", .help = "twice the error", .relative_cost = 0.01},
    {.name = "statistical", .help = "the error", .relative_cost = 0.1},
    {.name = "exact", .help = "no error", .relative_cost = 1}};

static cim_status ready(void *self, const cim_ready_request *q) {
    const cim_host *host = self;
    const uint32_t most = cim_whole_number(q->values, 0, MOST_LAYERS);
    const uint32_t does = cim_whole_number(q->values, 0, ASKED);
    if (does == CRASHES) abort();
    while (does == HANGS) pause();
    if (!most || q->network->layers.n <= most) return CIM_OK;
    return host->fail(host, CIM_E_FILE, "no file for so many layers");
}

static const cim_ready_ops readiness = {.struct_size = sizeof readiness, .ready = ready};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    const cim_ready_host *r = host->extension(host, CIM_READY);
    if (r) r->offer(host, &readiness);
    *self = (void *)(uintptr_t)host;
    return CIM_OK;
}

static void destroy(void *self) { (void)self; }

/* 0..1, by the finaliser of splitmix64. */
static double any(double x, uint64_t salt) {
    uint64_t z;
    memcpy(&z, &x, sizeof z);
    z += salt * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* 0..1; whatever differs in a layer, or in what is said of its arrays, makes it another number. */
static double fingerprint(const cim_accuracy_request *r) {
    double x = 0;
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        const cim_nonideality *a = CIM_ROW(cim_nonideality, r->nonidealities, i);
        x = any(x + l->weight_bits, 1);
        x = any(x + l->input_bits, 2);
        x = any(x + (double)cim_layer_weights(l), 3);
        x = any(x + a->weight_bits + 100.0 * a->input_bits + 1e4 * a->adc_bits, 4);
        x = any(x + a->array_rows + a->device_spread_sd, 5);
    }
    return x;
}

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    const cim_host *host = self;
    double spread = (double)r->network->layers.n * 1e-3;
    for (uint32_t i = 0; i < r->nonidealities.n; ++i)
        spread += CIM_ROW(cim_nonideality, r->nonidealities, i)->device_spread_sd;
    if (cim_number(r->values, 0, MINDS_ALL, 0) > 0) spread = 0.3 * fingerprint(r);
    const double error = cim_number(r->values, 0, ERROR, 0);
    const double off = r->fidelity == 2 ? 0 : error / (r->fidelity + 1);
    if (cim_number(r->values, 0, LOUD, 0) > 0)
        fprintf(stderr, "asked at fidelity %u\n", r->fidelity);
    if (r->fidelity == 2 && any(spread, 9) < cim_number(r->values, 0, FAILS, 0))
        return host->fail(host, CIM_E_UNSUPPORTED, "not this one");
    /* More spread, more accuracy: against the energy, which it raises. */
    r->mean = 0.5 + 0.4 * (1 - exp(-8 * spread)) + 0.05 * any(spread, 8) +
              off * (2 * any(spread, r->fidelity) - 1);
    r->sd = 0;
    r->n_draws = 1;
    return CIM_OK;
}

static const cim_accuracy_ops ops = {
    .struct_size = sizeof ops, .fidelities = {fidelities, 3, sizeof *fidelities}, .create = create,
    .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_ACCURACY, .id = "accuracy.scripted", .version = "1.0", .license = "MIT",
    .summary = "test: three fidelities with errors of known size", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&plugin};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
