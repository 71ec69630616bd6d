#include "reference_rows.h"
#include "file_sum.h"
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool passes(const reference_rows *t, const csv_row *row, failure *f) {
    for (size_t i = 0; i < t->x->n_where; i++) {
        const char *rule = t->x->where[i], *sign = strchr(rule, '=');
        char name[128];
        size_t n = sign ? (size_t)(sign - rule) : 0;
        while (n && rule[n - 1] == ' ') n--;
        if (!n || n >= sizeof name)
            return fail_at(f, t->x->at, "where \"%s\": must be \"column = value\"", rule);
        memcpy(name, rule, n);
        name[n] = '\0';
        int column = csv_column(&t->header, name);
        if (column < 0)
            return fail_at(f, t->x->at, "where: %s has no column \"%s\"", t->path, name);
        sign += 1 + strspn(sign + 1, " ");
        if (strcmp(csv_cell(row, (size_t)column), sign) != 0) return false;
    }
    return true;
}

/* "workload.file={network}.cfg" with the row's cells put in. */
static bool fill_in(const reference_rows *t, const csv_row *row, const char *written, text *out,
                    failure *f) {
    for (const char *at = written; *at; at++) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (!end) {
            text_add(out, "%c", *at);
            continue;
        }
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)(end - at - 1), at + 1);
        int column = csv_column(&t->header, name);
        if (column < 0) return fail_at(f, t->x->at, "set: %s has no column \"%s\"", t->path, name);
        text_add(out, "%s", csv_cell(row, (size_t)column));
        at = end;
    }
    text_add(out, "\n");
    return true;
}

static bool find_columns(reference_rows *t, failure *f) {
    const reference_table *x = t->x;
    text why = {0};
    t->label = x->label ? csv_column(&t->header, x->label) : 0;
    if (t->label < 0) return fail_at(f, x->at, "label: %s has no column \"%s\"", t->path, x->label);
    t->parameters = memory_new(x->n_parameters, sizeof *t->parameters);
    for (size_t i = 0; i < x->n_parameters; i++) {
        t->parameters[i] = csv_column(&t->header, x->parameters[i]);
        if (t->parameters[i] < 0)
            return fail_at(f, x->at, "parameters: %s has no column \"%s\"", t->path,
                           x->parameters[i]);
    }
    t->figures = memory_new(x->n_figures, sizeof *t->figures);
    bool good = true;
    for (size_t i = 0; good && i < x->n_figures; i++) {
        good = column_sum_read(&t->figures[i], x->figures[i].is, &t->header, &why);
        if (!good) fail_at(f, x->figures[i].at, "is = \"%s\": %s", x->figures[i].is, text_of(&why));
    }
    text_free(&why);
    return good;
}

static bool check_figures(const reference_rows *t, const csv_row *row, failure *f) {
    for (size_t i = 0; i < t->x->n_figures; i++) {
        const int at = column_sum_unreadable(&t->figures[i], row);
        if (at >= 0)
            return fail(f, STATUS_WRONG, "%s:%llu: %s = %.60s: must be a number, or empty", t->path,
                        (unsigned long long)row->line, csv_cell(&t->header, (size_t)at),
                        csv_cell(row, (size_t)at));
    }
    return true;
}

static bool take_row(reference_rows *t, csv_row *row, failure *f) {
    text sets = {0};
    bool good = check_figures(t, row, f);
    for (size_t i = 0; good && i < t->x->n_set; i++) good = fill_in(t, row, t->x->set[i], &sets, f);
    if (good) {
        MEMORY_ROOM(t->rows, t->n);
        MEMORY_ROOM(t->sets, t->n);
        t->sets[t->n] = memory_text(text_of(&sets));
        t->rows[t->n++] = *row;
        *row = (csv_row){0};
    }
    text_free(&sets);
    return good;
}

bool reference_rows_read(reference_rows *t, const reference_table *x, const char *path,
                         failure *f) {
    *t = (reference_rows){.x = x, .path = memory_text(path)};
    if (file_is_special(path)) return fail(f, STATUS_WRONG, "%s: is a pipe or a device", path);
    csv_reader reader = {.file = fopen(t->path, "rb")};
    if (!reader.file)
        return fail(f, STATUS_WRONG, "%s: cannot read it: %s", t->path, strerror(errno));
    csv_row row = {0};
    bool good = csv_read_first(&reader, &t->header, t->path, f);
    good = good && find_columns(t, f);
    while (good && csv_read(&reader, &row)) {
        if (row.n != t->header.n)
            good = fail(f, STATUS_WRONG, "%s:%llu: %zu cells, and the header has %zu", t->path,
                        (unsigned long long)row.line, row.n, t->header.n);
        else if (passes(t, &row, f)) good = take_row(t, &row, f);
        else good = !f->status;
    }
    good = good && csv_is_whole(&reader, t->path, f);
    if (good && !t->n) good = fail(f, STATUS_WRONG, "%s: none of its rows counts", t->path);
    csv_row_free(&row);
    fclose(reader.file);
    return good;
}

void reference_rows_free(reference_rows *t) {
    for (size_t i = 0; i < t->n; i++) {
        csv_row_free(&t->rows[i]);
        free(t->sets[i]);
    }
    csv_row_free(&t->header);
    free(t->rows);
    free(t->sets);
    free(t->parameters);
    free(t->figures);
    free(t->path);
    *t = (reference_rows){0};
}
