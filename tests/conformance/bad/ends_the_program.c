/* Calls exit() when it does not know what to do. */
#include <stdlib.h>
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    (void)self, (void)a;
    exit(0);
}
#define ASK ask

#include "good_searcher_end.h"
