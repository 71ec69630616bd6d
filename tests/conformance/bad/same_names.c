/* Two layers of one name. */
#include "good_workload.h"

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const cim_status status = good_build(self, v, network);
    w->layers[0].name = w->layers[w->network.layers.n - 1].name;
    return status;
}
#define BUILD build

#include "good_workload_end.h"
