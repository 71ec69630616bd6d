/* searcher.bayesian: the first designs of a study that learns from older ones. */
#include "bayesian_fixture.h"

#include "searchers/bayesian/start.h"
#include "searchers/bayesian/start_older.h"

enum { TRIALS = 40, MOST = 9 };

typedef struct older {
    cim_trial trials[TRIALS];
    double points[TRIALS][N_FIXTURE], goals[TRIALS][2], slack[TRIALS][1];
    uint8_t known[TRIALS][2];
    cim_older_study study;
} older;

/* Trials 0 .. 19 are a front, goal 1 falling as goal 0 grows; the others are dominated, or
 * infeasible and better than all. */
static void make(older *o) {
    for (size_t i = 0; i < TRIALS; i++) {
        const int is_front = i < 20, is_late = i >= 30;
        const double x = (double)(i % 20);
        for (uint32_t d = 0; d < N_FIXTURE; d++) o->points[i][d] = 0.0;
        o->points[i][0] = -3.0 + 0.2 * (double)i;
        o->points[i][1] = i % 2 ? (double)NAN : 10.0; /* the older study lacked it here and there */
        o->goals[i][0] = is_late ? 0.5 : is_front ? 1.0 + x : 2.0 + x;
        o->goals[i][1] = is_late ? 0.5 : is_front ? 20.0 - x : 21.0 - x;
        o->known[i][0] = o->known[i][1] = 1;
        o->trials[i] = (cim_trial){.number = i, .outcome = is_late ? CIM_INFEASIBLE : CIM_FEASIBLE,
                                   .point = o->points[i], .goals = o->goals[i],
                                   .goal_known = o->known[i], .slack = o->slack[i]};
    }
    o->study = (cim_older_study){.name = "older", .trials = CIM_TABLE(o->trials)};
}

static size_t trial_of(const double *point) { return (size_t)lround((point[0] + 3.0) / 0.2); }

static void test_spread_over_the_front(void **state) {
    (void)state;
    static older o;
    make(&o);
    fixture f;
    space s;
    cim_problem problem = fixture_problem(2, 1);
    problem.older = (cim_older_study_table){&o.study, 1, sizeof o.study};
    fixture_open(&f, &problem);
    assert_int_equal(space_open(&s, &f.base.host, &f.problem), CIM_OK);
    double points[MOST][N_FIXTURE];
    uint32_t n;
    uint8_t is_taken[TRIALS] = {0};
    assert_int_equal(start_older(&s, MOST, &points[0][0], &n), CIM_OK);
    assert_int_equal(n, MOST);
    for (uint32_t k = 0; k < n; k++) {
        const size_t i = trial_of(points[k]);
        assert_true(i < 20 && !is_taken[i]);
        is_taken[i] = 1;
        assert_true(points[k][1] == (i % 2 ? fixture_dimensions[1].default_coordinate : 10.0));
        assert_true(points[k][4] == fixture_dimensions[4].default_coordinate); /* not active */
    }
    assert_true(is_taken[0] && is_taken[19]); /* the ends */
    for (size_t i = 0; i + 5 < 20; i++) { /* and no gap */
        int held = 0;
        for (size_t k = i; k < i + 5; k++) held |= is_taken[k];
        assert_true(held);
    }
    space_close(&s);
    fixture_close(&f);
}

/* They stand first, fewer designs follow, and a study without older ones starts as ever. */
static void test_start(void **state) {
    (void)state;
    static older o;
    make(&o);
    uint32_t n[2];
    for (int with = 0; with < 2; with++) {
        fixture f;
        space s;
        start t;
        cim_problem problem = fixture_problem(2, 1);
        problem.older = (cim_older_study_table){&o.study, (uint32_t)with, sizeof o.study};
        fixture_open(&f, &problem);
        assert_int_equal(space_open(&s, &f.base.host, &f.problem), CIM_OK);
        assert_int_equal(start_open(&t, &s, INFINITY), CIM_OK);
        n[with] = t.n;
        for (uint32_t k = 0; k < t.n; k++)
            assert_in_range((size_t)t.points[(size_t)k * N_FIXTURE + 2], 0, 4);
        for (uint32_t k = 0; with && k < n[0] / 2; k++)
            assert_true(trial_of(t.points + (size_t)k * N_FIXTURE) < 20);
        start_close(&t);
        space_close(&s);
        fixture_close(&f);
    }
    assert_int_equal(n[1], n[0] / 2 + n[0] / 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread_over_the_front),
        cmocka_unit_test(test_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
