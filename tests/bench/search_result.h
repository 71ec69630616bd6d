/* search_result.h: what a search found, as a share of what all searches of the study found. */
#ifndef SEARCH_RESULT_H
#define SEARCH_RESULT_H
#include "store_read.h"

/* The goals of the feasible trials of one run at its full level of accuracy, all minimised. */
typedef struct search_result {
    double *goals;               /* n x n_goals */
    int64_t *numbers;            /* n: of these trials */
    size_t n, room, n_goals;
} search_result;

bool search_result_read(store *st, search_result *out, failure *f);
void search_result_free(search_result *r);

/* The part of goal space that counts: from the best to the worst of each goal on the merged front,
 * and a tenth beyond. A goal that is the same all along that front, as a single goal is, counts to
 * the worst of all results. */
typedef struct goal_box {
    double low[GOAL_MAX], extent[GOAL_MAX];
    double volume;               /* the merged front's */
    size_t front;                /* its members */
} goal_box;

bool goal_box_measure(goal_box *b, const search_result *results, size_t n);
/* Hypervolume in the box, over that of the merged front: 1 where all of it was found. Rounded to
 * 1e-12, so that results that differ in rounding only are equal. */
double goal_box_share(const goal_box *b, const search_result *r);
#endif
