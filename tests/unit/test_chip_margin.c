/* Least shares of a column's rows: against all of them, one by one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include <cim_chip/margin.h>

static uint32_t asked;

/* Valleys at ONE and at OTHER rows, with FLAT rows around the first that are all alike. */
typedef struct shape { double one, other, flat; } shape;

static double share(const void *column, uint32_t rows) {
    const shape *s = column;
    ++asked;
    return fmin(fmax(fabs(log(rows / s->one)), s->flat), 0.1 + fabs(log(rows / s->other)));
}

static double least_of_all(const shape *s, uint32_t from, uint32_t to) {
    double least = INFINITY;
    for (uint32_t rows = from; rows <= to; ++rows) least = fmin(least, share(s, rows));
    return least;
}

static void one_valley(void **state) {
    (void)state;
    static const double lowest[] = {1, 2, 3, 7, 8, 100, 999, 1000, 1001, 1e5};
    for (uint32_t i = 0; i < sizeof lowest / sizeof lowest[0]; ++i)
        for (uint32_t from = 1; from <= 1000; from = from * 3 / 2 + 1) {
            const shape s = {lowest[i], 1e9, 0};
            const double all = least_of_all(&s, from, 1000);
            asked = 0;
            assert_true(cim_least_share(share, &s, from, 1000) == all);
            assert_true(asked <= 25);
            assert_true(cim_least_share_of_valleys(share, &s, from, 1000) == all);
        }
    const shape single = {3, 1e9, 0};
    assert_true(cim_least_share(share, &single, 8, 8) == share(&single, 8));
    assert_true(cim_least_share_of_valleys(share, &single, 8, 8) == share(&single, 8));
}

static void several_valleys(void **state) {
    (void)state;
    for (double one = 1; one < 3000; one *= 1.37)
        for (double other = 1; other < 3000; other *= 1.61)
            for (uint32_t from = 1; from < 2000; from = from * 2 + 1) {
                const shape s = {one, other, 0.05};
                assert_true(cim_least_share_of_valleys(share, &s, from, 2000) ==
                            least_of_all(&s, from, 2000));
            }
}

static int is_more(const void *column, uint32_t rows) { return rows > *(const uint32_t *)column; }

static void first_rows(void **state) {
    (void)state;
    for (uint32_t most = 0; most < 40; ++most) {
        const uint32_t first = most + 1 < 5 ? 5 : most + 1 > 30 ? 30 : most + 1;
        assert_int_equal(cim_first_rows(is_more, &most, 5, 30), first);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_valley),
                                       cmocka_unit_test(several_valleys),
                                       cmocka_unit_test(first_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
