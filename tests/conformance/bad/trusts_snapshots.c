/* Believes whatever a snapshot says. */
#include <stdlib.h>
#include "good_searcher.h"

/* asks is all zeros but in its lowest bytes */
static cim_status load(void *self, const void *data, size_t size) {
    searcher *s = self;
    if (size < sizeof s->asks) return s->host->fail(s->host, CIM_E_ARGUMENT, "too short");
    memcpy(&s->asks, data, sizeof s->asks);
    if (s->asks > 1000) abort(); /* as an array indexed by it would do, sooner or later */
    return CIM_OK;
}
#define LOAD load

#include "good_searcher_end.h"
