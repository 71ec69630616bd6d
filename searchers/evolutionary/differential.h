/* differential.h: children by differential evolution: R. Storn, K. Price, J. Global Optim. 11,
 * 341-359 (1997); towards one of the best and with a random pair: J. Zhang, A. C. Sanderson, IEEE
 * Trans. Evol. Comput. 13, 945-958 (2009); each member has its own factor and crossover rate,
 * which vary: J. Brest et al., IEEE Trans. Evol. Comput. 10, 646-657 (2006). */
#ifndef DIFFERENTIAL_H
#define DIFFERENTIAL_H

#include "proposal.h"

/* Of first members. They stand where a genetic algorithm has mutation rate and step. */
#define DIFFERENTIAL_RATE 0.9
#define DIFFERENTIAL_FACTOR 0.5

/* A child that is to replace its target, which is member out->target. There are members. */
void differential_child(proposer *p, const population *parents, uint64_t target, cim_rng *rng,
                        double *point, proposal *out);

#endif
