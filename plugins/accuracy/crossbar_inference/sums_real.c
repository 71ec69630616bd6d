#include "sums_real.h"
#include "processor.h"

#include <string.h>

#if IS_X86
#include <immintrin.h>
#endif

/* Eight columns; the compiler makes of it what the processor has. */
typedef float floats __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(32), aligned(4), may_alias));
#define INLINE static inline __attribute__((always_inline))

INLINE const floats *at(const float *from) { return (const floats *)(const void *)from; }

INLINE void make_tables(const float *cells, size_t stride, uint32_t n_rows, float *tables) {
    const floats none = {0};
    for (uint32_t k = 0; k < n_rows; k += SUMS_REAL_ROWS, tables += SUMS_REAL_TABLE) {
        floats *to = (floats *)(void *)tables;
        to[0] = to[1] = none;
        for (uint32_t r = 0; r < SUMS_REAL_ROWS; r++)
            for (uint32_t half = 0; half < 2; half++) {
                const floats g = k + r < n_rows ? at(cells + (k + r) * stride)[half] : none;
                for (uint32_t p = 0; p < 1u << r; p++)
                    to[2 * ((1u << r) + p) + half] = to[2 * p + half] + g;
            }
    }
}

/* ---- inputs --------------------------------------------------------------------------------- */

static void make_list(const uint8_t *nibbles, uint32_t n_tables, uint32_t lane,
                      const sums_real_inputs *x) {
    uint16_t *lines = x->lines + (size_t)lane * x->room;
    uint32_t n = 0;
    for (uint32_t table = 0; table < n_tables; table++) {
        const uint32_t p = nibbles[(size_t)table * SUMS_LANES + lane];
        lines[n] = (uint16_t)(table * (SUMS_REAL_TABLE / 2) + p * (SUMS_REAL_COLUMNS / 2));
        n += p != 0;
    }
    while (n % 4) lines[n++] = 0;
    x->counts[lane] = (uint16_t)n;
}

/* Counts are multiples of four; lanes of one count stay in their order. */
static void sort_lanes(const sums_real_inputs *x) {
    uint32_t before[SUMS_REAL_MOST_TABLES / 4 + 3] = {0};
    for (uint32_t i = 0; i < x->lanes; i++) before[x->counts[i] / 4 + 1]++;
    for (uint32_t count = 1; count <= x->room / 4; count++) before[count] += before[count - 1];
    for (uint32_t i = 0; i < x->lanes; i++) x->order[before[x->counts[i] / 4]++] = (uint8_t)i;
}

#if IS_X86
/* Of each choice of eight words: the bytes that move them to the front. */
static const uint8_t *packing(void) {
    static uint8_t bytes[256][16];
    for (uint32_t chosen = 0; !bytes[255][15] && chosen < 256; chosen++)
        for (uint32_t i = 0, n = 0; i < 8; i++)
            if (chosen >> i & 1) {
                bytes[chosen][2 * n] = (uint8_t)(2 * i);
                bytes[chosen][2 * n++ + 1] = (uint8_t)(2 * i + 1);
            }
    return bytes[0];
}

/* Eight tables' patterns at 16 lanes, transposed: two lanes a register. */
static AVX2 void turn(const uint8_t *nibbles, uint32_t n_tables, __m128i out[8]) {
    __m128i in[8], pairs[8], fours[8];
    for (uint32_t i = 0; i < 8; i++)
        in[i] =
            i < n_tables
                ? _mm_loadu_si128((const __m128i *)(const void *)(nibbles + (size_t)i * SUMS_LANES))
                : _mm_setzero_si128();
    for (int i = 0; i < 4; i++) {
        pairs[i] = _mm_unpacklo_epi8(in[2 * i], in[2 * i + 1]);
        pairs[4 + i] = _mm_unpackhi_epi8(in[2 * i], in[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++)
        for (int half = 0; half < 2; half++) {
            const __m128i a = pairs[4 * half + 2 * i], b = pairs[4 * half + 2 * i + 1];
            fours[4 * half + i] = _mm_unpacklo_epi16(a, b);
            fours[4 * half + 2 + i] = _mm_unpackhi_epi16(a, b);
        }
    for (int i = 0; i < 4; i++) {
        out[2 * i] = _mm_unpacklo_epi32(fours[2 * i], fours[2 * i + 1]);
        out[2 * i + 1] = _mm_unpackhi_epi32(fours[2 * i], fours[2 * i + 1]);
    }
}

/* Appends eight tables' lines, those of which the pattern is not zero. */
static AVX2 inline uint32_t append(__m128i patterns, uint32_t table, const uint8_t *packs,
                                   uint16_t *lines) {
    const __m128i each = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7), zero = _mm_setzero_si128();
    const uint32_t empty = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(patterns, zero)),
                   chosen = ~empty & 0xff;
    /* a table */
    const __m128i at = _mm_slli_epi16(_mm_add_epi16(each, _mm_set1_epi16((short)table)), 7);
    const __m128i line = _mm_add_epi16(at, _mm_slli_epi16(_mm_unpacklo_epi8(patterns, zero), 3));
    const __m128i pack = _mm_loadu_si128((const __m128i *)(const void *)(packs + 16 * chosen));
    _mm_storeu_si128((__m128i *)(void *)lines, _mm_shuffle_epi8(line, pack));
    return (uint32_t)__builtin_popcount(chosen);
}
_Static_assert(SUMS_REAL_TABLE / 2 == 1 << 7 && SUMS_REAL_COLUMNS / 2 == 1 << 3,
               "append() shifts by these");

static AVX2 void lists_avx2(const uint8_t *nibbles, uint32_t n_tables, const sums_real_inputs *x) {
    const uint8_t *packs = packing();
    for (uint32_t first = 0; first < SUMS_LANES; first += 16) {
        uint32_t n[16] = {0};
        for (uint32_t table = 0; table < n_tables; table += 8) {
            __m128i lanes[8];
            turn(nibbles + (size_t)table * SUMS_LANES + first, n_tables - table, lanes);
            for (uint32_t i = 0; i < 16; i++) {
                const __m128i patterns = i % 2 ? _mm_srli_si128(lanes[i / 2], 8) : lanes[i / 2];
                n[i] +=
                    append(patterns, table, packs, x->lines + (size_t)(first + i) * x->room + n[i]);
            }
        }
        for (uint32_t i = 0; i < 16; i++) {
            memset(x->lines + (size_t)(first + i) * x->room + n[i], 0, 4 * sizeof *x->lines);
            x->counts[first + i] = (uint16_t)((n[i] + 3) / 4 * 4);
        }
    }
}
#endif

/* ---- reads ---------------------------------------------------------------------------------- */

INLINE void code_of(const floats *sum, const floats *slope, const floats *top, ints *out) {
    const floats code = *sum * *slope + 0.5f;
    const ints is_negative = code < 0.0f, is_over = code > *top;
    const ints within = ((ints)code & ~is_over) | ((ints)*top & is_over);
    *out = __builtin_convertvector((floats)(within & ~is_negative), ints);
}

/* Eight columns of ACC. */
INLINE void add_code(const floats *sum, const float *slope, const float *top, uint32_t shift,
                     int32_t *acc) {
    ints *to = (ints *)(void *)acc, code;
    code_of(sum, at(slope), at(top), &code);
    *to += code << (int32_t)shift;
}

/* Four sums at a time, since an addition takes longer to end than to begin. */
INLINE void read_all(const float *tables, const sums_real_inputs *x, int keeps,
                     const sums_real_converters *adc, float *sums, int32_t *acc) {
    const floats none = {0};
    for (uint32_t i = 0; i < x->lanes; i++) {
        const size_t lane = x->order[i];
        const uint16_t *lines = x->lines + lane * x->room, *end = lines + x->counts[lane];
        if (lines == end && !keeps && adc) continue;   /* no current: code 0                      */
        floats a0 = none, a1 = none, a2 = none, a3 = none, b0 = none, b1 = none, b2 = none,
               b3 = none;
        for (; lines < end; lines += 4) {
            const floats *t0 = at(tables + 2 * (size_t)lines[0]),
                         *t1 = at(tables + 2 * (size_t)lines[1]);
            const floats *t2 = at(tables + 2 * (size_t)lines[2]),
                         *t3 = at(tables + 2 * (size_t)lines[3]);
            a0 += t0[0], b0 += t0[1];
            a1 += t1[0], b1 += t1[1];
            a2 += t2[0], b2 += t2[1];
            a3 += t3[0], b3 += t3[1];
        }
        floats *to = (floats *)(void *)(sums + lane * SUMS_REAL_COLUMNS);
        a0 = (a0 + a1) + (a2 + a3);
        b0 = (b0 + b1) + (b2 + b3);
        if (keeps) {
            a0 += to[0] + to[0];
            b0 += to[1] + to[1];
        }
        if (!adc) {
            to[0] = a0;
            to[1] = b0;
            continue;
        }
        add_code(&a0, adc->slope, adc->top, adc->shift, acc + lane * SUMS_REAL_COLUMNS);
        add_code(&b0, adc->slope + 8, adc->top + 8, adc->shift, acc + lane * SUMS_REAL_COLUMNS + 8);
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
/* Eight columns of ACC, as add_code() does it. */
static AVX2 inline void add_code_avx2(__m256 sum, __m256 slope, __m256 top, __m128i shift,
                                      int32_t *acc) {
    const __m256 code = _mm256_add_ps(_mm256_mul_ps(sum, slope), _mm256_set1_ps(0.5f));
    const __m256 within = _mm256_min_ps(_mm256_max_ps(code, _mm256_setzero_ps()), top);
    const __m256i whole = _mm256_sll_epi32(_mm256_cvttps_epi32(within), shift);
    __m256i *to = (__m256i *)(void *)acc;
    _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to), whole));
}

/* read_all() in the processor's own minimum and maximum. */
static AVX2 void read_avx2(const float *tables, const sums_real_inputs *x, int keeps,
                           const sums_real_converters *adc, float *sums, int32_t *acc) {
    static const sums_real_converters none;
    const sums_real_converters *how = adc ? adc : &none;
    const __m256 slope_a = _mm256_loadu_ps(how->slope), slope_b = _mm256_loadu_ps(how->slope + 8);
    const __m256 top_a = _mm256_loadu_ps(how->top), top_b = _mm256_loadu_ps(how->top + 8);
    const __m128i shift = _mm_cvtsi32_si128((int)how->shift);
    for (uint32_t i = 0; i < x->lanes; i++) {
        const size_t lane = x->order[i];
        const uint16_t *lines = x->lines + lane * x->room, *end = lines + x->counts[lane];
        if (lines == end && !keeps && adc) continue;
        __m256 a[4], b[4];
        for (int k = 0; k < 4; k++) a[k] = b[k] = _mm256_setzero_ps();
        for (; lines < end; lines += 4)
            for (int k = 0; k < 4; k++) {
                const float *line = tables + 2 * (size_t)lines[k];
                a[k] = _mm256_add_ps(a[k], _mm256_loadu_ps(line));
                b[k] = _mm256_add_ps(b[k], _mm256_loadu_ps(line + 8));
            }
        float *to = sums + lane * SUMS_REAL_COLUMNS;
        __m256 sum_a = _mm256_add_ps(_mm256_add_ps(a[0], a[1]), _mm256_add_ps(a[2], a[3]));
        __m256 sum_b = _mm256_add_ps(_mm256_add_ps(b[0], b[1]), _mm256_add_ps(b[2], b[3]));
        if (keeps) {
            const __m256 old_a = _mm256_loadu_ps(to), old_b = _mm256_loadu_ps(to + 8);
            sum_a = _mm256_add_ps(sum_a, _mm256_add_ps(old_a, old_a));
            sum_b = _mm256_add_ps(sum_b, _mm256_add_ps(old_b, old_b));
        }
        if (adc) {
            add_code_avx2(sum_a, slope_a, top_a, shift, acc + lane * SUMS_REAL_COLUMNS);
            add_code_avx2(sum_b, slope_b, top_b, shift, acc + lane * SUMS_REAL_COLUMNS + 8);
            continue;
        }
        _mm256_storeu_ps(to, sum_a);
        _mm256_storeu_ps(to + 8, sum_b);
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

INLINE512 void add_line(__m512 *sum, const float *tables, uint16_t line) {
    *sum = _mm512_add_ps(*sum, _mm512_loadu_ps(tables + 2 * (size_t)line));
}

/* What read_avx2() does with a lane's sums. */
INLINE512 void end_lane(const __m512 x[4], size_t lane, const ends *e) {
    float *to = e->sums + lane * SUMS_REAL_COLUMNS;
    int32_t *acc = e->acc + lane * SUMS_REAL_COLUMNS;
    __m512 sum = _mm512_add_ps(_mm512_add_ps(x[0], x[1]), _mm512_add_ps(x[2], x[3]));
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
    _mm512_storeu_si512(acc, _mm512_add_epi32(_mm512_loadu_si512(acc), whole));
}

/* Two lanes at a time, since four sums wait for each other; the first has no more lines. */
INLINE512 void read_pairs(const float *tables, const sums_real_inputs *x, ends e) {
    const __m512 zero = _mm512_setzero_ps();
    const int skips = !e.keeps && e.converts;   /* no current: code 0 */
    for (uint32_t i = 0; i < x->lanes; i += 2) {
        const size_t a = x->order[i], b = x->order[i + 1 < x->lanes ? i + 1 : i];
        const uint16_t *p = x->lines + a * x->room, *q = x->lines + b * x->room;
        const uint16_t *const p_end = p + x->counts[a], *const q_end = q + x->counts[b];
        __m512 one[4] = {zero, zero, zero, zero}, two[4] = {zero, zero, zero, zero};
        if (q == q_end && skips) continue;
        for (; p < p_end; p += 4, q += 4)
            for (int k = 0; k < 4; k++) {
                add_line(&one[k], tables, p[k]);
                add_line(&two[k], tables, q[k]);
            }
        for (; q < q_end; q += 4)
            for (int k = 0; k < 4; k++) add_line(&two[k], tables, q[k]);
        if (x->counts[a] || !skips) end_lane(one, a, &e);
        if (i + 1 < x->lanes) end_lane(two, b, &e);
    }
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
        read_pairs(tables, x, e);
        return;
    }
    e.keeps = 0, e.converts = 1;   /* what nearly all calls are: constants of the loops */
    read_pairs(tables, x, e);
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

void sums_real_list(const uint8_t *nibbles, uint32_t n_tables, const sums_real_inputs *x) {
    CALL(lists, nibbles, n_tables, x);
    else
        for (uint32_t i = 0; i < x->lanes; i++) make_list(nibbles, n_tables, i, x);
    sort_lanes(x);
}

void sums_real_columns(const int32_t *acc, int32_t *out) {
    CALL(columns, acc, out);
    else turn_plainly(acc, out);
}

void sums_real_tables(const float *cells, size_t stride, uint32_t n_rows, float *tables) {
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
