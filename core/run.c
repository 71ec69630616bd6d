#include "run.h"
#include "guard.h"
#include "memory.h"
#include "pool.h"
#include "progress.h"
#include "store_read.h"
#include "worker.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t stop_wanted;

static void on_interrupt(int number) {
    (void)number;
    if (stop_wanted) signal(number, SIG_DFL); /* a third one ends it */
    stop_wanted = 1;
}

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
    int64_t started_ns;
    failure *f;
} run;

/* ---- one trial ------------------------------------------------------------------------------ */

static void count_trial(run *r, uint64_t id, const result *x) {
    const evaluator *e = &r->s->evaluator;
    double goals[GOAL_MAX];
    r->sum->trials++;
    r->sum->feasible += x->outcome == CIM_FEASIBLE;
    r->sum->infeasible += x->outcome == CIM_INFEASIBLE;
    r->sum->failed += x->outcome == CIM_FAILED;
    if (x->outcome != CIM_FEASIBLE || x->fidelity + 1 != e->n_fidelities) return;
    for (uint32_t i = 0; i < e->n_goals; i++) goals[i] = goal_minimised(&e->goals[i], x->metrics);
    if (pareto_add(r->front, id, goals) < 0) fail(r->f, STATUS_FAILED, "out of memory");
    progress_goals(&r->progress, goals);
}

/* Called as results come in, in any order: each is stored under its own number. */
static void on_result(void *context, size_t index) {
    run *r = context;
    store_put_trial(r->st, r->s, (int64_t)(r->told + index), r->points + index * r->s->space.n_dimensions,
                    &r->results[index], r->f);
    store_commit(r->st, false, r->f);
    r->sum->evaluated++;
    r->sum->arrived++;
    progress_show(&r->progress, r->sum, r->front, false);
}

/* ---- one batch ------------------------------------------------------------------------------ */

static bool searcher_failed(run *r, const char *call, cim_status status) {
    return fail(r->f, STATUS_FAILED, "%s: %s: %s", r->s->searcher.plugin->id, call,
                instance_reason(&r->s->searcher, status));
}

static bool check_points(run *r, uint32_t count) {
    const space *sp = &r->s->space;
    if (count > r->s->batch)
        return fail(r->f, STATUS_FAILED, "%s: ask: %u points, where at most %llu were wanted",
                    r->s->searcher.plugin->id, count, (unsigned long long)r->s->batch);
    for (uint32_t i = 0; i < count; i++) {
        if (r->fidelity[i] >= r->s->evaluator.n_fidelities)
            return fail(r->f, STATUS_FAILED, "%s: ask: point %u wants fidelity %u, and there are %u",
                        r->s->searcher.plugin->id, i, r->fidelity[i], r->s->evaluator.n_fidelities);
        for (uint32_t d = 0; d < sp->n_dimensions; d++) {
            double x = r->points[(size_t)i * sp->n_dimensions + d];
            if (!space_holds(&sp->dimensions[d], x))
                return fail(r->f, STATUS_FAILED, "%s: ask: point %u: %s = %g lies outside the space",
                            r->s->searcher.plugin->id, i, sp->dimensions[d].is.name, x);
        }
    }
    return true;
}

static bool ask(run *r) {
    instance *in = &r->s->searcher;
    const space *sp = &r->s->space;
    cim_ask q = {.struct_size = sizeof q, .max = (uint32_t)r->s->batch, .number = r->asks,
                 .points = r->points, .fidelity = r->fidelity};
    for (uint32_t i = 0; i < q.max; i++) r->fidelity[i] = r->s->evaluator.n_fidelities - 1;
    in->host.stream(&in->host, r->asks, &q.rng);
    in->reason[0] = '\0';
    guard_enter(in->plugin->id, "ask");
    cim_status status = ((const cim_searcher_ops *)in->plugin->ops)->ask(in->self, &q);
    guard_leave();
    if (status != CIM_OK && status != CIM_DONE) return searcher_failed(r, "ask", status);
    if (status == CIM_OK && !q.count)
        return fail(r->f, STATUS_FAILED, "%s: ask: no points, and not done either", in->plugin->id);
    r->sum->exhausted = status == CIM_DONE;
    if (!check_points(r, q.count)) return false;
    r->n = q.count;
    for (uint32_t i = 0; i < r->n; i++) {
        space_canonical(sp, r->points + (size_t)i * sp->n_dimensions, NULL);
        space_design(sp, r->points + (size_t)i * sp->n_dimensions,
                     r->designs + (size_t)i * sp->n_numbers);
    }
    return true;
}

/* What an earlier session evaluated of this batch is not evaluated again. */
static bool recall(run *r) {
    for (uint32_t i = 0; i < r->n; i++) {
        r->results[i].outcome = 0;
        r->results[i].reason[0] = '\0';
        if (!store_get_trial(r->st, r->s, (int64_t)(r->told + i),
                             r->points + (size_t)i * r->s->space.n_dimensions, &r->results[i],
                             &r->stored[i], r->f))
            return false;
        r->sum->arrived += r->stored[i];
    }
    return true;
}

static void make_trial(run *r, uint32_t i, double *goals, uint8_t *known, cim_trial *out) {
    const evaluator *e = &r->s->evaluator;
    const result *x = &r->results[i];
    for (uint32_t k = 0; k < e->n_goals; k++) {
        goals[k] = x->outcome == CIM_FAILED ? (double)NAN : goal_minimised(&e->goals[k], x->metrics);
        known[k] = isfinite(goals[k]) ? 1 : 0;
    }
    *out = (cim_trial){.number = r->told + i, .outcome = x->outcome, .fidelity = x->fidelity,
                       .point = r->points + (size_t)i * r->s->space.n_dimensions, .goals = goals,
                       .goal_known = known, .slack = x->slack};
}

static bool tell(run *r) {
    instance *in = &r->s->searcher;
    uint32_t m = r->s->evaluator.n_goals;
    cim_trial *trials = memory_new(r->n, sizeof *trials);
    for (uint32_t i = 0; i < r->n; i++)
        make_trial(r, i, r->goals + (size_t)i * m, r->known + (size_t)i * m, &trials[i]);
    in->reason[0] = '\0';
    guard_enter(in->plugin->id, "tell");
    cim_status status = ((const cim_searcher_ops *)in->plugin->ops)
                            ->tell(in->self, (cim_trial_table){trials, r->n, sizeof *trials});
    guard_leave();
    free(trials);
    return status == CIM_OK || searcher_failed(r, "tell", status);
}

static cim_status sink_write(const cim_sink *sink, const void *data, size_t size) {
    text_add_bytes(sink->context, data, size);
    return CIM_OK;
}

static bool save(run *r) {
    instance *in = &r->s->searcher;
    text data = {0};
    cim_sink sink = {.struct_size = sizeof sink, .context = &data, .write = sink_write};
    in->reason[0] = '\0';
    guard_enter(in->plugin->id, "save");
    cim_status status = ((const cim_searcher_ops *)in->plugin->ops)->save(in->self, &sink);
    guard_leave();
    bool good = status == CIM_OK || searcher_failed(r, "save", status);
    good = good && store_put_snapshot(r->st, r->asks, r->told, r->sum->exhausted, text_of(&data),
                                      data.length, r->f);
    text_free(&data);
    return good;
}

/* A whole batch, or its beginning up to the budget. *WHOLE: the searcher was told. */
static bool do_batch(run *r, bool *whole) {
    if (!ask(r) || !recall(r)) return false;
    if (!r->n) { /* done, and no last points */
        *whole = true;
        r->asks++;
        return save(r);
    }
    uint64_t left = r->s->trials - r->told;
    uint32_t n = r->n < left ? r->n : (uint32_t)left;
    pool_task task = {.designs = r->designs, .fidelity = r->fidelity, .n = n, .results = r->results,
                      .done = on_result, .context = r};
    if (!pool_run(r->pool, &task, &stop_wanted, r->f)) return false;
    *whole = false;
    for (uint32_t i = 0; i < n; i++) r->sum->interrupted |= !r->results[i].outcome;
    if (r->f->status || r->sum->interrupted) return !r->f->status;
    r->sum->arrived = 0;
    for (uint32_t i = 0; i < n; i++) count_trial(r, r->told + i, &r->results[i]);
    if (n < r->n || r->f->status) return !r->f->status;
    *whole = true;
    if (!tell(r)) return false;
    r->asks++;
    r->told += r->n;
    return save(r) && store_commit(r->st, false, r->f);
}

/* ---- a session ------------------------------------------------------------------------------ */

static bool recount_row(void *context, const row *x) {
    run *r = context;
    result known = {.outcome = x->outcome, .fidelity = x->fidelity,
                    .metrics = (double *)(uintptr_t)x->metrics};
    count_trial(r, (uint64_t)x->id, &known);
    return !r->f->status;
}

/* Trials told in earlier sessions count for the front and the summary. */
static bool recount(run *r) {
    layout l;
    bool good = layout_read(r->st, &l, r->f) &&
                store_rows(r->st, &l, 0, (int64_t)r->told - 1, recount_row, r, r->f);
    layout_free(&l);
    return good && !r->f->status;
}

static bool begin(run *r) {
    instance *in = &r->s->searcher;
    text data = {0};
    bool exhausted;
    bool good = store_get_snapshot(r->st, &r->asks, &r->told, &exhausted, &data, r->f);
    if (good && r->asks) {
        in->reason[0] = '\0';
        guard_enter(in->plugin->id, "load");
        cim_status status = ((const cim_searcher_ops *)in->plugin->ops)
                                ->load(in->self, text_of(&data), data.length);
        guard_leave();
        good = status == CIM_OK || searcher_failed(r, "load", status);
    }
    text_free(&data);
    r->sum->exhausted = exhausted;
    return good && recount(r);
}

/* The baseline is a design outside the budget: trial -1. */
static bool evaluate_baseline(run *r) {
    if (!r->s->baseline || r->asks) return true;
    pool_task task = {.designs = r->s->baseline, .n = 1, .results = r->results};
    r->results[0].outcome = 0;
    if (!pool_run(r->pool, &task, &stop_wanted, r->f)) return false;
    return !r->results[0].outcome ||
           store_put_trial(r->st, r->s, STORE_BASELINE, NULL, &r->results[0], r->f);
}

typedef struct catching {
    struct sigaction interrupt, terminate;
} catching;

static void catch_interrupts(catching *before) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    stop_wanted = 0;
    sigaction(SIGINT, &action, &before->interrupt);
    sigaction(SIGTERM, &action, &before->terminate);
}

static bool loop(run *r) {
    bool whole = true;
    while (whole && !r->sum->interrupted && r->told < r->s->trials && !r->sum->exhausted) {
        if (stop_wanted) r->sum->interrupted = true;
        else if ((double)(worker_now_ns() - r->started_ns) * 1e-9 > r->s->max_seconds)
            r->sum->out_of_time = true;
        if (r->sum->interrupted || r->sum->out_of_time) break;
        if (!do_batch(r, &whole)) return false;
    }
    return true;
}

static void make_room(run *r) {
    const study *s = r->s;
    size_t n = s->batch, m = s->evaluator.n_goals;
    r->points = memory_new(n * s->space.n_dimensions, sizeof *r->points);
    r->designs = memory_new(n * s->space.n_numbers, sizeof *r->designs);
    r->goals = memory_new(n * m, sizeof *r->goals);
    r->known = memory_new(n * m, sizeof *r->known);
    r->fidelity = memory_new(n, sizeof *r->fidelity);
    r->stored = memory_new(n, sizeof *r->stored);
    r->results = results_new(n, s->evaluator.n_metrics, evaluator_slacks(&s->evaluator));
}

static void free_room(run *r) {
    free(r->points);
    free(r->designs);
    free(r->goals);
    free(r->known);
    free(r->fidelity);
    free(r->stored);
    results_free(r->results, r->s->batch);
}

bool run_study(study *s, store *st, unsigned n_workers, pareto *front, run_summary *out, failure *f) {
    run r = {.s = s, .st = st, .front = front, .sum = out, .f = f, .started_ns = worker_now_ns()};
    catching before;
    *out = (run_summary){0};
    r.pool = pool_start(&s->evaluator, n_workers, s->time_limit_s, f);
    if (!r.pool) return false;
    make_room(&r);
    catch_interrupts(&before);
    progress_begin(&r.progress, s->trials, s->evaluator.n_goals, s->evaluator.goals);
    bool good = begin(&r) && evaluate_baseline(&r) && loop(&r);
    failure ignored = {0};
    good = store_commit(st, true, f->status ? &ignored : f) && good;
    progress_show(&r.progress, out, front, true);
    sigaction(SIGINT, &before.interrupt, NULL);
    sigaction(SIGTERM, &before.terminate, NULL);
    pool_stop(r.pool);
    free_room(&r);
    out->seconds = (double)(worker_now_ns() - r.started_ns) * 1e-9;
    return good;
}
