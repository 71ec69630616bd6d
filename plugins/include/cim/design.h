/* cim/design.h: extension "cim.design/1" for accuracy evaluators: which design is being evaluated.
 *
 *     const cim_design *design = host->extension(host, CIM_DESIGN);
 *
 * For evaluators that look a design up (a table of measured accuracies) instead of running its
 * network. */
#ifndef CIM_DESIGN_H
#define CIM_DESIGN_H

#include <cim/host.h>

#define CIM_DESIGN "cim.design/1"

typedef struct cim_design {
    uint32_t struct_size, reserved;
    /* ELEMENT (0 for a scalar) of parameter NAME, "hwmodel.rows" or "workload.block": its number,
     * NaN where it is left to the network, and what a table of points holds (64, 0.5, flash, true)
     * in TEXT of SIZE bytes. Works during evaluate(). CIM_E_ARGUMENT, without a message: there is
     * no such parameter, or element. */
    cim_status (*value)(const cim_host *host, const char *name, uint32_t element, double *number,
                        char *text, size_t size);
    /* Is there a parameter NAME, and how many elements has it (1: a scalar; of several workloads,
     * the fewest)? Works from create() on, so that a wrong name is an error of the config and not
     * of each trial. CIM_E_ARGUMENT, without a message: there is none, and *NEAREST is the name
     * most like it, until the next call, or NULL. Later than value(): test with CIM_HAS. */
    cim_status (*find)(const cim_host *host, const char *name, uint32_t *n_elements,
                       const char **nearest);
} cim_design;
#endif
