/* searcher.tpe: snapshots, and memory that runs out. */
#include "searcher_snapshots.h"

static subject tpe = {.name = "tpe", .number = "start"};

/* multivariate, start, candidates, good_share, good_most, keep */
static const double modes[][6] = {{0, 20, 24, 0.1, 25, 0.4}, {1, 20, 24, 0.1, 25, 0}};

static void test_resume(void **state) {
    (void)state;
    static const uint64_t cuts[] = {0, 1, 7, 21};
    const cim_problem wide = mixed_problem(), small = network_problem();
    for (size_t i = 0; i < 2 * sizeof cuts / sizeof cuts[0]; i++) {
        const double *numbers = modes[i % 2];
        const uint64_t cut = cuts[i / 2];
        check_resume("tpe", numbers, &wide, judge_mixed, 1, cut, 40);
        check_resume("tpe", numbers, &wide, judge_mixed, 16, cut / 2, 12);
        check_resume("tpe", numbers, &wide, judge_mixed, 100, cut / 8, 4);
        check_resume("tpe", numbers, &small, judge_sum, 4, cut, 60); /* to the end: 37 asks */
    }
}

/* Also where trials have been dropped. */
static void test_resume_after_many(void **state) {
    (void)state;
    const cim_problem p = mixed_problem();
    for (size_t i = 0; i < 2; i++) check_resume("tpe", modes[i], &p, judge_mixed, 200, 4, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_resume_after_many),
        SEARCHER_SNAPSHOTS(&tpe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
