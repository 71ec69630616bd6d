/* Area, power and energy of tiles and layers. */
#ifndef MNSIM_POWER_H
#define MNSIM_POWER_H

#include "mapping.h"

void mnsim_tile_area(const mnsim_design *d, mnsim_chip *chip);
/* Power of layer L with all its tiles working, and its energy for one image: after mnsim_time(). */
void mnsim_layer_power(const mnsim_design *d, const mnsim_chip *chip, mnsim_layer *l);
#endif
