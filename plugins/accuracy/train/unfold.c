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

/* Planes that keep their size are shifted all together, which is much faster than row by row: what
 * wraps round at their edges is then cleared. */
static int is_shift(const geometry *g) {
    return g->stride_height == 1 && g->stride_width == 1 && g->in_height == g->out_height &&
           g->in_width == g->out_width;
}

static int is_inside(const geometry *g, const reach *r, uint32_t y, int64_t *row) {
    *row = r->top + (int64_t)y * g->stride_height;
    return *row >= 0 && *row < (int64_t)g->in_height;
}

/* Of M planes of outputs: columns by the way down, which for the usual one is faster than by
 * rows. */
static void clear_outside(const geometry *g, const reach *r, uint32_t m, real *rows) {
    const size_t width = g->out_width, height = g->out_height, end = m * height * width;
    int64_t from;
    for (uint32_t y = 0; y < height; y++)
        if (!is_inside(g, r, y, &from))
            for (uint32_t i = 0; i < m; i++)
                memset(rows + (i * height + y) * width, 0, width * sizeof *rows);
    for (size_t x = 0; x < width; x++)
        if (x < r->first || x >= r->last)
            for (size_t at = x; at < end; at += width) rows[at] = 0;
}

/* Positions FIRST .. LAST-1 of M shifted planes have a source among them. */
static void shift_range(const geometry *g, const reach *r, uint32_t m, int64_t *by, size_t *first,
                        size_t *last) {
    const int64_t size = (int64_t)(m * geometry_inputs(g));
    *by = r->top * (int64_t)g->in_width + r->left;
    const int64_t from = *by < 0 ? -*by : 0, to = *by > 0 ? size - *by : size;
    *first = from < size ? (size_t)from : (size_t)size;
    *last = to > (int64_t)*first ? (size_t)to : *first;
}

static void shift_planes(const geometry *g, const reach *r, uint32_t m, const real *planes,
                         real *rows) {
    int64_t by;
    size_t first, last;
    shift_range(g, r, m, &by, &first, &last);
    if (last > first)
        memcpy(rows + first, planes + (int64_t)first + by, (last - first) * sizeof *rows);
}

WIDE static void add(real *restrict to, const real *restrict from, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

static void unshift_planes(const geometry *g, const reach *r, uint32_t m, real *rows,
                           real *planes) {
    int64_t by;
    size_t first, last;
    clear_outside(g, r, m, rows);
    shift_range(g, r, m, &by, &first, &last);
    if (last > first) add(planes + (int64_t)first + by, rows + first, last - first);
}

static void unfold_plane(const geometry *g, const reach *r, const real *plane, real *row) {
    int64_t from;
    for (uint32_t y = 0; y < g->out_height; y++, row += g->out_width) {
        if (!is_inside(g, r, y, &from)) continue;
        const int64_t at = from * g->in_width + r->left;
        for (uint32_t x = r->first; x < r->last; x++)
            row[x] = plane[at + (int64_t)x * g->stride_width];
    }
}

static void fold_plane(const geometry *g, const reach *r, const real *row, real *plane) {
    int64_t to;
    for (uint32_t y = 0; y < g->out_height; y++, row += g->out_width) {
        if (!is_inside(g, r, y, &to)) continue;
        const int64_t at = to * g->in_width + r->left;
        for (uint32_t x = r->first; x < r->last; x++)
            plane[at + (int64_t)x * g->stride_width] += row[x];
    }
}

void unfold(const geometry *g, uint32_t channels, uint32_t n, uint32_t m, const real *x,
            real *columns) {
    const size_t in = geometry_inputs(g), out = geometry_outputs(g);
    for (uint32_t c = 0; c < channels; c++, x += n * in)
        for (uint32_t ky = 0; ky < g->kernel_height; ky++)
            for (uint32_t kx = 0; kx < g->kernel_width; kx++, columns += m * out) {
                const reach r = reach_of(g, ky, kx);
                if (is_shift(g)) shift_planes(g, &r, m, x, columns);
                else
                    for (uint32_t i = 0; i < m; i++)
                        unfold_plane(g, &r, x + i * in, columns + i * out);
                clear_outside(g, &r, m, columns);
            }
}

void fold(const geometry *g, uint32_t channels, uint32_t n, uint32_t m, real *columns, real *x) {
    const size_t in = geometry_inputs(g), out = geometry_outputs(g);
    for (uint32_t c = 0; c < channels; c++, x += n * in)
        for (uint32_t ky = 0; ky < g->kernel_height; ky++)
            for (uint32_t kx = 0; kx < g->kernel_width; kx++, columns += m * out) {
                const reach r = reach_of(g, ky, kx);
                if (is_shift(g)) unshift_planes(g, &r, m, columns, x);
                else
                    for (uint32_t i = 0; i < m; i++)
                        fold_plane(g, &r, columns + i * out, x + i * in);
            }
}
