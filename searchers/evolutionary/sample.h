/* sample.h: the points a study begins with, the default design first. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "proposal.h"

/* Fills p->initial from the stream of create(): a Latin hypercube; or with the preset `phased` the
 * mutually most distant half of a random pool. */
cim_status sample_initial(proposer *p);

#endif
