/* searcher.bayesian: Gaussian processes, and the design that they expect most from. */
#include "elsewhere.h"

#include <cim_sdk/export.h>
#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

enum {
    FEW_POINTS = 20000,   /* points of a space that is listed to see what is left */
    MANY_DIMENSIONS = 20  /* from here on most designs are sought in a trust region */
};

static const cim_param params[] = {
    {.key = "effort",
     .unit = "",
     .help =
         "share of the usual number of candidates that is tried for each design; less is quicker",
     .type = CIM_REAL,
     .flags = CIM_PARAM_FIXED,
     .default_value = 1,
     .min = 0.01,
     .max = 1},
};

/* ---- life ------------------------------------------------------------------------------------ */

static void bayesian_destroy(void *self) {
    searcher *s = self;
    const cim_host *host = s->host;
    pool_close(&s->pool);
    acquire_close(&s->acquire);
    if (s->model) surrogate_close(s->model);
    start_close(&s->start);
    archive_close(&s->archive);
    cim_known_free(&s->known);
    space_close(&s->space);
    host->release(host, s->point);
    host->release(host, s);
}

static cim_status open_parts(searcher *s) {
    cim_status status = space_open(&s->space, s->host, s->problem);
    if (status == CIM_OK) status = cim_known_init(&s->known, s->host, &s->space.designs);
    if (status == CIM_OK) status = archive_open(&s->archive, s->host, s->problem);
    if (status == CIM_OK) status = start_open(&s->start, &s->space, s->known.n_points);
    if (status == CIM_OK)
        status = surrogate_open(&s->model, s->host, s->problem, &s->space.encoding);
    if (status == CIM_OK) status = acquire_open(&s->acquire, s->host, &s->space, s->model);
    if (status == CIM_OK) status = pool_open(&s->pool, &s->space, &s->acquire, &s->known);
    if (status != CIM_OK) return status;
    const size_t d = s->space.d, f = s->space.encoding.n_features;
    s->point = s->host->alloc(s->host, 3 * d + f + s->problem->goals.n + s->problem->constraints.n,
                              sizeof *s->point);
    if (s->point == NULL) return CIM_E_MEMORY;
    s->part = (part){s->point + d, s->point + 2 * d};
    s->features = s->point + 3 * d;
    s->goals = s->features + f;
    s->slack = s->goals + s->problem->goals.n;
    region_start(&s->region);
    stall_start(&s->stall);
    return CIM_OK;
}

static cim_status explained(const searcher *s, cim_status status) {
    if (status != CIM_E_MEMORY) return status;
    return s->host->fail(s->host, status, "no memory for the searcher's model of the goals");
}

static cim_status bayesian_create(const cim_host *host, const cim_values *values,
                                  const cim_problem *problem, void **self) {
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (s == NULL) return host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    s->host = host;
    s->problem = problem;
    s->effort = cim_number(values, 0, 0, 0);
    const cim_status status = open_parts(s);
    if (status != CIM_OK) {
        bayesian_destroy(s);
        return status == CIM_E_MEMORY
            ? host->fail(host, status, "no memory for the searcher") : status;
    }
    *self = s;
    return CIM_OK;
}

void searcher_reset(searcher *s) {
    cim_known_clear(&s->known);
    archive_reset(&s->archive);
    region_start(&s->region);
    stall_start(&s->stall);
    s->start.n_used = 0;
    s->n_proposed = 0;
    s->is_done = 0;
}

/* ---- tell ------------------------------------------------------------------------------------ */

cim_status searcher_keep(searcher *s, const double *point, const double *goals,
                         const double *slack, cim_outcome outcome, uint32_t fidelity) {
    int is_better;
    cim_status status =
        archive_add(&s->archive, point, goals, slack, outcome, fidelity, &is_better);
    if (status == CIM_OK) status = cim_known_add(&s->known, cim_known_key(&s->known, point));
    if (status == CIM_OK && s->archive.n > s->start.n)
        region_learn(&s->region, &s->space, is_better);
    return status;
}

static cim_status take_trial(searcher *s, const cim_trial *t) {
    if (s->space.d) memcpy(s->point, t->point, s->space.d * sizeof *s->point);
    cim_designs_canonical(&s->space.designs, s->point);
    for (uint32_t i = 0; i < s->problem->goals.n; i++) {
        const int is_known = t->outcome != CIM_FAILED && t->goal_known[i];
        s->goals[i] = is_known ? t->goals[i] : (double)NAN;
    }
    for (uint32_t i = 0; i < s->problem->constraints.n; i++) {
        const double x = t->outcome == CIM_FAILED ? (double)NAN : t->slack[i];
        s->slack[i] = isfinite(x) ? x : (double)NAN;
    }
    const cim_status status =
        searcher_keep(s, s->point, s->goals, s->slack, t->outcome, t->fidelity);
    if (status != CIM_OK) return status;
    encoding_of(&s->space.encoding, &s->space.designs, s->point, s->features);
    return explained(s, surrogate_add(s->model, s->features, s->goals, s->slack,
                                      t->outcome == CIM_FAILED, t->fidelity));
}

static cim_status bayesian_tell(void *self, cim_trial_table trials) {
    searcher *s = self;
    cim_status status = CIM_OK;
    for (uint32_t i = 0; i < trials.n && status == CIM_OK; i++)
        status = take_trial(s, CIM_ROW(cim_trial, trials, i));
    return status;
}

/* ---- ask ------------------------------------------------------------------------------------- */

static int is_known(const searcher *s, const double *point) {
    return cim_known_has(&s->known, cim_known_key(&s->known, point));
}

/* Designs that spread over the space, as long as too few are known. */
static int next_of_start(searcher *s, cim_rng *rng, double *point) {
    while (s->start.n_used < s->start.n) {
        memcpy(point, s->start.points + (size_t)s->start.n_used++ * s->space.d,
               s->space.d * sizeof *point);
        if (!is_known(s, point)) return 1;
    }
    for (int i = 0; i < 16; i++) {
        space_draw(&s->space, NULL, rng, point);
        if (!is_known(s, point)) return 1;
    }
    return cim_known_next(&s->known, rng, point);
}

static double effort_of(const searcher *s, uint32_t wanted) {
    const double n = (double)s->archive.n, outputs = surrogate_outputs(s->model);
    const double by_size = 250.0 / fmax(n, 250.0), by_outputs = 3.0 / fmax(outputs, 3.0);
    return s->effort * by_size * by_outputs * (wanted > 2 ? 0.5 : 1.0);
}

/* Where the next one is sought: NULL, anywhere, or the trust region. */
static const part *choose_part(searcher *s, cim_rng *rng) {
    const uint64_t u = cim_rng_next(rng), v = cim_rng_next(rng);
    if (s->space.d < MANY_DIMENSIONS || s->archive.n_front == 0 || u % 4 == 0) return NULL;
    const uint32_t centre = s->archive.front[v % s->archive.n_front];
    region_around(&s->region, &s->space, s->model, archive_point(&s->archive, centre), &s->part);
    return &s->part;
}

static int is_mostly_levels(const searcher *s) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->space.d; i++)
        n += space_dimension(&s->space, i)->kind != CIM_REAL_RANGE;
    return 2 * n > s->space.d;
}

/* Exact volumes are best where the model is; where it is uncertain, in many dimensions, its errors
 * would send all designs into the same wrong corner, and random weights spread them: every second
 * time from 10 dimensions on, less often below. Every fourth time will do where trust regions about
 * one front point or another spread them as well; but of real numbers, whose volumes go astray more
 * often (dtlz2 with 24 of them does worse with it). */
static acquire_kind choose_kind(const searcher *s) {
    const double d = s->space.d, n = (double)s->n_proposed;
    const double share = d >= MANY_DIMENSIONS && is_mostly_levels(s) ? 0.25 : fmin(0.5, d / 20.0);
    return floor((n + 1.0) * share) > floor(n * share) ? ACQUIRE_SCALAR : ACQUIRE_VOLUME;
}

static int best_of(searcher *s, acquire_kind kind, uint32_t wanted, cim_rng *rng, double *point) {
    acquire_choose(&s->acquire, kind, rng);
    int found = -1;
    if (s->known.n_points <= FEW_POINTS) found = pool_best_of_all(&s->pool, point, s->features);
    if (found >= 0) return found;
    const part *where = choose_part(s, rng);
    return pool_best(&s->pool, &s->archive, where, effort_of(s, wanted), rng, point, s->features);
}

static cim_status believe(searcher *s, const double *point) {
    if (s->space.d) memcpy(s->point, point, s->space.d * sizeof *s->point);
    cim_designs_canonical(&s->space.designs, s->point);
    encoding_of(&s->space.encoding, &s->space.designs, s->point, s->features);
    return explained(s, acquire_believe(&s->acquire, s->model, s->features));
}

cim_status searcher_look(searcher *s, const cim_ask *ask) {
    const size_t d = s->space.d;
    cim_status status = acquire_front(&s->acquire, &s->archive);
    for (uint32_t i = 0; i < ask->n_pending && status == CIM_OK; i++)
        status = believe(s, ask->pending + i * d);
    for (uint32_t i = 0; i < ask->count && status == CIM_OK; i++)
        status = believe(s, ask->points + i * d);
    return status;
}

/* Of several goals the random weights see to it that the search does not stand still. */
static int is_stalled(searcher *s, const cim_ask *ask) {
    if (s->problem->goals.n > 1 || s->acquire.front.n == 0 || ask->count > 0) return 0;
    return stall_wants_look(&s->stall, s->acquire.front.points[0],
                            acquire_gain(&s->acquire, s->features), surrogate_is_fine(s->model));
}

/* The best design in a coarse look; the model is as before afterwards, S->features the design's. */
static cim_status look_coarsely(searcher *s, cim_ask *ask, double *point, int *found) {
    cim_status status = surrogate_coarsen(s->model);
    if (status == CIM_OK) status = searcher_look(s, ask);
    if (status != CIM_OK) return explained(s, status);
    acquire_expected_best(&s->acquire, &s->archive, s->features);
    *found = best_of(s, ACQUIRE_VOLUME, ask->max, &ask->rng, point);
    status = surrogate_sharpen(s->model);
    if (status == CIM_OK) status = searcher_look(s, ask);
    encoding_of(&s->space.encoding, &s->space.designs, point, s->features);
    return explained(s, status);
}

/* When the model has nothing to propose. */
static int any_other(searcher *s, cim_rng *rng, double *point) {
    int found = 0;
    for (int i = 0; !found && i < 16; i++) {
        space_draw(&s->space, NULL, rng, point);
        found = !is_known(s, point);
    }
    if (!found && !cim_known_next(&s->known, rng, point)) return 0;
    encoding_of(&s->space.encoding, &s->space.designs, point, s->features);
    return 1;
}

static cim_status next_of_model(searcher *s, cim_ask *ask, double *point, int *found) {
    cim_status status = CIM_OK;
    *found = best_of(s, choose_kind(s), ask->max, &ask->rng, point);
    /* Weights are against the model's errors; where it makes none, volumes are better. */
    if (*found && s->acquire.kind == ACQUIRE_SCALAR && acquire_is_sure(&s->acquire, s->features))
        *found = best_of(s, ACQUIRE_VOLUME, ask->max, &ask->rng, point);
    if (*found && is_stalled(s, ask)) status = look_coarsely(s, ask, point, found);
    else if (*found && elsewhere_is_due(s))
        status = explained(s, elsewhere_look(s, ask, &ask->rng, point));
    if (!*found) *found = any_other(s, &ask->rng, point);
    return status;
}

static cim_status prepare(searcher *s, cim_ask *ask) {
    const cim_status status = explained(s, surrogate_fit(s->model, &ask->rng));
    return status == CIM_OK ? searcher_look(s, ask) : status;
}

static cim_status propose(searcher *s, cim_ask *ask, int has_model) {
    cim_status status = CIM_OK;
    for (; ask->count < ask->max && status == CIM_OK; ask->count++) {
        double *point = ask->points + (size_t)ask->count * s->space.d;
        int found = 0;
        if (has_model) status = next_of_model(s, ask, point, &found);
        else found = next_of_start(s, &ask->rng, point);
        if (status != CIM_OK) return status;
        if (!found) {
            s->is_done = 1;
            return CIM_DONE;
        }
        s->n_proposed++;
        status = cim_known_add(&s->known, cim_known_key(&s->known, point));
        if (status == CIM_OK && has_model && ask->count + 1 < ask->max)
            status = explained(s, acquire_believe(&s->acquire, s->model, s->features));
    }
    return status;
}

static cim_status bayesian_ask(void *self, cim_ask *ask) {
    searcher *s = self;
    ask->count = 0;
    if (s->is_done) return CIM_DONE;
    cim_status status = CIM_OK;
    for (uint32_t i = 0; i < ask->n_pending && status == CIM_OK; i++) {
        memcpy(s->point, ask->pending + (size_t)i * s->space.d, s->space.d * sizeof *s->point);
        cim_designs_canonical(&s->space.designs, s->point);
        status = cim_known_add(&s->known, cim_known_key(&s->known, s->point));
    }
    /* The model waits until enough is known, unless nothing more would come of waiting. */
    const int has_model = s->archive.n + ask->n_pending >= s->start.n && s->archive.n > 0;
    if (status == CIM_OK && has_model) status = prepare(s, ask);
    if (status == CIM_OK) status = propose(s, ask, has_model);
    if (has_model) surrogate_forget(s->model);
    return status;
}

static cim_status bayesian_save(void *self, const cim_sink *sink) {
    return snapshot_save(self, sink);
}

static cim_status bayesian_load(void *self, const void *data, size_t size) {
    return snapshot_load(self, data, size);
}

/* ---- the descriptor -------------------------------------------------------------------------- */

static const cim_searcher_ops ops = {
    .struct_size = sizeof ops,
    .learns = 1,
    .create = bayesian_create,
    .ask = bayesian_ask,
    .tell = bayesian_tell,
    .save = bayesian_save,
    .load = bayesian_load,
    .destroy = bayesian_destroy,
};

static const cim_plugin bayesian_plugin = {
    .struct_size = sizeof bayesian_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER,
    .id = "searcher.bayesian",
    .version = "1.8.0",
    .summary = "Bayesian optimisation: Gaussian processes, exact expected hypervolume improvement",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof bayesian_plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(bayesian_plugin)
