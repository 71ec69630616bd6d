/* operators.h: steps and blends of one coordinate, made for each kind of dimension.
 * Every result lies in its dimension. */
#ifndef OPERATORS_H
#define OPERATORS_H

#include <cim/searcher.h>

/* A step from X. STEP: its typical size as a share of the range. Real: Gaussian, on a logarithmic
 * scale where the range has one. Ordinal and integer: at least one level, further ones
 * geometrically distributed. Categorical: any other level. */
double operator_step(const cim_dimension *d, double x, double step, cim_rng *rng);

/* A child's coordinate from those of its parents. Real: one of the two children of simulated binary
 * crossover with a distribution index; others: either's. */
double operator_blend(const cim_dimension *d, double a, double b, double index, cim_rng *rng);

/* Simulated binary crossover and polynomial mutation with a distribution index, on levels too. */
double operator_cross(const cim_dimension *d, double a, double b, double index, cim_rng *rng);
double operator_polynomial(const cim_dimension *d, double x, double index, cim_rng *rng);

#endif
