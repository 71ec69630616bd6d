/* What a tile's products become: outputs, or the codes of the layer that reads them. */
#include "dense_tile.h"
#include "processor.h"

#include <math.h>

/* One of: the one product's floats, or its whole numbers; the sums of several. */
typedef struct line_sums { const float *y; const int32_t *whole; const double *sums; } line_sums;
typedef struct line_scale { double zero, scale, bias; } line_scale;

static inline void scale_line(line_scale a, const line_sums *s, uint32_t n, double *out) {
    if (s->whole)
        for (uint32_t i = 0; i < n; i++) out[i] = ((double)s->whole[i] - a.zero) * a.scale + a.bias;
    else if (s->y)
        for (uint32_t i = 0; i < n; i++) out[i] = ((double)s->y[i] - a.zero) * a.scale + a.bias;
    else
        for (uint32_t i = 0; i < n; i++) out[i] = (s->sums[i] - a.zero) * a.scale + a.bias;
}

/* Divisions take longest: the product with the reciprocal has the same code, unless it is as near
 * to where codes change as rounding may move it. False where any value is. */
static inline int code_by_product(net_range r, const double *y, uint32_t n, uint8_t *codes) {
    const double by = 1 / r.scale, top = r.top, magic = 0x1.8p52, least = 1e-9;
    uint64_t near = 0;
    for (uint32_t i = 0; i < n; i++) {
        double x = y[i] * by;
        x = x > 0 ? x : 0;
        x = x < top ? x : top;
        const double code = x + magic - magic;
        near |= fabs(x - code) > 0.5 - least ? 1u : 0u;
        codes[i] = (uint8_t)(int32_t)code;
    }
    return !near;
}

static inline void code_line(net_range r, const double *y, uint32_t n, uint8_t *codes) {
    const int is_plain = r.scale > 1e-100 && r.scale < 1e100;
    if (is_plain && code_by_product(r, y, n, codes)) return;
    for (uint32_t i = 0; i < n; i++) codes[i] = (uint8_t)(int32_t)net_code_fast(r, y[i]);
}

typedef struct line_work { double y[DENSE_SEGMENT]; uint8_t codes[DENSE_SEGMENT]; } line_work;

static AVX2 void scale_avx2(line_scale a, const line_sums *s, uint32_t n, double *out) {
    scale_line(a, s, n, out);
}
static AVX2 void code_avx2(net_range r, const double *y, uint32_t n, uint8_t *codes) {
    code_line(r, y, n, codes);
}
#if IS_X86
static AVX512_ALL void scale_avx512(line_scale a, const line_sums *s, uint32_t n, double *out) {
    scale_line(a, s, n, out);
}
static AVX512_ALL void code_avx512(net_range r, const double *y, uint32_t n, uint8_t *codes) {
    code_line(r, y, n, codes);
}
#else
#define scale_avx512 scale_avx2
#define code_avx512 code_avx2
#endif
static void scale_plainly(line_scale a, const line_sums *s, uint32_t n, double *out) {
    scale_line(a, s, n, out);
}
static void code_plainly(net_range r, const double *y, uint32_t n, uint8_t *codes) {
    code_line(r, y, n, codes);
}

static line_sums sums_at(const dense_tile *t, size_t at) {
    if (t->words) return (line_sums){.whole = t->y_whole + at};
    return t->a->l->rows <= dense_floats_rows(t->a) ? (line_sums){.y = t->y + at}
                                                    : (line_sums){.sums = t->sums + at};
}

/* N values of one output, from position FROM of those asked for on; OUT: all outputs, EACH bytes a
 * value. */
static void put(const crossbar *a, uint32_t o, size_t from, uint32_t n, const void *y, size_t each,
                void *out) {
    const size_t positions = a->patch.positions;
    size_t image = from / positions, place = from % positions;
    for (uint32_t i = 0, some; i < n; i += some, image++, place = 0) {
        some = positions - place < n - i ? (uint32_t)(positions - place) : n - i;
        memcpy((char *)out + (image * a->l->values + o * positions + place) * each,
               (const char *)y + i * each, some * each);
    }
}

void dense_finish(const dense_tile *t, uint32_t at, uint32_t n) {
    const crossbar *a = t->a;
    const int is_widest = HAS_AVX512_ALL;
    line_work w;
    for (uint32_t i = 0; i < t->outs; i++) {
        const uint32_t o = t->group * t->outs + i;
        const line_scale scale = {.zero = (double)a->in.zero * (double)a->code_sum[o],
                                  .scale = a->in.scale * a->scale[o],
                                  .bias = a->l->bias ? (double)a->l->bias[o] : 0};
        const line_sums sums = sums_at(t, (size_t)i * t->stride + at);
        (is_widest ? scale_avx512 : HAS_AVX2 ? scale_avx2 : scale_plainly)(scale, &sums, n, w.y);
        if (t->adjust)
            t->adjust(t->context,
                      &(dense_line){.o = o, .n = n, .first = t->first + t->from + at,
                                    .activity = t->activity + at, .content = t->content + at,
                                    .own = t->own + at, .is_new = i == 0, .y = w.y});
        if (!a->gives) {
            put(a, o, t->from + at, n, w.y, sizeof *w.y, t->out);
            continue;
        }
        (is_widest ? code_avx512 : HAS_AVX2 ? code_avx2 : code_plainly)(*a->gives, w.y, n, w.codes);
        put(a, o, t->from + at, n, w.codes, 1, t->out);
    }
}
