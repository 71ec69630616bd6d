#include "front.h"
#include "memory.h"
#include "pareto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    const layout *l;
    front *out;
    pareto *archive;
    uint64_t trials;
    uint32_t full;        /* the full fidelity: the highest seen */
    unsigned step;        /* the next one */
} reader;

static double *metrics_copy(const layout *l, const row *x) {
    return memcpy(memory_new(l->n_metrics, sizeof(double)), x->metrics,
                  l->n_metrics * sizeof(double));
}

static bool take_baseline(void *context, const row *x) {
    reader *r = context;
    if (x->outcome == CIM_FAILED) r->out->baseline_failure = memory_text(x->reason);
    else r->out->baseline = metrics_copy(r->l, x);
    r->out->baseline_is_infeasible = x->outcome == CIM_INFEASIBLE;
    return true;
}

/* ---- the pass over all trials ---------------------------------------------------------------- */

static int64_t step_end(const reader *r) {
    return (int64_t)ceil((double)r->trials * (r->step + 1) / FRONT_STEPS);
}

static void take_step(reader *r) {
    front_step *s = &r->out->steps[r->step];
    size_t m = r->l->n_goals;
    *s = (front_step){.trials = step_end(r), .n = pareto_size(r->archive)};
    s->goals = memory_new(s->n * m, sizeof *s->goals);
    for (size_t i = 0; i < s->n; i++)
        memcpy(s->goals + i * m, pareto_goals(r->archive, i), m * sizeof *s->goals);
    r->step++;
}

static bool offer(void *context, const row *x) {
    reader *r = context;
    double goals[GOAL_MAX];
    while (r->step < FRONT_STEPS - 1 && x->id >= step_end(r)) take_step(r);
    r->out->feasible += x->outcome == CIM_FEASIBLE;
    r->out->infeasible += x->outcome == CIM_INFEASIBLE;
    r->out->failed += x->outcome == CIM_FAILED;
    r->out->repeated += x->duplicate_of >= 0;
    for (uint32_t i = 0; x->outcome == CIM_INFEASIBLE && i < r->l->n_rules; i++)
        r->out->violations[i] += x->slack[i] > 0;
    for (uint32_t i = 0; x->outcome == CIM_FEASIBLE && i < r->l->n_rules; i++)
        r->out->nearest[i] = fmax(r->out->nearest[i], x->slack[i]);
    if (x->outcome != CIM_FEASIBLE || x->fidelity != r->full || !r->l->n_goals) return true;
    for (uint32_t i = 0; i < r->l->n_goals; i++)
        goals[i] = goal_minimised(&r->l->goals[i], x->metrics);
    pareto_add(r->archive, (uint64_t)x->id, goals);
    return true;
}

/* ---- the members ----------------------------------------------------------------------------- */

static bool take_member(void *context, const row *x) {
    reader *r = context;
    front_member *m = &r->out->members[r->out->n++];
    m->id = x->id;
    m->metrics = metrics_copy(r->l, x);
    m->dimensions = memory_new(r->l->n_dimensions, sizeof *m->dimensions);
    for (uint32_t d = 0; d < r->l->n_dimensions; d++) {
        char number[NUMBER_SIZE];
        number_text(number, x->dimensions[d].number);
        m->dimensions[d] = memory_text(x->dimensions[d].name ? x->dimensions[d].name : number);
    }
    return true;
}

static bool take_members(store *st, reader *r, failure *f) {
    size_t n = pareto_size(r->archive), m = r->l->n_goals;
    int64_t *ids = memory_new(n, sizeof *ids);
    pareto_sort(r->archive);
    r->out->members = memory_new(n, sizeof *r->out->members);
    r->out->goals = memory_new(n * m, sizeof *r->out->goals);
    for (size_t i = 0; i < n; i++) {
        ids[i] = (int64_t)pareto_id(r->archive, i);
        memcpy(r->out->goals + i * m, pareto_goals(r->archive, i), m * sizeof *r->out->goals);
    }
    bool good = store_rows_listed(st, r->l, ids, n, take_member, r, f);
    free(ids);
    return good &&
           (r->out->n == n || fail(f, STATUS_FAILED, "trials vanished while they were read"));
}

bool front_read(store *st, const layout *l, front *out, failure *f) {
    *out = (front){.violations = memory_new(l->n_rules, sizeof(uint64_t)),
                   .nearest = memory_new(l->n_rules, sizeof(double))};
    for (uint32_t i = 0; i < l->n_rules; i++) out->nearest[i] = -INFINITY;
    reader r = {.l = l, .out = out, .archive = pareto_new(l->n_goals ? l->n_goals : 1)};
    bool good = store_rows(st, l, STORE_BASELINE, STORE_BASELINE, take_baseline, &r, f) &&
                store_extent(st, &r.trials, &r.full, f) && store_goal_rows(st, l, offer, &r, f);
    while (good && r.step < FRONT_STEPS) take_step(&r);
    good = good && take_members(st, &r, f);
    pareto_free(r.archive);
    return good;
}

const char *front_lacks(const front *x) {
    return x->feasible ? " at the full level yet" : "";
}

void front_free(front *x, const layout *l) {
    for (size_t i = 0; i < x->n; i++) {
        for (uint32_t d = 0; d < l->n_dimensions; d++) free(x->members[i].dimensions[d]);
        free(x->members[i].dimensions);
        free(x->members[i].metrics);
    }
    for (size_t i = 0; i < FRONT_STEPS; i++) free(x->steps[i].goals);
    free(x->members);
    free(x->goals);
    free(x->violations);
    free(x->nearest);
    free(x->baseline);
    free(x->baseline_failure);
    *x = (front){0};
}
