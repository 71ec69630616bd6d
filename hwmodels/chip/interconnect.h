/* Between the global buffer and the tiles: mesh, H-tree or bus; private to the chip library. */
#ifndef CIM_CHIP_INTERCONNECT_H
#define CIM_CHIP_INTERCONNECT_H

#include "tile.h"

/* What each tile of the layer brings along, booked on the layer. tiling->side_m is set. */
void chip_interconnect_tile(const chip_common *c, cim_chip_layer *w, const chip_tiling *tiling);

/* What belongs to no layer, for a chip of that side so far: booked on the chip. Returns the time
 * that a stage of it takes; 0 where tiles pass everything on. */
double chip_interconnect_shared(const chip_common *c, double side_m, cim_chip *chip);

/* Energy of one bit between the global buffer and a tile. */
double chip_interconnect_way_j(const chip_common *c, double side_m);

/* Ways between tiles of a layer, in tile sides: of a partial sum to the tile below, of an input to
 * the tile beside. */
double chip_interconnect_sum_sides(const chip_common *c);
double chip_interconnect_input_sides(const chip_common *c);

/* Cycles that a layer waits for the longer way through it, beyond a mesh. */
double chip_interconnect_delay(const chip_common *c);

/* Bits that the interconnect takes from a layer in a cycle, and how many bits of it take turns. */
double chip_interconnect_rate(const chip_common *c, const cim_chip_layer *w,
                              const chip_tiling *tiling);
double chip_interconnect_load(const chip_common *c, const cim_chip_layer *w);

/* Time that what all layers share takes for the bits of an image: the global buffer's port, the bus
 * (bus_bits), the memory beside the chip (off_bits). */
double chip_port_time(const chip_common *c, const cim_chip *chip, double bits, double bus_bits,
                      double off_bits);
#endif
