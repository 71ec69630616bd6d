/* searcher.tpe: its densities sum to one and are drawn from. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

#include "searcher_problems.h"

#undef fail   /* cmocka's; the host has one too */

#include "searchers/tpe/axis.c"
#include "searchers/tpe/joint.c"
#include "searchers/tpe/mixture.c"
#include "searchers/tpe/split.c"
#define reserve reserve_trials
#include "searchers/tpe/trials.c"
#undef reserve
#define reserve reserve_orders
#include "searchers/tpe/sampler.c"

#include "tpe_fixture.h"

static const cim_dimension few[] = {
    LEVELS("ordinal", CIM_ORDINAL, 5, 0), LEVELS("category", CIM_CATEGORICAL, 4, 0),
    {.name = "log", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = 8, .min = 2.0, .max = 16.0,
     .step = 2.0, .log_scale = 1},
    {.name = "real", .unit = "", .kind = CIM_REAL_RANGE, .min = -3.0, .max = 5.0}};
enum { FEW = 4, SOME = 40 };

static void add_random(bench *b, cim_rng *rng) {
    for (size_t i = 0; i < SOME; i++) {
        double point[FEW], goals[2];
        for (uint32_t k = 0; k < b->problem.dimensions.n; k++)
            point[k] = cim_dimension_draw(cim_designs_dimension(&b->designs, k), rng);
        goals[0] = cim_rng_uniform(rng);
        goals[1] = cim_rng_uniform(rng);
        assert_int_equal(trials_add(&b->trials, CLASS_FEASIBLE, point, goals, NULL), CIM_OK);
    }
}

typedef struct sorting { const trials *of; uint32_t by; } sorting;

static int compare_units(const void *a, const void *b, void *context) {
    const sorting *s = context;
    const size_t d = s->of->problem->dimensions.n;
    const double p = s->of->units[*(const uint32_t *)a * d + s->by];
    const double q = s->of->units[*(const uint32_t *)b * d + s->by];
    return (p > q) - (p < q);
}

/* What the density is by definition, with the library's exp(). */
static double density_by_definition(const mixture *x, double at, double *heights) {
    double sum = 0.0;
    *heights = 0.0;
    for (size_t k = 0; k < x->n; k++) {
        const double z = (at - x->mean[k]) / x->width[k];
        sum += x->height[k] * exp(-0.5 * z * z);
        *heights += x->height[k];
    }
    *heights /= x->total;
    return sum / x->total;
}

/* Kernels that do not reach a place are left out, and terms are reckoned to 1e-6: together no more
 * than exp(-12.5), 3.7e-6, of what all kernels are at their means. */
static void test_density(void **state) {
    (void)state;
    enum { PLACES = 1000 };
    bench b;
    mixture x;
    cim_rng rng;
    uint32_t order[SOME];
    double heights;
    bench_start(&b, few, FEW, 2, 0);
    b.base.host.stream(&b.base.host, 5, &rng);
    add_random(&b, &rng);
    trials_split(&b.trials, 0.3, 25);
    assert_int_equal(mixture_init(&x, &b.base.host, &b.problem), CIM_OK);
    uint32_t checked = 0;
    for (uint32_t n = 1; n <= SOME; n++)
        for (uint32_t k = 0; k < 2 * FEW; k++) {
            for (uint32_t i = 0; i < n; i++) order[i] = i;
            qsort_r(order, n, sizeof *order, compare_units, &(sorting){&b.trials, k / 2});
            assert_int_equal(mixture_reserve(&x, n + 1), CIM_OK);
            mixture_fit(&x, &b.trials, k / 2, order, n, k % 2);
            for (size_t i = 0; !x.n_table && i <= PLACES; i++) {
                const double at = (double)i / PLACES,
                             expected = density_by_definition(&x, at, &heights);
                assert_true(fabs(mixture_density(&x, at) - expected) <=
                            1e-6 * expected + 3.8e-6 * heights);
                checked++;
            }
        }
    assert_true(checked > 0);
    mixture_free(&x);
    bench_end(&b);
}

/* Of each dimension's density, good and others: it sums to one, and draws follow it. */
static void test_mixtures(void **state) {
    (void)state;
    enum { CELLS = 2000, DRAWS = 20000, PARTS = 8 };
    bench b;
    mixture x;
    cim_rng rng;
    bench_start(&b, few, FEW, 2, 0);
    b.base.host.stream(&b.base.host, 3, &rng);
    add_random(&b, &rng);
    trials_split(&b.trials, 0.3, 25);
    assert_int_equal(mixture_init(&x, &b.base.host, &b.problem), CIM_OK);
    assert_int_equal(mixture_reserve(&x, SOME + 1), CIM_OK);
    for (uint32_t k = 0; k < 2 * FEW; k++) {
        uint32_t order[SOME];
        for (uint32_t i = 0; i < SOME; i++) order[i] = i;
        qsort_r(order, SOME, sizeof *order, compare_units, &(sorting){&b.trials, k / 2});
        mixture_fit(&x, &b.trials, k / 2, order, SOME, k % 2);
        double sum = 0.0, expected[PARTS] = {0}, drawn[PARTS] = {0};
        const size_t cells = x.n_table ? x.n_table : CELLS;
        for (size_t i = 0; i < cells; i++) {
            const double at = x.n_table ? (double)i : ((double)i + 0.5) / CELLS;
            const double share = mixture_density(&x, at) / (x.n_table ? 1.0 : CELLS);
            sum += share;
            expected[x.n_table ? i : i * PARTS / CELLS] += share;
        }
        assert_true(fabs(sum - 1.0) < (x.n_table ? 1e-12 : 1e-4)); /* 1e-4: of the midpoint rule */
        for (size_t i = 0; i < DRAWS; i++) {
            const double at = mixture_draw(&x, &rng);
            drawn[x.n_table ? (size_t)at : (size_t)fmin(at * PARTS, PARTS - 1)] += 1.0 / DRAWS;
        }
        for (size_t i = 0; i < PARTS; i++)   /* five standard errors of a share of one half */
            assert_true(fabs(drawn[i] - expected[i]) < 5.0 * sqrt(0.25 / DRAWS));
    }
    mixture_free(&x);
    bench_end(&b);
}

/* Of trials in one place: the more good ones there are, the narrower than 1 / n; others little. */
static void test_least_widths(void **state) {
    (void)state;
    enum { N = 40 };
    const double point = 0, goal = 0;
    const uint32_t order[N] = {0};   /* the same trial, many times */
    bench b;
    mixture x;
    bench_start(&b, &few[3], 1, 1, 0);
    trials_add(&b.trials, CLASS_FEASIBLE, &point, &goal, NULL);
    assert_int_equal(mixture_init(&x, &b.base.host, &b.problem), CIM_OK);
    assert_int_equal(mixture_reserve(&x, N + 1), CIM_OK);
    for (uint32_t n = 2; n <= N; n += 9)
        for (int good = 0; good < 2; good++) {
            b.trials.good[0] = (uint8_t)good;
            mixture_fit(&x, &b.trials, 0, order, n, good);
            const double share = good ? fmin(1.0, sqrt(5.0 / (n + 2.0))) : 0.7;
            assert_true(fabs(x.width[1] - share / (n + 2.0)) < 1e-12);
        }
    mixture_free(&x);
    bench_end(&b);
}

/* The joint density of three dimensions of levels sums to one over all designs. */
static void test_joint(void **state) {
    (void)state;
    bench b;
    joint *j;
    cim_rng rng;
    double point[3], sums[2] = {0, 0};
    bench_start(&b, few, 3, 2, 0);
    b.base.host.stream(&b.base.host, 4, &rng);
    add_random(&b, &rng);
    trials_split(&b.trials, 0.3, 25);
    assert_int_equal(joint_new(&j, &b.base.host, &b.problem, &b.designs, 24), CIM_OK);
    assert_int_equal(joint_fit(j, &b.trials), CIM_OK);
    for (size_t i = 0; i < 5 * 4 * 8; i++) {
        point[0] = (double)(i % 5);
        point[1] = (double)(i / 5 % 4);
        point[2] = (double)(i / 20);
        for (uint32_t k = 0; k < 3; k++) j->unit[k] = axis_unit(&few[k], point[k]);
        sums[0] += exp(log_density(j, &j->good));
        sums[1] += exp(log_density(j, &j->others));
    }
    assert_true(fabs(sums[0] - 1.0) < 1e-9);
    assert_true(fabs(sums[1] - 1.0) < 1e-9);
    joint_free(j);
    bench_end(&b);
}

/* ---- what stays ------------------------------------------------------------------------------ */

/* Real, so that a draw hits no other trial's place by chance. */
static const cim_dimension reals[] = {
    {.name = "a", .unit = "", .kind = CIM_REAL_RANGE, .max = 1.0},
    {.name = "b", .unit = "", .kind = CIM_REAL_RANGE, .min = -3.0, .max = 5.0},
    {.name = "c", .unit = "", .kind = CIM_REAL_RANGE, .min = 1.0, .max = 9.0, .log_scale = 1}};

/* The dimensions in which POINT is as the trial that it has most in common with. */
static uint32_t shared(const trials *t, const double *point, uint32_t d, size_t *with) {
    uint32_t most = 0;
    for (size_t i = 0; i < t->n; i++) {
        uint32_t n = 0;
        for (uint32_t k = 0; k < d; k++) n += t->points[i * d + k] == point[k];
        if (n > most) *with = i;
        if (n > most) most = n;
    }
    return most;
}

/* As many as were asked for, but for two, all of one trial, and that a good one. */
static void test_keep(void **state) {
    (void)state;
    enum { D = 3, DRAWS = 4000 };
    static const double parts[] = {0.0, 0.4, 0.9};
    for (size_t i = 0; i < 3; i++) {
        bench b;
        sampler s;
        cim_rng rng;
        double kept = 0.0, point[D];
        const settings chosen = {.candidates = 2, .keep = parts[i]};
        bench_start(&b, reals, D, 2, 0);
        b.base.host.stream(&b.base.host, 6, &rng);
        add_random(&b, &rng);
        trials_split(&b.trials, 0.3, 25);
        assert_int_equal(sampler_init(&s, &b.base.host, &b.problem, &b.designs, &chosen), CIM_OK);
        assert_int_equal(sampler_fit(&s, &b.trials), CIM_OK);
        for (size_t k = 0; k < DRAWS; k++) {
            size_t with = 0, all = 0;
            sampler_draw(&s, &b.trials, &rng, point);
            const uint32_t n = shared(&b.trials, point, D, &with);
            for (size_t j = 0; j < SOME; j++)
                for (uint32_t c = 0; c < D; c++) all += b.trials.points[j * D + c] == point[c];
            assert_int_equal(all, n);
            assert_true(n == 0 || b.trials.good[with]);
            kept += (double)n / (D * DRAWS);
        }
        const double share = fmin(parts[i], 1.0 - 2.0 / D);
        assert_true(fabs(kept - share) <= 5.0 * sqrt(share * (1.0 - share) / (D * DRAWS)));
        sampler_free(&s);
        bench_end(&b);
    }
}

/* A coordinate and its place on the axis belong together. */
static void test_axes(void **state) {
    (void)state;
    for (size_t k = 0; k < 3; k++)
        for (uint64_t level = 0; level < few[k].n_levels; level++)
            assert_true(axis_coordinate(&few[k], axis_unit(&few[k], (double)level)) ==
                        (double)level);
    for (int i = 0; i <= 16; i++)
        assert_true(fabs(axis_unit(&few[3], -3.0 + 0.5 * i) - i / 16.0) < 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_density),      cmocka_unit_test(test_mixtures),
        cmocka_unit_test(test_least_widths), cmocka_unit_test(test_joint),
        cmocka_unit_test(test_keep),         cmocka_unit_test(test_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
