#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cim_sdk/text.h>

#include "match.h"

enum { MAX_NAME = 256, MAX_KEY = 4096 };

/* ---- the design ------------------------------------------------------------------------------ */

typedef struct value { double number; char text[MAX_NAME]; } value;

static cim_status no_parameter(const match *m, const char *name) {
    return cim_failf(m->host, CIM_E_CONFIG, "%s: column %.100s: the design has no such parameter",
                     m->table->file.file, name);
}

/* Is NAME, as WHERE has it, a parameter of the designs to come? ELEMENT -1: all of it. A host that
 * cannot say yet lets it pass, and its designs fail. */
static cim_status check_name(const match *m, const char *where, const char *name, int64_t element) {
    uint32_t n = 0;
    const char *near = NULL;
    if (!CIM_HAS(m->design, cim_design, find)) return CIM_OK;
    if (m->design->find(m->host, name, &n, &near) != CIM_OK)
        return cim_failf(m->host, CIM_E_CONFIG, "%s: the design has no parameter %.100s%s%s%s",
                         where, name, near ? "; did you mean \"" : "", near ? near : "",
                         near ? "\"?" : "");
    if (element < (int64_t)n) return CIM_OK;
    return cim_failf(m->host, CIM_E_CONFIG, "%s: %.100s must have an element [0]..[%u]", where,
                     name, n - 1);
}

/* "workload.block[3]" -> "workload.block" and 3; without brackets ELEMENT is -1. */
static int split_name(const char *written, char *name, int64_t *element) {
    const char *open = strchr(written, '[');
    const size_t n = open ? (size_t)(open - written) : strlen(written);
    char *end = NULL;
    if (n >= MAX_NAME) return 0;
    memcpy(name, written, n);
    name[n] = '\0';
    *element = -1;
    if (!open) return 1;
    if (open[1] < '0' || open[1] > '9') return 0;
    const unsigned long i = strtoul(open + 1, &end, 10);
    *element = (int64_t)(i > UINT32_MAX ? UINT32_MAX : i);
    return strcmp(end, "]") == 0;
}

static int is_same(const char *cell, const value *v) {
    char *end = NULL;
    const double number = strtod(cell, &end);
    end += strspn(end, " ");
    return end > cell && *end == '\0' && !isnan(v->number) ? number == v->number
                                                            : strcmp(cell, v->text) == 0;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* What a column with a dot must hold: the values of one element, or of all (then all the same). */
typedef struct wanted { uint32_t column, n; value first; int several; } wanted;

static cim_status want(const match *m, uint32_t column, wanted *w) {
    const char *written = csv_file_cell(m->table, 0, column);
    char name[MAX_NAME];
    int64_t element = -1;
    value v;
    *w = (wanted){.column = column};
    if (!split_name(written, name, &element)) return no_parameter(m, written);
    uint32_t i = element < 0 ? 0 : (uint32_t)element;
    while (m->design->value(m->host, name, i, &v.number, v.text, sizeof v.text) == CIM_OK) {
        if (w->n++ == 0) w->first = v;
        else w->several |= strcmp(v.text, w->first.text) != 0;
        if (element >= 0) break;
        i++;
    }
    return w->n ? CIM_OK : no_parameter(m, written);
}

static int is_parameter(const match *m, uint32_t column) {
    return strchr(csv_file_cell(m->table, 0, column), '.') != NULL;
}

static uint32_t count_parameters(const match *m) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->table->n_columns; i++) n += (uint32_t)is_parameter(m, i);
    return n;
}

/* ---- the key --------------------------------------------------------------------------------- */

/* "arch = workload.block, hwmodel.rows" -> column, and where the names begin. */
static cim_status split_key(const match *m, int32_t *column, const char **names) {
    char name[MAX_NAME];
    const char *equals = strchr(m->key, '=');
    size_t n = equals ? (size_t)(equals - m->key) : 0;
    while (n > 0 && m->key[n - 1] == ' ') n--;
    if (!n || n >= MAX_NAME)
        return cim_failf(m->host, CIM_E_CONFIG, "key = \"%.100s\": must be a column, =, and the "
                         "parameters whose values make it: \"arch = workload.block\"", m->key);
    memcpy(name, m->key, n);
    name[n] = '\0';
    *names = equals + 1;
    *column = csv_file_column(m->table, name);
    if (*column >= 0) return CIM_OK;
    char columns[120];
    csv_file_columns(m->table, columns, sizeof columns);
    return cim_failf(m->host, CIM_E_CONFIG, "key: %.200s has no column %.100s; there are %s",
                     m->table->file.file, name, columns);
}

/* The next of NAMES, cut off where it is too long for one; 0: there is none. */
static int next_name(const char **names, char name[MAX_NAME]) {
    const size_t n = strcspn(*names += strspn(*names, " ,"), " ,");
    snprintf(name, MAX_NAME, "%.*s", (int)(n < MAX_NAME ? n : MAX_NAME - 1), *names);
    *names += n;
    return n > 0;
}

/* Numbers of the named parameters, one behind the other; a choice's number is its place, from 0. */
static cim_status make_key(const match *m, const char *names, char *key) {
    size_t used = 0;
    key[0] = '\0';
    while (*names) {
        char name[MAX_NAME];
        value v;
        uint32_t i = 0;
        if (!next_name(&names, name)) break;
        while (m->design->value(m->host, name, i, &v.number, v.text, sizeof v.text) == CIM_OK) {
            const int wrote = snprintf(key + used, MAX_KEY - used, "%.15g", v.number);
            used += (size_t)wrote;
            if (used >= MAX_KEY)
                return cim_failf(m->host, CIM_E_CONFIG, "key: is longer than %d characters",
                                 MAX_KEY);
            i++;
        }
        if (!i) return no_parameter(m, name);
    }
    return CIM_OK;
}

static cim_status check_key(const match *m, const char *names) {
    char name[MAX_NAME], where[160];
    cim_status status = CIM_OK;
    snprintf(where, sizeof where, "key = \"%.140s\"", m->key);
    if (!names[strspn(names, " ,")])
        return cim_failf(m->host, CIM_E_CONFIG, "%s: names no parameter behind the =", where);
    while (status == CIM_OK && next_name(&names, name)) status = check_name(m, where, name, -1);
    return status;
}

static cim_status check_column(const match *m, uint32_t column) {
    const char *written = csv_file_cell(m->table, 0, column);
    char name[MAX_NAME], where[300];
    int64_t element = -1;
    if (!split_name(written, name, &element)) return no_parameter(m, written);
    snprintf(where, sizeof where, "%.200s:%u: column %.60s", m->table->file.file,
             m->table->lines[0], written);
    return check_name(m, where, name, element);
}

cim_status match_check(const match *m) {
    int32_t column = -1;
    const char *names = NULL;
    cim_status status = *m->key ? split_key(m, &column, &names) : CIM_OK;
    if (status != CIM_OK || (!*m->key && !count_parameters(m))) return status;
    if (m->design && *m->key) status = check_key(m, names);
    for (uint32_t i = 0; m->design && i < m->table->n_columns && status == CIM_OK; i++)
        if (is_parameter(m, i)) status = check_column(m, i);
    if (m->design) return status;
    return cim_failf(m->host, CIM_E_UNSUPPORTED, "%s: this host does not say which design it "
                     "evaluates", m->table->file.file);
}

/* ---- rows ------------------------------------------------------------------------------------ */

typedef struct search {
    wanted *columns; uint32_t n_columns;
    int32_t key_column;
    char key[MAX_KEY];
} search;

static int row_is(const match *m, const search *s, uint32_t row) {
    if (s->key_column >= 0 &&
        strcmp(csv_file_cell(m->table, row, (uint32_t)s->key_column), s->key) != 0)
        return 0;
    for (uint32_t i = 0; i < s->n_columns; i++) {
        const wanted *w = &s->columns[i];
        if (w->several || !is_same(csv_file_cell(m->table, row, w->column), &w->first)) return 0;
    }
    return 1;
}

/* "arch 01200000, hwmodel.rows = 64": what was looked for. */
static void describe(const match *m, const search *s, char *to, size_t size) {
    size_t used = 0;
    to[0] = '\0';
    if (s->key_column >= 0)
        used += (size_t)snprintf(to, size, "%s = %.100s",
                                 csv_file_cell(m->table, 0, (uint32_t)s->key_column), s->key);
    for (uint32_t i = 0; i < s->n_columns && used < size; i++)
        used += (size_t)snprintf(to + used, size - used, "%s%s = %s", used ? ", " : "",
                                 csv_file_cell(m->table, 0, s->columns[i].column),
                                 s->columns[i].several ? "(not all the same)"
                                                       : s->columns[i].first.text);
}

static cim_status find_row(const match *m, const search *s, uint32_t *row) {
    char what[160];
    *row = 0;
    for (uint32_t i = 1; i <= m->table->n_rows; i++) {
        if (!row_is(m, s, i)) continue;
        describe(m, s, what, sizeof what);
        if (*row)
            return cim_failf(m->host, CIM_E_FILE, "%s: lines %u and %u are the same design: %s",
                             m->table->file.file, m->table->lines[*row], m->table->lines[i], what);
        *row = i;
    }
    if (*row) return CIM_OK;
    describe(m, s, what, sizeof what);
    return cim_failf(m->host, CIM_E_UNSUPPORTED, "%s: has no accuracy for this design: %s",
                     m->table->file.file, what);
}

cim_status match_find(const match *m, uint32_t *row) {
    search s = {.key_column = -1};
    const char *names = NULL;
    cim_status status = CIM_OK;
    s.columns = m->host->alloc(m->host, m->table->n_columns, sizeof *s.columns);
    if (!s.columns) return cim_failf(m->host, CIM_E_MEMORY, "no memory to look a design up");
    if (*m->key) status = split_key(m, &s.key_column, &names);
    if (status == CIM_OK && *m->key) status = make_key(m, names, s.key);
    for (uint32_t i = 0; i < m->table->n_columns && status == CIM_OK; i++)
        if (is_parameter(m, i)) status = want(m, i, &s.columns[s.n_columns++]);
    if (status == CIM_OK) status = find_row(m, &s, row);
    m->host->release(m->host, s.columns);
    return status;
}
