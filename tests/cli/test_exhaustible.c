/* VGG8 on rram_crossbar with 10,500 designs, all of which can be evaluated: `sweep` finds the exact
 * front, and `evolutionary` nearly all of its hypervolume with 1,000 trials. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG SOURCE_DIR "/configs/vgg8_rram.cfg"
enum { GOALS = 3, DESIGNS = 5 * 5 * 3 * 7 * 4 * 5 };
static const char *const goal_names[GOALS] = {"energy_j", "latency_s", "area_mm2"};

typedef struct figures { size_t n; double (*rows)[GOALS]; } figures;

/* Goals of the feasible rows. */
static figures feasible_of(const csv_table *t) {
    figures f = {0, calloc(t->n_rows + 1, sizeof *f.rows)};
    size_t column[GOALS];
    const size_t outcome = csv_column(t, "outcome");
    assert_non_null(f.rows);
    for (size_t k = 0; k < GOALS; k++) column[k] = csv_column(t, goal_names[k]);
    for (size_t i = 1; i <= t->n_rows; i++) {
        char *const *cells = t->cells + i * t->n_columns;
        if (strcmp(cells[outcome], "feasible") != 0) continue;
        for (size_t k = 0; k < GOALS; k++) f.rows[f.n][k] = strtod(cells[column[k]], NULL);
        f.n++;
    }
    return f;
}

static figures read_figures(const char *chars) {
    csv_table *t = csv_parse(chars);
    const figures f = feasible_of(t);
    csv_free(t);
    return f;
}

/* ---- fronts ---------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b) {
    const double *x = a, *y = b;
    for (size_t k = 0; k < GOALS; k++)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

/* Leaves the different members of the front, in order; only an earlier row can be as good. */
static void reduce_to_front(figures *f) {
    size_t kept = 0;
    qsort(f->rows, f->n, sizeof *f->rows, compare_rows);
    for (size_t i = 0; i < f->n; i++) {
        int is_beaten = 0;
        for (size_t j = 0; j < kept && !is_beaten; j++)
            is_beaten = f->rows[j][1] <= f->rows[i][1] && f->rows[j][2] <= f->rows[i][2];
        if (!is_beaten) memmove(f->rows[kept++], f->rows[i], sizeof *f->rows);
    }
    f->n = kept;
}

/* Area of goals 1 and 2 that the first N rows, in the order of goal 0, cover. */
static double covered_area(const figures *f, size_t n, const double *reference) {
    double area = 0.0, from = -INFINITY;
    for (;;) { /* along goal 1: the next row, and the least goal 2 up to it */
        double at = reference[1], next = reference[1], least = reference[2];
        for (size_t i = 0; i < n; i++)
            if (f->rows[i][1] > from) at = fmin(at, f->rows[i][1]);
        for (size_t i = 0; i < n; i++) {
            if (f->rows[i][1] <= at) least = fmin(least, f->rows[i][2]);
            else next = fmin(next, f->rows[i][1]);
        }
        if (at >= reference[1]) return area;
        area += (next - at) * (reference[2] - least);
        from = at;
    }
}

/* Of a front in the order of goal 0. */
static double hypervolume_of(const figures *f, const double *reference) {
    double volume = 0.0;
    for (size_t i = 0; i < f->n && f->rows[i][0] < reference[0]; i++) {
        const double end = i + 1 < f->n ? fmin(f->rows[i + 1][0], reference[0]) : reference[0];
        volume += (end - f->rows[i][0]) * covered_area(f, i + 1, reference);
    }
    return volume;
}

/* Two cubes' worth of volume that can be said by heart. */
static void hypervolume_is_right(void **state) {
    (void)state;
    double rows[][GOALS] = {{0, 2, 1}, {1, 0, 2}, {1, 1, 0}, {4, 0, 0}};
    const figures f = {4, rows};
    /* goal 0 from 0 to 1: 1 x 2; from 1 to 3: (0, 2) 1 x 1, then (1, 0) 2 x 3 */
    assert_true(hypervolume_of(&f, (const double[]){3, 3, 3}) == 2.0 + 2.0 * 7.0);
}

/* ---- the space ------------------------------------------------------------------------------- */

/* Every design as a row of points.csv, in an order of its own. */
static void write_every_design(void) {
    static const int sides[] = {512, 32, 256, 64, 128}, cells[] = {4, 1, 2};
    static const int muxes[] = {16, 4, 32, 8}, at_once[] = {8, 128, 32, 16, 64};
    char *table = calloc(DESIGNS + 2, 40), *end = table;
    assert_non_null(table);
    end += sprintf(end, "hwmodel.rows_at_once,hwmodel.columns_per_adc,hwmodel.adc_bits,"
                        "hwmodel.cell_bits,hwmodel.columns,hwmodel.rows\n");
    for (int i = 0; i < DESIGNS; i++)
        end += sprintf(end, "%d,%d,%d,%d,%d,%d\n", at_once[i % 5], muxes[i / 5 % 4],
                       3 + i / 20 % 7, cells[i / 140 % 3], sides[i / 420 % 5], sides[i / 2100]);
    cli_write("points.csv", "%s", table);
    free(table);
}

static figures exact_front(void) {
    write_every_design();
    figures f = read_figures(cli_good("eval %s --points points.csv", CONFIG)->out);
    assert_in_range(f.n, DESIGNS / 2, DESIGNS);
    reduce_to_front(&f);
    assert_in_range(f.n, 10, 100);
    return f;
}

static void sweep_and_evolutionary(void **state) {
    (void)state;
    figures exact = exact_front();
    cli_good("run %s --out swept --trials %d --set study.batch=512 "
             "--set 'searcher={plugin=\"sweep\"; mode=\"exhaustive\";}'", CONFIG, DESIGNS + 1);
    figures swept = read_figures(cli_good("export swept --format csv")->out);
    reduce_to_front(&swept);
    figures reported = read_figures(cli_good("export swept --format csv --front")->out);
    qsort(reported.rows, reported.n, sizeof *reported.rows, compare_rows);
    assert_int_equal(swept.n, exact.n);
    assert_int_equal(reported.n, exact.n);
    assert_memory_equal(swept.rows, exact.rows, exact.n * sizeof *exact.rows);
    assert_memory_equal(reported.rows, exact.rows, exact.n * sizeof *exact.rows);

    cli_good("run %s --out evolved --trials 1000 --set 'searcher={plugin=\"evolutionary\";}'",
             CONFIG);
    figures evolved = read_figures(cli_good("export evolved --format csv")->out);
    reduce_to_front(&evolved);
    double reference[GOALS]; /* a tenth of the front's extent beyond it */
    for (size_t k = 0; k < GOALS; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < exact.n; i++) {
            low = fmin(low, exact.rows[i][k]);
            high = fmax(high, exact.rows[i][k]);
        }
        reference[k] = high + 0.1 * (high - low);
    }
    const double whole = hypervolume_of(&exact, reference);
    const double share = hypervolume_of(&evolved, reference) / whole;
    print_message("%zu designs on the front; share of its hypervolume: %.4f\n", exact.n, share);
    assert_true(share >= 0.99 && share <= 1.0 + 1e-12);
    const figures one = {1, exact.rows}; /* or any front would do */
    assert_true(hypervolume_of(&one, reference) < 0.99 * whole);
    free(evolved.rows);
    free(reported.rows);
    free(swept.rows);
    free(exact.rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hypervolume_is_right),
        CLI_TEST(sweep_and_evolutionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
