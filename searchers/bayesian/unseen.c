#include "unseen.h"

#include <math.h>
#include <string.h>

cim_status unseen_open(unseen *u, space *s) {
    *u = (unseen){.space = s, .history = {.host = s->host}, .n_points = 1.0};
    u->radix = s->host->alloc(s->host, s->d + 1u, sizeof *u->radix);
    u->cursor = s->host->alloc(s->host, s->d + 1u, sizeof *u->cursor);
    if (!u->radix || !u->cursor) {
        unseen_close(u);
        return s->host->fail(s->host, CIM_E_MEMORY, "no memory for the designs seen");
    }
    for (uint32_t i = 0; i < s->d; i++) {
        const cim_dimension *d = space_dimension(s, i);
        const int is_real = d->kind == CIM_REAL_RANGE;
        u->radix[i] = is_real ? 1 : d->n_levels;
        u->n_points *= is_real ? INFINITY : (double)d->n_levels;
    }
    return CIM_OK;
}

void unseen_close(unseen *u) {
    if (!u->space) return;
    const cim_host *host = u->space->host;
    history_free(&u->history);
    host->release(host, u->radix);
    host->release(host, u->cursor);
    *u = (unseen){0};
}

void unseen_reset(unseen *u) {
    history_free(&u->history);
    u->history.host = u->space->host;
    u->is_exhausted = 0;
    memset(u->cursor, 0, u->space->d * sizeof *u->cursor);
}

uint64_t unseen_key(const unseen *u, const double *point) {
    uint64_t key = 0;
    for (uint32_t i = 0; i < u->space->d; i++) {
        if (u->n_points < 0x1p63) {
            key = key * u->radix[i] + (uint64_t)point[i];
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

int unseen_has(const unseen *u, const double *point) {
    return history_has(&u->history, unseen_key(u, point));
}

cim_status unseen_mark(unseen *u, const double *point) {
    const uint64_t key = unseen_key(u, point);
    return history_has(&u->history, key) ? CIM_OK : history_add(&u->history, key);
}

static int take(unseen *u, const uint64_t *digits, cim_rng *rng, double *point) {
    space *s = u->space;
    for (uint32_t i = 0; i < s->d; i++) {
        const cim_dimension *d = space_dimension(s, i);
        if (d->kind != CIM_REAL_RANGE) point[i] = (double)digits[i];
        else point[i] = rng ? cim_dimension_draw(d, rng) : d->default_coordinate;
    }
    cim_designs_canonical(&s->designs, point);
    return !unseen_has(u, point);
}

/* Where a real dimension is active a design never runs out of values, and the cursor stays. */
int unseen_next(unseen *u, cim_rng *rng, double *point) {
    if (u->is_exhausted) return 0;
    do {
        if (take(u, u->cursor, rng, point)) return 1;
        cim_designs_settle(&u->space->designs, u->cursor);
    } while (cim_designs_advance(&u->space->designs, u->radix, u->cursor));
    u->is_exhausted = 1;
    return 0;
}

uint32_t unseen_list(unseen *u, uint32_t most, double *points, int *is_all) {
    uint32_t n = 0;
    *is_all = 1;
    if (u->is_exhausted) return 0;
    do {
        if (n == most) {
            *is_all = 0;
            break;
        }
        if (take(u, u->cursor, NULL, points + (size_t)n * u->space->d)) n++;
        cim_designs_settle(&u->space->designs, u->cursor);
    } while (cim_designs_advance(&u->space->designs, u->radix, u->cursor));
    memset(u->cursor, 0, u->space->d * sizeof *u->cursor);
    return n;
}
