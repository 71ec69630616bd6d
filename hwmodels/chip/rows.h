/* A pipeline whose layers hand on rows of an image as they come; private to the chip library. */
#ifndef CIM_CHIP_ROWS_H
#define CIM_CHIP_ROWS_H

#include "tile.h"

/* Does this chip have one? After chip_settle(). */
int chip_hands_on_rows(const chip_common *c, const cim_chip *chip);

/* Bits that wait between layers. layers[].cycles are set. */
double chip_row_buffer_need(const cim_network *network, cim_chip_layer *layers);

/* layers[].latency_s are their own times: sets what each adds to the chip's; returns the sum. */
double chip_row_latency(const cim_network *network, cim_chip_layer *layers);
#endif
