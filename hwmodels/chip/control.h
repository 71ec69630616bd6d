/* Clock, sequencing and power gating; private to the chip library. */
#ifndef CIM_CHIP_CONTROL_H
#define CIM_CHIP_CONTROL_H

#include "tile.h"

/* Area and leakage of the layer's clock, sequencers and power switches. tiling->side_m is set. */
void chip_control_tile(const chip_common *c, cim_chip_layer *w, const chip_tiling *tiling);

/* The clock tree over a chip of that side, and its sequencer. */
void chip_control_shared(chip_common *c, double side_m, cim_chip *chip);

/* Energy of one image, of the layer's tiles while they work and of the chip all the time.
 * chip->cycle_s and interval_s are set. */
void chip_control_energy(const chip_common *c, cim_chip_layer *layers, cim_chip *chip);

/* Turns leakage into its mean over chip->interval_s where idle tiles are switched off. */
void chip_gate_power(const chip_common *c, cim_chip_layer *layers, cim_chip *chip);
#endif
