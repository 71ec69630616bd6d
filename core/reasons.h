/* reasons.h: why trials of a run are infeasible or failed, and how near the feasible ones come to
 * the config's bounds: a bound that no trial comes near was meant in another unit. */
#ifndef REASONS_H
#define REASONS_H
#include "front.h"

#include <stdio.h>

/* BEFORE begins each line. */
bool reasons_print(store *st, const layout *l, const front *x, const char *before, FILE *out,
                   failure *f);
#endif
