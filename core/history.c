#include "history.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* The finaliser of splitmix64: every bit of the input moves half of the bits of the output. */
static uint64_t mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static void hash_point(const double *point, uint32_t n, uint32_t fidelity, uint64_t hash[2]) {
    hash[0] = mixed(0x9e3779b97f4a7c15u + fidelity);
    hash[1] = mixed(0xd1b54a32d192ed03u + fidelity);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &point[i], sizeof bits);
        hash[0] = mixed((hash[0] ^ bits) + 0x9e3779b97f4a7c15u);
        hash[1] = mixed((hash[1] + bits) ^ 0xd1b54a32d192ed03u);
    }
}

static history_entry *place_of(const history *h, const uint64_t hash[2]) {
    size_t i = (size_t)hash[0] & (h->room - 1);
    while (h->entries[i].trial &&
           (h->entries[i].hash[0] != hash[0] || h->entries[i].hash[1] != hash[1]))
        i = (i + 1) & (h->room - 1);
    return &h->entries[i];
}

static void grow(history *h) {
    history old = *h;
    h->room = old.room ? 2 * old.room : 1024;
    h->entries = memory_new(h->room, sizeof *h->entries);
    for (size_t i = 0; i < old.room; i++)
        if (old.entries[i].trial) *place_of(h, old.entries[i].hash) = old.entries[i];
    free(old.entries);
}

bool history_find_or_add(history *h, const double *point, uint32_t n_dimensions, uint32_t fidelity,
                         uint64_t trial, uint64_t *first) {
    uint64_t hash[2];
    if (2 * (h->n + 1) > h->room) grow(h);
    hash_point(point, n_dimensions, fidelity, hash);
    history_entry *place = place_of(h, hash);
    if (place->trial) {
        *first = place->trial - 1;
        return *first != trial;
    }
    *place = (history_entry){{hash[0], hash[1]}, trial + 1};
    h->n++;
    return false;
}

void history_free(history *h) {
    free(h->entries);
    *h = (history){0};
}
