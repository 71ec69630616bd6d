/* searcher.template: the smallest searcher. Uniform random points, at most `points` of them; yet it
 * does all that a searcher must do to be resumed. Copy it and change the id. */
#include <cim_sdk/designs.h>
#include <cim_sdk/export.h>
#include <cim_sdk/snapshot.h>

enum { POINTS };
static const cim_param params[] = {{.key = "points", .unit = "", .type = CIM_INTEGER, .max = 1e9,
                                    .help = "points to propose; 0: no end"}};

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    uint64_t points, given; /* given is all that the next ask depends on */
} searcher;

static cim_status create(const cim_host *host, const cim_values *values,
                         const cim_problem *problem, void **self) {
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (!s) return host->fail(host, CIM_E_MEMORY, "out of memory");
    *s = (searcher){host, problem, (uint64_t)cim_number(values, 0, POINTS, 0), 0};
    *self = s;
    return CIM_OK;
}

static void destroy(void *self) {
    const cim_host *host = ((searcher *)self)->host;
    host->release(host, self);
}

static cim_status ask(void *self, cim_ask *a) {
    searcher *s = self;
    double *x = a->points;
    for (a->count = 0; a->count < a->max; ++a->count, ++s->given) {
        if (s->points && s->given == s->points) return a->count ? CIM_OK : CIM_DONE;
        for (uint32_t i = 0; i < s->problem->dimensions.n; ++i)
            *x++ = cim_dimension_draw(CIM_ROW(cim_dimension, s->problem->dimensions, i), &a->rng);
    }
    return CIM_OK;
}

/* A searcher that learns does so here. */
static cim_status tell(void *self, cim_trial_table t) { return (void)self, (void)t, CIM_OK; }

#define TAG UINT64_C(0x00000001504d4554) /* "TEMP", version 1: raise it with what you save */

static uint64_t fingerprint(const searcher *s) {
    return cim_snapshot_fingerprint(s->problem, &s->points, 1);
}

static cim_status save(void *self, const cim_sink *sink) {
    const searcher *s = self;
    cim_snapshot_writer w;
    cim_snapshot_begin(&w, sink, TAG, fingerprint(s));
    cim_snapshot_put(&w, s->given);
    return cim_snapshot_end(&w);
}

static cim_status load(void *self, const void *data, size_t size) {
    searcher *s = self;
    cim_snapshot_reader r;
    const cim_status status =
        cim_snapshot_open(&r, s->host, data, size, TAG, fingerprint(s));
    if (status == CIM_OK) s->given = cim_snapshot_get(&r);
    return status;
}

static const cim_searcher_ops ops = {.struct_size = sizeof ops, .create = create, .ask = ask,
                                     .tell = tell, .save = save, .load = load, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER, .id = "searcher.template", .version = "1.0", .license = "MIT",
    .summary = "template: uniform random points", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
