/* Trials of searcher.tpe on a problem of the tests; behind its split.c and trials.c. */
#ifndef TPE_FIXTURE_H
#define TPE_FIXTURE_H
#include "searcher_problems.h"

typedef struct bench {
    fake_host base;
    cim_problem problem;
    cim_designs designs;
    trials trials;
} bench;

static void bench_start(bench *b, const cim_dimension *dimensions, uint32_t n, uint32_t goals,
                        uint32_t constraints) {
    fake_host_start(&b->base);
    b->problem = problem_of(dimensions, n, two_goals, goals);
    b->problem.constraints =
        (cim_goal_table){three_constraints, constraints, sizeof three_constraints[0]};
    assert_int_equal(cim_designs_init(&b->designs, &b->base.host, &b->problem), CIM_OK);
    assert_int_equal(trials_init(&b->trials, &b->base.host, &b->problem, &b->designs), CIM_OK);
}

static void bench_end(bench *b) {
    trials_free(&b->trials);
    cim_designs_free(&b->designs);
    assert_int_equal(b->base.live, 0);
}

#endif
