#include "rank_test.h"

#include <math.h>
#include <stdlib.h>

/* Twice the rank of VALUE among ALL, which is a whole number: 2 for the smallest. */
static size_t double_rank(double value, const double *all, size_t n) {
    size_t smaller = 0, equal = 0;
    for (size_t i = 0; i < n; i++) {
        smaller += all[i] < value;
        equal += all[i] == value;
    }
    return 2 * smaller + equal + 1;
}

double rank_test(const double *x, size_t n_x, const double *y, size_t n_y) {
    enum { SUM_MAX = RANK_TEST_MAX * (RANK_TEST_MAX + 1) };
    /* ways[k][s]: choices of k numbers whose double ranks add up to s; exact below 2^53 */
    static double ways[RANK_TEST_MAX + 1][SUM_MAX + 1];
    const size_t n = n_x + n_y;
    double all[RANK_TEST_MAX], total = 0.0, as_far = 0.0;
    size_t sum = 0;
    for (size_t i = 0; i < n; i++) all[i] = i < n_x ? x[i] : y[i - n_x];
    for (size_t k = 0; k <= n_x; k++)
        for (size_t s = 0; s <= SUM_MAX; s++) ways[k][s] = k == 0 && s == 0;
    for (size_t i = 0; i < n; i++) {
        const size_t rank = double_rank(all[i], all, n);
        if (i < n_x) sum += rank;
        for (size_t k = n_x; k > 0; k--)
            for (size_t s = SUM_MAX; s >= rank; s--) ways[k][s] += ways[k - 1][s - rank];
    }
    const long centre = (long)(n_x * (n + 1)), distance = labs((long)sum - centre);
    for (size_t s = 0; s <= SUM_MAX; s++) {
        total += ways[n_x][s];
        if (labs((long)s - centre) >= distance) as_far += ways[n_x][s];
    }
    return as_far / total;
}

double rank_correlation(const double *x, const double *y, size_t n) {
    double xx = 0.0, yy = 0.0, xy = 0.0;
    for (size_t i = 0; i < n; i++) {     /* the mean of double ranks is n + 1 */
        const double a = (double)double_rank(x[i], x, n) - ((double)n + 1.0);
        const double b = (double)double_rank(y[i], y, n) - ((double)n + 1.0);
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    return xy / sqrt(xx * yy);
}
