#include "layers.h"

#include <math.h>

/* Logits of image I: one every N numbers. */
static uint32_t first_largest(uint32_t classes, uint32_t n, const real *logits, uint32_t i) {
    uint32_t best = 0;
    for (uint32_t c = 1; c < classes; c++)
        if (logits[(size_t)c * n + i] > logits[(size_t)best * n + i]) best = c;
    return best;
}

static double one_image(uint32_t classes, uint32_t n, const real *logits, uint32_t i,
                        uint32_t label, double smoothing, double largest, real *d) {
    double sum = 0, loss = 0;
    for (uint32_t c = 0; c < classes; c++) sum += exp((double)logits[(size_t)c * n + i] - largest);
    const double log_sum = log(sum) + largest;
    for (uint32_t c = 0; c < classes; c++) {
        const double wanted = smoothing / classes + (c == label ? 1 - smoothing : 0);
        const double log_share = (double)logits[(size_t)c * n + i] - log_sum;
        loss -= wanted * log_share;
        if (d) d[(size_t)c * n + i] = (real)((exp(log_share) - wanted) / n);
    }
    return loss;
}

double cross_entropy(uint32_t classes, uint32_t n, const real *logits, const uint32_t *labels,
                     double smoothing, real *d, uint32_t *right) {
    double loss = 0;
    *right = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t guess = first_largest(classes, n, logits, i);
        *right += guess == labels[i];
        loss += one_image(classes, n, logits, i, labels[i], smoothing,
                          (double)logits[(size_t)guess * n + i], d);
    }
    return loss / n;
}
