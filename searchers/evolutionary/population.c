#include "proposal.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

/* With a population of 20, of eight at random the best is among its first two or three: what small
 * budgets reward where what a member is worth is its volume, or its only goal, and not its
 * violation. By crowding distance or direction it is the ends of a front that breed. PATIENCE keeps
 * leaders from wearing out. */
enum {
    KEEN_TOURNAMENT = 8, /* with SMS-EMOA more where there are more members */
    TOURNAMENT = 3,
    PATIENCE = 30,  /* children that cost a member a front, after keen tournaments */
    MATES = 3       /* winners of tournaments of which the nearest becomes the second parent */
};

/* A front may hold this many times the members that are kept otherwise: the wider, the slower is
 * the search and the more of the front is known in the end. */
static size_t largest_front(uint32_t algorithm) {
    return algorithm == NSGA2 || algorithm == GENETIC ? 4 : algorithm == SMS_EMOA ? 2 : 1;
}

cim_status population_init(population *p, const cim_host *host, const cim_problem *problem,
                           const settings *s) {
    const size_t d = problem->dimensions.n, m = problem->goals.n, c = problem->constraints.n;
    const size_t row = d + m + c, most = largest_front(s->algorithm) * s->population;
    const size_t capacity = most + s->population;
    const int is_keen =
        !s->is_phased && (s->algorithm == SMS_EMOA || s->algorithm == GENETIC);
    *p = (population){.host = host, .problem = problem, .algorithm = s->algorithm,
                      .is_keen = is_keen, .contest = TOURNAMENT, .size = s->population,
                      .most = most, .capacity = capacity};
    p->members = host->alloc(host, capacity, sizeof *p->members);
    p->numbers = host->alloc(host, capacity, row * sizeof *p->numbers);
    p->spread = host->alloc(host, c + 1, sizeof *p->spread);
    cim_status status = CIM_OK;
    if (!p->members || !p->numbers || !p->spread)
        status = host->fail(host, CIM_E_MEMORY, "no memory for the population");
    if (status == CIM_OK)
        status = ranking_init(&p->ranking, host, s->algorithm, problem->goals.n, p->size,
                              capacity, is_keen ? PATIENCE : 0);
    if (status != CIM_OK) {
        population_free(p);
        return status;
    }
    for (size_t i = 0; i < capacity; i++) {
        p->members[i].point = p->numbers + i * row;
        p->members[i].goals = p->members[i].point + d;
        p->members[i].slack = p->members[i].goals + m;
    }
    return CIM_OK;
}

void population_free(population *p) {
    if (!p->host) return;
    p->host->release(p->host, p->members);
    p->host->release(p->host, p->numbers);
    p->host->release(p->host, p->spread);
    ranking_free(&p->ranking);
    *p = (population){0};
}

void population_clear(population *p) {
    p->n = 0;
    for (uint32_t i = 0; i < p->problem->constraints.n; i++) p->spread[i] = (slack_spread){0};
}

member *population_place(population *p) {
    if (p->n == p->capacity) population_settle(p);
    return &p->members[p->n++];
}

static void learn_slack(population *p, const double *slack) {
    for (uint32_t i = 0; i < p->problem->constraints.n; i++) {
        if (!(slack[i] > 0.0 && isfinite(slack[i]))) continue;
        p->spread[i].log_sum += log(slack[i]);
        p->spread[i].n++;
    }
}

static uint32_t unknown_goals(const population *p, const cim_trial *trial) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < p->problem->goals.n; k++)
        n += !(trial->goal_known[k] && isfinite(trial->goals[k]));
    return n;
}

static uint32_t infeasible_class(const population *p, const double *slack) {
    int violated = 0;
    for (uint32_t i = 0; i < p->problem->constraints.n; i++) {
        if (isnan(slack[i])) return CLASS_UNKNOWN;
        violated |= slack[i] > 0.0;
    }
    return violated ? CLASS_INFEASIBLE : CLASS_UNKNOWN;
}

void population_add(population *p, const cim_trial *trial, const double *point,
                    const proposal *from) {
    const size_t n = p->problem->dimensions.n, n_slacks = p->problem->constraints.n;
    if (trial->outcome != CIM_FEASIBLE && trial->outcome != CIM_INFEASIBLE) return;
    member *m = population_place(p);
    m->number = trial->number;
    m->rate = from->rate;
    m->step = from->step;
    m->target = from->target;
    m->violation = 0.0;
    m->children = 0;
    if (n) memcpy(m->point, point, n * sizeof *point);
    for (size_t i = 0; i < n_slacks; i++) m->slack[i] = trial->slack[i];
    for (uint32_t k = 0; k < p->problem->goals.n; k++)
        m->goals[k] = trial->goal_known[k] ? trial->goals[k] : (double)NAN;
    if (trial->outcome == CIM_INFEASIBLE) {
        m->class = infeasible_class(p, m->slack);
        learn_slack(p, m->slack);
        return;
    }
    m->violation = unknown_goals(p, trial);
    m->class = m->violation > 0.0 ? CLASS_PARTIAL : CLASS_FEASIBLE;
}

/* Sum over the constraints of s / (s + typical s): below one each, so that no single constraint
 * drowns the others, and rising everywhere. */
static double violation_of(const population *p, const double *slack) {
    double sum = 0.0;
    for (uint32_t i = 0; i < p->problem->constraints.n; i++) {
        if (!(slack[i] > 0.0)) continue;
        if (!isfinite(slack[i])) sum += 1.0;
        else sum += 1.0 / (1.0 + exp(p->spread[i].log_sum / (double)p->spread[i].n) / slack[i]);
    }
    return sum;
}

/* Differential evolution: who is new replaces the member it was made for, unless that is better. */
static size_t replace(population *p) {
    const size_t kept = p->n < p->size ? p->n : p->size;
    for (size_t i = kept; i < p->n; i++) {
        member *old = &p->members[p->members[i].target % kept], *new = &p->members[i];
        if (ranking_dominates(p->problem->goals.n, old, new)) continue;
        const member swap = *old;
        *old = *new;
        *new = swap;
    }
    return kept;
}

void population_settle(population *p) {
    for (size_t i = 0; i < p->n; i++)
        if (p->members[i].class >= CLASS_INFEASIBLE)
            p->members[i].violation = violation_of(p, p->members[i].slack);
    p->n = p->algorithm == DIFFERENTIAL ? replace(p)
         : ranking_select(&p->ranking, p->members, p->n, p->size, p->most);
    int is_feasible = 0;
    for (size_t i = 0; i < p->n; i++) is_feasible |= p->members[i].class == CLASS_FEASIBLE;
    p->contest = p->is_keen && is_feasible ? KEEN_TOURNAMENT : TOURNAMENT;
}

member *population_parent(const population *p, cim_rng *rng) {
    member *best = &p->members[cim_rng_below(rng, p->n)];
    const int is_wider = p->algorithm == SMS_EMOA && p->n > p->size;
    const size_t contest = is_wider ? p->contest * p->n / p->size : p->contest;
    for (size_t i = 1; i < contest; i++) {
        member *other = &p->members[cim_rng_below(rng, p->n)];
        if (ranking_is_better(&p->ranking, other, best)) best = other;
    }
    return best;
}

/* Children of similar parents are good more often: H. Ishibuchi, Y. Shibata, GECCO 2003. */
const member *population_mate(const population *p, const member *parent, cim_rng *rng) {
    const member *nearest = parent;
    double least = INFINITY;
    for (int i = 0; i < MATES || (i < 2 * MATES && nearest == parent); i++) {
        const member *other = population_parent(p, rng);
        const double distance = ranking_distance(&p->ranking, parent, other);
        if (other == parent || !(distance < least)) continue;
        nearest = other;
        least = distance;
    }
    return nearest;
}
