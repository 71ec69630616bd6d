/* An accuracy evaluator that keeps every promise: see good_searcher.h. */
#ifndef GOOD_ACCURACY_H
#define GOOD_ACCURACY_H

#include <cim/accuracy.h>
#include <cim_sdk/rng.h>

#include <math.h>
#include <stdint.h>

static inline cim_status good_create(const cim_host *host, const cim_values *values, void **self) {
    *self = (void *)(uintptr_t)host;
    return (void)values, CIM_OK;
}

static inline void good_destroy(void *self) { (void)self; }

/* Uniform draws around 0.8. WIDTH: their spread, where there is a non-ideality. */
static inline void good_draws(const cim_host *host, cim_accuracy_request *r, double width) {
    const uint32_t n = r->draws ? r->draws : 8;
    double sum = 0, squares = 0;
    for (uint32_t d = 0; d < n; d++) {
        cim_rng rng;
        host->stream(host, d, &rng);
        const double x = 0.8 + width * (cim_rng_uniform(&rng) - 0.5);
        sum += x;
        squares += x * x;
    }
    r->n_draws = n;
    r->mean = width > 0 ? sum / n : 0.8;
    r->sd = width > 0 ? sqrt(fmax(squares / n - r->mean * r->mean, 0)) : 0;
}

static inline cim_status good_evaluate(void *self, cim_accuracy_request *r) {
    good_draws(self, r, r->nonidealities.n ? 0.1 : 0);
    return CIM_OK;
}

static const cim_fidelity good_fidelities[] = {
    {.name = "estimate", .help = "quick", .relative_cost = 0.1},
    {.name = "full", .help = "exact", .relative_cost = 1}};
#endif
