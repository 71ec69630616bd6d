/* Its last level is one too high. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    const searcher *s = self;
    const cim_status status = good_ask(self, a);
    const cim_dimension *d = CIM_ROW(cim_dimension, s->problem->dimensions, 0);
    a->points[0] = d->kind == CIM_REAL_RANGE ? d->max : (double)d->n_levels;
    return status;
}
#define ASK ask

#include "good_searcher_end.h"
