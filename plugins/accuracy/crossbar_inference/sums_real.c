#include "sums_real.h"

#include <string.h>

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

INLINE void make_patterns(const uint16_t *restrict codes, uint32_t n_rows, uint32_t bit,
                          uint8_t *restrict patterns) {
    for (uint32_t k = 0; k < n_rows; k++) {
        uint8_t *restrict to = patterns + (size_t)(k / SUMS_REAL_ROWS) * SUMS_LANES;
        const uint16_t *restrict x = codes + (size_t)k * SUMS_LANES;
        const uint32_t r = k % SUMS_REAL_ROWS;
        if (r == 0) memset(to, 0, SUMS_LANES);
        for (uint32_t i = 0; i < SUMS_LANES; i++)
            to[i] = (uint8_t)(to[i] | (uint8_t)((x[i] >> bit & 1) << r));
    }
}

INLINE void make_list(const uint8_t *patterns, uint32_t n_tables, uint32_t lane,
                      const sums_real_inputs *x) {
    uint16_t *lines = x->lines + (size_t)lane * x->room;
    uint32_t n = 0;
    for (uint32_t table = 0; table < n_tables; table++) {
        const uint32_t p = patterns[(size_t)table * SUMS_LANES + lane];
        lines[n] = (uint16_t)(table * (SUMS_REAL_TABLE / 2) + p * (SUMS_REAL_COLUMNS / 2));
        n += p != 0;
    }
    while (n % 4) lines[n++] = 0;
    x->counts[lane] = (uint16_t)n;
}

static void sort_lanes(const sums_real_inputs *x) {
    for (uint32_t count = 0, n = 0; n < x->lanes; count += 4)
        for (uint32_t i = 0; i < x->lanes; i++)
            if (x->counts[i] == count) x->order[n++] = (uint8_t)i;
}

INLINE void make_lists(const uint16_t *codes, uint32_t n_rows, uint32_t bit, uint8_t *patterns,
                       const sums_real_inputs *x) {
    const uint32_t n_tables = (n_rows + SUMS_REAL_ROWS - 1) / SUMS_REAL_ROWS;
    make_patterns(codes, n_rows, bit, patterns);
    for (uint32_t i = 0; i < x->lanes; i++) make_list(patterns, n_tables, i, x);
}

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
        floats a0 = none, a1 = none, a2 = none, a3 = none, b0 = none, b1 = none, b2 = none, b3 = none;
        for (; lines < end; lines += 4) {
            const floats *t0 = at(tables + 2 * (size_t)lines[0]), *t1 = at(tables + 2 * (size_t)lines[1]);
            const floats *t2 = at(tables + 2 * (size_t)lines[2]), *t3 = at(tables + 2 * (size_t)lines[3]);
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

#if defined(__x86_64__) && defined(__GNUC__)
#define AVX2 __attribute__((target("avx2")))
static AVX2 void lists_avx2(const uint16_t *codes, uint32_t n_rows, uint32_t bit, uint8_t *patterns,
                            const sums_real_inputs *x) {
    make_lists(codes, n_rows, bit, patterns, x);
}
static AVX2 void tables_avx2(const float *cells, size_t stride, uint32_t n_rows, float *tables) {
    make_tables(cells, stride, n_rows, tables);
}
static AVX2 void read_avx2(const float *tables, const sums_real_inputs *x, int keeps,
                           const sums_real_converters *adc, float *sums, int32_t *acc) {
    read_all(tables, x, keeps, adc, sums, acc);
}
static AVX2 void errors_avx2(const float *sums, size_t n, float slope, float step, int32_t top,
                             float factor, float *errors) {
    add_errors(sums, n, slope, step, top, factor, errors);
}
#define CALL(name, ...) \
    if (__builtin_cpu_supports("avx2")) name##_avx2(__VA_ARGS__)
#else
#define CALL(name, ...) \
    if (0) (void)0
#endif

void sums_real_list(const uint16_t *codes, uint32_t n_rows, uint32_t bit, uint8_t *patterns,
                    const sums_real_inputs *x) {
    CALL(lists, codes, n_rows, bit, patterns, x);
    else make_lists(codes, n_rows, bit, patterns, x);
    sort_lanes(x);
}

void sums_real_tables(const float *cells, size_t stride, uint32_t n_rows, float *tables) {
    CALL(tables, cells, stride, n_rows, tables);
    else make_tables(cells, stride, n_rows, tables);
}

void sums_real_read(const float *tables, const sums_real_inputs *x, int keeps,
                    const sums_real_converters *adc, float *sums, int32_t *acc) {
    CALL(read, tables, x, keeps, adc, sums, acc);
    else read_all(tables, x, keeps, adc, sums, acc);
}

void sums_real_errors(const float *sums, size_t n, float slope, float step, int32_t top, float factor,
                      float *errors) {
    CALL(errors, sums, n, slope, step, top, factor, errors);
    else add_errors(sums, n, slope, step, top, factor, errors);
}
