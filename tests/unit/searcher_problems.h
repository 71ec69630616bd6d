/* searcher_problems.h: spaces and functions to judge searchers by. */
#ifndef SEARCHER_PROBLEMS_H
#define SEARCHER_PROBLEMS_H

#include "searcher_driver.h"

#include <cim_sdk/hypervolume.h>

static const cim_goal one_goal[] = {{.name = "min a"}};
static const cim_goal two_goals[] = {{.name = "min a"}, {.name = "min b"}};
static const cim_goal three_constraints[] = {{.name = "a <= 1"}, {.name = "b <= 1"},
                                             {.name = "c <= 1"}};

#define LEVELS(dimension_name, kind_of, n, at) \
    {.name = dimension_name, .unit = "", .kind = kind_of, .n_levels = n, .max = (n) - 1.0, \
     .step = 1.0, .levels = level_numbers, .names = level_names, .default_coordinate = at}
static const double level_numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const char *const level_names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};

static inline cim_problem problem_of(const cim_dimension *dimensions, uint32_t n,
                                     const cim_goal *goals, uint32_t n_goals) {
    return (cim_problem){.struct_size = sizeof(cim_problem), .batch = 16, .trials = 1000,
                         .dimensions = {dimensions, n, sizeof *dimensions},
                         .goals = {goals, n_goals, sizeof *goals}, .n_fidelities = 1};
}

/* Room for N points. */
static inline double *new_points(const cim_problem *p, size_t n) {
    double *points = calloc(n * p->dimensions.n + 1, sizeof *points);
    assert_non_null(points);
    return points;
}

/* ---- a chip of 10,000 designs ---------------------------------------------------------------- */

static const cim_dimension chip[] = {
    LEVELS("rows", CIM_ORDINAL, 8, 3),      LEVELS("bits", CIM_INTEGER_RANGE, 10, 5),
    LEVELS("cell", CIM_CATEGORICAL, 5, 0),  LEVELS("adc", CIM_CATEGORICAL, 5, 0),
    LEVELS("mux", CIM_ORDINAL, 5, 2)};
enum { CHIP_DIMENSIONS = 5, CHIP_DESIGNS = 8 * 10 * 5 * 5 * 5 };

/* Logarithms of energy and error. Categories have no order in them, and all dimensions interact. */
static inline void judge_chip(const cim_problem *problem, const double *x, verdict *v) {
    static const double cell_energy[] = {1.0, 0.35, 2.1, 0.6, 1.4};
    static const double cell_noise[] = {0.3, 1.0, 0.05, 0.55, 0.2};
    static const double adc_energy[] = {1.0, 2.5, 0.5, 1.3, 0.8};
    static const double adc_error[] = {0.5, 0.1, 1.0, 0.3, 0.9};
    const uint32_t cell = (uint32_t)x[2], adc = (uint32_t)x[3];
    const double rows = exp2(x[0]), bits = x[1] + 1.0, mux = exp2(x[4]);
    const double noise = cell_noise[cell] * sqrt(rows) / bits;
    (void)problem;
    v->goals[0] = log10(cell_energy[cell] * bits + adc_energy[adc] * exp2(0.5 * bits) / sqrt(rows) +
                        0.3 * rows / mux + 0.02 * mux * bits);
    v->goals[1] = log10(exp2(-bits) + 0.1 * noise * noise + 0.01 * mux * adc_error[adc] +
                        0.2 * adc_error[adc] * log(1.0 + rows) / bits);
}

/* Every design of a space without conditions and real dimensions, one row each. */
static inline void every_design(const cim_problem *p, size_t n, double *points) {
    for (size_t i = 0; i < n; i++) {
        size_t number = i;
        for (uint32_t k = p->dimensions.n; k-- > 0;) {
            const size_t levels = (size_t)dimension_of(p, k)->n_levels;
            points[i * p->dimensions.n + k] = (double)(number % levels);
            number /= levels;
        }
    }
}

/* ---- ZDT1 on 30 dimensions of 16 levels ------------------------------------------------------ */

enum { ZDT_DIMENSIONS = 30, ZDT_LEVELS = 16 };

static inline const cim_dimension *zdt_dimensions(void) {
    static cim_dimension d[ZDT_DIMENSIONS];
    for (size_t i = 0; i < ZDT_DIMENSIONS; i++)
        d[i] = (cim_dimension)LEVELS("x", CIM_ORDINAL, ZDT_LEVELS, 7);
    return d;
}

/* E. Zitzler, K. Deb, L. Thiele, Evol. Comput. 8, 173-195 (2000). */
static inline void judge_zdt1(const cim_problem *problem, const double *x, verdict *v) {
    double sum = 0.0;
    for (uint32_t i = 1; i < problem->dimensions.n; i++) sum += x[i] / (ZDT_LEVELS - 1);
    const double g = 1.0 + 9.0 * sum / (problem->dimensions.n - 1.0), f = x[0] / (ZDT_LEVELS - 1);
    v->goals[0] = f;
    v->goals[1] = g * (1.0 - sqrt(f / g));
}

/* ---- conditions: a depth, and a kernel in each block that there is --------------------------- */

static const uint64_t depth_2[] = {1, 2}, depth_3[] = {2}, on_level[] = {0};
static const cim_dimension network[] = {
    LEVELS("kernel[0]", CIM_CATEGORICAL, 3, 1), LEVELS("kernel[1]", CIM_CATEGORICAL, 3, 1),
    LEVELS("kernel[2]", CIM_CATEGORICAL, 3, 1), LEVELS("depth", CIM_ORDINAL, 3, 1),
    LEVELS("extra", CIM_ORDINAL, 2, 0),         LEVELS("extra_bits", CIM_INTEGER_RANGE, 4, 3)};
static const cim_activity network_rules[] = {
    {.target = 1, .on = 3, .n_levels = 2, .levels = depth_2},
    {.target = 2, .on = 3, .n_levels = 1, .levels = depth_3},
    {.target = 4, .on = 3, .n_levels = 1, .levels = depth_3},
    {.target = 5, .on = 4, .n_levels = 1, .levels = on_level}};
/* By its default an inactive extra would switch its bits on, but it is inactive.
 * 3 of depth 1; 9 of depth 2; 27 of depth 3 and extra 1, and 27 x 4 of extra 0. */
enum { NETWORK_DIMENSIONS = 6, NETWORK_RULES = 4, NETWORK_DESIGNS = 3 + 9 + 27 + 27 * 4 };

static inline cim_problem network_problem(void) {
    cim_problem p = problem_of(network, NETWORK_DIMENSIONS, two_goals, 2);
    p.activities = (cim_activity_table){network_rules, NETWORK_RULES, sizeof network_rules[0]};
    return p;
}

static inline void judge_sum(const cim_problem *problem, const double *x, verdict *v) {
    v->goals[0] = v->goals[1] = 0.0;
    for (uint32_t i = 0; i < problem->dimensions.n; i++) {
        v->goals[0] += x[i];
        v->goals[1] -= x[i] * (1.0 + 0.1 * i);
    }
}

/* ---- one of each kind ------------------------------------------------------------------------ */

static const cim_dimension mixed[] = {
    {.name = "real", .unit = "", .kind = CIM_REAL_RANGE, .min = -3.0, .max = 5.0,
     .default_coordinate = 1.0},
    {.name = "log", .unit = "", .kind = CIM_REAL_RANGE, .min = 1e-9, .max = 1e3, .log_scale = 1,
     .default_coordinate = 1.0},
    LEVELS("ordinal", CIM_ORDINAL, 3, 1),
    LEVELS("integer", CIM_INTEGER_RANGE, 10, 0),
    LEVELS("category", CIM_CATEGORICAL, 5, 4),
    {.name = "log_integer", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = 8, .min = 2.0,
     .max = 16.0, .step = 2.0, .log_scale = 1},
    {.name = "huge", .unit = "", .kind = CIM_INTEGER_RANGE, .n_levels = (uint64_t)1 << 53,
     .min = 0.0, .max = 0x1.0p53 - 1.0, .step = 1.0},
    {.name = "extreme", .unit = "", .kind = CIM_REAL_RANGE, .min = -1.7e308, .max = 1.7e308},
    LEVELS("two", CIM_ORDINAL, 2, 0)};
enum { MIXED_DIMENSIONS = 9 };

static inline cim_problem mixed_problem(void) {
    cim_problem p = problem_of(mixed, MIXED_DIMENSIONS, two_goals, 2);
    p.constraints = (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
    return p;
}

/* Goals that span decades, and infeasible and failed ones among them. */
static inline void judge_mixed(const cim_problem *problem, const double *x, verdict *v) {
    (void)problem;
    v->goals[0] = exp(x[0]) + 1e-3 * x[2] + x[4] + x[6] * 0x1p-40;
    v->goals[1] = x[1] + 3.0 / (1.0 + x[3]) + fabs(x[7] * 1e-307) + x[8];
    v->slack[0] = x[3] - 6.0;
    v->slack[1] = 1e9 * (x[0] - 3.0);
    if (v->slack[0] > 0.0 || v->slack[1] > 0.0) v->outcome = CIM_INFEASIBLE;
    if (x[5] == 7.0) v->outcome = CIM_FAILED;
}
#endif
