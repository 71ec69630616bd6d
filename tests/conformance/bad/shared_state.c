/* All instances count in one place. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    static uint64_t asks;
    const cim_status status = good_ask(self, a);
    a->points[0] = (double)(asks++ % 2);
    return status;
}
#define ASK ask

#include "good_searcher_end.h"
