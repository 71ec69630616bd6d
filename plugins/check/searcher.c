/* Tests of searchers. */
#include "search.h"

#include <cim_sdk/rng.h>
#include <math.h>
#include <string.h>
#include <time.h>

enum { STEPS = 6 };

/* Runs N steps on every problem, and says how many the searcher took on; fails when none. */
typedef void (*on_problem)(check *c, search_how how);

static void on_every_problem(check *c, on_problem run) {
    const char *why = "";
    uint32_t n = 0;
    for (problem_kind k = 0; k < N_PROBLEMS; k++) {
        search_how how = SEARCH_HOW;
        search *x = check_new(c, 1, sizeof *x);
        cim_status status;
        how.kind = k;
        how.subject.seed = 1 + check_below(c, 1000000);
        if (!search_create(x, c, how, &status)) {
            if (status != CIM_E_CONFIG && status != CIM_E_UNSUPPORTED)
                check_fail(c, "problem \"%s\": create: status %d: %s", problem_names[k], status,
                           subject_reason(&x->s, status));
            why = check_text(c, "%s", subject_reason(&x->s, status));
            continue;
        }
        search_end(x);
        run(c, how);
        n++;
    }
    if (!n) check_refused(c, "create: refuses each of the suite's problems: %s", why);
}

static search *start(check *c, search_how how) {
    search *x = check_new(c, 1, sizeof *x);
    cim_status status;
    if (!search_create(x, c, how, &status))
        check_fail(c, "create: refused: %s", subject_reason(&x->s, status));
    return x;
}

/* Asks of different sizes, up to a whole batch. */
static void run_sizes(check *c, search_how how) {
    search *x = start(c, how);
    cim_status status;
    for (uint32_t i = 0; i < 12; i++)
        if (!search_step(x, i % 3 ? x->problem->batch : 1 + (uint32_t)check_below(c, 8), &status))
            check_fail(c, "problem \"%s\": refused: %s", problem_names[how.kind],
                       subject_reason(&x->s, status));
    if (!x->n_points) check_fail(c, "problem \"%s\": not a single point", problem_names[how.kind]);
    search_end(x);
}

static void points_inside_space(check *c) { on_every_problem(c, run_sizes); }

/* search.c fails the test for a point after CIM_DONE; here it is made to come to that. A searcher
 * that thinks long about each point is not waited for. */
static void run_to_the_end(check *c, search_how how) {
    const clock_t most = CLOCKS_PER_SEC, begin = clock();
    search *x = start(c, how);
    uint32_t i = 0;
    for (; i < 150 && !x->done && clock() - begin < most; i++) search_steps(x, 1);
    search_steps(x, 3);
    search_end(x);
    c->standard[0] += x->done;
}

static void done_is_final(check *c) {
    c->standard[0] = 0;
    on_every_problem(c, run_to_the_end);
    if (!c->standard[0]) check_skip(c, "it is never done, on none of the suite's problems");
}

/* ---- seeds ---------------------------------------------------------------------------------- */

static bool same_points(const search *a, const search *b) {
    return a->n_points == b->n_points && a->done == b->done &&
           (!a->n_points || memcmp(a->points, b->points, a->n_points * a->problem->dimensions.n *
                                                             sizeof *a->points) == 0);
}

static void run_twice(check *c, search_how how) {
    search *a = start(c, how), *b = start(c, how);
    search_steps(a, STEPS);
    search_steps(b, STEPS);
    if (!same_points(a, b))
        check_fail(c, "problem \"%s\": seed %llu gives other points the second time",
                   problem_names[how.kind], (unsigned long long)how.subject.seed);
    search_end(a);
    search_end(b);
}

static void same_seed(check *c) { on_every_problem(c, run_twice); }

static void run_other_seed(check *c, search_how how) {
    if (how.kind == PROBLEM_ONE) return;
    search *a = start(c, how);
    how.subject.seed ^= 0x5bd1e995u;
    search *b = start(c, how);
    search_steps(a, STEPS);
    search_steps(b, STEPS);
    if (same_points(a, b))
        check_warn(c, "problem \"%s\": another seed gives the same points: is it meant to be "
                   "deterministic?", problem_names[how.kind]);
    search_end(a);
    search_end(b);
}

static void other_seed(check *c) { on_every_problem(c, run_other_seed); }

/* ---- snapshots ------------------------------------------------------------------------------ */

/* A never saved and loaded, B taken over after K steps. */
static void continue_after(check *c, search_how how, uint32_t k) {
    search *a = start(c, how);
    search_steps(a, k);
    size_t size;
    const char *data = search_save(a, &size);
    search *b = start(c, how);
    cim_status status = search_load(b, data, size);
    if (status != CIM_OK)
        check_fail(c, "problem \"%s\": refuses its own snapshot: %s", problem_names[how.kind],
                   subject_reason(&b->s, status));
    size_t before = a->n_points * a->problem->dimensions.n;
    double *points = check_new(c, before, sizeof *points);
    if (before) memcpy(points, a->points, before * sizeof *points);
    b->points = points;
    b->n_points = b->room = a->n_points;
    b->asks = a->asks;
    b->told = a->told;
    b->done = a->done;
    search_steps(a, STEPS);
    search_steps(b, STEPS);
    if (!same_points(a, b))
        check_fail(c,
                   "problem \"%s\": saved after %u asks and loaded, it goes on with other points",
                   problem_names[how.kind], k);
    search_end(a);
    search_end(b);
}

static void run_continue(check *c, search_how how) {
    continue_after(c, how, 0);
    continue_after(c, how, 1);
    continue_after(c, how, 2 + (uint32_t)check_below(c, 20));
}

static void continues_after_load(check *c) { on_every_problem(c, run_continue); }

/* Refused, or taken: then it must go on working within the rules. */
static void try_damaged(check *c, search_how how, const char *data, size_t size) {
    search *x = start(c, how);
    cim_status status;
    if (search_load(x, data, size) == CIM_OK)
        for (uint32_t i = 0; i < 2 && search_step(x, x->problem->batch, &status); i++) {}
    search_end(x);
}

static void survives_damaged_snapshots(check *c) {
    search_how how = SEARCH_HOW;
    how.kind = search_standard(c);
    search *x = start(c, how);
    search_steps(x, 5);
    size_t size;
    const char *data = search_save(x, &size);
    search_end(x);
    char *bytes = check_new(c, size + 64, 1);
    for (uint32_t i = 0; i < 60 && i <= size; i++)
        try_damaged(c, how, data, i < 20 ? i * size / 20 : (size_t)check_below(c, size + 1));
    for (uint32_t i = 0; i < 200 && size; i++) {
        memcpy(bytes, data, size);
        uint64_t at = i < 8 * size && i < 100 ? i : check_below(c, 8 * size);
        bytes[at / 8] = (char)(bytes[at / 8] ^ (1 << at % 8));
        try_damaged(c, how, bytes, size);
    }
    memcpy(bytes, data, size);
    try_damaged(c, how, bytes, size + 64);
    memset(bytes, 0xff, size + 64);
    try_damaged(c, how, bytes, size);
}

/* A snapshot of another problem may be refused, never followed out of the space. */
static void survives_foreign_snapshots(check *c) {
    search_how how = SEARCH_HOW, other = SEARCH_HOW;
    how.kind = search_standard(c);
    search *x = start(c, how);
    search_steps(x, 5);
    size_t size;
    const char *data = search_save(x, &size);
    search_end(x);
    for (other.kind = 0; other.kind < N_PROBLEMS; other.kind++) {
        cim_status status;
        x = check_new(c, 1, sizeof *x);
        if (!search_create(x, c, other, &status)) continue;
        search_end(x);
        try_damaged(c, other, data, size);
    }
}

/* ---- news ----------------------------------------------------------------------------------- */

static void hear(check *c, news n) {
    uint32_t heard = 0;
    for (problem_kind k = 0; k < N_PROBLEMS; k++) {
        search_how how = SEARCH_HOW;
        how.kind = k;
        how.news = n;
        search *a = check_new(c, 1, sizeof *a), *b = check_new(c, 1, sizeof *b);
        cim_status status;
        if (!problem_make(c, k)->constraints.n || !search_create(a, c, how, &status)) continue;
        if (!search_create(b, c, how, &status)) check_fail(c, "create: refuses a second time");
        b->rubbish = 1e300;
        search_steps(a, 15);
        search_steps(b, 15);
        if ((n == NEWS_UNKNOWN_GOALS || n == NEWS_ALL_FAILED) && !same_points(a, b))
            check_fail(c, "problem \"%s\": it reads goals that are not known", problem_names[k]);
        search_end(a);
        search_end(b);
        heard++;
    }
    if (!heard) check_skip(c, "it takes on none of the problems with a constraint");
}

static void hear_infeasible(check *c) { hear(c, NEWS_ALL_INFEASIBLE); }
static void hear_failed(check *c) { hear(c, NEWS_ALL_FAILED); }
static void hear_constant(check *c) { hear(c, NEWS_CONSTANT_GOALS); }
static void hear_unknown_goals(check *c) { hear(c, NEWS_UNKNOWN_GOALS); }
static void hear_unknown_slacks(check *c) { hear(c, NEWS_UNKNOWN_SLACKS); }

/* ---- is it any good? ------------------------------------------------------------------------ */

static double best_of_random(check *c, const cim_problem *p, size_t n) {
    double point[40], best = INFINITY;
    problem_told told;
    for (size_t i = 0; i < n; i++) {
        problem_random_point(c, p, point);
        problem_judge(p, point, NEWS_ALL_FEASIBLE, (double)NAN, &told);
        best = fmin(best, told.goals[0]);
    }
    return best;
}

/* The mean of the best of 120 points over 10 seeds, against random points; a difference of three
 * standard errors counts. */
static void not_worse_than_random(check *c) {
    enum { SEEDS = 10, ASKS = 15 };
    double own = 0, others = 0, squares = 0;
    for (uint32_t i = 0; i < SEEDS; i++) {
        search_how how = {.kind = PROBLEM_ENUMERABLE, .news = NEWS_ALL_FEASIBLE,
                          .subject = SUBJECT_HOW};
        search *x = check_new(c, 1, sizeof *x);
        cim_status status;
        how.subject.seed = 1 + check_below(c, 1000000);
        if (!search_create(x, c, how, &status))
            check_skip(c, "it does not take on the enumerable problem: %s",
                       subject_reason(&x->s, status));
        search_steps(x, ASKS);
        double random = best_of_random(c, x->problem, x->n_points);
        own += x->best / SEEDS;
        others += random / SEEDS;
        squares += random * random / SEEDS;
        search_end(x);
    }
    double error = sqrt(fmax(squares - others * others, 0) / (SEEDS - 1));
    if (own > others + 3 * error * sqrt(2) + 1e-12)
        check_warn(c, "finds %.4g on the mean in %d points, where random ones find %.4g", own,
                   ASKS * 8, others);
}

const check_test searcher_tests[] = {
    {"searcher.points_inside_space", "gives 1..max points inside the space, on every problem",
     points_inside_space},
    {"searcher.done_is_final", "gives nothing more once it is done", done_is_final},
    {"searcher.same_seed_same_points", "the same seed gives the same points", same_seed},
    {"searcher.other_seed_other_points", "another seed gives other points", other_seed},
    {"searcher.continues_after_load", "goes on after save and load as it would have without",
     continues_after_load},
    {"searcher.survives_damaged_snapshots", "refuses damaged snapshots, or works on",
     survives_damaged_snapshots},
    {"searcher.survives_foreign_snapshots", "refuses another problem's snapshot, or works on",
     survives_foreign_snapshots},
    {"searcher.survives_all_infeasible", "goes on when no point is feasible", hear_infeasible},
    {"searcher.survives_all_failed", "goes on when every evaluation fails", hear_failed},
    {"searcher.survives_constant_goals", "goes on when all points are equally good", hear_constant},
    {"searcher.survives_unknown_goals", "goes on without goals, and does not read unknown ones",
     hear_unknown_goals},
    {"searcher.survives_unknown_slacks", "goes on when slacks are not known", hear_unknown_slacks},
    {"searcher.not_worse_than_random", "finds what random points find", not_worse_than_random},
    {0}};
