/* The problems for searchers against a second implementation's figures (tests/golden/searchers). */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include "csv.h"
#include <cim_sdk/hypervolume.h>
#include "tests/problems/functions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_SEED = 7, CHECK_ROWS = 4 };

static uint32_t read_numbers(const char *chars, double *out, uint32_t most) {
    uint32_t n = 0;
    char *end = NULL;
    for (double x = strtod(chars, &end); end != chars; x = strtod(chars = end, &end)) {
        assert_true(n < most);
        out[n++] = x;
    }
    return n;
}

static void assert_numbers(const char *chars, const double *found, uint32_t n) {
    double right[PROBLEM_VARIABLES];
    assert_int_equal(read_numbers(chars, right, PROBLEM_VARIABLES), n);
    for (uint32_t i = 0; i < n; i++)
        assert_true(fabs(found[i] - right[i]) <= 1e-9 * fabs(right[i]));
}

/* Columns: problem, row, u, F, G. */
static void check_row(const csv_row *row) {
    const problem *p = problem_find(csv_cell(row, 0));
    assert_non_null(p);
    double u[CHECK_ROWS * PROBLEM_VARIABLES], right[PROBLEM_VARIABLES], values[PROBLEM_VARIABLES];
    double goals[PROBLEM_GOALS], slack[PROBLEM_CONSTRAINTS];
    problem_hypercube(CHECK_ROWS, p->d, CHECK_SEED, u);
    const double *own = u + strtoul(csv_cell(row, 1), NULL, 10) * p->d;
    assert_int_equal(read_numbers(csv_cell(row, 2), right, PROBLEM_VARIABLES), p->d);
    for (uint32_t i = 0; i < p->d; i++) assert_true(own[i] == right[i]);
    problem_values(p, own, values);
    problem_evaluate(p, values, goals, slack);
    assert_numbers(csv_cell(row, 3), goals, p->m);
    assert_numbers(csv_cell(row, 4), slack, p->c);
}

static void every_problem_has_its_figures(void **state) {
    (void)state;
    csv_reader reader = {.file =
                             fopen(SOURCE_DIR "/tests/golden/searchers/check_values.csv", "rb")};
    csv_row row = {0};
    size_t n = 0;
    assert_non_null(reader.file);
    assert_true(csv_read(&reader, &row));
    for (; csv_read(&reader, &row); n++) check_row(&row);
    assert_int_equal(n, CHECK_ROWS * N_PROBLEMS);
    csv_row_free(&row);
    fclose(reader.file);
}

static void values_and_variables_correspond(void **state) {
    (void)state;
    for (uint32_t i = 0; i < N_PROBLEMS; i++) {
        const problem *p = &problems[i];
        uint32_t n = 0, element, seen[PROBLEM_VARIABLES] = {0};
        for (uint32_t k = 0; k < p->n_params; k++)
            n += p->params[k].length ? p->params[k].length : 1;
        assert_int_equal(n, p->d);
        for (uint32_t k = 0; k < p->d; k++) seen[problem_place(p, k)]++;
        for (uint32_t k = 0; k < p->d; k++) assert_int_equal(seen[k], 1);
        assert_ptr_equal(problem_param(p, p->d - 1, &element), &p->params[p->n_params - 1]);
        const uint32_t length = p->params[p->n_params - 1].length;
        assert_int_equal(element, length ? length - 1 : 0);
    }
    assert_null(problem_find("no such problem"));
}

static void optima_are_known(void **state) {
    (void)state;
    double ones[10], f[1];
    for (uint32_t i = 0; i < 10; i++) ones[i] = 1.0;
    problem_evaluate(problem_find("rosenbrock10"), ones, f, NULL);
    assert_true(f[0] == 0.0);
    problem_evaluate(problem_find("branin"), (double[]){-3.14159265358979, 12.275}, f, NULL);
    assert_true(fabs(f[0] - problem_find("branin")->optimum) < 1e-9);
    problem_evaluate(problem_find("hartmann6"),
                     (double[]){0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573}, f, NULL);
    assert_true(fabs(f[0] - problem_find("hartmann6")->optimum) < 1e-8);
}

/* Columns: problem, optimiser, seed, n, hv, hv2, best. */
static void check_start(const csv_row *row) {
    const problem *p = problem_find(csv_cell(row, 0));
    double u[PROBLEM_START * PROBLEM_VARIABLES], values[PROBLEM_VARIABLES], best = INFINITY;
    double goals[PROBLEM_START * PROBLEM_GOALS], slack[PROBLEM_CONSTRAINTS];
    size_t n = 0;
    problem_hypercube(PROBLEM_START, p->d, strtoul(csv_cell(row, 2), NULL, 10), u);
    for (uint32_t i = 0; i < PROBLEM_START; i++) {
        int feasible = 1;
        problem_values(p, u + i * p->d, values);
        problem_evaluate(p, values, goals + n * p->m, slack);
        for (uint32_t k = 0; k < p->c; k++) feasible = feasible && slack[k] <= 0.0;
        if (feasible) best = fmin(best, goals[n++ * p->m]);
    }
    for (size_t k = 0; p->m > 1 && k < 2; k++) {
        const double right = strtod(csv_cell(row, 4 + k), NULL);   /* printed with 8 digits */
        assert_true(fabs(cim_hypervolume(goals, n, p->m, p->reference[k]) - right) <= 1e-6 * right);
    }
    if (p->m == 1) assert_true(fabs(best - strtod(csv_cell(row, 6), NULL)) <= 1e-6 * fabs(best));
}

/* Others began with the same designs, and hypervolumes are the same. */
static void stored_results_begin_alike(void **state) {
    (void)state;
    csv_reader reader = {.file =
                             fopen(SOURCE_DIR "/tests/golden/searchers/peer_results.csv", "rb")};
    csv_row row = {0};
    size_t n = 0;
    assert_non_null(reader.file);
    assert_true(csv_read(&reader, &row));
    while (csv_read(&reader, &row)) {
        if (strcmp(csv_cell(&row, 3), "20") != 0) continue;
        check_start(&row);
        n++;
    }
    assert_true(n > 200);
    csv_row_free(&row);
    fclose(reader.file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_problem_has_its_figures),
        cmocka_unit_test(values_and_variables_correspond),
        cmocka_unit_test(optima_are_known),
        cmocka_unit_test(stored_results_begin_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
