#include "layers.h"
#include "sums.h"

#include <math.h>

static void scale(const real *z, real *y, size_t n, real factor, real offset) {
    for (size_t i = 0; i < n; i++) y[i] = z[i] * factor + offset;
}

WIDE void batch_norm_train(const batch_norm *b, size_t count, real momentum, const real *z,
                           real *y) {
    for (uint32_t c = 0; c < b->channels; c++, z += count, y += count) {
        const real mean = (real)(sum_of(z, count) / (double)count);
        const double variance = sum_of_products(z, mean, z, mean, count) / (double)count;
        b->mean[c] = mean;
        b->inverse_sd[c] = (real)(1 / sqrt(variance + BATCH_NORM_EPSILON));
        /* The running variance is that of the population, the batch's divided by count - 1. */
        const double unbiased =
            count > 1 ? variance * (double)count / (double)(count - 1) : variance;
        b->running_mean[c] += momentum * (mean - b->running_mean[c]);
        b->running_variance[c] += momentum * ((real)unbiased - b->running_variance[c]);
        const real factor = b->gamma[c] * b->inverse_sd[c];
        scale(z, y, count, factor, b->beta[c] - mean * factor);
    }
}

WIDE void batch_norm_infer(const batch_norm *b, size_t count, const real *z, real *y) {
    for (uint32_t c = 0; c < b->channels; c++, z += count, y += count) {
        const real factor =
            b->gamma[c] / (real)sqrt((double)b->running_variance[c] + BATCH_NORM_EPSILON);
        scale(z, y, count, factor, b->beta[c] - b->running_mean[c] * factor);
    }
}

WIDE void batch_norm_backward(const batch_norm *b, size_t count, const real *z, real *d,
                              real *dgamma, real *dbeta) {
    for (uint32_t c = 0; c < b->channels; c++, z += count, d += count) {
        const real mean = b->mean[c], inverse_sd = b->inverse_sd[c];
        const double sum = sum_of(d, count);
        const double along = sum_of_products(z, mean, d, 0, count) * (double)inverse_sd;
        dgamma[c] += (real)along;
        dbeta[c] += (real)sum;
        /* dz = gamma / sd * (dy - mean(dy) - xhat * mean(dy * xhat)), as factor * dy + slope * z +
         * offset */
        const real factor = b->gamma[c] * inverse_sd;
        const real slope = -factor * inverse_sd * (real)(along / (double)count);
        const real offset = -factor * (real)(sum / (double)count) - slope * mean;
        for (size_t i = 0; i < count; i++) d[i] = factor * d[i] + slope * z[i] + offset;
    }
}
