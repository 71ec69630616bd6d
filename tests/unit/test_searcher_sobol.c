/* searcher.random with sequence = "sobol": the published sequence under a host whose streams are
 * all zeros and so scramble nothing, and what the scrambled one keeps of it. */
#include "searcher_fixture.h"

/* The first points as Joe and Kuo's own program prints them, and later ones by the textbook's
 * recurrence in another language; each in the middle of its 2^-32. */
static void test_unscrambled(void **state) {
    (void)state;
    static const double first[10][3] = {
        {0.0, 0.0, 0.0}, {0.5, 0.5, 0.5}, {0.75, 0.25, 0.25}, {0.25, 0.75, 0.75},
        {0.375, 0.375, 0.625}, {0.875, 0.875, 0.125}, {0.625, 0.125, 0.875},
        {0.125, 0.625, 0.375}, {0.1875, 0.3125, 0.9375}, {0.6875, 0.8125, 0.4375}};
    double *points = cube_points(SOBOL, 0, 3, 10);
    for (size_t i = 0; i < 30; i++) assert_true(points[i] == first[i / 3][i % 3] + 0x1.0p-33);
    free(points);
    static const size_t dimensions[] = {1, 2, 50, 200, 400};
    static const double point_12345[] = {0xa4140000, 0xd03c0000, 0x9ce40000, 0xda740000,
                                         0x0aac0000};
    points = cube_points(SOBOL, 0, TABLE_SIZE, 12346);
    for (size_t k = 0; k < 5; k++) {
        const double found = points[(size_t)12345 * TABLE_SIZE + dimensions[k] - 1];
        assert_true(found == point_12345[k] * 0x1.0p-32 + 0x1.0p-33);
    }
    free(points);
}

static void test_every_interval_once(void **state) {
    (void)state;
    enum { LOG_N = 10, N = 1 << LOG_N, BLOCKS = 3 };
    for (uint64_t seed = 0; seed < 4; seed++) {
        double *points = cube_points(SOBOL, seed, TABLE_SIZE, BLOCKS * N);
        for (size_t d = 0; d < TABLE_SIZE; d++) {
            for (size_t block = 0; block < BLOCKS; block++) {
                unsigned char hit[N] = {0};
                for (size_t i = 0; i < N; i++)
                    hit[(size_t)(points[(block * N + i) * TABLE_SIZE + d] * N)]++;
                for (size_t i = 0; i < N; i++) assert_int_equal(hit[i], 1);
            }
        }
        free(points);
    }
}

/* Smallest t for which the first 2^m points are a (t, m, 2)-net in dimensions a and b: every box of
 * 2^-p by 2^-q, p + q = m - t, holds 2^t of them. */
static unsigned net_quality(const double *points, size_t n_dims, size_t a, size_t b, unsigned m) {
    for (unsigned t = 0; t < m; t++) {
        int holds = 1;
        for (unsigned p = 0; p <= m - t && holds; p++) {
            unsigned counts[1u << 10] = {0};
            const unsigned q = m - t - p;
            for (size_t i = 0; i < (size_t)1 << m; i++) {
                const size_t x = (size_t)ldexp(points[i * n_dims + a], (int)p);
                const size_t y = (size_t)ldexp(points[i * n_dims + b], (int)q);
                counts[x << q | y]++;
            }
            for (size_t i = 0; i < (size_t)1 << (m - t); i++) holds &= counts[i] == 1u << t;
        }
        if (holds) return t;
    }
    return m;
}

/* t is at most the sum of (degree - 1) of the polynomials: degrees 1, 1, 2, 3, 3, 4 for the first
 * six dimensions (Niederreiter 1988); scrambling keeps it, uniform points have none. */
static void test_pairs_are_nets(void **state) {
    (void)state;
    enum { D = 6, M = 10 };
    static const unsigned degree[D] = {1, 1, 2, 3, 3, 4};
    double *plain = cube_points(SOBOL, 0, D, 1u << M);
    double *mixed_up = cube_points(SOBOL, 8, D, 1u << M);
    double *uniform = cube_points(UNIFORM, 8, D, 1u << M);
    assert_int_equal(net_quality(plain, D, 0, 1, M), 0);
    for (size_t a = 0; a < D; a++) {
        for (size_t b = a + 1; b < D; b++) {
            const unsigned t = net_quality(plain, D, a, b, M);
            assert_true(t <= degree[a] + degree[b] - 2);
            assert_int_equal(net_quality(mixed_up, D, a, b, M), t);
            assert_true(net_quality(uniform, D, a, b, M) > 7);
        }
    }
    free(plain);
    free(mixed_up);
    free(uniform);
}

/* The digital shift alone would keep the differences between points; the matrix must not. */
static void test_scrambles_digits(void **state) {
    (void)state;
    enum { N = 256, D = 4 };
    double *plain = cube_points(SOBOL, 0, D, N), *scrambled = cube_points(SOBOL, 4, D, N);
    for (size_t d = 0; d < D; d++) {
        const uint32_t shift = (uint32_t)(scrambled[d] * 0x1.0p32);
        size_t kept = 0;
        for (size_t i = 0; i < N; i++) {
            const uint32_t x = (uint32_t)(scrambled[i * D + d] * 0x1.0p32);
            kept += (x ^ shift) == (uint32_t)(plain[i * D + d] * 0x1.0p32);
        }
        assert_true(kept < N / 2);
    }
    free(plain);
    free(scrambled);
}

/* Levels and logarithmic ranges are cut from the same even spread. */
static void test_sobol_in_every_kind(void **state) {
    (void)state;
    enum { N = 1024, MAX = 100 };
    const cim_problem problem = problem_of(mixed, N_MIXED);
    static double points[N * N_MIXED];
    fake f;
    fake_init(&f, 13);
    void *self = created(&f, SOBOL, &problem);
    for (uint32_t i = 0, k = 0; i < N; k++)
        i += ask(&f, self, k, N - i < MAX ? N - i : MAX, points + (size_t)i * N_MIXED);
    destroy(&f, self);
    unsigned logs[N + 1] = {0};
    double counts[N_MIXED][16] = {{0.0}};
    for (size_t i = 0; i < N; i++) {
        const double *p = points + i * N_MIXED;
        logs[(size_t)((log10(p[LOG]) + 9.0) / 12.0 * N)]++;
        for (size_t d = ORDINAL; d <= LOG_INTEGER; d++) counts[d][(size_t)p[d]] += 1.0;
    }
    for (size_t i = 0; i < N; i++) assert_int_equal(logs[i], 1);
    for (size_t d = ORDINAL; d <= CATEGORY; d++)
        for (size_t i = 0; i < mixed[d].n_levels; i++)
            assert_true(fabs(counts[d][i] - (double)N / (double)mixed[d].n_levels) < 2.0);
    for (size_t i = 0; i < 8; i++)
        assert_true(fabs(counts[LOG_INTEGER][i] -
                         N * log((double)(2 * i + 4) / (double)(2 * i + 2)) / log(9.0)) < 2.0);
}

static void test_too_many_dimensions(void **state) {
    (void)state;
    cim_dimension *dimensions = unit_cube(TABLE_SIZE + 1);
    cim_problem problem = problem_of(dimensions, TABLE_SIZE + 1);
    fake f;
    fake_init(&f, 1);
    void *self = NULL;
    assert_int_equal(create(&f, SOBOL, &problem, &self), CIM_E_CONFIG);
    assert_null(self);
    assert_int_equal(f.base.live, 0);
    assert_non_null(strstr(f.base.message, "401"));
    assert_non_null(strstr(f.base.message, "400"));
    destroy(&f, created(&f, UNIFORM, &problem));
    problem.dimensions.n = TABLE_SIZE;
    destroy(&f, created(&f, SOBOL, &problem));
    free(dimensions);
}

static void put(unsigned char *at, uint64_t value, int n_bytes) {
    for (int i = 0; i < n_bytes; i++) at[i] = (unsigned char)(value >> (8 * i));
}

/* The points given are bytes 6 .. 13 of the snapshot; FNV-1a of what precedes them all ends it. */
static void test_the_sequence_ends(void **state) {
    (void)state;
    const cim_problem problem = problem_of(mixed, N_MIXED);
    double points[8 * N_MIXED];
    fake f;
    fake_init(&f, 1);
    void *self = created(&f, SOBOL, &problem);
    snapshot s = saved(self);
    for (uint64_t given = 0xfffffffdu; given < (uint64_t)1 << 33; given += (uint64_t)1 << 32) {
        uint32_t sum = 2166136261u;
        put(s.bytes + 6, given, 8);
        for (size_t i = 0; i < 14; i++) sum = (sum ^ s.bytes[i]) * 16777619u;
        put(s.bytes + 14, sum, 4);
        if (given > (uint64_t)1 << 32) {
            assert_true(ops()->load(self, s.bytes, s.size) < 0);
            continue;
        }
        assert_int_equal(ops()->load(self, s.bytes, s.size), CIM_OK);
        assert_int_equal(ask(&f, self, 0, 8, points), 3);
        assert_int_equal(ask(&f, self, 1, 8, points), 0);
        const snapshot end = saved(self);
        assert_int_equal(ops()->load(self, end.bytes, end.size), CIM_OK);
        assert_int_equal(ask(&f, self, 2, 8, points), 0);
    }
    destroy(&f, self);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unscrambled),
        cmocka_unit_test(test_every_interval_once),
        cmocka_unit_test(test_pairs_are_nets),
        cmocka_unit_test(test_scrambles_digits),
        cmocka_unit_test(test_sobol_in_every_kind),
        cmocka_unit_test(test_too_many_dimensions),
        cmocka_unit_test(test_the_sequence_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
