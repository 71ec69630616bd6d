/* searcher.bayesian where a goal has many local optima: when it looks at the coarse, and what it
 * sees; saved and loaded, it goes on with the same bits. */
#include "bayesian_fixture.h"
#include "searcher_rules.h"
#include "searcher_snapshots.h"

#include "searchers/bayesian/stall.h"

/* ---- when ------------------------------------------------------------------------------------ */

static void test_when(void **state) {
    (void)state;
    stall s;
    stall_start(&s);
    assert_false(stall_wants_look(&s, 5.0, 0.5, 1));   /* much to gain */
    assert_false(stall_wants_look(&s, 5.0, 0.001, 0)); /* already coarse */
    assert_false(stall_wants_look(&s, 5.0, NAN, 1));
    assert_false(stall_wants_look(&s, 5.0, 0.001, 1)); /* every second time */
    assert_true(stall_wants_look(&s, 5.0, 0.001, 1));
    assert_true(stall_wants_look(&s, 4.0, 0.001, 1));  /* it was better: again at once */
    for (uint32_t wait = 1; wait <= 8; wait *= 2) {    /* in vain: ever more rarely, to a limit */
        for (uint32_t i = 0; i < wait && i < STALL_LONGEST_WAIT; i++)
            assert_false(stall_wants_look(&s, 4.0, 0.001, 1));
        assert_true(stall_wants_look(&s, 4.0, 0.001, 1));
    }
}

/* ---- what it sees ---------------------------------------------------------------------------- */

enum { D = 4, N_TOLD = 120 };

/* A bowl with its bottom at 0.3, and dents that waves of one feature each cannot tell. */
static double rippled(const double *x) {
    double sum = 0.0, dents = 0.2;
    for (int i = 0; i < D; i++) {
        sum += (x[i] - 0.3) * (x[i] - 0.3);
        dents *= cos(40.0 * (x[i] - 0.3));
    }
    return sum - dents;
}

static cim_problem cube(void) {
    static cim_dimension dimensions[D];
    for (int i = 0; i < D; i++)
        dimensions[i] =
            (cim_dimension){.name = "x", .unit = "", .kind = CIM_REAL_RANGE, .min = 0, .max = 1};
    cim_problem problem = fixture_problem(1, 0);
    problem.dimensions = (cim_dimension_table)CIM_TABLE(dimensions);
    problem.activities.n = 0;
    return problem;
}

/* Trial I: most stand in one dent away from the bottom, as those of a search that stands still. */
static void draw_told(cim_rng *rng, int i, double *x) {
    for (int k = 0; k < D; k++)
        x[k] = i % 3 ? 0.614 + 0.06 * (cim_rng_uniform(rng) - 0.5) : cim_rng_uniform(rng);
}

static surrogate *told(fixture *f) {
    surrogate *s = NULL;
    cim_rng rng = rng_of(3);
    assert_int_equal(surrogate_open(&s, &f->base.host, &f->problem, &f->encoding), CIM_OK);
    for (int i = 0; i < N_TOLD; i++) {
        double x[D];
        draw_told(&rng, i, x);
        const double goal = rippled(x);
        assert_int_equal(surrogate_add(s, x, &goal, NULL, 0, 0), CIM_OK);
    }
    assert_int_equal(surrogate_fit(s, &rng), CIM_OK);
    return s;
}

static double mean_at(const surrogate *s, double x) {
    const double at[D] = {x, x, x, x};
    double mean, sd;
    surrogate_predict(s, at, 1, &mean, &sd);
    return mean;
}

static void test_what_it_sees(void **state) {
    (void)state;
    const cim_problem problem = cube();
    fixture f;
    fixture_open(&f, &problem);
    surrogate *s = told(&f);
    assert_true(surrogate_is_fine(s));
    double before[21];
    for (int i = 0; i <= 20; i++) before[i] = mean_at(s, 0.05 * i);
    assert_int_equal(surrogate_coarsen(s), CIM_OK);
    int lowest = 0;
    for (int i = 0; i <= 20; i++)
        if (mean_at(s, 0.05 * i) < mean_at(s, 0.05 * lowest)) lowest = i;
    assert_true(lowest >= 4 && lowest <= 9); /* 0.2 .. 0.45, not the dent at 0.61 */
    assert_int_equal(surrogate_sharpen(s), CIM_OK);
    for (int i = 0; i <= 20; i++) { /* the same bits as before */
        const double now = mean_at(s, 0.05 * i);
        assert_memory_equal(&now, &before[i], sizeof now);
    }
    surrogate_close(s);
    fixture_close(&f);
}

/* ---- resumed --------------------------------------------------------------------------------- */

enum { ACKLEY = 10 };

/* D. H. Ackley, A Connectionist Machine for Genetic Hillclimbing (1987): 0 at 0, and a dent at
 * every whole number; -5 to 10. */
static void judge_ackley(const cim_problem *problem, const double *u, verdict *v) {
    const double pi = 3.14159265358979323846, n = problem->dimensions.n;
    double squares = 0.0, waves = 0.0;
    for (uint32_t i = 0; i < problem->dimensions.n; i++) {
        const double x = -5.0 + 15.0 * u[i];
        squares += x * x / n;
        waves += cos(2.0 * pi * x) / n;
    }
    v->goals[0] = 20.0 + exp(1.0) - 20.0 * exp(-0.2 * sqrt(squares)) - exp(waves);
}

static void test_resumed(void **state) {
    (void)state;
    static cim_dimension all[ACKLEY];
    for (int i = 0; i < ACKLEY; i++)
        all[i] =
            (cim_dimension){.name = "x", .unit = "", .kind = CIM_REAL_RANGE, .min = 0, .max = 1};
    const cim_problem p = problem_of(all, ACKLEY, one_goal, 1);
    check_resume_at_every_ask("bayesian", NULL, &p, judge_ackley, 1, 70);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_what_it_sees),
        cmocka_unit_test(test_resumed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
