/* region.h: the trust region: the part of the space around a good design where the next are sought,
 * which grows with success and shrinks without. */
#ifndef BAYESIAN_REGION_H
#define BAYESIAN_REGION_H

#include "space.h"
#include "surrogate.h"

typedef struct region {
    double length;           /* of its longest sides, in units of a dimension */
    uint32_t successes, failures;
} region;

void region_start(region *r);
/* What came of one more trial: better than all before in something? */
void region_learn(region *r, const space *s, int is_better);
/* The region around CENTRE: longer where the surrogate is smoother, but for waves. */
void region_around(const region *r, const space *s, const surrogate *model, const double *centre,
                   part *p);
#endif
