#include "clock.h"
#include "guard.h"
#include "interrupt.h"
#include "memory.h"
#include "run_private.h"
#include "store_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one trial ------------------------------------------------------------------------------ */

/* DUPLICATE_OF: as in the store. */
static void count_trial(run *r, uint64_t id, int64_t duplicate_of, const result *x) {
    const evaluator *e = &r->s->evaluator;
    double goals[GOAL_MAX];
    r->sum->trials++;
    r->sum->feasible += x->outcome == CIM_FEASIBLE;
    r->sum->infeasible += x->outcome == CIM_INFEASIBLE;
    r->sum->failed += x->outcome == CIM_FAILED;
    if (e->levels.climbs && duplicate_of < 0) ladder_learn(&r->ladder, x);
    if (x->outcome != CIM_FEASIBLE || x->fidelity + 1 != e->n_fidelities) return;
    for (uint32_t i = 0; i < e->n_goals; i++) goals[i] = goal_minimised(&e->goals[i], x->metrics);
    pareto_add(r->front, id, goals);
    progress_goals(&r->progress, goals);
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
            return fail(r->f, STATUS_FAILED,
                        "%s: ask: point %u wants fidelity %u, and there are %u",
                        r->s->searcher.plugin->id, i, r->fidelity[i], r->s->evaluator.n_fidelities);
        for (uint32_t d = 0; d < sp->n_dimensions; d++) {
            double x = r->points[(size_t)i * sp->n_dimensions + d];
            if (!space_holds(&sp->dimensions[d], x))
                return fail(r->f, STATUS_FAILED,
                            "%s: ask: point %u: %s = %g lies outside the space",
                            r->s->searcher.plugin->id, i, sp->dimensions[d].is.name, x);
        }
    }
    return true;
}

/* Designs given by study.initial_points come before what the searcher proposes. */
static void take_initial(run *r) {
    uint32_t n = r->s->space.n_dimensions;
    uint64_t left = r->s->n_initial - r->told;
    r->n = (uint32_t)(left < r->s->batch ? left : r->s->batch);
    memcpy(r->points, r->s->initial + r->told * n, (size_t)r->n * n * sizeof *r->points);
}

static bool ask_searcher(run *r) {
    instance *in = &r->s->searcher;
    cim_ask q = {.struct_size = sizeof q, .max = (uint32_t)r->s->batch, .number = r->asks,
                 .points = r->points, .fidelity = r->fidelity};
    in->host.stream(&in->host, r->asks, &q.rng);
    in->reason[0] = '\0';
    guard_enter(in->plugin->id, "ask");
    cim_status status = ((const cim_searcher_ops *)in->plugin->ops)->ask(in->self, &q);
    guard_leave();
    if (status != CIM_OK && status != CIM_DONE) return searcher_failed(r, "ask", status);
    if (status == CIM_OK && !q.count)
        return fail(r->f, STATUS_FAILED, "%s: ask: no points, and not done either", in->plugin->id);
    r->sum->exhausted = status == CIM_DONE;
    /* inactive dimensions may hold anything */
    for (uint32_t i = 0; i < q.count && i < r->s->batch; i++)
        space_canonical(&r->s->space, r->points + (size_t)i * r->s->space.n_dimensions, NULL);
    if (!check_points(r, q.count)) return false;
    r->n = q.count;
    return true;
}

static bool ask(run *r) {
    const space *sp = &r->s->space;
    for (uint32_t i = 0; i < r->s->batch; i++) r->fidelity[i] = r->s->evaluator.n_fidelities - 1;
    if (r->told < r->s->n_initial) take_initial(r);
    else if (!ask_searcher(r)) return false;
    if (r->s->evaluator.levels.climbs) /* a ladder chooses by itself */
        memset(r->fidelity, 0, r->n * sizeof *r->fidelity);
    for (uint32_t i = 0; i < r->n; i++) {
        space_canonical(sp, r->points + (size_t)i * sp->n_dimensions, NULL);
        space_design(sp, r->points + (size_t)i * sp->n_dimensions,
                     r->designs + (size_t)i * sp->n_numbers);
    }
    return true;
}

static void make_trial(run *r, uint32_t i, double *goals, uint8_t *known, cim_trial *out) {
    const evaluator *e = &r->s->evaluator;
    const result *x = &r->results[i];
    for (uint32_t k = 0; k < e->n_goals; k++) {
        goals[k] =
            x->outcome == CIM_FAILED ? (double)NAN : goal_minimised(&e->goals[k], x->metrics);
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

/* A snapshot may be as large as all that was told. It is taken when the work since the last one
 * was ten times its own: what a resumed study then repeats (ask and tell, with stored results) is
 * as short. */
static bool save_if_due(run *r) {
    enum { WORTH = 10 };
    const int64_t began = clock_now_ns();
    if (r->saved_told && began - r->saved_ns < WORTH * r->save_ns && !r->sum->exhausted)
        return true;
    if (!save(r)) return false;
    r->saved_ns = clock_now_ns();
    r->save_ns = r->saved_ns - began;
    r->saved_told = r->told;
    return true;
}

/* A whole batch, or its beginning up to the budget. *WHOLE: the searcher was told. */
static bool do_batch(run *r, bool *whole) {
    if (!ask(r)) return false;
    if (!r->n) { /* done, and no last points */
        *whole = true;
        r->asks++;
        return save_if_due(r);
    }
    uint64_t left = r->s->trials - r->told;
    uint32_t n = r->n < left ? r->n : (uint32_t)left;
    if (!run_recall(r, n)) return false;
    bool asked = r->told >= r->s->n_initial;
    if (!run_evaluate(r, n)) return false;
    run_settle_duplicates(r, n);
    *whole = false;
    for (uint32_t i = 0; i < n; i++) r->sum->interrupted |= !r->results[i].outcome;
    if (r->f->status || r->sum->interrupted) return !r->f->status;
    r->sum->arrived = 0;
    for (uint32_t i = 0; i < n; i++)
        count_trial(r, r->told + i, r->duplicate_of[i], &r->results[i]);
    if (n < r->n || r->f->status) return !r->f->status;
    *whole = true;
    if (!tell(r)) return false;
    r->asks += asked;
    r->told += r->n;
    return save_if_due(r) && store_commit(r->st, false, r->f);
}

/* ---- a session ------------------------------------------------------------------------------ */

typedef struct recounting {
    run *r;
    const layout *l;
    double *point;
} recounting;

static bool recount_row(void *context, const row *x) {
    recounting *c = context;
    run *r = c->r;
    uint64_t first;
    if (!row_point(x, c->l, &r->s->space, c->point, r->f)) return false;
    history_find_or_add(&r->history, c->point, r->s->space.n_dimensions,
                        run_asked_fidelity(r, x->fidelity), (uint64_t)x->id, &first);
    result known = {.outcome = x->outcome, .fidelity = x->fidelity,
                    .metrics = (double *)(uintptr_t)x->metrics};
    count_trial(r, (uint64_t)x->id, x->duplicate_of, &known);
    return !r->f->status;
}

/* Trials told in earlier sessions count for the front and the summary. */
static bool recount(run *r) {
    layout l;
    recounting c = {.r = r, .l = &l, .point = memory_new(r->s->space.n_dimensions, sizeof(double))};
    bool good = layout_read(r->st, &l, r->f) &&
                store_rows(r->st, &l, 0, (int64_t)r->told - 1, recount_row, &c, r->f);
    layout_free(&l);
    free(c.point);
    return good && !r->f->status;
}

static bool begin(run *r) {
    instance *in = &r->s->searcher;
    text data = {0};
    bool exhausted;
    bool good = store_get_snapshot(r->st, &r->asks, &r->told, &exhausted, &data, r->f);
    if (good && r->told) {
        in->reason[0] = '\0';
        guard_enter(in->plugin->id, "load");
        cim_status status = ((const cim_searcher_ops *)in->plugin->ops)
                                ->load(in->self, text_of(&data), data.length);
        guard_leave();
        good = status == CIM_OK || searcher_failed(r, "load", status);
    }
    text_free(&data);
    r->saved_told = r->told;
    r->sum->exhausted = exhausted;
    return good && recount(r);
}

/* The baseline is a design outside the budget: trial -1. */
static bool evaluate_baseline(run *r) {
    if (!r->s->baseline || r->told) return true;
    pool_task task = {.designs = r->s->baseline, .n = 1, .results = r->results,
                      .file = run_keep_file, .context = r};
    r->results[0].outcome = 0;
    if (!pool_run(r->pool, &task, &interrupt_wanted, r->f) || r->f->status) return false;
    return !r->results[0].outcome ||
           store_put_trial(r->st, r->s, STORE_BASELINE, NULL, &r->results[0], -1, r->f);
}

static bool loop(run *r) {
    bool whole = true;
    while (whole && !r->sum->interrupted && r->told < r->s->trials && !r->sum->exhausted) {
        if (interrupt_wanted) r->sum->interrupted = true;
        else if ((double)(clock_now_ns() - r->started_ns) * 1e-9 > r->s->max_seconds)
            r->sum->out_of_time = true;
        if (r->sum->interrupted || r->sum->out_of_time) break;
        if (!do_batch(r, &whole)) return false;
    }
    /* Not in the middle of a batch, which is asked for again. */
    return !whole || r->told == r->saved_told || save(r);
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
    r->duplicate_of = memory_new(n, sizeof *r->duplicate_of);
    ladder_begin(&r->ladder, &s->evaluator);
    r->results = results_new(n, s->evaluator.n_metrics, evaluator_slacks(&s->evaluator));
}

static void free_room(run *r) {
    free(r->points);
    free(r->designs);
    free(r->goals);
    free(r->known);
    free(r->fidelity);
    free(r->stored);
    free(r->duplicate_of);
    history_free(&r->history);
    ladder_free(&r->ladder);
    results_free(r->results, r->s->batch);
}

bool run_study(study *s, store *st, unsigned n_workers, pareto *front, run_summary *out,
               failure *f) {
    run r = {.s = s, .st = st, .front = front, .sum = out, .f = f, .started_ns = clock_now_ns()};
    *out = (run_summary){0};
    r.pool = pool_start(&s->evaluator, n_workers, s->time_limit_s, f);
    if (!r.pool) return false;
    make_room(&r);
    interrupt_catch();
    progress_begin(&r.progress, s->trials, s->evaluator.n_goals, s->evaluator.goals);
    bool good = begin(&r) && evaluate_baseline(&r) && loop(&r);
    failure ignored = {0};
    good = store_commit(st, true, f->status ? &ignored : f) && good;
    progress_show(&r.progress, out, front, true);
    interrupt_release();
    pool_stop(r.pool);
    free_room(&r);
    out->seconds = (double)(clock_now_ns() - r.started_ns) * 1e-9;
    return good;
}
