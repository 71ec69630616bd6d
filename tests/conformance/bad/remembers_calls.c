/* Gets dearer with every call. */
#include "good_hwmodel.h"

static cim_status evaluate(void *self, const cim_request *r) {
    static double calls;
    for (uint32_t p = 0; p < r->values->n_points; p++) good_point(r, p, 1 + 1e-9 * calls++, 1);
    return (void)self, CIM_OK;
}
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
