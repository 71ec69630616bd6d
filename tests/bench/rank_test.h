/* rank_test.h: do two samples differ in size, do two measures agree on the order? */
#ifndef RANK_TEST_H
#define RANK_TEST_H
#include <stddef.h>

enum { RANK_TEST_MAX = 32 };     /* numbers in both samples together */

/* Two-sided probability that samples X and Y of one distribution differ as much in the sum of ranks
 * as these: the test of H. B. Mann and D. R. Whitney, Ann. Math. Stat. 18, 50-60 (1947). Exact,
 * with ties too: equal numbers share their mean rank, and all choices of ranks for X are
 * counted. */
double rank_test(const double *x, size_t n_x, const double *y, size_t n_y);
/* Spearman's: the correlation of the ranks of N pairs. */
double rank_correlation(const double *x, const double *y, size_t n);
#endif
