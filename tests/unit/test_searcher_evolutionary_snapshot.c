/* searcher.evolutionary: snapshots, and memory that runs out. */
#include "searcher_exhaustible.h"
#include "searcher_snapshots.h"

static subject evolutionary = {.name = "evolutionary", .number = "population"};

static void test_resume(void **state) {
    (void)state;
    static const uint64_t cuts[] = {0, 1, 3, 7, 20, 33};
    const cim_problem wide = mixed_problem(), small = network_problem();
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        check_resume("evolutionary", NULL, &wide, judge_mixed, 1, cuts[i], 60);
        check_resume("evolutionary", NULL, &wide, judge_mixed, 16, cuts[i], 40);
        check_resume("evolutionary", NULL, &wide, judge_mixed, 1000, cuts[i] / 8, 6);
        /* to the end: 37 asks */
        check_resume("evolutionary", NULL, &small, judge_sum, 4, cuts[i], 60);
    }
}

/* Also where more are on the front than are kept, even ends of it. */
static void test_resume_with_full_fronts(void **state) {
    (void)state;
    static const uint32_t populations[] = {2, 3, 24};
    for (size_t i = 0; i < 3; i++) {
        double numbers[MAX_PARAMS];
        numbers_with(&evolutionary, populations[i], numbers);
        for (size_t k = 0; k < 4; k++) {
            const exhaustible e = exhaustible_problem(k);
            for (uint64_t cut = 3; cut <= 33; cut += 5) {
                check_resume("evolutionary", numbers, &e.problem, e.judge, 16, cut, 50);
                check_resume("evolutionary", numbers, &e.problem, e.judge, 1, 10 * cut, 400);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_resume_with_full_fronts),
        SEARCHER_SNAPSHOTS(&evolutionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
