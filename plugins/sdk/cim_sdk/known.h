/* cim_sdk/known.h: for searchers: which designs were proposed or told, and the ones that are
 * left. */
#ifndef CIM_SDK_KNOWN_H
#define CIM_SDK_KNOWN_H

#include <cim_sdk/designs.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cim_known {
    const cim_host *host;
    cim_designs *designs;        /* the caller's */
    double n_points;             /* of the space, of any activity; infinite with a real dimension */
    uint64_t *keys;              /* of the known designs, in the order they came */
    uint32_t *slots;             /* open addressing: place in keys plus 1, or 0 */
    size_t n, capacity, n_slots; /* keys; slots: a power of two, at least twice the capacity */
    uint64_t *radix, *cursor;    /* all designs before the cursor are known */
} cim_known;

cim_status cim_known_init(cim_known *k, const cim_host *host, cim_designs *designs);
void cim_known_free(cim_known *k);
/* Forgets all of them. */
void cim_known_clear(cim_known *k);

/* Of a canonical point: its number where there are fewer than 2^63 points, else a hash, which two
 * designs share with a probability of 1 in 2^64. */
uint64_t cim_known_key(const cim_known *k, const double *point);

int cim_known_has(const cim_known *k, uint64_t key);
/* Adds a key unless it is there; at most 2^31 of them. */
cim_status cim_known_add(cim_known *k, uint64_t key);

/* The first design that is not known; its real coordinates are drawn, the same ones however many
 * designs were passed over. 0: there is none. Where a real dimension is active there always is. */
int cim_known_next(cim_known *k, cim_rng *rng, double *point);

/* Up to MOST unknown designs of a space without real dimensions. IS_ALL: are there no others? */
uint32_t cim_known_rest(cim_known *k, uint32_t most, double *points, int *is_all);

#ifdef __cplusplus
}
#endif
#endif
