/* table.h: our searchers beside others' stored results. */
#ifndef TABLE_H
#define TABLE_H
#include "scores.h"

/* For each problem, number of trials and measure: each of our N searchers' mean, standard error and
 * seeds; the other searcher that is ahead of it the furthest, or behind it the least, on equal seeds,
 * and by how much. PEERS: only others whose name holds this text; or NULL. */
void table_differences(const scores *all, const char *peers);

/* Of all, the mean rank, 0 the best and 1 the worst, over problems, seeds, measures and trials. */
void table_ranks(const scores *all, const char *peers);

/* Ours: processor seconds a suggestion beyond what searcher.random takes. */
void table_costs(const scores *all);
#endif
