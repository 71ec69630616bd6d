/* accuracy.table: the accuracy that a table states for a design (README.md beside this file). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cim/accuracy.h>
#include <cim_sdk/export.h>
#include <cim_sdk/text.h>

#include "match.h"

enum { FILE_NAME, KEY, COLUMN, SD_COLUMN, DRAWS_COLUMN, SCALE };
static const cim_param params[] = {
    {.key = "file",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_REQUIRED | CIM_PARAM_PATH,
     .help =
         "CSV of designs with their accuracy: columns with a dot are parameters (hwmodel.rows)"},
    {.key = "key",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED,
     .help =
         "a column that names designs by the values of parameters one behind the other: \"arch = "
         "workload.block\""},
    {.key = "column",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED,
     .default_text = "accuracy",
     .help = "column with the accuracy"},
    {.key = "sd_column",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED,
     .default_text = "accuracy_sd",
     .help = "column with its standard deviation over draws; not there: 0"},
    {.key = "draws_column",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED,
     .default_text = "accuracy_draws",
     .help = "column with the number of draws; not there: 1"},
    {.key = "scale",
     .unit = "",
     .type = CIM_REAL,
     .flags = CIM_PARAM_FIXED,
     .default_value = 1,
     .min = 1e-9,
     .max = 1,
     .help = "factor to a share of right answers; 0.01 for percent"},
};
static const cim_fidelity fidelities[] = {
    {.name = "full", .help = "what the table says", .relative_cost = 1}};

typedef struct table {
    const cim_host *host;
    char *file, *key;
    csv_file csv;
    int32_t column, sd_column, draws_column; /* -1: not there */
    double scale;
} table;

static match matching(const table *t) {
    return (match){.host = t->host, .design = t->host->extension(t->host, CIM_DESIGN),
                   .table = &t->csv, .key = t->key};
}

/* The column that PARAM names. One that is there by default may be missing, in which case *COLUMN
 * is -1: one that the config asks for may not. */
static cim_status find_column(const table *t, const cim_values *v, uint32_t param,
                              int32_t *column) {
    const char *name = v->texts[param];
    const int is_asked_for = param == COLUMN || strcmp(name, params[param].default_text) != 0;
    *column = csv_file_column(&t->csv, name);
    if (*column < 0 && is_asked_for) {
        char columns[120];
        csv_file_columns(&t->csv, columns, sizeof columns);
        return cim_failf(t->host, CIM_E_CONFIG, "%s = \"%.80s\": %.200s has no such column; there "
                         "are %s", params[param].key, name, t->file, columns);
    }
    for (uint32_t i = (uint32_t)(*column + 1); *column >= 0 && i < t->csv.n_columns; i++)
        if (strcmp(csv_file_cell(&t->csv, 0, i), name) == 0)
            return cim_failf(t->host, CIM_E_CONFIG, "%s = \"%.80s\": %s has two such columns",
                             params[param].key, name, t->file);
    return CIM_OK;
}

static cim_status open_table(table *t, const cim_values *v) {
    const cim_host *host = t->host;
    t->file = cim_text_copy(host, v->texts[FILE_NAME]);
    t->key = cim_text_copy(host, v->texts[KEY]);
    t->scale = cim_number(v, 0, SCALE, 0);
    if (!t->file || !t->key) return cim_failf(host, CIM_E_MEMORY, "no memory");
    cim_status status = csv_file_read(host, t->file, &t->csv);
    if (status == CIM_OK) status = find_column(t, v, COLUMN, &t->column);
    if (status == CIM_OK) status = find_column(t, v, SD_COLUMN, &t->sd_column);
    if (status == CIM_OK) status = find_column(t, v, DRAWS_COLUMN, &t->draws_column);
    if (status != CIM_OK) return status;
    const match m = matching(t);
    return match_check(&m);
}

static void destroy(void *self) {
    table *t = self;
    const cim_host *host = t->host;
    csv_file_free(&t->csv);
    host->release(host, t->file);
    host->release(host, t->key);
    host->release(host, t);
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    table *t = host->alloc(host, 1, sizeof *t);
    if (!t) return cim_failf(host, CIM_E_MEMORY, "no memory");
    t->host = host;
    const cim_status status = open_table(t, values);
    if (status == CIM_OK) *self = t;
    else destroy(t);
    return status;
}

/* A cell must be a number MIN..MAX once scaled. */
static cim_status read_number(const table *t, uint32_t row, int32_t column, double scale,
                              double min, double max, double *out) {
    const char *cell = csv_file_cell(&t->csv, row, (uint32_t)column);
    char *end = NULL;
    *out = strtod(cell, &end) * scale;
    if (end > cell && !*end && *out >= min && *out <= max) return CIM_OK;
    return cim_failf(t->host, CIM_E_FILE, "%s: line %u: %s = \"%.40s\": must be a number %g..%g",
                     t->file, t->csv.lines[row],
                     csv_file_cell(&t->csv, 0, (uint32_t)column), cell, min / scale, max / scale);
}

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    const table *t = self;
    const match m = matching(t);
    uint32_t row = 0;
    double mean = 0, sd = 0, draws = 1;
    cim_status status = match_find(&m, &row);
    if (status == CIM_OK) status = read_number(t, row, t->column, t->scale, 0, 1, &mean);
    if (status == CIM_OK && t->sd_column >= 0)
        status = read_number(t, row, t->sd_column, t->scale, 0, 1, &sd);
    if (status == CIM_OK && t->draws_column >= 0)
        status = read_number(t, row, t->draws_column, 1, 1, 1e9, &draws);
    if (status == CIM_OK && draws != floor(draws))
        status = cim_failf(t->host, CIM_E_FILE, "%s: line %u: %s = %g: must be a whole number",
                           t->file, t->csv.lines[row],
                           csv_file_cell(&t->csv, 0, (uint32_t)t->draws_column), draws);
    if (status != CIM_OK) return status;
    r->mean = mean;
    r->sd = sd;
    r->n_draws = (uint32_t)draws;
    if (r->draws && r->draws < r->n_draws) r->n_draws = r->draws;
    return CIM_OK;
}

static const cim_accuracy_ops ops = {
    .struct_size = sizeof ops, .fidelities = CIM_TABLE(fidelities), .create = create,
    .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_ACCURACY, .id = "accuracy.table", .version = "1.0", .license = "MIT",
    .summary = "Accuracy of each design from a CSV table", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
