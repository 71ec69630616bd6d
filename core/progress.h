/* progress.h: what a person sees of a running study, on standard error: one line that is renewed
 * on a terminal, a plain line now and then elsewhere, nothing where a study takes under a
 * second. */
#ifndef PROGRESS_H
#define PROGRESS_H
#include "goal.h"
#include "pareto.h"

struct run_summary;

typedef struct progress {
    uint64_t trials;
    uint32_t n_goals;
    const goal *goals;
    bool terminal, shown;
    int64_t started_ns, next_ns;
    double best[GOAL_MAX], worst[GOAL_MAX]; /* minimised, of the feasible trials so far */
} progress;

void progress_begin(progress *p, uint64_t trials, uint32_t n_goals, const goal *goals);
/* The minimised goals of one more feasible trial. */
void progress_goals(progress *p, const double *minimised);
void progress_show(progress *p, const struct run_summary *sum, const pareto *front, bool last);
#endif
