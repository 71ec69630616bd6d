/* A workload and a hardware model, as functions, whose designs say how they should misbehave. */
#ifndef POOL_PLUGINS_H
#define POOL_PLUGINS_H

#include "core_fixture.h"
#include "worker.h"

#include <signal.h>
#include <unistd.h>

static const char *read_file;  /* by READ_FILE */

/* What a design does, by its number "act". */
enum {
    FINE,
    CRASH,
    EXIT,
    HANG,
    SAY_FAIL,
    NAN_METRIC,
    VIOLATE,
    ALL_FAIL,
    PRINT,
    CRASH_IN_COMPANY,
    ABORT,
    LEAVE_CHILD,
    GARBLE,
    FORGE_OUTCOME,
    FORGE_FIDELITY,
    FORGE_FILES,
    FORGE_PART,
    SCRIBBLE,
    SPOIL,
    CLOSE,
    READ_FILE,
    N_ACTS
};

static const cim_param w_params[] = {
    {.key = "width", .unit = "", .help = "", .type = CIM_INTEGER, .default_value = 4, .max = 99}};
static const cim_param h_params[] = {
    {.key = "act", .unit = "", .help = "", .type = CIM_INTEGER, .max = N_ACTS},
    {.key = "x", .unit = "", .help = "", .type = CIM_REAL, .max = 1e6}};
static const cim_metric h_metrics[] = {{.name = "energy_j", .unit = "J", .help = ""},
                                       {.name = "calls", .unit = "", .help = ""}};
static const cim_constraint h_rules[] = {{.name = "margin", .unit = "", .help = ""}};
enum { METRICS = 4, RULES = 1, NUMBERS = 3, WIDTH_CRASH = 13, WIDTH_FAIL = 14, WIDTH_HANG = 15 };

static cim_host const *workload_host, *hwmodel_host;

static cim_status make_workload(const cim_host *host, const cim_values *v, void **self) {
    (void)v;
    workload_host = host;
    *self = (void *)(uintptr_t)&workload_host;
    return CIM_OK;
}

static cim_status build(void *self, const cim_values *v, const cim_network **out) {
    static const uint32_t inputs[] = {CIM_FROM_INPUT};
    static cim_layer layer;
    static cim_network network;
    const double width = cim_number(v, 0, 0, 0);
    (void)self;
    if (width == WIDTH_CRASH) raise(SIGSEGV);
    if (width == WIDTH_FAIL)
        return workload_host->fail(workload_host, CIM_E_CONFIG, "width = 14\nis unlucky");
    while (width == WIDTH_HANG) pause();
    layer = (cim_layer){.name = "conv",
                        .op = CIM_OP_CONV,
                        .in_channels = 3,
                        .in_height = 4,
                        .in_width = 4,
                        .out_channels = (uint32_t)width,
                        .out_height = 4,
                        .out_width = 4,
                        .kernel_height = 1,
                        .kernel_width = 1,
                        .stride_height = 1,
                        .stride_width = 1,
                        .dilation_height = 1,
                        .dilation_width = 1,
                        .groups = 1,
                        .weight_bits = 8,
                        .input_bits = 8,
                        .output_bits = 8,
                        .n_inputs = 1,
                        .inputs = inputs};
    network = (cim_network){.struct_size = sizeof network,
                            .name = "n",
                            .in_channels = 3,
                            .in_height = 4,
                            .in_width = 4,
                            .input_bits = 8,
                            .layers = {&layer, 1, sizeof layer}};
    *out = &network;
    return CIM_OK;
}

static cim_status make_model(const cim_host *host, const cim_values *v, void **self) {
    (void)v;
    hwmodel_host = host;
    *self = (void *)(uintptr_t)&hwmodel_host;
    return CIM_OK;
}

/* An answer that is right but for one number. */
static void forge(int act) {
    struct {
        worker_answer head;
        double metrics[METRICS], slack[RULES];
        part part;
        char files[8];
    } all = {.head = {.outcome = act == FORGE_OUTCOME ? 77 : CIM_FEASIBLE,
                      .fidelity = act == FORGE_FIDELITY ? 77 : 0, .n_parts = 1,
                      .n_files = act == FORGE_FILES ? 8 : 0},
             .files = "pathsum",
             .part = {.metric = act == FORGE_PART ? 77 : 0}};
    for (int fd = 3; fd < 64; fd++) (void)!write(fd, &all, sizeof all);
    sleep(1);
}

/* On all memory that is shared with the host, and dies. */
static void scribble(void) {
    char line[256];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char kind[5];
        if (sscanf(line, "%lx-%lx %4s", &from, &to, kind) == 3 && strcmp(kind, "rw-s") == 0)
            memset((void *)from, 0x41, to - from);
    }
    raise(SIGSEGV);
}

static void act_badly(int act, uint32_t n) {
    static int is_spoilt;       /* memory, by an earlier design */
    if (is_spoilt) raise(SIGSEGV);
    is_spoilt = act == SPOIL;
    for (int fd = 3; act == CLOSE && fd < 64; fd++) close(fd);
    if (act == CRASH || (act == CRASH_IN_COMPANY && n > 1)) raise(SIGSEGV);
    if (act == ABORT) raise(SIGABRT);
    if (act == EXIT) _exit(7);
    if (act == LEAVE_CHILD) {   /* which holds what its parent had open */
        const pid_t child = fork();
        while (child == 0) pause();
        raise(SIGSEGV);
    }
    while (act == GARBLE) {     /* wherever the host listens */
        unsigned char garbage[64];
        memset(garbage, 0x20, sizeof garbage);
        for (int fd = 3; fd < 64; fd++) (void)!write(fd, garbage, sizeof garbage);
        sleep(1);
    }
    while (act >= FORGE_OUTCOME && act <= FORGE_PART) forge(act);
    if (act == SCRIBBLE) scribble();
    while (act == HANG) pause();
    if (act == READ_FILE) cim_files_used(hwmodel_host, read_file);
    if (act == PRINT) printf("a plug-in must not print\n"), fflush(stdout);
}

static cim_status evaluate(void *self, const cim_request *q) {
    (void)self;
    const uint32_t n = q->values->n_points;
    cim_status status = CIM_OK;
    for (uint32_t p = 0; p < n; p++) {
        const int act = (int)cim_number(q->values, p, 0, 0);
        const double x = cim_number(q->values, p, 1, 0);
        double *m = q->metrics + (size_t)p * 2;
        act_badly(act, n);
        m[0] = act == NAN_METRIC ? (double)NAN : sin(x) / (1 + x);
        m[1] = (double)q->network->layers.rows->out_channels;
        q->slack[p] = act == VIOLATE ? x : -1;
        if (act == SAY_FAIL) q->fail(q->context, p, "no\tway"); /* the rest it says is void */
        for (uint32_t k = 0; q->part && k < (uint32_t)x % 5; k++)
            q->part(q->context, p, k % 2 ? CIM_WHOLE_CHIP : 0,
                    k ? "array" : "a component with a name beyond all measure", k % 2, x + k);
        if (act == ALL_FAIL)
            status = hwmodel_host->fail(hwmodel_host, CIM_E_UNSUPPORTED, "none of this call");
    }
    return status;
}

static void destroy(void *self) { (void)self; }

static const cim_workload_ops workload_ops = {.struct_size = sizeof workload_ops,
                                              .create = make_workload,
                                              .build = build,
                                              .destroy = destroy};
static cim_hwmodel_ops hwmodel_ops = {.struct_size = sizeof hwmodel_ops, .create = make_model,
                                      .evaluate = evaluate, .destroy = destroy};

/* A study of the two, whose evaluator can be given to a pool. */
static void pool_rig_start(rig *r, uint32_t preferred_batch) {
    hwmodel_ops.preferred_batch = preferred_batch;
    rig_start(r);
    r->workload.ops = &workload_ops;
    r->hwmodel.ops = &hwmodel_ops;
    r->workload.is.params = (cim_param_table)RIG_TABLE(w_params);
    r->hwmodel.is.params = (cim_param_table)RIG_TABLE(h_params);
    r->hwmodel.is.metrics = (cim_metric_table)RIG_TABLE(h_metrics);
    r->hwmodel.is.constraints = (cim_constraint_table)RIG_TABLE(h_rules);
    study *s = &r->s;
    assert_good(rig_open(r, "workload = {}; hwmodel = {};") &&
                    instance_create(&s->workloads[0], NULL, &r->f) &&
                    instance_create(&s->hwmodel, NULL, &r->f),
                &r->f);
    evaluator_begin(&s->evaluator, s->workloads, 1, &s->hwmodel, NULL, NULL, NULL);
    assert_int_equal(s->evaluator.n_numbers, NUMBERS);
}
#endif
