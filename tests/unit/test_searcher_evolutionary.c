/* searcher.evolutionary: its points, in every kind of space and whatever comes of them. */
#include "searcher_rules.h"

static const char *const keys[] = {"population", "crossover", "mutation_rate", "mutation_step",
                                   "reset", "algorithm", "preset", NULL};
static subject evolutionary = {.name = "evolutionary", .modes = {NULL}, .n_modes = 1, .keys = keys,
                               .number = "population", .survives = 400};

static void test_ten_thousand_asks(void **state) {
    (void)state;
    enum { N = 10000 };
    const cim_problem spaces[] = {mixed_problem(),
                                  problem_of(zdt_dimensions(), ZDT_DIMENSIONS, two_goals, 2)};
    judge_fn *const judges[] = {judge_mixed, judge_zdt1};
    for (size_t i = 0; i < 2; i++) {
        driver d;
        double *points = new_points(&spaces[i], N);
        driver_start(&d, "evolutionary", NULL, &spaces[i], 3);
        assert_int_equal(driver_run(&d, N, 1, judges[i], points, NULL), N);
        assert_int_equal(d.asks, N);
        assert_int_equal(distinct(&spaces[i], points, N), N);
        driver_stop(&d);
        free(points);
    }
}

/* Also where there are more designs than a population holds by far. */
static void test_exhausts_a_chip(void **state) {
    (void)state;
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    exhaust(&evolutionary, NULL, &p, judge_chip, CHIP_DESIGNS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SEARCHER_RULES(&evolutionary),
        cmocka_unit_test(test_ten_thousand_asks),
        cmocka_unit_test(test_exhausts_a_chip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
