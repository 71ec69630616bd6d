/* run_private.h: a running study, shared by the loop (run.c) and the evaluation of a batch
 * (run_batch.c). */
#ifndef RUN_PRIVATE_H
#define RUN_PRIVATE_H
#include "history.h"
#include "ladder.h"
#include "pool.h"
#include "progress.h"
#include "run.h"

typedef struct run {
    study *s;
    store *st;
    pool *pool;
    pareto *front;
    run_summary *sum;
    progress progress;
    uint64_t asks, told;     /* told: the number of the batch's first trial */
    double *points, *designs, *goals;
    uint8_t *known;
    uint32_t *fidelity;
    result *results;
    uint32_t n;              /* points of the batch */
    bool *stored;            /* in an earlier session */
    int64_t *duplicate_of;   /* an earlier trial of the same point, or -1 */
    history history;
    ladder ladder;
    int64_t started_ns;
    int64_t saved_ns, save_ns;  /* when the last snapshot was taken, and how long that took */
    uint64_t saved_told;        /* trials that it knows of */
    failure *f;
} run;

/* A file that a worker has read (pool.h), CONTEXT being the run. Each task needs it: a worker says
 * it once. */
bool run_keep_file(void *context, const char *path, const char *sum);
/* In a ladder a point is known by itself, wherever its climb ended. */
uint32_t run_asked_fidelity(const run *r, uint32_t fidelity);
/* What an earlier session evaluated of this batch, or a point's earlier trial, is not evaluated
 * again. */
bool run_recall(run *r, uint32_t n);
/* All that have no result yet; then, in a ladder, level by level those that deserve the next. Where
 * interrupt_wanted ends it, some are without an outcome. */
bool run_evaluate(run *r, uint32_t n);
/* After the evaluation: duplicates that were not evaluated get their rows. */
void run_settle_duplicates(run *r, uint32_t n);
#endif
