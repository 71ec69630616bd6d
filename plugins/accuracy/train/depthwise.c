#include "sums.h"
#include "unfold.h"

static size_t taps(const geometry *g) { return (size_t)g->kernel_height * g->kernel_width; }

size_t depthwise_scratch(const geometry *g, uint32_t n) {
    return taps(g) * geometry_outputs(g) * unfold_images(g, taps(g), n);
}

WIDE static void weigh(real *restrict y, const real *restrict x, real w, size_t n, int first) {
    if (first)
        for (size_t i = 0; i < n; i++) y[i] = w * x[i];
    else
        for (size_t i = 0; i < n; i++) y[i] += w * x[i];
}

void depthwise_forward(const geometry *g, uint32_t n, const real *x, const real *w, real *y,
                       real *scratch) {
    const size_t k = taps(g), in = geometry_inputs(g), out = geometry_outputs(g);
    const uint32_t step = unfold_images(g, k, n);
    for (uint32_t c = 0; c < g->in_channels; c++)
        for (uint32_t i = 0; i < n; i += step) {
            const uint32_t m = n - i < step ? n - i : step;
            const size_t at = (size_t)c * n + i;
            unfold(g, 1, n, m, x + at * in, scratch);
            for (size_t t = 0; t < k; t++)
                weigh(y + at * out, scratch + t * m * out, w[c * k + t], m * out, t == 0);
        }
}

WIDE void depthwise_backward(const geometry *g, uint32_t n, const real *x, const real *w,
                             const real *dy, real *dx, real *dw, real *scratch) {
    const size_t k = taps(g), in = geometry_inputs(g), out = geometry_outputs(g);
    const uint32_t step = unfold_images(g, k, n);
    for (uint32_t c = 0; c < g->in_channels; c++)
        for (uint32_t i = 0; i < n; i += step) {
            const uint32_t m = n - i < step ? n - i : step;
            const size_t at = (size_t)c * n + i;
            const real *d = dy + at * out;
            unfold(g, 1, n, m, x + at * in, scratch);
            for (size_t t = 0; t < k; t++)
                dw[c * k + t] += (real)sum_of_products(scratch + t * m * out, 0, d, 0, m * out);
            if (!dx) continue;
            for (size_t t = 0; t < k; t++)
                weigh(scratch + t * m * out, d, w[c * k + t], m * out, 1);
            fold(g, 1, n, m, scratch, dx + at * in);
        }
}
