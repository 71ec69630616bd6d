/* Gradients where coordinates are real, the best change of a single one where they are not, in
 * turn: as BoTorch's optimize_acqf_mixed_alternating (M. Balandat et al., NeurIPS 2020) does, but
 * always valued at the design that would be built. */
#include "pool.h"
#include "lbfgs.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

enum { MOST_CALLS = 30 };

typedef struct climb {
    pool *pool;
    double *features, *gradient; /* of the whole design */
    const uint32_t *dimensions;  /* the real ones that are active */
    size_t n;
} climb;

/* Rows of p->work: low, high, x, numbers of dimensions, then features, gradient, and L-BFGS's
 * own. */
size_t refine_room(const space *s) {
    const size_t d = s->d + 1u, f = s->encoding.n_features + 1u;
    return 4 * d + 2 * f + lbfgs_room(d);
}

static double minus_value(void *context, const double *x, double *gradient) {
    climb *c = context;
    const encoding *e = &c->pool->space->encoding;
    for (size_t k = 0; k < c->n; k++) c->features[e->first[c->dimensions[k]]] = x[k];
    const double value = acquire_value(c->pool->acquire, c->features, c->gradient);
    for (size_t k = 0; k < c->n; k++) gradient[k] = -c->gradient[e->first[c->dimensions[k]]];
    return -value;
}

/* Takes the point at SCRATCH for AT's if it is better and not known. */
static int accept(pool *p, uint32_t at, uint32_t scratch) {
    const space *s = p->space;
    if (!(p->values[scratch] > p->values[at]) || pool_knows(p, pool_point(p, scratch)))
        return 0;
    if (s->d) memcpy(pool_point(p, at), pool_point(p, scratch), s->d * sizeof *p->points);
    memcpy(pool_features(p, at), pool_features(p, scratch),
           s->encoding.n_features * sizeof *p->features);
    p->values[at] = p->values[scratch];
    return 1;
}

static int climb_real(pool *p, uint32_t at, uint32_t room, const part *in) {
    space *s = p->space;
    const size_t d = s->d + 1u, f = s->encoding.n_features + 1u;
    double *low = p->work, *high = low + d, *x = high + d, *features = x + 2 * d;
    double *gradient = features + f, *work = gradient + f;
    uint32_t *dimensions = (uint32_t *)(void *)(x + d);
    climb c = {.pool = p, .features = features, .gradient = gradient, .dimensions = dimensions};
    memcpy(features, pool_features(p, at), (f - 1) * sizeof *features);
    for (uint32_t k = 0; k < s->d; k++)
        (void)cim_designs_is_active(&s->designs, pool_point(p, at), s->designs.order[k]);
    for (uint32_t i = 0; i < s->d; i++) {
        if (space_dimension(s, i)->kind != CIM_REAL_RANGE || !s->designs.active[i]) continue;
        x[c.n] = features[s->encoding.first[i]];
        low[c.n] = in ? fmin(in->low[i], x[c.n]) : 0.0;
        high[c.n] = in ? fmax(in->high[i], x[c.n]) : 1.0;
        dimensions[c.n++] = i;
    }
    if (c.n == 0) return 0;
    const lbfgs_problem problem = {.n = c.n, .low = low, .high = high, .most_calls = MOST_CALLS,
                                   .tolerance = 1e-7, .function = minus_value, .context = &c};
    lbfgs_minimise(&problem, x, work);
    double *point = pool_point(p, room);
    memcpy(point, pool_point(p, at), s->d * sizeof *point);
    for (size_t k = 0; k < c.n; k++)
        point[dimensions[k]] = space_nearest(space_dimension(s, dimensions[k]), x[k]);
    encoding_of(&s->encoding, &s->designs, point, pool_features(p, room));
    p->values[room] = acquire_value(p->acquire, pool_features(p, room), NULL);
    return accept(p, at, room);
}

/* Appends AT with coordinate I at LEVEL. */
static void add_change(pool *p, uint32_t at, uint32_t i, double level, uint32_t *end) {
    const double *from = pool_point(p, at);
    if (*end >= p->most || level < 0.0 || level == from[i] ||
        level > (double)(space_dimension(p->space, i)->n_levels - 1))
        return;
    double *point = pool_point(p, *end);
    memcpy(point, from, p->space->d * sizeof *point);
    point[i] = level;
    cim_designs_canonical(&p->space->designs, point);
    encoding_of(&p->space->encoding, &p->space->designs, point, pool_features(p, (*end)++));
}

/* All levels where they are few; else the nearest and some others. */
static void add_changes(pool *p, uint32_t at, uint32_t i, const part *in, cim_rng *rng,
                        uint32_t *end) {
    const cim_dimension *d = space_dimension(p->space, i);
    const double x = pool_point(p, at)[i], n = (double)d->n_levels;
    if (d->n_levels <= FEW_LEVELS) {
        for (double level = 0.0; level < n; level += 1.0) add_change(p, at, i, level, end);
    } else if (d->kind == CIM_CATEGORICAL) {
        for (int k = 0; k < FEW_LEVELS; k++)
            add_change(p, at, i, (double)cim_rng_below(rng, d->n_levels), end);
    } else {
        for (double step = 1.0; step <= 2.0; step += 1.0) {
            add_change(p, at, i, x - step, end);
            add_change(p, at, i, x + step, end);
        }
        for (int k = 0; k < 2; k++) {
            const double u = in ? in->low[i] + cim_rng_uniform(rng) *
                                    (in->high[i] - in->low[i]) : cim_rng_uniform(rng);
            add_change(p, at, i, space_nearest(d, u), end);
        }
    }
}

static int climb_levels(pool *p, uint32_t at, uint32_t room, const part *in, cim_rng *rng) {
    space *s = p->space;
    uint32_t end = room;
    for (uint32_t i = 0; i < s->d; i++) {
        if (space_dimension(s, i)->kind == CIM_REAL_RANGE) continue;
        cim_designs_canonical(&s->designs, pool_point(p, at));
        if (s->designs.active[i]) add_changes(p, at, i, in, rng, &end);
    }
    if (end == room) return 0;
    acquire_values(p->acquire, pool_features(p, room), end - room, p->values + room);
    uint32_t best = room;
    for (uint32_t k = room; k < end; k++) {
        if (pool_knows(p, pool_point(p, k))) p->values[k] = -INFINITY;
        if (p->values[k] > p->values[best]) best = k;
    }
    return accept(p, at, best);
}

void refine(pool *p, uint32_t at, uint32_t room, const part *in, int rounds, cim_rng *rng) {
    for (int k = 0; k < rounds; k++) {
        const int moved = climb_real(p, at, room, in);
        int swapped = 0;
        for (int i = 0; i < 3 && climb_levels(p, at, room, in, rng); i++) swapped = 1;
        if (!swapped && (!moved || k > 0)) return;
    }
}
