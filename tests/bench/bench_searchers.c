/* Searchers on problems with known answers, through the real command, from the same designs as the
 * stored results of others (tests/golden/searchers):
 *
 *     bench_searchers [--problems zdt1_30,branin] [--searchers random,tpe] [--seeds 10]
 *                     [--first-seed 0] [--trials 200] [--batch 1] [--file found.csv]
 *                     [--peers pymoo,optuna_nsga2] [--at 60,100,200]
 *
 * All problems, all searchers that there are, and 10 seeds without options. A searcher may have
 * settings: "tpe; multivariate = true". Runs that the file holds already are not repeated, so that
 * runs add up; without a file nothing is kept. --seeds 0 only prints what the file holds; --at:
 * tables of these numbers of trials only. */
#include "memory.h"
#include "searchers/run.h"
#include "searchers/table.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEARCHERS_MAX = 32 };

typedef struct plan {
    const char *searchers[SEARCHERS_MAX];
    size_t n_searchers;
    bool chosen[N_PROBLEMS];
    uint32_t seeds, first_seed, trials, batch;
    const char *file;
    selection shown;
} plan;

static bool choose_problems(plan *p, char *names) {
    memset(p->chosen, 0, sizeof p->chosen);
    for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
        const problem *q = problem_find(name);
        if (!q) fprintf(stderr, "%s: no such problem\n", name);
        if (!q) return false;
        p->chosen[q - problems] = true;
    }
    return true;
}

static void choose_searchers(plan *p, char *names) {
    p->n_searchers = 0;
    for (char *name = strtok(names, ","); name && p->n_searchers < SEARCHERS_MAX;
         name = strtok(NULL, ","))
        p->searchers[p->n_searchers++] = name;
}

static bool choose_checkpoints(plan *p, char *numbers) {
    memset(p->shown.at, 0, sizeof p->shown.at);
    for (char *number = strtok(numbers, ","); number; number = strtok(NULL, ",")) {
        size_t i = 0;
        while (i < N_CHECKPOINTS && checkpoints[i] != strtoul(number, NULL, 10)) i++;
        if (i == N_CHECKPOINTS) fprintf(stderr, "%s: no such number of trials\n", number);
        if (i == N_CHECKPOINTS) return false;
        p->shown.at[i] = true;
    }
    return true;
}

static void choose_all(plan *p) {
    static const char *const known[] = {"random", "evolutionary", "tpe", "bayesian"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char path[512];
        snprintf(path, sizeof path, BINARY_DIR "/plugins/searcher.%s.so", known[i]);
        if (access(path, R_OK) == 0) p->searchers[p->n_searchers++] = known[i];
    }
    for (size_t i = 0; i < N_PROBLEMS; i++) p->chosen[i] = true;
    for (size_t i = 1; i < N_CHECKPOINTS; i++) p->shown.at[i] = true; /* behind the first designs */
}

static bool read_arguments(plan *p, int argc, char **argv) {
    static const struct option options[] = {
        {"problems", 1, NULL, 'p'}, {"searchers", 1, NULL, 's'}, {"seeds", 1, NULL, 'n'},
        {"first-seed", 1, NULL, 'f'}, {"trials", 1, NULL, 't'}, {"batch", 1, NULL, 'b'},
        {"file", 1, NULL, 'o'}, {"peers", 1, NULL, 'c'}, {"at", 1, NULL, 'a'}, {NULL, 0, NULL, 0}};
    bool good = true;
    for (int c = 0; good && (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        const uint32_t number = optarg ? (uint32_t)strtoul(optarg, NULL, 10) : 0;
        switch (c) {
        case 'p': good = choose_problems(p, optarg); break;
        case 's': choose_searchers(p, optarg); break;
        case 'n': p->seeds = number; break;
        case 'f': p->first_seed = number; break;
        case 't': p->trials = number; break;
        case 'b': p->batch = number; break;
        case 'o': p->file = optarg; break;
        case 'c': p->shown.peers = optarg; break;
        case 'a': good = choose_checkpoints(p, optarg); break;
        default: good = false;
        }
    }
    return good && optind == argc && p->batch > 0;
}

/* The last checkpoint that the run gets to. */
static uint32_t last_of(const task *t) {
    uint32_t last = 0;
    for (size_t i = 0; i < N_CHECKPOINTS; i++)
        if (checkpoints[i] <= t->trials) last = checkpoints[i];
    return last;
}

static bool do_task(const plan *p, const task *t, scores *all) {
    score rows[N_CHECKPOINTS];
    if (scores_have(all, t->problem, t->searcher, t->batch, t->seed, last_of(t))) return true;
    const size_t n = run_task(t, rows);
    size_t n_new = 0;
    for (size_t i = 0; i < n; i++) {    /* a longer run has the rows of a shorter one again */
        if (scores_have(all, t->problem, t->searcher, t->batch, t->seed, rows[i].n)) continue;
        rows[n_new] = rows[i];
        scores_add(all, &rows[n_new++]);
    }
    if (n_new && p->file && !scores_append(p->file, rows, n_new)) return false;
    if (!n) fprintf(stderr, "%s, %s, seed %u: failed\n", t->problem->name, t->searcher, t->seed);
    return n > 0;
}

/* Seeds first, so that a run that is cut short has something of everything. */
static bool do_all(const plan *p, scores *all) {
    bool good = true;
    for (uint32_t seed = p->first_seed; seed < p->first_seed + p->seeds; seed++)
        for (size_t i = 0; i < N_PROBLEMS; i++)
            for (size_t k = 0; p->chosen[i] && k < p->n_searchers; k++) {
                const uint32_t budget = problems[i].budget;
                const task t = {&problems[i], p->searchers[k], p->batch, seed,
                                p->trials && p->trials < budget ? p->trials : budget};
                good = do_task(p, &t, all) && good;
            }
    return good;
}

int main(int argc, char **argv) {
    plan p = {.seeds = 10, .batch = 1};
    scores all = {0};
    choose_all(&p);
    if (!read_arguments(&p, argc, argv)) {
        fputs("see the head of bench_searchers.c\n", stderr);
        return 2;
    }
    setenv("CIMDSE_PLUGIN_PATH", BINARY_DIR "/tests/problems", 1);
    bool good = (!p.file || scores_read(&all, p.file, true)) &&
                scores_read(&all, SOURCE_DIR "/tests/golden/searchers/peer_results.csv", false);
    good = good && do_all(&p, &all);
    table_differences(&all, &p.shown);
    puts("");
    table_ranks(&all, &p.shown);
    puts("");
    table_costs(&all);
    scores_free(&all);
    return good ? 0 : 1;
}
