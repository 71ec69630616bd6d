/* Time of cim_hypervolume() against plain slicing, measured in the same run on the same points:
 * random fronts of 100 and 1000 members with 2 .. 5 goals. The ratio is what to compare between
 * machines. */
#include <cim_sdk/hypervolume.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_GOALS 5
#define LEAST_S 0.2          /* of calls repeated, for one time */
#define NAIVE_LIMIT_S 20.0   /* a reference expected to take longer is not run */

/* Processor time of this process: other work on the machine does not count. */
static double seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

static double uniform(uint64_t *state) { /* splitmix64, Sebastiano Vigna */
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

/* Points on the sphere of radius 1 about (1, 1, ...), the side towards the origin. */
static void make_front(double *points, size_t n, size_t m, uint64_t seed) {
    for (size_t i = 0; i < n; i++) {
        double length = 0.0;
        for (size_t k = 0; k < m; k++) {
            points[m * i + k] = -log(1.0 - uniform(&seed));
            length += points[m * i + k] * points[m * i + k];
        }
        for (size_t k = 0; k < m; k++) points[m * i + k] = 1.0 - points[m * i + k] / sqrt(length);
    }
}

static int compare(const void *a, const void *b) {
    const double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

typedef double row[MAX_GOALS];

/* Slices along the last goal, each one a problem with one goal less. */
static double naive(const row *rows, size_t n, size_t m) {
    double *cuts = malloc((n + 1) * sizeof *cuts);
    row *below = malloc(n * sizeof *below);
    if (cuts == NULL || below == NULL) exit(1);
    for (size_t i = 0; i < n; i++) cuts[i] = rows[i][m - 1];
    cuts[n] = 1.0;
    qsort(cuts, n, sizeof *cuts, compare);
    double volume = 0.0;
    for (size_t s = 0; s < n && m > 1; s++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (rows[i][m - 1] <= cuts[s]) memcpy(below[count++], rows[i], sizeof rows[i]);
        volume += naive((const row *)below, count, m - 1) * (cuts[s + 1] - cuts[s]);
    }
    if (m == 1) volume = 1.0 - cuts[0];
    free(below);
    free(cuts);
    return volume;
}

static double time_ours(const double *points, size_t n, size_t m, double *volume) {
    static const double reference[MAX_GOALS] = {1.0, 1.0, 1.0, 1.0, 1.0};
    size_t calls = 0;
    const double start = seconds();
    double elapsed = 0.0;
    while (elapsed < LEAST_S) {
        *volume = cim_hypervolume(points, n, m, reference);
        calls++;
        elapsed = seconds() - start;
    }
    return elapsed / (double)calls;
}

static double time_naive(const double *points, size_t n, size_t m, double *volume) {
    row *rows = calloc(n, sizeof *rows);
    if (rows == NULL) exit(1);
    for (size_t i = 0; i < n; i++) memcpy(rows[i], points + m * i, m * sizeof *points);
    size_t calls = 0;
    const double start = seconds();
    double elapsed = 0.0;
    while (elapsed < LEAST_S) {
        *volume = naive((const row *)rows, n, m);
        calls++;
        elapsed = seconds() - start;
    }
    free(rows);
    return elapsed / (double)calls;
}

int main(void) {
    static const size_t sizes[] = {100, 1000};
    static double points[1000 * MAX_GOALS];
    puts("| goals | members | ours, s | naive, s | ratio |\n|---|---|---|---|---|");
    for (size_t m = 2; m <= MAX_GOALS; m++) {
        double expected = 0.0;
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            const size_t n = sizes[i];
            double ours = 0.0, theirs = 0.0;
            make_front(points, n, m, 1);
            const double ours_s = time_ours(points, n, m, &ours);
            printf("| %zu | %zu | %.2e | ", m, n, ours_s);
            if (expected > NAIVE_LIMIT_S) {
                puts("too long to run | - |");
                continue;
            }
            const double naive_s = time_naive(points, n, m, &theirs);
            printf("%.2e | %.0f |\n", naive_s, naive_s / ours_s);
            if (fabs(ours - theirs) > 1e-9 * theirs) {
                printf("they differ: %.17g and %.17g\n", ours, theirs);
                return 1;
            }
            expected = naive_s * pow(10.0, (double)m);
        }
    }
    return 0;
}
