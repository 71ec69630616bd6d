/* start_older.h: first designs from older studies: some of each one's front, far from each
 * other. */
#ifndef BAYESIAN_START_OLDER_H
#define BAYESIAN_START_OLDER_H

#include "space.h"

/* Room for MOST canonical, different points; *N: how many there are. Dimensions that the older
 * study lacked are at their default. */
cim_status start_older(space *s, uint32_t most, double *points, uint32_t *n);

#endif
