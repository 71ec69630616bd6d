#include "proposal.h"
#include "operators.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

enum {
    TRIES_TO_BREED = 32, /* each child mutates more than the one before */
    PERIOD = 3,          /* of so many tries one is a child, the others are neighbours */
    TRIES_AT_RANDOM = 16 /* all known: it is time to look through the designs one after another */
};
#define LEARNING_RATE 0.3  /* standard deviation of the logarithm of a child's rate and step */
#define MIN_RATE 0.5
#define MIN_STEP 1e-3
#define MAX_STEP 0.5

/* ---- set-up ---------------------------------------------------------------------------------- */

/* A Latin hypercube: M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21, 239-245 (1979);
 * its first point gives way to the default design. */
static void sample_initial(proposer *p, uint64_t *order) {
    const size_t n = p->settings.population, n_dims = p->problem->dimensions.n;
    cim_rng rng;
    p->host->stream(p->host, CIM_CREATE_STREAM, &rng);
    for (uint32_t k = 0; k < n_dims; k++) {
        const cim_dimension *d = cim_designs_dimension(&p->designs, k);
        for (size_t i = 0; i < n; i++) order[i] = i;
        for (size_t i = n - 1; i > 0; i--) {
            const size_t j = (size_t)cim_rng_below(&rng, i + 1);
            const uint64_t swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        for (size_t i = 0; i < n; i++)
            p->initial[i * n_dims + k] =
                cim_dimension_at(d, ((double)order[i] + cim_rng_uniform(&rng)) / (double)n);
        p->initial[k] = d->default_coordinate;
    }
}

static void count_points(proposer *p) {
    double points = 1.0;
    p->is_counted = 1;
    for (uint32_t i = 0; i < p->problem->dimensions.n; i++) {
        const cim_dimension *d = cim_designs_dimension(&p->designs, i);
        const int real = d->kind == CIM_REAL_RANGE;
        p->radix[i] = real ? 1 : d->n_levels;
        points *= (double)p->radix[i];
        p->is_counted = p->is_counted && !real && points < 0x1p63;
    }
}

cim_status proposer_init(proposer *p, const cim_host *host, const cim_problem *problem,
                         const settings *s) {
    const size_t n = problem->dimensions.n;
    *p = (proposer){.host = host, .problem = problem, .settings = *s, .history = {.host = host}};
    p->initial = host->alloc(host, s->population, (n + 1) * sizeof *p->initial);
    p->radix = host->alloc(host, n + 1, sizeof *p->radix);
    p->cursor = host->alloc(host, n + 1, sizeof *p->cursor);
    p->of_a = host->alloc(host, n + 1, 1);
    p->of_b = host->alloc(host, n + 1, 1);
    uint64_t *order = host->alloc(host, s->population, sizeof *order);
    cim_status status = CIM_OK;
    if (!p->initial || !p->radix || !p->cursor || !p->of_a || !p->of_b || !order)
        status = host->fail(host, CIM_E_MEMORY, "no memory for the initial sample");
    if (status == CIM_OK) status = cim_designs_init(&p->designs, host, problem);
    if (status == CIM_OK) {
        count_points(p);
        sample_initial(p, order);
    }
    host->release(host, order);
    if (status != CIM_OK) proposer_free(p);
    return status;
}

void proposer_free(proposer *p) {
    if (!p->host) return;
    p->host->release(p->host, p->initial);
    p->host->release(p->host, p->radix);
    p->host->release(p->host, p->cursor);
    p->host->release(p->host, p->of_a);
    p->host->release(p->host, p->of_b);
    cim_designs_free(&p->designs);
    history_free(&p->history);
    *p = (proposer){0};
}

uint64_t proposer_key(const proposer *p, const double *point) {
    uint64_t key = 0;
    for (uint32_t i = 0; i < p->problem->dimensions.n; i++) {
        if (p->is_counted) {
            key = key * p->radix[i] + (uint64_t)point[i];
            continue;
        }
        uint64_t bits;
        memcpy(&bits, &point[i], sizeof bits);
        key = (key ^ bits) + 0x9e3779b97f4a7c15u; /* splitmix64 by Sebastiano Vigna */
        key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
        key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
        key ^= key >> 31;
    }
    return key;
}

/* ---- children -------------------------------------------------------------------------------- */

typedef struct mating {
    const member *a, *b;     /* the same where there is one parent */
    double probability;      /* that a coordinate is mutated */
    double step;
} mating;

/* Where neither parent uses dimension I there is nothing to inherit. */
static double child_coordinate(const proposer *p, const mating *m, uint32_t i, cim_rng *rng) {
    const cim_dimension *d = cim_designs_dimension(&p->designs, i);
    double x;
    if (p->of_a[i] && p->of_b[i]) x = operator_blend(d, m->a->point[i], m->b->point[i], rng);
    else if (p->of_a[i]) x = m->a->point[i];
    else if (p->of_b[i]) x = m->b->point[i];
    else return cim_dimension_draw(d, rng);
    if (cim_rng_uniform(rng) >= m->probability) return x;
    if (cim_rng_uniform(rng) < p->settings.reset) return cim_dimension_draw(d, rng);
    return operator_step(d, x, m->step, rng);
}

/* Active dimensions of PARENT; returns how many there are. SCRATCH: a point. */
static uint32_t find_active(proposer *p, const member *parent, double *scratch, uint8_t *active) {
    const uint32_t n = p->problem->dimensions.n;
    uint32_t count = 0;
    if (n) memcpy(scratch, parent->point, n * sizeof *scratch);
    cim_designs_canonical(&p->designs, scratch);
    for (uint32_t i = 0; i < n; i++) count += active[i] = p->designs.active[i];
    return count;
}

static double clamp(double x, double min, double max) {
    return x < min ? min : x > max ? max : x;
}

/* Rate and step are inherited and vary themselves, so that those that work spread: H.-P. Schwefel,
 * "Numerical Optimization of Computer Models", 1981. */
static void inherit(const mating *m, uint32_t n_active, cim_rng *rng, proposal *out) {
    const double most = fmax(1.0, 0.5 * n_active);
    out->rate = clamp(sqrt(m->a->rate * m->b->rate) * exp(LEARNING_RATE * operator_normal(rng)),
                      MIN_RATE, most);
    out->step = clamp(sqrt(m->a->step * m->b->step) * exp(LEARNING_RATE * operator_normal(rng)),
                      MIN_STEP, MAX_STEP);
}

/* A child of A and perhaps another. MORE >= 1 raises its mutation rate. */
static void breed(proposer *p, const population *parents, const member *a, double more,
                  cim_rng *rng, double *point, proposal *out) {
    mating m = {.a = a, .b = a};
    if (cim_rng_uniform(rng) < p->settings.crossover) m.b = population_mate(parents, a, rng);
    const uint32_t n_active = find_active(p, m.a, point, p->of_a);
    find_active(p, m.b, point, p->of_b);
    inherit(&m, n_active, rng, out);
    m.probability = n_active ? out->rate * more / n_active : 0.0;
    m.step = out->step;
    for (uint32_t k = 0; k < p->problem->dimensions.n; k++) {
        const uint32_t i = p->designs.order[k];
        point[i] = cim_designs_is_active(&p->designs, point, i)
            ? child_coordinate(p, &m, i, rng) + 0.0
            : cim_designs_dimension(&p->designs, i)->default_coordinate;
    }
}

/* A with a step in one dimension. */
static void move_to_neighbour(proposer *p, const member *a, cim_rng *rng, double *point,
                              proposal *out) {
    const mating m = {.a = a, .b = a};
    const uint32_t n_active = find_active(p, a, point, p->of_a);
    inherit(&m, n_active, rng, out);
    uint64_t left = n_active ? cim_rng_below(rng, n_active) : 0; /* active ones before the step */
    for (uint32_t k = 0; k < p->problem->dimensions.n; k++) {
        const uint32_t i = p->designs.order[k];
        const cim_dimension *d = cim_designs_dimension(&p->designs, i);
        if (!cim_designs_is_active(&p->designs, point, i)) point[i] = d->default_coordinate;
        else if (!p->of_a[i]) point[i] = cim_dimension_draw(d, rng) + 0.0;
        else if (left-- == 0) point[i] = operator_step(d, point[i], out->step, rng) + 0.0;
    }
}

/* ---- points without parents ------------------------------------------------------------------ */

static void fill_at_random(proposer *p, int only_real, cim_rng *rng, double *point) {
    for (uint32_t i = 0; i < p->problem->dimensions.n; i++) {
        const cim_dimension *d = cim_designs_dimension(&p->designs, i);
        if (!only_real || d->kind == CIM_REAL_RANGE) point[i] = cim_dimension_draw(d, rng);
    }
    cim_designs_canonical(&p->designs, point);
}

static int is_new(const proposer *p, const double *point, proposal *out) {
    out->key = proposer_key(p, point);
    return !history_has(&p->history, out->key);
}

/* The first design not proposed yet. Where real dimensions are active it never runs out of values,
 * and the cursor stays. */
static int next_remaining(proposer *p, cim_rng *rng, double *point, proposal *out) {
    cim_designs *d = &p->designs;
    do {
        for (uint32_t i = 0; i < p->problem->dimensions.n; i++) point[i] = (double)p->cursor[i];
        fill_at_random(p, 1, rng, point);
        if (is_new(p, point, out)) return 1;
        cim_designs_settle(d, p->cursor);
    } while (cim_designs_advance(d, p->radix, p->cursor));
    p->is_exhausted = 1;
    return 0;
}

/* A child; and where that is a known design, as it is the more often the fewer are left, what is
 * near good ones, as Pareto local search does: L. Paquete, M. Chiarandini, T. Stuetzle, LNEMS 535,
 * 177-199 (2004). */
static int next_from_parents(proposer *p, population *parents, cim_rng *rng, double *point,
                             proposal *out) {
    for (int i = 0; parents->n > 0 && i < TRIES_TO_BREED; i++) {
        member *a = population_parent(parents, rng);
        if (i % PERIOD == 0) breed(p, parents, a, 1.0 + 0.25 * i, rng, point, out);
        else move_to_neighbour(p, a, rng, point, out);
        if (!is_new(p, point, out)) continue;
        a->children++;
        return 1;
    }
    *out = (proposal){.rate = p->settings.rate, .step = p->settings.step};
    return 0;
}

int proposer_next(proposer *p, population *parents, cim_rng *rng, double *point,
                  proposal *out) {
    const size_t n = p->problem->dimensions.n;
    *out = (proposal){.rate = p->settings.rate, .step = p->settings.step};
    if (p->is_exhausted) return 0;
    while (p->n_used < p->settings.population) {
        if (n) memcpy(point, p->initial + n * p->n_used, n * sizeof *point);
        p->n_used++;
        cim_designs_canonical(&p->designs, point);
        if (is_new(p, point, out)) return 1;
    }
    if (next_from_parents(p, parents, rng, point, out)) return 1;
    for (int i = 0; i < TRIES_AT_RANDOM; i++) {
        fill_at_random(p, 0, rng, point);
        if (is_new(p, point, out)) return 1;
    }
    return next_remaining(p, rng, point, out);
}
