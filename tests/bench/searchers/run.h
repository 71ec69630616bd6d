/* run.h: one searcher on one problem through the real program. */
#ifndef RUN_H
#define RUN_H
#include "scores.h"

typedef struct task {
    const problem *problem;
    const char *searcher;        /* "tpe", or with settings: "tpe; multivariate = true" */
    uint32_t batch, seed, trials;
} task;

/* Rows for the checkpoints up to the task's trials; returns how many, 0 after a failure, which it
 * reports. */
size_t run_task(const task *t, score *out);
#endif
