/* The last line of an accuracy evaluator: takes EVALUATE, FIDELITIES where they are defined. */
#include "good_end.h"
#ifndef EVALUATE
#define EVALUATE good_evaluate
#endif
#ifndef FIDELITIES
#define FIDELITIES CIM_TABLE(good_fidelities)
#endif

static const cim_accuracy_ops ops = {.struct_size = sizeof ops, .fidelities = FIDELITIES,
                                     .create = good_create, .evaluate = EVALUATE,
                                     .destroy = good_destroy};
PLUGIN(CIM_ACCURACY, "accuracy.suspect", .params = PARAMS)
