/* Another network every other time. */
#include "good_workload.h"

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const cim_status status = good_build(self, v, network);
    static uint32_t builds;
    if (builds++ % 2) w->layers[0].activation = CIM_ACT_NONE;
    return status;
}
#define BUILD build

#include "good_workload_end.h"
