/* ladder.h: which designs deserve a dearer look at their accuracy.
 *
 * A batch is evaluated at the cheapest level. A design goes up one level unless a design known at
 * the full level dominates it even with its accuracy moved by the margin, as a goal or constraint
 * likes it best. The designs known are those before the batch, so the number of workers and a kill
 * change nothing. A design that would be on the front of full evaluations goes all the way up
 * wherever its accuracy errs by no more than the margin: whatever dominates the best that it may be
 * dominates it.
 *
 * A learned margin has two sides, for accuracies that the next level raised and those that it
 * lowered. Each is, for a level and the next one, the largest difference seen between them, three
 * times their root mean square, or 1 point, whichever is most; for the full level, the sum of those
 * of the levels between. Until LADDER_LEARNED designs have been at both levels it is 1: then
 * only what no accuracy could bring onto the front stays below. */
#ifndef LADDER_H
#define LADDER_H
#include "evaluate.h"
#include "pareto.h"

enum { LADDER_LEARNED = 10 };

typedef struct ladder {
    const evaluator *e;
    struct {
        uint64_t n, side_n[2];
        double squares[2], largest[2];
    } seen[LEVEL_MAX];               /* differences of level i and the next: up, down */
    double up[LEVEL_MAX], down[LEVEL_MAX]; /* margins in force, against the full level */
    double *best, *worst;            /* room for metrics */
} ladder;

void ladder_begin(ladder *l, const evaluator *e);
void ladder_free(ladder *l);
/* Learns from a trial of a new design; trials in the order of their numbers. */
void ladder_learn(ladder *l, const result *x);
/* Margins for the next batch, from all that was learned. */
void ladder_set_margins(ladder *l);
/* Does X go up one level? FRONT: of the full level. */
bool ladder_promotes(ladder *l, const pareto *front, const result *x);

typedef struct interval { double low, high; } interval;
/* What an expression may be when each metric lies between LOW and HIGH. */
interval interval_of(const expression *x, const double *low, const double *high);
#endif
