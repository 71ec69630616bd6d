#include "exchange.h"

#include <cim_sdk/text.h>
#include <math.h>
#include <string.h>

typedef struct reader {
    declared *d;
    const char *list;        /* "parameters", for messages */
    size_t row;
} reader;

static cim_status wrong(const reader *r, const char *key, const char *rule) {
    return cim_failf(r->d->host, CIM_E_CONFIG, "the program's answer to describe: %s[%zu].%s: must be %s",
                     r->list, r->row, key, rule);
}

/* A text, or STANDARD where it is absent; NULL then means that it must be there. */
static cim_status get_text(const reader *r, const json_t *row, const char *key, const char *standard,
                           const char **out) {
    const json_t *x = json_object_get(row, key);
    *out = json_is_string(x) ? json_string_value(x) : standard;
    return (x && !json_is_string(x)) || !*out ? wrong(r, key, "a text") : CIM_OK;
}

static cim_status get_number(const reader *r, const json_t *row, const char *key, double standard,
                             double *out) {
    const json_t *x = json_object_get(row, key);
    *out = json_is_number(x) ? json_number_value(x) : json_is_boolean(x) ? json_is_true(x) : standard;
    return (x && !json_is_number(x) && !json_is_boolean(x)) || isnan(*out) ? wrong(r, key, "a number")
                                                                           : CIM_OK;
}

static cim_status get_choices(const reader *r, const json_t *row, cim_param *p) {
    const json_t *choices = json_object_get(row, "choices"), *given = json_object_get(row, "default");
    const size_t n = json_array_size(choices);
    const char **names = r->d->host->alloc(r->d->host, n ? n : 1, sizeof *names);
    if (!names) return cim_failf(r->d->host, CIM_E_MEMORY, "no memory");
    p->names = names;
    p->n_levels = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        names[i] = json_string_value(json_array_get(choices, i));
        if (!names[i]) return wrong(r, "choices", "a list of texts");
        if (json_is_string(given) && strcmp(json_string_value(given), names[i]) == 0) {
            p->default_value = (double)i;
            given = NULL;
        }
    }
    if (!n) return wrong(r, "choices", "a list of texts");
    return given ? wrong(r, "default", "one of the choices") : CIM_OK;
}

static cim_status read_param(const reader *r, const json_t *row, cim_param *p) {
    static const char *const types[] = {"integer", "real", "category", "boolean"};
    static const uint32_t codes[] = {CIM_INTEGER, CIM_REAL, CIM_CATEGORY, CIM_BOOLEAN};
    const char *type, *set = json_string_value(json_object_get(row, "per"));
    double length;
    cim_status s = get_text(r, row, "name", NULL, &p->key);
    if (s == CIM_OK) s = get_text(r, row, "unit", "", &p->unit);
    if (s == CIM_OK) s = get_text(r, row, "help", "", &p->help);
    if (s == CIM_OK) s = get_text(r, row, "type", NULL, &type);
    for (size_t i = 0; s == CIM_OK && i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i]) == 0) p->type = codes[i];
    if (s == CIM_OK && !p->type) s = wrong(r, "type", "integer, real, category or boolean");
    p->index_set = set;
    if (s == CIM_OK) s = get_number(r, row, "length", 0, &length);
    if (s == CIM_OK) p->length = length > 0 && length <= CIM_MAX_ELEMENTS ? (uint32_t)length : 0;
    if (s != CIM_OK) return s;
    if (p->type == CIM_CATEGORY) return get_choices(r, row, p);
    s = get_number(r, row, "default", (double)NAN, &p->default_value);
    if (p->type == CIM_BOOLEAN || s != CIM_OK) return s;
    s = get_number(r, row, "min", (double)NAN, &p->min);
    return s == CIM_OK ? get_number(r, row, "max", (double)NAN, &p->max) : s;
}

static cim_status read_metric(const reader *r, const json_t *row, cim_metric *m) {
    double better;
    cim_status s = get_text(r, row, "name", NULL, &m->name);
    if (s == CIM_OK) s = get_text(r, row, "unit", "", &m->unit);
    if (s == CIM_OK) s = get_text(r, row, "help", "", &m->help);
    if (s == CIM_OK) s = get_number(r, row, "better", 0, &better);
    if (s == CIM_OK) s = get_number(r, row, "relative_error", 0, &m->relative_error);
    if (s != CIM_OK) return s;
    m->better = better < 0 ? -1 : better > 0;
    m->validity = json_string_value(json_object_get(row, "validity"));
    return CIM_OK;
}

static cim_status read_constraint(const reader *r, const json_t *row, cim_constraint *c) {
    cim_status s = get_text(r, row, "name", NULL, &c->name);
    if (s == CIM_OK) s = get_text(r, row, "unit", "", &c->unit);
    return s == CIM_OK ? get_text(r, row, "help", "", &c->help) : s;
}

/* Rows of one list, of SIZE each, into *OUT. */
static cim_status make_rows(declared *d, const json_t *answer, const char *list, size_t size, void **out,
                            uint32_t *n) {
    const json_t *rows = json_object_get(answer, list);
    *n = (uint32_t)json_array_size(rows);
    if (rows && !json_is_array(rows))
        return cim_failf(d->host, CIM_E_CONFIG, "the program's answer to describe: %s: must be a list", list);
    if (*n > CIM_MAX_PARAMS)
        return cim_failf(d->host, CIM_E_CONFIG, "the program declares %u %s: at most %u", *n, list, CIM_MAX_PARAMS);
    *out = d->host->alloc(d->host, *n ? *n : 1, size);
    return *out ? CIM_OK : cim_failf(d->host, CIM_E_MEMORY, "no memory");
}

static cim_status read_all(declared *d, const json_t *answer) {
    cim_status s = make_rows(d, answer, "parameters", sizeof *d->params, (void **)&d->params, &d->n_params);
    if (s == CIM_OK)
        s = make_rows(d, answer, "metrics", sizeof *d->metrics, (void **)&d->metrics, &d->n_metrics);
    if (s == CIM_OK)
        s = make_rows(d, answer, "constraints", sizeof *d->constraints, (void **)&d->constraints,
                      &d->n_constraints);
    reader r = {.d = d, .list = "parameters"};
    for (r.row = 0; s == CIM_OK && r.row < d->n_params; r.row++)
        s = read_param(&r, json_array_get(json_object_get(answer, r.list), r.row), &d->params[r.row]);
    r.list = "metrics";
    for (r.row = 0; s == CIM_OK && r.row < d->n_metrics; r.row++)
        s = read_metric(&r, json_array_get(json_object_get(answer, r.list), r.row), &d->metrics[r.row]);
    r.list = "constraints";
    for (r.row = 0; s == CIM_OK && r.row < d->n_constraints; r.row++)
        s = read_constraint(&r, json_array_get(json_object_get(answer, r.list), r.row),
                            &d->constraints[r.row]);
    if (s == CIM_OK && !d->n_metrics)
        s = cim_failf(d->host, CIM_E_CONFIG, "the program's answer to describe: metrics: must not be empty");
    return s;
}

cim_status declared_read(declared *d, const cim_host *host, const json_t *answer) {
    *d = (declared){.host = host};
    const cim_status s = read_all(d, answer);
    if (s != CIM_OK) declared_free(d);
    return s;
}

void declared_free(declared *d) {
    const cim_host *host = d->host;
    if (!host) return;
    for (uint32_t i = 0; d->params && i < d->n_params; i++)
        host->release(host, (char **)(uintptr_t)d->params[i].names);
    host->release(host, d->params);
    host->release(host, d->metrics);
    host->release(host, d->constraints);
    *d = (declared){0};
}
