/* Which lanes are read together, and the lines that each adds (sums_real.h). */
#include "sums_real.h"
#include "processor.h"

#include <string.h>

#if IS_X86
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* ---- how many lines each lane adds ----------------------------------------------------------- */

INLINE void count_plainly(const uint8_t *nibbles, uint32_t n_tables, uint8_t *pairs) {
    uint16_t n[SUMS_LANES] = {0};
    for (uint32_t table = 0; table < n_tables; table++, nibbles += SUMS_LANES)
        for (uint32_t i = 0; i < SUMS_LANES; i++) n[i] = (uint16_t)(n[i] + (nibbles[i] != 0));
    for (uint32_t i = 0; i < SUMS_LANES; i++) pairs[i] = (uint8_t)((n[i] + 1) / 2);
}

/* Lanes of one count stay in their order. */
static void sort_plainly(const uint8_t *pairs, uint32_t most, const sums_real_inputs *x) {
    uint32_t before[SUMS_REAL_MOST_TABLES / 2 + 2] = {0};
    for (uint32_t i = 0; i < x->lanes; i++) before[pairs[i] + 1]++;
    for (uint32_t count = 1; count <= most; count++) before[count] += before[count - 1];
    for (uint32_t i = 0; i < x->lanes; i++) x->order[before[pairs[i]]++] = (uint8_t)i;
}

static AVX2 void count_avx2(const uint8_t *nibbles, uint32_t n_tables, uint8_t *pairs) {
    count_plainly(nibbles, n_tables, pairs);
}

#if IS_X86
/* 64 lanes of one count at a time. */
#define AVX512 __attribute__((target("avx512bw,avx512vbmi2")))
static AVX512 void sort_avx512(const uint8_t *pairs, uint32_t most, const sums_real_inputs *x) {
    uint8_t numbers[64];
    for (uint32_t i = 0; i < sizeof numbers; i++) numbers[i] = (uint8_t)i;
    const __m512i each = _mm512_loadu_si512(numbers);
    uint32_t n = 0;
    for (uint32_t count = 0; count <= most && n < x->lanes; count++)
        for (uint32_t first = 0; first < x->lanes; first += 64) {
            const uint32_t left = x->lanes - first;
            const uint64_t used = left < 64 ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
            const __mmask64 chosen = _mm512_mask_cmpeq_epi8_mask(
                used, _mm512_loadu_si512(pairs + first), _mm512_set1_epi8((char)count));
            const __m512i lanes = _mm512_add_epi8(each, _mm512_set1_epi8((char)first));
            _mm512_storeu_si512(x->order + n, _mm512_maskz_compress_epi8(chosen, lanes));
            n += (uint32_t)__builtin_popcountll(chosen);
        }
}
#endif

static void order_lanes(const uint8_t *nibbles, uint32_t n_tables, const sums_real_inputs *x) {
    const uint32_t most = (n_tables + 1) / 2;
    uint8_t pairs[SUMS_LANES];
    (HAS_AVX2 ? count_avx2 : count_plainly)(nibbles, n_tables, pairs);
#if IS_X86
    if (HAS_AVX512("bw") && HAS_AVX512("vbmi2")) sort_avx512(pairs, most, x);
    else
#endif
        sort_plainly(pairs, most, x);
    for (uint32_t i = 0; i < x->lanes; i += SUMS_REAL_LANES)
        x->pairs[i / SUMS_REAL_LANES] = pairs[x->order[i + SUMS_REAL_LANES - 1]];
}

/* ---- the lines ------------------------------------------------------------------------------- */

/* Zeros from END on, to where the next lane's lines begin, and some more, which these replace. */
INLINE void fill_up(uint16_t *end, const uint16_t *next) {
    static const uint16_t zeros[8];
    memcpy(end, zeros, sizeof zeros);
    if (next > end + 8) memset(end + 8, 0, (size_t)(next - end - 8) * sizeof *end);
}

static void list_plainly(const uint8_t *nibbles, uint32_t n_tables, const sums_real_inputs *x) {
    uint16_t *lines = x->lines;
    for (uint32_t i = 0; i < x->lanes; i++) {
        uint16_t *end = lines;
        for (uint32_t table = 0; table < n_tables; table++) {
            const uint32_t p = nibbles[(size_t)table * SUMS_LANES + x->order[i]];
            *end = (uint16_t)(table * (SUMS_REAL_TABLE / 2) + p * (SUMS_REAL_COLUMNS / 2));
            end += p != 0;
        }
        lines += 2 * x->pairs[i / SUMS_REAL_LANES];
        fill_up(end, lines);
    }
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

/* Appends eight tables' lines, those of which the pattern is not zero. Returns the new end. */
static AVX2 inline uint16_t *append(__m128i patterns, uint32_t table, const uint8_t *packs,
                                    uint16_t *end) {
    const __m128i each = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7), zero = _mm_setzero_si128();
    const uint32_t empty = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(patterns, zero)),
                   chosen = ~empty & 0xff;
    const __m128i at = _mm_slli_epi16(_mm_add_epi16(each, _mm_set1_epi16((short)table)), 7);
    const __m128i line = _mm_add_epi16(at, _mm_slli_epi16(_mm_unpacklo_epi8(patterns, zero), 3));
    const __m128i pack = _mm_loadu_si128((const __m128i *)(const void *)(packs + 16 * chosen));
    _mm_storeu_si128((__m128i *)(void *)end, _mm_shuffle_epi8(line, pack));
    return end + __builtin_popcount(chosen);
}
_Static_assert(SUMS_REAL_TABLE / 2 == 1 << 7 && SUMS_REAL_COLUMNS / 2 == 1 << 3,
               "append() shifts by these");

/* Patterns of all lanes, transposed. */
typedef struct turned { __m128i tables[(SUMS_REAL_MOST_TABLES + 7) / 8][SUMS_LANES / 2]; } turned;
static AVX2 void turn_all(const uint8_t *nibbles, uint32_t n_tables, turned *to) {
    for (uint32_t table = 0; table < n_tables; table += 8)
        for (uint32_t lane = 0; lane < SUMS_LANES; lane += 16)
            turn(nibbles + (size_t)table * SUMS_LANES + lane, n_tables - table,
                 to->tables[table / 8] + lane / 2);
}

static AVX2 void list_avx2(const uint8_t *nibbles, uint32_t n_tables, const sums_real_inputs *x) {
    const uint8_t *packs = packing(), *order = x->order, *pairs = x->pairs;
    const uint32_t lanes = x->lanes;
    turned t;
    turn_all(nibbles, n_tables, &t);
    uint16_t *lines = x->lines;
    for (uint32_t i = 0; i < lanes; i++) {
        uint16_t *end = lines;
        lines += 2 * pairs[i / SUMS_REAL_LANES];
        if (lines == end) continue;
        for (uint32_t table = 0; table < n_tables; table += 8) {
            const char *patterns = (const char *)t.tables[table / 8] + (size_t)order[i] * 8;
            end = append(_mm_loadl_epi64((const void *)patterns), table, packs, end);
        }
        fill_up(end, lines);
    }
}
#endif

void sums_real_list(const uint8_t *nibbles, uint32_t n_tables, const sums_real_inputs *x) {
    order_lanes(nibbles, n_tables, x);
#if IS_X86
    if (HAS_AVX2) {
        list_avx2(nibbles, n_tables, x);
        return;
    }
#endif
    list_plainly(nibbles, n_tables, x);
}
