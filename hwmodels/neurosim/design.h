/* design.h: a point of the model's parameters as ns_parameters. */
#ifndef NEUROSIM_DESIGN_H
#define NEUROSIM_DESIGN_H

#include "artefacts.h"
#include "parameters.h"

#include <cim/hwmodel.h>
#include <cim_circuit/cell.h>

/* Numbers of the parameters, in the order of neurosim.c's table. */
enum {
    P_MEMCELLTYPE, P_OPERATIONMODE, P_TECHNODE, P_DEVICEROADMAP, P_ROWS, P_COLS, P_ROWPAR, P_WB,
    P_AB, P_CELLBIT, P_LEVELOUTPUT, P_NUMCOLMUXED, P_SARADC, P_CURRENTMODE, P_ACCESSTYPE, P_TEMP,
    P_RESISTANCEON, P_ONOFF, P_READVOLTAGE, P_WRITEVOLTAGE, P_CLKFREQ, P_SYNCHRONOUS, P_PIPELINE,
    P_SPEEDUPDEGREE, P_NOVELMAPPING, P_GLOBALBUSTYPE, P_GLOBALBUFFERTYPE, P_PEBUFFERTYPE,
    P_CHIPACTIVATION, P_RELU, P_VALIDATED, P_INPUTTOGGLE, P_MAXGLOBALBUSWIDTH,
    P_GLOBALBUSDELAYTOLERANCE, P_LOCALBUSDELAYTOLERANCE, P_TREEFOLDEDRATIO, P_DENSITY,
    P_TECHNOLOGY, P_CELL, P_WITHOUT
};

typedef struct ns_files {
    cim_process process;          /* of technology; node_nm 0: none                              */
    cim_cell cell;                /* of cell; on_off_ratio 0: none                               */
    uint8_t without[NS_ARTEFACTS];
} ns_files;

/* All but bits and levels. What is given beside a file must be the file's. Returns what is wrong
 * with the point, or NULL. */
const char *ns_design_read(const ns_files *files, ns_parameters *p, const cim_values *v,
                           uint32_t point);
#endif
