/* searcher.evolutionary: NSGA-II, NSGA-III and SMS-EMOA for several goals, a constrained genetic
 * algorithm and differential evolution for one. */
#include "options.h"
#include "searcher.h"

#include <cim_sdk/export.h>

#include <string.h>

/* ---- points proposed and not told ------------------------------------------------------------ */

cim_status searcher_expect(searcher *s, const proposal *p) {
    if (s->end == s->n_room && s->first > 0) {
        s->end -= s->first;
        memmove(s->pending, s->pending + s->first, s->end * sizeof *s->pending);
        s->first = 0;
    }
    if (s->end == s->n_room) {
        const size_t n_room = s->n_room ? 2 * s->n_room : 64;
        proposal *room = s->host->alloc(s->host, n_room, sizeof *room);
        if (room == NULL)
            return s->host->fail(s->host, CIM_E_MEMORY, "no memory for the points proposed");
        if (s->end) memcpy(room, s->pending, s->end * sizeof *room);
        s->host->release(s->host, s->pending);
        s->pending = room;
        s->n_room = n_room;
    }
    s->pending[s->end++] = *p;
    return CIM_OK;
}

/* Takes the proposal with KEY off the list; trials come in the order asked, so it is the first. */
static int take_pending(searcher *s, uint64_t key, proposal *out) {
    size_t i = s->first;
    while (i < s->end && s->pending[i].key != key) i++;
    if (i == s->end) return 0;
    *out = s->pending[i];
    for (; i > s->first; i--) s->pending[i] = s->pending[i - 1];
    s->first++;
    return 1;
}

/* Takes note of POINT, which may be of another's choice (the study's initial points). */
static cim_status notice(searcher *s, const double *point, proposal *out, int *is_new) {
    const size_t n = s->problem->dimensions.n;
    if (n) memcpy(s->scratch, point, n * sizeof *point);
    cim_designs_canonical(&s->proposer.designs, s->scratch);
    *out = (proposal){.key = cim_known_key(&s->proposer.known, s->scratch),
                      .rate = s->proposer.settings.rate, .step = s->proposer.settings.step};
    *is_new = !cim_known_has(&s->proposer.known, out->key);
    s->proposer.n_given += (uint64_t)*is_new;
    return cim_known_add(&s->proposer.known, out->key);
}

/* ---- the operations -------------------------------------------------------------------------- */

static void evolutionary_destroy(void *self) {
    searcher *s = self;
    const cim_host *host = s->host;
    proposer_free(&s->proposer);
    population_free(&s->population);
    host->release(host, s->pending);
    host->release(host, s->scratch);
    host->release(host, s);
}

static cim_status evolutionary_create(const cim_host *host, const cim_values *values,
                                      const cim_problem *problem, void **self) {
    settings chosen;
    cim_status status = options_read(host, values, problem, &chosen);
    if (status != CIM_OK) return status;
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (s == NULL) return host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    s->host = host;
    s->problem = problem;
    s->scratch = host->alloc(host, (size_t)problem->dimensions.n + 1, sizeof *s->scratch);
    if (s->scratch == NULL) status = host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    if (status == CIM_OK) status = proposer_init(&s->proposer, host, problem, &chosen);
    if (status == CIM_OK)
        status = population_init(&s->population, host, problem, &chosen);
    if (status != CIM_OK) {
        evolutionary_destroy(s);
        return status;
    }
    *self = s;
    return CIM_OK;
}

static cim_status notice_pending(searcher *s, const cim_ask *ask) {
    for (uint32_t i = 0; i < ask->n_pending; i++) {
        proposal p;
        int is_new;
        cim_status status =
            notice(s, ask->pending + (size_t)i * s->problem->dimensions.n, &p, &is_new);
        if (status == CIM_OK && is_new) status = searcher_expect(s, &p);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

static cim_status evolutionary_ask(void *self, cim_ask *ask) {
    searcher *s = self;
    ask->count = 0;
    cim_status status = notice_pending(s, ask);
    while (status == CIM_OK && ask->count < ask->max) {
        double *point = ask->points + (size_t)ask->count * s->problem->dimensions.n;
        proposal p;
        if (!proposer_next(&s->proposer, &s->population, &ask->rng, point, &p)) return CIM_DONE;
        status = cim_known_add(&s->proposer.known, p.key);
        if (status == CIM_OK) status = searcher_expect(s, &p);
        ask->count++;
    }
    return status;
}

/* A point told before adds nothing. One of a lower fidelity, where full ones were asked for, is
 * dominated for certain (or infeasible): it takes part like others, and has no lasting place. */
static cim_status evolutionary_tell(void *self, cim_trial_table trials) {
    searcher *s = self;
    for (uint32_t i = 0; i < trials.n; i++) {
        const cim_trial *trial = CIM_ROW(cim_trial, trials, i);
        proposal p;
        int is_new;
        const cim_status status = notice(s, trial->point, &p, &is_new);
        if (status != CIM_OK) return status;
        if (!is_new && !take_pending(s, p.key, &p)) continue;
        population_add(&s->population, trial, s->scratch, &p);
    }
    population_settle(&s->population);
    return CIM_OK;
}

static cim_status evolutionary_save(void *self, const cim_sink *sink) {
    return snapshot_save(self, sink);
}

static cim_status evolutionary_load(void *self, const void *data, size_t size) {
    return snapshot_load(self, data, size);
}

/* ---- the descriptor -------------------------------------------------------------------------- */

static const cim_searcher_ops ops = {
    .struct_size = sizeof ops,
    .create = evolutionary_create,
    .ask = evolutionary_ask,
    .tell = evolutionary_tell,
    .save = evolutionary_save,
    .load = evolutionary_load,
    .destroy = evolutionary_destroy,
};

static const cim_plugin evolutionary_plugin = {
    .struct_size = sizeof evolutionary_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER,
    .id = "searcher.evolutionary",
    .version = "1.3.0",
    .summary = "NSGA-II, NSGA-III, SMS-EMOA; genetic and differential for one goal; no repeats",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof evolutionary_plugin.is,
           .params = {options_params, OPTIONS, sizeof(cim_param)}},
};

CIM_EXPORT_PLUGIN(evolutionary_plugin)
