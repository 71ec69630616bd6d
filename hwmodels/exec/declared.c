#include "exchange.h"

#include <cim/files.h>
#include <cim_sdk/text.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct reader {
    declared *d;
    const char *list;        /* "parameters", for messages */
    size_t row;
} reader;

static cim_status wrong(const reader *r, const char *key, const char *rule) {
    return cim_failf(r->d->host, CIM_E_CONFIG, "the program's answer to describe: %s[%zu].%s: %s",
                     r->list, r->row, key, rule);
}

/* A misspelt key would otherwise be one that is not given. */
static cim_status check_keys(const reader *r, json_t *row, const char *const *known) {
    const char *key;
    json_t *value;
    json_object_foreach(row, key, value) {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0) i++;
        if (!known[i]) return wrong(r, key, "no such key");
    }
    return CIM_OK;
}

/* A text, or STANDARD where it is absent; without a STANDARD it must be there. */
static cim_status get_text(const reader *r, const json_t *row, const char *key,
                           const char *standard, const char **out) {
    const json_t *x = json_object_get(row, key);
    *out = x ? json_string_value(x) : standard;
    return *out ? CIM_OK : wrong(r, key, "must be a text");
}

static cim_status get_optional_text(const reader *r, const json_t *row, const char *key,
                                    const char **out) {
    return json_object_get(row, key) ? get_text(r, row, key, NULL, out) : CIM_OK;
}

/* A number, or STANDARD where it is absent; with NaN it must be there. */
static cim_status get_number(const reader *r, const json_t *row, const char *key, double standard,
                             double *out) {
    const json_t *x = json_object_get(row, key);
    *out = json_is_number(x) ? json_number_value(x) : x ? (double)NAN : standard;
    return isnan(*out) ? wrong(r, key, "must be a number") : CIM_OK;
}

static cim_status get_length(const reader *r, const json_t *row, uint32_t *out) {
    const json_t *x = json_object_get(row, "length");
    const json_int_t n = json_integer_value(x);
    if (x && (n < 1 || n > CIM_MAX_ELEMENTS))
        return wrong(r, "length", "must be an integer 1..4096");
    *out = (uint32_t)n;
    return CIM_OK;
}

static cim_status get_boolean(const reader *r, const json_t *row, const char *key, double *out) {
    const json_t *x = json_object_get(row, key);
    *out = json_is_true(x);
    return json_is_boolean(x) ? CIM_OK : wrong(r, key, "must be true or false");
}

static cim_status get_choices(const reader *r, const json_t *row, cim_param *p) {
    const json_t *choices = json_object_get(row, "choices"),
                 *given = json_object_get(row, "default");
    const size_t n = json_array_size(choices);
    const char **names = r->d->host->alloc(r->d->host, n ? n : 1, sizeof *names);
    if (!names) return cim_failf(r->d->host, CIM_E_MEMORY, "no memory");
    p->names = names;
    p->n_levels = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        names[i] = json_string_value(json_array_get(choices, i));
        if (!names[i]) return wrong(r, "choices", "must be a list of texts");
        if (json_is_string(given) && strcmp(json_string_value(given), names[i]) == 0) {
            p->default_value = (double)i;
            given = NULL;
        }
    }
    if (!n) return wrong(r, "choices", "must be a list of texts");
    return given ? wrong(r, "default", "must be one of the choices") : CIM_OK;
}

static cim_status get_range(const reader *r, const json_t *row, cim_param *p) {
    cim_status s = get_number(r, row, "default", (double)NAN, &p->default_value);
    if (s == CIM_OK) s = get_number(r, row, "min", (double)NAN, &p->min);
    return s == CIM_OK ? get_number(r, row, "max", (double)NAN, &p->max) : s;
}

static cim_status get_type(const reader *r, const json_t *row, uint32_t *out) {
    static const char *const names[] = {"integer", "real", "category", "boolean"};
    static const uint32_t codes[] = {CIM_INTEGER, CIM_REAL, CIM_CATEGORY, CIM_BOOLEAN};
    const char *name = json_string_value(json_object_get(row, "type"));
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = codes[i];
            return CIM_OK;
        }
    return wrong(r, "type", "must be integer, real, category or boolean");
}

static cim_status read_param(const reader *r, json_t *row, cim_param *p) {
    static const char *const keys[] = {"name",    "unit", "help", "type",    "length", "per",
                                       "default", "min",  "max",  "choices", NULL};
    cim_status s = check_keys(r, row, keys);
    if (s == CIM_OK) s = get_text(r, row, "name", NULL, &p->key);
    if (s == CIM_OK) s = get_text(r, row, "unit", "", &p->unit);
    if (s == CIM_OK) s = get_text(r, row, "help", "", &p->help);
    if (s == CIM_OK) s = get_type(r, row, &p->type);
    if (s == CIM_OK) s = get_optional_text(r, row, "per", &p->index_set);
    if (s == CIM_OK) s = get_length(r, row, &p->length);
    if (s != CIM_OK) return s;
    if (p->type == CIM_CATEGORY) return get_choices(r, row, p);
    return p->type == CIM_BOOLEAN ? get_boolean(r, row, "default", &p->default_value)
                                  : get_range(r, row, p);
}

static cim_status read_metric(const reader *r, json_t *row, cim_metric *m) {
    static const char *const keys[] = {"name",           "unit",     "help", "better",
                                       "relative_error", "validity", NULL};
    double better = 0;
    cim_status s = check_keys(r, row, keys);
    if (s == CIM_OK) s = get_text(r, row, "name", NULL, &m->name);
    if (s == CIM_OK) s = get_text(r, row, "unit", "", &m->unit);
    if (s == CIM_OK) s = get_text(r, row, "help", "", &m->help);
    if (s == CIM_OK) s = get_number(r, row, "better", 0, &better);
    if (s == CIM_OK) s = get_number(r, row, "relative_error", 0, &m->relative_error);
    if (s == CIM_OK) s = get_optional_text(r, row, "validity", &m->validity);
    m->better = better < 0 ? -1 : better > 0;
    return s;
}

static cim_status read_constraint(const reader *r, json_t *row, cim_constraint *c) {
    static const char *const keys[] = {"name", "unit", "help", NULL};
    cim_status s = check_keys(r, row, keys);
    if (s == CIM_OK) s = get_text(r, row, "name", NULL, &c->name);
    if (s == CIM_OK) s = get_text(r, row, "unit", "", &c->unit);
    return s == CIM_OK ? get_text(r, row, "help", "", &c->help) : s;
}

/* Room for the rows of one list, of SIZE each; NULL, and *S says why. */
static void *make_rows(const declared *d, const json_t *answer, const char *list, size_t size,
                       uint32_t *n, cim_status *s) {
    const json_t *rows = json_object_get(answer, list);
    const size_t count = json_array_size(rows);
    if (*s != CIM_OK) return NULL;
    if ((rows && !json_is_array(rows)) || count > CIM_MAX_PARAMS) {
        *s = cim_failf(d->host, CIM_E_CONFIG,
                       "the program's answer to describe: %s: must be a list of at most %u", list,
                       CIM_MAX_PARAMS);
        return NULL;
    }
    void *room = d->host->alloc(d->host, count ? count : 1, size);
    if (room) *n = (uint32_t)count;
    else *s = cim_failf(d->host, CIM_E_MEMORY, "no memory");
    return room;
}

static cim_status check_lists(const declared *d, const json_t *answer) {
    static const char *const lists[] = {"error", "parameters", "metrics", "constraints", "files"};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)answer, name, value) {
        size_t i = 0;
        while (i < sizeof lists / sizeof *lists && strcmp(name, lists[i]) != 0) i++;
        if (i == sizeof lists / sizeof *lists)
            return cim_failf(d->host, CIM_E_CONFIG, "the program's answer to describe: %.100s: no "
                             "such key; there are parameters, metrics, constraints and files",
                             name);
    }
    return CIM_OK;
}

/* What PATH holds must stay to be compared: a pipe has it once, a folder none. */
static cim_status take_file(const declared *d, const char *path) {
    struct stat is;
    const char *wrong = stat(path, &is) != 0        ? strerror(errno)
                        : S_ISDIR(is.st_mode)       ? "is a folder: must be files"
                        : !S_ISREG(is.st_mode)      ? "is a pipe or a device: must be files"
                        : access(path, R_OK) != 0 ? strerror(errno) : NULL;
    if (wrong)
        return cim_failf(d->host, CIM_E_CONFIG, "the program's answer to describe: files: %.200s: "
                         "%s", path, wrong);
    cim_files_used(d->host, path);
    return CIM_OK;
}

/* What the program reads besides: a study is not resumed with others. */
static cim_status read_files(const declared *d, const json_t *answer) {
    const json_t *files = json_object_get(answer, "files");
    const size_t n = json_array_size(files);
    const char *wrong = files && !json_is_array(files) ? "must be a list of paths" : NULL;
    for (size_t i = 0; i < n && !wrong; i++) {
        const char *path = json_string_value(json_array_get(files, i));
        const cim_status s = path && *path ? take_file(d, path) : CIM_OK;
        if (!path || !*path) wrong = "must be a list of paths";
        else if (s != CIM_OK) return s;
    }
    if (!wrong) return CIM_OK;
    return cim_failf(d->host, CIM_E_CONFIG, "the program's answer to describe: files: %s", wrong);
}

static cim_status read_all(declared *d, const json_t *answer) {
    const json_t *error = json_object_get(answer, "error");
    if (error && !json_is_null(error))
        return cim_failf(d->host, CIM_E_CONFIG, "%s",
                         json_is_string(error) ? json_string_value(error)
                                               : "the program says: error");
    cim_status s = check_lists(d, answer);
    d->params = make_rows(d, answer, "parameters", sizeof *d->params, &d->n_params, &s);
    d->metrics = make_rows(d, answer, "metrics", sizeof *d->metrics, &d->n_metrics, &s);
    d->constraints =
        make_rows(d, answer, "constraints", sizeof *d->constraints, &d->n_constraints, &s);
    reader r = {.d = d, .list = "parameters"};
    for (r.row = 0; s == CIM_OK && r.row < d->n_params; r.row++)
        s = read_param(&r, json_array_get(json_object_get(answer, r.list), r.row),
                       &d->params[r.row]);
    r.list = "metrics";
    for (r.row = 0; s == CIM_OK && r.row < d->n_metrics; r.row++)
        s = read_metric(&r, json_array_get(json_object_get(answer, r.list), r.row),
                        &d->metrics[r.row]);
    r.list = "constraints";
    for (r.row = 0; s == CIM_OK && r.row < d->n_constraints; r.row++)
        s = read_constraint(&r, json_array_get(json_object_get(answer, r.list), r.row),
                            &d->constraints[r.row]);
    if (s == CIM_OK && !d->n_metrics)
        s = cim_failf(d->host, CIM_E_CONFIG,
                      "the program's answer to describe: metrics: there are none");
    return s == CIM_OK ? read_files(d, answer) : s;
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
