#include "augment.h"

#include <string.h>

typedef struct move { bool flip; int64_t down, right; } move;

static int64_t up_to(uint32_t shift, cim_rng *rng) {
    return (int64_t)cim_rng_below(rng, 2 * (uint64_t)shift + 1) - (int64_t)shift;
}

static void place(const uint8_t *plane, const image_set *set, uint32_t height, uint32_t width,
                  const move *mv, real *out) {
    const int64_t top = ((int64_t)height - set->height) / 2 + mv->down;
    const int64_t left = ((int64_t)width - set->width) / 2 + mv->right;
    for (int64_t y = 0; y < (int64_t)height; y++)
        for (int64_t x = 0; x < (int64_t)width; x++) {
            const int64_t from_y = y - top, from_x = x - left;
            const bool inside = from_y >= 0 && from_y < (int64_t)set->height && from_x >= 0 &&
                                from_x < (int64_t)set->width;
            const int64_t column = mv->flip ? (int64_t)set->width - 1 - from_x : from_x;
            *out++ = inside ? (real)plane[from_y * set->width + column] / 255 : 0;
        }
}

void images_gather(const image_set *set, const uint32_t *order, uint32_t m, uint32_t height,
                   uint32_t width, const augmentation *a, cim_rng *rng, real *out) {
    const size_t plane = (size_t)set->height * set->width, pixels = (size_t)height * width;
    for (uint32_t i = 0; i < m; i++) {
        move mv = {0};
        if (rng) {
            mv.flip = a->flip && cim_rng_below(rng, 2);
            mv.down = up_to(a->shift, rng);
            mv.right = up_to(a->shift, rng);
        }
        for (uint32_t c = 0; c < set->channels; c++)
            place(set->pixels + ((size_t)order[i] * set->channels + c) * plane, set, height, width,
                  &mv, out + ((size_t)c * m + i) * pixels);
    }
}
