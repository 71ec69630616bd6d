/* study_goals.h: goals, constraints and aggregates of a config, once its metrics are known. */
#ifndef STUDY_GOALS_H
#define STUDY_GOALS_H
#include "study.h"

/* aggregate = { energy_j = "max"; }: how a metric of several networks becomes the chip's. */
bool study_read_aggregates(study *s, failure *f);
/* NEEDED: there must be a goal. */
bool study_read_goals(study *s, bool needed, failure *f);
#endif
