/* waves.h: half waves, cos(j pi x) for j = 1 .. n on [0, 1], of one feature: with a normal weight
 * each, all functions of that feature alone down to a width of 1/n. Summed over the features they
 * are what a goal is made of whose parts do not interact (additive Gaussian processes: D. Duvenaud,
 * H. Nickisch, C. Rasmussen, NeurIPS 2011; as columns: A. Solin, S. Sarkka, Stat. Comput. 30,
 * 2020). Scaled to a mean square of 1 over even x, together. */
#ifndef BAYESIAN_WAVES_H
#define BAYESIAN_WAVES_H

#include <stdint.h>

enum { WAVES_MOST = 48 };

void waves_columns(double x, uint32_t n, double *columns);
/* Derivative with respect to X of the columns' product with PULL. */
double waves_slope(double x, uint32_t n, const double *pull);
#endif
