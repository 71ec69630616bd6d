/* kernel.h: covariances of the scaled distance between two points. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stddef.h>

enum { KERNEL_MATERN = 0, /* Matern-5/2: twice differentiable */ KERNEL_RBF = 1, N_KERNELS = 2 };

/* Squared distances, in place, to covariances of unit variance; SLOPE, if not NULL, gets their
 * derivatives with respect to the squared distance. Rounding below 0 counts as 0. */
void kernel_apply(int kind, double *squares, double *slope, size_t n);

#endif
