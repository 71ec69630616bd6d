/* converter.h: an ADC of B bits. L = 2^B - 1; a step is full_scale / L, never finer than a level.
 *   code = clamp(floor(I / step + 1/2), 0, L), value = code * step. */
#ifndef CROSSBAR_CONVERTER_H
#define CROSSBAR_CONVERTER_H

#include "sums.h"

typedef struct converter {
    uint32_t bits;           /* 0: exact                                                          */
    double full_scale;       /* in levels                                                         */
    double step;
    int32_t top;
    int is_tabled;           /* FAST holds for every whole sum                                    */
    sums_converter fast;
} converter;

/* MOST: the largest sum that a column can carry. */
converter converter_of(uint32_t bits, double full_scale, uint32_t most);
/* The code of a sum, by the rule above, in exact arithmetic for whole ones. */
int32_t converter_code(const converter *a, double sum);
/* True when every whole sum up to MOST comes out unchanged. */
int converter_is_exact(const converter *a, uint32_t most);
#endif
