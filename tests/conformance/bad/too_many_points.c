/* Gives a point more than it was asked for. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    const cim_status status = good_ask(self, a);
    a->count = a->max + 1;
    return status;
}
#define ASK ask

#include "good_searcher_end.h"
