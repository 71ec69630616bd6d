/* design_view.h: the design at hand, for the accuracy evaluator that asks (cim/design.h); before
 * there is one, the parameters that it will have. */
#ifndef DESIGN_VIEW_H
#define DESIGN_VIEW_H
#include "instance.h"

#include <cim/design.h>

typedef struct design_view {
    const instance *workload, *hwmodel;
    uint32_t n_workloads;     /* from WORKLOAD on */
    const double *workload_numbers, *hwmodel_numbers; /* NULL: no design yet */
} design_view;

extern const cim_design design_view_extension;
#endif
