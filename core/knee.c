#include "knee.h"

#include <stdint.h>
#include <stdlib.h>

typedef struct range { double min, max; } range;

static void find_ranges(const double *front, size_t n, size_t m, range *ranges) {
    for (size_t k = 0; k < m; k++) {
        ranges[k] = (range){front[k], front[k]};
        for (size_t i = 1; i < n; i++) {
            const double goal = front[m * i + k];
            if (goal < ranges[k].min) ranges[k].min = goal;
            if (goal > ranges[k].max) ranges[k].max = goal;
        }
    }
}

static double normalised_sum(const double *goals, size_t m, const range *ranges) {
    double sum = 0.0;
    for (size_t k = 0; k < m; k++) {
        /* halves, so that no range overflows */
        const double width = 0.5 * ranges[k].max - 0.5 * ranges[k].min;
        if (width > 0.0) sum += (0.5 * goals[k] - 0.5 * ranges[k].min) / width;
    }
    return sum;
}

size_t knee_find(const double *front, size_t n, size_t m) {
    if (n == 0 || m > SIZE_MAX / sizeof(range)) return n;
    range *ranges = malloc(m * sizeof *ranges);
    if (ranges == NULL) return n;
    find_ranges(front, n, m, ranges);
    size_t knee = 0;
    double least = normalised_sum(front, m, ranges);
    for (size_t i = 1; i < n; i++) {
        const double sum = normalised_sum(front + m * i, m, ranges);
        if (sum < least) {
            least = sum;
            knee = i;
        }
    }
    free(ranges);
    return knee;
}

/* Is a better than b in goal FIRST, then in the goals in their order? */
static int better(const double *a, const double *b, size_t m, size_t first) {
    if (a[first] != b[first]) return a[first] < b[first];
    for (size_t k = 0; k < m; k++)
        if (a[k] != b[k]) return a[k] < b[k];
    return 0;
}

void knee_extremes(const double *front, size_t n, size_t m, size_t *best) {
    for (size_t k = 0; k < m; k++) {
        best[k] = 0;
        for (size_t i = 1; i < n; i++)
            if (better(front + m * i, front + m * best[k], m, k)) best[k] = i;
    }
}
