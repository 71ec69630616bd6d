/* searcher.tpe: tree-structured Parzen estimators, for one goal or several. */
#include "searcher.h"

#include <cim_sdk/export.h>
#include <cim_sdk/rng.h>

#include <string.h>

enum { PARAM_MULTIVARIATE, PARAM_START, PARAM_CANDIDATES, PARAM_SHARE, PARAM_MOST, PARAM_KEEP };
enum { TRIES = 4, TRIES_NEAR = 24, TRIES_AT_RANDOM = 16 };

static const cim_param params[] = {
    [PARAM_MULTIVARIATE] = {.key = "multivariate", .unit = "",
                            .help = "all dimensions in one density, not one after another",
                            .type = CIM_BOOLEAN, .flags = CIM_PARAM_FIXED, .max = 1},
    [PARAM_START] = {.key = "start", .unit = "", .help = "designs of the initial sample",
                     .type = CIM_INTEGER, .flags = CIM_PARAM_FIXED, .default_value = 20, .min = 1,
                     .max = 10000},
    [PARAM_CANDIDATES] = {.key = "candidates", .unit = "",
                          .help = "draws from the good designs' density, of which the best "
                                  "is taken",
                          .type = CIM_INTEGER, .flags = CIM_PARAM_FIXED, .default_value = 24,
                          .min = 1, .max = 10000},
    [PARAM_SHARE] = {.key = "good_share", .unit = "", .help = "part of the trials that is good",
                     .type = CIM_REAL, .flags = CIM_PARAM_FIXED, .default_value = 0.1,
                     .min = 0.001, .max = 0.9},
    [PARAM_MOST] = {.key = "good_most", .unit = "", .help = "most trials that are good",
                    .type = CIM_INTEGER, .flags = CIM_PARAM_FIXED, .default_value = 25, .min = 1,
                    .max = 250},
    [PARAM_KEEP] = {.key = "keep", .unit = "",
                    .help = "part of the dimensions that stay as in one good design; "
                            "multivariate: none does",
                    .type = CIM_REAL, .flags = CIM_PARAM_FIXED, .default_value = 0.4, .max = 0.9},
};

/* ---- designs proposed and not told ----------------------------------------------------------- */

cim_status searcher_expect(searcher *s, uint64_t key) {
    if (s->n_at_work == s->work_room) {
        const size_t room = s->work_room ? 2 * s->work_room : 64;
        uint64_t *keys = s->host->alloc(s->host, room, sizeof *keys);
        if (!keys) return s->host->fail(s->host, CIM_E_MEMORY, "no memory for the points proposed");
        if (s->n_at_work) memcpy(keys, s->at_work, s->n_at_work * sizeof *keys);
        s->host->release(s->host, s->at_work);
        s->at_work = keys;
        s->work_room = room;
    }
    s->at_work[s->n_at_work++] = key;
    return CIM_OK;
}

/* Takes KEY off the list; trials come in the order asked, so it is among the first. */
static int take_from_work(searcher *s, uint64_t key) {
    size_t i = 0;
    while (i < s->n_at_work && s->at_work[i] != key) i++;
    if (i == s->n_at_work) return 0;
    memmove(s->at_work + i, s->at_work + i + 1, (--s->n_at_work - i) * sizeof *s->at_work);
    return 1;
}

/* ---- set-up ---------------------------------------------------------------------------------- */

static void sample_initial(searcher *s, double *column) {
    cim_rng rng;
    s->host->stream(s->host, CIM_CREATE_STREAM, &rng);
    cim_designs_hypercube(&s->designs, s->settings.start, &rng, column, s->initial);
}

static void tpe_destroy(void *self) {
    searcher *s = self;
    const cim_host *host = s->host;
    sampler_free(&s->sampler);
    cim_known_free(&s->known);
    trials_free(&s->trials);
    if (s->designs.host) cim_designs_free(&s->designs);
    host->release(host, s->at_work);
    host->release(host, s->initial);
    host->release(host, s->scratch);
    host->release(host, s);
}

static cim_status start(searcher *s) {
    const size_t n = s->problem->dimensions.n;
    s->scratch = s->host->alloc(s->host, n + s->problem->goals.n + s->problem->constraints.n + 1,
                                sizeof *s->scratch);
    s->initial = s->host->alloc(s->host, s->settings.start, (n + 1) * sizeof *s->initial);
    double *column = s->host->alloc(s->host, s->settings.start, sizeof *column);
    cim_status status = CIM_OK;
    if (!s->scratch || !s->initial || !column)
        status = s->host->fail(s->host, CIM_E_MEMORY, "no memory for the searcher");
    if (status == CIM_OK) status = cim_designs_init(&s->designs, s->host, s->problem);
    if (status == CIM_OK) status = trials_init(&s->trials, s->host, s->problem, &s->designs);
    if (status == CIM_OK) status = cim_known_init(&s->known, s->host, &s->designs);
    if (status == CIM_OK)
        status = sampler_init(&s->sampler, s->host, s->problem, &s->designs, &s->settings);
    if (status == CIM_OK) sample_initial(s, column);
    s->host->release(s->host, column);
    return status;
}

static cim_status tpe_create(const cim_host *host, const cim_values *values,
                             const cim_problem *problem, void **self) {
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (!s) return host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    *s = (searcher){
        .host = host, .problem = problem,
        .settings = {.start = (uint32_t)cim_number(values, 0, PARAM_START, 0),
                     .candidates = (uint32_t)cim_number(values, 0, PARAM_CANDIDATES, 0),
                     .share = cim_number(values, 0, PARAM_SHARE, 0),
                     .most_good = (uint32_t)cim_number(values, 0, PARAM_MOST, 0),
                     .keep = cim_number(values, 0, PARAM_KEEP, 0),
                     .is_multivariate = cim_number(values, 0, PARAM_MULTIVARIATE, 0) > 0.0}};
    const cim_status status = start(s);
    if (status != CIM_OK) {
        tpe_destroy(s);
        return status;
    }
    *self = s;
    return CIM_OK;
}

/* ---- proposals ------------------------------------------------------------------------------- */

static int is_new(const searcher *s, const double *point) {
    return !cim_known_has(&s->known, cim_known_key(&s->known, point));
}

static void draw_all(searcher *s, cim_rng *rng, double *point) {
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++)
        point[i] = cim_dimension_draw(cim_designs_dimension(&s->designs, i), rng);
    cim_designs_canonical(&s->designs, point);
}

/* A good design, or any that did not fail, with other values in some dimensions, first in one. */
static void draw_near(searcher *s, int attempt, cim_rng *rng, double *point) {
    const uint32_t d = s->problem->dimensions.n, n = (uint32_t)s->n_told;
    uint32_t chosen = (uint32_t)cim_rng_below(rng, n), seen = 0;
    for (uint32_t i = 0; i < n; i++)
        if (s->trials.good[i] && cim_rng_below(rng, ++seen) == 0) chosen = i;
    memcpy(point, s->trials.points + (size_t)chosen * d, d * sizeof *point);
    for (int k = 0; k <= attempt / 6; k++) {
        const uint32_t i = (uint32_t)cim_rng_below(rng, d);
        point[i] = cim_dimension_draw(cim_designs_dimension(&s->designs, i), rng);
    }
    cim_designs_canonical(&s->designs, point);
}

/* 0: there is no design left. */
static int propose(searcher *s, size_t n_good, cim_rng *rng, double *point) {
    const size_t d = s->problem->dimensions.n;
    if (d == 0) return is_new(s, point);
    for (int i = 0; n_good && i < TRIES; i++) {
        sampler_draw(&s->sampler, &s->trials, rng, point);
        if (is_new(s, point)) return 1;
    }
    for (int i = 0; n_good && i < TRIES_NEAR; i++) {
        draw_near(s, i, rng, point);
        if (is_new(s, point)) return 1;
    }
    for (int i = 0; i < TRIES_AT_RANDOM; i++) {
        draw_all(s, rng, point);
        if (is_new(s, point)) return 1;
    }
    return cim_known_next(&s->known, rng, point);
}

static int take_initial(searcher *s, double *point) {
    const size_t d = s->problem->dimensions.n;
    while (s->known.n < s->settings.start && s->n_used < s->settings.start) {
        if (d) memcpy(point, s->initial + d * s->n_used, d * sizeof *point);
        s->n_used++;
        cim_designs_canonical(&s->designs, point);
        if (is_new(s, point)) return 1;
    }
    return 0;
}

static cim_status next(searcher *s, cim_rng *rng, double *point) {
    cim_status status = CIM_OK;
    if (!take_initial(s, point)) {
        if (!s->is_split)
            s->n_good = trials_split(&s->trials, s->settings.share, s->settings.most_good);
        s->is_split = 1;
        if (s->n_good) status = sampler_fit(&s->sampler, &s->trials);
        if (status == CIM_OK && !propose(s, s->n_good, rng, point)) return CIM_DONE;
    }
    const uint64_t key = cim_known_key(&s->known, point);
    if (status == CIM_OK) status = cim_known_add(&s->known, key);
    if (status == CIM_OK) status = searcher_expect(s, key);
    if (status == CIM_OK && s->trials.n < s->n_told + PENDING_MOST)
        status = trials_add(&s->trials, CLASS_PENDING, point, NULL, NULL);
    return status;
}

/* Points at work count as such until they are told, so that no other comes near them. */
static cim_status take_pending(searcher *s, const cim_ask *ask) {
    const size_t d = s->problem->dimensions.n;
    for (uint32_t i = 0; i < ask->n_pending; i++) {
        const size_t n = s->trials.n;
        cim_status status =
            trials_add(&s->trials, CLASS_PENDING, ask->pending + i * d, NULL, NULL);
        if (status != CIM_OK) return status;
        const uint64_t key = cim_known_key(&s->known, s->trials.points + n * d);
        if (n >= s->n_told + PENDING_MOST) trials_cut(&s->trials, n);
        if (cim_known_has(&s->known, key)) continue;
        status = cim_known_add(&s->known, key);
        if (status == CIM_OK) status = searcher_expect(s, key);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

static cim_status tpe_ask(void *self, cim_ask *ask) {
    searcher *s = self;
    const size_t d = s->problem->dimensions.n;
    ask->count = 0;
    if (s->is_exhausted) return CIM_DONE;
    s->n_told = s->trials.n;
    s->is_split = 0;
    cim_status status = take_pending(s, ask);
    while (status == CIM_OK && ask->count < ask->max) {
        status = next(s, &ask->rng, ask->points + ask->count * d);
        ask->count += status == CIM_OK;
    }
    trials_cut(&s->trials, s->n_told);
    sampler_forget(&s->sampler, s->n_told);
    s->is_exhausted = status == CIM_DONE;
    return status;
}

/* A design told before adds nothing. */
static cim_status tpe_tell(void *self, cim_trial_table table) {
    searcher *s = self;
    for (uint32_t i = 0; i < table.n; i++) {
        const cim_trial *trial = CIM_ROW(cim_trial, table, i);
        const size_t n = s->trials.n;
        cim_status status = trials_tell(&s->trials, trial, trial->point);
        if (status != CIM_OK) return status;
        const uint64_t key =
            cim_known_key(&s->known, s->trials.points + n * (size_t)s->problem->dimensions.n);
        const int is_known = cim_known_has(&s->known, key);
        if (!is_known) status = cim_known_add(&s->known, key);
        else if (!take_from_work(s, key)) trials_cut(&s->trials, n);
        if (status != CIM_OK) return status;
        if (trials_trim(&s->trials)) sampler_forget(&s->sampler, 0);
    }
    return CIM_OK;
}

static cim_status tpe_save(void *self, const cim_sink *sink) {
    return snapshot_save(self, sink);
}

static cim_status tpe_load(void *self, const void *data, size_t size) {
    return snapshot_load(self, data, size);
}

/* ---- the descriptor -------------------------------------------------------------------------- */

static const cim_searcher_ops ops = {
    .struct_size = sizeof ops,
    .create = tpe_create,
    .ask = tpe_ask,
    .tell = tpe_tell,
    .save = tpe_save,
    .load = tpe_load,
    .destroy = tpe_destroy,
};

static const cim_plugin tpe_plugin = {
    .struct_size = sizeof tpe_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER,
    .id = "searcher.tpe",
    .version = "1.2.0",
    .summary = "Tree-structured Parzen estimator, univariate or multivariate, for one goal "
               "or several",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof tpe_plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(tpe_plugin)
