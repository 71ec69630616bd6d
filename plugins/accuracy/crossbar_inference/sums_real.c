#include "sums_real.h"
#include "processor.h"

#if IS_X86
#include <immintrin.h>
#endif

/* Eight columns; the compiler makes of it what the processor has. */
typedef float floats __attribute__((vector_size(32), aligned(4), may_alias));
typedef float line __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(32), aligned(4), may_alias));
#define INLINE static inline __attribute__((always_inline))

INLINE const floats *at(const float *from) { return (const floats *)(const void *)from; }

INLINE void make_tables(const float *cells, size_t stride, uint32_t n_rows, float *tables) {
    const line none = {0};
    for (uint32_t k = 0; k < n_rows; k += SUMS_REAL_ROWS, tables += SUMS_REAL_TABLE) {
        line *to = (line *)(void *)tables;
        to[0] = none;
        for (uint32_t r = 0; r < SUMS_REAL_ROWS; r++) {
            line g = none;
            if (k + r < n_rows) g = *(const line *)(const void *)(cells + (k + r) * stride);
            for (uint32_t p = 0; p < 1u << r; p++) to[(1u << r) + p] = to[p] + g;
        }
    }
}

/* ---- reads ---------------------------------------------------------------------------------- */

INLINE void code_of(const floats *sum, const floats *slope, const floats *top, ints *out) {
    const floats code = *sum * *slope + 0.5f;
    const ints is_negative = code < 0.0f, is_over = code > *top;
    const ints within = ((ints)code & ~is_over) | ((ints)*top & is_over);
    *out = __builtin_convertvector((floats)(within & ~is_negative), ints);
}

INLINE void end_half(const floats *of, size_t lane, uint32_t from, int keeps,
                     const sums_real_converters *adc, float *sums, int32_t *acc) {
    floats *kept = (floats *)(void *)(sums + lane + from);
    floats sum = *of;
    ints code;
    if (keeps) sum += *kept + *kept;
    if (!adc) {
        *kept = sum;
        return;
    }
    code_of(&sum, at(adc->slope + from), at(adc->top + from), &code);
    *(ints *)(void *)(acc + lane + from) += code << (int32_t)adc->shift;
}

/* Two sums of each half, since an addition takes longer to end than to begin. */
INLINE void read_all(const float *tables, const sums_real_inputs *x, int keeps,
                     const sums_real_converters *adc, float *sums, int32_t *acc) {
    const uint16_t *lines = x->lines;
    for (uint32_t i = 0; i < x->lanes; i++) {
        const size_t to = (size_t)x->order[i] * SUMS_REAL_COLUMNS;
        const uint16_t *end = lines + 2 * x->pairs[i / SUMS_REAL_LANES];
        if (lines == end && !keeps && adc) continue;   /* no current: code 0 */
        floats even_a = {0}, odd_a = {0}, even_b = {0}, odd_b = {0};
        for (; lines < end; lines += 2) {
            const floats *even = at(tables + 2 * (size_t)lines[0]),
                         *odd = at(tables + 2 * (size_t)lines[1]);
            even_a += even[0], even_b += even[1];
            odd_a += odd[0], odd_b += odd[1];
        }
        const floats sum_a = even_a + odd_a, sum_b = even_b + odd_b;
        end_half(&sum_a, to, 0, keeps, adc, sums, acc);
        end_half(&sum_b, to, 8, keeps, adc, sums, acc);
    }
}

INLINE void add_errors(const float *sums, size_t n, float slope, float step, int32_t top,
                       float factor, float *errors) {
    const floats none = {0}, slopes = none + slope, most = none + (float)top;
    for (size_t i = 0; i < n; i += 8) {
        const floats sum = *at(sums + i);
        floats *to = (floats *)(void *)(errors + i);
        ints code;
        code_of(&sum, &slopes, &most, &code);
        *to += (__builtin_convertvector(code, floats) * step - sum) * factor;
    }
}

INLINE void turn_plainly(const int32_t *acc, int32_t *out) {
    for (uint32_t i = 0; i < SUMS_LANES; i++)
        for (uint32_t c = 0; c < SUMS_REAL_COLUMNS; c++)
            out[c * SUMS_LANES + i] = acc[i * SUMS_REAL_COLUMNS + c];
}

#if IS_X86
/* Eight by eight at a time: pairs, fours, halves. */
static AVX2 void columns_avx2(const int32_t *acc, int32_t *out) {
    for (uint32_t at = 0; at < SUMS_LANES * SUMS_REAL_COLUMNS; at += 64) {
        const uint32_t half = at / 64 % 2 * 8, lane = at / 128 * 8;
        __m256i in[8], pairs[8], fours[8];
        for (uint32_t i = 0; i < 8; i++)
            in[i] = _mm256_loadu_si256(
                (const __m256i *)(const void *)(acc + (lane + i) * SUMS_REAL_COLUMNS + half));
        for (int i = 0; i < 4; i++) {
            pairs[2 * i] = _mm256_unpacklo_epi32(in[2 * i], in[2 * i + 1]);
            pairs[2 * i + 1] = _mm256_unpackhi_epi32(in[2 * i], in[2 * i + 1]);
        }
        for (int i = 0; i < 8; i += 4)
            for (int k = 0; k < 2; k++) {
                fours[i + 2 * k] = _mm256_unpacklo_epi64(pairs[i + k], pairs[i + 2 + k]);
                fours[i + 2 * k + 1] = _mm256_unpackhi_epi64(pairs[i + k], pairs[i + 2 + k]);
            }
        for (uint32_t i = 0; i < 4; i++) {
            int32_t *to = out + (half + i) * SUMS_LANES + lane;
            const __m256i low = _mm256_permute2x128_si256(fours[i], fours[4 + i], 0x20);
            const __m256i high = _mm256_permute2x128_si256(fours[i], fours[4 + i], 0x31);
            _mm256_storeu_si256((__m256i *)(void *)to, low);
            _mm256_storeu_si256((__m256i *)(void *)(to + 4 * SUMS_LANES), high);
        }
    }
}

static AVX2 void tables_avx2(const float *cells, size_t stride, uint32_t n_rows, float *tables) {
    make_tables(cells, stride, n_rows, tables);
}
/* end_half() in the processor's own minimum and maximum. */
static AVX2 inline void end_half_avx2(__m256 sum, size_t lane, uint32_t from, int keeps,
                                      const sums_real_converters *adc, float *sums, int32_t *acc) {
    if (keeps) {
        const __m256 old = _mm256_loadu_ps(sums + lane + from);
        sum = _mm256_add_ps(sum, _mm256_add_ps(old, old));
    }
    if (!adc) {
        _mm256_storeu_ps(sums + lane + from, sum);
        return;
    }
    const __m256 slope = _mm256_loadu_ps(adc->slope + from), top = _mm256_loadu_ps(adc->top + from);
    const __m256 code = _mm256_add_ps(_mm256_mul_ps(sum, slope), _mm256_set1_ps(0.5f));
    const __m256 within = _mm256_min_ps(_mm256_max_ps(code, _mm256_setzero_ps()), top);
    const __m256i whole = _mm256_slli_epi32(_mm256_cvttps_epi32(within), (int)adc->shift);
    __m256i *to = (__m256i *)(void *)(acc + lane + from);
    _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to), whole));
}

/* read_all(), two lanes at a time. */
static AVX2 void read_avx2(const float *tables, const sums_real_inputs *x, int keeps,
                           const sums_real_converters *adc, float *sums, int32_t *acc) {
    const uint16_t *lines = x->lines;
    for (uint32_t i = 0; i < x->lanes; i += 2) {
        const uint32_t n = 2 * x->pairs[i / SUMS_REAL_LANES];
        if (!n && !keeps && adc) continue;
        __m256 even[2][2], odd[2][2];
        for (int k = 0; k < 4; k++) even[k / 2][k % 2] = odd[k / 2][k % 2] = _mm256_setzero_ps();
        for (const uint16_t *end = lines + n; lines < end; lines += 2)
            for (uint32_t k = 0; k < 4; k++) {
                const float *one = tables + 2 * (size_t)lines[k / 2 * n] + k % 2 * 8,
                            *two = tables + 2 * (size_t)lines[k / 2 * n + 1] + k % 2 * 8;
                even[k / 2][k % 2] = _mm256_add_ps(even[k / 2][k % 2], _mm256_loadu_ps(one));
                odd[k / 2][k % 2] = _mm256_add_ps(odd[k / 2][k % 2], _mm256_loadu_ps(two));
            }
        lines += n;
        for (uint32_t k = 0; k < 4; k++) {
            const size_t to = (size_t)x->order[i + k / 2] * SUMS_REAL_COLUMNS;
            const __m256 sum = _mm256_add_ps(even[k / 2][k % 2], odd[k / 2][k % 2]);
            end_half_avx2(sum, to, k % 2 * 8, keeps, adc, sums, acc);
        }
    }
}
static AVX2 void errors_avx2(const float *sums, size_t n, float slope, float step, int32_t top,
                             float factor, float *errors) {
    add_errors(sums, n, slope, step, top, factor, errors);
}

/* ---- the 16 columns in one register ---------------------------------------------------------- */

#define AVX512 __attribute__((target("avx512f")))
#define INLINE512 AVX512 static inline __attribute__((always_inline))
typedef struct ends {        /* what becomes of lanes' sums */
    int keeps, converts;
    __m512 slope, top;
    __m512i shift;
    float *sums;
    int32_t *acc;
} ends;

INLINE512 void add_line(__m512 *sum, const float *tables, uint16_t at_line) {
    *sum = _mm512_add_ps(*sum, _mm512_loadu_ps(tables + 2 * (size_t)at_line));
}

INLINE512 void end_lane(__m512 sum, size_t lane, const ends *e) {
    float *to = e->sums + lane * SUMS_REAL_COLUMNS;
    if (e->keeps) {
        const __m512 old = _mm512_loadu_ps(to);
        sum = _mm512_add_ps(sum, _mm512_add_ps(old, old));
    }
    if (!e->converts) {
        _mm512_storeu_ps(to, sum);
        return;
    }
    const __m512 code = _mm512_add_ps(_mm512_mul_ps(sum, e->slope), _mm512_set1_ps(0.5f));
    const __m512 within = _mm512_min_ps(_mm512_max_ps(code, _mm512_setzero_ps()), e->top);
    const __m512i whole = _mm512_sllv_epi32(_mm512_cvttps_epi32(within), e->shift);
    int32_t *acc = e->acc + lane * SUMS_REAL_COLUMNS;
    _mm512_storeu_si512(acc, _mm512_add_epi32(_mm512_loadu_si512(acc), whole));
}

/* Four lanes at a time, two sums of each, since an addition takes longer to end than to begin. */
INLINE512 void read_lanes(const float *tables, const sums_real_inputs *x, ends e) {
    const uint16_t *lines = x->lines;
    for (uint32_t i = 0; i < x->lanes; i += SUMS_REAL_LANES) {
        const uint8_t *lane = x->order + i;
        const uint32_t n = 2 * x->pairs[i / SUMS_REAL_LANES];
        __m512 even[SUMS_REAL_LANES], odd[SUMS_REAL_LANES];
        if (!n && !e.keeps && e.converts) continue;
        for (int k = 0; k < SUMS_REAL_LANES; k++) even[k] = odd[k] = _mm512_setzero_ps();
        for (const uint16_t *end = lines + n; lines < end; lines += 2)
            for (uint32_t k = 0; k < SUMS_REAL_LANES; k++) {
                add_line(&even[k], tables, lines[k * n]);
                add_line(&odd[k], tables, lines[k * n + 1]);
            }
        lines += (SUMS_REAL_LANES - 1) * n;
        for (int k = 0; k < SUMS_REAL_LANES; k++)
            end_lane(_mm512_add_ps(even[k], odd[k]), lane[k], &e);
    }
}

static AVX512 void tables_avx512(const float *cells, size_t stride, uint32_t n_rows,
                                 float *tables) {
    make_tables(cells, stride, n_rows, tables);
}
static AVX512 void read_avx512(const float *tables, const sums_real_inputs *x, int keeps,
                               const sums_real_converters *adc, float *sums, int32_t *acc) {
    ends e = {.keeps = keeps, .converts = adc != NULL, .sums = sums, .acc = acc};
    if (adc) {
        e.slope = _mm512_loadu_ps(adc->slope);
        e.top = _mm512_loadu_ps(adc->top);
        e.shift = _mm512_set1_epi32((int)adc->shift);
    }
    if (!adc || keeps) {
        read_lanes(tables, x, e);
        return;
    }
    e.keeps = 0, e.converts = 1;   /* what nearly all calls are: constants of the loops */
    read_lanes(tables, x, e);
}

static void read_fast(const float *tables, const sums_real_inputs *x, int keeps,
                      const sums_real_converters *adc, float *sums, int32_t *acc) {
    if (HAS_AVX512("f")) read_avx512(tables, x, keeps, adc, sums, acc);
    else read_avx2(tables, x, keeps, adc, sums, acc);
}
#define CALL(name, ...) \
    if (HAS_AVX2) name##_avx2(__VA_ARGS__)
#else
#define CALL(name, ...) \
    if (0) (void)0
#endif

void sums_real_columns(const int32_t *acc, int32_t *out) {
    CALL(columns, acc, out);
    else turn_plainly(acc, out);
}

void sums_real_tables(const float *cells, size_t stride, uint32_t n_rows, float *tables) {
#if IS_X86
    if (HAS_AVX512("f")) {
        tables_avx512(cells, stride, n_rows, tables);
        return;
    }
#endif
    CALL(tables, cells, stride, n_rows, tables);
    else make_tables(cells, stride, n_rows, tables);
}

void sums_real_read(const float *tables, const sums_real_inputs *x, int keeps,
                    const sums_real_converters *adc, float *sums, int32_t *acc) {
#if IS_X86
    if (HAS_AVX2) {
        read_fast(tables, x, keeps, adc, sums, acc);
        return;
    }
#endif
    read_all(tables, x, keeps, adc, sums, acc);
}

void sums_real_errors(const float *sums, size_t n, float slope, float step, int32_t top,
                      float factor, float *errors) {
    CALL(errors, sums, n, slope, step, top, factor, errors);
    else add_errors(sums, n, slope, step, top, factor, errors);
}
