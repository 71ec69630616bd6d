#include "points_print.h"
#include "json_text.h"
#include "memory.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row that waits until all part columns are known. */
typedef struct waiting {
    char *cells;             /* its CSV up to the metrics */
    double *values;          /* of the part columns known when it came */
    size_t n_values;
} waiting;

struct printer {
    text why;
    const study *s;
    const columns *c;
    points_form form;
    bool breakdown;
    FILE *out;
    text line;
    table *table;
    char **parts;            /* "part.energy_j.conv1.adc" */
    size_t n_parts;
    size_t *places; /* open addressing: number of a part + 1, or 0; a power of two of places */
    size_t n_places;
    waiting *rows;
    size_t n_rows;
};

static void add_heads(printer *p) {
    for (size_t i = 0; i < p->c->n; i++) csv_add(&p->line, p->c->list[i].name, i == 0);
    csv_add(&p->line, "outcome", p->c->n == 0);
    csv_add(&p->line, "reason", false);
    for (uint32_t i = 0; i < p->s->evaluator.n_metrics; i++)
        csv_add(&p->line, p->s->evaluator.metrics[i].name, false);
    for (size_t i = 0; i < p->n_parts; i++) csv_add(&p->line, p->parts[i], false);
    text_add_bytes(&p->line, "\n", 1);
    fwrite(p->line.chars, 1, p->line.length, p->out);
    text_clear(&p->line);
}

static table *begin_table(const printer *p) {
    table *t = table_new();
    for (size_t i = 0; i < p->c->n; i++) {
        const column *c = &p->c->list[i];
        table_column(t, c->name, c->p ? c->p->unit : "", c->p != NULL);
    }
    table_column(t, "outcome", "", false);
    for (uint32_t i = 0; i < p->s->evaluator.n_metrics; i++)
        table_column(t, p->s->evaluator.metrics[i].name, p->s->evaluator.metrics[i].unit, true);
    table_column(t, "reason", "", false);
    return t;
}

printer *points_printer(const study *s, const columns *c, points_form form, bool breakdown,
                        FILE *out) {
    printer *p = memory_new(1, sizeof *p);
    *p = (printer){.s = s, .c = c, .form = form, .breakdown = breakdown, .out = out};
    if (form == POINTS_TABLE) p->table = begin_table(p);
    else if (form == POINTS_CSV && !breakdown) add_heads(p);
    return p;
}

static const char *explain(printer *p, const result *r) {
    text_clear(&p->why);
    evaluator_explain(&p->s->evaluator, r, &p->why);
    return text_of(&p->why);
}

static void add_cells(printer *p, const csv_row *row, const result *r) {
    for (size_t i = 0; i < p->c->n; i++) csv_add(&p->line, csv_cell(row, i), i == 0);
    csv_add(&p->line, outcome_name(r->outcome), p->c->n == 0);
    csv_add(&p->line, explain(p, r), false);
    for (uint32_t i = 0; i < p->s->evaluator.n_metrics; i++)
        csv_add_number(&p->line, r->metrics[i], false);
}

static void add_table_row(printer *p, const csv_row *row, const result *r) {
    for (size_t i = 0; i < p->c->n; i++) table_text(p->table, csv_cell(row, i));
    table_text(p->table, outcome_name(r->outcome));
    for (uint32_t i = 0; i < p->s->evaluator.n_metrics; i++) table_number(p->table, r->metrics[i]);
    table_text(p->table, explain(p, r));
}

/* ---- parts as columns ------------------------------------------------------------------------ */

/* The place of NAME in the table, or the free one that it would get. */
static size_t part_place(const printer *p, const char *name) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *c = name; *c; c++) hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    size_t place = (size_t)hash & (p->n_places - 1);
    while (p->places[place] && strcmp(p->parts[p->places[place] - 1], name) != 0)
        place = (place + 1) & (p->n_places - 1);
    return place;
}

/* At most half of the places are taken. */
static void make_places(printer *p) {
    if (2 * (p->n_parts + 1) <= p->n_places) return;
    p->n_places = p->n_places ? 2 * p->n_places : 64;
    free(p->places);
    p->places = memory_new(p->n_places, sizeof *p->places);
    for (size_t i = 0; i < p->n_parts; i++) p->places[part_place(p, p->parts[i])] = i + 1;
}

static size_t part_column(printer *p, const part *x) {
    text name = {0};
    text_add(&name, "part.%s.%s.%s", p->s->evaluator.metrics[x->metric].name,
             x->layer[0] ? x->layer : "chip", x->component);
    make_places(p);
    size_t place = part_place(p, text_of(&name));
    if (!p->places[place]) {
        MEMORY_ROOM(p->parts, p->n_parts);
        p->parts[p->n_parts++] = memory_text(text_of(&name));
        p->places[place] = p->n_parts;
    }
    text_free(&name);
    return p->places[place] - 1;
}

static void keep_row(printer *p, const csv_row *row, const result *r) {
    add_cells(p, row, r);
    waiting w = {.cells = memory_text(text_of(&p->line))};
    text_clear(&p->line);
    size_t *columns_of = memory_new(r->n_parts, sizeof *columns_of);
    for (size_t i = 0; i < r->n_parts; i++) columns_of[i] = part_column(p, &r->parts[i]);
    w.n_values = p->n_parts;
    w.values = memory_new(w.n_values, sizeof *w.values);
    for (size_t i = 0; i < w.n_values; i++) w.values[i] = NAN;
    for (size_t i = 0; i < r->n_parts; i++) {
        double *v = &w.values[columns_of[i]];
        *v = isnan(*v) ? r->parts[i].value : *v + r->parts[i].value;
    }
    free(columns_of);
    MEMORY_ROOM(p->rows, p->n_rows);
    p->rows[p->n_rows++] = w;
}

static void print_kept(printer *p) {
    add_heads(p);
    for (size_t i = 0; i < p->n_rows; i++) {
        text_add(&p->line, "%s", p->rows[i].cells);
        for (size_t k = 0; k < p->n_parts; k++)
            csv_add_number(&p->line, k < p->rows[i].n_values ? p->rows[i].values[k] : (double)NAN,
                           false);
        text_add_bytes(&p->line, "\n", 1);
        fwrite(p->line.chars, 1, p->line.length, p->out);
        text_clear(&p->line);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void print_json(printer *p, const csv_row *row, const result *r) {
    const evaluator *e = &p->s->evaluator;
    json_t *all = json_object(), *metrics = json_object(), *parts = json_array();
    for (size_t i = 0; i < p->c->n; i++) /* of two columns of one name the first counts */
        if (!json_object_get(all, p->c->list[i].name))
            json_object_set_new(all, p->c->list[i].name,
                                columns_json(&p->c->list[i], csv_cell(row, i)));
    json_object_set_new(all, "outcome", json_text(outcome_name(r->outcome)));
    json_object_set_new(all, "reason", json_text(explain(p, r)));
    for (uint32_t i = 0; i < e->n_metrics; i++)
        json_object_set_new(metrics, e->metrics[i].name, json_number(r->metrics[i]));
    json_object_set_new(all, "metrics", metrics);
    for (size_t i = 0; i < r->n_parts; i++)
        json_array_append_new(parts, json_pack("{s:s, s:o, s:o, s:o}", "metric",
                                               e->metrics[r->parts[i].metric].name, "layer",
                                               json_text(r->parts[i].layer), "component",
                                               json_text(r->parts[i].component), "value",
                                               json_number(r->parts[i].value)));
    if (p->breakdown) json_object_set(all, "parts", parts);
    json_decref(parts);
    char *chars = json_dumps(all, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    fprintf(p->out, "%s\n", chars ? chars : "");
    free(chars);
    json_decref(all);
}

void points_print(printer *p, const csv_row *row, result *r) {
    if (p->form == POINTS_JSONL) print_json(p, row, r);
    else if (p->form == POINTS_TABLE) add_table_row(p, row, r);
    else if (p->breakdown) keep_row(p, row, r);
    else {
        add_cells(p, row, r);
        text_add_bytes(&p->line, "\n", 1);
        fwrite(p->line.chars, 1, p->line.length, p->out);
        text_clear(&p->line);
    }
}

bool points_printed(printer *p, bool good, failure *f) {
    if (good && p->form == POINTS_CSV && p->breakdown) print_kept(p);
    if (good && p->table) table_print(p->table, p->out, 0, table_terminal_width(p->out));
    if (good && (fflush(p->out) != 0 || ferror(p->out)))
        good = fail(f, STATUS_FAILED, "cannot write the results");
    for (size_t i = 0; i < p->n_parts; i++) free(p->parts[i]);
    for (size_t i = 0; i < p->n_rows; i++) {
        free(p->rows[i].cells);
        free(p->rows[i].values);
    }
    free(p->parts);
    free(p->places);
    free(p->rows);
    if (p->table) table_free(p->table);
    text_free(&p->line);
    text_free(&p->why);
    free(p);
    return good;
}
