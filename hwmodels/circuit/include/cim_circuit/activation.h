/* cim_circuit/activation.h: max pooling, ReLU and a look-up table for sigmoid. */
#ifndef CIM_CIRCUIT_ACTIVATION_H
#define CIM_CIRCUIT_ACTIVATION_H

#include <cim_circuit/gate.h>

#ifdef __cplusplus
extern "C" {
#endif
/* N units that find the largest of `window` numbers of BITS bits. energy_j: one result of one unit,
 * every node switching. */
cim_block cim_max_pools(const cim_technology *t, double bits, double window, double n,
                        cim_side side);
/* N registers of BITS bits that clear on a negative sign. energy_j: one value of one unit. */
cim_block cim_relus(const cim_technology *t, double bits, double n, cim_side side);
#ifdef __cplusplus
}
#endif
#endif
