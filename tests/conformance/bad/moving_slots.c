/* Counts slots from the end. */
#include "good_workload.h"

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const cim_status status = good_build(self, v, network);
    for (uint32_t i = 0; i < w->network.layers.n; i++) w->layers[i].slot = w->network.layers.n - i;
    return status;
}
#define BUILD build

#include "good_workload_end.h"
