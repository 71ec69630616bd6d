#include "nibbles.h"
#include "processor.h"

#include <string.h>

#include "sums.h"

/* 32 lanes; the compiler makes of it what the processor has. */
typedef uint8_t bytes __attribute__((vector_size(32), aligned(1), may_alias));
enum { LANES = 32 };
#define INLINE static inline __attribute__((always_inline))

/* Eight bits of four rows, transposed in two steps: first those of two rows side by side, the even
 * and the odd bits of both; then nibbles, two to a byte. */
INLINE void split_lanes(const uint8_t *rows, uint32_t bits, size_t plane, uint8_t *to) {
    const bytes *row = (const bytes *)(const void *)rows;
    const size_t next = SUMS_LANES / LANES;
    const bytes a = row[0], b = row[next], c = row[2 * next], d = row[3 * next];
    const bytes even_low = (a & 0x55) | ((b & 0x55) << 1), odd_low = ((a >> 1) & 0x55) | (b & 0xaa);
    const bytes even_high = (c & 0x55) | ((d & 0x55) << 1),
                odd_high = ((c >> 1) & 0x55) | (d & 0xaa);
    const bytes pairs[4] = {(even_low & 0x33) | ((even_high & 0x33) << 2),   /* bits 0 and 4      */
                            (odd_low & 0x33) | ((odd_high & 0x33) << 2),
                            ((even_low >> 2) & 0x33) | (even_high & 0xcc),
                            ((odd_low >> 2) & 0x33) | (odd_high & 0xcc)};
    for (uint32_t i = 0; i < 8 && i < bits; i++)
        *(bytes *)(void *)(to + i * plane) = (pairs[i % 4] >> (uint8_t)(i / 4 * 4)) & 0x0f;
}

INLINE void split(const uint16_t *codes, uint32_t n_rows, uint32_t bits, size_t plane,
                  uint8_t *nibbles) {
    for (uint32_t low = 0; low < bits; low += 8)
        for (uint32_t k = 0; k < n_rows; k += 4) {
            uint8_t rows[4 * SUMS_LANES] = {0};
            const uint32_t n = (n_rows - k < 4 ? n_rows - k : 4) * SUMS_LANES;
            const uint16_t *from = codes + (size_t)k * SUMS_LANES;
            for (uint32_t i = 0; i < n; i++) rows[i] = (uint8_t)(from[i] >> low);
            for (uint32_t i = 0; i < SUMS_LANES; i += LANES)
                split_lanes(rows + i, bits - low, plane,
                            nibbles + low * plane + k / 4 * SUMS_LANES + i);
        }
}

static AVX2 void split_avx2(const uint16_t *codes, uint32_t n_rows, uint32_t bits, size_t plane,
                            uint8_t *nibbles) {
    split(codes, n_rows, bits, plane, nibbles);
}

void nibbles_split(const uint16_t *codes, uint32_t n_rows, uint32_t bits, size_t plane,
                   uint8_t *nibbles) {
    if (HAS_AVX2) split_avx2(codes, n_rows, bits, plane, nibbles);
    else split(codes, n_rows, bits, plane, nibbles);
}
