/* Which layers keep their weights on a chip of too few tiles; private to the chip library. */
#ifndef CIM_CHIP_STAYING_H
#define CIM_CHIP_STAYING_H

#include "tile.h"

/* Sets resident of the N layers, after tiles, copies and map, such that on ALL tiles, fewer than
 * they take, the fewest cells are loaded (README.md says where that is exact). Returns the tiles
 * that are left for layers to take turns. */
double chip_choose_staying(cim_chip_layer *layers, uint32_t n, double all);
#endif
