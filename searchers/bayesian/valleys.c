/* A trial is the best of its valley where a hill lies between it and the nearest better one. The
 * model need not know of the hill: the best trial of those far from the best of all counts, too. */
#include "valleys.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS = 6 };          /* from one trial to another                                         */
#define HILL 0.05            /* standard deviations of the goal: less is none                     */
#define NEAR 0.3             /* length scales: room for none                                      */
#define FAR 0.5              /* of the way to the farthest trial                                  */

typedef struct valleys_rank { double goal; uint32_t trial; } valleys_rank;

static int by_goal(const void *a, const void *b) {
    const valleys_rank *x = a, *y = b;
    if (x->goal != y->goal) return x->goal < y->goal ? -1 : 1;
    return x->trial < y->trial ? -1 : x->trial > y->trial;
}

/* Feasible trials at full fidelity, the best first. */
static uint32_t rank(valleys *v, const archive *trials) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < trials->n; i++)
        if (trials->outcome[i] == CIM_FEASIBLE && trials->fidelity[i] == trials->full)
            v->order[n++] = (valleys_rank){archive_goals(trials, i)[0], i};
    qsort(v->order, n, sizeof *v->order, by_goal);
    return n;
}

static const double *features_of(const valleys *v, size_t trial) {
    return v->features + trial * v->width;
}

/* Squared; in the length scales of MODEL, or where that is NULL in units of the space. */
static double distance(const valleys *v, const surrogate *model, uint32_t a, uint32_t b) {
    const double *x = features_of(v, a), *y = features_of(v, b);
    double sum = 0.0;
    for (uint32_t f = 0; f < v->width; f++) {
        const double d = (x[f] - y[f]) / (model ? surrogate_length_scale(model, f) : 1.0);
        sum += d * d;
    }
    return sum;
}

static int has_hill(valleys *v, const surrogate *model, uint32_t from, uint32_t to) {
    const double *a = features_of(v, from), *b = features_of(v, to);
    double *between = v->features + v->n_trials * v->width, first = 0.0;
    for (int k = 0; k <= STEPS; k++) {
        for (size_t f = 0; f < v->width; f++) between[f] = a[f] + (b[f] - a[f]) * k / STEPS;
        surrogate_predict(model, between, 1, v->mean, v->sd);
        if (k == 0) first = v->mean[0];
        else if (v->mean[0] > first + HILL) return 1;
    }
    return 0;
}

/* Of the I-th best trial. */
static int has_its_own(valleys *v, const surrogate *model, uint32_t i) {
    double nearest = INFINITY;
    uint32_t at = 0;
    for (uint32_t k = 0; k < i; k++) {
        const double d = distance(v, model, v->order[i].trial, v->order[k].trial);
        if (d >= nearest) continue;
        nearest = d;
        at = k;
    }
    return i == 0 || (nearest >= NEAR * NEAR &&
                      has_hill(v, model, v->order[i].trial, v->order[at].trial));
}

static void add_the_far_one(valleys *v, uint32_t n) {
    const uint32_t best = v->order[0].trial;
    double most = 0.0;
    for (uint32_t i = 0; i < n; i++) most = fmax(most, distance(v, NULL, best, v->order[i].trial));
    for (uint32_t i = 0; i < n; i++) {
        if (distance(v, NULL, best, v->order[i].trial) <= FAR * FAR * most) continue;
        v->trial[v->n++] = v->order[i].trial;
        return;
    }
}

cim_status valleys_find(valleys *v, const surrogate *model, space *s, const archive *trials) {
    const cim_host *host = s->host;
    const size_t width = s->encoding.n_features, outputs = surrogate_outputs(model);
    *v = (valleys){.host = host, .n_trials = trials->n, .width = width};
    v->features = host->alloc(host, (trials->n + 1) * width + 2 * outputs, sizeof *v->features);
    v->order = host->alloc(host, trials->n, sizeof *v->order);
    v->is_in = host->alloc(host, trials->n, sizeof *v->is_in);
    if (!v->features || !v->order || !v->is_in) {
        valleys_close(v);
        return CIM_E_MEMORY;
    }
    v->mean = v->features + (trials->n + 1) * width;
    v->sd = v->mean + outputs;
    for (size_t i = 0; i < trials->n; i++)
        encoding_of(&s->encoding, &s->designs, archive_point(trials, i), v->features + i * width);
    const uint32_t n = rank(v, trials);
    for (uint32_t i = 0; i < n && v->n + 1 < VALLEYS_MOST; i++)
        if (has_its_own(v, model, i)) v->trial[v->n++] = v->order[i].trial;
    if (n > 0) add_the_far_one(v, n);
    return CIM_OK;
}

void valleys_close(valleys *v) {
    if (!v->host) return;
    v->host->release(v->host, v->features);
    v->host->release(v->host, v->order);
    v->host->release(v->host, v->is_in);
    *v = (valleys){0};
}

size_t valleys_mark(valleys *v, uint32_t i) {
    size_t n = 0;
    for (uint32_t t = 0; t < v->n_trials; t++) {
        v->is_in[t] = distance(v, NULL, t, v->trial[i]) < distance(v, NULL, t, v->trial[0]);
        n += v->is_in[t];
    }
    return n;
}
