/* Trials, and the processes that learn from them. */
#include "surrogate_private.h"
#include "linear.h"
#include "transfer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *grown(const cim_host *host, void *old, size_t n, size_t room, size_t size) {
    void *memory = host->alloc(host, room, size);
    if (memory != NULL && n > 0) memcpy(memory, old, n * size);
    if (memory != NULL) host->release(host, old);
    return memory;
}

/* ---- open and close -------------------------------------------------------------------------- */

static void set_space(surrogate *s, const encoding *e) {
    const size_t n = e->n_features;
    memcpy(s->centre, e->centre, n * sizeof *s->centre);
    memcpy(s->scale, e->scale, n * sizeof *s->scale);
    memcpy(s->is_level, e->is_level, n);
    memcpy(s->is_summary, e->is_summary, n);
    memcpy(s->most_waves, e->most_waves, n * sizeof *s->most_waves);
    s->centre[n] = 0.5;
    s->scale[n] = sqrt(12.0);
    const size_t n_more = s->problem->n_fidelities > 1;
    s->space = (gp_space){.n = n + n_more,
                          .n_extra = s->n_older,
                          .n_dimensions = s->problem->dimensions.n + n_more,
                          .centre = s->centre,
                          .scale = s->scale,
                          .is_level = s->is_level,
                          .is_summary = s->is_summary,
                          .has_summary = e->n_vectors > 0,
                          .most_waves = s->most_waves,
                          .has_fidelity = n_more > 0};
    if (s->space.n_dimensions == 0) s->space.n_dimensions = 1;
}

/* What is the same at every fidelity must not be told apart by it: how far a design climbs is
 * decided by the very constraints that are learned here, so that fidelity would explain them. */
static int is_exact(cim_goal_table t, uint32_t i) {
    return CIM_ROW_HAS(cim_goal, t, is_exact) && CIM_ROW(cim_goal, t, i)->is_exact;
}

static cim_status open_outputs(surrogate *s) {
    const size_t n_theta = gp_n_theta(&s->space);
    s->outputs = s->host->alloc(s->host, s->n_outputs_most, sizeof *s->outputs);
    if (s->outputs == NULL) return CIM_E_MEMORY;
    for (uint32_t i = 0; i < s->n_outputs_most; i++) {
        output *o = &s->outputs[i];
        o->role = i < s->n_goals ? OUTPUT_GOAL
                  : i < s->n_goals + s->n_constraints ? OUTPUT_CONSTRAINT : OUTPUT_WORKS;
        o->column = i;
        if (o->role == OUTPUT_GOAL) o->is_exact = is_exact(s->problem->goals, i);
        if (o->role == OUTPUT_CONSTRAINT)
            o->is_exact = is_exact(s->problem->constraints, i - s->n_goals);
        o->form = (gp_form){KERNEL_MATERN, TREND_SQUARES, 0};
        o->transform = (transform){.power = 1.0, .spread = 1.0, .sd = 1.0};
        o->theta = s->host->alloc(s->host, n_theta, sizeof *o->theta);
        if (o->theta == NULL) return CIM_E_MEMORY;
    }
    return CIM_OK;
}

cim_status surrogate_open(surrogate **out, const cim_host *host, const cim_problem *problem,
                          const encoding *e) {
    *out = NULL;
    linear_single_thread();
    surrogate *s = host->alloc(host, 1, sizeof *s);
    if (s == NULL) return CIM_E_MEMORY;
    s->host = host;
    s->problem = problem;
    s->encoding = e;
    s->n_goals = problem->goals.n;
    s->n_constraints = problem->constraints.n;
    s->n_outputs_most = s->n_goals + s->n_constraints + 1;
    s->centre = host->alloc(host, (size_t)e->n_features + 1, sizeof *s->centre);
    s->scale = host->alloc(host, (size_t)e->n_features + 1, sizeof *s->scale);
    s->is_level = host->alloc(host, (size_t)e->n_features + 1, sizeof *s->is_level);
    s->is_summary = host->alloc(host, (size_t)e->n_features + 1, sizeof *s->is_summary);
    s->most_waves = host->alloc(host, (size_t)e->n_features + 1, sizeof *s->most_waves);
    s->most_conditioned = MOST_CONDITIONED;
    cim_status status = transfer_open(s);
    const size_t width = (size_t)e->n_features + 1 + s->n_older;
    s->block = host->alloc(host, width * (GP_BLOCK + 3), sizeof *s->block);
    s->thoughts = host->alloc(host, transfer_width(s) * GP_BLOCK + 1, sizeof *s->thoughts);
    if (!s->centre || !s->scale || !s->is_level || !s->is_summary || !s->most_waves || !s->block ||
        !s->thoughts)
        status = CIM_E_MEMORY;
    if (status == CIM_OK) {
        set_space(s, e);
        status = open_outputs(s);
    }
    if (status == CIM_OK) *out = s;
    else surrogate_close(s);
    return status;
}

static void close_scratch(surrogate *s) {
    fit_close(&s->fit);
    void *const all[] = {s->rows, s->chosen, s->y, s->sorted};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) s->host->release(s->host, all[i]);
    s->rows = NULL;
    s->chosen = s->y = s->sorted = NULL;
    s->scratch_room = 0;
}

void surrogate_close(surrogate *s) {
    if (s == NULL) return;
    close_scratch(s);
    transfer_close(s);
    for (uint32_t i = 0; s->outputs && i < s->n_outputs_most; i++) {
        gp_close(&s->outputs[i].process);
        s->host->release(s->host, s->outputs[i].theta);
    }
    void *const all[] = {s->outputs, s->inputs,   s->values,     s->failed,     s->opinions,
                         s->centre,  s->scale,    s->is_level,   s->is_summary, s->most_waves,
                         s->block,   s->thoughts};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) s->host->release(s->host, all[i]);
    s->host->release(s->host, s);
}

/* ---- trials ---------------------------------------------------------------------------------- */

static cim_status make_room(surrogate *s) {
    if (s->n < s->room) return CIM_OK;
    const size_t room = s->room ? 2 * s->room : 64, k = s->space.n, m = surrogate_n_values(s);
    double *inputs = grown(s->host, s->inputs, s->n * k, room * k, sizeof *inputs);
    if (inputs == NULL) return CIM_E_MEMORY;
    s->inputs = inputs;
    double *values = grown(s->host, s->values, s->n * m, room * m, sizeof *values);
    if (values == NULL) return CIM_E_MEMORY;
    s->values = values;
    uint8_t *failed = grown(s->host, s->failed, s->n, room, 1);
    if (failed == NULL) return CIM_E_MEMORY;
    s->failed = failed;
    const size_t width = transfer_width(s);
    double *opinions =
        grown(s->host, s->opinions, s->n * width, room * width + 1, sizeof *opinions);
    if (opinions == NULL) return CIM_E_MEMORY;
    s->opinions = opinions;
    s->room = room;
    return CIM_OK;
}

static double fidelity_of(const surrogate *s, uint32_t fidelity) {
    return s->problem->n_fidelities > 1
        ? (double)fidelity / (double)(s->problem->n_fidelities - 1) : 1.0;
}

static void set_input(const surrogate *s, const double *features, double fidelity, double *input) {
    memcpy(input, features, s->encoding->n_features * sizeof *input);
    if (s->space.n > s->encoding->n_features) input[s->encoding->n_features] = fidelity;
}

cim_status surrogate_add(surrogate *s, const double *features, const double *goals,
                         const double *slack, int failed, uint32_t fidelity) {
    if (make_room(s) != CIM_OK) return CIM_E_MEMORY;
    double *values = s->values + s->n * surrogate_n_values(s);
    set_input(s, features, fidelity_of(s, fidelity), s->inputs + s->n * s->space.n);
    for (uint32_t i = 0; i < s->n_goals; i++)
        values[i] = isfinite(goals[i]) && !failed ? goals[i] : NAN;
    for (uint32_t i = 0; i < s->n_constraints; i++)
        values[s->n_goals + i] = isfinite(slack[i]) && !failed ? slack[i] : NAN;
    transfer_opinions(s, features, 0, 1, s->opinions + s->n * transfer_width(s));
    s->failed[s->n] = failed != 0;
    s->n_failed += failed != 0;
    s->n++;
    return CIM_OK;
}

double output_of(const surrogate *s, const output *o, size_t row) {
    if (o->role == OUTPUT_WORKS) return s->failed[row] ? -1.0 : 1.0;
    return s->values[row * surrogate_n_values(s) + o->column];
}

uint32_t surrogate_outputs(const surrogate *s) {
    return s->n_outputs_most - (s->n_failed == 0);
}

/* ---- fit ------------------------------------------------------------------------------------- */

static cim_status make_scratch(surrogate *s) {
    const size_t n = s->n > 0 ? s->n : 1, used = n < MOST_CONDITIONED ? n : MOST_CONDITIONED;
    if (n <= s->scratch_room) return CIM_OK;
    close_scratch(s);
    const size_t room = 2 * n, wide = used < MOST_CONDITIONED / 2 ? 2 * used : MOST_CONDITIONED;
    s->rows = s->host->alloc(s->host, room, sizeof *s->rows);
    s->chosen = s->host->alloc(s->host, wide * gp_width(&s->space) + 1, sizeof *s->chosen);
    s->y = s->host->alloc(s->host, room, sizeof *s->y);
    s->sorted = s->host->alloc(s->host, 2 * room, sizeof *s->sorted);
    const cim_status status =
        fit_open(&s->fit, s->host, &s->space, wide < MOST_FITTED ? wide : MOST_FITTED);
    if (status != CIM_OK || !s->rows || !s->chosen || !s->y || !s->sorted) return CIM_E_MEMORY;
    s->scratch_room = wide < MOST_CONDITIONED ? wide : room;
    return CIM_OK;
}

cim_status surrogate_fit(surrogate *s, cim_rng *rng) {
    if (make_scratch(s) != CIM_OK) return CIM_E_MEMORY;
    if (subset_choose(s, s->most_conditioned, rng) != CIM_OK) return CIM_E_MEMORY;
    for (uint32_t i = 0; i < surrogate_outputs(s); i++) {
        const cim_status status = output_learn(s, &s->outputs[i]);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

static int by_number(const void *a, const void *b) {
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

cim_status surrogate_coarsen(surrogate *s) {
    cim_status status = CIM_OK;
    surrogate_forget(s);
    for (uint32_t i = 0; i < s->n_goals && status == CIM_OK; i++)
        status = output_coarsen(s, &s->outputs[i]);
    return status;
}

cim_status surrogate_confine(surrogate *s, const uint8_t *is_in) {
    const uint32_t all = s->n_rows;
    uint32_t n = 0;
    for (uint32_t i = 0; i < all; i++) {
        const uint32_t row = s->rows[i];
        if (!is_in[row]) continue;
        s->rows[i] = s->rows[n];
        s->rows[n++] = row;
    }
    surrogate_forget(s);
    s->n_rows = n;
    const cim_status status = output_confine(s, &s->outputs[0]);
    s->n_rows = all;
    qsort(s->rows, all, sizeof *s->rows, by_number);
    return status;
}

cim_status surrogate_sharpen(surrogate *s) {
    cim_status status = CIM_OK;
    surrogate_forget(s);
    for (uint32_t i = 0; i < s->n_goals && status == CIM_OK; i++)
        status = output_sharpen(s, &s->outputs[i]);
    return status;
}

int surrogate_is_fine(const surrogate *s) {
    double sum = 0.0;
    for (size_t k = 0; k < s->encoding->n_features; k++) sum += s->outputs[0].theta[k];
    return sum < (double)s->encoding->n_features * log(OUTPUT_COARSE);
}

/* ---- predictions ----------------------------------------------------------------------------- */

/* Q points as inputs of output O to s->block; THOUGHTS: their opinions. */
static void set_inputs(const surrogate *s, const output *o, const double *features, size_t q,
                       const double *thoughts) {
    const size_t width = gp_width(&s->space);
    for (size_t j = 0; j < q; j++) {
        double *input = s->block + j * width;
        const double *extra = opinions_on(s, thoughts + j * transfer_width(s), o);
        set_input(s, features + j * s->encoding->n_features, 1.0, input);
        for (size_t i = 0; i < s->n_older; i++) input[s->space.n + i] = extra ? extra[i] : 0.0;
    }
}

void surrogate_predict(const surrogate *s, const double *features, size_t n, double *mean,
                       double *sd) {
    const uint32_t m = surrogate_outputs(s);
    const size_t width = s->encoding->n_features;
    for (size_t at = 0; at < n; at += GP_BLOCK) {
        const size_t q = n - at < GP_BLOCK ? n - at : GP_BLOCK;
        transfer_opinions(s, features + at * width, width, q, s->thoughts);
        for (uint32_t i = 0; i < m; i++) {
            if (i == 0 || s->n_older > 0)
                set_inputs(s, &s->outputs[i], features + at * width, q, s->thoughts);
            gp_predict(&s->outputs[i].process, s->block, q, mean + at * m + i, sd + at * m + i, m);
        }
    }
}

void surrogate_gradient(const surrogate *s, const double *features, double *mean, double *sd,
                        double *dmean, double *dsd) {
    const size_t width = s->encoding->n_features, n = gp_width(&s->space);
    double *at_mean = s->block + n, *at_sd = at_mean + n;
    transfer_opinions(s, features, width, 1, s->thoughts);
    for (uint32_t i = 0; i < surrogate_outputs(s); i++) {
        const output *o = &s->outputs[i];
        set_inputs(s, o, features, 1, s->thoughts);
        gp_gradient(&o->process, s->block, &mean[i], &sd[i], at_mean, at_sd);
        memcpy(dmean + i * width, at_mean, width * sizeof *dmean);
        memcpy(dsd + i * width, at_sd, width * sizeof *dsd);
        if (o->role == OUTPUT_WORKS) continue;
        transfer_pull(s, features, o->column, at_mean + s->space.n, dmean + i * width);
        transfer_pull(s, features, o->column, at_sd + s->space.n, dsd + i * width);
    }
}

cim_status surrogate_believe(surrogate *s, const double *features) {
    transfer_opinions(s, features, s->encoding->n_features, 1, s->thoughts);
    for (uint32_t i = 0; i < surrogate_outputs(s); i++) {
        set_inputs(s, &s->outputs[i], features, 1, s->thoughts);
        const cim_status status = gp_believe(&s->outputs[i].process, s->block);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

void surrogate_forget(surrogate *s) {
    for (uint32_t i = 0; i < s->n_outputs_most; i++) gp_forget(&s->outputs[i].process);
}

double surrogate_value(const surrogate *s, uint32_t i, double raw) {
    return transform_value(&s->outputs[i].transform, raw);
}

double surrogate_raw(const surrogate *s, uint32_t i, double value) {
    return transform_inverse(&s->outputs[i].transform, value);
}

double surrogate_limit(const surrogate *s, uint32_t constraint) {
    return surrogate_value(s, s->n_goals + constraint, 0.0);
}

double surrogate_length_scale(const surrogate *s, uint32_t feature) {
    double least = INFINITY;
    for (uint32_t i = 0; i < surrogate_outputs(s); i++)
        least = fmin(least, s->outputs[i].theta[feature]);
    return exp(least);
}
