/* ready.h: is there what accuracy needs of the networks that a study is about to evaluate (weights,
 * data set)? Asked before a run's folder is made: what every trial would fail for is an error of
 * the config (cim/ready.h). */
#ifndef READY_H
#define READY_H
#include "study.h"

/* False where an accuracy evaluator that can say so finds none of these N designs ready. A plug-in
 * that crashes or takes too long here says nothing: the trials will show it. */
bool ready_designs(study *s, const double *designs, size_t n, failure *f);
/* The same of the default design, and where that is not ready, of those that differ from it in one
 * searched parameter of the workload. */
bool ready_study(study *s, failure *f);
#endif
