/* unfold.h: the input of a convolution as a matrix, one row a kernel tap, and back. */
#ifndef TRAIN_UNFOLD_H
#define TRAIN_UNFOLD_H

#include "layers.h"

/* X: the first of CHANNELS channels of the first of M images, channels N images apart.
 * COLUMNS: [channel][tap][image][position]. */
void unfold(const geometry *g, uint32_t channels, uint32_t n, uint32_t m, const real *x,
            real *columns);
/* Adds the columns to where they came from. Changes them: those from outside become 0. */
void fold(const geometry *g, uint32_t channels, uint32_t n, uint32_t m, real *columns, real *x);

/* Images that are unfolded together: as many of N as keep TAPS rows in a core's cache. */
uint32_t unfold_images(const geometry *g, size_t taps, uint32_t n);
#endif
