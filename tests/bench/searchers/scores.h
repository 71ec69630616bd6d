/* scores.h: what searchers found on the problems of tests/problems, ours and others', a row for
 * each run and number of trials; kept in a CSV file, so that runs add up. */
#ifndef SCORES_H
#define SCORES_H
#include "functions.h"

#include <stdbool.h>
#include <stddef.h>

enum { N_CHECKPOINTS = 7, NAME_ROOM = 96 };
extern const uint32_t checkpoints[N_CHECKPOINTS];

typedef struct score {
    const problem *problem;
    char searcher[NAME_ROOM];
    bool is_ours;
    uint32_t batch, seed, n;
    double values[2];            /* the more the better: shares of the volume; or the negative
                                    regret                                                        */
    double cpu_s;                /* ours: of the whole run; others': a suggestion */
} score;

typedef struct scores {
    score *rows;
    size_t n;
} scores;

/* Measures of the first N trials' feasible ones, N_FEASIBLE rows of goals. */
void score_measure(score *r, const double *goals, size_t n_feasible);
/* Hypervolumes at two references; or one, the regret. */
uint32_t measures_of(const problem *p);

void scores_add(scores *to, const score *r);
/* Among ours. */
bool scores_have(const scores *of, const problem *p, const char *searcher, uint32_t batch,
                  uint32_t seed, uint32_t n);
/* A file of ours, which need not exist, or of others. */
bool scores_read(scores *to, const char *path, bool is_ours);
bool scores_append(const char *path, const score *rows, size_t n);
void scores_free(scores *r);
#endif
