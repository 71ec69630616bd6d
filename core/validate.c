#include "validate.h"
#include "columns.h"
#include "memory.h"
#include "pool.h"
#include "ready.h"
#include "reference_rows.h"
#include "targets.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool open_study(study *s, const char *path, const char *sets, const options *o, failure *f) {
    bool is_run;
    *s = (study){0};
    if (!command_config(&s->config, path, o, &is_run, f)) return false;
    for (const char *at = sets; *at; at += strcspn(at, "\n") + 1) {
        char *one = memory_text(at);
        one[strcspn(one, "\n")] = '\0';
        bool good = config_set(&s->config, one, f);
        free(one);
        if (!good) return false;
    }
    return targets_select(&s->config, 0, f) && study_open(s, STUDY_DESIGNS, f);
}

static bool find_metrics(const study *s, const reference_table *x, uint32_t *out, failure *f) {
    const evaluator *e = &s->evaluator;
    for (size_t i = 0; i < x->n_figures; i++) {
        uint32_t k = 0;
        while (k < e->n_metrics && strcmp(e->metrics[k].name, x->figures[i].metric) != 0) k++;
        if (k == e->n_metrics)
            return fail_at(f, x->figures[i].at, "metric \"%s\": %s has no such metric",
                           x->figures[i].metric, s->hwmodel.plugin->id);
        out[i] = k;
    }
    return true;
}

/* The row's parameter cells as a row of their own, for columns_design(). */
static void cells_of(const reference_rows *t, const csv_row *row, csv_row *out) {
    text_clear(&out->chars);
    out->n = t->x->n_parameters;
    out->line = row->line;
    out->starts = memory_grow(out->starts, out->n + 1, sizeof *out->starts);
    for (size_t i = 0; i < out->n; i++) {
        const char *cell = csv_cell(row, (size_t)t->parameters[i]);
        out->starts[i] = out->chars.length;
        text_add_bytes(&out->chars, cell, strlen(cell) + 1);
    }
}

/* Rows of one table that want the same set, and so share one study. */
typedef struct group {
    const reference_rows *t;
    study s;
    columns c;
    uint32_t *metric_of;     /* of each figure */
    size_t *rows, n;
    double *designs;
    result *results;
} group;

static bool group_columns(group *g, failure *f) {
    bool good = true;
    for (size_t i = 0; good && i < g->t->x->n_parameters; i++) {
        text name = {0};
        text_add(&name, "%s.%s", g->s.hwmodel.section, g->t->x->parameters[i]);
        good = columns_add(&g->c, &g->s, g->t->path, text_of(&name), f);
        text_free(&name);
    }
    return good;
}

/* All rows from FIRST that are like it, marked as DONE. */
static void group_rows(group *g, size_t first, bool *done) {
    const reference_rows *t = g->t;
    g->rows = memory_new(t->n, sizeof *g->rows);
    for (size_t i = first; i < t->n; i++) {
        if (done[i] || strcmp(t->sets[i], t->sets[first]) != 0) continue;
        g->rows[g->n++] = i;
        done[i] = true;
    }
}

static void group_designs(group *g) {
    const evaluator *e = &g->s.evaluator;
    const uint32_t numbers = g->s.space.n_numbers;
    double *base = memory_new(numbers, sizeof *base);
    csv_row cells = {0};
    g->designs = memory_new(g->n * numbers, sizeof *g->designs);
    g->results = results_new(g->n, e->n_metrics, evaluator_slacks(e));
    study_default_design(&g->s, base);
    for (size_t i = 0; i < g->n; i++) {
        cells_of(g->t, &g->t->rows[g->rows[i]], &cells);
        columns_design(&g->c, &g->s, &cells, base, g->designs + i * numbers, &g->results[i]);
    }
    csv_row_free(&cells);
    free(base);
}

static bool any_parts(const reference_table *x) {
    for (size_t i = 0; i < x->n_figures; i++)
        if (x->figures[i].n_parts) return true;
    return false;
}

static bool group_run(group *g, unsigned workers, failure *f) {
    pool *p = pool_start(&g->s.evaluator, workers, g->s.time_limit_s, f);
    const pool_task task = {.designs = g->designs, .n = g->n, .results = g->results,
                            .want_parts = any_parts(g->t->x)};
    const bool good = p && pool_run(p, &task, NULL, f);
    pool_stop(p);
    return good;
}

/* What the figure is about: the metric, or the components' share of it. */
static double figure_of(const result *r, const figure *x, uint32_t m) {
    if (!x->n_parts) return r->metrics[m];
    double sum = 0;
    for (size_t i = 0; i < r->n_parts; i++)
        for (size_t k = 0; r->parts[i].metric == m && k < x->n_parts; k++)
            if (!strcmp(r->parts[i].component, x->parts[k])) sum += r->parts[i].value;
    return sum;
}

static bool has_part(const group *g, uint32_t m, const char *component) {
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < g->results[i].n_parts; k++)
            if (g->results[i].parts[k].metric == m &&
                !strcmp(g->results[i].parts[k].component, component))
                return true;
    return false;
}

/* A component that no row has a share of is a misspelt one. */
static bool check_parts(const group *g, failure *f) {
    const reference_table *x = g->t->x;
    bool any = false;
    for (size_t i = 0; i < g->n; i++) any = any || g->results[i].outcome != CIM_FAILED;
    for (size_t k = 0; any && k < x->n_figures; k++)
        for (size_t i = 0; i < x->figures[k].n_parts; i++)
            if (!has_part(g, g->metric_of[k], x->figures[k].parts[i]))
                return fail_at(f, x->figures[k].at, "part \"%s\": no component of %s",
                               x->figures[k].parts[i], x->figures[k].metric);
    return true;
}

static void collect_units(const group *g, validation *v) {
    v->units = memory_new(v->n_figures, sizeof *v->units);
    for (size_t k = 0; k < v->n_figures; k++)
        v->units[k] = memory_text(g->s.evaluator.metrics[g->metric_of[k]].unit);
}

static void group_collect(const group *g, validation *v) {
    if (!v->units) collect_units(g, v);
    for (size_t i = 0; i < g->n; i++) {
        const result *r = &g->results[i];
        const bool failed = r->outcome == CIM_FAILED;
        double *ours = v->ours + g->rows[i] * v->n_figures;
        for (size_t k = 0; k < v->n_figures; k++)
            ours[k] = failed ? (double)NAN : figure_of(r, &g->t->x->figures[k], g->metric_of[k]);
        if (failed && !v->n_failed++) {
            text why = {0};
            text_add(&why, "%s: %s", v->labels[g->rows[i]], r->reason);
            v->first_failure = memory_text(text_of(&why));
            text_free(&why);
        }
    }
}

static void group_free(group *g) {
    if (g->results) results_free(g->results, g->n);
    columns_free(&g->c);
    free(g->designs);
    free(g->rows);
    free(g->metric_of);
    study_close(&g->s);
}

static bool evaluate_like(const reference_rows *t, size_t first, bool *done, const char *path,
                          const options *o, validation *v, failure *f) {
    group g = {.t = t, .metric_of = memory_new(v->n_figures, sizeof(uint32_t))};
    group_rows(&g, first, done);
    bool good = open_study(&g.s, path, t->sets[first], o, f) &&
                find_metrics(&g.s, t->x, g.metric_of, f) && group_columns(&g, f);
    if (good) {
        group_designs(&g);
        good = ready_rows(&g.s, g.designs, g.n, f) && group_run(&g, (unsigned)o->workers, f);
    }
    good = good && check_parts(&g, f);
    if (good) group_collect(&g, v);
    group_free(&g);
    return good;
}

static void make_room(const reference_rows *t, validation *v) {
    v->n_rows = t->n;
    v->labels = memory_new(t->n, sizeof *v->labels);
    v->ours = memory_new(t->n * v->n_figures, sizeof *v->ours);
    v->theirs = memory_new(t->n * v->n_figures, sizeof *v->theirs);
    for (size_t i = 0; i < t->n; i++) {
        v->labels[i] = memory_text(csv_cell(&t->rows[i], (size_t)t->label));
        for (size_t k = 0; k < v->n_figures; k++)
            v->theirs[i * v->n_figures + k] = column_sum_of(&t->figures[k], &t->rows[i]);
    }
}

bool validation_run(const reference_table *x, const char *path, const char *folder,
                    const options *o, validation *out, failure *f) {
    reference_rows t = {0};
    text file = {0};
    *out = (validation){.n_figures = x->n_figures};
    text_add(&file, x->table[0] == '/' ? "%.0s%s" : "%s/%s", folder, x->table);
    out->absent = access(text_of(&file), F_OK) != 0 && errno == ENOENT;
    bool good = out->absent || reference_rows_read(&t, x, text_of(&file), f);
    text_free(&file);
    bool *done = memory_new(t.n, sizeof *done);
    if (good) make_room(&t, out);
    for (size_t i = 0; good && i < t.n; i++)
        good = done[i] || evaluate_like(&t, i, done, path, o, out, f);
    free(done);
    reference_rows_free(&t);
    return good;
}

void validation_free(validation *v) {
    for (size_t i = 0; v->labels && i < v->n_rows; i++) free(v->labels[i]);
    for (size_t k = 0; v->units && k < v->n_figures; k++) free(v->units[k]);
    free(v->units);
    free(v->labels);
    free(v->ours);
    free(v->theirs);
    free(v->first_failure);
    *v = (validation){0};
}
