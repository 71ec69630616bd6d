/* searcher_degenerate.h: what a searcher must live with: goals that say nothing, designs that all
 * fail, spaces with next to nothing in them. */
#ifndef SEARCHER_DEGENERATE_H
#define SEARCHER_DEGENERATE_H

#include "searcher_problems.h"

static inline void all_equal(const cim_problem *p, const double *x, verdict *v) {
    (void)p, (void)x;
    v->goals[0] = v->goals[1] = 1e-12;
}

static inline void all_infeasible(const cim_problem *p, const double *x, verdict *v) {
    judge_sum(p, x, v);
    v->outcome = CIM_INFEASIBLE;
    v->slack[0] = 1e12 * (1.0 + fabs(x[0]));
    v->slack[1] = INFINITY;
}

static inline void all_infeasible_unknown(const cim_problem *p, const double *x, verdict *v) {
    judge_sum(p, x, v);
    v->outcome = CIM_INFEASIBLE;
    v->slack[0] = NAN;
    v->slack[1] = -INFINITY;
}

static inline void all_failed(const cim_problem *p, const double *x, verdict *v) {
    (void)p, (void)x;
    v->outcome = CIM_FAILED;
    for (int i = 0; i < MAX_GOALS; i++) v->goals[i] = v->slack[i] = NAN;
    memset(v->known, 0, sizeof v->known);
}

static inline void all_unknown(const cim_problem *p, const double *x, verdict *v) {
    (void)p, (void)x;
    v->goals[0] = NAN;
    v->goals[1] = -1e300;
    memset(v->known, 0, sizeof v->known);
}

static inline void huge_goals(const cim_problem *p, const double *x, verdict *v) {
    judge_sum(p, x, v);
    v->goals[0] = x[0] > 0.0 ? 1.7e308 : -1.7e308;
    v->goals[1] = isfinite(v->goals[1]) ? v->goals[1] * 1e-12 : 0.0;
}

static const cim_dimension one_ordinal[] = {LEVELS("n", CIM_ORDINAL, 12, 5)};
static const cim_dimension one_real[] = {{.name = "r", .unit = "", .kind = CIM_REAL_RANGE,
                                          .min = -1.0, .max = 1.0}};
static const cim_dimension one_switch[] = {LEVELS("s", CIM_CATEGORICAL, 2, 1)};
static const cim_dimension categories[] = {
    LEVELS("a", CIM_CATEGORICAL, 2, 0), LEVELS("b", CIM_CATEGORICAL, 8, 0),
    LEVELS("c", CIM_CATEGORICAL, 8, 0), LEVELS("d", CIM_CATEGORICAL, 5, 0)};
#endif
