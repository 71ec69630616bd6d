#include <cim_sdk/known.h>

#include <math.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

static uint32_t n_dimensions(const cim_known *k) { return k->designs->problem->dimensions.n; }

/* ---- set-up ---------------------------------------------------------------------------------- */

cim_status cim_known_init(cim_known *k, const cim_host *host, cim_designs *designs) {
    *k = (cim_known){.host = host, .designs = designs, .n_points = 1.0};
    const size_t n = n_dimensions(k);
    k->radix = host->alloc(host, 2 * (n + 1), sizeof *k->radix);
    if (!k->radix) return host->fail(host, CIM_E_MEMORY, "no memory for the designs");
    k->cursor = k->radix + n + 1;
    for (uint32_t i = 0; i < n; i++) {
        const cim_dimension *d = cim_designs_dimension(designs, i);
        const int is_real = d->kind == CIM_REAL_RANGE;
        k->radix[i] = is_real ? 1 : d->n_levels;
        k->n_points *= is_real ? (double)INFINITY : (double)d->n_levels;
    }
    return CIM_OK;
}

void cim_known_free(cim_known *k) {
    if (!k->host) return;
    k->host->release(k->host, k->radix);
    k->host->release(k->host, k->keys);
    k->host->release(k->host, k->slots);
    *k = (cim_known){0};
}

void cim_known_clear(cim_known *k) {
    if (k->slots) memset(k->slots, 0, k->n_slots * sizeof *k->slots);
    k->n = 0;
    memset(k->cursor, 0, n_dimensions(k) * sizeof *k->cursor);
}

/* ---- the keys -------------------------------------------------------------------------------- */

/* The last steps of splitmix64 by Sebastiano Vigna. */
static uint64_t scattered(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t cim_known_key(const cim_known *k, const double *point) {
    uint64_t key = 0;
    for (uint32_t i = 0; i < n_dimensions(k); i++) {
        if (k->n_points < 0x1p63) {
            key = key * k->radix[i] + (uint64_t)point[i];
            continue;
        }
        uint64_t bits;
        memcpy(&bits, &point[i], sizeof bits);
        key = scattered((key ^ bits) + 0x9e3779b97f4a7c15u);
    }
    return key;
}

/* Keys may be plain numbers. */
static size_t first_slot(const cim_known *k, uint64_t key) {
    return (size_t)scattered(key) & (k->n_slots - 1);
}

static void enter(cim_known *k, size_t place) {
    size_t slot = first_slot(k, k->keys[place]);
    while (k->slots[slot]) slot = (slot + 1) & (k->n_slots - 1);
    k->slots[slot] = (uint32_t)(place + 1);
}

static cim_status make_room(cim_known *k) {
    const cim_host *host = k->host;
    const size_t capacity = k->capacity ? 2 * k->capacity : FIRST_ROOM;
    uint64_t *keys = NULL;
    uint32_t *slots = NULL;
    if (capacity <= (size_t)1 << 31) {
        keys = host->alloc(host, capacity, sizeof *keys);
        slots = host->alloc(host, 2 * capacity, sizeof *slots);
    }
    if (!keys || !slots) {
        host->release(host, keys);
        host->release(host, slots);
        return host->fail(host, CIM_E_MEMORY, "no memory for the designs proposed so far");
    }
    if (k->n) memcpy(keys, k->keys, k->n * sizeof *keys);
    host->release(host, k->keys);
    host->release(host, k->slots);
    k->keys = keys;
    k->slots = slots;
    k->capacity = capacity;
    k->n_slots = 2 * capacity;
    for (size_t i = 0; i < k->n; i++) enter(k, i);
    return CIM_OK;
}

int cim_known_has(const cim_known *k, uint64_t key) {
    if (!k->n) return 0;
    for (size_t slot = first_slot(k, key); k->slots[slot]; slot = (slot + 1) & (k->n_slots - 1))
        if (k->keys[k->slots[slot] - 1] == key) return 1;
    return 0;
}

cim_status cim_known_add(cim_known *k, uint64_t key) {
    if (cim_known_has(k, key)) return CIM_OK;
    const cim_status status = k->n < k->capacity ? CIM_OK : make_room(k);
    if (status != CIM_OK) return status;
    k->keys[k->n] = key;
    enter(k, k->n++);
    return CIM_OK;
}

/* ---- the others ------------------------------------------------------------------------------ */

/* The design at the cursor; is it unknown? */
static int at_cursor(const cim_known *k, cim_rng *rng, double *point) {
    for (uint32_t i = 0; i < n_dimensions(k); i++) {
        const cim_dimension *d = cim_designs_dimension(k->designs, i);
        point[i] = d->kind == CIM_REAL_RANGE ? cim_dimension_draw(d, rng) : (double)k->cursor[i];
    }
    cim_designs_canonical(k->designs, point);
    return !cim_known_has(k, cim_known_key(k, point));
}

static int advance(cim_known *k) {
    cim_designs_settle(k->designs, k->cursor);
    return cim_designs_advance(k->designs, k->radix, k->cursor);
}

int cim_known_next(cim_known *k, cim_rng *rng, double *point) {
    const cim_rng start = *rng;
    do {
        *rng = start;
        if (at_cursor(k, rng, point)) return 1;
    } while (advance(k));
    return 0;
}

uint32_t cim_known_rest(cim_known *k, uint32_t most, double *points, int *is_all) {
    uint32_t n = 0;
    *is_all = 1;
    do {
        if (n == most) {
            *is_all = 0;
            break;
        }
        n += (uint32_t)at_cursor(k, NULL, points + (size_t)n * n_dimensions(k));
    } while (advance(k));
    memset(k->cursor, 0, n_dimensions(k) * sizeof *k->cursor);
    return n;
}
