/* pool.h: worker processes that evaluate designs. A worker that crashes, ends or hangs costs its
 * design, recorded as failed with the reason; another worker takes its place. A design is evaluated
 * once more by a new worker before it counts as failed by a crash. Results depend on the designs
 * alone, never on the number of workers or on who evaluated what. */
#ifndef POOL_H
#define POOL_H
#include "evaluate.h"

#include <signal.h>

typedef struct pool pool;

/* E and its plug-ins are inherited by the workers as they are now. TIME_LIMIT_S: of one design. */
pool *pool_start(evaluator *e, unsigned n_workers, double time_limit_s, failure *f);
void pool_stop(pool *p);

typedef struct pool_task {
    const double *designs;         /* n x e->n_numbers */
    const uint32_t *fidelity;      /* n, or NULL: the full one */
    size_t n;
    bool want_parts;
    bool promote;                  /* results hold metrics and slacks of a lower fidelity, and only
                                      the accuracy is evaluated again */
    result *results;               /* n; one that has an outcome already is left alone */
    bool (*done)(void *context, size_t index);  /* as each result comes in; may be NULL */
    /* Before the result of who read it: a file that plug-ins rest on, and its sum (file_sum.h).
     * May be NULL; where it returns false, that result does not come in. */
    bool (*file)(void *context, const char *path, const char *sum);
    bool (*wait)(void *context);   /* several times a second meanwhile; may be NULL */
    void *context;
} pool_task;

/* Blocks until all are evaluated, *STOP (may be NULL) is set, or DONE or WAIT returns false: then
 * results that did not come in have outcome 0. False only when no worker can be started. */
bool pool_run(pool *p, const pool_task *task, const volatile sig_atomic_t *stop, failure *f);
#endif
