/* cim_circuit/memory.h: SRAM buffers, and memory beside the chip. */
#ifndef CIM_CIRCUIT_MEMORY_H
#define CIM_CIRCUIT_MEMORY_H

#include <cim_circuit/technology.h>
#include <stdint.h>

enum {
    CIM_OFF_CHIP_NONE = 0, CIM_OFF_CHIP_LPDDR4 = 1, CIM_OFF_CHIP_DDR4 = 2, CIM_OFF_CHIP_HBM2 = 3,
    CIM_N_OFF_CHIP = 4
};
/* A memory beside the chip: of a bit read or written, with both ends of its interface. */
typedef struct cim_off_chip { double energy_j, bits_per_s; } cim_off_chip;

#ifdef __cplusplus
extern "C" {
#endif
/* A buffer of capacity_bits. One operation: one BIT read or written, as part of a word of 64 or
 * more. delay_s is one access. capacity_bits <= 0: nothing, at no cost. */
cim_cost cim_sram(const cim_technology *t, double capacity_bits);

/* One channel or stack of KIND; CIM_OFF_CHIP_NONE, or an unknown one: all zero. */
cim_off_chip cim_off_chip_memory(uint32_t kind);
#ifdef __cplusplus
}
#endif
#endif
