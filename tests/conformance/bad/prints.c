/* Reports its progress where the host's output goes. */
#include <stdio.h>
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    printf("ask\n");
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
