#include "converter.h"

#include <math.h>

int32_t converter_code(const converter *a, double sum) {
    const double fs = a->full_scale, top = a->top;
    const double code = fs > top ? floor((sum * top + fs / 2) / fs) : floor(sum + 0.5);
    return code < 0 ? 0 : code > top ? a->top : (int32_t)code;
}

int converter_is_exact(const converter *a, uint32_t most) {
    return !a->bits || (a->full_scale <= a->top && most <= (uint32_t)a->top);
}

/* As many digits of the slope as the codes leave room for; a last one more than a half keeps what
 * is cut off from boundaries. */
static sums_words words_of(const converter *a) {
    const uint32_t shift = 16 - a->bits;
    const double slope = ldexp(1 / a->step, (int)shift), whole = floor(slope);
    const double most = fmin(a->step > 1 ? a->full_scale : a->top, UINT16_MAX);
    return (sums_words){.most = (uint16_t)most, .whole = (uint16_t)whole, .shift = (uint16_t)shift,
                        .part = (uint16_t)ldexp(slope - whole, 16),
                        .half = (uint16_t)(a->step > 1 ? (1u << (shift - 1)) + 1 : 0)};
}

converter converter_of(uint32_t bits, double full_scale, uint32_t most) {
    converter a = {.bits = bits, .full_scale = fmax(full_scale, 1), .step = 1, .top = INT32_MAX};
    if (bits) a.top = (int32_t)((1u << bits) - 1);
    if (bits && a.full_scale > a.top) a.step = a.full_scale / a.top;
    /* A quarter of the finest distance to a boundary keeps float's rounding off it. */
    a.fast = (sums_converter){.slope = (float)(1 / a.step), .top = a.top,
                              .start = (float)(0.5 + 0.25 / a.full_scale)};
    a.is_tabled = most <= UINT16_MAX;
    a.fast.is_narrow = bits > 0 && bits < 16;
    if (a.fast.is_narrow) a.fast.narrow = words_of(&a);
    for (uint32_t sum = 0; a.is_tabled && sum <= most; sum++) {
        const int32_t code = (int32_t)((float)sum * a.fast.slope + a.fast.start),
                      wanted = converter_code(&a, sum);
        a.is_tabled = (code < a.top ? code : a.top) == wanted;
        a.fast.is_narrow =
            a.fast.is_narrow && sums_word_code(a.fast.narrow, (uint16_t)sum) == wanted;
    }
    return a;
}
