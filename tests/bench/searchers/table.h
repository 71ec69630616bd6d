/* table.h: our searchers beside others' stored results. */
#ifndef TABLE_H
#define TABLE_H
#include "scores.h"

typedef struct selection {
    const char *peers;           /* NULL, or a list with commas: only others whose name holds one */
    bool at[N_CHECKPOINTS];      /* numbers of trials */
} selection;

/* For each problem, number of trials and measure: each of our searchers' mean, standard error and
 * seeds; the other searcher that is ahead of it the furthest, or behind it the least, on equal
 * seeds, and by how much; the standard deviations over all seeds of ours and of it, and the
 * probability that they differ as much by chance, exact two-sided Mann-Whitney. */
void table_differences(const scores *all, const selection *of);

/* Of all, the mean rank, 0 the best and 1 the worst, over problems, seeds, measures and trials. */
void table_ranks(const scores *all, const selection *of);

/* Ours: processor seconds a suggestion beyond what searcher.random takes. */
void table_costs(const scores *all);
#endif
