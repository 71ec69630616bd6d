/* Leaves a metric unset. */
#include "good_hwmodel.h"

static cim_status evaluate(void *self, const cim_request *r) {
    const cim_status status = good_evaluate(self, r);
    for (uint32_t p = 0; p < r->values->n_points; p++) r->metrics[p * N_METRICS + AREA_MM2] = NAN;
    return status;
}
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
