/* searcher.tpe: its points, in every kind of space and whatever comes of them, with one density a
 * dimension and with one for all. */
#include "searcher_rules.h"

static const char *const keys[] = {"multivariate", "start", "candidates", "good_share", "good_most",
                                   "keep", NULL};
static const double modes[][6] = {{0, 20, 24, 0.1, 25, 0.4}, {1, 20, 24, 0.1, 25, 0}};
static subject tpe = {.name = "tpe", .modes = {modes[0], modes[1]}, .n_modes = 2, .keys = keys,
                      .number = "start", .survives = 60};

/* More than are kept. */
static void test_many_asks(void **state) {
    (void)state;
    enum { N = 900 };
    const cim_problem p = mixed_problem();
    for (size_t i = 0; i < tpe.n_modes; i++) {
        driver d;
        double *points = new_points(&p, N);
        driver_start(&d, "tpe", tpe.modes[i], &p, 3);
        assert_int_equal(driver_run(&d, N, 1, judge_mixed, points, NULL), N);
        assert_int_equal(distinct(&p, points, N), N);
        driver_stop(&d);
        free(points);
    }
}

/* Whatever the unit: powers of two, so that all is the same to the bit. */
static double unit_of_goals;

static void judge_in_unit(const cim_problem *problem, const double *x, verdict *v) {
    judge_mixed(problem, x, v);
    v->goals[0] *= unit_of_goals;
    v->goals[1] *= unit_of_goals;
}

static void test_units_do_not_matter(void **state) {
    (void)state;
    enum { N = 120 };
    static const double units[] = {1.0, 0x1p40, 0x1p-40};
    const cim_problem p = mixed_problem();
    double *points[3];
    for (size_t i = 0; i < 3; i++) {
        driver d;
        points[i] = new_points(&p, N);
        unit_of_goals = units[i];
        driver_start(&d, "tpe", NULL, &p, 5);
        driver_run(&d, N, 1, judge_in_unit, points[i], NULL);
        driver_stop(&d);
    }
    for (size_t i = 1; i < 3; i++)
        assert_memory_equal(points[0], points[i], (size_t)N * MIXED_DIMENSIONS * sizeof *points[0]);
    for (size_t i = 0; i < 3; i++) free(points[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SEARCHER_RULES(&tpe),
        cmocka_unit_test(test_many_asks),
        cmocka_unit_test(test_units_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
