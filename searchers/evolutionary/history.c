#include "history.h"

#include <string.h>

/* The last steps of splitmix64 by Sebastiano Vigna: keys may be plain numbers. */
static size_t first_slot(const history *h, uint64_t key) {
    key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
    key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
    return (size_t)(key ^ (key >> 31)) & (h->n_slots - 1);
}

static void enter(history *h, size_t place) {
    size_t slot = first_slot(h, h->keys[place]);
    while (h->slots[slot]) slot = (slot + 1) & (h->n_slots - 1);
    h->slots[slot] = (uint32_t)(place + 1);
}

cim_status history_reserve(history *h, size_t n) {
    if (n <= h->capacity) return CIM_OK;
    size_t capacity = h->capacity ? h->capacity : 256;
    while (capacity < n && capacity < (size_t)1 << 31) capacity *= 2;
    uint64_t *keys = NULL;
    uint32_t *slots = NULL;
    if (capacity >= n) {
        keys = h->host->alloc(h->host, capacity, sizeof *keys);
        slots = h->host->alloc(h->host, 2 * capacity, sizeof *slots);
    }
    if (!keys || !slots) {
        h->host->release(h->host, keys);
        h->host->release(h->host, slots);
        return h->host->fail(h->host, CIM_E_MEMORY, "no memory for the points proposed so far");
    }
    if (h->n) memcpy(keys, h->keys, h->n * sizeof *keys);
    h->host->release(h->host, h->keys);
    h->host->release(h->host, h->slots);
    h->keys = keys;
    h->slots = slots;
    h->capacity = capacity;
    h->n_slots = 2 * capacity;
    for (size_t i = 0; i < h->n; i++) enter(h, i);
    return CIM_OK;
}

void history_free(history *h) {
    if (!h->host) return;
    h->host->release(h->host, h->keys);
    h->host->release(h->host, h->slots);
    *h = (history){0};
}

int history_has(const history *h, uint64_t key) {
    if (!h->n) return 0;
    for (size_t slot = first_slot(h, key); h->slots[slot]; slot = (slot + 1) & (h->n_slots - 1))
        if (h->keys[h->slots[slot] - 1] == key) return 1;
    return 0;
}

cim_status history_add(history *h, uint64_t key) {
    const cim_status status = history_reserve(h, h->n + 1);
    if (status != CIM_OK) return status;
    h->keys[h->n] = key;
    enter(h, h->n++);
    return CIM_OK;
}
