#include "unfold.h"

static size_t taps(const geometry *g) {
    return (size_t)(g->in_channels / g->groups) * g->kernel_height * g->kernel_width;
}

size_t conv_scratch(const geometry *g, uint32_t n) {
    const size_t k = taps(g);
    return k * geometry_outputs(g) * unfold_images(g, k, n);
}

/* A product with the input as it lies: nothing to unfold. */
static int is_pointwise(const geometry *g) {
    return g->kernel_height == 1 && g->kernel_width == 1 && g->stride_height == 1 &&
           g->stride_width == 1 && !g->pad_top && !g->pad_left && g->in_height == g->out_height &&
           g->in_width == g->out_width;
}

void conv_forward(const geometry *g, uint32_t n, const real *x, const real *w, real *y,
                  real *scratch) {
    const size_t k = taps(g), in = geometry_inputs(g), out = geometry_outputs(g);
    const uint32_t ci = g->in_channels / g->groups, co = g->out_channels / g->groups;
    const int direct = is_pointwise(g);
    const uint32_t step = direct ? n : unfold_images(g, k, n);
    for (uint32_t group = 0; group < g->groups; group++)
        for (uint32_t i = 0; i < n; i += step) {
            const uint32_t m = n - i < step ? n - i : step;
            const real *from = x + ((size_t)group * ci * n + i) * in;
            if (!direct) unfold(g, ci, n, m, from, scratch);
            real_gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)co, (int)(m * out), (int)k, 1,
                      w + (size_t)group * co * k, (int)k, direct ? from : scratch,
                      (int)(direct ? n * in : m * out), 0,
                      y + ((size_t)group * co * n + i) * out, (int)(n * out));
        }
}

void conv_backward(const geometry *g, uint32_t n, const real *x, const real *w, const real *dy,
                   real *dx, real *dw, real *scratch) {
    const size_t k = taps(g), in = geometry_inputs(g), out = geometry_outputs(g);
    const uint32_t ci = g->in_channels / g->groups, co = g->out_channels / g->groups;
    const int direct = is_pointwise(g);
    const uint32_t step = direct ? n : unfold_images(g, k, n);
    for (uint32_t group = 0; group < g->groups; group++)
        for (uint32_t i = 0; i < n; i += step) {
            const uint32_t m = n - i < step ? n - i : step;
            const size_t at = ((size_t)group * ci * n + i) * in;
            const int columns = (int)(m * out), ld = (int)(direct ? n * in : m * out);
            const real *d = dy + ((size_t)group * co * n + i) * out;
            if (!direct) unfold(g, ci, n, m, x + at, scratch);
            real_gemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)co, (int)k, columns, 1, d,
                      (int)(n * out), direct ? x + at : scratch, ld, 1,
                      dw + (size_t)group * co * k, (int)k);
            if (!dx) continue;
            real_gemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)k, columns, (int)co, 1,
                      w + (size_t)group * co * k, (int)k, d, (int)(n * out), direct ? 1 : 0,
                      direct ? dx + at : scratch, ld);
            if (!direct) fold(g, ci, n, m, scratch, dx + at);
        }
}
