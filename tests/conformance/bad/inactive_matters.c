/* The bits of a layer that does not exist change one that does. */
#include "good_workload.h"

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const cim_status status = good_build(self, v, network);
    w->layers[0].activation = cim_number(v, 0, BITS, 3) > 8 ? CIM_ACT_RELU6 : CIM_ACT_RELU;
    return status;
}
#define BUILD build

#include "good_workload_end.h"
