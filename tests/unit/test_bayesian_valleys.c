/* searcher.bayesian where one goal has nothing left to gain at its best trial: the valleys that it
 * sees, a model of one of them, and that it goes down the others; saved and loaded, with the same
 * bits. */
#include "bayesian_fixture.h"
#include "searcher_rules.h"
#include "searcher_snapshots.h"

#include "searchers/bayesian/valleys.h"

enum { D = 2, N_TOLD = 60 };
static const double deep[D] = {0.2, 0.25}, shallow[D] = {0.85, 0.8};

static double apart(const double *x, const double *y) {
    return sqrt((x[0] - y[0]) * (x[0] - y[0]) + (x[1] - y[1]) * (x[1] - y[1]));
}

/* Two bowls: 0 at the bottom of one, 1/2 at that of the other. */
static double bowls(const double *x) {
    const double a = apart(x, deep), b = apart(x, shallow);
    return fmin(6.0 * a * a, 0.5 + 6.0 * b * b);
}

static void judge_bowls(const cim_problem *problem, const double *x, verdict *v) {
    (void)problem;
    v->goals[0] = bowls(x);
}

static cim_problem square(void) {
    static const cim_dimension all[] = {
        {.name = "x", .unit = "", .kind = CIM_REAL_RANGE, .min = 0, .max = 1},
        {.name = "y", .unit = "", .kind = CIM_REAL_RANGE, .min = 0, .max = 1}};
    return problem_of(all, D, one_goal, 1);
}

/* ---- what it sees ---------------------------------------------------------------------------- */

typedef struct told {
    fixture f;
    space space;
    archive trials;
    surrogate *model;
} told;

/* Half of the trials crowd in the deep bowl. */
static void begin(told *t, const cim_problem *problem) {
    cim_rng rng = rng_of(3);
    int is_better;
    fixture_open(&t->f, problem);
    assert_int_equal(space_open(&t->space, &t->f.base.host, &t->f.problem), CIM_OK);
    assert_int_equal(archive_open(&t->trials, &t->f.base.host, &t->f.problem), CIM_OK);
    assert_int_equal(
        surrogate_open(&t->model, &t->f.base.host, &t->f.problem, &t->f.encoding), CIM_OK);
    for (int i = 0; i < N_TOLD; i++) {
        double x[D];
        for (int k = 0; k < D; k++)
            x[k] = i % 2 ? cim_rng_uniform(&rng) : deep[k] + 0.02 * cim_rng_uniform(&rng);
        const double goal = bowls(x);
        assert_int_equal(archive_add(&t->trials, x, &goal, NULL, CIM_FEASIBLE, 0, &is_better),
                         CIM_OK);
        assert_int_equal(surrogate_add(t->model, x, &goal, NULL, 0, 0), CIM_OK);
    }
    assert_int_equal(surrogate_fit(t->model, &rng), CIM_OK);
}

static void end(told *t) {
    surrogate_close(t->model);
    archive_close(&t->trials);
    space_close(&t->space);
    fixture_close(&t->f);
}

static void test_valleys(void **state) {
    (void)state;
    const cim_problem problem = square();
    told t;
    valleys v;
    begin(&t, &problem);
    assert_int_equal(valleys_find(&v, t.model, &t.space, &t.trials), CIM_OK);
    assert_true(v.n >= 2 && v.n <= VALLEYS_MOST);
    assert_true(apart(archive_point(&t.trials, v.trial[0]), deep) < 0.05);
    assert_true(apart(archive_point(&t.trials, v.trial[1]), shallow) < 0.2);
    for (uint32_t i = 1; i < v.n; i++) { /* the better ones first, and none is the best */
        assert_true(v.trial[i] != v.trial[0]);
        const double *x = archive_point(&t.trials, v.trial[i]);
        const size_t n = valleys_mark(&v, i);
        size_t marked = 0;
        for (uint32_t k = 0; k < N_TOLD; k++) {
            const double *p = archive_point(&t.trials, k);
            const double *best = archive_point(&t.trials, v.trial[0]);
            assert_int_equal(v.is_in[k], apart(p, x) < apart(p, best));
            marked += v.is_in[k];
        }
        assert_int_equal(n, marked);
        assert_true(n > 0 && n < N_TOLD);
    }
    valleys_close(&v);
    end(&t);
}

static void test_no_trials_no_valleys(void **state) {
    (void)state;
    const cim_problem problem = square();
    told t;
    valleys v;
    begin(&t, &problem);
    archive_reset(&t.trials);
    assert_int_equal(valleys_find(&v, t.model, &t.space, &t.trials), CIM_OK);
    assert_int_equal(v.n, 0);
    valleys_close(&v);
    end(&t);
}

static double mean_at(const surrogate *s, double x, double y) {
    const double at[D] = {x, y};
    double mean, sd;
    surrogate_predict(s, at, 1, &mean, &sd);
    return mean;
}

/* Confined to one bowl, a model does not know of the other; then it is as before. */
static void test_confined(void **state) {
    (void)state;
    const cim_problem problem = square();
    told t;
    valleys v;
    begin(&t, &problem);
    const double before[] = {mean_at(t.model, 0.2, 0.25), mean_at(t.model, 0.85, 0.8)};
    assert_true(before[0] < before[1]);
    assert_int_equal(valleys_find(&v, t.model, &t.space, &t.trials), CIM_OK);
    valleys_mark(&v, 1);
    assert_int_equal(surrogate_confine(t.model, v.is_in), CIM_OK);
    assert_true(mean_at(t.model, 0.85, 0.8) < mean_at(t.model, 0.2, 0.25));
    assert_int_equal(surrogate_sharpen(t.model), CIM_OK);
    const double after[] = {mean_at(t.model, 0.2, 0.25), mean_at(t.model, 0.85, 0.8)};
    assert_memory_equal(before, after, sizeof before);
    valleys_close(&v);
    end(&t);
}

/* ---- where it goes --------------------------------------------------------------------------- */

static void test_goes_down_both(void **state) {
    (void)state;
    enum { N = 70 };
    const cim_problem problem = square();
    for (uint32_t batch = 1; batch <= 4; batch += 3) {
        double *points = new_points(&problem, N + 4), one = 1.0, other = 1.0;
        driver d;
        driver_start(&d, "bayesian", NULL, &problem, 1);
        for (uint32_t n = 0; n < N;) {
            double *at = points + (size_t)n * D;
            const uint32_t count = driver_ask(&d, batch, at);
            driver_tell(&d, count, at, judge_bowls, NULL);
            for (uint32_t i = 0; i < count; i++) {
                one = fmin(one, apart(at + i * D, deep));
                other = fmin(other, apart(at + i * D, shallow));
            }
            n += count;
        }
        assert_true(one < 1e-3);
        assert_true(other < 1e-2);   /* half way up the other bowl, and polished no more */
        driver_stop(&d);
        free(points);
    }
}

static void test_resumed(void **state) {
    (void)state;
    const cim_problem problem = square();
    check_resume_at_every_ask("bayesian", NULL, &problem, judge_bowls, 1, 70);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valleys),
        cmocka_unit_test(test_no_trials_no_valleys),
        cmocka_unit_test(test_confined),
        cmocka_unit_test(test_goes_down_both),
        cmocka_unit_test(test_resumed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
