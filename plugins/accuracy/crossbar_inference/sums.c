#include "sums.h"
#include "processor.h"

#include <string.h>

#if IS_X86
#include <immintrin.h>
#define INLINE inline __attribute__((always_inline))
#endif

static void tables_plainly(sums_column *c, const uint8_t *levels, uint32_t n_rows) {
    const uint64_t each = 0x0101010101010101u;
    c->n = 0;
    for (uint32_t k = 0; k < n_rows; k += 4) {
        uint8_t g[4] = {0};
        memcpy(g, levels + k, n_rows - k < 4 ? n_rows - k : 4);
        if (!(g[0] | g[1] | g[2] | g[3])) continue;
        const uint64_t two = (uint64_t)g[0] << 8 | (uint64_t)g[1] << 16 |
                             (uint64_t)(g[0] + g[1]) << 24;
        const uint64_t low = two | (two + g[2] * (each >> 32)) << 32, high = low + g[3] * each;
        for (int i = 0; i < 8; i++) {
            c->tables[c->n * 16 + (uint32_t)i] = (uint8_t)(low >> (8 * i));
            c->tables[c->n * 16 + 8 + (uint32_t)i] = (uint8_t)(high >> (8 * i));
        }
        c->quads[c->n++] = k / 4;
    }
}

static void read_plainly(const sums_column *c, const uint8_t *nibbles, uint16_t *out) {
    memset(out, 0, SUMS_LANES * sizeof *out);
    for (uint32_t q = 0; q < c->n; q++)
        for (int i = 0; i < SUMS_LANES; i++)
            out[i] =
                (uint16_t)(out[i] +
                           c->tables[16 * q + nibbles[c->quads[q] * SUMS_LANES + (uint32_t)i]]);
}

static inline void convert(sums_converter a, const uint16_t *sums, int32_t weight, int32_t *acc) {
    for (int i = 0; i < SUMS_LANES; i++) {
        const int32_t code = (int32_t)((float)sums[i] * a.slope + a.start);
        acc[i] += (code < a.top ? code : a.top) * weight;
    }
}

uint16_t sums_word_code(sums_words a, uint16_t sum) {
    const uint32_t x = sum < a.most ? sum : a.most;
    if (a.how == SUMS_PLAIN) return (uint16_t)x;
    if (a.how == SUMS_ROUNDED) return (uint16_t)((x * a.part + (1u << 14)) >> 15);
    return (uint16_t)((uint16_t)(x * a.whole + (x * a.part >> 16) + a.half) >> a.shift);
}

static inline void convert_words(sums_words a, const uint16_t *sums, uint32_t bits, uint16_t *acc) {
    for (int i = 0; i < SUMS_LANES; i++)
        acc[i] = (uint16_t)(acc[i] + (sums_word_code(a, sums[i]) << bits));
}

static inline void add(const uint16_t *sums, int32_t weight, int32_t *acc) {
    for (int i = 0; i < SUMS_LANES; i++) acc[i] += sums[i] * weight;
}

static inline void scale(const int32_t *acc, double factor, double *out) {
    for (int i = 0; i < SUMS_LANES; i++) out[i] += factor * acc[i];
}

static inline void scale_words(const uint16_t *more, const uint16_t *less, double factor,
                               double *out) {
    for (int i = 0; i < SUMS_LANES; i++) out[i] += factor * ((int32_t)more[i] - less[i]);
}

static inline void convert_real(float slope, float top, const float *sums, double factor,
                                double *acc) {
    for (int i = 0; i < SUMS_LANES; i++) {
        float code = sums[i] * slope + 0.5f;
        code = code < 0 ? 0 : code > top ? top : code;
        acc[i] += factor * (double)(int32_t)code;
    }
}

#if IS_X86
/* Quads whose sums still fit a byte. */
static uint32_t burst(uint32_t cell_bits) { return 255 / (4 * ((1u << cell_bits) - 1)); }

/* A quad's 16 sums: of each of its rows, what it adds to the patterns that have its bit. */
static AVX2 void tables_avx2(sums_column *c, const uint8_t *levels, uint32_t n_rows) {
    const __m128i patterns = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m128i has[4], zero = _mm_setzero_si128();
    for (int r = 0; r < 4; r++) {
        const __m128i bit = _mm_set1_epi8((char)(1 << r));
        has[r] = _mm_cmpeq_epi8(_mm_and_si128(patterns, bit), bit);
    }
    uint8_t *tables = c->tables;
    uint32_t *quads = c->quads;
    for (uint32_t k = 0; k < n_rows; k += 4) {
        uint32_t g = 0;
        if (n_rows - k >= 4) memcpy(&g, levels + k, 4);
        else memcpy(&g, levels + k, n_rows - k);
        const __m128i one = _mm_cvtsi32_si128((int)g);
        __m128i sum = zero;
        for (int r = 0; r < 4; r++) {
            const __m128i each = _mm_shuffle_epi8(one, _mm_set1_epi8((char)r));
            sum = _mm_add_epi8(sum, _mm_and_si128(each, has[r]));
        }
        _mm_storeu_si128((__m128i *)(void *)tables, sum);
        *quads = k / 4;
        tables += g ? 16 : 0;
        quads += g != 0;
    }
    c->n = (uint32_t)(quads - c->quads);
}

/* Bytes to words: those of BYTES[i] become WORDS[2i] and [2i + 1], or are added to them. */
static AVX2 inline void widen(const __m256i bytes[4], int is_first, __m256i words[8]) {
    for (int i = 0; i < 4; i++) {
        const __m256i low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(bytes[i]));
        const __m256i high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(bytes[i], 1));
        words[2 * i] = is_first ? low : _mm256_add_epi16(words[2 * i], low);
        words[2 * i + 1] = is_first ? high : _mm256_add_epi16(words[2 * i + 1], high);
    }
}

/* Sums stay in registers; bytes go to words before they overflow. */
static AVX2 INLINE void sum_up(const sums_column *c, const uint8_t *nibbles, uint32_t most,
                               __m256i words[8]) {
    const __m256i zero = _mm256_setzero_si256();
    for (int i = 0; i < 8; i++) words[i] = zero;
    for (uint32_t q = 0; q < c->n;) {
        const uint32_t from = q, end = c->n - q < most ? c->n : q + most;
        __m256i bytes[4] = {zero, zero, zero, zero};
        for (; q < end; q++) {
            const __m128i t =
                _mm_loadu_si128((const __m128i *)(const void *)(c->tables + 16 * (size_t)q));
            const __m256i table = _mm256_broadcastsi128_si256(t);
            const __m256i *n =
                (const __m256i *)(const void *)(nibbles + (size_t)c->quads[q] * SUMS_LANES);
            for (int i = 0; i < 4; i++)
                bytes[i] = _mm256_add_epi8(bytes[i],
                                           _mm256_shuffle_epi8(table, _mm256_loadu_si256(n + i)));
        }
        widen(bytes, from == 0, words);
    }
}

static AVX2 void read_avx2(const sums_column *c, const uint8_t *nibbles, uint32_t most,
                           uint16_t *out) {
    __m256i words[8];
    sum_up(c, nibbles, most, words);
    for (int i = 0; i < 8; i++) _mm256_storeu_si256((__m256i *)(void *)out + i, words[i]);
}

/* ACC = or += the codes of WORDS, HOW as A has it (a constant for the compiler). */
static AVX2 INLINE void convert_in_place(const sums_words *a, sums_how how, const __m256i words[8],
                                         uint32_t bits, int is_first, uint16_t *acc) {
    const __m256i most = _mm256_set1_epi16((short)a->most);
    const __m256i whole = _mm256_set1_epi16((short)a->whole);
    const __m256i part = _mm256_set1_epi16((short)a->part);
    const __m256i half = _mm256_set1_epi16((short)a->half);
    const __m128i right = _mm_cvtsi32_si128(a->shift), left = _mm_cvtsi32_si128((int)bits);
    for (int i = 0; i < 8; i++) {
        __m256i *to = (__m256i *)(void *)acc + i;
        __m256i x = _mm256_min_epu16(words[i], most);
        if (how == SUMS_ROUNDED) x = _mm256_mulhrs_epi16(x, part);
        if (how == SUMS_LONG) {
            const __m256i rest = _mm256_add_epi16(_mm256_mulhi_epu16(x, part), half);
            x = _mm256_srl_epi16(_mm256_add_epi16(_mm256_mullo_epi16(x, whole), rest), right);
        }
        x = _mm256_sll_epi16(x, left);
        _mm256_storeu_si256(to, is_first ? x : _mm256_add_epi16(_mm256_loadu_si256(to), x));
    }
}

static AVX2 uint16_t largest_avx2(const uint16_t *sums) {
    __m256i most = _mm256_setzero_si256();
    uint16_t all[16], result = 0;
    for (int i = 0; i < SUMS_LANES / 16; i++)
        most = _mm256_max_epu16(most, _mm256_loadu_si256((const __m256i *)(const void *)sums + i));
    _mm256_storeu_si256((__m256i *)(void *)all, most);
    for (int i = 0; i < 16; i++) result = all[i] > result ? all[i] : result;
    return result;
}

static AVX2 void convert_avx2(sums_converter a, const uint16_t *sums, int32_t weight,
                              int32_t *acc) {
    convert(a, sums, weight, acc);
}

/* (The number of the way is a constant in each of these calls.) */
static AVX2 INLINE void convert_any(const sums_words *a, const __m256i words[8], uint32_t bits,
                                    int is_first, uint16_t *acc) {
    if (a->how == SUMS_PLAIN) convert_in_place(a, SUMS_PLAIN, words, bits, is_first, acc);
    else if (a->how == SUMS_ROUNDED) convert_in_place(a, SUMS_ROUNDED, words, bits, is_first, acc);
    else convert_in_place(a, SUMS_LONG, words, bits, is_first, acc);
}

static AVX2 void convert_words_avx2(sums_words a, const uint16_t *sums, uint32_t bits,
                                    uint16_t *acc) {
    __m256i words[8];
    for (int i = 0; i < 8; i++)
        words[i] = _mm256_loadu_si256((const __m256i *)(const void *)sums + i);
    convert_any(&a, words, bits, 0, acc);
}

static AVX2 void read_words_avx2(const sums_column *c, const uint8_t *nibbles, uint32_t most,
                                 const sums_words *a, uint32_t bits, int is_first, uint16_t *acc) {
    __m256i words[8];
    sum_up(c, nibbles, most, words);
    convert_any(a, words, bits, is_first, acc);
}

/* The same, 64 lanes at a time. */
#define AVX512 __attribute__((target("avx512f,avx512bw")))

static AVX512 INLINE void widen_wide(const __m512i bytes[2], __m512i words[4]) {
    for (int i = 0; i < 2; i++) {
        const __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(bytes[i]));
        const __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(bytes[i], 1));
        words[2 * i] = _mm512_add_epi16(words[2 * i], low);
        words[2 * i + 1] = _mm512_add_epi16(words[2 * i + 1], high);
    }
}

static AVX512 INLINE void sum_up_wide(const sums_column *c, const uint8_t *nibbles, uint32_t most,
                                      __m512i words[4]) {
    const __m512i zero = _mm512_setzero_si512();
    for (int i = 0; i < 4; i++) words[i] = zero;
    for (uint32_t q = 0; q < c->n;) {
        const uint32_t end = c->n - q < most ? c->n : q + most;
        __m512i bytes[2] = {zero, zero};
        for (; q < end; q++) {
            const __m512i table = _mm512_broadcast_i32x4(
                _mm_loadu_si128((const __m128i *)(const void *)(c->tables + 16 * (size_t)q)));
            const uint8_t *n = nibbles + (size_t)c->quads[q] * SUMS_LANES;
            for (int i = 0; i < 2; i++)
                bytes[i] = _mm512_add_epi8(
                    bytes[i], _mm512_shuffle_epi8(table, _mm512_loadu_si512(n + 64 * i)));
        }
        widen_wide(bytes, words);
    }
}

static AVX512 INLINE void convert_wide(const sums_words *a, sums_how how, const __m512i words[4],
                                       uint32_t bits, int is_first, uint16_t *acc) {
    const __m512i most = _mm512_set1_epi16((short)a->most);
    const __m512i whole = _mm512_set1_epi16((short)a->whole);
    const __m512i part = _mm512_set1_epi16((short)a->part);
    const __m512i half = _mm512_set1_epi16((short)a->half);
    const __m128i right = _mm_cvtsi32_si128(a->shift), left = _mm_cvtsi32_si128((int)bits);
    for (int i = 0; i < 4; i++, acc += 32) {
        __m512i x = _mm512_min_epu16(words[i], most);
        if (how == SUMS_ROUNDED) x = _mm512_mulhrs_epi16(x, part);
        if (how == SUMS_LONG) {
            const __m512i rest = _mm512_add_epi16(_mm512_mulhi_epu16(x, part), half);
            x = _mm512_srl_epi16(_mm512_add_epi16(_mm512_mullo_epi16(x, whole), rest), right);
        }
        x = _mm512_sll_epi16(x, left);
        _mm512_storeu_si512(acc, is_first ? x : _mm512_add_epi16(_mm512_loadu_si512(acc), x));
    }
}

static AVX512 void read_words_avx512(const sums_column *c, const uint8_t *nibbles, uint32_t most,
                                     const sums_words *a, uint32_t bits, int is_first,
                                     uint16_t *acc) {
    __m512i words[4];
    sum_up_wide(c, nibbles, most, words);
    if (a->how == SUMS_PLAIN) convert_wide(a, SUMS_PLAIN, words, bits, is_first, acc);
    else if (a->how == SUMS_ROUNDED) convert_wide(a, SUMS_ROUNDED, words, bits, is_first, acc);
    else convert_wide(a, SUMS_LONG, words, bits, is_first, acc);
}

static AVX2 void scale_words_avx2(const uint16_t *more, const uint16_t *less, double factor,
                                  double *out) {
    scale_words(more, less, factor, out);
}

static AVX2 void add_avx2(const uint16_t *sums, int32_t weight, int32_t *acc) {
    add(sums, weight, acc);
}

static AVX2 void scale_avx2(const int32_t *acc, double factor, double *out) {
    scale(acc, factor, out);
}

static AVX2 void convert_real_avx2(float slope, float top, const float *sums, double factor,
                                   double *acc) {
    convert_real(slope, top, sums, factor, acc);
}
#endif

void sums_tables(sums_column *c, const uint8_t *levels, uint32_t n_rows) {
#if IS_X86
    if (HAS_AVX2) {
        tables_avx2(c, levels, n_rows);
        return;
    }
#endif
    tables_plainly(c, levels, n_rows);
}

uint16_t sums_largest(const uint16_t *sums) {
#if IS_X86
    if (HAS_AVX2) return largest_avx2(sums);
#endif
    uint16_t result = 0;
    for (int i = 0; i < SUMS_LANES; i++) result = sums[i] > result ? sums[i] : result;
    return result;
}

void sums_read(const sums_column *c, const uint8_t *nibbles, uint32_t cell_bits, uint16_t *out) {
#if IS_X86
    if (HAS_AVX2) {
        read_avx2(c, nibbles, burst(cell_bits), out);
        return;
    }
#endif
    (void)cell_bits;
    read_plainly(c, nibbles, out);
}

void sums_convert(sums_converter a, const uint16_t *sums, int32_t weight, int32_t *acc) {
#if IS_X86
    if (HAS_AVX2) {
        convert_avx2(a, sums, weight, acc);
        return;
    }
#endif
    convert(a, sums, weight, acc);
}

void sums_convert_words(sums_words a, const uint16_t *sums, uint32_t bits, uint16_t *acc) {
#if IS_X86
    if (HAS_AVX2) {
        convert_words_avx2(a, sums, bits, acc);
        return;
    }
#endif
    convert_words(a, sums, bits, acc);
}

void sums_read_words(const sums_column *c, const uint8_t *nibbles, uint32_t cell_bits,
                     const sums_words *a, uint32_t bits, int is_first, uint16_t *acc) {
#if IS_X86
    if (HAS_AVX512("bw")) {
        read_words_avx512(c, nibbles, burst(cell_bits), a, bits, is_first, acc);
        return;
    }
    if (HAS_AVX2) {
        read_words_avx2(c, nibbles, burst(cell_bits), a, bits, is_first, acc);
        return;
    }
#endif
    uint16_t sums[SUMS_LANES];
    if (is_first) memset(acc, 0, sizeof sums);
    sums_read(c, nibbles, cell_bits, sums);
    convert_words(*a, sums, bits, acc);
}

void sums_convert_real(float slope, float top, const float *sums, double factor, double *acc) {
#if IS_X86
    if (HAS_AVX2) {
        convert_real_avx2(slope, top, sums, factor, acc);
        return;
    }
#endif
    convert_real(slope, top, sums, factor, acc);
}

void sums_scale(const int32_t *acc, double factor, double *out) {
#if IS_X86
    if (HAS_AVX2) {
        scale_avx2(acc, factor, out);
        return;
    }
#endif
    scale(acc, factor, out);
}

void sums_scale_words(const uint16_t *more, const uint16_t *less, double factor, double *out) {
#if IS_X86
    if (HAS_AVX2) {
        scale_words_avx2(more, less, factor, out);
        return;
    }
#endif
    scale_words(more, less, factor, out);
}

void sums_add(const uint16_t *sums, int32_t weight, int32_t *acc) {
#if IS_X86
    if (HAS_AVX2) {
        add_avx2(sums, weight, acc);
        return;
    }
#endif
    add(sums, weight, acc);
}
