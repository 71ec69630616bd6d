/* Costs an op that it cannot know. */
#include "good_hwmodel.h"

static cim_status evaluate(void *self, const cim_request *r) {
    for (uint32_t p = 0; p < r->values->n_points; p++) {
        r->metrics[p * N_METRICS + ENERGY_J] = 1 + r->network->layers.n;
        const cim_layer *first = CIM_ROW(cim_layer, r->network->layers, 0);
        r->metrics[p * N_METRICS + AREA_MM2] = first->weight_bits;
        r->slack[p] = -1;
    }
    return (void)self, CIM_OK;
}
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
