/* The arrays alone, as published macros are measured; private to the chip library. */
#ifndef CIM_CHIP_MACRO_H
#define CIM_CHIP_MACRO_H

#include "tile.h"

/* Sets chip->macro_*. All layers are finished. */
void chip_macro(const chip_common *c, const cim_chip_layer *layers, cim_chip *chip);
#endif
