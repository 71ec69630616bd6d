/* What a tile's products become: outputs, or the codes of the layer that reads them. */
#include "dense_line.h"
#include "dense_tile.h"
#include "processor.h"

typedef struct line_work { double y[DENSE_SEGMENT]; uint8_t codes[DENSE_SEGMENT]; } line_work;

enum { SOME = 64 };          /* of a line: if one is near to another code, they are made anew     */

static inline void code_sums(net_range r, dense_scale by, const dense_sums *s, uint32_t n,
                             line_work *w) {
    const dense_steps steps = dense_steps_of(r, by);
    for (uint32_t at = 0, some; at < n; at += some) {
        some = n - at < SOME ? n - at : SOME;
        if (s->whole && dense_codes_of_whole(steps, s->whole + at, some, w->codes + at)) continue;
        dense_values(by, s, at, some, w->y + at);
        dense_codes(r, w->y + at, some, w->codes + at);
    }
}

static AVX2 void scale_avx2(dense_scale a, const dense_sums *s, uint32_t n, double *out) {
    dense_values(a, s, 0, n, out);
}
static AVX2 void code_avx2(net_range r, dense_scale a, const dense_sums *s, uint32_t n,
                           line_work *w) {
    code_sums(r, a, s, n, w);
}
#if IS_X86
static AVX512_ALL void scale_avx512(dense_scale a, const dense_sums *s, uint32_t n, double *out) {
    dense_values(a, s, 0, n, out);
}
static AVX512_ALL void code_avx512(net_range r, dense_scale a, const dense_sums *s, uint32_t n,
                                   line_work *w) {
    code_sums(r, a, s, n, w);
}
#else
#define scale_avx512 scale_avx2
#define code_avx512 code_avx2
#endif

static void scale_line(dense_scale a, const dense_sums *s, uint32_t n, double *out) {
    if (HAS_AVX512_ALL) scale_avx512(a, s, n, out);
    else if (HAS_AVX2) scale_avx2(a, s, n, out);
    else dense_values(a, s, 0, n, out);
}

static void code_line(net_range r, dense_scale a, const dense_sums *s, uint32_t n, line_work *w) {
    if (HAS_AVX512_ALL) code_avx512(r, a, s, n, w);
    else if (HAS_AVX2) code_avx2(r, a, s, n, w);
    else code_sums(r, a, s, n, w);
}

static dense_sums sums_at(const dense_tile *t, size_t at) {
    if (t->w.step) return (dense_sums){.y = t->y + at};
    if (t->words) return (dense_sums){.whole = t->y_whole + at};
    return t->a->l->rows <= dense_floats_rows(t->a) ? (dense_sums){.y = t->y + at}
                                                    : (dense_sums){.sums = t->sums + at};
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

/* Output O from AT of the tile on; W: room. True where CODES are made of it. */
static int finish_output(const dense_tile *t, uint32_t i, uint32_t at, uint32_t n, line_work *w) {
    const crossbar *a = t->a;
    const uint32_t o = t->group * t->outs + i;
    const dense_line line = {
        .o = o, .n = n, .first = t->first + t->from + at, .activity = t->activity + at,
        .content = t->content + at, .own = t->own + at, .is_new = i == 0, .y = w->y,
        .codes = a->gives ? w->codes : NULL, .sums = sums_at(t, (size_t)i * t->stride + at),
        .scale = {.zero = (double)a->in.zero * (double)a->code_sum[o],
                  .scale = a->in.scale * a->scale[o],
                  .bias = a->l->bias ? (double)a->l->bias[o] : 0}};
    if (!a->gives) scale_line(line.scale, &line.sums, n, w->y);
    if (t->adjust) t->adjust(t->context, &line);
    else if (a->gives) code_line(*a->gives, line.scale, &line.sums, n, w);
    return a->gives != NULL;
}

void dense_finish(const dense_tile *t, uint32_t at, uint32_t n) {
    line_work w;
    for (uint32_t i = 0; i < t->outs; i++) {
        const uint32_t o = t->group * t->outs + i;
        if (finish_output(t, i, at, n, &w)) put(t->a, o, t->from + at, n, w.codes, 1, t->out);
        else put(t->a, o, t->from + at, n, w.y, sizeof *w.y, t->out);
    }
}
