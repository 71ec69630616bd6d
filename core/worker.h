/* worker.h: the inside of a worker process, and the messages between it and the pool. */
#ifndef WORKER_H
#define WORKER_H
#include "evaluate.h"
#include "file_sum.h"

enum { WORKER_CUT_OFF = 113 };   /* its exit status when it cannot reach the host */

/* Pool -> worker: this, then n fidelities (uint32_t), then n designs; with PROMOTE then metrics and
 * slacks of each, as known. */
typedef struct worker_request {
    uint32_t n, max_group, want_parts, promote;
} worker_request;

/* Worker -> pool, one a design, in order: this, metrics, slacks, reason, parts, and the list of
 * files (file_sum.h) that plug-ins have read since the answer before. */
typedef struct worker_answer {
    int32_t outcome;
    uint32_t fidelity, n_reason, n_parts, n_files, reserved;
    double accuracy_s;
} worker_answer;

/* All of it to a worker; what it does not take, because it died, is lost. */
void worker_send(int socket, const void *data, size_t size);
/* A plug-in may have written what the pool receives: can that be an answer, and are there N parts
 * at AT? */
bool worker_answer_holds(const evaluator *e, const worker_answer *a);
bool worker_parts_hold(const evaluator *e, const char *at, size_t n);

/* Shared memory: what the worker is at, for the pool to look at when it dies or hangs. Numbers and
 * no addresses: a plug-in may have written there. */
typedef struct worker_state {
    volatile uint32_t first, n;           /* designs of the request under evaluation */
    volatile int64_t cpu_ns;              /* the worker's processor time when they were begun */
    volatile int64_t started_ns;          /* monotonic; 0: idle */
    volatile uint32_t running;            /* for evaluator_plugin() */
} worker_state;

/* Serves requests from SOCKET until it is closed. Does not return. */
_Noreturn void worker_serve(evaluator *e, int socket, worker_state *state);
#endif
