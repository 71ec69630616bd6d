/* The spatial mapping of hwmodel.cimloop: what each level of the chip takes of a layer. */
#include "fake_host.h"
#include "near.h"

#include <cim_sdk/rng.h>

#include <math.h>

#include "hwmodels/cimloop/spatial.c"

static void allocation(void **state) {
    (void)state;
    static const struct { uint32_t size[3], capacity, factor[3]; double used; } rows[] = {
        {{27, 1, 1}, 32, {27, 1, 1}, 27},     /* it fits                                   */
        {{64, 3, 3}, 128, {14, 3, 3}, 115.2}, /* 2 x 7 channels: 32 in four 7s and one 4   */
        {{128, 3, 3}, 128, {128, 1, 1}, 128},
        {{7, 7, 1}, 4, {4, 1, 1}, 3.5},       /* 7 in steps of 4 and 3                     */
        {{56, 56, 1}, 6, {2, 3, 1}, 112 / 19.0}, /* 2 rows, 3 columns in 18 steps, 2 in one   */
        {{224, 224, 1}, 512, {32, 16, 1}, 512},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        uint32_t factor[3];
        const double used = cimloop_allocate(rows[i].size, 3, rows[i].capacity, factor);
        near(used, rows[i].used, 1e-12);
        assert_memory_equal(factor, rows[i].factor, sizeof factor);
    }
}

/* Never worse than the best of all products of divisors, and of all single uneven splits. */
static void allocation_is_best(void **state) {
    (void)state;
    cim_rng rng;
    fake_stream(NULL, 5, &rng);
    for (uint32_t i = 0; i < 3000; ++i) {
        const uint32_t size[2] = {1 + (uint32_t)cim_rng_below(&rng, 120),
                                  1 + (uint32_t)cim_rng_below(&rng, 120)};
        const uint32_t capacity = 1 + (uint32_t)cim_rng_below(&rng, 200);
        uint32_t factor[2], width;
        double best = 1;
        for (uint32_t a = 1; a <= size[0]; ++a)
            for (uint32_t b = 1; b <= size[1]; ++b) {
                if (size[0] % a || size[1] % b || a * b > capacity) continue;
                const uint32_t left = capacity / (a * b);
                best = fmax(best, (double)a * b);
                if (size[0] / a > left && left > 1)
                    best = fmax(best, a * b * uneven_split(size[0] / a, left, &width));
                if (size[1] / b > left && left > 1)
                    best = fmax(best, a * b * uneven_split(size[1] / b, left, &width));
            }
        near(cimloop_allocate(size, 2, capacity, factor), best, 1e-12);
        assert_true(factor[0] * factor[1] <= capacity);
    }
}

/* A memory that is asked again, and one whose entries collide, give the same mapping. */
static void memo_is_transparent(void **state) {
    (void)state;
    static cimloop_memo memo, fresh;
    cim_rng rng;
    fake_stream(NULL, 6, &rng);
    for (uint32_t i = 0; i < 5000; ++i) {
        uint32_t size[N_DIMS], fanout[N_LEVELS];
        cimloop_mapping a, b;
        for (uint32_t d = 0; d < N_DIMS; ++d) size[d] = 1 + (uint32_t)cim_rng_below(&rng, 64);
        for (uint32_t l = 0; l < N_LEVELS; ++l) fanout[l] = 1 + (uint32_t)cim_rng_below(&rng, 40);
        memset(&fresh, 0, sizeof fresh);
        cimloop_map(&memo, size, fanout, &a);
        cimloop_map(&fresh, size, fanout, &b);
        assert_memory_equal(&a, &b, sizeof a);
        for (uint32_t l = 0; l < N_LEVELS; ++l) {
            uint32_t units = 1;
            for (uint32_t d = 0; d < N_DIMS; ++d) units *= a.factor[l][d];
            assert_true(units <= fanout[l]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocation), cmocka_unit_test(allocation_is_best),
        cmocka_unit_test(memo_is_transparent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
