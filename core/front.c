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
    uint32_t full;        /* the full fidelity: the highest seen */
    size_t next;          /* of the archive, in the second pass */
    failure *f;
} reader;

static bool find_full(void *context, const row *x) {
    reader *r = context;
    if (x->fidelity > r->full) r->full = x->fidelity;
    return true;
}

static void take_baseline(reader *r, const row *x) {
    if (x->outcome == CIM_FAILED) return;
    size_t bytes = r->l->n_metrics * sizeof(double);
    r->out->baseline = memcpy(memory_new(r->l->n_metrics, sizeof(double)), x->metrics, bytes);
}

static bool offer(void *context, const row *x) {
    reader *r = context;
    double goals[GOAL_MAX];
    if (x->id == STORE_BASELINE) {
        take_baseline(r, x);
        return true;
    }
    r->out->feasible += x->outcome == CIM_FEASIBLE;
    r->out->infeasible += x->outcome == CIM_INFEASIBLE;
    r->out->failed += x->outcome == CIM_FAILED;
    for (uint32_t i = 0; x->outcome == CIM_INFEASIBLE && i < r->l->n_rules; i++)
        r->out->violations[i] += x->slack[i] > 0;
    if (x->outcome != CIM_FEASIBLE || x->fidelity != r->full || !r->l->n_goals) return true;
    for (uint32_t i = 0; i < r->l->n_goals; i++)
        goals[i] = goal_minimised(&r->l->goals[i], x->metrics);
    return pareto_add(r->archive, (uint64_t)x->id, goals) >= 0 ||
           fail(r->f, STATUS_FAILED, "out of memory");
}

static bool take_member(void *context, const row *x) {
    reader *r = context;
    if (r->next == pareto_size(r->archive)) return false;
    if (pareto_id(r->archive, r->next) != (uint64_t)x->id) return true;
    front_member *m = &r->out->members[r->out->n];
    size_t bytes = r->l->n_metrics * sizeof(double);
    m->id = x->id;
    m->metrics = memcpy(memory_new(r->l->n_metrics, sizeof(double)), x->metrics, bytes);
    m->dimensions = memory_new(r->l->n_dimensions, sizeof *m->dimensions);
    for (uint32_t d = 0; d < r->l->n_dimensions; d++) {
        char number[NUMBER_SIZE];
        number_text(number, x->dimensions[d].number);
        m->dimensions[d] = memory_text(x->dimensions[d].name ? x->dimensions[d].name : number);
    }
    memcpy(r->out->goals + r->out->n * r->l->n_goals, pareto_goals(r->archive, r->next),
           r->l->n_goals * sizeof(double));
    r->out->n++;
    r->next++;
    return true;
}

bool front_read(store *st, const layout *l, front *out, failure *f) {
    *out = (front){.violations = memory_new(l->n_rules, sizeof(uint64_t))};
    reader r = {.l = l, .out = out, .f = f, .archive = pareto_new(l->n_goals ? l->n_goals : 1)};
    bool good = r.archive && store_rows(st, l, 0, INT64_MAX, find_full, &r, f) &&
                store_rows(st, l, STORE_BASELINE, INT64_MAX, offer, &r, f) && !f->status;
    if (good) {
        size_t n = pareto_size(r.archive);
        pareto_sort(r.archive);
        out->members = memory_new(n, sizeof *out->members);
        out->goals = memory_new(n * l->n_goals, sizeof *out->goals);
        good = store_rows(st, l, 0, INT64_MAX, take_member, &r, f);
    }
    pareto_free(r.archive);
    return good;
}

void front_free(front *x, const layout *l) {
    for (size_t i = 0; i < x->n; i++) {
        for (uint32_t d = 0; d < l->n_dimensions; d++) free(x->members[i].dimensions[d]);
        free(x->members[i].dimensions);
        free(x->members[i].metrics);
    }
    free(x->members);
    free(x->goals);
    free(x->violations);
    free(x->baseline);
    *x = (front){0};
}
