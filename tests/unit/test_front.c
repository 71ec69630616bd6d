/* The front of a stored run against brute force: members, tallies, and the front after each tenth
 * of the trials; and how good those were. */
#include "store_fixture.h"

#include "convergence.h"
#include "front.h"
#include "progress.h"
#include "run.h"

enum { TRIALS = 234, FULL = 1, METRICS = 4, RULES = 2 };

typedef struct sample {
    double metrics[METRICS], slack[RULES];
    cim_outcome outcome;
    uint32_t fidelity;
} sample;

/* A second goal beside energy_j*area_mm2. */
static void add_second_goal(study *s) {
    static char written[] = "max area_mm2";
    evaluator *e = &s->evaluator;
    node n = {.type = NODE_TEXT, .text = written, .file = ""};
    failure f = {0};
    e->goals = realloc(e->goals, 2 * sizeof *e->goals);
    assert_non_null(e->goals);
    assert_good(goal_read(&n, e->metrics, e->n_metrics, &e->goals[e->n_goals++], &f), &f);
}

static sample random_sample(cim_rng *rng) {
    sample s = {.outcome = (cim_outcome)(CIM_FEASIBLE + cim_rng_below(rng, 3)),
                .fidelity = cim_rng_below(rng, 4) ? FULL : 0};
    s.metrics[1] = 1 + (double)cim_rng_below(rng, 50);
    s.metrics[0] = (double)cim_rng_below(rng, 40);
    if (s.fidelity < FULL) s.metrics[0] -= 50; /* too good, if it counted */
    for (int i = 0; i < RULES; i++) s.slack[i] = (double)cim_rng_below(rng, 3) - 1;
    for (int i = 0; s.outcome == CIM_FAILED && i < METRICS; i++) s.metrics[i] = NAN;
    return s;
}

static void put(bench *b, store *st, int64_t id, const sample *s) {
    const double point[] = {0, (double)(id < 0 ? 0 : id), 0.25, (double)(id & 1)};
    result *r = results_new(1, METRICS, RULES);
    memcpy(r->metrics, s->metrics, sizeof s->metrics);
    memcpy(r->slack, s->slack, sizeof s->slack);
    r->outcome = s->outcome;
    r->fidelity = s->fidelity;
    assert_good(store_put_trial(st, &b->r.s, id, id < 0 ? NULL : point, r, -1, &b->f), &b->f);
    results_free(r, 1);
}

static void goals_of(const sample *s, double goals[2]) {
    goals[0] = s->metrics[0] * s->metrics[1];
    goals[1] = -s->metrics[1];
}

static bool counts(const sample *s) { return s->outcome == CIM_FEASIBLE && s->fidelity == FULL; }

/* Is trial I on the front of the first N? Of equals the first is. */
static bool belongs(const sample *all, size_t n, size_t i) {
    double a[2], b[2];
    if (!counts(&all[i])) return false;
    goals_of(&all[i], a);
    for (size_t j = 0; j < n; j++) {
        if (j == i || !counts(&all[j])) continue;
        goals_of(&all[j], b);
        bool same = a[0] == b[0] && a[1] == b[1];
        if (b[0] <= a[0] && b[1] <= a[1] && (!same || j < i)) return false;
    }
    return true;
}

static bool holds_goals(const front_step *s, const double goals[2]) {
    for (size_t i = 0; i < s->n; i++)
        if (s->goals[2 * i] == goals[0] && s->goals[2 * i + 1] == goals[1]) return true;
    return false;
}

static void check_step(const front_step *s, const sample *all, size_t trials) {
    size_t n = 0;
    assert_int_equal(s->trials, trials);
    for (size_t i = 0; i < trials; i++) {
        double goals[2];
        if (!belongs(all, trials, i)) continue;
        goals_of(&all[i], goals);
        assert_true(holds_goals(s, goals));
        n++;
    }
    assert_int_equal(s->n, n);
}

static void check_members(const front *x, const sample *all) {
    size_t n = 0;
    char rows[32];
    for (size_t i = 0; i < TRIALS; i++) {
        double goals[2];
        if (!belongs(all, TRIALS, i)) continue;
        goals_of(&all[i], goals);
        assert_true(n < x->n);
        assert_int_equal(x->members[n].id, i);
        assert_memory_equal(x->members[n].metrics, all[i].metrics, sizeof all[i].metrics);
        assert_memory_equal(x->goals + 2 * n, goals, sizeof goals);
        snprintf(rows, sizeof rows, "%zu", i);
        assert_string_equal(x->members[n].dimensions[1], rows);
        assert_string_equal(x->members[n].dimensions[3], i & 1 ? "sar" : "flash \"quick\"");
        n++;
    }
    assert_int_equal(x->n, n);
    assert_in_range(n, 3, TRIALS / 2);
}

static void check_tallies(const front *x, const sample *all) {
    uint64_t outcomes[CIM_FAILED + 1] = {0}, violations[RULES] = {0};
    for (size_t i = 0; i < TRIALS; i++) {
        outcomes[all[i].outcome]++;
        for (int k = 0; k < RULES; k++)
            violations[k] += all[i].outcome == CIM_INFEASIBLE && all[i].slack[k] > 0;
    }
    assert_true(x->feasible == outcomes[CIM_FEASIBLE] &&
                x->infeasible == outcomes[CIM_INFEASIBLE] && x->failed == outcomes[CIM_FAILED]);
    assert_memory_equal(x->violations, violations, sizeof violations);
}

static void the_front_is_that_of_brute_force(void **state) {
    bench *b = *state;
    cim_rng rng = {{41, 42, 43, 44}};
    static sample all[TRIALS];
    add_second_goal(&b->r.s);
    store *st = create(b);
    sample baseline = random_sample(&rng);
    baseline.outcome = CIM_INFEASIBLE;
    put(b, st, STORE_BASELINE, &baseline);
    for (int i = 0; i < TRIALS; i++) {
        all[i] = random_sample(&rng);
        put(b, st, i, &all[i]);
    }
    layout l;
    front x;
    close_store(b, st);
    st = reopen(b, false);
    assert_good(layout_read(st, &l, &b->f), &b->f);
    assert_good(front_read(st, &l, &x, &b->f), &b->f);
    check_members(&x, all);
    check_tallies(&x, all);
    assert_memory_equal(x.baseline, baseline.metrics, sizeof baseline.metrics);
    for (size_t i = 0; i < FRONT_STEPS; i++)
        check_step(&x.steps[i], all, (TRIALS * (i + 1) + 9) / 10);
    front_free(&x, &l);
    layout_free(&l);
    close_store(b, st);
}

static void a_run_without_trials_has_no_front(void **state) {
    bench *b = *state;
    store *st = create(b);
    layout l;
    front x;
    close_store(b, st);
    st = reopen(b, false);
    assert_good(layout_read(st, &l, &b->f), &b->f);
    assert_good(front_read(st, &l, &x, &b->f), &b->f);
    assert_true(x.n == 0 && x.feasible == 0 && x.baseline == NULL);
    front_free(&x, &l);
    layout_free(&l);
    close_store(b, st);
}

/* One goal, 11 at best; three tenths without a trial, then 33, then the best. A front of one member
 * has no extent: the box reaches from 11 by |11|. */
static void convergence_is_the_share_of_the_box(void **state) {
    (void)state;
    double best[] = {11}, worse[] = {16.5};
    front x = {.n = 1, .goals = best, .feasible = 20};
    for (int i = 0; i < FRONT_STEPS; i++)
        x.steps[i] = (front_step){.trials = 2 * (i + 1), .n = i > 2, .goals = i > 5 ? best : worse};
    char *chars = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&chars, &n);
    assert_non_null(out);
    convergence_print(&x, 1, out);
    fclose(out);
    assert_contains(chars, "\n    trials  hypervolume\n         2       0.0000  \n");
    assert_contains(chars, "\n         8       0.5000  ####################\n");
    assert_contains(chars, "\n        20       1.0000  ########################################\n"
                           "  hypervolume: share of the box from this design to goals worse by ");
    free(chars);
}

/* The front (1, 3), (3, 1) in a box that reaches from 1 to 5 so far dominates 3/4 of it. It is not
 * the hypervolume of the report, nor is it called so. */
static void progress_has_a_word_of_its_own(void **state) {
    (void)state;
    const goal goals[] = {{.name = "a", .unit = ""}, {.name = "b", .unit = ""}};
    const double trials[][2] = {{1, 3}, {3, 1}, {5, 5}};
    const run_summary sum = {.trials = 3, .evaluated = 3};
    progress p;
    char said[200] = "";
    pareto *archive = pareto_new(2);
    FILE *to = tmpfile();
    const int kept = dup(STDERR_FILENO);
    assert_true(to && kept >= 0 && dup2(fileno(to), STDERR_FILENO) >= 0);
    progress_begin(&p, 10, 2, goals);
    for (uint64_t i = 0; i < 3; i++) {
        progress_goals(&p, trials[i]);
        pareto_add(archive, i, trials[i]);
    }
    p.next_ns = 0;
    progress_show(&p, &sum, archive, false);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    rewind(to);
    assert_non_null(fgets(said, sizeof said, to));
    fclose(to);
    pareto_free(archive);
    assert_contains(said, "3/10 trials  ");
    assert_contains(said, "  front 2  dominated 0.7500  a 1 ");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(the_front_is_that_of_brute_force),
        TEST(a_run_without_trials_has_no_front),
        cmocka_unit_test(convergence_is_the_share_of_the_box),
        cmocka_unit_test(progress_has_a_word_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
