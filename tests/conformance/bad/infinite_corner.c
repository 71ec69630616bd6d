/* Infinite at one corner, where every constraint is met. */
#include "good_hwmodel.h"

static cim_status evaluate(void *self, const cim_request *r) {
    const cim_status status = good_evaluate(self, r);
    for (uint32_t p = 0; p < r->values->n_points; p++)
        if (cim_number(r->values, p, ROWS, 0) == 16 &&
            cim_number(r->values, p, WEIGHT_BITS, 0) == 16)
            r->metrics[p * N_METRICS] = INFINITY;
    return status;
}
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
