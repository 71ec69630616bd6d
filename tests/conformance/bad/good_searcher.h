/* A searcher that keeps every promise: uniform points, and the number of asks as its state. Each
 * file here that is named after a promise replaces the function that breaks it. */
#ifndef GOOD_SEARCHER_H
#define GOOD_SEARCHER_H

#include <math.h>
#include <string.h>

#include <cim/searcher.h>
#include <cim_sdk/rng.h>

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    uint64_t asks;
} searcher;

static inline cim_status good_create(const cim_host *host, const cim_values *values,
                                     const cim_problem *problem, void **self) {
    (void)values;
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (!s) return host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    *s = (searcher){host, problem, 0};
    *self = s;
    return CIM_OK;
}

static inline void good_destroy(void *self) {
    const cim_host *host = ((searcher *)self)->host;
    host->release(host, self);
}

static inline cim_status good_ask(void *self, cim_ask *ask) {
    searcher *s = self;
    const uint32_t n = s->problem->dimensions.n;
    for (uint32_t i = 0; i < ask->max; i++)
        for (uint32_t k = 0; k < n; k++) {
            const cim_dimension *d = CIM_ROW(cim_dimension, s->problem->dimensions, k);
            const double u = cim_rng_uniform(&ask->rng);
            ask->points[(size_t)i * n + k] = d->kind == CIM_REAL_RANGE
                ? d->min * (1 - u) + d->max * u : floor(u * (double)d->n_levels);
        }
    ask->count = ask->max;
    s->asks++;
    return CIM_OK;
}

static inline cim_status good_tell(void *self, cim_trial_table trials) {
    return (void)self, (void)trials, CIM_OK;
}

static inline cim_status good_save(void *self, const cim_sink *sink) {
    return sink->write(sink, &((searcher *)self)->asks, sizeof(uint64_t));
}

static inline cim_status good_load(void *self, const void *data, size_t size) {
    searcher *s = self;
    if (size != sizeof s->asks) return s->host->fail(s->host, CIM_E_ARGUMENT, "not my snapshot");
    memcpy(&s->asks, data, size);
    return CIM_OK;
}
#endif
