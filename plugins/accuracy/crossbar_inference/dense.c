#include "dense.h"

#include <cblas.h>
#include <string.h>

enum { MOST_TILE = 1 << 17, LEAST_TILE = 64 };  /* inputs: half a megabyte; output positions      */

uint32_t dense_exact_rows(const crossbar *a) {
    const uint32_t largest = (uint32_t)a->in.top << (a->is.weight_bits - 1);
    return largest < (1u << 24) ? (1u << 24) / largest : 1;
}

typedef struct tile {
    const crossbar *a;
    const float *weights;
    float *codes;            /* of all images, planes with their padding                          */
    float *x, *y, *activity; /* row x position; output x position                                 */
    uint32_t *content;
    double *sums;            /* output x position                                                 */
    uint32_t n, outs, group; /* positions; outputs of a group                                     */
    size_t from;             /* first position, of those asked for                                */
    uint64_t first;          /* of the layer                                                      */
    double *out;
    dense_adjust adjust;
    void *context;
} tile;

/* ---- loops that a processor with AVX2 does several at a time --------------------------------- */

/* net_code(), rounded by what a double has no bits for. */
static inline void encode_line(net_range r, const double *in, size_t n, float *codes) {
    const double low = -r.zero, high = r.top - r.zero, magic = 0x1.8p52;
    for (size_t i = 0; i < n; i++) {
        double x = in[i] / r.scale;
        x = x > low ? x : low;
        x = x < high ? x : high;
        codes[i] = (float)(x + magic - magic - low);
    }
}

static inline void describe(const float *x, uint32_t rows, uint32_t n, float *sum,
                            uint32_t *content) {
    memset(sum, 0, n * sizeof *sum);
    memset(content, 0, n * sizeof *content);
    for (uint32_t k = 0; k < rows; k++, x += n)
        for (uint32_t i = 0; i < n; i++) {
            sum[i] += x[i];
            /* odd: 2^32 / golden */
            content[i] = content[i] * 0x9e3779b1u + (uint32_t)(int32_t)x[i];
        }
}

static inline void widen(const float *y, size_t n, int is_first, double *sums) {
    if (is_first)
        for (size_t i = 0; i < n; i++) sums[i] = (double)y[i];
    else
        for (size_t i = 0; i < n; i++) sums[i] += (double)y[i];
}

static inline void finish_line(double zero, double scale, double bias, uint32_t n, double *y) {
    for (uint32_t i = 0; i < n; i++) y[i] = (y[i] - zero) * scale + bias;
}

#if defined(__x86_64__) && defined(__GNUC__)
#define AVX2 __attribute__((target("avx2")))
#define HAS_AVX2 __builtin_cpu_supports("avx2")
#else
#define AVX2
#define HAS_AVX2 0
#endif
static AVX2 void encode_fast(net_range r, const double *in, size_t n, float *codes) {
    encode_line(r, in, n, codes);
}
static AVX2 void describe_fast(const float *x, uint32_t rows, uint32_t n, float *sum,
                               uint32_t *content) {
    describe(x, rows, n, sum, content);
}
static AVX2 void widen_fast(const float *y, size_t n, int is_first, double *sums) {
    widen(y, n, is_first, sums);
}
static AVX2 void finish_fast(double zero, double scale, double bias, uint32_t n, double *y) {
    finish_line(zero, scale, bias, n, y);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static void encode(const tile *t, const double *in, uint32_t n_images) {
    const crossbar *a = t->a;
    const cim_layer *l = &a->l->is;
    const size_t planes = (size_t)n_images * l->in_channels, width = a->patch.width;
    const size_t area = a->patch.height * width;
    const int is_whole = area == (size_t)l->in_height * l->in_width;
    void (*const line)(net_range, const double *, size_t, float *) =
        HAS_AVX2 ? encode_fast : encode_line;
    if (is_whole) {
        line(a->in, in, planes * area, t->codes);
        return;
    }
    for (size_t i = 0; i < planes * area; i++) t->codes[i] = (float)a->in.zero;
    for (size_t p = 0; p < planes; p++)
        for (uint32_t y = 0; y < l->in_height; y++, in += l->in_width)
            line(a->in, in, l->in_width,
                 t->codes + p * area + (y + l->pad_top) * width + l->pad_left);
}

/* A line of outputs after the other: neighbours have neighbouring inputs. */
static void gather(const tile *t) {
    const net_patch *p = &t->a->patch;
    const cim_layer *l = &t->a->l->is;
    const uint32_t width = l->out_width, stride = l->stride_width;
    for (uint32_t i = 0; i < t->n; i += width) {
        const float *line = t->codes + net_patch_at(p, l, t->from + i) + t->group * p->group;
        float *to = t->x + i;
        for (uint32_t k = 0; k < p->rows; k++, to += t->n) {
            const float *from = line + p->offset[k];
            if (stride == 1) memcpy(to, from, width * sizeof *to);
            else
                for (uint32_t j = 0; j < width; j++) to[j] = from[j * stride];
        }
    }
}

/* ---- product and outputs --------------------------------------------------------------------- */

/* Whole numbers that float would round are added up in double. */
static void multiply(const tile *t) {
    const uint32_t rows = t->a->l->rows, whole = dense_exact_rows(t->a);
    const uint32_t most = t->a->way == CROSSBAR_WHOLE || whole > 256 ? whole : 256;
    const float *w = t->weights + (size_t)t->group * t->outs * rows;
    for (uint32_t k = 0; k < rows; k += most) {
        const uint32_t n = rows - k < most ? rows - k : most;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)t->outs, (blasint)t->n,
                    (blasint)n, 1, w + k, (blasint)rows, t->x + (size_t)k * t->n, (blasint)t->n, 0,
                    t->y, (blasint)t->n);
        (HAS_AVX2 ? widen_fast : widen)(t->y, (size_t)t->outs * t->n, k == 0, t->sums);
    }
}

static void put(const tile *t, uint32_t o, const double *y) {
    const size_t positions = t->a->patch.positions, values = t->a->l->values;
    for (size_t i = 0, n; i < t->n; i += n) {
        const size_t image = (t->from + i) / positions, at = (t->from + i) % positions;
        n = positions - at < t->n - i ? positions - at : t->n - i;
        memcpy(t->out + image * values + o * positions + at, y + i, n * sizeof *y);
    }
}

static void finish(const tile *t) {
    const crossbar *a = t->a;
    for (uint32_t i = 0; i < t->outs; i++) {
        const uint32_t o = t->group * t->outs + i;
        double *y = t->sums + (size_t)i * t->n;
        (HAS_AVX2 ? finish_fast : finish_line)((double)a->in.zero * (double)a->code_sum[o],
                                               a->in.scale * a->scale[o],
                                               a->l->bias ? (double)a->l->bias[o] : 0, t->n, y);
        if (t->adjust)
            t->adjust(t->context, &(dense_line){.o = o, .n = t->n, .first = t->first + t->from,
                                                .activity = t->activity, .content = t->content,
                                                .y = y});
        put(t, o, y);
    }
}

static void run(tile *t, size_t n, uint32_t most) {
    for (t->from = 0; t->from < n; t->from += most) {
        t->n = n - t->from < most ? (uint32_t)(n - t->from) : most;
        for (t->group = 0; t->group < t->a->l->is.groups; t->group++) {
            gather(t);
            if (t->adjust)
                (HAS_AVX2 ? describe_fast : describe)(t->x, t->a->l->rows, t->n, t->activity,
                                                      t->content);
            multiply(t);
            finish(t);
        }
    }
}

/* Whole lines. */
static uint32_t tile_size(const crossbar *a) {
    const uint32_t width = a->l->is.out_width, fit = MOST_TILE / a->l->rows;
    const uint32_t wanted = fit < LEAST_TILE ? LEAST_TILE : fit;
    return wanted < width ? width : wanted / width * width;
}

cim_status dense_product(const crossbar *a, const float *weights, const double *in, uint32_t first,
                         uint32_t n_images, double *out, dense_adjust adjust, void *context) {
    const cim_host *host = a->host;
    const size_t positions = a->patch.positions, most = tile_size(a);
    tile t = {.a = a, .weights = weights, .outs = a->l->is.out_channels / a->l->is.groups,
              .first = first * positions, .out = out, .adjust = adjust, .context = context};
    t.codes = host->alloc(host, n_images * a->patch.image, sizeof *t.codes);
    t.x = host->alloc(host, a->l->rows * most, sizeof *t.x);
    t.y = host->alloc(host, t.outs * most, sizeof *t.y);
    t.sums = host->alloc(host, t.outs * most, sizeof *t.sums);
    t.content = host->alloc(host, most, sizeof *t.content);
    t.activity = host->alloc(host, most, sizeof *t.activity);
    cim_status status = CIM_OK;
    if (!t.codes || !t.x || !t.y || !t.sums || !t.activity || !t.content)
        status = host->fail(host, CIM_E_MEMORY, "no memory for a layer's inputs");
    if (status == CIM_OK) {
        encode(&t, in, n_images);
        run(&t, n_images * positions, (uint32_t)most);
    }
    host->release(host, t.codes);
    host->release(host, t.x);
    host->release(host, t.y);
    host->release(host, t.sums);
    host->release(host, t.activity);
    host->release(host, t.content);
    return status;
}
