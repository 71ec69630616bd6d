/* Saves nothing of what its next ask depends on. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    a->rng.s[0] ^= ((searcher *)self)->asks;
    return good_ask(self, a);
}
#define ASK ask

static cim_status load(void *self, const void *data, size_t size) {
    return (void)self, (void)data, (void)size, CIM_OK;
}
#define LOAD load

#include "good_searcher_end.h"
