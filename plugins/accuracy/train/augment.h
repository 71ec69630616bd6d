/* augment.h: batches of a data set's images, changed a little each time they are seen. */
#ifndef TRAIN_AUGMENT_H
#define TRAIN_AUGMENT_H

#include "real.h"

#include <cim_sdk/rng.h>
#include <stdbool.h>

typedef struct image_set {
    const uint8_t *pixels;   /* [image][channel][row][column] */
    const uint32_t *labels;
    uint32_t n, channels, height, width;
} image_set;

typedef struct augmentation {
    bool flip;               /* half of the images, left to right */
    uint32_t shift;          /* by up to this many pixels each way */
} augmentation;

/* The M images of SET that ORDER names -> OUT [channel][image][row][column] of HEIGHT x WIDTH, in
 * 0..1, in the middle of zeros where that is larger than the images. RNG NULL: as they are. */
void images_gather(const image_set *set, const uint32_t *order, uint32_t m, uint32_t height,
                   uint32_t width, const augmentation *a, cim_rng *rng, real *out);
#endif
