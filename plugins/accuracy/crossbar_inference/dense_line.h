/* dense_line.h: sums of a line to values, and values to codes; compiled for several processors. */
#ifndef CROSSBAR_DENSE_LINE_H
#define CROSSBAR_DENSE_LINE_H

#include "dense.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))

/* N values from AT on. */
INLINE void dense_values(dense_scale a, const dense_sums *s, uint32_t at, uint32_t n,
                         double *out) {
    const int32_t *whole = s->whole ? s->whole + at : NULL;
    const float *y = s->y ? s->y + at : NULL;
    const double *sums = s->sums ? s->sums + at : NULL;
    if (whole)
        for (uint32_t i = 0; i < n; i++) out[i] = ((double)whole[i] - a.zero) * a.scale + a.bias;
    else if (y)
        for (uint32_t i = 0; i < n; i++) out[i] = ((double)y[i] - a.zero) * a.scale + a.bias;
    else
        for (uint32_t i = 0; i < n; i++) out[i] = (sums[i] - a.zero) * a.scale + a.bias;
}

/* Divisions take longest: the product with the reciprocal has the same code, unless it is as near
 * to where codes change as rounding may move it. False where any value is. */
INLINE int dense_codes_by_product(net_range r, const double *y, uint32_t n, uint8_t *codes) {
    const double by = 1 / r.scale, top = r.top, magic = 0x1.8p52, least = 1e-9;
    uint64_t near = 0;
    for (uint32_t i = 0; i < n; i++) {
        double x = y[i] * by;
        x = x > 0 ? x : 0;
        x = x < top ? x : top;
        const double code = x + magic - magic;
        near |= fabs(x - code) > 0.5 - least ? 1u : 0u;
        codes[i] = (uint8_t)(int32_t)code;
    }
    return !near;
}

INLINE void dense_codes(net_range r, const double *y, uint32_t n, uint8_t *codes) {
    const int is_plain = r.scale > 1e-100 && r.scale < 1e100;
    if (is_plain && dense_codes_by_product(r, y, n, codes)) return;
    for (uint32_t i = 0; i < n; i++) codes[i] = (uint8_t)(int32_t)net_code_fast(r, y[i]);
}

/* The same of whole sums, by single precision first: eight roundings of either term; the sum's is
 * no larger than the code and the other together, where the value is near a code at all. */
typedef struct dense_steps { float by_sum, offset, top, far; } dense_steps;
INLINE dense_steps dense_steps_of(net_range r, dense_scale by) {
    const double sum = by.scale / r.scale, offset = (by.bias - by.zero * by.scale) / r.scale;
    const int is_small = fabs(offset) < 1e6 && fabs(sum) < 1e6;
    return (dense_steps){(float)sum, (float)offset, (float)r.top,
                         is_small ? (float)(0.5 - 0x1p-21 * (r.top + 2 * fabs(offset))) : -1};
}

INLINE int dense_codes_of_whole(dense_steps by, const int32_t *restrict whole, uint32_t n,
                                uint8_t *restrict codes) {
    const float magic = 0x1.8p23f;
    uint32_t near = 0;
    for (uint32_t i = 0; i < n; i++) {
        float x = (float)whole[i] * by.by_sum + by.offset;
        x = x > 0 ? x : 0;
        x = x < by.top ? x : by.top;
        const float code = x + magic - magic;
        near |= fabsf(x - code) <= by.far ? 0u : 1u;
        codes[i] = (uint8_t)(int32_t)code;
    }
    return !near;
}
#endif
