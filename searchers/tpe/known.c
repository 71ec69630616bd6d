#include "known.h"

#include <string.h>

cim_status known_init(known *k, const cim_host *host, cim_designs *designs) {
    const uint32_t n = designs->problem->dimensions.n;
    double points = 1.0;
    *k = (known){.host = host, .designs = designs, .history = {.host = host}, .is_counted = 1};
    k->radix = host->alloc(host, 2 * ((size_t)n + 1), sizeof *k->radix);
    if (!k->radix) return host->fail(host, CIM_E_MEMORY, "no memory for the designs");
    k->cursor = k->radix + n + 1;
    for (uint32_t i = 0; i < n; i++) {
        const cim_dimension *d = cim_designs_dimension(designs, i);
        const int real = d->kind == CIM_REAL_RANGE;
        k->radix[i] = real ? 1 : d->n_levels;
        points *= (double)k->radix[i];
        k->is_counted = k->is_counted && !real && points < 0x1p63;
    }
    return CIM_OK;
}

void known_free(known *k) {
    if (!k->host) return;
    k->host->release(k->host, k->radix);
    history_free(&k->history);
    *k = (known){0};
}

void known_clear(known *k) {
    history_free(&k->history);
    k->history.host = k->host;
    for (uint32_t i = 0; i < k->designs->problem->dimensions.n; i++) k->cursor[i] = 0;
}

uint64_t known_key(const known *k, const double *point) {
    uint64_t key = 0;
    for (uint32_t i = 0; i < k->designs->problem->dimensions.n; i++) {
        if (k->is_counted) {
            key = key * k->radix[i] + (uint64_t)point[i];
            continue;
        }
        uint64_t bits;
        memcpy(&bits, &point[i], sizeof bits);
        key = (key ^ bits) + 0x9e3779b97f4a7c15u; /* splitmix64 by Sebastiano Vigna */
        key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
        key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
        key ^= key >> 31;
    }
    return key;
}

int known_next(known *k, cim_rng *rng, double *point) {
    cim_designs *d = k->designs;
    const cim_rng start = *rng;  /* for each design: how many were passed over must not matter */
    do {
        *rng = start;
        for (uint32_t i = 0; i < d->problem->dimensions.n; i++) {
            const cim_dimension *of = cim_designs_dimension(d, i);
            point[i] = of->kind == CIM_REAL_RANGE ? cim_dimension_draw(of, rng) : (double)k->cursor[i];
        }
        cim_designs_canonical(d, point);
        if (!history_has(&k->history, known_key(k, point))) return 1;
        cim_designs_settle(d, k->cursor);
    } while (cim_designs_advance(d, k->radix, k->cursor));
    return 0;
}
