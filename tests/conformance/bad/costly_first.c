/* Its full fidelity comes first. */
#include "good_accuracy.h"

static const cim_fidelity fidelities[] = {
    {.name = "full", .help = "exact", .relative_cost = 1},
    {.name = "estimate", .help = "quick", .relative_cost = 0.1}};
#define FIDELITIES CIM_TABLE(fidelities)

#include "good_accuracy_end.h"
