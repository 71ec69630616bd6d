/* Waits for something that does not come. */
#include <unistd.h>
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    (void)self;
    while (a->max) pause();
    return CIM_OK;
}
#define ASK ask

#include "good_searcher_end.h"
