/* accuracy.predictor: accuracy of a design from those of other designs, by a small neural network
 * on what the evaluator sees of it. It runs no image. */
#include <math.h>
#include <string.h>

#include <cim_sdk/export.h>
#include <cim_sdk/text.h>

#include "predictor.h"

enum { TRIALS, MODEL, SAVE, RECORD, OBSERVED, HELD_OUT, HIDDEN, MEMBERS, EPOCHS, SEED, ONLY_KNOWN };
static const cim_param params[] = {
    {.key = "trials",
     .unit = "",
     .help = "table of encoded designs with their accuracy, to fit to",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH},
    {.key = "model",
     .unit = "",
     .help = "a fitted model that was saved, instead of trials",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH},
    {.key = "save",
     .unit = "",
     .help = "file to write the fitted model to",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH | CIM_PARAM_WRITTEN},
    {.key = "record",
     .unit = "",
     .help = "instead of predicting, append each design's encoding and its `observed` accuracy to "
             "this table",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH | CIM_PARAM_WRITTEN},
    {.key = "observed",
     .unit = "",
     .help = "accuracy of the design to record; -1: not given",
     .type = CIM_REAL,
     .default_value = -1,
     .min = -1,
     .max = 1},
    {.key = "held_out",
     .unit = "",
     .help = "share of the trials that it is judged by, not fitted to",
     .type = CIM_REAL,
     .flags = CIM_PARAM_FIXED,
     .default_value = 0.2,
     .min = 0.05,
     .max = 0.5},
    {.key = "hidden",
     .unit = "",
     .help = "units of each of the two hidden layers",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FIXED,
     .default_value = 32,
     .min = 1,
     .max = MAX_HIDDEN},
    {.key = "members",
     .unit = "",
     .help = "networks from different starts whose mean is the answer",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FIXED,
     .default_value = 4,
     .min = 1,
     .max = MAX_MEMBERS},
    {.key = "epochs",
     .unit = "",
     .help = "passes over the trials",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FIXED,
     .default_value = 150,
     .min = 1,
     .max = 10000},
    {.key = "seed",
     .unit = "",
     .help = "of the held-out trials and the starts; not the study's",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FIXED,
     .default_value = 1,
     .max = 1e9},
    {.key = "only_known",
     .unit = "",
     .help =
         "refuse a design that differs in what no trial varied; false: predict as if it did not",
     .type = CIM_BOOLEAN,
     .flags = CIM_PARAM_FIXED,
     .default_value = 1,
     .max = 1},
};
static const cim_fidelity fidelities[] = {
    {.name = "predicted", .help = "a fit to other designs' accuracies, with its held-out error",
     .relative_cost = 1}};

typedef struct predictor {
    const cim_host *host;
    char *record;      /* NULL: predicts            */
    model model;
    double *work;      /* of a prediction           */
    int only_known, warned;
} predictor;

static void destroy(void *self) {
    predictor *p = self;
    const cim_host *host = p->host;
    model_free(host, &p->model);
    host->release(host, p->record);
    host->release(host, p->work);
    host->release(host, p);
}

/* ---- create ---------------------------------------------------------------------------------- */

static const char *text_of(const cim_values *v, uint32_t param) {
    const char *text = v->texts ? v->texts[param] : NULL;
    return text && text[0] ? text : NULL;
}

static void say_quality(const cim_host *host, const model *m, const char *what, const char *path) {
    char text[CIM_MAX_TEXT];
    const quality *q = &m->quality;
    snprintf(text, sizeof text,
             "%s %s: %u trials, %u inputs; on %u held-out trials: rank correlation "
             "%.3f, rms error %.4f, mean error %.4f (their spread: %.4f)",
             what, shown(path), q->trained, m->shape.inputs, q->held_out, q->rank_correlation,
             q->rms_error, q->mean_error, q->spread);
    host->log(host, CIM_LOG_INFO, text);
}

static cim_status fit(predictor *p, const cim_values *v, const char *path) {
    trials t = {0};
    const fit_plan plan = {.hidden = (uint32_t)cim_number(v, 0, HIDDEN, 0),
                           .members = (uint32_t)cim_number(v, 0, MEMBERS, 0),
                           .epochs = (uint32_t)cim_number(v, 0, EPOCHS, 0),
                           .held_out = cim_number(v, 0, HELD_OUT, 0),
                           .seed = (uint64_t)cim_number(v, 0, SEED, 0)};
    const char *save = text_of(v, SAVE);
    cim_status status = save ? model_may_save(p->host, save) : CIM_OK; /* before the work */
    if (status == CIM_OK) status = trials_read(p->host, path, &t);
    if (status == CIM_OK) status = model_fit(p->host, &t, plan, &p->model);
    trials_free(p->host, &t);
    if (status == CIM_OK) say_quality(p->host, &p->model, "fitted to", path);
    return status == CIM_OK && save ? model_save(p->host, &p->model, save) : status;
}

static cim_status open_record(predictor *p, const char *path) {
    p->record = p->host->alloc(p->host, strlen(path) + 1, 1);
    if (!p->record) return p->host->fail(p->host, CIM_E_MEMORY, "out of memory");
    memcpy(p->record, path, strlen(path) + 1);
    return CIM_OK;
}

static cim_status prepare(predictor *p, const cim_values *v) {
    const char *table = text_of(v, TRIALS), *saved = text_of(v, MODEL), *list = text_of(v, RECORD);
    if ((table != NULL) + (saved != NULL) + (list != NULL) != 1)
        return p->host->fail(p->host, CIM_E_CONFIG,
                             "one of trials, model and record must be given, "
                             "and no two");
    if (text_of(v, SAVE) && !table)
        return p->host->fail(p->host, CIM_E_CONFIG,
                             "save: needs trials, for nothing else is fitted");
    if (list) return open_record(p, list);
    cim_status status = table ? fit(p, v, table) : model_load(p->host, saved, &p->model);
    if (status == CIM_OK && saved) say_quality(p->host, &p->model, "loaded", saved);
    if (status != CIM_OK) return status;
    p->work = p->host->alloc(p->host, p->model.shape.inputs + mlp_scratch(p->model.shape),
                             sizeof *p->work);
    return p->work ? CIM_OK : p->host->fail(p->host, CIM_E_MEMORY, "out of memory");
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    predictor *p = host->alloc(host, 1, sizeof *p);
    if (!p) return host->fail(host, CIM_E_MEMORY, "out of memory");
    p->host = host;
    p->only_known = cim_number(values, 0, ONLY_KNOWN, 0) != 0;
    const cim_status status = prepare(p, values);
    if (status == CIM_OK) *self = p;
    else destroy(p);
    return status;
}

/* ---- evaluate -------------------------------------------------------------------------------- */

static cim_status record(const predictor *p, const double *features, cim_accuracy_request *r) {
    const double observed = cim_number(r->values, 0, OBSERVED, 0);
    if (observed < 0)
        return p->host->fail(p->host, CIM_E_CONFIG,
                             "observed: the accuracy to record is not given");
    r->mean = observed;
    r->sd = 0;
    r->n_draws = 1;
    return trials_append(p->host, p->record, features, observed);
}

/* What no trial varied has no known effect. */
static cim_status check_known(const predictor *p, const double *features) {
    char name[MAX_FEATURE_NAME];
    for (uint32_t i = 0; p->only_known && i < p->model.n_constants; ++i) {
        const model_constant *c = &p->model.constants[i];
        if (fabs(features[c->feature] - c->value) <= 1e-6 * fmax(1, fabs(c->value))) continue;
        feature_name(c->feature, name);
        return cim_failf(p->host, CIM_E_UNSUPPORTED, "%s = %.6g: all trials that it was fitted to "
                         "have %.6g", name, features[c->feature], c->value);
    }
    return CIM_OK;
}

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    predictor *p = self;
    double features[FEATURES];
    uint32_t outside;
    if (r->nonidealities.n && r->nonidealities.row_size < sizeof(cim_nonideality))
        return p->host->fail(p->host, CIM_E_ARGUMENT, "rows of non-idealities are too short");
    encode(r->network, r->nonidealities, features);
    if (p->record) return record(p, features, r);
    const cim_status status = check_known(p, features);
    if (status != CIM_OK) return status;
    r->mean = model_predict(&p->model, features, p->work, &outside);
    /* Exact arithmetic has no spread; else how far off it was on held-out trials. */
    r->sd = r->nonidealities.n ? p->model.quality.rms_error : 0;
    r->n_draws = 1;
    if (outside && !p->warned++)
        p->host->log(p->host, CIM_LOG_WARNING, "a design lies outside of the trials' range: it is "
                     "predicted as if at its end (said once)");
    return CIM_OK;
}

static const cim_accuracy_ops ops = {
    .struct_size = sizeof ops, .fidelities = CIM_TABLE(fidelities), .create = create,
    .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_ACCURACY, .id = "accuracy.predictor", .version = "1.2", .license = "MIT",
    .summary = "Accuracy predicted from that of other designs, by a small neural network",
    .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
