/* Inputs of a layer in single precision, multiplied by OpenBLAS. */
#include "dense_tile.h"
#include "processor.h"

#include <cblas.h>

uint32_t dense_exact_rows(const crossbar *a) {
    const uint32_t largest = (uint32_t)a->in.top << (a->is.weight_bits - 1);
    return largest < (1u << 24) ? (1u << 24) / largest : 1;
}

/* ---- loops that a processor with AVX2 does several at a time --------------------------------- */

static inline void encode_line(net_range r, const double *in, size_t n, float *codes) {
    for (size_t i = 0; i < n; i++) codes[i] = (float)net_code_fast(r, in[i]);
}

static inline void widen_line(const uint8_t *in, size_t n, float *codes) {
    for (size_t i = 0; i < n; i++) codes[i] = (float)in[i];
}

/* Lines of one output: a few rows at a time, which are neighbours in the inputs. */
static inline void gather_points(const dense_tile *t, const size_t group, uint32_t k, uint32_t n) {
    const uint32_t *offset = t->a->patch.offset + k;
    for (uint32_t i = 0; i < t->n; i++) {
        const float *from = t->codes + t->lines[i].codes + group;
        for (uint32_t r = 0; r < n; r++) t->x[(size_t)(k + r) * t->n + i] = from[offset[r]];
    }
}

/* A polynomial in GOLDEN, in 32 bits, of what lies behind a position, row after row. */
static inline void describe(const float *x, uint32_t n, uint32_t factor, float *sum,
                            uint32_t *content) {
    for (uint32_t i = 0; i < n; i++) {
        sum[i] += x[i];
        content[i] = content[i] * factor + (uint32_t)(int32_t)x[i];
    }
}

/* A kernel's places have the same rows in every channel: the polynomial of the channels at each
 * place of the image first, once for all positions that see it. */
static inline void describe_image(const dense_tile *t, size_t slot) {
    const cim_layer *l = &t->a->l->is;
    const size_t area = (size_t)t->a->patch.height * t->a->patch.width;
    const uint32_t channels = l->in_channels / l->groups;
    const float *codes = t->codes + slot * t->image;
    uint32_t factor = 1;
    for (uint32_t i = 0; i < l->kernel_height * l->kernel_width; i++) factor *= DENSE_GOLDEN;
    for (uint32_t c = 0; c < l->in_channels; c++, codes += area) {
        const size_t at = (slot * l->groups + c / channels) * area;
        if (c % channels == 0) memset(t->sum + at, 0, area * sizeof *t->sum);
        if (c % channels == 0) memset(t->mix + at, 0, area * sizeof *t->mix);
        describe(codes, (uint32_t)area, factor, t->sum + at, t->mix + at);
    }
}

/* Rows of inputs, each described while it is near. */
static inline void gather_rows(const dense_tile *t) {
    const net_patch *p = &t->a->patch;
    const size_t group = t->group * p->group;
    const int is_point = t->a->l->is.out_width == 1;
    for (uint32_t k = 0; k < p->rows; k += DENSE_CHUNK) {
        const uint32_t n = p->rows - k < DENSE_CHUNK ? p->rows - k : DENSE_CHUNK;
        if (is_point) gather_points(t, group, k, n);
        for (uint32_t r = k; r < k + n; r++) {
            float *x = t->x + (size_t)r * t->n;
            if (!is_point) dense_gather_lines(t, t->codes, group + p->offset[r], x);
            if (t->adjust && !t->sum) describe(x, t->n, DENSE_GOLDEN, t->activity, t->content);
        }
    }
}

static inline void widen(const float *y, size_t n, int is_first, double *sums) {
    if (is_first)
        for (size_t i = 0; i < n; i++) sums[i] = (double)y[i];
    else
        for (size_t i = 0; i < n; i++) sums[i] += (double)y[i];
}

static AVX2 void encode_fast(net_range r, const double *in, size_t n, float *codes) {
    encode_line(r, in, n, codes);
}
static AVX2 void widen_line_fast(const uint8_t *in, size_t n, float *codes) {
    widen_line(in, n, codes);
}
static AVX2 void gather_fast(const dense_tile *t) { gather_rows(t); }
static AVX2 void describe_fast(const dense_tile *t, size_t slot) { describe_image(t, slot); }
static AVX2 void widen_fast(const float *y, size_t n, int is_first, double *sums) {
    widen(y, n, is_first, sums);
}

/* ---------------------------------------------------------------------------------------------- */

/* N codes from input FROM of all images on. */
static void encode_some(const dense_tile *t, size_t from, size_t n, float *to) {
    if (t->a->takes_codes)
        (HAS_AVX2 ? widen_line_fast : widen_line)((const uint8_t *)(const void *)t->in + from, n,
                                                  to);
    else (HAS_AVX2 ? encode_fast : encode_line)(t->a->in, t->in + from, n, to);
}

void dense_floats_encode(const dense_tile *t, size_t image) {
    const crossbar *a = t->a;
    const cim_layer *l = &a->l->is;
    const size_t width = a->patch.width, area = a->patch.height * width;
    const size_t plane = (size_t)l->in_height * l->in_width;
    size_t from = image * l->in_channels * plane;
    float *to = t->codes + image % t->slots * t->image;
    if (area == plane) {
        encode_some(t, from, l->in_channels * plane, to);
        return;
    }
    to += (size_t)l->pad_top * width + l->pad_left;   /* (padding is there from the beginning)    */
    for (uint32_t c = 0; c < l->in_channels; c++, to += area)
        for (uint32_t y = 0; y < l->in_height; y++, from += l->in_width)
            encode_some(t, from, l->in_width, to + y * width);
}

void dense_floats_describe(const dense_tile *t, size_t slot) {
    (HAS_AVX2 ? describe_fast : describe_image)(t, slot);
}

void dense_floats_take(const dense_tile *t) { (HAS_AVX2 ? gather_fast : gather_rows)(t); }

/* Whole numbers that float would round are added up in double. */
uint32_t dense_floats_rows(const crossbar *a) {
    const uint32_t whole = dense_exact_rows(a);
    return a->way == CROSSBAR_WHOLE || whole > 256 ? whole : 256;
}

void dense_floats_multiply(const dense_tile *t) {
    const uint32_t rows = t->a->l->rows, most = dense_floats_rows(t->a);
    const float *w = t->w.real + (size_t)t->group * t->outs * rows;
    for (uint32_t k = 0; k < rows; k += most) {
        const uint32_t n = rows - k < most ? rows - k : most;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)t->outs, (blasint)t->n,
                    (blasint)n, 1, w + k, (blasint)rows, t->x + (size_t)k * t->n, (blasint)t->n, 0,
                    t->y, (blasint)t->n);
        if (rows > most)
            (HAS_AVX2 ? widen_fast : widen)(t->y, (size_t)t->outs * t->n, k == 0, t->sums);
    }
}
