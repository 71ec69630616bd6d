/* Gives the same points for every seed. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    a->rng = (cim_rng){{1, 2, 3, ((searcher *)self)->asks}};
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
