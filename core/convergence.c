#include "convergence.h"
#include "hypervolume.h"
#include "memory.h"
#include "pareto.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS = 10, BAR = 40, MOST_MEMBERS = 1000 };

typedef struct convergence {
    const layout *l;
    const front *final;
    pareto *archive;
    double best[GOAL_MAX], span[GOAL_MAX];
    uint64_t trials;      /* in all */
    int64_t next;         /* the trial before which the next line is due */
    unsigned step;
    FILE *out;
    failure *f;
} convergence;

static void find_box(convergence *c) {
    for (uint32_t k = 0; k < c->l->n_goals; k++) {
        double worst = -INFINITY;
        c->best[k] = INFINITY;
        for (size_t i = 0; i < c->final->n; i++) {
            double v = c->final->goals[i * c->l->n_goals + k];
            c->best[k] = fmin(c->best[k], v);
            worst = fmax(worst, v);
        }
        c->span[k] = worst > c->best[k] ? 1.1 * (worst - c->best[k]) : fabs(c->best[k]) > 0 ? fabs(c->best[k]) : 1;
    }
}

static double share(const convergence *c) {
    size_t n = pareto_size(c->archive), m = c->l->n_goals;
    double *rows = memory_new(n * m, sizeof *rows), one[GOAL_MAX];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            rows[i * m + k] = (pareto_goals(c->archive, i)[k] - c->best[k]) / c->span[k];
    for (size_t k = 0; k < m; k++) one[k] = 1;
    double volume = hypervolume(rows, n, m, one);
    free(rows);
    return volume;
}

static void print_step(convergence *c) {
    double s = share(c);
    fprintf(c->out, "  %8lld  %11.4f  ", (long long)c->next, s);
    for (int i = 0; i < (int)floor(s * BAR + 0.5); i++) fputc('#', c->out);
    fputc('\n', c->out);
    c->step++;
    c->next = (int64_t)ceil((double)c->trials * (c->step + 1) / STEPS);
}

static bool offer(void *context, const row *r) {
    convergence *c = context;
    double goals[GOAL_MAX];
    while (r->id >= c->next) print_step(c);
    if (r->outcome != CIM_FEASIBLE) return true;
    for (uint32_t k = 0; k < c->l->n_goals; k++) goals[k] = goal_minimised(&c->l->goals[k], r->metrics);
    return pareto_add(c->archive, (uint64_t)r->id, goals) >= 0 || fail(c->f, STATUS_FAILED, "out of memory");
}

bool convergence_print(store *st, const layout *l, const front *final, FILE *out, failure *f) {
    convergence c = {.l = l, .final = final, .out = out, .f = f};
    c.trials = final->feasible + final->infeasible + final->failed;
    if (c.trials < STEPS || final->n > MOST_MEMBERS || !l->n_goals) return true;
    c.archive = pareto_new(l->n_goals);
    if (!c.archive) return fail(f, STATUS_FAILED, "out of memory");
    c.next = (int64_t)ceil((double)c.trials / STEPS);
    find_box(&c);
    fputs("\n    trials  hypervolume\n", out);
    bool good = store_rows(st, l, 0, INT64_MAX, offer, &c, f) && !f->status;
    if (good) print_step(&c);
    pareto_free(c.archive);
    return good;
}
