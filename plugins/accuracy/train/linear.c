#include "layers.h"

#include <string.h>

size_t linear_scratch(const geometry *g, uint32_t n) {
    return 2 * (size_t)g->in_channels * geometry_inputs(g) * n;
}

/* [channel][image][position] -> [channel][position][image], a row a feature. */
static void flatten(const geometry *g, uint32_t n, const real *x, real *flat) {
    const size_t positions = geometry_inputs(g);
    for (uint32_t c = 0; c < g->in_channels; c++, x += n * positions, flat += n * positions)
        for (size_t p = 0; p < positions; p++)
            for (uint32_t i = 0; i < n; i++) flat[p * n + i] = x[i * positions + p];
}

static void add_unflattened(const geometry *g, uint32_t n, const real *flat, real *x) {
    const size_t positions = geometry_inputs(g);
    for (uint32_t c = 0; c < g->in_channels; c++, x += n * positions, flat += n * positions)
        for (size_t p = 0; p < positions; p++)
            for (uint32_t i = 0; i < n; i++) x[i * positions + p] += flat[p * n + i];
}

void linear_forward(const geometry *g, uint32_t n, const real *x, const real *w, const real *bias,
                    real *y, real *scratch) {
    const int features = (int)(g->in_channels * geometry_inputs(g));
    for (uint32_t o = 0; o < g->out_channels; o++)
        for (uint32_t i = 0; i < n; i++) y[(size_t)o * n + i] = bias[o];
    flatten(g, n, x, scratch);
    real_gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)g->out_channels, (int)n, features, 1,
              w, features, scratch, (int)n, 1, y, (int)n);
}

void linear_backward(const geometry *g, uint32_t n, const real *x, const real *w, const real *dy,
                     real *dx, real *dw, real *dbias, real *scratch) {
    const int features = (int)(g->in_channels * geometry_inputs(g));
    for (uint32_t o = 0; o < g->out_channels; o++)
        for (uint32_t i = 0; i < n; i++) dbias[o] += dy[(size_t)o * n + i];
    flatten(g, n, x, scratch);
    real_gemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)g->out_channels, features, (int)n, 1,
              dy, (int)n, scratch, (int)n, 1, dw, features);
    if (!dx) return;
    real *flat = scratch + (size_t)features * n;
    real_gemm(CblasRowMajor, CblasTrans, CblasNoTrans, features, (int)n, (int)g->out_channels, 1, w,
              features, dy, (int)n, 0, flat, (int)n);
    add_unflattened(g, n, flat, dx);
}
