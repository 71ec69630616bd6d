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
       SUMS_REAL_SLACK = 12,
       SUMS_REAL_MOST_TABLES = UINT16_MAX / (SUMS_REAL_TABLE / 2) };

/* What one bit of the inputs puts on the rows at LANES output positions: for each, the lines to
 * add. Rows without a current add nothing and are left out. */
typedef struct sums_real_inputs {
    uint16_t *lines;         /* lane x ROOM, where they lie in the tables, in pairs of floats;
                                SUMS_REAL_SLACK more than there are tables                        */
    uint16_t *counts;        /* of each lane, a multiple of four: lists are filled up with 0      */
    uint8_t *order;          /* of lanes, by count: then a processor foresees where a list ends   */
    uint32_t room, lanes;
} sums_real_inputs;

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
