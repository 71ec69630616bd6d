/* history.h: the set of all points that were ever proposed, as one 64-bit key a point. */
#ifndef HISTORY_H
#define HISTORY_H

#include <cim/host.h>

typedef struct history {
    const cim_host *host;
    uint64_t *keys;      /* in the order they came */
    uint32_t *slots;     /* open addressing: place in keys plus 1, or 0 */
    size_t n, capacity;  /* of keys */
    size_t n_slots;      /* a power of two, at least twice the capacity */
} history;

/* Makes room for N keys in all; N < 2^31. */
cim_status history_reserve(history *h, size_t n);
void history_free(history *h);

int history_has(const history *h, uint64_t key);

/* Adds a key that is not there yet. */
cim_status history_add(history *h, uint64_t key);

#endif
