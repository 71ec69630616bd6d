/* Candidates: anywhere; front points with some coordinates changed (perturbation of random subsets,
 * "RAASP": A. Rashidi et al., AISTATS 2024; D. Eriksson, M. Poloczek, UAI 2021); crosses of front
 * points; then children of the best of these, generation after generation, by the acquisition
 * itself; and the best are refined. */
#include "pool.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

enum {
    FIRST = 1000,            /* candidates before evolution */
    GENERATIONS = 8, CHILDREN = 120,
    ELITE = 24,              /* parents of a generation */
    REFINED = 5, ROUNDS = 3,
    SCRATCH = 512,           /* for refine() */
    MOST = FIRST + GENERATIONS * CHILDREN + SCRATCH
};
static const double steps[] = {0.01, 0.03, 0.1, 0.2, 0.4};
enum { N_STEPS = sizeof steps / sizeof steps[0] };

cim_status pool_open(pool *p, space *s, acquire *a, cim_known *known) {
    const cim_host *host = s->host;
    *p = (pool){.host = host, .space = s, .acquire = a, .known = known, .most = MOST};
    p->points = host->alloc(host, MOST, (s->d + 1u) * sizeof *p->points);
    p->features = host->alloc(host, MOST, (s->encoding.n_features + 1u) * sizeof *p->features);
    p->values = host->alloc(host, MOST + refine_room(s), sizeof *p->values);
    p->order = host->alloc(host, MOST, sizeof *p->order);
    if (p->points && p->features && p->values && p->order) {
        p->work = p->values + MOST;
        return CIM_OK;
    }
    pool_close(p);
    return host->fail(host, CIM_E_MEMORY, "no memory for the candidates");
}

void pool_close(pool *p) {
    if (!p->host) return;
    p->host->release(p->host, p->points);
    p->host->release(p->host, p->features);
    p->host->release(p->host, p->values);
    p->host->release(p->host, p->order);
    *p = (pool){0};
}

/* Encodes and values candidates FROM .. n - 1; known ones are worth nothing. */
static void judge(pool *p, uint32_t from) {
    for (uint32_t i = from; i < p->n; i++)
        encoding_of(&p->space->encoding, &p->space->designs, pool_point(p, i), pool_features(p, i));
    acquire_values(p->acquire, pool_features(p, from), p->n - from, p->values + from);
    for (uint32_t i = from; i < p->n; i++)
        if (pool_knows(p, pool_point(p, i))) p->values[i] = -INFINITY;
}

/* Puts the best MOST candidates of different values first in p->order; returns how many. */
static uint32_t rank(pool *p, uint32_t most) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        const double value = p->values[i];
        if (!(value > -INFINITY)) continue;
        if (n == most && !(value > p->values[p->order[n - 1]])) continue;
        uint32_t at = 0;
        while (at < n && p->values[p->order[at]] > value) at++;
        if (at < n && p->values[p->order[at]] == value) continue;
        if (n < most) n++;
        for (uint32_t k = n - 1; k > at; k--) p->order[k] = p->order[k - 1];
        p->order[at] = i;
    }
    return n;
}

/* ---- the first candidates -------------------------------------------------------------------- */

/* Trials to start from: the front; where there is none, those that look most like working and
 * meeting the constraints. */
static uint32_t find_parents(pool *p, const archive *trials, uint32_t *parents, uint32_t most,
                             cim_rng *rng) {
    uint32_t n = 0;
    if (trials->n_front > 0) {
        for (; n < most && n < trials->n_front; n++) {
            const uint64_t k = trials->n_front <= most ? n : cim_rng_below(rng, trials->n_front);
            parents[n] = trials->front[k];
        }
        return n;
    }
    const uint32_t count = trials->n < FIRST ? (uint32_t)trials->n : FIRST;
    const size_t first = trials->n - count;
    for (p->n = 0; p->n < count; p->n++) {
        memcpy(pool_point(p, p->n), archive_point(trials, first + p->n),
               p->space->d * sizeof *p->points);
        encoding_of(&p->space->encoding, &p->space->designs, pool_point(p, p->n),
                    pool_features(p, p->n));
    }
    acquire_values(p->acquire, p->features, count, p->values);
    const uint32_t n_ranked = rank(p, most / 4);
    for (; n < n_ranked; n++) parents[n] = (uint32_t)first + p->order[n];
    return n;
}

/* One to three coordinates, some, or up to twenty. */
static double random_share(const pool *p, cim_rng *rng) {
    const double d = p->space->d, u = cim_rng_uniform(rng);
    return (u < 0.4 ? 1.0 + cim_rng_uniform(rng) : u < 0.7 ? 5.0 : 20.0) / d;
}

static double random_step(cim_rng *rng) {
    return steps[cim_rng_below(rng, N_STEPS)];
}

static void fill(pool *p, const archive *trials, const part *in, uint32_t count, cim_rng *rng) {
    enum { MOST_PARENTS = 64 };
    uint32_t parents[MOST_PARENTS];
    const uint32_t n = find_parents(p, trials, parents, MOST_PARENTS, rng);
    for (p->n = 0; p->n < count; p->n++) {
        double *point = pool_point(p, p->n);
        const double u = cim_rng_uniform(rng);
        if (n == 0 || u < 0.25) {
            space_draw(p->space, in, rng, point);
            continue;
        }
        const double *a = archive_point(trials, parents[cim_rng_below(rng, n)]);
        if (u < 0.45) {
            space_cross(p->space, rng, a, archive_point(trials, parents[cim_rng_below(rng, n)]),
                        point);
            if (u < 0.35) continue;
            a = point;
        }
        if (u >= 0.45 && u < 0.6 && p->space->encoding.n_vectors > 0)
            space_level(p->space, rng, a, point);
        else space_step(p->space, in, random_share(p, rng), random_step(rng), rng, a, point);
    }
    judge(p, 0);
}

/* ---- evolution ------------------------------------------------------------------------------- */

static void evolve(pool *p, const part *in, uint32_t children, double size, cim_rng *rng) {
    const uint32_t n = rank(p, ELITE), from = p->n;
    if (n == 0) return;
    uint32_t parent[ELITE];
    memcpy(parent, p->order, n * sizeof *parent);
    for (uint32_t k = 0; k < children; k++) {
        double *point = pool_point(p, p->n++);
        const double u = cim_rng_uniform(rng); /* the better, the more children */
        const double *a = pool_point(p, parent[(uint32_t)(u * u * n)]);
        if (cim_rng_uniform(rng) < 0.4) {
            space_cross(p->space, rng, a, pool_point(p, parent[cim_rng_below(rng, n)]), point);
            if (cim_rng_uniform(rng) < 0.5) continue;
            a = point;
        }
        if (p->space->encoding.n_vectors > 0 && cim_rng_uniform(rng) < 0.15)
            space_level(p->space, rng, a, point);
        else space_step(p->space, in, random_share(p, rng), size * random_step(rng), rng, a, point);
    }
    judge(p, from);
}

/* ---- the best -------------------------------------------------------------------------------- */

static int take_best(pool *p, double *point, double *features) {
    if (rank(p, 1) == 0) return 0;
    const uint32_t best = p->order[0];
    if (p->space->d) memcpy(point, pool_point(p, best), p->space->d * sizeof *point);
    memcpy(features, pool_features(p, best), p->space->encoding.n_features * sizeof *features);
    return 1;
}

int pool_best(pool *p, const archive *trials, const part *in, double effort, cim_rng *rng,
              double *point, double *features) {
    const uint32_t first = 64 + (uint32_t)(effort * (FIRST - 64));
    const uint32_t children = 16 + (uint32_t)(effort * (CHILDREN - 16));
    fill(p, trials, in, first, rng);
    for (int g = 0; g < GENERATIONS; g++) evolve(p, in, children, g < 4 ? 1.0 : 0.3, rng);
    uint32_t best[REFINED];
    const uint32_t n_refined = 1 + (uint32_t)(effort * (REFINED - 1)), n = rank(p, n_refined);
    memcpy(best, p->order, n * sizeof *best);
    for (uint32_t k = 0; k < n; k++) refine(p, best[k], p->n, in, ROUNDS, rng);
    return take_best(p, point, features);
}

int pool_best_of_all(pool *p, double *point, double *features) {
    int is_all;
    p->n = cim_known_rest(p->known, FIRST + GENERATIONS * CHILDREN, p->points, &is_all);
    if (!is_all) return -1;
    judge(p, 0);
    return take_best(p, point, features);
}
