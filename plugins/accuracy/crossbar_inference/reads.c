#include "reads.h"

#include <string.h>

#define LEAST_REST 0.04      /* of the error's variance: moments are good enough for it           */
enum { MOST_POSITIONS = 128 };

/* Without the mean of each output, which moments know. */
static void centre(double *e, uint32_t n, uint32_t outs) {
    for (uint32_t o = 0; o < outs; o++) {
        double mean = 0;
        for (uint32_t i = 0; i < n; i++) mean += e[(size_t)i * outs + o] / n;
        for (uint32_t i = 0; i < n; i++) e[(size_t)i * outs + o] -= mean;
    }
}

static double power(const double *e, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += e[i] * e[i];
    return sum;
}

/* The read without which least of REST is LEFT. */
static uint32_t best_read(const double *errors, uint32_t reads, size_t n, const double *rest,
                          const uint8_t *chosen, double *left) {
    uint32_t best = reads;
    for (uint32_t r = 0; r < reads; r++) {
        const double *e = errors + r * n;
        double sum = 0;
        if (chosen[r]) continue;
        for (size_t i = 0; i < n; i++) sum += (rest[i] - e[i]) * (rest[i] - e[i]);
        if (best < reads && sum >= *left) continue;
        best = r;
        *left = sum;
    }
    return best;
}

/* A read that takes nothing off is left to moments, as are all where noise hides what they are off
 * by. */
static void choose(const double *errors, uint32_t reads, uint32_t most, size_t n, double *rest,
                   uint8_t *chosen) {
    const double all = power(rest, n);
    double left = all;
    for (uint32_t k = 0; k < most && k < reads && left > LEAST_REST * all; k++) {
        double next = 0;
        const uint32_t r = best_read(errors, reads, n, rest, chosen, &next);
        if (next >= left) return;
        left = next;
        chosen[r] = 1;
        for (size_t i = 0; i < n; i++) rest[i] -= errors[r * n + i];
    }
}

static void add_all(const double *errors, uint32_t reads, size_t n, double *rest) {
    for (uint32_t r = 0; r < reads; r++)
        for (size_t i = 0; i < n; i++) rest[i] += errors[r * n + i];
}

cim_status reads_choose(const crossbar *point, const double *in, uint32_t n_images,
                        const double *off, uint32_t most, uint8_t *chosen, int *any) {
    const cim_host *host = point->host;
    const uint32_t reads = point->slices * point->steps, outs = point->l->is.out_channels;
    const uint32_t n = n_images < MOST_POSITIONS ? n_images : MOST_POSITIONS;
    const size_t all = (size_t)n * outs;
    *any = 0;
    memset(chosen, 0, reads);
    if (!most || !crossbar_has_errors(point)) return CIM_OK;
    double *errors = host->alloc(host, reads * all, sizeof *errors);
    double *rest = host->alloc(host, all, sizeof *rest);
    cim_status status = CIM_OK;
    if (!errors || !rest)
        status = host->fail(host, CIM_E_MEMORY, "no memory for a sample of reads");
    else status = crossbar_each_error(point, in, n, errors);
    for (uint32_t r = 0; status == CIM_OK && r < reads; r++) centre(errors + r * all, n, outs);
    if (status == CIM_OK && off) {
        memcpy(rest, off, all * sizeof *rest);
        centre(rest, n, outs);
    } else if (status == CIM_OK) add_all(errors, reads, all, rest);
    if (status == CIM_OK) choose(errors, reads, most, all, rest, chosen);
    for (uint32_t r = 0; r < reads; r++) *any |= chosen[r];
    host->release(host, errors);
    host->release(host, rest);
    return status;
}
