#include "search_result.h"
#include <cim_sdk/hypervolume.h>
#include "memory.h"
#include "pareto.h"

#include <math.h>
#include <stdlib.h>

#define REFERENCE 1.1            /* of the box in each goal, scaled: a tenth beyond the front */

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct collector {
    const layout *l;
    search_result *to;
    uint32_t full;               /* fidelity */
} collector;

static bool collect(void *context, const row *x) {
    const collector *c = context;
    search_result *r = c->to;
    if (x->outcome != CIM_FEASIBLE || x->fidelity != c->full) return true;
    if (r->n == r->room) {
        const size_t room = 2 * r->room + 256;
        r->goals = memory_grow(r->goals, room * r->n_goals, sizeof *r->goals);
        r->numbers = memory_grow(r->numbers, room, sizeof *r->numbers);
        r->room = room;
    }
    for (size_t k = 0; k < r->n_goals; k++)
        r->goals[r->n * r->n_goals + k] = goal_minimised(&c->l->goals[k], x->metrics);
    r->numbers[r->n++] = x->id;
    return true;
}

bool search_result_read(store *st, search_result *out, failure *f) {
    layout l = {0};
    if (!layout_read(st, &l, f)) return false;
    *out = (search_result){.n_goals = l.n_goals};
    collector c = {.l = &l, .to = out};
    uint64_t ignored;
    const bool good = store_extent(st, &ignored, &c.full, f) &&
                      store_rows(st, &l, 0, INT64_MAX, collect, &c, f);
    layout_free(&l);
    return good;
}

void search_result_free(search_result *r) {
    free(r->goals);
    free(r->numbers);
    *r = (search_result){0};
}

/* ---- measuring ------------------------------------------------------------------------------- */

static double volume_of(const goal_box *b, const double *goals, size_t n, size_t n_goals) {
    double reference[GOAL_MAX], *scaled = memory_new(n * n_goals + 1, sizeof *scaled);
    for (size_t k = 0; k < n_goals; k++) reference[k] = REFERENCE;
    for (size_t i = 0; i < n * n_goals; i++) {
        const size_t k = i % n_goals;
        scaled[i] = b->extent[k] > 0.0 ? (goals[i] - b->low[k]) / b->extent[k] : 0.0;
    }
    const double volume = cim_hypervolume(scaled, n, n_goals, reference);
    free(scaled);
    return volume;
}

static void range_of(const double *goals, size_t n, size_t n_goals, size_t k, double *low,
                     double *high) {
    for (size_t i = 0; i < n; i++) {
        *low = fmin(*low, goals[i * n_goals + k]);
        *high = fmax(*high, goals[i * n_goals + k]);
    }
}

static double *merge(const search_result *results, size_t n, pareto *archive) {
    const size_t n_goals = results[0].n_goals;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < results[i].n; j++)
            if (pareto_add(archive, j, results[i].goals + j * n_goals) < 0) return NULL;
    double *front = memory_new(pareto_size(archive) * n_goals + 1, sizeof *front);
    for (size_t i = 0; i < pareto_size(archive) * n_goals; i++)
        front[i] = pareto_goals(archive, i / n_goals)[i % n_goals];
    return front;
}

bool goal_box_measure(goal_box *b, const search_result *results, size_t n) {
    const size_t n_goals = results[0].n_goals;
    pareto *archive = pareto_new(n_goals);
    double *front = archive ? merge(results, n, archive) : NULL;
    *b = (goal_box){.front = archive ? pareto_size(archive) : 0};
    pareto_free(archive);
    if (!front) return false;
    for (size_t k = 0; k < n_goals; k++) {
        double low = INFINITY, high = -INFINITY;
        range_of(front, b->front, n_goals, k, &low, &high);
        for (size_t i = 0; low == high && i < n; i++) {
            double ignored = low;
            range_of(results[i].goals, results[i].n, n_goals, k, &ignored, &b->extent[k]);
        }
        b->low[k] = low;
        b->extent[k] = low < high ? high - low : b->extent[k] - low;
    }
    b->volume = volume_of(b, front, b->front, n_goals);
    free(front);
    return true;
}

double goal_box_share(const goal_box *b, const search_result *r) {
    const double share = volume_of(b, r->goals, r->n, r->n_goals) / b->volume;
    return b->volume > 0.0 ? round(share * 1e12) / 1e12 : 0.0;
}
