/* reads.h: the few reads of a layer that carry most of its error: the statistical level does them
 * as they are. */
#ifndef CROSSBAR_READS_H
#define CROSSBAR_READS_H

#include "crossbar.h"

/* CHOSEN: slice x step, 1 where a read is worth doing, MOST of them. POINT: a layer of one output
 * position, IN: N images of it; OFF: NULL, or what its outputs (position x output) are off by in
 * all, where that is more than what the reads are. ANY: has been chosen; none is where the way has
 * no reads that can be done by themselves. */
cim_status reads_choose(const crossbar *point, const double *in, uint32_t n, const double *off,
                        uint32_t most, uint8_t *chosen, int *any);
#endif
