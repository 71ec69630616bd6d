#include "points.h"
#include "csv.h"
#include "memory.h"
#include "param.h"
#include "points_print.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096 };

/* ---- the header ----------------------------------------------------------------------------- */

/* Where column NAME goes: a parameter's numbers FIRST..FIRST+N-1 of a design. A label has no dot. */
static bool resolve(const study *s, const char *path, const char *name, column *out, failure *f) {
    *out = (column){.name = memory_text(name)};
    const char *dot = strchr(name, '.');
    if (!dot) return true;
    uint32_t base = 0;
    for (uint32_t o = 0; o < s->space.n_owners; base += s->space.owners[o]->n_numbers, o++) {
        const instance *in = s->space.owners[o];
        size_t section = (size_t)(dot - name), key = strcspn(dot + 1, "[");
        if (strlen(in->section) != section || strncmp(name, in->section, section) != 0) continue;
        for (uint32_t i = 0; i < in->n_params; i++) {
            const cim_param *p = &in->params[i];
            if (strlen(p->key) != key || strncmp(p->key, dot + 1, key) != 0) continue;
            char *end;
            const char *bracket = dot + 1 + key;
            unsigned long element = *bracket ? strtoul(bracket + 1, &end, 10) : 0;
            out->p = p;
            out->first = base + in->first[i] + (uint32_t)element;
            out->n = *bracket ? 1 : instance_elements(in, i);
            if (p->type == CIM_TEXT || (p->flags & CIM_PARAM_FIXED))
                return fail(f, STATUS_WRONG, "%s:1: %s: is fixed for the whole study: use --set", path, name);
            if (!*bracket) return true;
            if (end > bracket + 1 && strcmp(end, "]") == 0 && element < instance_elements(in, i))
                return true;
            return fail(f, STATUS_WRONG, "%s:1: %s: must be an element [0]..[%u]", path, name,
                        instance_elements(in, i) - 1);
        }
        const char **keys = memory_new(in->n_params, sizeof *keys);
        for (uint32_t i = 0; i < in->n_params; i++) keys[i] = in->params[i].key;
        const char *near = nearest_name(dot + 1, keys, in->n_params);
        free(keys);
        return fail(f, STATUS_WRONG, "%s:1: %s: %s has no such parameter%s%s%s", path, name,
                    in->plugin->id, near ? "; did you mean \"" : "", near ? near : "",
                    near ? "\"?" : "");
    }
    return fail(f, STATUS_WRONG, "%s:1: %s: must begin with %s. or %s.", path, name,
                s->space.owners[0]->section, s->hwmodel.section);
}

static bool read_header(const study *s, const char *path, csv_reader *reader, columns *out,
                        failure *f) {
    csv_row row = {0};
    bool good = csv_read(reader, &row) || fail(f, STATUS_WRONG, "%s: is empty", path);
    for (size_t i = 0; good && i < row.n; i++) {
        MEMORY_ROOM(out->list, out->n);
        const char *name = csv_cell(&row, i);
        if (i == 0 && strncmp(name, "\xef\xbb\xbf", 3) == 0) name += 3; /* a byte order mark */
        good = resolve(s, path, name, &out->list[out->n++], f);
        for (size_t k = 0; good && k + 1 < out->n; k++)
            if (out->list[k].p && strcmp(out->list[k].name, name) == 0)
                good = fail(f, STATUS_WRONG, "%s:1: %s: is there twice", path, name);
    }
    csv_row_free(&row);
    return good;
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* The row's design; what is wrong with it becomes a failed result. */
static void read_design(const study *s, const columns *c, const csv_row *row, const double *base,
                        double *design, result *r) {
    const evaluator *e = &s->evaluator;
    memcpy(design, base, s->space.n_numbers * sizeof *design);
    r->outcome = 0;
    if (row->n != c->n) {
        result_fail(r, e->n_metrics, evaluator_slacks(e), "line %llu: %zu cells, and the header has %zu",
                    (unsigned long long)row->line, row->n, c->n);
        return;
    }
    for (size_t i = 0; i < c->n; i++) {
        const column *to = &c->list[i];
        const char *chars = csv_cell(row, i);
        double number;
        text rule = {0};
        if (!to->p || !chars[0]) continue;
        if (!param_from_text(to->p, chars, &number, &rule))
            result_fail(r, e->n_metrics, evaluator_slacks(e), "line %llu: %s = %.60s: must be %s",
                        (unsigned long long)row->line, to->name, chars, text_of(&rule));
        else
            for (uint32_t k = 0; k < to->n; k++) design[to->first + k] = number;
        text_free(&rule);
        if (r->outcome) return;
    }
}

typedef struct block {
    csv_row *rows;
    double *designs;
    result *results;
    size_t n, room;
} block;

static block block_new(const study *s, size_t room) {
    const evaluator *e = &s->evaluator;
    return (block){.room = room, .rows = memory_new(room, sizeof(csv_row)),
                   .designs = memory_new(room * s->space.n_numbers, sizeof(double)),
                   .results = results_new(room, e->n_metrics, evaluator_slacks(e))};
}

static void block_free(block *b) {
    for (size_t i = 0; i < b->room; i++) csv_row_free(&b->rows[i]);
    free(b->rows);
    free(b->designs);
    results_free(b->results, b->room);
}

static void read_block(const study *s, csv_reader *reader, const columns *c, const double *base,
                       block *b) {
    for (b->n = 0; b->n < b->room && csv_read(reader, &b->rows[b->n]); b->n++) {
        free(b->results[b->n].parts);
        b->results[b->n].parts = NULL;
        b->results[b->n].n_parts = 0;
        read_design(s, c, &b->rows[b->n], base, b->designs + b->n * s->space.n_numbers,
                    &b->results[b->n]);
    }
}

bool points_evaluate(const study *s, pool *p, const double *base, const char *path, bool breakdown,
                     points_form form, FILE *out, failure *f) {
    csv_reader reader = {.file = fopen(path, "rb")};
    if (!reader.file) return fail(f, STATUS_WRONG, "%s: cannot read it: %s", path, strerror(errno));
    columns c = {0};
    bool good = read_header(s, path, &reader, &c, f);
    printer *to = good ? points_printer(s, &c, form, breakdown, out) : NULL;
    block b = block_new(s, BLOCK);
    while (good) {
        read_block(s, &reader, &c, base, &b);
        if (!b.n) break;
        pool_task task = {.designs = b.designs, .n = b.n, .results = b.results,
                          .want_parts = breakdown};
        good = pool_run(p, &task, NULL, f);
        for (size_t i = 0; good && i < b.n; i++) points_print(to, &b.rows[i], &b.results[i]);
    }
    if (good && ferror(reader.file)) good = fail(f, STATUS_WRONG, "%s: cannot read it", path);
    good = to && points_printed(to, good, f) && good;
    block_free(&b);
    fclose(reader.file);
    for (size_t i = 0; i < c.n; i++) free(c.list[i].name);
    free(c.list);
    return good;
}
