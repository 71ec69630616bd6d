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

/* LONG: as many digits of the slope as the codes leave room for; a last one more than a half keeps
 * what is cut off from boundaries. ROUNDED: the slope in 2^-15, its error below what would move a
 * sum over a boundary as long as the full scale is below 200, and often beyond. */
static sums_words words_of(const converter *a, sums_how how) {
    const double most = fmin(a->step > 1 ? a->full_scale : a->top, UINT16_MAX);
    sums_words w = {.how = (uint16_t)how, .most = (uint16_t)most};
    if (how == SUMS_ROUNDED) w.part = (uint16_t)fmin(ceil(ldexp(1 / a->step, 15)), INT16_MAX);
    if (how != SUMS_LONG) return w;
    const uint32_t shift = 16 - a->bits;
    const double slope = ldexp(1 / a->step, (int)shift), whole = floor(slope);
    w.whole = (uint16_t)whole;
    w.shift = (uint16_t)shift;
    w.part = (uint16_t)ldexp(slope - whole, 16);
    w.half = (uint16_t)(a->step > 1 ? (1u << (shift - 1)) + 1 : 0);
    return w;
}

/* The way of the fewest instructions that gives every code, if any does. */
static void choose_words(converter *a, uint32_t most) {
    a->fast.is_narrow = 0;
    for (int how = 0; how < SUMS_HOWS && !a->fast.is_narrow; how++) {
        const sums_words w = words_of(a, (sums_how)how);
        uint32_t sum = 0;
        if (how == SUMS_ROUNDED && w.most > INT16_MAX) continue;   /* a signed multiplication    */
        while (sum <= most && sums_word_code(w, (uint16_t)sum) == converter_code(a, sum)) sum++;
        a->fast.is_narrow = sum > most;
        a->fast.narrow = w;
    }
}

converter converter_of(uint32_t bits, double full_scale, uint32_t most) {
    converter a = {.bits = bits, .full_scale = fmax(full_scale, 1), .step = 1, .top = INT32_MAX};
    if (bits) a.top = (int32_t)((1u << bits) - 1);
    if (bits && a.full_scale > a.top) a.step = a.full_scale / a.top;
    /* A quarter of the finest distance to a boundary keeps float's rounding off it. */
    a.fast = (sums_converter){.slope = (float)(1 / a.step), .top = a.top,
                              .start = (float)(0.5 + 0.25 / a.full_scale)};
    a.is_tabled = most <= UINT16_MAX;
    for (uint32_t sum = 0; a.is_tabled && sum <= most; sum++) {
        const int32_t code = (int32_t)((float)sum * a.fast.slope + a.fast.start),
                      wanted = converter_code(&a, sum);
        a.is_tabled = (code < a.top ? code : a.top) == wanted;
    }
    if (a.is_tabled && bits > 0 && bits < 16) choose_words(&a, most);
    return a;
}
