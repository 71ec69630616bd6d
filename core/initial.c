#include "initial.h"
#include "csv.h"
#include "file_sum.h"
#include "memory.h"
#include "param.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Does column NAME speak of dimension D: its own name, or that of its whole vector? */
static bool is_for(const dimension *d, const char *name) {
    size_t n = strcspn(d->is.name + strlen(d->owner->section), "[") + strlen(d->owner->section);
    return strcmp(d->is.name, name) == 0 ||
           (strlen(name) == n && strncmp(d->is.name, name, n) == 0);
}

static bool check_heads(const study *s, const csv_row *heads, const char *path, failure *f) {
    size_t n_dimensions = 0;
    for (size_t i = 0; i < heads->n; i++) {
        const char *name = csv_cell(heads, i);
        for (size_t k = 0; k < i && strchr(name, '.'); k++)
            if (strcmp(csv_cell(heads, k), name) == 0)
                return fail(f, STATUS_WRONG, "%s:1: %s: is there twice", path, name);
        n_dimensions += strchr(name, '.') != NULL;
        bool known = !strchr(name, '.');
        for (uint32_t d = 0; !known && d < s->space.n_dimensions; d++)
            known = is_for(&s->space.dimensions[d], name);
        if (!known)
            return fail(f, STATUS_WRONG, "%s:1: %s: is no dimension of this study", path, name);
    }
    if (s->space.n_dimensions && !n_dimensions)
        return fail(f, STATUS_WRONG, "%s:1: no column names a dimension, as in %s", path,
                    s->space.dimensions[0].is.name);
    return true;
}

static bool read_cell(const dimension *d, const char *chars, double *x, text *rule) {
    const cim_param *p = &d->owner->params[d->param];
    double number;
    if (!param_from_text(p, chars, &number, rule)) return false;
    if (space_coordinate(d, number, x)) return true;
    text_add(rule, "one of the dimension's values");
    return false;
}

static bool read_point(const study *s, const csv_row *heads, const csv_row *row, const char *path,
                       double *point, failure *f) {
    if (row->n != heads->n)
        return fail(f, STATUS_WRONG, "%s:%llu: %zu cells, and the header has %zu", path,
                    (unsigned long long)row->line, row->n, heads->n);
    space_default(&s->space, point);
    for (size_t i = 0; i < heads->n; i++) {
        const char *name = csv_cell(heads, i), *chars = csv_cell(row, i);
        if (!strchr(name, '.') || !chars[0]) continue;
        for (uint32_t d = 0; d < s->space.n_dimensions; d++) {
            text rule = {0};
            bool good = !is_for(&s->space.dimensions[d], name) ||
                        read_cell(&s->space.dimensions[d], chars, &point[d], &rule) ||
                        fail(f, STATUS_WRONG, "%s:%llu: %s = %.60s: must be %s", path,
                             (unsigned long long)row->line, name, chars, text_of(&rule));
            text_free(&rule);
            if (!good) return false;
        }
    }
    space_canonical(&s->space, point, NULL);
    return true;
}

bool initial_read(study *s, const char *path, failure *f) {
    const bool is_special = file_is_special(path); /* read anew when the run is continued */
    csv_reader reader = {.file = is_special ? NULL : fopen(path, "rb")};
    csv_row heads = {0}, row = {0};
    uint32_t n = s->space.n_dimensions;
    if (!reader.file)
        return fail_at(f, node_get(node_get(s->config.root, "study"), "initial_points"),
                       "%s: cannot read it: %s", path,
                       is_special ? "it is a pipe or a device" : strerror(errno));
    bool good = csv_read_first(&reader, &heads, path, f) &&
                check_heads(s, &heads, path, f);
    while (good && csv_read(&reader, &row)) {
        s->initial = memory_grow(s->initial, (s->n_initial + 1) * n, sizeof *s->initial);
        good = read_point(s, &heads, &row, path, s->initial + s->n_initial * n, f);
        s->n_initial += good;
    }
    good = good && csv_is_whole(&reader, path, f);
    csv_row_free(&heads);
    csv_row_free(&row);
    fclose(reader.file);
    return good;
}
