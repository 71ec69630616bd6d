/* sums.h: sums in a fixed order that vectorises: runs in real, gathered in double. */
#ifndef TRAIN_SUMS_H
#define TRAIN_SUMS_H

#include "real.h"

#include <stddef.h>

#define SUM_LANES 16u
#define SUM_RUN 512u   /* numbers that are added up in real before double takes over */

static inline double sum_lanes(const real lane[SUM_LANES]) {
    double sum = 0;
    for (size_t k = 0; k < SUM_LANES; k++) sum += (double)lane[k];
    return sum;
}

static inline double sum_of(const real *x, size_t n) {
    double total = 0;
    for (size_t i = 0; i < n;) {
        real lane[SUM_LANES] = {0};
        const size_t end = n - i < SUM_RUN ? n : i + SUM_RUN;
        for (; i + SUM_LANES <= end; i += SUM_LANES)
            for (size_t k = 0; k < SUM_LANES; k++) lane[k] += x[i + k];
        for (size_t k = 0; i < end; i++, k++) lane[k] += x[i];
        total += sum_lanes(lane);
    }
    return total;
}

/* Of (x - shift_x) * (y - shift_y). */
static inline double sum_of_products(const real *x, real shift_x, const real *y, real shift_y,
                                     size_t n) {
    double total = 0;
    for (size_t i = 0; i < n;) {
        real lane[SUM_LANES] = {0};
        const size_t end = n - i < SUM_RUN ? n : i + SUM_RUN;
        for (; i + SUM_LANES <= end; i += SUM_LANES)
            for (size_t k = 0; k < SUM_LANES; k++)
                lane[k] += (x[i + k] - shift_x) * (y[i + k] - shift_y);
        for (size_t k = 0; i < end; i++, k++) lane[k] += (x[i] - shift_x) * (y[i] - shift_y);
        total += sum_lanes(lane);
    }
    return total;
}
#endif
