/* How long a layer's positions take, and when each is done. */
#ifndef MNSIM_TIMING_H
#define MNSIM_TIMING_H

#include "mapping.h"

/* Sums over positions of the time spent in each part, and every layer's and the network's finish.
 * FINISH has room for all positions. */
void mnsim_time(const mnsim_design *d, mnsim_layer *layers, uint32_t n, double *finish,
                mnsim_chip *chip);

/* Energy of the global accumulator for all positions of a sum. MNSIM leaves it out. */
typedef struct mnsim_sum_energy { double adder_j, read_j, write_j; } mnsim_sum_energy;
mnsim_sum_energy mnsim_sum_cost(const mnsim_design *d, const mnsim_chip *c, const mnsim_layer *l);
#endif
