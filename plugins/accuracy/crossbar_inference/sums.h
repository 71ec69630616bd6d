/* sums.h: what the columns of an array carry, for 128 output positions at once.
 *
 * Cells are whole levels and a read's inputs are single bits, so four rows of a column have 16
 * possible sums: a table, which one byte shuffle looks up for 32 positions (16 bytes a quad of
 * rows). A quad whose cells are all zero is left out. */
#ifndef CROSSBAR_SUMS_H
#define CROSSBAR_SUMS_H

#include <stdint.h>

enum { SUMS_LANES = 128, SUMS_MOST_CELL_BITS = 6 };  /* 4 * (2^6 - 1) is the largest byte         */

typedef struct sums_column {
    uint8_t *tables;         /* 16 bytes for each quad that is not all zero, and for one more     */
    uint32_t *quads;         /* which ones                                                        */
    uint32_t n;
    uint32_t all;            /* its owner's: what all cells carry together                        */
} sums_column;

/* LEVELS of N_ROWS cells -> tables. */
void sums_tables(sums_column *c, const uint8_t *levels, uint32_t n_rows);
/* NIBBLES: for each quad of rows, SUMS_LANES bytes whose low four bits are the rows' inputs. */
void sums_read(const sums_column *c, const uint8_t *nibbles, uint32_t cell_bits, uint16_t *out);
uint16_t sums_largest(const uint16_t *sums);

/* code = min(floor(sum * slope + start), top), exact for every sum up to the one it was made for.
 * NARROW: the same in words, 16 instead of 8 at a time, where that is exact, too; of x = min(sum,
 * most) the first of these that is:
 *   SUMS_PLAIN   code = x
 *   SUMS_ROUNDED code = (x part + 2^14) / 2^15, one multiplication
 *   SUMS_LONG    code = (x whole + floor(x part / 2^16) + half) / 2^shift */
typedef enum sums_how { SUMS_PLAIN, SUMS_ROUNDED, SUMS_LONG, SUMS_HOWS } sums_how;
typedef struct sums_words { uint16_t how, most, whole, part, half, shift; } sums_words;
typedef struct sums_converter {
    float slope, start;
    int32_t top, is_narrow;
    sums_words narrow;
} sums_converter;
uint16_t sums_word_code(sums_words a, uint16_t sum);
/* ACC += code * weight */
void sums_convert(sums_converter a, const uint16_t *sums, int32_t weight, int32_t *acc);
/* ACC += code << BITS, in words */
void sums_convert_words(sums_words a, const uint16_t *sums, uint32_t bits, uint16_t *acc);
/* Both at once, so that sums need not leave registers. IS_FIRST: ACC = */
void sums_read_words(const sums_column *c, const uint8_t *nibbles, uint32_t cell_bits,
                     const sums_words *a, uint32_t bits, int is_first, uint16_t *acc);
/* The same of real sums, which may be negative: code 0. ACC += code * FACTOR */
void sums_convert_real(float slope, float top, const float *sums, double factor, double *acc);
/* OUT += acc * FACTOR */
void sums_scale(const int32_t *acc, double factor, double *out);
/* OUT += (MORE - LESS) * FACTOR */
void sums_scale_words(const uint16_t *more, const uint16_t *less, double factor, double *out);
/* ACC += sum * weight */
void sums_add(const uint16_t *sums, int32_t weight, int32_t *acc);
#endif
