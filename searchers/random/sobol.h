/* sobol.h: points of the Sobol sequence, 32 bits a coordinate, scrambled or not.
 *
 * Every 2^k points from a multiple of 2^k on put one point into each of the 2^k equal intervals of
 * every dimension; pairs of early dimensions do nearly the same in the plane. */
#ifndef SOBOL_H
#define SOBOL_H

#include <cim/host.h>

#define SOBOL_MAX_DIMENSIONS 400u

/* One dimension. Direction 0 belongs to the lowest bit of the point's Gray code; the highest bit
 * of each stands for 1/2. */
typedef struct sobol_axis { uint32_t directions[32], shift; } sobol_axis;

/* Sets up the first n <= SOBOL_MAX_DIMENSIONS dimensions of the sequence as published. */
void sobol_init(sobol_axis *axes, uint32_t n);

/* Random linear scrambling of the digits and a random digital shift, of every dimension by itself:
 * Jiri Matousek, "On the L2-discrepancy for anchored boxes", J. Complexity 14, 527-556 (1998).
 * Every point becomes uniform, and the equidistribution of the sequence stays as it was. */
void sobol_scramble(sobol_axis *axes, uint32_t n, cim_rng *rng);

/* Coordinate of point INDEX, as a multiple of 2^-32. */
uint32_t sobol_coordinate(const sobol_axis *axis, uint32_t index);

extern const uint16_t sobol_numbers[];   /* sobol_numbers.c */

#endif
