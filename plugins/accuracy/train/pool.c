#include "layers.h"

/* Rows (or columns) of the input that output OUT covers: FIRST .. LAST-1. Always at least one, the
 * nearest: no network that is built has windows wholly in its padding. */
static void window(uint32_t out, uint32_t stride, uint32_t kernel, uint32_t pad, uint32_t size,
                   uint32_t *first, uint32_t *last) {
    const int64_t from = (int64_t)out * stride - pad, to = from + kernel;
    *first = from < 0 ? 0 : from < (int64_t)size ? (uint32_t)from : size - 1;
    *last = to > (int64_t)size ? size : to > (int64_t)*first ? (uint32_t)to : *first + 1;
}

static uint32_t largest(const geometry *g, const real *plane, uint32_t oy, uint32_t ox) {
    uint32_t y0, y1, x0, x1;
    window(oy, g->stride_height, g->kernel_height, g->pad_top, g->in_height, &y0, &y1);
    window(ox, g->stride_width, g->kernel_width, g->pad_left, g->in_width, &x0, &x1);
    uint32_t best = y0 * g->in_width + x0;
    for (uint32_t y = y0; y < y1; y++)
        for (uint32_t x = x0; x < x1; x++)
            if (plane[y * g->in_width + x] > plane[best]) best = y * g->in_width + x;
    return best;
}

/* The common case, without a branch a value. */
static void halve(const geometry *g, const real *x, real *y, uint32_t *winner) {
    for (uint32_t oy = 0; oy < g->out_height; oy++)
        for (uint32_t ox = 0; ox < g->out_width; ox++) {
            const uint32_t a = 2 * oy * g->in_width + 2 * ox, c = a + g->in_width;
            const uint32_t top = x[a + 1] > x[a] ? a + 1 : a, low = x[c + 1] > x[c] ? c + 1 : c;
            *winner = x[low] > x[top] ? low : top;
            *y++ = x[*winner++];
        }
}

static int is_halving(const geometry *g) {
    return g->kernel_height == 2 && g->kernel_width == 2 && g->stride_height == 2 &&
           g->stride_width == 2 && !g->pad_top && !g->pad_left &&
           2 * g->out_height <= g->in_height && 2 * g->out_width <= g->in_width;
}

void max_pool_forward(const geometry *g, uint32_t n, const real *x, real *y, uint32_t *winner) {
    if (is_halving(g)) {
        for (size_t plane = 0; plane < (size_t)g->in_channels * n; plane++, x += geometry_inputs(g))
            halve(g, x, y + plane * geometry_outputs(g), winner + plane * geometry_outputs(g));
        return;
    }
    for (size_t plane = 0; plane < (size_t)g->in_channels * n; plane++, x += geometry_inputs(g))
        for (uint32_t oy = 0; oy < g->out_height; oy++)
            for (uint32_t ox = 0; ox < g->out_width; ox++, y++, winner++) {
                *winner = largest(g, x, oy, ox);
                *y = x[*winner];
            }
}

void max_pool_backward(const geometry *g, uint32_t n, const uint32_t *winner, const real *dy,
                       real *dx) {
    if (!dx) return;
    for (size_t plane = 0; plane < (size_t)g->in_channels * n; plane++, dx += geometry_inputs(g))
        for (size_t i = 0; i < geometry_outputs(g); i++) dx[*winner++] += *dy++;
}

/* Adds the window's mean to *Y, or its share of *Y to every X. */
static void average(const geometry *g, uint32_t oy, uint32_t ox, real *plane, real *y, int back) {
    const real share = (real)1 / (real)(g->kernel_height * g->kernel_width);
    uint32_t y0, y1, x0, x1;
    window(oy, g->stride_height, g->kernel_height, g->pad_top, g->in_height, &y0, &y1);
    window(ox, g->stride_width, g->kernel_width, g->pad_left, g->in_width, &x0, &x1);
    real sum = 0;
    for (uint32_t r = y0; r < y1; r++)
        for (uint32_t c = x0; c < x1; c++) {
            if (back) plane[r * g->in_width + c] += *y * share;
            else sum += plane[r * g->in_width + c];
        }
    if (!back) *y = sum * share;
}

static void average_planes(const geometry *g, uint32_t n, const real *x, const real *y, int back) {
    real *plane = (real *)(uintptr_t)x, *out = (real *)(uintptr_t)y;
    for (size_t i = 0; i < (size_t)g->in_channels * n; i++, plane += geometry_inputs(g))
        for (uint32_t oy = 0; oy < g->out_height; oy++)
            for (uint32_t ox = 0; ox < g->out_width; ox++) average(g, oy, ox, plane, out++, back);
}

void average_pool_forward(const geometry *g, uint32_t n, const real *x, real *y) {
    average_planes(g, n, x, y, 0);
}

void average_pool_backward(const geometry *g, uint32_t n, const real *dy, real *dx) {
    if (dx) average_planes(g, n, dx, dy, 1);
}
