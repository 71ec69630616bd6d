/* Its condition speaks of a parameter that does not exist. */
#include "good_workload.h"

static const cim_condition lost[] = {
    {.target = "bits", .element = 1, .on = "height", .values = two_or_more, .n_values = 3}};
#define CONDITIONS CIM_TABLE(lost)

#include "good_workload_end.h"
