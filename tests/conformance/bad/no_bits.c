/* A layer with weights of no bits. */
#include "good_workload.h"

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const cim_status status = good_build(self, v, network);
    w->layers[0].weight_bits = 0;
    return status;
}
#define BUILD build

#include "good_workload_end.h"
