/* published_runs.h: the runs of bench_published, and its tables. */
#ifndef PUBLISHED_RUNS_H
#define PUBLISHED_RUNS_H
#include "rank_test.h"

#include <stdbool.h>

enum { CONFIGS_MAX = 16, SEARCHERS_MAX = 6, SEEDS_MAX = RANK_TEST_MAX / 2 };

typedef struct plan {
    char configs[CONFIGS_MAX][512];
    const char *searchers[SEARCHERS_MAX];  /* none: the config's own */
    unsigned n_configs, n_searchers;
    unsigned first_seed, last_seed;        /* without HAS_SEEDS the config's own */
    bool has_seeds;
    const char *trials, *set, *keep, *store; /* or NULL */
} plan;

/* All runs and tables; false where a run did not end well. */
bool plan_run(const plan *p);
#endif
