#include "pool.h"
#include "clock.h"
#include "guard.h"
#include "memory.h"
#include "time_limit.h"
#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CHUNK = 256, CHUNK_NS = 2000000, POLL_MS = 100 };

typedef struct range { /* designs first .. first+n-1 of a task */
    size_t first;
    uint32_t n;
    bool alone;        /* each by itself and in a new process: one of them, or what its process had
                          evaluated before, brought a worker down */
} range;

typedef struct worker {
    pid_t pid;         /* 0: not running */
    int socket;
    worker_state *state;
    range chunk;       /* what it is at; n = 0: idle */
    uint32_t answered;
    bool is_used;      /* it was given designs */
    text in;           /* bytes received and not yet understood */
    bool is_garbled;   /* and never will be */
    time_left time;
} worker;

struct pool {
    evaluator *e;
    worker *workers;
    unsigned n_workers;
    double time_limit_s, mean_ns;
    range *queue;      /* still to be handed out; the last is next */
    size_t n_queue;
    bool has_enough;   /* whoever gave us the task */
};

/* ---- processes ------------------------------------------------------------------------------ */

/* HOST: who forked; not 1, which it may well be, in a container. */
static _Noreturn void become_worker(pool *p, worker *w, int socket, pid_t host) {
    guard_remove();
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != host) _exit(0); /* it ended before that */
    setpgid(0, 0); /* whom a plug-in starts ends with us */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    dup2(STDERR_FILENO, STDOUT_FILENO); /* what a plug-in prints is no part of our output */
    for (unsigned i = 0; i < p->n_workers; i++)
        if (p->workers[i].pid) close(p->workers[i].socket);
    worker_serve(p->e, socket, w->state);
}

static bool start_worker(pool *p, worker *w, failure *f) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(f, STATUS_FAILED, "cannot start a worker: %s", strerror(errno));
    w->state->started_ns = 0;
    w->state->running = EVALUATOR_NOBODY;
    w->chunk.n = w->answered = 0;
    w->time = TIME_LEFT;
    text_clear(&w->in);
    w->is_garbled = w->is_used = false;
    fflush(NULL);
    const pid_t host = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        become_worker(p, w, ends[1], host);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return fail(f, STATUS_FAILED, "cannot start a worker: %s", strerror(errno));
    }
    setpgid(pid, pid); /* whoever is first */
    w->pid = pid;
    w->socket = ends[0];
    return true;
}

static void kill_worker(const worker *w) {
    kill(-w->pid, SIGKILL);
    kill(w->pid, SIGKILL);
}

/* Its process has ended: what it started may live on and hold the socket open. */
static bool is_dead(const worker *w) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)w->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

/* A process that dies is not dead as soon as its socket is closed. */
static bool is_alive(const worker *w) {
    for (int ms = 0; ms < 100; ms++) {
        if (is_dead(w)) return false;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return true;
}

/* With whatever it started; its status, where it had ended before. */
static int end_worker(worker *w) {
    int status = 0;
    kill_worker(w);
    close(w->socket);
    while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {}
    w->pid = 0;
    return status;
}

pool *pool_start(evaluator *e, unsigned n_workers, double time_limit_s, failure *f) {
    pool *p = memory_new(1, sizeof *p);
    *p = (pool){.e = e, .n_workers = n_workers, .time_limit_s = time_limit_s};
    p->workers = memory_new(n_workers, sizeof *p->workers);
    signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; i < n_workers; i++) {
        void *shared = mmap(NULL, sizeof(worker_state), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (shared == MAP_FAILED) {
            fail(f, STATUS_FAILED, "cannot start a worker: %s", strerror(errno));
            p->n_workers = i;
            pool_stop(p);
            return NULL;
        }
        p->workers[i].state = shared;
    }
    return p; /* workers start when there is work for them */
}

void pool_stop(pool *p) {
    if (!p) return;
    for (unsigned i = 0; i < p->n_workers; i++) {
        worker *w = &p->workers[i];
        if (w->pid) end_worker(w);
        munmap(w->state, sizeof *w->state);
        text_free(&w->in);
    }
    free(p->workers);
    free(p->queue);
    free(p);
}

/* ---- handing out ---------------------------------------------------------------------------- */

static void put_back(pool *p, size_t first, size_t n, bool alone) {
    while (n > 0) {
        uint32_t some = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
        MEMORY_ROOM(p->queue, p->n_queue);
        p->queue[p->n_queue++] = (range){.first = first + n - some, .n = some, .alone = alone};
        n -= some;
    }
}

/* About 2 ms of work, and no more than an even share. Accuracy at a higher level takes longer. */
static uint32_t chunk_size(const pool *p, const pool_task *task, uint32_t left) {
    if (task->promote) return 1;
    double suits = p->mean_ns > 0 ? CHUNK_NS / p->mean_ns : 1;
    uint32_t share = (left + p->n_workers - 1) / p->n_workers;
    uint32_t n = suits < 1 ? 1 : suits > MAX_CHUNK ? MAX_CHUNK : (uint32_t)suits;
    return n < share ? n : share;
}

static void send_chunk(pool *p, worker *w, const pool_task *task) {
    range *next = &p->queue[p->n_queue - 1];
    w->chunk = *next;
    w->chunk.n = next->alone ? 1 : chunk_size(p, task, next->n);
    next->first += w->chunk.n;
    next->n -= w->chunk.n;
    if (!next->n) p->n_queue--;
    w->answered = 0;
    w->is_used = true;
    uint32_t n = w->chunk.n, fidelity[MAX_CHUNK];
    for (uint32_t i = 0; i < n; i++)
        fidelity[i] = task->fidelity ? task->fidelity[w->chunk.first + i] : p->e->n_fidelities - 1;
    worker_request q = {.n = n, .max_group = w->chunk.alone ? 1 : MAX_CHUNK,
                        .want_parts = task->want_parts, .promote = task->promote};
    worker_send(w->socket, &q, sizeof q);
    worker_send(w->socket, fidelity, n * sizeof *fidelity);
    worker_send(w->socket, task->designs + w->chunk.first * p->e->n_numbers,
              (size_t)n * p->e->n_numbers * sizeof(double));
    for (uint32_t i = 0; task->promote && i < n; i++) {
        const result *known = &task->results[w->chunk.first + i];
        worker_send(w->socket, known->metrics, p->e->n_metrics * sizeof(double));
        worker_send(w->socket, known->slack, evaluator_slacks(p->e) * sizeof(double));
    }
}

/* ---- taking in ------------------------------------------------------------------------------ */

static bool refuse_answers(worker *w) {
    w->is_garbled = true;
    kill_worker(w);
    return false;
}

static bool take_answer(pool *p, worker *w, const pool_task *task, size_t *used) {
    const evaluator *e = p->e;
    const char *at = w->in.chars + *used;
    size_t have = w->in.length - *used, metrics = e->n_metrics * sizeof(double),
           slacks = evaluator_slacks(e) * sizeof(double);
    worker_answer a;
    if (have < sizeof a) return false;
    memcpy(&a, at, sizeof a);
    size_t index = w->chunk.first + w->answered;
    result *r = &task->results[index];
    if (!worker_answer_holds(e, &a)) return refuse_answers(w);
    size_t before_parts = sizeof a + metrics + slacks + a.n_reason,
           before_files = before_parts + a.n_parts * sizeof(part), size = before_files + a.n_files;
    if (have < size) return false;
    if (!worker_parts_hold(e, at + before_parts, a.n_parts) ||
        !file_list_holds(at + before_files, a.n_files))
        return refuse_answers(w);
    if (task->file && !file_list_each(at + before_files, a.n_files, task->file, task->context)) {
        p->has_enough = true;
        return false;
    }
    w->answered++;
    at += sizeof a;
    r->outcome = a.outcome;
    r->fidelity = a.fidelity;
    r->accuracy_s = a.accuracy_s;
    if (metrics) memcpy(r->metrics, at, metrics);
    if (slacks) memcpy(r->slack, at + metrics, slacks);
    memcpy(r->reason, at + metrics + slacks, a.n_reason);
    r->reason[a.n_reason] = '\0';
    r->n_parts = a.n_parts;
    r->parts = a.n_parts ? memory_new(a.n_parts, sizeof(part)) : NULL;
    if (a.n_parts) memcpy(r->parts, at + metrics + slacks + a.n_reason, a.n_parts * sizeof(part));
    *used += size;
    if (task->done && !task->done(task->context, index)) p->has_enough = true;
    return true;
}

static void take_answers(pool *p, worker *w, const pool_task *task) {
    size_t used = 0;
    while (w->answered < w->chunk.n && take_answer(p, w, task, &used)) {}
    memmove(w->in.chars, w->in.chars + used, w->in.length - used);
    w->in.length -= used;
    if (w->answered == w->chunk.n) w->chunk.n = w->answered = 0;
}

/* WAS_ALIVE: when it was found not to answer any more. */
static void describe_end(const pool *p, const worker *w, bool was_alive, int status, char *why,
                         size_t size) {
    const char *who = evaluator_plugin(p->e, w->state->running);
    if (!who) who = "the worker";
    const bool is_cut_off = WIFSIGNALED(status) ? was_alive && WTERMSIG(status) == SIGKILL
                                                : WEXITSTATUS(status) == WORKER_CUT_OFF;
    if (w->is_garbled) snprintf(why, size, "%s: wrote where only the host may", who);
    else if (w->time == TIME_USED_UP)
        snprintf(why, size, "%s: no answer within the %g s of processor time of study.time_limit_s",
                 who, p->time_limit_s);
    else if (w->time == TIME_SLEPT)
        snprintf(why, size, "%s: no answer within %g s by the clock, %d times study.time_limit_s",
                 who, TIME_LIMIT_PATIENCE * p->time_limit_s, TIME_LIMIT_PATIENCE);
    else if (is_cut_off) snprintf(why, size, "%s: closed what only the host may", who);
    else if (WIFSIGNALED(status))
        snprintf(why, size, "%s: crashed with signal %d (%s)", who, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else snprintf(why, size, "%s: ended its process with status %d", who, WEXITSTATUS(status));
}

static void fail_design(pool *p, const pool_task *task, size_t index, const char *why) {
    result *r = &task->results[index];
    r->fidelity = task->fidelity ? task->fidelity[index] : p->e->n_fidelities - 1;
    result_fail(r, p->e->n_metrics, evaluator_slacks(p->e), "%s", why);
    if (task->done && !task->done(task->context, index)) p->has_enough = true;
}

/* A worker is gone. What it was at is tried again one by one, each in a process that has done
 * nothing before: an earlier design may have spoilt this one's memory. What ends a new process too,
 * or takes too long by itself, has failed; the rest goes back. */
static void bury_worker(pool *p, worker *w, const pool_task *task) {
    char why[200];
    range chunk = w->chunk;
    uint32_t answered = w->answered, first = w->state->first, n = w->state->n;
    bool is_known = w->state->started_ns != 0 && first >= answered && first < chunk.n && n >= 1 &&
                    n <= chunk.n - first; /* a plug-in may have written there */
    if (!is_known) {
        first = answered;
        n = chunk.n - answered;
    }
    const bool was_alive = is_alive(w);
    int status = end_worker(w);
    w->chunk.n = 0;
    if (!chunk.n) return;
    describe_end(p, w, was_alive, status, why, sizeof why);
    put_back(p, chunk.first + first + n, chunk.n - first - n, false);
    if (n == 1 && (chunk.alone || w->time)) fail_design(p, task, chunk.first + first, why);
    else put_back(p, chunk.first + first, n, true);
    put_back(p, chunk.first + answered, first - answered, false);
}

static void receive(pool *p, worker *w, const pool_task *task) {
    char buffer[1 << 16];
    ssize_t n = read(w->socket, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) return;
    if (n <= 0) {
        bury_worker(p, w, task);
        return;
    }
    text_add_bytes(&w->in, buffer, (size_t)n);
    take_answers(p, w, task);
}

static void check_time(pool *p, worker *w) {
    int64_t started = w->state->started_ns, cpu = w->state->cpu_ns;
    double limit_ns = p->time_limit_s * 1e9 * (w->state->n ? w->state->n : 1);
    if (!w->chunk.n || !started || w->time) return; /* or it is killed, and not yet gone */
    w->time = time_limit_of(w->pid, limit_ns, started, cpu);
    if (w->time) kill_worker(w);
}

/* ---- one task ------------------------------------------------------------------------------- */

static bool hand_out(pool *p, const pool_task *task, failure *f) {
    for (unsigned i = 0; i < p->n_workers && p->n_queue; i++) {
        worker *w = &p->workers[i];
        if (w->pid && w->chunk.n) continue;
        if (w->pid && w->is_used && p->queue[p->n_queue - 1].alone) end_worker(w);
        if (!w->pid && !start_worker(p, w, f)) return false;
        send_chunk(p, w, task);
    }
    return true;
}

/* Of those at work only: poll() takes no more than a process may open. */
static unsigned wait_for_answers(pool *p, const pool_task *task) {
    struct pollfd *waiting = memory_new(p->n_workers, sizeof *waiting);
    worker **who = memory_new(p->n_workers, sizeof *who);
    unsigned busy = 0;
    for (unsigned i = 0; i < p->n_workers; i++) {
        worker *w = &p->workers[i];
        if (!w->pid || !w->chunk.n) continue;
        waiting[busy] = (struct pollfd){.fd = w->socket, .events = POLLIN};
        who[busy++] = w;
    }
    if (task->wait && !task->wait(task->context)) p->has_enough = true;
    if (busy && poll(waiting, busy, POLL_MS) >= 0)
        for (unsigned i = 0; i < busy; i++) {
            if (waiting[i].revents) receive(p, who[i], task);
            else if (is_dead(who[i])) bury_worker(p, who[i], task);
            else check_time(p, who[i]);
        }
    free(waiting);
    free(who);
    return busy;
}

static void abandon(pool *p) {
    for (unsigned i = 0; i < p->n_workers; i++)
        if (p->workers[i].pid && p->workers[i].chunk.n) end_worker(&p->workers[i]);
    p->n_queue = 0;
}

bool pool_run(pool *p, const pool_task *task, const volatile sig_atomic_t *stop, failure *f) {
    p->n_queue = 0;
    p->has_enough = false;
    size_t end = task->n, n_todo = 0;
    for (size_t i = task->n; i-- > 0;) { /* runs of results without an outcome, last first */
        n_todo += !task->results[i].outcome;
        if (task->results[i].outcome || i == 0) {
            size_t first = task->results[i].outcome ? i + 1 : 0;
            put_back(p, first, end - first, false);
            end = i;
        }
    }
    int64_t started = clock_now_ns();
    for (;;) {
        const bool stopped = (stop && *stop) || p->has_enough;
        if (stopped || !hand_out(p, task, f)) {
            abandon(p);
            return stopped;
        }
        if (!wait_for_answers(p, task) && !p->n_queue) break;
    }
    if (n_todo && !task->promote)
        p->mean_ns = (double)(clock_now_ns() - started) * p->n_workers / (double)n_todo;
    return true;
}
