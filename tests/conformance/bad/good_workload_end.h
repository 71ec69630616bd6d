/* The last line of a workload: takes BUILD where it is defined. */
#ifndef PARAMS
#define PARAMS CIM_TABLE(good_params)
#endif
#include "good_end.h"
#ifndef BUILD
#define BUILD good_build
#endif
#ifndef CONDITIONS
#define CONDITIONS CIM_TABLE(good_conditions)
#endif

static const cim_workload_ops ops = {
    .struct_size = sizeof ops, .create = good_create, .build = BUILD, .destroy = good_destroy};
PLUGIN(CIM_WORKLOAD, "workload.suspect", .params = PARAMS, .conditions = CONDITIONS,
       .index_sets = CIM_TABLE(good_sets))
