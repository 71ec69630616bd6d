/* What older studies think. */
#include "transfer.h"

#include <math.h>
#include <string.h>

enum { MOST_OF_OLDER = 300 }; /* trials of an older study that its opinion rests on */

/* ---- an older study's surrogate -------------------------------------------------------------- */

/* Features of a point that lacks some dimensions: those stand in the middle, as inactive ones
 * do. */
static void encode_partly(const encoding *e, cim_designs *designs, const double *point,
                          double *whole, double *features) {
    const uint32_t n = e->problem->dimensions.n;
    for (uint32_t i = 0; i < n; i++)
        whole[i] = isfinite(point[i])
                       ? point[i]
                       : CIM_ROW(cim_dimension, e->problem->dimensions, i)->default_coordinate;
    encoding_of(e, designs, whole, features);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t f = e->first[i]; !isfinite(point[i]) && f < e->first[i + 1]; f++)
            features[f] = e->is_level[f] ? 0.0 : 0.5;
}

static cim_status tell_all(surrogate *old, cim_designs *designs, const cim_older_study *study,
                           double *room) {
    double *features = room, *whole = features + old->encoding->n_features;
    double *goals = whole + old->problem->dimensions.n, *slack = goals + old->n_goals;
    for (uint32_t i = 0; i < study->trials.n; i++) {
        const cim_trial *t = CIM_ROW(cim_trial, study->trials, i);
        for (uint32_t k = 0; k < old->n_goals; k++)
            goals[k] = t->goal_known[k] ? t->goals[k] : (double)NAN;
        for (uint32_t k = 0; k < old->n_constraints; k++) slack[k] = t->slack[k];
        encode_partly(old->encoding, designs, t->point, whole, features);
        const cim_status status =
            surrogate_add(old, features, goals, slack, t->outcome == CIM_FAILED, 0);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

static cim_status learn(const surrogate *s, surrogate *old, const cim_older_study *study) {
    cim_designs designs;
    cim_rng rng;
    const size_t n =
        (size_t)s->encoding->n_features + s->problem->dimensions.n + surrogate_n_values(s);
    double *room = s->host->alloc(s->host, n + 1, sizeof *room);
    cim_status status = room ? cim_designs_init(&designs, s->host, s->problem) : CIM_E_MEMORY;
    if (status == CIM_OK) {
        status = tell_all(old, &designs, study, room);
        cim_designs_free(&designs);
    }
    s->host->release(s->host, room);
    s->host->stream(s->host, CIM_CREATE_STREAM, &rng);
    old->most_conditioned = MOST_OF_OLDER;
    return status == CIM_OK ? surrogate_fit(old, &rng) : status;
}

cim_status transfer_open(surrogate *s) {
    const cim_problem *p = s->problem;
    if (!CIM_HAS(p, cim_problem, older) || p->older.n == 0) return CIM_OK;
    s->older = s->host->alloc(s->host, p->older.n, sizeof *s->older);
    s->older_problem = s->host->alloc(s->host, 1, sizeof *s->older_problem);
    if (s->older == NULL || s->older_problem == NULL) return CIM_E_MEMORY;
    *s->older_problem = *p;
    s->older_problem->older.n = 0;
    s->older_problem->n_fidelities = 1;
    s->older_problem->struct_size = sizeof *s->older_problem;
    for (uint32_t i = 0; i < p->older.n; i++) {
        surrogate **old = &s->older[s->n_older];
        cim_status status = surrogate_open(old, s->host, s->older_problem, s->encoding);
        if (status != CIM_OK) return status;
        s->n_older++;
        status = learn(s, *old, CIM_ROW(cim_older_study, p->older, i));
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

void transfer_close(surrogate *s) {
    for (size_t i = 0; i < s->n_older; i++) surrogate_close(s->older[i]);
    s->host->release(s->host, s->older);
    s->host->release(s->host, s->older_problem);
}

/* ---- its opinion ----------------------------------------------------------------------------- */

void transfer_opinions(const surrogate *s, const double *features, size_t stride, size_t n,
                       double *out) {
    const size_t width = transfer_width(s);
    for (size_t i = 0; i < s->n_older; i++)
        for (size_t k = 0; k < surrogate_n_values(s); k++)
            for (size_t at = 0; at < n; at += GP_BLOCK) {
                const size_t q = n - at < GP_BLOCK ? n - at : GP_BLOCK, w = s->encoding->n_features;
                const surrogate *old = s->older[i];
                for (size_t j = 0; j < q; j++)
                    memcpy(old->block + j * w, features + (at + j) * stride, w * sizeof *features);
                gp_predict(&old->outputs[k].process, old->block, q,
                           out + at * width + k * s->n_older + i, NULL, width);
            }
}

void transfer_pull(const surrogate *s, const double *features, uint32_t column, const double *pull,
                   double *gradient) {
    const size_t w = s->encoding->n_features;
    for (size_t i = 0; i < s->n_older; i++) {
        const surrogate *old = s->older[i];
        double mean, sd, *dmean = old->block + w, *dsd = dmean + w;
        memcpy(old->block, features, w * sizeof *features);
        gp_gradient(&old->outputs[column].process, old->block, &mean, &sd, dmean, dsd);
        for (size_t f = 0; f < w; f++) gradient[f] += pull[i] * dmean[f];
    }
}
