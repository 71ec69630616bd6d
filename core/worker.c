#include "worker.h"
#include "clock.h"
#include "memory.h"
#include "text.h"

#include <errno.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FLUSH_BYTES = 1 << 16,
    MOST_PARTS = 1 << 24,
    MOST_FILES = 1 << 30,        /* bytes of their list */
    KEPT_BYTES = 1 << 30,        /* blocks below are kept, and so much of them */
    OLD_KEPT_BYTES = 1 << 25     /* the most that older glibc takes: mallopt(3) */
};

static void read_all(int socket, void *data, size_t size) {
    char *at = data;
    while (size > 0) {
        ssize_t n = read(socket, at, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(WORKER_CUT_OFF); /* the host is gone, or done with us */
        at += n;
        size -= (size_t)n;
    }
}

static void flush(int socket, text *out) {
    const char *at = out->chars;
    size_t left = out->length;
    while (left > 0) {
        ssize_t n = write(socket, at, left);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) _exit(WORKER_CUT_OFF);
        at += n;
        left -= (size_t)n;
    }
    text_clear(out);
}

static void take_list(instance *in, text *files) {
    if (!in) return;
    text_add_bytes(files, text_of(&in->files), in->files.length);
    text_clear(&in->files);
}

static void take_files(evaluator *e, text *files) {
    text_clear(files);
    for (uint32_t w = 0; w < e->n_workloads; w++) take_list(&e->workloads[w], files);
    take_list(e->hwmodel, files);
    take_list(e->stand_in ? &e->stand_in->workload : NULL, files);
    take_list(e->accuracy, files);
}

static void answer(evaluator *e, result *r, text *files, text *out) {
    take_files(e, files);
    worker_answer a = {.outcome = r->outcome, .fidelity = r->fidelity,
                       .n_reason = (uint32_t)strlen(r->reason), .n_parts = (uint32_t)r->n_parts,
                       .n_files = (uint32_t)files->length, .accuracy_s = r->accuracy_s};
    text_add_bytes(out, (const char *)&a, sizeof a);
    text_add_bytes(out, (const char *)r->metrics, e->n_metrics * sizeof(double));
    text_add_bytes(out, (const char *)r->slack, evaluator_slacks(e) * sizeof(double));
    text_add_bytes(out, r->reason, a.n_reason);
    text_add_bytes(out, (const char *)r->parts, r->n_parts * sizeof(part));
    text_add_bytes(out, text_of(files), files->length);
    free(r->parts);
    r->parts = NULL;
    r->n_parts = 0;
}

void worker_send(int socket, const void *data, size_t size) {
    const char *at = data;
    while (size > 0) {
        ssize_t n = send(socket, at, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return; /* it died: noticed when we read */
        at += n;
        size -= (size_t)n;
    }
}

bool worker_answer_holds(const evaluator *e, const worker_answer *a) {
    return a->outcome >= CIM_FEASIBLE && a->outcome <= CIM_FAILED &&
           a->fidelity < e->n_fidelities && a->n_reason < sizeof((result *)0)->reason &&
           a->n_parts <= MOST_PARTS && a->n_files <= MOST_FILES;
}

bool worker_parts_hold(const evaluator *e, const char *at, size_t n) {
    for (part p; n > 0; at += sizeof p, n--) {
        memcpy(&p, at, sizeof p);
        if (p.metric >= e->n_metrics || !memchr(p.layer, '\0', sizeof p.layer) ||
            !memchr(p.component, '\0', sizeof p.component))
            return false;
    }
    return true;
}

static void evaluate_request(evaluator *e, const worker_request *q, const uint32_t *fidelity,
                             const double *designs, const double *known, int socket,
                             worker_state *state) {
    text out = {0}, files = {0};
    uint32_t most = q->max_group && !q->promote ? q->max_group : 1;
    const size_t row = (size_t)e->n_metrics + evaluator_slacks(e);
    result *results = results_new(q->n, e->n_metrics, evaluator_slacks(e));
    for (uint32_t i = 0; i < q->n;) {
        const double *first = designs + (size_t)i * e->n_numbers;
        uint32_t left = q->n - i, n = evaluate_group_size(e, first, left < most ? left : most);
        state->started_ns = 0; /* until all of it is of these designs */
        state->first = i;
        state->n = n;
        state->cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        state->started_ns = clock_now_ns(); /* last: what the pool looks at first */
        if (q->promote) {
            /* and slacks behind */
            memcpy(results[i].metrics, known + i * row, row * sizeof *known);
            evaluate_promoted(e, first, fidelity[i], &results[i]);
        } else evaluate_group(e, first, fidelity + i, n, q->want_parts, results + i);
        for (uint32_t k = 0; k < n; k++) answer(e, &results[i + k], &files, &out);
        i += n;
        if (out.length >= FLUSH_BYTES) flush(socket, &out);
    }
    state->started_ns = 0;
    flush(socket, &out);
    text_free(&out);
    text_free(&files);
    results_free(results, q->n);
}

/* Evaluations ask for the same large blocks again and again: kept, they are not mapped, cleared and
 * unmapped for each. */
static void keep_memory(void) {
#ifdef __GLIBC__
    if (!mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)) mallopt(M_MMAP_THRESHOLD, OLD_KEPT_BYTES);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
#endif
}

_Noreturn void worker_serve(evaluator *e, int socket, worker_state *state) {
    uint32_t *fidelity = NULL;
    double *designs = NULL, *known = NULL;
    const size_t row = (size_t)e->n_metrics + evaluator_slacks(e);
    e->running = &state->running;
    keep_memory();
    text known_files = {0}; /* to the host, which has them from create() */
    take_files(e, &known_files);
    text_free(&known_files);
    for (;;) {
        worker_request q;
        read_all(socket, &q, sizeof q);
        fidelity = memory_grow(fidelity, q.n, sizeof *fidelity);
        designs = memory_grow(designs, (size_t)q.n * e->n_numbers, sizeof *designs);
        read_all(socket, fidelity, q.n * sizeof *fidelity);
        read_all(socket, designs, (size_t)q.n * e->n_numbers * sizeof *designs);
        if (q.promote) {
            known = memory_grow(known, q.n * row, sizeof *known);
            read_all(socket, known, q.n * row * sizeof *known);
        }
        evaluate_request(e, &q, fidelity, designs, known, socket, state);
    }
}
