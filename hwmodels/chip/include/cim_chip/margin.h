/* Rows of a column at which its converter tells best; what the models' sense margins share.
 *
 * More rows at once never make a column easier to tell: a converter may have a wider range than that
 * of the rows that are read, with coarser steps, so a column of R rows is told as well as the best
 * of R rows and more. Rows are those of weights. */
#ifndef CIM_CHIP_MARGIN_H
#define CIM_CHIP_MARGIN_H

#include <stdint.h>

/* Noise of a column of which ROWS rows are read over a step of their converter, a share. */
typedef double (*cim_noise_share)(const void *column, uint32_t rows);

/* Whether something holds for ROWS rows; if so, for more rows too. */
typedef int (*cim_row_test)(const void *column, uint32_t rows);

/* Least share of FROM to TO rows (FROM <= TO), where it falls until some number of rows and rises
 * from there on: exact, asks SHARE twice to 2 log2(TO - FROM) times. Where it has several valleys,
 * as of ranges that follow what occurs: exact if they are a tenth of their rows wide; asks some 11
 * ln(TO / FROM) times. */
double cim_least_share(cim_noise_share share, const void *column, uint32_t from, uint32_t to);
double cim_least_share_of_valleys(cim_noise_share share, const void *column, uint32_t from,
                                  uint32_t to);

/* Least number of FROM to TO rows that TEST holds for; TO: of none, or of TO alone. */
uint32_t cim_first_rows(cim_row_test test, const void *column, uint32_t from, uint32_t to);

#endif
