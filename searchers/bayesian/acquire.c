#include "acquire.h"
#include "normal.h"

#include <cim_sdk/rng.h>

#include <string.h>

enum { MOST_BOXES = 4000 };
#define LEAST_SD 1e-9      /* of the surrogate's units: rounding alone is more */
#define SURE 0.01          /* standard deviation: a hundredth of what all trials have */

static double value_of_raw(const void *context, uint32_t goal, double raw) {
    return surrogate_value(context, goal, raw);
}

static double raw_of_value(const void *context, uint32_t goal, double value) {
    return surrogate_raw(context, goal, value);
}

cim_status acquire_open(acquire *a, const cim_host *host, space *s, const surrogate *model) {
    *a = (acquire){.host = host, .space = s, .model = model, .m = s->problem->goals.n,
                   .c = s->problem->constraints.n};
    a->most_outputs = a->m + a->c + 1;
    a->metric = (metric){model, value_of_raw, raw_of_value};
    const size_t o = a->most_outputs, f = s->encoding.n_features;
    a->scale = host->alloc(host, 2 * a->m + 2 * ACQUIRE_BLOCK * o + 2 * o + 2 * o * (f + 1),
                           sizeof *a->scale);
    if (a->scale == NULL) {
        return host->fail(host, CIM_E_MEMORY, "no memory for the acquisition");
    }
    a->ideal = a->scale + a->m;
    a->mean = a->ideal + a->m;
    a->sd = a->mean + ACQUIRE_BLOCK * o;
    a->dmean = a->sd + ACQUIRE_BLOCK * o;
    a->dsd = a->dmean + o;
    a->slope_mean = a->dsd + o;
    a->slope_sd = a->slope_mean + o * (f + 1);
    cim_status status = front_open(&a->front, host, a->m);
    const uint32_t most = a->m == 1 ? 4 : a->m == 2 ? 2 * FRONT_ROOM : MOST_BOXES;
    if (status == CIM_OK) status = boxes_open(&a->boxes, host, a->m, FRONT_ROOM, most);
    if (status == CIM_OK) status = ehvi_open(&a->ehvi, host, &a->boxes);
    if (status != CIM_OK) acquire_close(a);
    return status;
}

void acquire_close(acquire *a) {
    if (!a->host) return;
    a->host->release(a->host, a->scale);
    front_close(&a->front);
    boxes_close(&a->boxes);
    ehvi_close(&a->ehvi);
    *a = (acquire){0};
}

cim_status acquire_front(acquire *a, const archive *trials) {
    a->n_outputs = surrogate_outputs(a->model);
    return front_take(&a->front, trials, a->model);
}

/* ---- the kinds ------------------------------------------------------------------------------- */

static void weigh(acquire *a, cim_rng *rng) {
    const front *f = &a->front;
    double sum = 0.0;
    for (uint32_t i = 0; i < a->m; i++) {
        a->scale[i] = -log(1.0 - cim_rng_uniform(rng)) + 1e-6;
        sum += a->scale[i];
    }
    for (uint32_t i = 0; i < a->m; i++) {
        a->scale[i] = f->range[i] * sum / a->scale[i];
        a->ideal[i] = f->ideal[i];
    }
    a->scalar = (scalar){
        .m = a->m, .metric = a->metric, .ideal = a->ideal, .scale = a->scale, .best = INFINITY};
    for (uint32_t k = 0; k < f->n; k++)
        a->scalar.best =
            fmin(a->scalar.best, scalar_distance(&a->scalar, f->points + (size_t)k * a->m));
}

void acquire_choose(acquire *a, acquire_kind kind, cim_rng *rng) {
    a->kind = a->front.n == 0 ? ACQUIRE_FEASIBLE : a->m == 1 ? ACQUIRE_VOLUME : kind;
    if (a->kind == ACQUIRE_SCALAR) weigh(a, rng);
    if (a->kind != ACQUIRE_SCALAR) {
        boxes_build(&a->boxes, a->front.points, a->front.n, a->front.reference);
        ehvi_prepare(&a->ehvi, &a->metric);
    }
}

/* Constraints are met at their limit and below, evaluations work above 0. */
static double margin(const acquire *a, uint32_t o, double mean) {
    return o < a->m + a->c ? surrogate_limit(a->model, o - a->m) - mean : mean;
}

/* Adds the logarithm of the probability that all constraints are met and the evaluation works. */
static double feasibility(const acquire *a, const double *mean, const double *sd, double *dmean,
                          double *dsd) {
    double sum = 0.0;
    for (uint32_t o = a->m; o < a->n_outputs; o++) {
        const double sign = o < a->m + a->c ? 1.0 : -1.0;
        const double z = margin(a, o, mean[o]) / sd[o];
        sum += normal_log_cdf(z);
        if (dmean == NULL) continue;
        const double hazard = normal_hazard(z);
        dmean[o] = -sign * hazard / sd[o];
        dsd[o] = -hazard * z / sd[o];
    }
    return sum;
}

static double value_of(acquire *a, const double *mean, double *sd, double *dmean, double *dsd) {
    double value;
    for (uint32_t o = 0; o < a->n_outputs; o++) sd[o] = fmax(sd[o], LEAST_SD);
    if (a->kind == ACQUIRE_SCALAR) value = scalar_log(&a->scalar, mean, sd, dmean, dsd);
    else value = ehvi_log(&a->ehvi, mean, sd, dmean, dsd);
    value += feasibility(a, mean, sd, dmean, dsd);
    return value == value ? value : -INFINITY;
}

void acquire_values(acquire *a, const double *features, size_t n, double *values) {
    const size_t width = a->space->encoding.n_features, o = a->n_outputs;
    for (size_t at = 0; at < n; at += ACQUIRE_BLOCK) {
        const size_t count = n - at < ACQUIRE_BLOCK ? n - at : ACQUIRE_BLOCK;
        surrogate_predict(a->model, features + at * width, count, a->mean, a->sd);
        for (size_t k = 0; k < count; k++)
            values[at + k] = value_of(a, a->mean + k * o, a->sd + k * o, NULL, NULL);
    }
}

double acquire_value(acquire *a, const double *features, double *gradient) {
    const size_t width = a->space->encoding.n_features;
    if (gradient == NULL) {
        surrogate_predict(a->model, features, 1, a->mean, a->sd);
        return value_of(a, a->mean, a->sd, NULL, NULL);
    }
    surrogate_gradient(a->model, features, a->mean, a->sd, a->slope_mean, a->slope_sd);
    const double value = value_of(a, a->mean, a->sd, a->dmean, a->dsd);
    memset(gradient, 0, width * sizeof *gradient);
    for (uint32_t o = 0; o < a->n_outputs; o++)
        for (size_t f = 0; f < width; f++)
            gradient[f] += a->dmean[o] * a->slope_mean[o * width + f] +
                           a->dsd[o] * a->slope_sd[o * width + f];
    return value;
}

double acquire_gain(acquire *a, const double *features) {
    const double best = a->front.points[0], gain = exp(acquire_value(a, features, NULL));
    return surrogate_value(a->model, 0, best) - surrogate_value(a->model, 0, best - gain);
}

void acquire_expected_best(acquire *a, const archive *trials, double *features) {
    double least = INFINITY;
    for (size_t i = 0; i < trials->n; i++) {
        if (trials->outcome[i] != CIM_FEASIBLE || trials->fidelity[i] != trials->full) continue;
        encoding_of(&a->space->encoding, &a->space->designs, archive_point(trials, i), features);
        surrogate_predict(a->model, features, 1, a->mean, a->sd);
        least = fmin(least, a->mean[0]);
    }
    a->front.points[0] = surrogate_raw(a->model, 0, least);
    a->front.n = 1;
}

int acquire_is_sure(acquire *a, const double *features) {
    surrogate_predict(a->model, features, 1, a->mean, a->sd);
    for (uint32_t i = 0; i < a->m; i++)
        if (a->sd[i] > SURE) return 0;
    return 1;
}

cim_status acquire_believe(acquire *a, surrogate *model, const double *features) {
    surrogate_predict(model, features, 1, a->mean, a->sd);
    int is_met = 1;
    for (uint32_t o = a->m; o < a->n_outputs; o++)
        is_met = is_met && margin(a, o, a->mean[o]) >= 0.0;
    for (uint32_t i = 0; i < a->m; i++) a->dmean[i] = surrogate_raw(model, i, a->mean[i]);
    if (is_met && a->front.n > 0) front_believe(&a->front, a->dmean);
    return surrogate_believe(model, features);
}
