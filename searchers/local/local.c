/* searcher.local: from the designs that a study begins with, all that lie one and two steps from
 * the best of them, and from what becomes the best, until nothing is left there. No randomness. */
#include "local.h"

#include <cim_sdk/export.h>

#include <math.h>
#include <string.h>

enum { PARAM_STEPS, PARAM_PARTS };

static const cim_param params[] = {
    [PARAM_STEPS] = {.key = "steps",
                     .unit = "",
                     .help = "how far from the front: one step, or two",
                     .type = CIM_INTEGER,
                     .flags = CIM_PARAM_FIXED,
                     .default_value = 2,
                     .min = 1,
                     .max = 2},
    [PARAM_PARTS] = {.key = "parts",
                     .unit = "",
                     .help = "a step in a real dimension is the range over this",
                     .type = CIM_INTEGER,
                     .flags = CIM_PARAM_FIXED,
                     .default_value = 50,
                     .min = 2,
                     .max = 1000000},
};

/* A category with more is wide enough for these. */
enum { MOST_CATEGORIES = 256 };

/* ---- the front ------------------------------------------------------------------------------- */

cim_status local_add(searcher *s, const double *point, const double *goals, double violation,
                     uint64_t next) {
    const cim_host *host = s->host;
    const size_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    if (s->n == s->n_room) {
        const size_t n_room = s->n_room ? 2 * s->n_room : 64;
        best *front = host->alloc(host, n_room, sizeof *front);
        if (!front) return host->fail(host, CIM_E_MEMORY, "no memory for the front");
        if (s->n) memcpy(front, s->front, s->n * sizeof *front);
        host->release(host, s->front);
        s->front = front;
        s->n_room = n_room;
    }
    double *numbers = host->alloc(host, d + m, sizeof *numbers);
    if (!numbers) return host->fail(host, CIM_E_MEMORY, "no memory for the front");
    if (d) memcpy(numbers, point, d * sizeof *numbers);
    memcpy(numbers + d, goals, m * sizeof *numbers);
    s->front[s->n++] = (best){.point = numbers, .goals = numbers + d, .violation = violation,
                              .next = next};
    return CIM_OK;
}

void local_clear(searcher *s) {
    for (size_t i = 0; i < s->n; i++) s->host->release(s->host, s->front[i].point);
    s->n = 0;
    cim_known_clear(&s->known);
}

/* Is (A, OF_A) at least as good as (B, OF_B)? */
static int covers(const double *a, double of_a, const double *b, double of_b, uint32_t m) {
    if (of_a != of_b || of_a > 0.0) return of_a <= of_b;
    for (uint32_t k = 0; k < m; k++)
        if (a[k] > b[k]) return 0;
    return 1;
}

static double violation_of(const searcher *s, const cim_trial *t) {
    double sum = 0.0;
    if (t->outcome != CIM_FEASIBLE && t->outcome != CIM_INFEASIBLE) return INFINITY;
    for (uint32_t k = 0; t->outcome == CIM_FEASIBLE && k < s->problem->goals.n; k++)
        if (!t->goal_known[k] || !isfinite(t->goals[k])) return INFINITY;
    if (t->outcome == CIM_FEASIBLE) return 0.0;
    for (uint32_t i = 0; i < s->problem->constraints.n; i++)
        if (!(t->slack[i] <= 0.0)) sum += isnan(t->slack[i]) ? (double)INFINITY : t->slack[i];
    return sum > 0.0 ? sum : INFINITY;
}

static cim_status consider(searcher *s, const cim_trial *t, const double *point) {
    const uint32_t m = s->problem->goals.n;
    const double violation = violation_of(s, t);
    for (size_t i = 0; i < s->n; i++)
        if (covers(s->front[i].goals, s->front[i].violation, t->goals, violation, m))
            return CIM_OK;
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        best *b = &s->front[i];
        if (covers(t->goals, violation, b->goals, b->violation, m))
            s->host->release(s->host, b->point);
        else s->front[kept++] = *b;
    }
    s->n = kept;
    return local_add(s, point, t->goals, violation, 0);
}

/* ---- neighbours ------------------------------------------------------------------------------ */

/* Move NUMBER of those in one dimension: another category; down or up. */
static double moved(const searcher *s, const cim_dimension *d, double x, uint64_t number) {
    if (d->kind == CIM_CATEGORICAL)
        return (double)number < x ? (double)number : (double)number + 1.0;
    const double by = number ? 1.0 : -1.0;
    if (d->kind != CIM_REAL_RANGE) return fmin(fmax(x + by, 0.0), (double)(d->n_levels - 1));
    /* to a multiple of 2^-40: there and back is the same design */
    const double to = cim_dimension_share(d, x) + by / s->parts;
    return cim_dimension_near(d, fmin(fmax(floor(to * 0x1p40 + 0.5) * 0x1p-40, 0.0), 1.0));
}

static void move(searcher *s, uint64_t number, double *point) {
    uint32_t i = 0;
    while (number >= s->first[i + 1]) i++;
    const cim_dimension *d = cim_designs_dimension(&s->designs, i);
    cim_designs_canonical(&s->designs, point);
    if (s->designs.active[i]) point[i] = moved(s, d, point[i], number - s->first[i]);
}

/* The next neighbour of B that is not known; 0: there is none left. */
static int next_neighbour(searcher *s, best *b, double *point, uint64_t *key) {
    const uint64_t n = s->n_moves, all = s->steps == 2 ? n + n * n : n;
    for (; b->next < all; b->next++) {
        const uint64_t pair = b->next < n ? 0 : b->next - n;
        if (b->next >= n && pair / n > pair % n) continue; /* the same in another order */
        memcpy(point, b->point, s->problem->dimensions.n * sizeof *point);
        if (b->next < n) move(s, b->next, point);
        else {
            move(s, pair / n, point);
            move(s, pair % n, point);
        }
        cim_designs_canonical(&s->designs, point);
        *key = cim_known_key(&s->known, point);
        if (!cim_known_has(&s->known, *key)) return 1;
    }
    return 0;
}

/* Of the member with the fewest looked at: one step from all of them before two from any. */
static int next_point(searcher *s, double *point, uint64_t *key) {
    const uint32_t n = s->problem->dimensions.n;
    if (s->known.n == 0) {
        for (uint32_t i = 0; i < n; i++)
            point[i] = cim_designs_dimension(&s->designs, i)->default_coordinate;
        cim_designs_canonical(&s->designs, point);
        *key = cim_known_key(&s->known, point);
        return 1;
    }
    for (;;) {
        best *least = NULL;
        for (size_t i = 0; i < s->n; i++)
            if (s->front[i].next != UINT64_MAX && (!least || s->front[i].next < least->next))
                least = &s->front[i];
        if (!least) return 0;
        if (next_neighbour(s, least, point, key)) return 1;
        least->next = UINT64_MAX; /* done with it */
    }
}

/* ---- the operations -------------------------------------------------------------------------- */

static void local_destroy(void *self) {
    searcher *s = self;
    const cim_host *host = s->host;
    local_clear(s);
    cim_known_free(&s->known);
    cim_designs_free(&s->designs);
    host->release(host, s->front);
    host->release(host, s->first);
    host->release(host, s);
}

static cim_status local_create(const cim_host *host, const cim_values *values,
                               const cim_problem *problem, void **self) {
    const uint32_t n = problem->dimensions.n;
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (!s) return host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    *s = (searcher){.host = host, .problem = problem};
    s->steps = (uint32_t)cim_number(values, 0, PARAM_STEPS, 0);
    s->parts = (uint32_t)cim_number(values, 0, PARAM_PARTS, 0);
    s->first = host->alloc(host, (size_t)n + 1, sizeof *s->first);
    cim_status status = CIM_OK;
    if (!s->first) status = host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    if (status == CIM_OK) status = cim_designs_init(&s->designs, host, problem);
    if (status == CIM_OK) status = cim_known_init(&s->known, host, &s->designs);
    if (status != CIM_OK) {
        cim_designs_free(&s->designs);
        host->release(host, s->first);
        host->release(host, s);
        return status;
    }
    for (uint32_t i = 0; i < n; i++) {
        const cim_dimension *d = cim_designs_dimension(&s->designs, i);
        const uint64_t others = d->n_levels ? d->n_levels - 1 : 0;
        const uint64_t moves = d->kind != CIM_CATEGORICAL ? 2
                             : others < MOST_CATEGORIES ? others : MOST_CATEGORIES;
        s->first[i + 1] = s->first[i] + moves;
    }
    s->n_moves = s->first[n];
    *self = s;
    return CIM_OK;
}

static cim_status local_ask(void *self, cim_ask *ask) {
    searcher *s = self;
    const uint32_t n = s->problem->dimensions.n;
    cim_status status = CIM_OK;
    for (uint32_t i = 0; i < ask->n_pending && status == CIM_OK; i++) {
        const uint64_t key = cim_known_key(&s->known, ask->pending + (size_t)i * n);
        status = cim_known_add(&s->known, key);
    }
    ask->count = 0;
    while (status == CIM_OK && ask->count < ask->max) {
        uint64_t key;
        if (!next_point(s, ask->points + (size_t)ask->count * n, &key)) break;
        status = cim_known_add(&s->known, key);
        ask->count++;
    }
    return status != CIM_OK || ask->count ? status : CIM_DONE;
}

static cim_status local_tell(void *self, cim_trial_table trials) {
    searcher *s = self;
    for (uint32_t i = 0; i < trials.n; i++) {
        const cim_trial *t = CIM_ROW(cim_trial, trials, i);
        cim_status status = cim_known_add(&s->known, cim_known_key(&s->known, t->point));
        if (status == CIM_OK) status = consider(s, t, t->point);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

static const cim_searcher_ops ops = {
    .struct_size = sizeof ops,
    .create = local_create,
    .ask = local_ask,
    .tell = local_tell,
    .save = local_save,
    .load = local_load,
    .destroy = local_destroy,
};

static const cim_plugin local_plugin = {
    .struct_size = sizeof local_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER,
    .id = "searcher.local",
    .version = "1.0.0",
    .summary = "All designs one and two steps from a front, until nothing better is left there",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof local_plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(local_plugin)
