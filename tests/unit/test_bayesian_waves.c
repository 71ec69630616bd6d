/* searcher.bayesian: half waves of each feature, when they are chosen, and what they find. */
#include "bayesian_fixture.h"
#include "searcher_rules.h"
#include "searcher_snapshots.h"

#include "searchers/bayesian/waves.h"

enum { D = 4, N_TOLD = 100, N_FRESH = 50 };
static const cim_dimension real = {
    .name = "x", .unit = "", .kind = CIM_REAL_RANGE, .min = 0, .max = 1};

static void test_columns(void **state) {
    (void)state;
    const double pi = acos(-1.0);
    double columns[WAVES_MOST], pull[WAVES_MOST], low[WAVES_MOST], high[WAVES_MOST];
    for (uint32_t n = 1; n <= WAVES_MOST; n += 47) {
        for (double x = 0.0; x <= 1.0; x += 0.125) {
            waves_columns(x, n, columns);
            waves_columns(x - 1e-6, n, low);
            waves_columns(x + 1e-6, n, high);
            double slope = 0.0;
            for (uint32_t j = 0; j < n; j++) {
                assert_near(columns[j], sqrt(2.0 / n) * cos((j + 1.0) * pi * x), 0.0, 1e-12);
                pull[j] = 1.0 / (1.0 + j);
                slope += pull[j] * (high[j] - low[j]) / 2e-6;
            }
            assert_near(waves_slope(x, n, pull), slope, 1e-6, 1e-6);
        }
    }
}

/* ---- when ------------------------------------------------------------------------------------ */

/* With dents in each feature by itself, or in all together. */
static double dented(const double *x, int is_apart) {
    double sum = 0.0, all = 1.0;
    for (int i = 0; i < D; i++) {
        const double away = x[i] - 0.3, dent = cos(40.0 * away);
        sum += away * away - (is_apart ? 0.1 * dent : 0.0);
        all *= dent;
    }
    return is_apart ? sum : sum - 0.4 * all;
}

static surrogate *told(fixture *f, int is_apart) {
    surrogate *s = NULL;
    cim_rng rng = rng_of(3);
    assert_int_equal(surrogate_open(&s, &f->base.host, &f->problem, &f->encoding), CIM_OK);
    for (int i = 0; i < N_TOLD; i++) {
        double x[D];
        fixture_draw(f, &rng, x);
        const double goal = dented(x, is_apart);
        assert_int_equal(surrogate_add(s, x, &goal, NULL, 0, 0), CIM_OK);
    }
    assert_int_equal(surrogate_fit(s, &rng), CIM_OK);
    return s;
}

/* Mean square error on fresh points, as a share of the goal's variance there. */
static double error_of(fixture *f, const surrogate *s, int is_apart) {
    double error = 0.0, sum = 0.0, squares = 0.0;
    cim_rng rng = rng_of(4);
    for (int i = 0; i < N_FRESH; i++) {
        double x[D], mean, sd;
        fixture_draw(f, &rng, x);
        surrogate_predict(s, x, 1, &mean, &sd);
        const double goal = dented(x, is_apart), off = surrogate_raw(s, 0, mean) - goal;
        error += off * off / N_FRESH;
        sum += goal / N_FRESH;
        squares += goal * goal / N_FRESH;
    }
    return error / (squares - sum * sum);
}

static cim_problem cube(cim_dimension *dimensions, cim_dimension each) {
    for (int i = 0; i < D; i++) dimensions[i] = each;
    cim_problem problem = fixture_problem(1, 0);
    problem.dimensions = (cim_dimension_table){dimensions, D, sizeof *dimensions};
    problem.activities.n = 0;
    return problem;
}

static void test_choice(void **state) {
    (void)state;
    static cim_dimension dimensions[D];
    const cim_problem problem = cube(dimensions, real);
    for (int is_apart = 0; is_apart < 2; is_apart++) {
        fixture f;
        fixture_open(&f, &problem);
        surrogate *s = told(&f, is_apart);
        assert_int_equal(s->outputs[0].form.n_waves > 0, is_apart);
        if (is_apart) assert_true(error_of(&f, s, is_apart) < 0.05);
        surrogate_close(s);
        fixture_close(&f);
    }
}

/* Of 10 levels no more than 9 waves can be told apart, of few levels and categories none. */
static void test_few_levels(void **state) {
    (void)state;
    static cim_dimension dimensions[D];
    const cim_dimension ten = {
        .name = "x", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = 10, .max = 9, .step = 1};
    const cim_problem problem = cube(dimensions, ten);
    dimensions[0].kind = CIM_CATEGORICAL;
    dimensions[1].n_levels = FEW_LEVELS;
    dimensions[1].max = FEW_LEVELS - 1;
    fixture f;
    fixture_open(&f, &problem);
    const gp_space space = fixture_space(&f);
    const gp_form none = {.n_waves = 0}, most = {.n_waves = WAVES_MOST};
    assert_int_equal(gp_n_basis(&space, &most) - gp_n_basis(&space, &none), 9 * (D - 2));
    fixture_close(&f);
}

/* ---- resumed --------------------------------------------------------------------------------- */

static void judge_dented(const cim_problem *problem, const double *u, verdict *v) {
    (void)problem;
    v->goals[0] = dented(u, 1);
}

static cim_problem dented_problem(void) {
    static cim_dimension dimensions[D];
    (void)cube(dimensions, real);
    return problem_of(dimensions, D, one_goal, 1);
}

static void test_resumed(void **state) {
    (void)state;
    const cim_problem p = dented_problem();
    check_resume_at_every_ask("bayesian", NULL, &p, judge_dented, 1, 60);
}

/* ---- without memory -------------------------------------------------------------------------- */

/* Whichever allocation fails, the ask does, and the next one gives a design. */
static void test_no_memory(void **state) {
    (void)state;
    const cim_problem p = dented_problem();
    cim_status status = CIM_E_MEMORY;
    for (int k = 0; status != CIM_OK; k++) {
        driver d;
        double points[N_TOLD * D];
        cim_rng rng = rng_of(3);
        driver_start(&d, "bayesian", NULL, &p, 1);
        for (int i = 0; i < N_TOLD * D; i++) points[i] = cim_rng_uniform(&rng);
        driver_tell(&d, N_TOLD, points, judge_dented, NULL);
        cim_ask ask = {.struct_size = sizeof ask, .max = 1, .points = points, .rng = rng};
        d.base.fail_at = d.base.allocations + k;
        status = d.ops->ask(d.self, &ask);
        d.base.fail_at = -1;
        if (status != CIM_OK) assert_int_equal(d.ops->ask(d.self, &ask), CIM_OK);
        assert_int_equal(ask.count, 1);
        driver_stop(&d);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_few_levels),
        cmocka_unit_test(test_resumed),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
