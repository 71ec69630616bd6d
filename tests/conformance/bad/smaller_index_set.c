/* Its network has a smaller index set than it describes. */
#include "good_workload.h"

static const cim_index_set smaller[] = {{.name = "stage", .help = "fewer", .size = 5}};

static cim_status build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const cim_status status = good_build(self, v, network);
    w->network.index_sets = (cim_index_set_table)CIM_TABLE(smaller);
    return status;
}
#define BUILD build

#include "good_workload_end.h"
