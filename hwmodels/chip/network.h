/* What the chip asks of a network; private to the chip library. */
#ifndef CIM_CHIP_NETWORK_H
#define CIM_CHIP_NETWORK_H

#include <cim_chip/chip.h>

/* Bits of a value that the layer puts out. */
uint32_t chip_value_bits(const cim_layer *layer);

/* Bits that layer I puts out for one image; of the network's input for CIM_FROM_INPUT. */
double chip_output_bits(const cim_network *network, uint32_t i);

/* Bits that the layer takes from its predecessors for one image. */
double chip_input_bits(const cim_network *network, const cim_layer *layer);

/* Bits of activations that have to be on the chip at the same time; sets layers[].last_use and
 * live_bits. */
double chip_buffer_need(const cim_network *network, cim_chip_layer *layers, uint32_t pipeline);
#endif
