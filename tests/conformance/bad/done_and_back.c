/* Is done, and then has another idea. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    const cim_status status = good_ask(self, a);
    return ((searcher *)self)->asks == 3 ? CIM_DONE : status;
}
#define ASK ask

#include "good_searcher_end.h"
