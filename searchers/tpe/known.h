/* known.h: designs proposed or told so far, and the ones that are left. */
#ifndef KNOWN_H
#define KNOWN_H

#include "../evolutionary/history.h"

#include <cim_sdk/designs.h>

typedef struct known {
    const cim_host *host;
    cim_designs *designs;
    history history;
    uint64_t *radix, *cursor;/* all designs before the cursor are known */
    int is_counted;          /* keys number the designs: no real dimension, fewer than 2^63 of them */
} known;

cim_status known_init(known *k, const cim_host *host, cim_designs *designs);
void known_free(known *k);
void known_clear(known *k);

/* Different for different designs, always if is_counted, else but for one pair in 2^64. */
uint64_t known_key(const known *k, const double *point);

/* The first design that is not known, with random values where it is real. 0: there is none. */
int known_next(known *k, cim_rng *rng, double *point);

#endif
