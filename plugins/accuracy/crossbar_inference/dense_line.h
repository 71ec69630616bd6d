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
#endif
