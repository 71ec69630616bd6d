#include "differential.h"
#include "operators.h"

#include <cim_sdk/rng.h>

#include <math.h>

#define CHANGE 0.1       /* probability that a child's factor, or its rate, is a new one */
#define LEAST_FACTOR 0.1
#define LEAST_RATE 1e-3
enum { CONTEST = 4 };    /* random members of which the best is gone towards */

static const member *any(const population *parents, cim_rng *rng) {
    return &parents->members[cim_rng_below(rng, parents->n)];
}

static const member *one_of_the_best(const population *parents, uint32_t n_goals, cim_rng *rng) {
    const member *best = any(parents, rng);
    for (int i = 1; i < CONTEST; i++) {
        const member *other = any(parents, rng);
        if (ranking_dominates(n_goals, other, best)) best = other;
    }
    return best;
}

typedef struct trio { const member *target, *best, *a, *b; } trio;

static double mutant(const cim_dimension *d, const trio *t, uint32_t i, double factor,
                     cim_rng *rng) {
    const double x = t->target->point[i], best = t->best->point[i];
    const double a = t->a->point[i], b = t->b->point[i];
    if (d->kind == CIM_CATEGORICAL) {
        if (a != b && cim_rng_uniform(rng) < factor) return a;
        return cim_rng_uniform(rng) < factor ? best : x;
    }
    const double from = cim_dimension_share(d, x);
    double to = from + factor * (cim_dimension_share(d, best) - from) +
                factor * (cim_dimension_share(d, a) - cim_dimension_share(d, b));
    if (to < 0.0) to = 0.5 * from;
    if (to > 1.0) to = 0.5 * (from + 1.0);
    return cim_dimension_near(d, to);
}

void differential_child(proposer *p, const population *parents, uint64_t target, cim_rng *rng,
                        double *point, proposal *out) {
    const trio t = {.target = &parents->members[target],
                    .best = one_of_the_best(parents, p->problem->goals.n, rng),
                    .a = any(parents, rng), .b = any(parents, rng)};
    const uint32_t n_active = proposer_active(p, t.target, point, p->of_a);
    out->target = target;
    out->step = cim_rng_uniform(rng) < CHANGE
        ? LEAST_FACTOR + (1.0 - LEAST_FACTOR) * cim_rng_uniform(rng) : t.target->step;
    out->rate = cim_rng_uniform(rng) < CHANGE
        ? fmax(LEAST_RATE, cim_rng_uniform(rng)) : t.target->rate;
    uint64_t left = n_active ? cim_rng_below(rng, n_active) : 0; /* active ones before a sure one */
    for (uint32_t k = 0; k < p->problem->dimensions.n; k++) {
        const uint32_t i = p->designs.order[k];
        const cim_dimension *d = cim_designs_dimension(&p->designs, i);
        if (!cim_designs_is_active(&p->designs, point, i)) point[i] = d->default_coordinate;
        else if (!p->of_a[i]) point[i] = cim_dimension_draw(d, rng) + 0.0;
        else {
            const int is_sure = left-- == 0;
            if (cim_rng_uniform(rng) < out->rate || is_sure)
                point[i] = mutant(d, &t, i, out->step, rng) + 0.0;
        }
    }
}
