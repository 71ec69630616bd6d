/* States a weight too many. */
#include "good_workload.h"

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const cim_status status = good_build(self, v, network);
    w->network.stated_weights++;
    return status;
}
#define BUILD build

#include "good_workload_end.h"
