#include "parts_store.h"
#include "front.h"
#include "knee.h"
#include "memory.h"
#include "pool.h"
#include "store_read.h"

#include <stdlib.h>

typedef struct chosen {
    study *s;
    const layout *l;
    int64_t ids[GOAL_MAX + 1];
    size_t n;
    double *designs;
    failure *f;
} chosen;

static void choose(chosen *c, int64_t id) {
    for (size_t i = 0; i < c->n; i++)
        if (c->ids[i] == id) return;
    c->ids[c->n++] = id;
}

static void choose_marked(chosen *c, const front *x) {
    size_t extremes[GOAL_MAX], knee = knee_find(x->goals, x->n, c->l->n_goals);
    if (knee < x->n) choose(c, x->members[knee].id);
    knee_extremes(x->goals, x->n, c->l->n_goals, extremes);
    for (uint32_t k = 0; k < c->l->n_goals; k++) choose(c, x->members[extremes[k]].id);
}

static bool take_design(void *context, const row *r) {
    chosen *c = context;
    double *point = memory_new(c->s->space.n_dimensions, sizeof *point);
    bool good = row_point(r, c->l, &c->s->space, point, c->f);
    for (size_t i = 0; good && i < c->n; i++)
        if (c->ids[i] == r->id)
            space_design(&c->s->space, point, c->designs + i * c->s->space.n_numbers);
    free(point);
    return good;
}

static bool put_parts(chosen *c, store *st, const result *results) {
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < results[i].n_parts; k++) {
            const part *p = &results[i].parts[k];
            if (!store_put_part(st, c->ids[i], p, c->s->evaluator.metrics[p->metric].name, c->f))
                return false;
        }
    return true;
}

static bool evaluate_chosen(chosen *c, store *st) {
    const evaluator *e = &c->s->evaluator;
    c->designs = memory_new(c->n * c->s->space.n_numbers, sizeof *c->designs);
    result *results = results_new(c->n, e->n_metrics, evaluator_slacks(e));
    pool *p = pool_start(&c->s->evaluator, 1, c->s->time_limit_s, c->f);
    /* Parts are the hardware model's: the cheapest accuracy will do. */
    uint32_t *fidelity = memory_new(c->n, sizeof *fidelity);
    pool_task task = {.designs = c->designs, .fidelity = fidelity, .n = c->n, .results = results,
                      .want_parts = true};
    bool good = p;
    for (size_t i = 0; good && i < c->n; i++)
        good = store_rows(st, c->l, c->ids[i], c->ids[i], take_design, c, c->f) && !c->f->status;
    good = good && pool_run(p, &task, NULL, c->f) && store_clear_parts(st, c->f) &&
           put_parts(c, st, results);
    pool_stop(p);
    results_free(results, c->n);
    free(fidelity);
    free(c->designs);
    return good;
}

bool parts_store(study *s, store *st, failure *f) {
    layout l;
    front x = {0};
    chosen c = {.s = s, .l = &l, .f = f};
    bool good = layout_read(st, &l, f) && front_read(st, &l, &x, f);
    if (good && x.n) {
        choose_marked(&c, &x);
        good = evaluate_chosen(&c, st);
    }
    front_free(&x, &l);
    layout_free(&l);
    return good && store_commit(st, true, f);
}
