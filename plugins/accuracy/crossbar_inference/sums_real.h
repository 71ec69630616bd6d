/* sums_real.h: sums.h's idea for cells of real numbers: four rows of 16 columns that lie side by
 * side have 16 possible sums of 16 columns each, so a read of four rows is one addition of such a
 * line. */
#ifndef CROSSBAR_SUMS_REAL_H
#define CROSSBAR_SUMS_REAL_H

#include <stddef.h>

#include "sums.h"

enum { SUMS_REAL_COLUMNS = 16,
       SUMS_REAL_ROWS = 4,                       /* that share a table                            */
       SUMS_REAL_TABLE = SUMS_REAL_COLUMNS << SUMS_REAL_ROWS,  /* floats                          */
       SUMS_REAL_LANES = 4,                      /* that are read together                        */
       SUMS_REAL_MOST_TABLES = 2 * UINT8_MAX };  /* pairs of lines in a byte; their places in two */

/* What one bit of the inputs puts on the rows at LANES output positions: for each, the lines to
 * add. Rows without a current add nothing and are left out; lanes that add nearly as many are read
 * together. */
typedef struct sums_real_inputs {
    uint8_t *order;          /* of lanes, by the length of their lists; room for 2 SUMS_LANES     */
    uint8_t *pairs;          /* of lines that each SUMS_REAL_LANES lanes of ORDER add             */
    uint16_t *lines;         /* those of a lane after the other, in ORDER, as many for each that
                                is read with others, filled up with line 0, which is all zero:
                                where they lie in the tables, in pairs of floats                  */
    uint32_t lanes;          /* a multiple of SUMS_REAL_LANES; nibbles are those of all           */
} sums_real_inputs;

_Static_assert(SUMS_REAL_MOST_TABLES * (SUMS_REAL_TABLE / 2) <= UINT16_MAX + 1, "places of lines");

/* Of LINES, in elements: one table more, since lanes add pairs of lines, and another for what is
 * written behind the last. */
static inline size_t sums_real_room(size_t n_tables) { return (n_tables + 2) * SUMS_LANES; }

/* code = clamp(floor(sum * slope + 1/2), 0, top) of each column, times 2^shift */
typedef struct sums_real_converters {
    float slope[SUMS_REAL_COLUMNS], top[SUMS_REAL_COLUMNS];
    uint32_t shift;
} sums_real_converters;

/* NIBBLES: of one bit, SUMS_LANES for each of N_TABLES (nibbles.h). */
void sums_real_list(const uint8_t *nibbles, uint32_t n_tables, const sums_real_inputs *x);
/* CELLS: N_ROWS rows of 16 columns, each STRIDE after the other. */
void sums_real_tables(const float *cells, size_t stride, uint32_t n_rows, float *tables);
/* What the columns carry; KEEPS: and twice SUMS. To SUMS (lane x column) where ADC is NULL, else
 * converted and added to ACC (likewise). */
void sums_real_read(const float *tables, const sums_real_inputs *x, int keeps,
                    const sums_real_converters *adc, float *sums, int32_t *acc);
/* ACC (lane x column) -> OUT (column x lane), SUMS_LANES lanes. */
void sums_real_columns(const int32_t *acc, int32_t *out);
/* ERRORS += (code * step - sum) * FACTOR of N sums, a multiple of 8. */
void sums_real_errors(const float *sums, size_t n, float slope, float step, int32_t top,
                      float factor, float *errors);
#endif
