/* compare.h: runs or targets side by side: the best of each goal, the best at equal constraint,
 * every metric of the knees, the parts that make the difference, gains against the baseline, and
 * the merged front. All runs must have the same goals; where they differ in workload, constraints,
 * aggregate or accuracy, that is said first. */
#ifndef COMPARE_H
#define COMPARE_H
#include "store_read.h"

#include <stdio.h>

enum { COMPARE_MAX = 16 };

/* NAMES: one a run, shown in the tables. */
bool compare_print(store *const *stores, const char *const *names, size_t n, FILE *out, failure *f);
#endif
