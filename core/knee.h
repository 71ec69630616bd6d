/* knee.h: which members of a front to show first. All goals are minimised.
 *
 * A front is n rows of m >= 1 finite goals, of which none dominates another. */
#ifndef KNEE_H
#define KNEE_H

#include <stddef.h>

/* The knee: the member that gives up least in some goals for what it gains in the others.
 *
 * Goals are normalised to 0 (best on the front) .. 1 (worst on the front); a constant goal counts
 * 0. The knee lies farthest below the hyperplane through the m points that are worst in one goal
 * and best in all others, where the normalised goals sum to 1; so it has the smallest sum. With
 * m = 2 these points are the two extremes of the front, and this is the usual "largest distance to
 * the line between them"; unlike a plane through the extremes themselves, it is defined for every
 * front and every m. Among equals the lowest index.
 *
 * Returns n when there is no member or memory runs out. */
size_t knee_find(const double *front, size_t n, size_t m);

/* The extremes: best[k] is the index of the member with the best goal k; among equals the one with
 * the better other goals, in their order, then the lowest index. n >= 1. */
void knee_extremes(const double *front, size_t n, size_t m, size_t *best);

#endif
