/* searcher.bayesian: the box in which improvements of the front count. */
#include "bayesian_fixture.h"

#include "searchers/bayesian/acquire.h"

typedef struct box {
    fixture f;
    archive archive;
    surrogate *model;
    front front;
    uint32_t d;
} box;

/* D dimensions, two goals, one constraint, two fidelities. The surrogate knows nothing: what common
 * designs have is 2 in each goal. */
static void box_open(box *b, uint32_t d) {
    *b = (box){.d = d};
    cim_problem problem = fixture_problem(2, 1);
    problem.dimensions.n = d;
    problem.activities.n = d == N_FIXTURE ? problem.activities.n : 0;
    problem.n_fidelities = 2;
    fixture_open(&b->f, &problem);
    const cim_host *host = &b->f.base.host;
    assert_int_equal(archive_open(&b->archive, host, &b->f.problem), CIM_OK);
    assert_int_equal(surrogate_open(&b->model, host, &b->f.problem, &b->f.encoding), CIM_OK);
    assert_int_equal(front_open(&b->front, host, 2), CIM_OK);
}

static void box_add(box *b, double first, double second, cim_outcome outcome, uint32_t fidelity) {
    const double point[N_FIXTURE] = {0}, goals[2] = {first, second};
    const double slack = outcome == CIM_FEASIBLE ? -1.0 : 1.0;
    int is_better;
    assert_int_equal(archive_add(&b->archive, point, goals, &slack, outcome, fidelity, &is_better),
                     CIM_OK);
    assert_int_equal(is_better, outcome == CIM_FEASIBLE && fidelity == 1);
}

static void box_close(box *b) {
    front_close(&b->front);
    surrogate_close(b->model);
    archive_close(&b->archive);
    fixture_close(&b->f);
}

static void expect(box *b, double first, double second) {
    assert_int_equal(front_take(&b->front, &b->archive, b->model), CIM_OK);
    assert_int_equal(b->front.n, 2);
    assert_near(b->front.reference[0], first, 1e-12, 0.0);
    assert_near(b->front.reference[1], second, 1e-12, 0.0);
}

/* Where the first feasible designs are close together the front may yet reach as far as others
 * do. */
static void test_infeasible_trials_extend_it(void **state) {
    (void)state;
    box b;
    box_open(&b, N_FIXTURE);
    box_add(&b, 0.1, 0.4, CIM_FEASIBLE, 1);
    box_add(&b, 0.3, 0.2, CIM_FEASIBLE, 1);
    expect(&b, 0.1 + 1.1 * 0.2, 0.2 + 1.1 * 0.2);
    box_add(&b, 1.5, 0.1, CIM_INFEASIBLE, 1);
    expect(&b, 0.1 + 1.1 * 1.4, 0.2 + 1.1 * 0.2);
    box_add(&b, 0.1, 9.0, CIM_INFEASIBLE, 1);      /* not beyond what common designs have */
    expect(&b, 0.1 + 1.1 * 1.4, 0.2 + 1.1 * 1.8);
    box_close(&b);
}

static void test_what_is_not_known_does_not(void **state) {
    (void)state;
    box b;
    box_open(&b, N_FIXTURE);
    box_add(&b, 0.1, 0.4, CIM_FEASIBLE, 1);
    box_add(&b, 0.3, 0.2, CIM_FEASIBLE, 1);
    box_add(&b, NAN, NAN, CIM_FAILED, 1);
    box_add(&b, INFINITY, NAN, CIM_INFEASIBLE, 1);
    box_add(&b, 1.5, 1.5, CIM_FEASIBLE, 0);
    expect(&b, 0.1 + 1.1 * 0.2, 0.2 + 1.1 * 0.2);
    box_close(&b);
}

static void test_few_dimensions_have_a_wider_one(void **state) {
    (void)state;
    box b;
    box_open(&b, 3);
    box_add(&b, 0.1, 0.4, CIM_FEASIBLE, 1);
    box_add(&b, 0.3, 0.2, CIM_FEASIBLE, 1);
    expect(&b, 0.1 + 1.2 * 0.2, 0.2 + 1.2 * 0.2);
    box_close(&b);
}

/* ---- no front yet ---------------------------------------------------------------------------- */

static void expect_none(box *b, double first, double second) {
    assert_int_equal(front_take(&b->front, &b->archive, b->model), CIM_OK);
    assert_int_equal(b->front.n, 0);
    assert_near(b->front.reference[0], first, 1e-12, 0.0);
    assert_near(b->front.reference[1], second, 1e-12, 0.0);
}

static void test_without_a_front_common_designs_bound_it(void **state) {
    (void)state;
    box b;
    box_open(&b, N_FIXTURE);
    expect_none(&b, 2.0, 2.0);
    box_add(&b, 1.5, 9.0, CIM_INFEASIBLE, 1);
    expect_none(&b, 1.5, 2.0);
    box_close(&b);
}

/* Of designs as likely to be feasible the one with the better goals is tried first. */
static void test_first_front_is_worth_something(void **state) {
    (void)state;
    cim_problem problem = fixture_problem(2, 1);
    fake_host base;
    space sp;
    archive trials;
    surrogate *model;
    acquire a;
    fake_host_start(&base);
    assert_int_equal(space_open(&sp, &base.host, &problem), CIM_OK);
    assert_int_equal(archive_open(&trials, &base.host, &problem), CIM_OK);
    assert_int_equal(surrogate_open(&model, &base.host, &problem, &sp.encoding), CIM_OK);
    assert_int_equal(acquire_open(&a, &base.host, &sp, model), CIM_OK);
    cim_rng rng = rng_of(5);
    double point[N_FIXTURE], x[N_FIXTURE_FEATURES];
    for (int i = 0; i < 30; i++) {
        space_draw(&sp, NULL, &rng, point);
        encoding_of(&sp.encoding, &sp.designs, point, x);
        const double goals[2] = {x[0], 1.0 + x[0]}, slack = 0.1 + 0.01 * cim_rng_uniform(&rng);
        int is_better;
        assert_int_equal(
            archive_add(&trials, point, goals, &slack, CIM_INFEASIBLE, 0, &is_better), CIM_OK);
        assert_int_equal(surrogate_add(model, x, goals, &slack, 0, 0), CIM_OK);
    }
    assert_int_equal(surrogate_fit(model, &rng), CIM_OK);
    assert_int_equal(acquire_front(&a, &trials), CIM_OK);
    acquire_choose(&a, ACQUIRE_SCALAR, &rng);
    assert_int_equal(a.kind, ACQUIRE_FEASIBLE);
    x[0] = 0.1;
    const double good = acquire_value(&a, x, NULL);
    x[0] = 0.8;
    assert_true(good > acquire_value(&a, x, NULL) + 1.0);
    acquire_close(&a);
    surrogate_close(model);
    archive_close(&trials);
    space_close(&sp);
    assert_int_equal(base.live, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_infeasible_trials_extend_it),
        cmocka_unit_test(test_what_is_not_known_does_not),
        cmocka_unit_test(test_few_dimensions_have_a_wider_one),
        cmocka_unit_test(test_without_a_front_common_designs_bound_it),
        cmocka_unit_test(test_first_front_is_worth_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
