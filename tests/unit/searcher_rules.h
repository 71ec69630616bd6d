/* searcher_rules.h: what every searcher does that proposes each design once, begins with a sample
 * of the whole space, and does not ask how many trials there will be: tests of one subject. */
#ifndef SEARCHER_RULES_H
#define SEARCHER_RULES_H

#include "searcher_degenerate.h"

static inline void test_descriptor(void **state) {
    const subject *u = *state;
    const cim_plugin *p = searcher_plugin(u->name);
    for (uint32_t i = 0; i < p->is.params.n; i++) {
        const cim_param *param = CIM_ROW(cim_param, p->is.params, i);
        assert_non_null(u->keys[i]);
        assert_string_equal(param->key, u->keys[i]);
        assert_int_equal(param->flags, CIM_PARAM_FIXED);
        assert_true(strlen(param->help) > 0);
        assert_true(param->min <= param->default_value && param->default_value <= param->max);
    }
    assert_null(u->keys[p->is.params.n]);
}

/* ---- never the same twice -------------------------------------------------------------------- */

/* Every design once, and then it says so. */
static inline void exhaust(const subject *u, const double *numbers, const cim_problem *p,
                           judge_fn *judge, uint32_t designs) {
    static const uint32_t batches[] = {1, 4, 16, 1000};
    for (size_t i = 0; i < 4; i++) {
        double *points = new_points(p, designs + 1000);
        driver d;
        driver_start(&d, u->name, numbers, p, i);
        assert_int_equal(driver_run(&d, designs + 1000, batches[i], judge, points, NULL), designs);
        assert_true(d.is_done);
        assert_int_equal(distinct(p, points, designs), designs);
        assert_int_equal(driver_ask(&d, 8, points), 0); /* for good */
        driver_stop(&d);
        free(points);
    }
}

static inline void test_exhausts(void **state) {
    const subject *u = *state;
    const cim_problem p = network_problem();
    for (size_t i = 0; i < u->n_modes; i++)
        exhaust(u, u->modes[i], &p, judge_sum, NETWORK_DESIGNS);
}

/* A real dimension that exists in one of 16 designs: the other 15 run out, that one does not. */
static inline void test_rare_real_dimension(void **state) {
    const subject *u = *state;
    enum { N = 600 };
    static const uint64_t last_level[] = {15};
    static const cim_dimension dimensions[] = {
        {.name = "gain", .unit = "", .kind = CIM_REAL_RANGE, .max = 1.0, .default_coordinate = 0.5},
        LEVELS("kind", CIM_ORDINAL, 16, 2)};
    static const cim_activity rule = {.target = 0, .on = 1, .n_levels = 1, .levels = last_level};
    cim_problem p = problem_of(dimensions, 2, two_goals, 2);
    p.activities = (cim_activity_table){&rule, 1, sizeof rule};
    double points[N * 2];
    size_t without = 0;
    driver d;
    driver_start(&d, u->name, NULL, &p, 4);
    assert_int_equal(driver_run(&d, N, 8, judge_sum, points, NULL), N);
    assert_int_equal(distinct(&p, points, N), N);
    for (size_t i = 0; i < N; i++) without += points[2 * i + 1] != 15.0;
    assert_int_equal(without, 15);
    driver_stop(&d);
}

static inline void test_no_dimensions(void **state) {
    const subject *u = *state;
    const cim_problem p = problem_of(NULL, 0, one_goal, 1);
    double points[8];
    driver d;
    driver_start(&d, u->name, NULL, &p, 1);
    assert_int_equal(driver_run(&d, 8, 4, all_equal, points, NULL), 1);
    assert_true(d.is_done);
    driver_stop(&d);
}

/* Points that others chose, told or still pending, are not proposed again. */
static inline void test_points_of_others(void **state) {
    const subject *u = *state;
    enum { FOREIGN = 100 };
    const cim_problem p = network_problem();
    double given[FOREIGN * NETWORK_DIMENSIONS], points[NETWORK_DESIGNS * NETWORK_DIMENSIONS];
    driver d, other;
    driver_start(&other, "sweep", (const double[]){2, 2}, &p, 1);
    assert_int_equal(driver_ask(&other, FOREIGN, given), FOREIGN);
    driver_stop(&other);
    driver_start(&d, u->name, NULL, &p, 1);
    driver_tell(&d, FOREIGN / 2, given, judge_sum, NULL);
    driver_tell(&d, FOREIGN / 2, given, judge_sum, NULL);
    uint32_t fidelity[8];
    cim_ask a = {.struct_size = sizeof a, .max = 8, .points = points, .fidelity = fidelity,
                 .pending = given + FOREIGN / 2 * NETWORK_DIMENSIONS, .n_pending = FOREIGN / 2};
    d.base.host.stream(&d.base.host, d.asks++, &a.rng);
    assert_int_equal(d.ops->ask(d.self, &a), CIM_OK);
    assert_int_equal(a.count, 8);
    driver_tell(&d, FOREIGN / 2, given + FOREIGN / 2 * NETWORK_DIMENSIONS, judge_sum, NULL);
    driver_tell(&d, 8, points, judge_sum, NULL);
    const uint32_t rest = driver_run(&d, NETWORK_DESIGNS - 8, 5, judge_sum,
                                     points + 8 * NETWORK_DIMENSIONS, NULL);
    assert_int_equal(rest, NETWORK_DESIGNS - FOREIGN - 8);
    assert_true(d.is_done);
    double all[NETWORK_DESIGNS * NETWORK_DIMENSIONS];
    memcpy(all, given, sizeof given);
    memcpy(all + FOREIGN * NETWORK_DIMENSIONS, points, sizeof all - sizeof given);
    assert_int_equal(distinct(&p, all, NETWORK_DESIGNS), NETWORK_DESIGNS);
    driver_stop(&d);
}

/* A trial that is told again changes nothing. */
static inline void test_told_again(void **state) {
    const subject *u = *state;
    enum { N = 60 };
    const cim_problem p = mixed_problem();
    double points[N * MIXED_DIMENSIONS], next[2][N * MIXED_DIMENSIONS];
    for (int i = 0; i < 2; i++) {
        driver d;
        driver_start(&d, u->name, NULL, &p, 6);
        assert_int_equal(driver_run(&d, N, N, judge_mixed, points, NULL), N);
        if (i) driver_tell(&d, N, points, judge_mixed, NULL);
        assert_int_equal(driver_ask(&d, N, next[i]), N);
        driver_stop(&d);
    }
    assert_memory_equal(next[0], next[1], sizeof next[0]);
}

/* Several asks before the first tell, as an asynchronous host would. */
static inline void test_asks_before_tells(void **state) {
    const subject *u = *state;
    enum { N = 240, BATCH = 40 };
    const cim_problem p = mixed_problem();
    double *points = new_points(&p, N);
    driver d;
    driver_start(&d, u->name, NULL, &p, 6);
    for (uint32_t i = 0; i < N; i += BATCH)
        assert_int_equal(driver_ask(&d, BATCH, points + i * MIXED_DIMENSIONS), BATCH);
    for (uint32_t i = N; i > 0; i -= BATCH) /* and told the wrong way round */
        driver_tell(&d, BATCH, points + (i - BATCH) * MIXED_DIMENSIONS, judge_mixed, NULL);
    assert_int_equal(distinct(&p, points, N), N);
    assert_int_equal(driver_ask(&d, BATCH, points), BATCH);
    driver_stop(&d);
    free(points);
}

/* ---- the initial sample ---------------------------------------------------------------------- */

static inline void test_initial_sample(void **state) {
    const subject *u = *state;
    enum { N = 16 };
    const cim_problem p = problem_of(zdt_dimensions(), ZDT_DIMENSIONS, two_goals, 2);
    double points[N * ZDT_DIMENSIONS];
    double numbers[MAX_PARAMS];
    driver d;
    numbers_with(u, N, numbers);
    driver_start(&d, u->name, numbers, &p, 9);
    assert_int_equal(driver_ask(&d, N, points), N);
    driver_stop(&d);
    for (size_t k = 0; k < ZDT_DIMENSIONS; k++) {
        uint32_t seen = 0;
        assert_true(points[k] == 7.0); /* the default design */
        for (size_t i = 1; i < N; i++) {
            const uint32_t level = 1u << (unsigned)points[i * ZDT_DIMENSIONS + k];
            assert_false(seen & level); /* of 16 points each takes a level of its own of the 16 */
            seen |= level;
        }
    }
}

/* Of the whole range of each kind, by ratio where it is logarithmic. */
static inline void test_initial_ranges(void **state) {
    const subject *u = *state;
    enum { N = 100 };
    const cim_problem p = mixed_problem();
    double *points = new_points(&p, N), lower = 0.0;
    double numbers[MAX_PARAMS];
    driver d;
    numbers_with(u, N, numbers);
    driver_start(&d, u->name, numbers, &p, 9);
    assert_int_equal(driver_ask(&d, N, points), N);
    driver_stop(&d);
    for (size_t i = 1; i < N; i++) lower += points[i * MIXED_DIMENSIONS + 1] < 1e-3;
    assert_true(lower >= 49.0 && lower <= 50.0);
    for (size_t k = 0; k < MIXED_DIMENSIONS; k++) {
        const cim_dimension *m = &mixed[k];
        const double top = m->kind == CIM_REAL_RANGE ? m->max : (double)m->n_levels - 1.0;
        double high = -INFINITY;
        for (size_t i = 0; i < N; i++) high = fmax(high, points[i * MIXED_DIMENSIONS + k]);
        assert_true(high >= top - 0.05 * fabs(top) || m->log_scale);
    }
    free(points);
}

/* ---- whatever comes of the points ------------------------------------------------------------ */

/* Whatever comes of the points, in spaces with much and with next to nothing in them. */
static inline void survive(const subject *u, const double *numbers) {
    judge_fn *const judges[] = {judge_sum,   all_infeasible, all_infeasible_unknown, all_failed,
                                all_equal,   all_unknown,    huge_goals,             judge_mixed};
    cim_problem spaces[] = {problem_of(one_ordinal, 1, two_goals, 2),
                            problem_of(one_switch, 1, one_goal, 1),
                            problem_of(one_real, 1, one_goal, 1),
                            problem_of(categories, 4, two_goals, 2),
                            problem_of(mixed, MIXED_DIMENSIONS, one_goal, 1), mixed_problem(),
                            network_problem()};
    static const uint32_t designs[] = {12, 2, UINT32_MAX, 640, UINT32_MAX, UINT32_MAX,
                                       NETWORK_DESIGNS};
    static const uint32_t batches[] = {1, 4, 16, 1000};
    for (size_t i = 0; i < 7 * 8 * 4; i++) {
        cim_problem *p = &spaces[i / 32];
        judge_fn *judge = judges[i / 4 % 8];
        if (judge == judge_mixed && p->dimensions.n != MIXED_DIMENSIONS) continue;
        p->constraints = (cim_goal_table){three_constraints, 2, sizeof three_constraints[0]};
        double *points = new_points(p, u->survives);
        driver d;
        driver_start(&d, u->name, numbers, p, 1);
        const uint32_t n = driver_run(&d, u->survives, batches[i % 4], judge, points, NULL);
        assert_int_equal(n, designs[i / 32] < u->survives ? designs[i / 32] : u->survives);
        assert_int_equal(distinct(p, points, n), n);
        driver_stop(&d);
        free(points);
    }
}

static inline void test_survives(void **state) {
    const subject *u = *state;
    for (size_t i = 0; i < u->n_modes; i++) survive(u, u->modes[i]);
}

/* ---- reproducible ---------------------------------------------------------------------------- */

static inline void test_seed_decides(void **state) {
    const subject *u = *state;
    enum { N = 200 };
    const cim_problem p = mixed_problem();
    double *points[3];
    for (size_t i = 0; i < 3; i++) {
        driver d;
        points[i] = new_points(&p, N);
        driver_start(&d, u->name, NULL, &p, i < 2 ? 5 : 6);
        assert_int_equal(driver_run(&d, N, 4, judge_mixed, points[i], NULL), N);
        driver_stop(&d);
    }
    size_t same = 0;
    for (size_t i = MIXED_DIMENSIONS; i < (size_t)N * MIXED_DIMENSIONS; i += MIXED_DIMENSIONS)
        same += memcmp(points[0] + i, points[2] + i, MIXED_DIMENSIONS * sizeof **points) == 0;
    assert_memory_equal(points[0], points[1], (size_t)N * MIXED_DIMENSIONS * sizeof *points[0]);
    assert_int_equal(same, 0); /* but for the default design, which comes first */
    for (size_t i = 0; i < 3; i++) free(points[i]);
}

/* The budget is a hint that may change: a study that is extended goes on as a long one would. */
static inline void test_budget_does_not_matter(void **state) {
    const subject *u = *state;
    enum { N = 100 };
    cim_problem p = mixed_problem();
    double *points[2];
    for (size_t i = 0; i < 2; i++) {
        driver d;
        p.trials = i ? 0 : 100;
        points[i] = new_points(&p, N);
        driver_start(&d, u->name, NULL, &p, 5);
        driver_run(&d, N, 4, judge_mixed, points[i], NULL);
        driver_stop(&d);
    }
    assert_memory_equal(points[0], points[1], (size_t)N * MIXED_DIMENSIONS * sizeof *points[0]);
    for (size_t i = 0; i < 2; i++) free(points[i]);
}

/* A newer host's rows may be longer than the plug-in knows them. */
static inline void test_longer_rows(void **state) {
    const subject *u = *state;
    enum { N = 100 };
    struct { cim_dimension known; double later[3]; } dimensions[NETWORK_DIMENSIONS];
    struct { cim_activity known; double later[2]; } rules[NETWORK_RULES];
    cim_problem p = network_problem();
    double points[2][N * NETWORK_DIMENSIONS];
    memset(dimensions, 0xff, sizeof dimensions);
    memset(rules, 0xff, sizeof rules);
    for (size_t i = 0; i < NETWORK_DIMENSIONS; i++) dimensions[i].known = network[i];
    for (size_t i = 0; i < NETWORK_RULES; i++) rules[i].known = network_rules[i];
    for (int i = 0; i < 2; i++) {
        driver d;
        driver_start(&d, u->name, NULL, &p, 2);
        driver_run(&d, N, 7, judge_sum, points[i], NULL);
        driver_stop(&d);
        p.dimensions = (cim_dimension_table){&dimensions[0].known, NETWORK_DIMENSIONS,
                                             sizeof dimensions[0]};
        p.activities = (cim_activity_table){&rules[0].known, NETWORK_RULES, sizeof rules[0]};
    }
    assert_memory_equal(points[0], points[1], sizeof points[0]);
}

#define SEARCHER_RULES(subject) \
    cmocka_unit_test_prestate(test_descriptor, subject), \
    cmocka_unit_test_prestate(test_exhausts, subject), \
    cmocka_unit_test_prestate(test_rare_real_dimension, subject), \
    cmocka_unit_test_prestate(test_no_dimensions, subject), \
    cmocka_unit_test_prestate(test_points_of_others, subject), \
    cmocka_unit_test_prestate(test_told_again, subject), \
    cmocka_unit_test_prestate(test_asks_before_tells, subject), \
    cmocka_unit_test_prestate(test_initial_sample, subject), \
    cmocka_unit_test_prestate(test_initial_ranges, subject), \
    cmocka_unit_test_prestate(test_survives, subject), \
    cmocka_unit_test_prestate(test_seed_decides, subject), \
    cmocka_unit_test_prestate(test_budget_does_not_matter, subject), \
    cmocka_unit_test_prestate(test_longer_rows, subject)

#endif
