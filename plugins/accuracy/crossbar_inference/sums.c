#include "sums.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
#endif

void sums_tables(sums_column *c, const uint8_t *levels, uint32_t n_rows) {
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
            out[i] = (uint16_t)(out[i] + c->tables[16 * q + nibbles[c->quads[q] * SUMS_LANES + (uint32_t)i]]);
}

static inline void convert(sums_converter a, const uint16_t *sums, int32_t weight, int32_t *acc) {
    for (int i = 0; i < SUMS_LANES; i++) {
        const int32_t code = (int32_t)((float)sums[i] * a.slope + a.start);
        acc[i] += (code < a.top ? code : a.top) * weight;
    }
}

static inline void convert_real(float slope, float top, const float *sums, double factor,
                                double *acc) {
    for (int i = 0; i < SUMS_LANES; i++) {
        float code = sums[i] * slope + 0.5f;
        code = code < 0 ? 0 : code > top ? top : code;
        acc[i] += factor * (double)(int32_t)code;
    }
}

#ifdef AVX2
/* Quads whose sums still fit a byte. */
static uint32_t burst(uint32_t cell_bits) { return 255 / (4 * ((1u << cell_bits) - 1)); }

static AVX2 inline void widen(__m256i bytes, uint16_t *out) {
    __m256i *to = (__m256i *)(void *)out;
    const __m256i low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(bytes));
    const __m256i high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(bytes, 1));
    _mm256_storeu_si256(to, _mm256_add_epi16(_mm256_loadu_si256(to), low));
    _mm256_storeu_si256(to + 1, _mm256_add_epi16(_mm256_loadu_si256(to + 1), high));
}

static AVX2 void read_avx2(const sums_column *c, const uint8_t *nibbles, uint32_t most,
                           uint16_t *out) {
    memset(out, 0, SUMS_LANES * sizeof *out);
    for (uint32_t q = 0; q < c->n;) {
        const uint32_t end = c->n - q < most ? c->n : q + most;
        __m256i a = _mm256_setzero_si256(), b = a, d = a, e = a;
        for (; q < end; q++) {
            const __m128i t = _mm_loadu_si128((const __m128i *)(const void *)(c->tables + 16 * q));
            const __m256i table = _mm256_broadcastsi128_si256(t);
            const __m256i *n = (const __m256i *)(const void *)(nibbles + (size_t)c->quads[q] * SUMS_LANES);
            a = _mm256_add_epi8(a, _mm256_shuffle_epi8(table, _mm256_loadu_si256(n)));
            b = _mm256_add_epi8(b, _mm256_shuffle_epi8(table, _mm256_loadu_si256(n + 1)));
            d = _mm256_add_epi8(d, _mm256_shuffle_epi8(table, _mm256_loadu_si256(n + 2)));
            e = _mm256_add_epi8(e, _mm256_shuffle_epi8(table, _mm256_loadu_si256(n + 3)));
        }
        widen(a, out);
        widen(b, out + 32);
        widen(d, out + 64);
        widen(e, out + 96);
    }
}

static AVX2 void convert_avx2(sums_converter a, const uint16_t *sums, int32_t weight,
                              int32_t *acc) {
    convert(a, sums, weight, acc);
}

static AVX2 void convert_real_avx2(float slope, float top, const float *sums, double factor,
                                   double *acc) {
    convert_real(slope, top, sums, factor, acc);
}
#endif

void sums_read(const sums_column *c, const uint8_t *nibbles, uint32_t cell_bits, uint16_t *out) {
#ifdef AVX2
    if (__builtin_cpu_supports("avx2")) {
        read_avx2(c, nibbles, burst(cell_bits), out);
        return;
    }
#endif
    (void)cell_bits;
    read_plainly(c, nibbles, out);
}

void sums_convert(sums_converter a, const uint16_t *sums, int32_t weight, int32_t *acc) {
#ifdef AVX2
    if (__builtin_cpu_supports("avx2")) {
        convert_avx2(a, sums, weight, acc);
        return;
    }
#endif
    convert(a, sums, weight, acc);
}

void sums_convert_real(float slope, float top, const float *sums, double factor, double *acc) {
#ifdef AVX2
    if (__builtin_cpu_supports("avx2")) {
        convert_real_avx2(slope, top, sums, factor, acc);
        return;
    }
#endif
    convert_real(slope, top, sums, factor, acc);
}
