/* searcher.random: its descriptor, its uniform points, and its snapshots in both sequences. */
#include "searcher_fixture.h"

static void test_descriptor(void **state) {
    (void)state;
    assert_int_equal(plugin()->is.params.n, 1);
    const cim_param *param = CIM_ROW(cim_param, plugin()->is.params, 0);
    assert_string_equal(param->key, "sequence");
    assert_int_equal(param->type, CIM_CATEGORY);
    assert_int_equal(param->flags, CIM_PARAM_FIXED);
    assert_true(param->default_value == UNIFORM);
    assert_string_equal(param->names[UNIFORM], "uniform");
    assert_string_equal(param->names[SOBOL], "sobol");
}

static void test_inside_the_space(void **state) {
    (void)state;
    enum { N = 4096 };
    static double points[N * N_MIXED];
    for (int sequence = UNIFORM; sequence <= SOBOL; sequence++) {
        fake f;
        fake_init(&f, 7);
        const cim_problem problem = problem_of(mixed, N_MIXED);
        void *self = created(&f, sequence, &problem);
        assert_int_equal(ask(&f, self, 0, N, points), N);
        for (size_t d = 0; d < N_MIXED; d++) {
            double low = INFINITY, high = -INFINITY;
            const int real = mixed[d].kind == CIM_REAL_RANGE;
            for (size_t i = 0; i < N; i++) {
                const double x = points[i * N_MIXED + d];
                assert_true(real || x == floor(x));
                low = fmin(low, x);
                high = fmax(high, x);
            }
            const double min = real ? mixed[d].min : 0.0;
            const double max = real ? mixed[d].max : (double)(mixed[d].n_levels - 1);
            assert_true(low >= min && high <= max);
            if (!real && mixed[d].n_levels < 100) assert_true(low == min && high == max);
            if (mixed[d].log_scale == 0)
                assert_true(high / 2 - low / 2 > 0.996 * (max / 2 - min / 2));
        }
        destroy(&f, self);
    }
}

/* Sum of (found - expected)^2 / expected over the n cells. */
static double chi_square(const double *found, const double *expected, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (found[i] - expected[i]) * (found[i] - expected[i]) / expected[i];
    return sum;
}

/* 99.9 % points of chi-square: with 2, 4, 7, 9, 19, 24 degrees of freedom. */
static const double chi_2 = 13.82, chi_4 = 18.47, chi_7 = 24.32, chi_9 = 27.88, chi_19 = 43.82,
                    chi_24 = 51.18;

static void check_cells(const double *cells, size_t n_cells, double n, double limit) {
    double expected[32];
    for (size_t i = 0; i < n_cells; i++) expected[i] = n / (double)n_cells;
    const double found = chi_square(cells, expected, n_cells);
    assert_true(found < limit);
    assert_true(found > 0.0);    /* random, not spread */
}

static void test_uniform_is_uniform(void **state) {
    (void)state;
    enum { N = 20000 };
    static double points[N * N_MIXED];
    double cells[N_MIXED][32] = {{0.0}}, pairs[32] = {0.0}, expected[8];
    fake f;
    fake_init(&f, 11);
    const cim_problem problem = problem_of(mixed, N_MIXED);
    void *self = created(&f, UNIFORM, &problem);
    for (uint32_t i = 0; i < N / 100; i++)
        assert_int_equal(ask(&f, self, i, 100, points + (size_t)i * 100 * N_MIXED), 100);
    destroy(&f, self);
    for (size_t i = 0; i < N; i++) {
        const double *p = points + i * N_MIXED;
        const double real = (p[REAL] + 3.0) / 8.0, log10_of = (log10(p[LOG]) + 9.0) / 12.0;
        cells[REAL][(size_t)(real * 20.0)] += 1.0;
        cells[LOG][(size_t)(log10_of * 20.0)] += 1.0;
        cells[EXTREME][(size_t)((p[EXTREME] / 1.7e308 * 0.5 + 0.5) * 20.0)] += 1.0;
        cells[HUGE_RANGE][(size_t)(p[HUGE_RANGE] * 0x1.0p-53 * 20.0)] += 1.0;
        for (size_t d = ORDINAL; d <= LOG_INTEGER; d++) cells[d][(size_t)p[d]] += 1.0;
        pairs[5 * (size_t)(real * 5.0) + (size_t)p[CATEGORY]] += 1.0;
    }
    check_cells(cells[REAL], 20, N, chi_19);
    check_cells(cells[LOG], 20, N, chi_19);
    check_cells(cells[EXTREME], 20, N, chi_19);
    check_cells(cells[HUGE_RANGE], 20, N, chi_19);
    check_cells(cells[ORDINAL], 3, N, chi_2);
    check_cells(cells[INTEGER], 10, N, chi_9);
    check_cells(cells[CATEGORY], 5, N, chi_4);
    check_cells(pairs, 25, N, chi_24);
    for (size_t i = 0; i < 8; i++) /* values 2, 4, .. 16; the last ends at 18 */
        expected[i] = N * log((double)(2 * i + 4) / (double)(2 * i + 2)) / log(9.0);
    assert_true(chi_square(cells[LOG_INTEGER], expected, 8) < chi_7);
}

static void test_seed_decides(void **state) {
    (void)state;
    enum { N = 512, D = 6, NUMBERS = N * D };
    for (int sequence = UNIFORM; sequence <= SOBOL; sequence++) {
        double *a = cube_points(sequence, 5, D, N), *b = cube_points(sequence, 5, D, N);
        double *c = cube_points(sequence, 6, D, N);
        size_t same = 0;
        for (size_t i = 0; i < NUMBERS; i++) same += a[i] == c[i];
        assert_memory_equal(a, b, NUMBERS * sizeof *a);
        assert_true(same < 10);
        for (size_t i = 0; i < D; i++) assert_true(a[i] != c[i]); /* from the first point on */
        free(a);
        free(b);
        free(c);
    }
}

/* ---- snapshots ------------------------------------------------------------------------------- */

static void test_resume(void **state) {
    (void)state;
    enum { MAX = 7, ASKS = 12 };
    const cim_problem problem = problem_of(mixed, N_MIXED);
    double whole[ASKS][MAX * N_MIXED], part[MAX * N_MIXED];
    for (int sequence = UNIFORM; sequence <= SOBOL; sequence++) {
        for (uint64_t cut = 0; cut < ASKS; cut += 5) {
            fake f, g;
            fake_init(&f, 21);
            fake_init(&g, 21);
            void *self = created(&f, sequence, &problem), *fresh = created(&g, sequence, &problem);
            snapshot s = {.size = 0};
            for (uint64_t k = 0; k < ASKS; k++) {
                if (k == cut) s = saved(self);
                ask(&f, self, k, MAX, whole[k]);
                assert_int_equal(ops()->tell(self, (cim_trial_table){NULL, 0, 0}), CIM_OK);
            }
            assert_int_equal(ops()->load(fresh, s.bytes, s.size), CIM_OK);
            for (uint64_t k = cut; k < ASKS; k++) {
                ask(&g, fresh, k, MAX, part);
                assert_memory_equal(part, whole[k], sizeof part);
            }
            destroy(&f, self);
            destroy(&g, fresh);
        }
    }
}

static void test_damaged_snapshots(void **state) {
    (void)state;
    enum { MAX = 4 };
    const cim_problem problem = problem_of(mixed, N_MIXED);
    double points[MAX * N_MIXED], expected[MAX * N_MIXED];
    fake f;
    fake_init(&f, 3);
    void *self = created(&f, SOBOL, &problem);
    ask(&f, self, 0, MAX, points);
    const snapshot good = saved(self);
    for (size_t i = 0; i < good.size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            snapshot bad = good;
            bad.bytes[i] ^= (unsigned char)(1 << bit);
            assert_true(ops()->load(self, bad.bytes, bad.size) < 0);
            assert_true(strlen(f.base.message) > 0);
        }
    }
    for (size_t size = 0; size < good.size; size++)
        assert_true(ops()->load(self, good.bytes, size) < 0);
    assert_true(ops()->load(self, good.bytes, good.size + 1) < 0);
    assert_true(ops()->load(self, NULL, 0) < 0);
    ask(&f, self, 1, MAX, points);    /* a refused snapshot changed nothing */
    assert_int_equal(ops()->load(self, good.bytes, good.size), CIM_OK);
    ask(&f, self, 1, MAX, expected);
    assert_memory_equal(points, expected, sizeof points);
    destroy(&f, self);
    self = created(&f, UNIFORM, &problem);
    assert_true(ops()->load(self, good.bytes, good.size) < 0);
    destroy(&f, self);
}

static void test_no_memory(void **state) {
    (void)state;
    const cim_problem problem = problem_of(mixed, N_MIXED);
    for (int sequence = UNIFORM; sequence <= SOBOL; sequence++) {
        for (int n = 0; n <= (sequence == SOBOL); n++) {
            fake f;
            fake_init(&f, 1);
            f.base.fail_at = n;
            void *self = NULL;
            assert_int_equal(create(&f, sequence, &problem, &self), CIM_E_MEMORY);
            assert_null(self);
            assert_int_equal(f.base.live, 0);
        }
    }
}

/* A newer host's rows may be longer than the plug-in knows them. */
static void test_longer_rows(void **state) {
    (void)state;
    enum { MAX = 16 };
    struct { cim_dimension known; double later[3]; } longer[N_MIXED];
    cim_problem problem = problem_of(mixed, N_MIXED);
    double points[MAX * N_MIXED], expected[MAX * N_MIXED];
    fake f;
    fake_init(&f, 2);
    memset(longer, 0xff, sizeof longer);
    for (size_t i = 0; i < N_MIXED; i++) longer[i].known = mixed[i];
    for (int sequence = UNIFORM; sequence <= SOBOL; sequence++) {
        problem.dimensions = (cim_dimension_table){mixed, N_MIXED, sizeof mixed[0]};
        void *self = created(&f, sequence, &problem);
        assert_int_equal(ask(&f, self, 0, MAX, expected), MAX);
        destroy(&f, self);
        problem.dimensions = (cim_dimension_table){&longer[0].known, N_MIXED, sizeof longer[0]};
        self = created(&f, sequence, &problem);
        assert_int_equal(ask(&f, self, 0, MAX, points), MAX);
        destroy(&f, self);
        assert_memory_equal(points, expected, sizeof points);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptor),
        cmocka_unit_test(test_inside_the_space),
        cmocka_unit_test(test_uniform_is_uniform),
        cmocka_unit_test(test_seed_decides),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_damaged_snapshots),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_longer_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
