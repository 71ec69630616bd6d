/* All instances build in one place: the last one wins. */
#include "good_workload.h"

static workload common;

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    const cim_host *host = ((workload *)self)->host;
    static const cim_host *first;
    if (!first) first = host;
    const cim_status status = good_build(&common, v, network);
    if (host != first) common.layers[0].activation = CIM_ACT_NONE;
    return status;
}
#define BUILD build

#include "good_workload_end.h"
