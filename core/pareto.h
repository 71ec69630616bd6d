/* pareto.h: an archive of goal vectors of which none dominates another, all goals minimised.
 *
 * One vector dominates another when it is nowhere worse and somewhere better. The content depends
 * on the order of the adds only where vectors are equal: the one added first stays.
 *
 * Members lie in a k-d tree with the bounding box of each subtree, so that an add looks only where
 * a member may dominate the new vector or be dominated by it: a small share of a large archive. */
#ifndef PARETO_H
#define PARETO_H

#include <stddef.h>
#include <stdint.h>

typedef struct pareto pareto;

/* An empty archive for vectors of n_goals goals; NULL when there are none or too many. */
pareto *pareto_new(size_t n_goals);
void pareto_free(pareto *archive);   /* NULL is fine */

/* Offers a vector, which is copied. Returns 1: it entered, and members it dominates left; 0: a
 * member dominates or equals it, or one of its goals is NaN. */
int pareto_add(pareto *archive, uint64_t id, const double *goals);

/* Is some member nowhere worse than GOALS, so that they would not enter? */
int pareto_covers(const pareto *archive, const double *goals);

size_t pareto_size(const pareto *archive);

/* Puts the members in ascending order of their ids, until the next add. */
void pareto_sort(pareto *archive);

/* Member i < pareto_size(); what is pointed to stays until the next add or sort. */
uint64_t pareto_id(const pareto *archive, size_t i);
const double *pareto_goals(const pareto *archive, size_t i);

#endif
