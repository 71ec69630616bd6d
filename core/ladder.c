#include "ladder.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_MARGIN 0.01    /* 1 point: what 1,000 images resolve (its standard error at 90 %) */
#define STANDARD_ERRORS 3
enum { UP, DOWN };

void ladder_begin(ladder *l, const evaluator *e) {
    *l = (ladder){.e = e, .best = memory_new(e->n_metrics, sizeof(double)),
                  .worst = memory_new(e->n_metrics, sizeof(double))};
}

void ladder_free(ladder *l) {
    free(l->best);
    free(l->worst);
    *l = (ladder){0};
}

/* ---- the margin ------------------------------------------------------------------------------ */

/* Blocks of metrics that hold a network's own accuracy. */
static uint32_t first_block(const evaluator *e) { return e->n_workloads > 1 ? e->n_base : 0; }

/* Accuracy of network W at LEVEL. */
static double accuracy_at(const evaluator *e, const result *x, uint32_t w, uint32_t level) {
    const double *own = x->metrics + first_block(e) + (size_t)w * e->n_base + e->first_accuracy;
    return own[level + 1 < e->n_fidelities ? EVALUATOR_ACCURACY + level : 0];
}

void ladder_learn(ladder *l, const result *x) {
    for (uint32_t w = 0; w < l->e->n_workloads; w++)
        for (uint32_t i = 0; i < x->fidelity; i++) {
            const double d = accuracy_at(l->e, x, w, i + 1) - accuracy_at(l->e, x, w, i);
            const int side = d > 0 ? UP : DOWN;
            if (!isfinite(d)) continue;
            l->seen[i].n++;
            l->seen[i].side_n[side] += d != 0;
            l->seen[i].squares[side] += d * d;
            l->seen[i].largest[side] = fmax(l->seen[i].largest[side], fabs(d));
        }
}

static double learned(const ladder *l, uint32_t i, int side) {
    if (l->seen[i].n < LADDER_LEARNED) return 1;
    const double n = l->seen[i].side_n[side] ? (double)l->seen[i].side_n[side] : 1;
    const double rms = sqrt(l->seen[i].squares[side] / n);
    return fmax(LEAST_MARGIN, fmax(l->seen[i].largest[side], STANDARD_ERRORS * rms));
}

void ladder_set_margins(ladder *l) {
    double up = 0, down = 0;
    for (uint32_t i = l->e->n_fidelities - 1; i-- > 0;) {
        const double given = l->e->levels.margin[i];
        up += learned(l, i, UP);
        down += learned(l, i, DOWN);
        l->up[i] = isnan(given) ? fmin(up, 1) : given;
        l->down[i] = isnan(given) ? fmin(down, 1) : given;
    }
}

/* ---- what a design may be -------------------------------------------------------------------- */

static interval widest(const double *corners) {
    interval out = {INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        if (isnan(corners[i])) return (interval){-INFINITY, INFINITY};
        out.low = fmin(out.low, corners[i]);
        out.high = fmax(out.high, corners[i]);
    }
    return out;
}

static interval times(interval a, interval b) {
    return widest((const double[]){a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
}

/* A divisor that may be 0 has no bound on the side of 0. */
static interval over(interval a, interval b) {
    if (b.low > 0 || b.high < 0)
        return widest(
            (const double[]){a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high});
    if (b.low == 0 && b.high > 0 && a.low >= 0) return (interval){a.low / b.high, INFINITY};
    return (interval){-INFINITY, INFINITY};
}

interval interval_of(const expression *x, const double *low, const double *high) {
    interval value = {1, 1};
    for (uint32_t i = 0; i < x->n; i++) {
        const interval factor = {low[x->metric[i]], high[x->metric[i]]};
        value = i == 0 ? factor : x->divides[i] ? over(value, factor) : times(value, factor);
    }
    return value;
}

/* X's metrics with each network's accuracy moved by BY, inside 0..1, and the chip's from those. */
static void move_accuracy(const evaluator *e, const result *x, double by, double *out) {
    const uint32_t at = e->first_accuracy;
    memcpy(out, x->metrics, e->n_metrics * sizeof *out);
    for (uint32_t w = 0; w < e->n_workloads; w++) {
        double *own = out + first_block(e) + (size_t)w * e->n_base + at;
        *own = fmin(fmax(*own + by, fmin(*own, 0)), fmax(*own, 1));
    }
    if (e->n_workloads > 1)
        out[at] = aggregate_of(e->aggregates[at], out + e->n_base + at, e->n_workloads, e->n_base);
}

static bool may_be_feasible(const ladder *l, const result *x) {
    const evaluator *e = l->e;
    const uint32_t own = e->hwmodel->n_constraints;
    for (uint32_t i = 0; i < own; i++)
        if (x->slack[i] > 0) return false;
    for (uint32_t i = 0; i < e->n_constraints; i++) {
        const constraint *c = &e->constraints[i];
        const interval value = interval_of(&c->of, l->worst, l->best);
        if (c->at_least ? value.high < c->bound : value.low > c->bound) return false;
    }
    return true;
}

bool ladder_promotes(ladder *l, const pareto *front, const result *x) {
    const evaluator *e = l->e;
    double goals[GOAL_MAX];
    if (x->outcome == CIM_FAILED || !x->outcome || x->fidelity + 1 >= e->n_fidelities) return false;
    move_accuracy(e, x, l->up[x->fidelity], l->best);
    move_accuracy(e, x, -l->down[x->fidelity], l->worst);
    if (!may_be_feasible(l, x)) return false;
    for (uint32_t i = 0; i < e->n_goals; i++) {
        const interval value = interval_of(&e->goals[i].of, l->worst, l->best);
        goals[i] = e->goals[i].maximise ? -value.high : value.low;
    }
    return !pareto_covers(front, goals);
}
