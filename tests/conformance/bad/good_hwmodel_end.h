/* The last line of a hardware model: takes CREATE, EVALUATE, NONIDEALITIES where defined. */
#ifndef PARAMS
#define PARAMS CIM_TABLE(good_params)
#endif
#include "good_end.h"
#ifndef CREATE
#define CREATE good_create
#endif
#ifndef EVALUATE
#define EVALUATE good_evaluate
#endif
#ifndef NONIDEALITIES
#define NONIDEALITIES NULL
#endif

static const cim_hwmodel_ops ops = {.struct_size = sizeof ops, .create = CREATE,
                                    .evaluate = EVALUATE, .nonidealities = NONIDEALITIES,
                                    .destroy = good_destroy};
PLUGIN(CIM_HWMODEL, "hwmodel.suspect", .params = PARAMS, .metrics = CIM_TABLE(good_metrics),
       .constraints = CIM_TABLE(good_constraints))
