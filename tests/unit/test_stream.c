/* Numbered random streams: the same for the same three inputs, another for any other, and the same
 * for ever: the golden numbers were worked out by a separate implementation. And normal numbers. */
#include "core_fixture.h"
#include "stream.h"

typedef struct golden {
    uint64_t seed;
    const char *id;
    uint64_t number, s[4], next;
} golden;

static void streams_never_change(void **state) {
    (void)state;
    static const golden cases[] = {
        {1, "searcher.random", 0,
         {0x496b8dc0a726869du, 0x31c65ca52e37ad78u, 0xe3dc4900c09aa1e7u, 0xf4b64a66abb79ab3u},
         0xef24848fe4bf105cu},
        {0, "", 0,
         {0xd5784dc90ff56603u, 0x7b44af42054b4f88u, 0x104685e6d1dc1692u, 0x338fee927bd30d99u},
         0x89674d771e7d75d4u},
        {UINT64_MAX, "accuracy.crossbar_inference", UINT64_MAX,
         {0x50b8596632396dd1u, 0xe07c14cd9dc5a978u, 0x5420b33232302effu, 0xe301b0d4614d7495u},
         0xe7d4125ddf650db9u},
        {42, "searcher.bayesian", 7,
         {0xaf5b94a98a2999ddu, 0x94c539518448a30du, 0x3766147f049d0112u, 0xbf921eec7b3062ccu},
         0x5589aa206254a88bu}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cim_rng rng;
        stream_start(cases[i].seed, cases[i].id, cases[i].number, &rng);
        assert_memory_equal(rng.s, cases[i].s, sizeof rng.s);
        assert_true(cim_rng_next(&rng) == cases[i].next);
    }
}

static void same_inputs_same_stream(void **state) {
    (void)state;
    char id[] = "searcher.tpe";
    cim_rng a, b;
    memset(&a, 0, sizeof a);
    memset(&b, 0xff, sizeof b); /* what was in it before does not matter */
    stream_start(9, "searcher.tpe", 3, &a);
    stream_start(9, id, 3, &b);
    assert_memory_equal(&a, &b, sizeof a);
}

/* All words of all streams of a small block of (seed, id, number) are different numbers. */
static int ascending(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void other_inputs_other_streams(void **state) {
    (void)state;
    enum { SEEDS = 20, NUMBERS = 200 };
    static const char *const ids[] = {"searcher.random", "searcher.randon", "accuracy.random", "",
                                      "a", "b", "ab", "ba"};
    enum { IDS = sizeof ids / sizeof *ids, N = SEEDS * NUMBERS * IDS * 4 };
    uint64_t *words = calloc(N, sizeof *words);
    size_t n = 0;
    assert_non_null(words);
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (size_t i = 0; i < IDS; i++)
            for (uint64_t number = 0; number < NUMBERS; number++) {
                cim_rng rng;
                stream_start(seed, ids[i], number, &rng);
                for (int k = 0; k < 4; k++) words[n++] = rng.s[k];
            }
    assert_int_equal(n, N);
    qsort(words, n, sizeof *words, ascending);
    for (size_t i = 1; i < n; i++) assert_true(words[i] != words[i - 1]);
    free(words);
}

static double ones(const uint64_t *a, const uint64_t *b) {
    double count = 0;
    for (int k = 0; k < 4; k++)
        for (uint64_t x = a[k] ^ b[k]; x; x &= x - 1) count++;
    return count;
}

/* One changed bit of seed or number changes half of the state's 256 bits, give or take. */
static void a_small_change_changes_everything(void **state) {
    (void)state;
    double sum = 0;
    for (int bit = 0; bit < 64; bit++) {
        cim_rng a, b, c;
        stream_start(12345, "searcher.random", 678, &a);
        stream_start(12345 ^ UINT64_C(1) << bit, "searcher.random", 678, &b);
        stream_start(12345, "searcher.random", 678 ^ UINT64_C(1) << bit, &c);
        assert_true(ones(a.s, b.s) > 80 && ones(a.s, b.s) < 176);
        assert_true(ones(a.s, c.s) > 80 && ones(a.s, c.s) < 176);
        sum += ones(a.s, b.s) + ones(a.s, c.s);
    }
    assert_true(fabs(sum / 128 - 128) < 4); /* 8 / sqrt(128) is the standard deviation: 0.7 */
}

/* The share below each of some values, against the normal distribution's. */
static void normal_numbers(void **state) {
    (void)state;
    enum { N = 100000 };
    static const double at[] = {-2.5, -1.0, -0.3, 0.0, 0.7, 1.5, 3.0};
    double below[7] = {0.0};
    cim_rng rng;
    stream_start(5, "searcher.random", 0, &rng);
    for (int i = 0; i < N; i++) {
        const double x = cim_rng_normal(&rng);
        assert_true(isfinite(x));
        for (size_t k = 0; k < 7; k++) below[k] += x < at[k];
    }
    for (size_t k = 0; k < 7; k++) {
        const double p = 0.5 * erfc(-at[k] / sqrt(2.0)), sd = sqrt(p * (1.0 - p) / N);
        assert_true(fabs(below[k] / N - p) < 4.0 * sd);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_never_change),
        cmocka_unit_test(same_inputs_same_stream),
        cmocka_unit_test(other_inputs_other_streams),
        cmocka_unit_test(a_small_change_changes_everything),
        cmocka_unit_test(normal_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
