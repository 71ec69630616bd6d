/* What moments make of a layer's products. */
#include "processor.h"
#include "statistical.h"

#include <math.h>
#include <string.h>

/* Christopher Wellons's lowbias32: 32 bits, so that a processor does eight at a time. */
static inline uint32_t mix(uint32_t x) {
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

/* The sum of four uniform numbers: product_reads.c. */
static inline float normal(uint64_t key, uint32_t counter) {
    const uint32_t a = mix(counter ^ (uint32_t)key), b = mix(a + (uint32_t)(key >> 32));
    const int32_t sum = (int32_t)((a & 0xffff) + (a >> 16) + (b & 0xffff) + (b >> 16));
    return ((float)sum - 131070.0f) * (1.7320508f / 65536.0f);
}

#define INLINE static inline __attribute__((always_inline))
enum { LANES = 64 };
typedef struct lanes { float z[LANES], e[LANES]; } lanes;

/* Of each position's class: the same for all outputs. */
INLINE void shares_of(const statistical *s, const float *activity, uint32_t n, float *out) {
    for (uint32_t i = 0; i < n; i++) out[i] = s->share[0];
    for (uint32_t c = 0; c + 1 < STATISTICAL_CLASSES; c++) {
        const float bound = s->bound[c], share = s->share[c + 1];
        for (uint32_t i = 0; i < n; i++) out[i] = activity[i] > bound ? share : out[i];
    }
}

/* N values from AT on. Where reads do not differ, equal inputs meet equal errors: their number is
 * that of the inputs. */
INLINE void errors_of(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                      lanes *x) {
    const statistical_line m = s->of[line->o];
    const uint64_t key = cells_bits(s->key + line->o);
    const float *activity = line->activity + at, *share = line->own + at;
    const uint32_t *content = line->content + at, first = (uint32_t)line->first + at;
    if (s->a->disturbs)
        for (uint32_t i = 0; i < n; i++) x->z[i] = normal(key, first + i);
    else
        for (uint32_t i = 0; i < n; i++) x->z[i] = normal(key, content[i]);
    for (uint32_t i = 0; i < n; i++)
        x->e[i] = m.offset + m.slope * activity[i] + m.sd * share[i] * x->z[i];
}

/* The values of N from AT on; Y: what the product gave. */
INLINE void adjust_values(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                          const lanes *x, double *y) {
    const double gain = (double)s->of[line->o].gain, bias = line->scale.bias;
    const float *activity = line->activity + at;
    for (uint32_t i = 0; i < n; i++) {
        const double told = bias + gain * (y[i] - bias) + (double)x->e[i];
        y[i] = s->is_still && activity[i] <= 0 ? y[i] : told;
    }
}

/* ---- codes ----------------------------------------------------------------------------------- */

/* A value in steps of the code: BY_SUM times the sum, BY_ERROR times e, and OFFSET. */
typedef struct steps { float by_sum, by_error, offset, top; } steps;

static steps steps_of(const statistical *s, const dense_line *line) {
    const net_range r = *s->a->gives;
    const dense_scale by = line->scale;
    const double gain = (double)s->of[line->o].gain;
    return (steps){.by_sum = (float)(gain * by.scale / r.scale),
                   .by_error = (float)(1 / r.scale), .top = (float)r.top,
                   .offset = (float)((by.bias - gain * by.zero * by.scale) / r.scale)};
}

/* Single precision tells the code but where the value is as near to a whole number and a half as it
 * may err: less than eight roundings of each of the three terms. False where any is. */
INLINE int code_by_steps(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                         steps by, lanes *x) {
    const float magic = 0x1.8p23f, share = 0x1p-20f, fixed = 0.5f - share * fabsf(by.offset);
    const float *restrict activity = line->activity + at, *restrict z = x->z, *restrict told = x->e;
    uint8_t *restrict codes = line->codes + at;
    uint32_t near = 0;
    for (uint32_t i = 0; i < n; i++) {
        const float e = s->is_still && activity[i] <= 0 ? 0 : told[i];
        const float from_sum = z[i] * by.by_sum, from_error = e * by.by_error;
        float value = from_sum + from_error + by.offset;
        value = value > 0 ? value : 0;
        value = value < by.top ? value : by.top;
        const float code = value + magic - magic;
        const float far = fixed - share * (fabsf(from_sum) + fabsf(from_error));
        near |= fabsf(value - code) <= far ? 0u : 1u;
        codes[i] = (uint8_t)(int32_t)code;
    }
    return !near;
}

/* In place of z. */
INLINE void take_sums(const dense_sums *s, uint32_t at, uint32_t n, float *out) {
    const int32_t *whole = s->whole ? s->whole + at : NULL;
    const double *sums = s->sums ? s->sums + at : NULL;
    if (whole)
        for (uint32_t i = 0; i < n; i++) out[i] = (float)whole[i];
    else if (sums)
        for (uint32_t i = 0; i < n; i++) out[i] = (float)sums[i];
    else memcpy(out, s->y + at, n * sizeof *out);
}

INLINE void code_values(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                        steps by, lanes *x) {
    take_sums(&line->sums, at, n, x->z);
    if (code_by_steps(s, line, at, n, by, x)) return;
    double *y = line->y + at;
    dense_values(line->scale, &line->sums, at, n, y);
    adjust_values(s, line, at, n, x, y);
    for (uint32_t i = 0; i < n; i++)
        line->codes[at + i] = (uint8_t)(int32_t)net_code_fast(*s->a->gives, y[i]);
}

/* ---------------------------------------------------------------------------------------------- */

INLINE void adjust_some(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                        steps by, lanes *x) {
    errors_of(s, line, at, n, x);
    if (line->codes) code_values(s, line, at, n, by, x);
    else adjust_values(s, line, at, n, x, line->y + at);
}

INLINE void adjust_lanes(const statistical *s, const dense_line *line) {
    const steps by = line->codes ? steps_of(s, line) : (steps){0};
    lanes x;
    if (line->is_new) shares_of(s, line->activity, line->n, line->own);
    uint32_t at = 0;
    for (; at + LANES <= line->n; at += LANES) adjust_some(s, line, at, LANES, by, &x);
    if (at < line->n) adjust_some(s, line, at, line->n - at, by, &x);
}

static AVX2 void adjust_avx2(const statistical *s, const dense_line *line) {
    adjust_lanes(s, line);
}

#if IS_X86
static AVX512_ALL void adjust_avx512(const statistical *s, const dense_line *line) {
    adjust_lanes(s, line);
}
#endif

static void adjust(void *context, const dense_line *line) {
#if IS_X86
    if (HAS_AVX512_ALL) {
        adjust_avx512(context, line);
        return;
    }
#endif
    if (HAS_AVX2) adjust_avx2(context, line);
    else adjust_lanes(context, line);
}

cim_status statistical_product(const statistical *s, const double *in, uint32_t first,
                               uint32_t n_images, double *out) {
    const cim_status status = dense_product(s->a, s->weights, in, first, n_images, out, adjust,
                                            (void *)(uintptr_t)s);
    return status == CIM_OK && s->any
               ? crossbar_add_errors(&s->quiet, s->chosen, in, first, n_images, out)
               : status;
}
