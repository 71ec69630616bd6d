/* Has nothing left, and does not say so. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    if (((searcher *)self)->asks < 3) return good_ask(self, a);
    a->count = 0;
    return CIM_OK;
}
#define ASK ask

#include "good_searcher_end.h"
