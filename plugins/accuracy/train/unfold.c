#include "unfold.h"

#include <string.h>

#define CACHED_NUMBERS (96u * 1024u) /* 384 KiB of floats: most of a core's second-level cache */

uint32_t unfold_images(const geometry *g, size_t taps, uint32_t n) {
    const size_t images = CACHED_NUMBERS / (taps * geometry_outputs(g));
    return images < 1 ? 1 : images < n ? (uint32_t)images : n;
}

/* One kernel tap: where it reads for output position 0, and the output columns FIRST .. LAST-1 for
 * which that lies inside the input. */
typedef struct reach { int64_t top, left; uint32_t first, last; } reach;

static reach reach_of(const geometry *g, uint32_t ky, uint32_t kx) {
    reach r = {.top = (int64_t)ky * g->dilation_height - g->pad_top,
               .left = (int64_t)kx * g->dilation_width - g->pad_left, .last = g->out_width};
    while (r.first < g->out_width && r.left + (int64_t)r.first * g->stride_width < 0) r.first++;
    while (r.last > r.first &&
           r.left + (int64_t)(r.last - 1) * g->stride_width >= (int64_t)g->in_width)
        r.last--;
    return r;
}

/* A plane that keeps its size is shifted as a whole, which is much faster than row by row: what
 * wraps round at the edges is then the columns outside FIRST .. LAST-1. */
static int is_shift(const geometry *g) {
    return g->stride_height == 1 && g->stride_width == 1 && g->in_height == g->out_height &&
           g->in_width == g->out_width;
}

static void clear_outside(const geometry *g, const reach *r, real *row) {
    for (uint32_t y = 0; y < g->out_height; y++, row += g->out_width) {
        for (uint32_t x = 0; x < r->first; x++) row[x] = 0;
        for (uint32_t x = r->last; x < g->out_width; x++) row[x] = 0;
    }
}

/* Positions FIRST .. LAST-1 of a shifted plane have a source inside the plane. */
static void shift_range(const geometry *g, const reach *r, int64_t *by, size_t *first, size_t *last) {
    const int64_t size = (int64_t)geometry_inputs(g);
    *by = r->top * (int64_t)g->in_width + r->left;
    const int64_t from = *by < 0 ? -*by : 0, to = *by > 0 ? size - *by : size;
    *first = from < size ? (size_t)from : (size_t)size;
    *last = to > (int64_t)*first ? (size_t)to : *first;
}

static void shift_plane(const geometry *g, const reach *r, const real *plane, real *row) {
    int64_t by;
    size_t first, last;
    shift_range(g, r, &by, &first, &last);
    memset(row, 0, first * sizeof *row);
    memcpy(row + first, plane + (int64_t)first + by, (last - first) * sizeof *row);
    memset(row + last, 0, (geometry_inputs(g) - last) * sizeof *row);
    clear_outside(g, r, row);
}

static void unshift_plane(const geometry *g, const reach *r, real *row, real *plane) {
    int64_t by;
    size_t first, last;
    clear_outside(g, r, row);
    shift_range(g, r, &by, &first, &last);
    real *restrict to = plane + (int64_t)first + by;
    const real *restrict from = row + first;
    for (size_t i = 0; i < last - first; i++) to[i] += from[i];
}

static void unfold_plane(const geometry *g, const reach *r, const real *plane, real *row) {
    for (uint32_t y = 0; y < g->out_height; y++, row += g->out_width) {
        const int64_t iy = r->top + (int64_t)y * g->stride_height;
        const int inside = iy >= 0 && iy < (int64_t)g->in_height;
        const int64_t at = iy * g->in_width + r->left;
        for (uint32_t x = 0; x < g->out_width; x++)
            row[x] = inside && x >= r->first && x < r->last
                         ? plane[at + (int64_t)x * g->stride_width] : 0;
    }
}

static void fold_plane(const geometry *g, const reach *r, const real *row, real *plane) {
    for (uint32_t y = 0; y < g->out_height; y++, row += g->out_width) {
        const int64_t iy = r->top + (int64_t)y * g->stride_height;
        if (iy < 0 || iy >= (int64_t)g->in_height) continue;
        const int64_t at = iy * g->in_width + r->left;
        for (uint32_t x = r->first; x < r->last; x++)
            plane[at + (int64_t)x * g->stride_width] += row[x];
    }
}

void unfold(const geometry *g, uint32_t channels, uint32_t n, uint32_t m, const real *x,
            real *columns) {
    for (uint32_t c = 0; c < channels; c++, x += n * geometry_inputs(g))
        for (uint32_t ky = 0; ky < g->kernel_height; ky++)
            for (uint32_t kx = 0; kx < g->kernel_width; kx++) {
                const reach r = reach_of(g, ky, kx);
                for (uint32_t i = 0; i < m; i++, columns += geometry_outputs(g)) {
                    if (is_shift(g)) shift_plane(g, &r, x + i * geometry_inputs(g), columns);
                    else unfold_plane(g, &r, x + i * geometry_inputs(g), columns);
                }
            }
}

void fold(const geometry *g, uint32_t channels, uint32_t n, uint32_t m, real *columns, real *x) {
    for (uint32_t c = 0; c < channels; c++, x += n * geometry_inputs(g))
        for (uint32_t ky = 0; ky < g->kernel_height; ky++)
            for (uint32_t kx = 0; kx < g->kernel_width; kx++) {
                const reach r = reach_of(g, ky, kx);
                for (uint32_t i = 0; i < m; i++, columns += geometry_outputs(g)) {
                    if (is_shift(g)) unshift_plane(g, &r, columns, x + i * geometry_inputs(g));
                    else fold_plane(g, &r, columns, x + i * geometry_inputs(g));
                }
            }
}
