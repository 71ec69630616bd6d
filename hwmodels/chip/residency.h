/* Which weights stay on a chip of given size, and what loading the others takes; private to the
 * chip library. */
#ifndef CIM_CHIP_RESIDENCY_H
#define CIM_CHIP_RESIDENCY_H

#include "tile.h"

/* Copies of the layer that a chip of that many tiles has room for, of those wanted. */
double chip_copies_that_fit(const chip_common *c, const cim_chip_layer *w, double wanted);

/* After w->tiles of all layers: sets resident, segment, parts, c->tiles, c->batch and the chip's
 * counts of tiles. */
void chip_settle(chip_common *c, cim_chip_layer *layers, cim_chip *chip);

/* On a chip of given size, tiles are equal, each fit for every layer, and belong to none: moves
 * area and leakage of the layers, as built for themselves, to the chip. */
void chip_share_tiles(const chip_common *c, cim_chip_layer *layers, cim_chip *chip);

/* After the layers' latencies without it: adds the time to load weights and what a batch of images
 * takes, sets latency_s and interval_s of the chip. */
void chip_take_turns(const chip_common *c, cim_chip_layer *layers, cim_chip *chip);

/* Energy of loading, for one image; way_j: of one bit from the chip's edge to a tile. */
void chip_load_energy(const chip_common *c, cim_chip_layer *layers, cim_chip *chip, double way_j);
#endif
