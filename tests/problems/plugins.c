/* hwmodel.zdt1_30 and the other problems of functions.h as hardware models, whose metrics f1, f2,
 * .. are the goals and whose constraints g1, .. are the problem's; and workload.nothing, a network
 * that they do not look at. */
#include "functions.h"

#include <cim/hwmodel.h>
#include <cim_sdk/network.h>

/* ---- the workload ---------------------------------------------------------------------------- */

static cim_status create_nothing(const cim_host *host, const cim_values *values, void **self) {
    cim_builder *b = NULL;
    const cim_status status = cim_builder_new(host, &b);
    (void)values;
    if (status == CIM_OK) *self = b;
    return status;
}

static void destroy_nothing(void *self) { cim_builder_free(self); }

static cim_status build_nothing(void *self, const cim_values *values, const cim_network **network) {
    static const cim_network head = {
        .name = "nothing", .in_channels = 1, .in_height = 1, .in_width = 1};
    (void)values;
    cim_build_begin(self, &head);
    cim_build_conv(self, CIM_FROM_INPUT, &(cim_weight_layer){
        .name = "conv", .out_channels = 1, .weight_bits = 8, .input_bits = 8});
    return cim_build_end(self, 0, network);
}

static const cim_workload_ops nothing_ops = {
    .struct_size = sizeof nothing_ops, .create = create_nothing, .build = build_nothing,
    .destroy = destroy_nothing};

static const cim_plugin nothing = {
    .struct_size = sizeof nothing, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_WORKLOAD, .id = "workload.nothing", .version = "1.0", .license = "MIT",
    .summary = "test: the network of a problem for searchers", .ops = &nothing_ops,
    .is = {.struct_size = sizeof nothing.is}};

/* ---- the problems ---------------------------------------------------------------------------- */

static const cim_metric metrics[PROBLEM_GOALS] = {
    {.name = "f1", .unit = "", .help = "first goal", .better = -1},
    {.name = "f2", .unit = "", .help = "second goal", .better = -1},
    {.name = "f3", .unit = "", .help = "third goal", .better = -1},
    {.name = "f4", .unit = "", .help = "fourth goal", .better = -1}};
static const cim_constraint constraints[PROBLEM_CONSTRAINTS] = {
    {.name = "g1", .unit = "", .help = "first constraint"},
    {.name = "g2", .unit = "", .help = "second constraint"}};

static cim_status evaluate(void *self, const cim_request *r) {
    const problem *p = self;
    for (uint32_t i = 0; i < r->values->n_points; i++)
        problem_evaluate(p, r->values->numbers + (size_t)i * r->values->n_numbers,
                         r->metrics + (size_t)i * p->m, r->slack + (size_t)i * p->c);
    return CIM_OK;
}

static void destroy(void *self) { (void)self; }

#define CREATE(name) \
    static cim_status create_##name(const cim_host *host, const cim_values *values, void **self) { \
        (void)host, (void)values; \
        *self = (void *)(uintptr_t)&problems[PROBLEM_##name];   /* read only */ \
        return CIM_OK; \
    }
PROBLEM_LIST(CREATE)

#define OPS(name) \
    {.struct_size = sizeof(cim_hwmodel_ops), .preferred_batch = 1, .create = create_##name, \
     .evaluate = evaluate, .destroy = destroy},
static const cim_hwmodel_ops ops[N_PROBLEMS] = {PROBLEM_LIST(OPS)};
#define ID(name) "hwmodel." #name,
static const char *const ids[N_PROBLEMS] = {PROBLEM_LIST(ID)};

/* Descriptors come from the table of problems, once. */
static void describe(uint32_t i, cim_plugin *out) {
    const problem *p = &problems[i];
    *out = (cim_plugin){
        .struct_size = sizeof *out, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
        .kind = CIM_HWMODEL, .id = ids[i], .version = "1.0", .license = "MIT",
        .summary = "test: a problem for searchers", .ops = &ops[i],
        .is = {.struct_size = sizeof out->is,
               .params = {p->params, p->n_params, sizeof *p->params},
               .metrics = {metrics, p->m, sizeof *metrics},
               .constraints = {constraints, p->c, sizeof *constraints}}};
}

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static cim_plugin described[N_PROBLEMS];
    static const cim_plugin *all[N_PROBLEMS + 1] = {&nothing};
    if (host_major != CIM_ABI_MAJOR || host_minor != CIM_ABI_MINOR) return NULL;
    for (uint32_t i = 0; i < N_PROBLEMS && !all[1 + i]; i++) {
        describe(i, &described[i]);
        all[1 + i] = &described[i];
    }
    *count = N_PROBLEMS + 1;
    return all;
}
