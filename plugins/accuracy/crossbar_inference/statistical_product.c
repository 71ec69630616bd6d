/* What moments make of a layer's products. */
#include "dense_line.h"
#include "processor.h"
#include "statistical.h"

#include <string.h>

/* Christopher Wellons's lowbias32: 32 bits, so that a processor does eight at a time. */
static inline uint32_t mix(uint32_t x) {
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

#define NORMAL_UNIT 6.765875e-3f    /* sqrt(12 / 4 / (256^2 - 1))                                */
enum { NORMAL_MEAN = 4 * 255 / 2 };
/* The sum of four uniform numbers, as in product_reads.c, but of a byte each. */
static inline float normal(uint32_t key, uint32_t counter) {
    const uint32_t a = mix(counter ^ key);
    const int32_t sum = (int32_t)((a & 255) + (a >> 8 & 255) + (a >> 16 & 255) + (a >> 24));
    return (float)(sum - NORMAL_MEAN) * NORMAL_UNIT;
}

enum { LANES = 64 };
typedef struct lanes { float z[LANES], e[LANES]; } lanes;

/* Of each position's class: the same for all outputs. */
INLINE void shares_of(const statistical *s, const float *activity, uint32_t n, float *out) {
    for (uint32_t i = 0; i < n; i++) out[i] = s->share[0];
    for (uint32_t c = 0; c + 1 < STATISTICAL_CLASSES; c++) {
        const float bound = s->bound[c], share = s->share[c + 1];
        for (uint32_t i = 0; i < n; i++) out[i] = activity[i] > bound ? share : out[i];
    }
    for (uint32_t i = 0; s->is_still && i < n; i++) out[i] = activity[i] > 0 ? out[i] : 0;
}

/* N values from AT on. Where reads do not differ, equal inputs meet equal errors: their number is
 * that of the inputs. */
INLINE void errors_of(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                      lanes *x) {
    const statistical_line m = s->of[line->o];
    const uint32_t key = (uint32_t)cells_bits(s->key + line->o);
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

/* A value in steps of the code, by its terms; z in units of its sum of four numbers. */
typedef struct steps {
    float by_sum, by_activity, by_share, offset, silent;  /* SILENT: where nothing flows          */
    float top, far;          /* from a whole number: the code may be another                      */
} steps;

/* Single precision, eight roundings of each of four terms: the sum's is no larger than the code and
 * the others together, where the value is near a code at all. FAR is below 0 where numbers are too
 * large. */
static steps steps_of(const statistical *s, const dense_line *line) {
    const net_range r = *s->a->gives;
    const dense_scale by = line->scale;
    const statistical_line m = s->of[line->o];
    const double gain = (double)m.gain, sd = (double)m.sd, most_z = NORMAL_MEAN * (double)NORMAL_UNIT,
                 silent = (by.bias - gain * by.zero * by.scale) / r.scale,
                 activity = (double)s->a->l->rows * s->a->in.top;
    float share = 0;
    for (uint32_t i = 0; i < STATISTICAL_CLASSES; i++) share = fmaxf(share, s->share[i]);
    const double others =
        fabs(silent) + (fabs((double)m.offset) + fabs((double)m.slope * activity) +
                        fabs(sd * (double)share) * most_z) / r.scale;
    const steps x = {.by_sum = (float)(gain * by.scale / r.scale),
                     .by_activity = (float)((double)m.slope / r.scale),
                     .by_share = (float)(sd * (double)NORMAL_UNIT / r.scale),
                     .silent = (float)silent,
                     .offset = (float)(silent + (double)m.offset / r.scale),
                     .top = (float)r.top, .far = (float)(0.5 - 0x1p-21 * (r.top + 2 * others))};
    const int is_small = others < 1e6 && fabs((double)x.by_sum) < 1e6;
    return is_small ? x : (steps){.far = -1};
}

#if IS_X86
#include <immintrin.h>
#define VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vnni")))
#define HAS_VNNI (HAS_AVX512_ALL && HAS_AVX512("vnni"))

static inline VNNI __m512i mix_16(__m512i x) {
    x = _mm512_xor_si512(x, _mm512_srli_epi32(x, 16));
    x = _mm512_mullo_epi32(x, _mm512_set1_epi32(0x7feb352d));
    x = _mm512_xor_si512(x, _mm512_srli_epi32(x, 15));
    x = _mm512_mullo_epi32(x, _mm512_set1_epi32((int32_t)0x846ca68bu));
    return _mm512_xor_si512(x, _mm512_srli_epi32(x, 16));
}

/* normal(), before it is scaled. */
static inline VNNI __m512 normal_16(uint32_t key, __m512i counter) {
    const __m512i a = mix_16(_mm512_xor_si512(counter, _mm512_set1_epi32((int32_t)key)));
    return _mm512_cvtepi32_ps(_mm512_dpbusd_epi32(_mm512_set1_epi32(-NORMAL_MEAN), a,
                                                  _mm512_set1_epi8(1)));
}

static inline VNNI __m512 sums_16(const dense_sums *s, uint32_t at) {
    if (s->whole) return _mm512_cvtepi32_ps(_mm512_loadu_si512(s->whole + at));
    if (s->y) return _mm512_loadu_ps(s->y + at);
    const __m256 low = _mm512_cvtpd_ps(_mm512_loadu_pd(s->sums + at)),
                 high = _mm512_cvtpd_ps(_mm512_loadu_pd(s->sums + at + 8));
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

/* LANES codes from AT on. False where any may be another. */
static VNNI int code_lanes(const statistical *s, const dense_line *line, uint32_t at, uint32_t key,
                           const steps *by) {
    enum { WIDTH = 16 };
    const __m512i count = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __mmask16 all = s->is_still ? 0 : 0xffff;
    __m512 farthest = _mm512_setzero_ps();
    for (uint32_t end = at + LANES; at < end; at += WIDTH) {
        const __m512i number = _mm512_set1_epi32((int32_t)((uint32_t)line->first + at));
        const __m512i counter = s->a->disturbs ? _mm512_add_epi32(number, count)
                                               : _mm512_loadu_si512(line->content + at);
        const __m512 activity = _mm512_loadu_ps(line->activity + at);
        const __m512 spread = _mm512_mul_ps(_mm512_loadu_ps(line->own + at),
                                            _mm512_set1_ps(by->by_share));
        const __m512 flow = _mm512_fmadd_ps(activity, _mm512_set1_ps(by->by_activity),
                                            _mm512_set1_ps(by->offset));
        const __mmask16 flows =
            all | _mm512_cmp_ps_mask(activity, _mm512_setzero_ps(), _CMP_GT_OQ);
        __m512 x = _mm512_mask_blend_ps(flows, _mm512_set1_ps(by->silent), flow);
        x = _mm512_fmadd_ps(spread, normal_16(key, counter), x);
        x = _mm512_fmadd_ps(sums_16(&line->sums, at), _mm512_set1_ps(by->by_sum), x);
        x = _mm512_min_ps(_mm512_max_ps(x, _mm512_setzero_ps()), _mm512_set1_ps(by->top));
        const __m512i code = _mm512_cvtps_epi32(x);
        const __m512 off = _mm512_sub_ps(x, _mm512_cvtepi32_ps(code));
        farthest = _mm512_range_ps(farthest, off, 11);   /* the larger magnitude                  */
        _mm_storeu_si128((__m128i *)(void *)(line->codes + at), _mm512_cvtepi32_epi8(code));
    }
    return !_mm512_cmp_ps_mask(farthest, _mm512_set1_ps(by->far), _CMP_NLE_UQ);
}
#else
#define VNNI
#define HAS_VNNI 0
static int code_lanes(const statistical *s, const dense_line *line, uint32_t at, uint32_t key,
                      const steps *by) {
    return (void)s, (void)line, (void)at, (void)key, (void)by, 0;      /* never: HAS_VNNI         */
}
#endif

INLINE void code_values(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                        const lanes *x) {
    double *y = line->y + at;
    dense_values(line->scale, &line->sums, at, n, y);
    adjust_values(s, line, at, n, x, y);
    dense_codes(*s->a->gives, y, n, line->codes + at);
}

/* ---------------------------------------------------------------------------------------------- */

INLINE void adjust_some(const statistical *s, const dense_line *line, uint32_t at, uint32_t n,
                        lanes *x) {
    errors_of(s, line, at, n, x);
    if (line->codes) code_values(s, line, at, n, x);
    else adjust_values(s, line, at, n, x, line->y + at);
}

INLINE void adjust_lanes(const statistical *s, const dense_line *line) {
    lanes x;
    if (line->is_new) shares_of(s, line->activity, line->n, line->own);
    uint32_t at = 0;
    for (; at + LANES <= line->n; at += LANES) adjust_some(s, line, at, LANES, &x);
    if (at < line->n) adjust_some(s, line, at, line->n - at, &x);
}

static AVX2 void adjust_avx2(const statistical *s, const dense_line *line) {
    adjust_lanes(s, line);
}

#if IS_X86
static AVX512_ALL void adjust_avx512(const statistical *s, const dense_line *line) {
    adjust_lanes(s, line);
}

/* Single precision first. */
static AVX512_ALL void code_avx512(const statistical *s, const dense_line *line) {
    const steps by = steps_of(s, line);
    const uint32_t key = (uint32_t)cells_bits(s->key + line->o);
    lanes x;
    if (line->is_new) shares_of(s, line->activity, line->n, line->own);
    uint32_t at = 0;
    for (; at + LANES <= line->n; at += LANES)
        if (!code_lanes(s, line, at, key, &by)) adjust_some(s, line, at, LANES, &x);
    if (at < line->n) adjust_some(s, line, at, line->n - at, &x);
}
#endif

static void adjust(void *context, const dense_line *line) {
#if IS_X86
    if (HAS_VNNI && line->codes) {
        code_avx512(context, line);
        return;
    }
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
    const crossbar_chosen chosen = {s->chosen, s->kept};
    const cim_status status = dense_product(s->a, s->w, in, first, n_images, out, adjust,
                                            (void *)(uintptr_t)s);
    return status == CIM_OK && s->any
               ? crossbar_add_errors(&s->quiet, chosen, in, first, n_images, out)
               : status;
}
