/* ready.h: is there what accuracy needs of the networks that a study is about to evaluate (weights,
 * data set)? Asked before a run's folder is made: what every trial would fail for is an error of
 * the config (cim/ready.h). */
#ifndef READY_H
#define READY_H
#include "study.h"

/* False where an accuracy evaluator that can say so finds a design not ready. A plug-in that
 * crashes or takes too long here says nothing: the trials will show it. */
bool ready_design(study *s, const double *design, failure *f);
/* The same of N rows of a table, all of them: one that fails is a failed row. */
bool ready_rows(study *s, const double *designs, size_t n, failure *f);
/* The same of the default design, and where that is not ready, of those that differ from it in one
 * searched parameter of the workload. */
bool ready_study(study *s, failure *f);
#endif
