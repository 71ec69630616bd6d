#include "published_result.h"
#include "csv.h"
#include "front.h"
#include "memory.h"
#include "published_match.h"
#include "runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cut to fit: sources are sentences. */
static void copy(char *out, size_t room, const char *chars) {
    snprintf(out, room, "%s", chars);
}

typedef struct collector {
    run_result *r;
    const layout *l;
} collector;

static void take_figure(const layout *l, const published_match *m, uint32_t i, figure_result *out) {
    text name = {0}, unit = {0};
    expression_name(&m->figures[i].of, l->metrics, &name, &unit);
    text_add(&name, " %s", m->figures[i].at_least ? ">=" : "<=");
    copy(out->written, sizeof out->written, m->figures[i].written);
    copy(out->head, sizeof out->head, text_of(&name));
    copy(out->unit, sizeof out->unit, text_of(&unit));
    out->bound = m->bounds[i];
    out->value = m->trial >= 0 ? m->values[i] : (double)NAN;
    text_free(&name);
    text_free(&unit);
}

static void take_source(void *context, const published_match *m) {
    const collector *c = context;
    if (c->r->n_sources == SOURCES_MAX) return;
    source_result *s = &c->r->sources[c->r->n_sources++];
    *s =
        (source_result){.n = m->n, .reach = m->reach, .first = m->first, .compared = m->trial >= 0};
    copy(s->source, sizeof s->source, m->source);
    for (uint32_t i = 0; i < m->n; i++) take_figure(c->l, m, i, &s->figures[i]);
}

static bool read_head(store *st, run_result *r, failure *f) {
    char **sections = NULL, **ids = NULL;
    uint32_t n = 0, fidelity;
    uint64_t trials;
    if (!store_pairs(st, "SELECT section, id FROM plugin", &sections, &ids, &n, f)) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (strncmp(sections[i], "hwmodel", 7) == 0) copy(r->model, sizeof r->model, ids[i]);
        if (strcmp(sections[i], "searcher") == 0) copy(r->searcher, sizeof r->searcher, ids[i]);
        free(sections[i]);
        free(ids[i]);
    }
    free(sections);
    free(ids);
    const char *name = store_value(st, "name", f);
    if (name) copy(r->study, sizeof r->study, name);
    const char *seed = store_value(st, "seed", f);
    if (seed) r->seed = (unsigned)strtoul(seed, NULL, 10);
    const bool good = name && seed && store_extent(st, &trials, &fidelity, f);
    r->trials = good ? trials : 0;
    return good;
}

bool run_result_read(run_result *r, const char *folder, failure *f) {
    layout l = {0};
    front x = {0};
    store *st = store_open(folder, false, f);
    *r = (run_result){.seconds = NAN};
    bool good = st && read_head(st, r, f) && layout_read(st, &l, f);
    collector c = {r, &l};
    good = good && front_read(st, &l, &x, f) &&
           published_matches(st, &l, x.baseline, take_source, &c, f) &&
           search_result_read(st, &r->found, f);
    front_free(&x, &l);
    layout_free(&l);
    if (st) good = store_close(st, f) && good;
    return good;
}

void run_result_free(run_result *r) {
    search_result_free(&r->found);
}

/* ---- stored ---------------------------------------------------------------------------------- */

/* Cells as in STORED_HEAD. */
static bool from_row(const csv_row *line, stored_result *r) {
    double x[6];
    for (size_t i = 0; i < 6; i++) {
        const char *word = csv_cell(line, i == 0 ? 3 : i + 5);
        if (i == 1 && !*word) x[i] = NAN;   /* no trial was feasible */
        else if (!number_read(word, &x[i])) return false;
    }
    copy(r->study, sizeof r->study, csv_cell(line, 0));
    copy(r->searcher, sizeof r->searcher, csv_cell(line, 1));
    copy(r->seeds, sizeof r->seeds, csv_cell(line, 2));
    copy(r->source, sizeof r->source, csv_cell(line, 4));
    copy(r->figure, sizeof r->figure, csv_cell(line, 5));
    r->trials = (unsigned long long)x[0];
    r->value = x[1];
    r->met = (unsigned)x[2];
    r->runs = (unsigned)x[3];
    r->first = (long long)x[4];
    r->seconds = x[5];
    return true;
}

bool stored_results_read(const char *file, stored_result **out, size_t *n, failure *f) {
    csv_reader reader = {.file = fopen(file, "r")};
    csv_row line = {0};
    *out = NULL;
    *n = 0;
    if (!reader.file) return fail(f, STATUS_FAILED, "%s: cannot read it", file);
    bool good = csv_read(&reader, &line);
    while (good && csv_read(&reader, &line)) {
        MEMORY_ROOM(*out, *n);
        if (!from_row(&line, &(*out)[(*n)++]))
            good = fail(f, STATUS_FAILED, "%s:%llu: no row of stored results", file,
                        (unsigned long long)line.line);
    }
    csv_row_free(&line);
    fclose(reader.file);
    return good;
}
