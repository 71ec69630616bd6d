/* run_batch.c: a batch of points -> stored results, level by level where accuracy has a ladder. */
#include "interrupt.h"
#include "run_private.h"

#include <string.h>

/* Is another level of accuracy due? */
static bool goes_up(run *r, size_t index) {
    return r->s->evaluator.levels.climbs && r->duplicate_of[index] < 0 &&
           ladder_promotes(&r->ladder, r->front, &r->results[index]);
}

/* Called as results come in, in any order: each is stored under its own number. */
static bool on_result(void *context, size_t index) {
    run *r = context;
    const result *x = &r->results[index];
    if (r->f->status) return false; /* the store takes no more */
    if (r->duplicate_of[index] < 0) {
        r->sum->at_level[x->fidelity]++;
        r->sum->level_s[x->fidelity] += x->accuracy_s;
    }
    const bool good = store_put_trial(r->st, r->s, (int64_t)(r->told + index),
                                      r->points + index * r->s->space.n_dimensions, x,
                                      r->duplicate_of[index], r->f) &&
                      store_commit(r->st, false, r->f);
    if (goes_up(r, index)) return good;
    r->sum->evaluated++;
    r->sum->arrived += !r->stored[index];
    progress_show(&r->progress, r->sum, r->front, false);
    return good;
}

bool run_keep_file(void *context, const char *path, const char *sum) {
    run *r = context;
    return !r->f->status && store_put_file(r->st, r->s, path, sum, r->f);
}

/* A result may be the last for hours. */
static bool on_wait(void *context) {
    run *r = context;
    return !r->f->status && store_commit(r->st, false, r->f);
}

uint32_t run_asked_fidelity(const run *r, uint32_t fidelity) {
    return r->s->evaluator.levels.climbs ? 0 : fidelity;
}

/* A point that the study has seen before has the result of its first trial. */
static bool recall_duplicate(run *r, uint32_t i) {
    const double *point = r->points + (size_t)i * r->s->space.n_dimensions;
    uint64_t first;
    bool found = true;
    r->duplicate_of[i] = -1;
    if (!history_find_or_add(&r->history, point, r->s->space.n_dimensions,
                             run_asked_fidelity(r, r->fidelity[i]), r->told + i, &first))
        return true;
    r->duplicate_of[i] = (int64_t)first;
    if (r->results[i].outcome) return true;
    /* until its twin in this batch is known */
    if (first >= r->told) r->results[i].outcome = CIM_FAILED;
    else if (!store_get_trial(r->st, r->s, (int64_t)first, point, &r->results[i], &found, r->f))
        return false;
    return found || fail(r->f, STATUS_FAILED, "trial %llu has gone from the store",
                         (unsigned long long)first);
}

bool run_recall(run *r, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        r->results[i].outcome = 0;
        r->results[i].reason[0] = '\0';
        if (!store_get_trial(r->st, r->s, (int64_t)(r->told + i),
                             r->points + (size_t)i * r->s->space.n_dimensions, &r->results[i],
                             &r->stored[i], r->f) ||
            !recall_duplicate(r, i))
            return false;
        r->sum->arrived += r->stored[i];
    }
    return true;
}

void run_settle_duplicates(run *r, uint32_t n) {
    const evaluator *e = &r->s->evaluator;
    for (uint32_t i = 0; i < n; i++) {
        result *x = &r->results[i];
        if (r->duplicate_of[i] < 0 || r->stored[i]) continue;
        if ((uint64_t)r->duplicate_of[i] >= r->told) {
            const result *twin = &r->results[(uint64_t)r->duplicate_of[i] - r->told];
            x->outcome = twin->outcome;
            x->fidelity = twin->fidelity;
            memcpy(x->reason, twin->reason, sizeof x->reason);
            memcpy(x->metrics, twin->metrics, e->n_metrics * sizeof *x->metrics);
            memcpy(x->slack, twin->slack, evaluator_slacks(e) * sizeof *x->slack);
        }
        if (x->outcome) on_result(r, i);
    }
}

bool run_evaluate(run *r, uint32_t n) {
    const uint32_t levels = r->s->evaluator.levels.climbs ? r->s->evaluator.n_fidelities : 1;
    pool_task task = {.designs = r->designs, .fidelity = r->fidelity, .n = n, .results = r->results,
                      .done = on_result, .file = run_keep_file, .wait = on_wait, .context = r};
    if (levels > 1) ladder_set_margins(&r->ladder);
    if (!pool_run(r->pool, &task, &interrupt_wanted, r->f) || r->f->status) return false;
    task.promote = true;
    for (uint32_t level = 1; level < levels && !r->f->status; level++) {
        for (uint32_t i = 0; i < n; i++) {
            if (r->results[i].fidelity + 1 != level || !goes_up(r, i)) continue;
            r->fidelity[i] = level;
            r->results[i].outcome = 0;
        }
        for (uint32_t i = 0; i < n; i++) /* stopped: nothing below may pass for promoted */
            if (!r->results[i].outcome && r->fidelity[i] != level) return true;
        if (!pool_run(r->pool, &task, &interrupt_wanted, r->f) || r->f->status) return false;
    }
    return true;
}
