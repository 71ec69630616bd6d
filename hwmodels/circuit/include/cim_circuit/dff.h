/* cim_circuit/dff.h: banks of flip-flops. */
#ifndef CIM_CIRCUIT_DFF_H
#define CIM_CIRCUIT_DFF_H

#include <cim_circuit/gate.h>

#ifdef __cplusplus
extern "C" {
#endif
/* N flip-flops of smallest inverters in whole rows (side.width_m) or columns (side.height_m).
 * energy_j is one clock cycle of all of them with the datum of all of them changing. */
cim_block cim_dff_bank(const cim_technology *t, double n, cim_side side);

/* Energy of a cycle in which n flip-flops are clocked and n_data of them change. */
double cim_dff_energy_j(const cim_technology *t, double n, double n_data);
#ifdef __cplusplus
}
#endif
#endif
