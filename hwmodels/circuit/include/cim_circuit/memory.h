/* cim_circuit/memory.h: SRAM buffers. */
#ifndef CIM_CIRCUIT_MEMORY_H
#define CIM_CIRCUIT_MEMORY_H

#include <cim_circuit/technology.h>

#ifdef __cplusplus
extern "C" {
#endif
/* A buffer of capacity_bits. One operation: one BIT read or written, as part of a word of 64 or
 * more. delay_s is one access. capacity_bits <= 0: nothing, at no cost. */
cim_cost cim_sram(const cim_technology *t, double capacity_bits);
#ifdef __cplusplus
}
#endif
#endif
