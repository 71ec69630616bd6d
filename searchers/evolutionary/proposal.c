#include "differential.h"
#include "operators.h"
#include "sample.h"

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
#define DIFFERENTIAL_NEAR 0.05 /* step to a neighbour, where members hold no step of their own */

/* ---- set-up ---------------------------------------------------------------------------------- */

cim_status proposer_init(proposer *p, const cim_host *host, const cim_problem *problem,
                         const settings *s) {
    const size_t n = problem->dimensions.n;
    *p = (proposer){.host = host, .problem = problem, .settings = *s};
    p->initial = host->alloc(host, s->initial, (n + 1) * sizeof *p->initial);
    p->of_a = host->alloc(host, n + 1, 1);
    p->of_b = host->alloc(host, n + 1, 1);
    cim_status status = CIM_OK;
    if (!p->initial || !p->of_a || !p->of_b)
        status = host->fail(host, CIM_E_MEMORY, "no memory for the initial sample");
    if (status == CIM_OK) status = cim_designs_init(&p->designs, host, problem);
    if (status == CIM_OK) status = cim_known_init(&p->known, host, &p->designs);
    if (status == CIM_OK) status = sample_initial(p);
    if (status != CIM_OK) proposer_free(p);
    return status;
}

void proposer_free(proposer *p) {
    if (!p->host) return;
    p->host->release(p->host, p->initial);
    p->host->release(p->host, p->of_a);
    p->host->release(p->host, p->of_b);
    cim_designs_free(&p->designs);
    cim_known_free(&p->known);
    *p = (proposer){0};
}

/* ---- children -------------------------------------------------------------------------------- */

typedef struct mating {
    const member *a, *b;     /* the same where there is one parent */
    double probability;      /* that a coordinate is mutated */
    double step;
    double index;            /* of the operators of the preset `phased`; else 0 */
} mating;

/* The joint hardware-workload co-optimisation of arXiv 2410.16759 and 2603.03880: phases of ten
 * generations, from wide to narrow. */
typedef struct phase { double crossover, mutation, index; } phase;
static const phase phases[] = {{1.0, 1.0, 3}, {0.9, 0.5, 7}, {1.0, 0.2, 15}, {1.0, 0.05, 25}};
enum { PHASES = sizeof phases / sizeof phases[0], GENERATIONS = 10 };

static const phase *phase_now(const proposer *p) {
    const uint64_t i = p->n_bred / (GENERATIONS * (uint64_t)p->settings.population);
    return &phases[i < PHASES ? i : PHASES - 1];
}

/* Children farther from their parents than with the usual 15 or 20, which small budgets reward, and
 * most where the parents are the best of many. */
static double blend_index(uint32_t algorithm) {
    return algorithm == SMS_EMOA || algorithm == GENETIC ? 3.0 : 5.0;
}

/* Where neither parent uses dimension I there is nothing to inherit. */
static double child_coordinate(const proposer *p, const mating *m, uint32_t i, cim_rng *rng) {
    const cim_dimension *d = cim_designs_dimension(&p->designs, i);
    double x;
    if (p->of_a[i] && p->of_b[i])
        x = m->index > 0.0 ? operator_cross(d, m->a->point[i], m->b->point[i], m->index, rng)
                           : operator_blend(d, m->a->point[i], m->b->point[i],
                                            blend_index(p->settings.algorithm), rng);
    else if (p->of_a[i]) x = m->a->point[i];
    else if (p->of_b[i]) x = m->b->point[i];
    else return cim_dimension_draw(d, rng);
    if (cim_rng_uniform(rng) >= m->probability) return x;
    if (m->index > 0.0) return operator_polynomial(d, x, m->index, rng);
    if (cim_rng_uniform(rng) < p->settings.reset) return cim_dimension_draw(d, rng);
    return operator_step(d, x, m->step, rng);
}

uint32_t proposer_active(proposer *p, const member *parent, double *scratch, uint8_t *active) {
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
    out->rate = clamp(sqrt(m->a->rate * m->b->rate) * exp(LEARNING_RATE * cim_rng_normal(rng)),
                      MIN_RATE, most);
    out->step = clamp(sqrt(m->a->step * m->b->step) * exp(LEARNING_RATE * cim_rng_normal(rng)),
                      MIN_STEP, MAX_STEP);
}

/* A child of A and perhaps another. MORE >= 1 raises its mutation rate. */
static void breed(proposer *p, const population *parents, const member *a, double more,
                  cim_rng *rng, double *point, proposal *out) {
    const phase *now = p->settings.is_phased ? phase_now(p) : NULL;
    const double crossover = now ? now->crossover : p->settings.crossover;
    mating m = {.a = a, .b = a, .index = now ? now->index : 0.0};
    if (cim_rng_uniform(rng) < crossover) m.b = population_mate(parents, a, rng);
    const uint32_t n_active = proposer_active(p, m.a, point, p->of_a);
    proposer_active(p, m.b, point, p->of_b);
    inherit(&m, n_active, rng, out);
    m.probability = n_active ? out->rate * more / n_active : 0.0;
    if (now && cim_rng_uniform(rng) >= now->mutation) m.probability = 0.0;
    else if (now) m.probability = more / (n_active + 1e-9);
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
    const int is_differential = p->settings.algorithm == DIFFERENTIAL;
    const uint32_t n_active = proposer_active(p, a, point, p->of_a);
    inherit(&m, n_active, rng, out);
    if (is_differential) *out = (proposal){.rate = a->rate, .step = a->step};
    const double step = is_differential ? DIFFERENTIAL_NEAR : out->step;
    uint64_t left = n_active ? cim_rng_below(rng, n_active) : 0; /* active ones before the step */
    for (uint32_t k = 0; k < p->problem->dimensions.n; k++) {
        const uint32_t i = p->designs.order[k];
        const cim_dimension *d = cim_designs_dimension(&p->designs, i);
        if (!cim_designs_is_active(&p->designs, point, i)) point[i] = d->default_coordinate;
        else if (!p->of_a[i]) point[i] = cim_dimension_draw(d, rng) + 0.0;
        else if (left-- == 0) point[i] = operator_step(d, point[i], step, rng) + 0.0;
    }
}

/* ---- points without parents ------------------------------------------------------------------ */

static void fill_at_random(proposer *p, cim_rng *rng, double *point) {
    for (uint32_t i = 0; i < p->problem->dimensions.n; i++)
        point[i] = cim_dimension_draw(cim_designs_dimension(&p->designs, i), rng);
    cim_designs_canonical(&p->designs, point);
}

static int is_new(const proposer *p, const double *point, proposal *out) {
    out->key = cim_known_key(&p->known, point);
    return !cim_known_has(&p->known, out->key);
}

/* A child; and where that is a known design, as it is the more often the fewer are left, what is
 * near good ones, as Pareto local search does: L. Paquete, M. Chiarandini, T. Stuetzle, LNEMS 535,
 * 177-199 (2004). */
static int next_from_parents(proposer *p, population *parents, cim_rng *rng, double *point,
                             proposal *out) {
    for (int i = 0; parents->n > 0 && i < TRIES_TO_BREED; i++) {
        const uint64_t target = p->n_bred % parents->n;
        const int is_differential = p->settings.algorithm == DIFFERENTIAL;
        member *a = is_differential ? &parents->members[target] : population_parent(parents, rng);
        if (i % PERIOD) move_to_neighbour(p, a, rng, point, out);
        else if (is_differential) differential_child(p, parents, target, rng, point, out);
        else breed(p, parents, a, 1.0 + 0.25 * i, rng, point, out);
        p->n_bred += i % PERIOD == 0;
        if (!is_new(p, point, out)) continue;
        a->children++;
        out->target = target;
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
    while (p->n_used + p->n_given < p->settings.initial) {
        if (n) memcpy(point, p->initial + n * p->n_used, n * sizeof *point);
        p->n_used++;
        cim_designs_canonical(&p->designs, point);
        if (is_new(p, point, out)) return 1;
    }
    if (next_from_parents(p, parents, rng, point, out)) return 1;
    for (int i = 0; i < TRIES_AT_RANDOM; i++) {
        fill_at_random(p, rng, point);
        if (is_new(p, point, out)) return 1;
    }
    p->is_exhausted = !cim_known_next(&p->known, rng, point);
    return !p->is_exhausted && is_new(p, point, out);
}
