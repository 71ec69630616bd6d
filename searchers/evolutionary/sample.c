#include "sample.h"

#include <string.h>

/* ---- distant designs ------------------------------------------------------------------------- */

enum {
    PARTS = 16,     /* real values in the same part of their range count as the same */
    COMPARED = 256  /* dimensions, evenly taken of those of a wider space */
};

static uint32_t compared(uint32_t n_dims) {
    return n_dims < COMPARED ? n_dims : COMPARED;
}

/* A design as the numbers that are compared. */
static void encode(const proposer *p, const double *point, uint64_t *codes) {
    const uint32_t n_dims = p->problem->dimensions.n, n = compared(n_dims);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t i = (uint32_t)((uint64_t)k * n_dims / n);
        const cim_dimension *d = cim_designs_dimension(&p->designs, i);
        const int is_real = d->kind == CIM_REAL_RANGE;
        codes[k] = (uint64_t)(is_real ? PARTS * cim_dimension_share(d, point[i]) : point[i]);
    }
}

static uint32_t hamming(const uint64_t *a, const uint64_t *b, uint32_t n) {
    uint32_t distance = 0;
    for (uint32_t k = 0; k < n; k++) distance += a[k] != b[k];
    return distance;
}

typedef struct pool { double *points; uint64_t *codes; uint32_t *apart; size_t n; } pool;

static void fill_pool(proposer *p, pool *from, cim_rng *rng) {
    const uint32_t n_dims = p->problem->dimensions.n;
    for (size_t i = 0; i < from->n; i++) {
        double *point = from->points + i * n_dims;
        for (uint32_t k = 0; k < n_dims; k++) {
            const cim_dimension *d = cim_designs_dimension(&p->designs, k);
            point[k] = i ? cim_dimension_draw(d, rng) : d->default_coordinate;
        }
        cim_designs_canonical(&p->designs, point);
        encode(p, point, from->codes + i * compared(n_dims));
        from->apart[i] = i ? UINT32_MAX - 1 : UINT32_MAX; /* the default design is the first */
    }
}

/* One after another the design that is farthest from all before, by the number of dimensions that
 * differ; of equal ones the first. */
static void choose_distant(proposer *p, pool *from) {
    const uint32_t n_dims = p->problem->dimensions.n, n = compared(n_dims);
    for (size_t i = 0; i < p->settings.initial; i++) {
        size_t farthest = 0;
        for (size_t j = 1; j < from->n; j++)
            if (from->apart[j] > from->apart[farthest]) farthest = j;
        if (n_dims)
            memcpy(p->initial + i * n_dims, from->points + farthest * n_dims,
                   n_dims * sizeof *p->initial);
        for (size_t j = 0; j < from->n; j++) {
            const uint32_t apart =
                from->apart[j] ? hamming(from->codes + farthest * n, from->codes + j * n, n) : 0;
            if (apart < from->apart[j]) from->apart[j] = apart;
        }
    }
}

static cim_status distant_half(proposer *p, cim_rng *rng) {
    const cim_host *host = p->host;
    const size_t n_dims = p->problem->dimensions.n;
    pool from = {.n = 2 * (size_t)p->settings.initial};
    from.points = host->alloc(host, from.n, (n_dims + 1) * sizeof *from.points);
    from.codes = host->alloc(host, from.n, (n_dims + 1) * sizeof *from.codes);
    from.apart = host->alloc(host, from.n, sizeof *from.apart);
    const int has_room = from.points && from.codes && from.apart;
    if (has_room) {
        fill_pool(p, &from, rng);
        choose_distant(p, &from);
    }
    host->release(host, from.points);
    host->release(host, from.codes);
    host->release(host, from.apart);
    return has_room ? CIM_OK : host->fail(host, CIM_E_MEMORY, "no memory for the initial sample");
}

cim_status sample_initial(proposer *p) {
    cim_rng rng;
    p->host->stream(p->host, CIM_CREATE_STREAM, &rng);
    if (p->settings.is_phased) return distant_half(p, &rng);
    double *column = p->host->alloc(p->host, p->settings.initial, sizeof *column);
    if (!column) return p->host->fail(p->host, CIM_E_MEMORY, "no memory for the initial sample");
    cim_designs_hypercube(&p->designs, p->settings.initial, &rng, column, p->initial);
    p->host->release(p->host, column);
    return CIM_OK;
}
