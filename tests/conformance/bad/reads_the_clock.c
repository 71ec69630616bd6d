/* Takes its randomness from the clock. */
#include <time.h>
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    a->rng.s[0] ^= (uint64_t)now.tv_nsec;
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
