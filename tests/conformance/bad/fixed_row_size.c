/* Steps through a table as if its rows were of this version. */
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    const searcher *s = self;
    const cim_dimension *d = s->problem->dimensions.rows;
    const cim_status status = good_ask(self, a);
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < s->problem->dimensions.n; k++)
            if (d[k].kind == CIM_CATEGORICAL) a->points[i * s->problem->dimensions.n + k] = 0;
    return status;
}
#define ASK ask

#include "good_searcher_end.h"
