/* elsewhere.h: a search for one goal that has nothing left to gain where its best trial is. */
#ifndef BAYESIAN_ELSEWHERE_H
#define BAYESIAN_ELSEWHERE_H

#include "searcher.h"

/* S->features: of the design that is expected most of. */
int elsewhere_is_due(searcher *s);
/* Replaces POINT by a design of another valley, if any has something to gain; S->features are its
 * then, and the model is as before. */
cim_status elsewhere_look(searcher *s, const cim_ask *ask, cim_rng *rng, double *point);
#endif
