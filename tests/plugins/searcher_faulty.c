/* searcher.faulty: uniform points, until it breaks the interface's rules in the way asked for. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cim/searcher.h>
#include <cim_sdk/rng.h>

enum { NONE, OUTSIDE, FRACTION, NOT_A_NUMBER, TOO_MANY, NO_POINTS, FIDELITY, STATUS, SEGFAULT, EXIT,
       HANG, LOUD, DONE, CREATE_STATUS, CREATE_SEGFAULT, TELL_STATUS, TELL_SEGFAULT, SAVE_STATUS,
       LOAD_STATUS, CREATE_NOTHING, N_FAULTS };
static const char *const faults[N_FAULTS] = {
    "none", "outside", "fraction", "nan", "too_many", "no_points", "fidelity", "status", "segfault",
    "exit", "hang", "loud", "done", "create_status", "create_segfault", "tell_status",
    "tell_segfault", "save_status", "load_status", "create_nothing"};

enum { FAULT, AFTER };
static const cim_param params[] = {
    {.key = "fault", .unit = "", .help = "what goes wrong", .type = CIM_CATEGORY, .names = faults,
     .n_levels = N_FAULTS},
    {.key = "after", .unit = "", .help = "asks before it goes wrong", .type = CIM_INTEGER,
     .default_value = 2, .max = 1000},
};

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    int fault;
    uint64_t after, asks;
} searcher;

__attribute__((noinline, no_sanitize("undefined"))) static void write_to_nowhere(void) {
    volatile int *volatile nowhere = NULL; /* an optimiser may leave out other writes */
    *nowhere = 1;
}

static cim_status create(const cim_host *host, const cim_values *values,
                         const cim_problem *problem, void **self) {
    const int fault = (int)cim_number(values, 0, FAULT, 0);
    if (fault == CREATE_STATUS) return host->fail(host, CIM_E_CONFIG, "no good at this problem");
    if (fault == CREATE_NOTHING) return CIM_OK;
    if (fault == CREATE_SEGFAULT) write_to_nowhere();
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (!s) return host->fail(host, CIM_E_MEMORY, "out of memory");
    *s = (searcher){host, problem, fault, (uint64_t)cim_number(values, 0, AFTER, 0), 0};
    *self = s;
    return CIM_OK;
}

static void destroy(void *self) {
    const cim_host *host = ((searcher *)self)->host;
    host->release(host, self);
}

static double draw(cim_rng *rng, const cim_dimension *d) {
    if (d->kind != CIM_REAL_RANGE) return (double)cim_rng_below(rng, d->n_levels);
    const double u = cim_rng_uniform(rng);
    return fmin(fmax(d->min * (1 - u) + d->max * u, d->min), d->max);
}

static int is_due(const searcher *s, int fault) {
    return s->fault == fault && s->asks >= s->after;
}

static cim_status misbehave(searcher *s, cim_ask *a) {
    if (!is_due(s, s->fault)) return CIM_OK;
    const cim_dimension *first = CIM_ROW(cim_dimension, s->problem->dimensions, 0);
    switch (s->fault) {
    case OUTSIDE: a->points[0] = first->kind == CIM_REAL_RANGE ? first->max + 1
                                                               : (double)first->n_levels; break;
    case FRACTION: a->points[0] = 0.5; break;
    case NOT_A_NUMBER: a->points[0] = NAN; break;
    case TOO_MANY: a->count = a->max + 1; break;
    case NO_POINTS: a->count = 0; break;
    case FIDELITY: a->fidelity[0] = s->problem->n_fidelities; break;
    case STATUS: return s->host->fail(s->host, CIM_E_INTERNAL, "the covariance is singular");
    case SEGFAULT: write_to_nowhere(); break;
    case EXIT: exit(0);
    case HANG: for (;;) nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    case LOUD: printf("hello from ask\n"); break;
    case DONE: a->count = 0; return CIM_DONE;
    default: break;
    }
    return CIM_OK;
}

static cim_status ask(void *self, cim_ask *a) {
    searcher *s = self;
    double *x = a->points;
    for (a->count = 0; a->count < a->max; ++a->count)
        for (uint32_t i = 0; i < s->problem->dimensions.n; ++i)
            *x++ = draw(&a->rng, CIM_ROW(cim_dimension, s->problem->dimensions, i));
    const cim_status status = misbehave(s, a);
    s->asks++;
    return status;
}

static cim_status tell(void *self, cim_trial_table t) {
    const searcher *s = self;
    if (is_due(s, TELL_STATUS)) return CIM_E_MEMORY;
    if (is_due(s, TELL_SEGFAULT)) write_to_nowhere();
    return (void)t, CIM_OK;
}

static cim_status save(void *self, const cim_sink *sink) {
    const searcher *s = self;
    if (is_due(s, SAVE_STATUS)) return s->host->fail(s->host, CIM_E_INTERNAL, "nothing to save");
    return sink->write(sink, &s->asks, sizeof s->asks);
}

static cim_status load(void *self, const void *data, size_t size) {
    searcher *s = self;
    if (s->fault == LOAD_STATUS || size != sizeof s->asks)
        return s->host->fail(s->host, CIM_E_ARGUMENT, "the snapshot is damaged");
    memcpy(&s->asks, data, size);
    return CIM_OK;
}

static const cim_searcher_ops ops = {.struct_size = sizeof ops, .create = create, .ask = ask,
                                     .tell = tell, .save = save, .load = load, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER, .id = "searcher.faulty", .version = "1.0", .license = "MIT",
    .summary = "test: breaks the rules of a searcher", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&plugin};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
