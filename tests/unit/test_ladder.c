/* The rule by which a design goes up a ladder: what it may be, and what a margin is. */
#include "core_fixture.h"

#include "ladder.h"

enum { ENERGY, ACCURACY, N_METRICS = 4 };   /* accuracy, its spread and draws behind the energy */
enum { LEVELS = 3, N_ALL = N_METRICS + LEVELS - 1 };

#define METRIC(called) {.name = called, .unit = "", .help = "", .from = "made"}
static const metric names[N_ALL] = {METRIC("energy_j"),    METRIC("accuracy"),
                                    METRIC("accuracy_sd"), METRIC("accuracy_draws"),
                                    METRIC("accuracy_a"),  METRIC("accuracy_b")};

typedef struct scene {
    evaluator e;
    instance hwmodel;
    goal goals[2];
    constraint rule;
    ladder l;
    pareto *front;
    double metrics[N_ALL];
    result x;
} scene;

static void scene_begin(scene *s, const char *first, const char *second, double margin) {
    failure f = {0};
    const char *written[] = {first, second};
    *s = (scene){.e = {.metrics = (metric *)(uintptr_t)names,
                       .n_metrics = N_ALL,
                       .n_base = N_ALL,
                       .n_workloads = 1,
                       .first_accuracy = ACCURACY,
                       .n_fidelities = LEVELS,
                       .n_goals = 2}};
    s->e.hwmodel = &s->hwmodel;
    s->e.goals = s->goals;
    s->e.constraints = &s->rule;
    s->e.levels = (accuracy_levels){.n = LEVELS, .climbs = true, .margin = {margin, margin}};
    for (int i = 0; i < 2; i++) {
        node n = {.type = NODE_TEXT, .text = (char *)(uintptr_t)written[i], .file = "made"};
        assert_good(goal_read(&n, names, N_ALL, &s->goals[i], &f), &f);
    }
    s->front = pareto_new(2);
    s->x = (result){.outcome = CIM_FEASIBLE, .metrics = s->metrics};
    ladder_begin(&s->l, &s->e);
    ladder_set_margins(&s->l);
}

static void scene_end(scene *s) {
    ladder_free(&s->l);
    pareto_free(s->front);
}

static void scene_rule(scene *s, const char *written) {
    failure f = {0};
    node n = {.type = NODE_TEXT, .text = (char *)(uintptr_t)written, .file = "made"};
    s->e.n_constraints = 1;
    assert_good(constraint_read(&n, names, N_ALL, &s->rule, &f), &f);
}

static bool promotes(scene *s, double energy, double accuracy) {
    s->metrics[ENERGY] = energy;
    s->metrics[ACCURACY] = accuracy;
    return ladder_promotes(&s->l, s->front, &s->x);
}

static void add_known(scene *s, double energy, double accuracy) {
    const double metrics[N_ALL] = {energy, accuracy};
    pareto_add(s->front, 0, (const double[]){goal_minimised(&s->goals[0], metrics),
                                             goal_minimised(&s->goals[1], metrics)});
}

static void a_margin_decides(void **state) {
    (void)state;
    scene s;
    scene_begin(&s, "min energy_j", "max accuracy", 0.02);
    assert_true(promotes(&s, 9, 0.1)); /* nothing is known */
    add_known(&s, 2, 0.9);
    assert_true(promotes(&s, 1, 0.1));
    assert_true(promotes(&s, 3, 0.89));
    assert_false(promotes(&s, 3, 0.87));
    assert_true(promotes(&s, 3, 0.999)); /* 1 at most, and that is enough */
    s.x.fidelity = LEVELS - 1;
    assert_false(promotes(&s, 1, 0.9)); /* there is no next level */
    s.x.fidelity = 0;
    s.x.outcome = CIM_FAILED;
    assert_false(promotes(&s, 1, 0.9));
    scene_end(&s);
}

static void accuracy_may_be_worse(void **state) {
    (void)state;
    scene s;
    scene_begin(&s, "min energy_j", "min accuracy", 0.02);
    add_known(&s, 2, 0.5);
    assert_true(promotes(&s, 3, 0.51));
    assert_false(promotes(&s, 3, 0.53));
    scene_end(&s);
    scene_begin(&s, "min energy_j/accuracy", "max energy_j*accuracy", 0.1);
    add_known(&s, 1, 0.5);                  /* 2 and 0.5 */
    assert_true(promotes(&s, 0.85, 0.4));   /* 1.7 at best */
    assert_false(promotes(&s, 0.97, 0.3));  /* 2.4 and 0.39 at best */
    assert_true(promotes(&s, 9, 0.3));
    scene_end(&s);
}

static void constraints_are_tried_both_ways(void **state) {
    (void)state;
    scene s;
    scene_begin(&s, "min energy_j", "max accuracy", 0.02);
    scene_rule(&s, "accuracy >= 0.8");
    s.x.outcome = CIM_INFEASIBLE;
    assert_true(promotes(&s, 1, 0.79));
    assert_false(promotes(&s, 1, 0.77));
    scene_rule(&s, "energy_j*accuracy <= 0.8");
    assert_true(promotes(&s, 1, 0.81));
    assert_false(promotes(&s, 1, 0.83));
    double slack[2] = {0.5, 0};             /* one of the model's own */
    s.hwmodel.n_constraints = 1;
    s.x.slack = slack;
    assert_false(promotes(&s, 1, 0.5));
    slack[0] = -0.5;
    assert_true(promotes(&s, 1, 0.5));
    scene_end(&s);
}

/* Any accuracy within the margin gives a value inside the interval. */
static void intervals_hold_what_may_be(void **state) {
    (void)state;
    cim_rng rng = {{5, 6, 7, 8}};
    for (int trial = 0; trial < 20000; trial++) {
        expression x = {.n = 1 + (uint32_t)cim_rng_below(&rng, 4)};
        double low[3], high[3], between[3];
        for (int i = 0; i < 3; i++) {
            low[i] = cim_rng_below(&rng, 4) ? 3 * cim_rng_uniform(&rng) - 1 : 0;
            high[i] = low[i] + (cim_rng_below(&rng, 3) ? cim_rng_uniform(&rng) : 0);
            between[i] = low[i] + (high[i] - low[i]) * cim_rng_uniform(&rng);
            if (between[i] > high[i]) between[i] = high[i];
        }
        for (uint32_t i = 0; i < x.n; i++) {
            x.metric[i] = (uint32_t)cim_rng_below(&rng, 3);
            x.divides[i] = i > 0 && cim_rng_below(&rng, 2);
        }
        const interval all = interval_of(&x, low, high);
        const double value = expression_value(&x, between);
        if (!isnan(value)) assert_true(all.low <= value && value <= all.high);
    }
}

static void learn(scene *s, double a, double b, double full) {
    s->metrics[N_METRICS] = a;
    s->metrics[N_METRICS + 1] = b;
    s->metrics[ACCURACY] = isnan(full) ? b : full;
    s->x.fidelity = isnan(full) ? 1 : 2;
    ladder_learn(&s->l, &s->x);
    s->x.fidelity = 0;
}

static void assert_near(double a, double b) {
    if (fabs(a - b) > 1e-12) print_error("%.17g is not %.17g\n", a, b);
    assert_true(fabs(a - b) <= 1e-12);
}

/* Worked by hand. Between the first levels: five down by 0.02, four up by 0.02, then up 0.03, and
 * no difference; between the last ones 0.001. */
static void margins_are_learned(void **state) {
    (void)state;
    scene s;
    scene_begin(&s, "min energy_j", "max accuracy", (double)NAN);
    assert_true(s.l.up[0] == 1 && s.l.up[1] == 1 && s.l.down[0] == 1 && s.l.down[1] == 1);
    for (int i = 0; i < 9; i++) learn(&s, 0.5, i % 2 ? 0.52 : 0.48, i % 2 ? 0.521 : 0.479);
    ladder_set_margins(&s.l);
    assert_true(s.l.up[0] == 1 && s.l.up[1] == 1);
    learn(&s, 0.5, 0.53, (double)NAN);
    ladder_set_margins(&s.l);
    assert_true(s.l.up[0] == 1 && s.l.up[1] == 1); /* nine are known at the full level */
    learn(&s, 0.5, 0.5, 0.501);
    ladder_set_margins(&s.l);
    assert_near(s.l.up[1], 0.01);
    assert_near(s.l.down[1], 0.01);
    assert_near(s.l.up[0], 0.01 + 3 * sqrt((4 * 4e-4 + 9e-4) / 5));
    assert_near(s.l.down[0], 0.01 + 3 * 0.02);
    learn(&s, 0.5, 0.8, (double)NAN);       /* 3 sqrt((25e-4 + 0.09) / 6) = 0.372 */
    for (int i = 0; i < 60; i++) learn(&s, 0.5, 0.51, (double)NAN);
    ladder_set_margins(&s.l);
    assert_near(s.l.up[0], 0.01 + 0.3);     /* the largest counts, if it is more */
    assert_near(s.l.down[0], 0.01 + 0.06);
    scene_end(&s);
}

/* What searchers are told of goals and constraints, chip and single networks alike. */
static void what_has_no_accuracy_is_exact(void **state) {
    (void)state;
    scene s;
    scene_begin(&s, "min energy_j", "max accuracy/energy_j", 0.02);
    assert_true(evaluator_is_exact(&s.e, &s.goals[1].of)); /* without an evaluator nothing climbs */
    s.e.accuracy = &s.hwmodel;
    assert_true(evaluator_is_exact(&s.e, &s.goals[0].of));
    assert_false(evaluator_is_exact(&s.e, &s.goals[1].of));
    expression own = {.n = 1, .metric = {N_ALL + ENERGY}}; /* workload[0].energy_j */
    assert_true(evaluator_is_exact(&s.e, &own));
    own.metric[0] = N_ALL + ACCURACY;
    assert_false(evaluator_is_exact(&s.e, &own));
    scene_end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_margin_decides), cmocka_unit_test(what_has_no_accuracy_is_exact),
        cmocka_unit_test(accuracy_may_be_worse),
        cmocka_unit_test(constraints_are_tried_both_ways),
        cmocka_unit_test(intervals_hold_what_may_be), cmocka_unit_test(margins_are_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
