#include "store_read.h"
#include "memory.h"
#include "store_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *column_copy(sqlite3_stmt *q, int column) {
    const char *value = (const char *)sqlite3_column_text(q, column);
    return memory_text(value ? value : "");
}

bool store_pairs(store *st, const char *sql, char ***first, char ***second, uint32_t *n,
                 failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, sql, &q, f)) return false;
    while (sqlite3_step(q) == SQLITE_ROW) {
        *first =
            (*n & (*n - 1)) == 0 ? memory_grow(*first, *n ? 2u * *n : 1, sizeof **first) : *first;
        *second = (*n & (*n - 1)) == 0 ? memory_grow(*second, *n ? 2u * *n : 1, sizeof **second)
                                       : *second;
        (*first)[*n] = column_copy(q, 0);
        (*second)[*n] = column_copy(q, 1);
        ++*n;
    }
    sqlite3_finalize(q);
    return true;
}

static bool read_metrics(store *st, layout *l, failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, "SELECT name, unit, help, source FROM metric ORDER BY position", &q, f))
        return false;
    while (sqlite3_step(q) == SQLITE_ROW) {
        MEMORY_ROOM(l->metrics, l->n_metrics);
        l->metrics[l->n_metrics++] = (metric){.name = column_copy(q, 0), .unit = column_copy(q, 1),
                                              .help = column_copy(q, 2), .from = column_copy(q, 3)};
    }
    sqlite3_finalize(q);
    return true;
}

static bool read_goals(store *st, layout *l, failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, "SELECT written FROM goal ORDER BY position", &q, f)) return false;
    l->goals = memory_new(GOAL_MAX, sizeof *l->goals);
    while (!f->status && l->n_goals < GOAL_MAX && sqlite3_step(q) == SQLITE_ROW) {
        goal *g = &l->goals[l->n_goals];
        node written = {.type = NODE_TEXT, .text = column_copy(q, 0), .file = st->file};
        if (goal_read(&written, l->metrics, l->n_metrics, g, f)) l->n_goals++;
        else free(written.text);
    }
    sqlite3_finalize(q);
    return !f->status;
}

/* Studies of earlier versions have no labels: there a dimension is called by its name. */
static bool read_labels(store *st, layout *l) {
    sqlite3_stmt *q;
    failure ignored = {0};
    l->labels = memory_new(l->n_dimensions, sizeof *l->labels);
    for (uint32_t d = 0; d < l->n_dimensions; d++) l->labels[d] = memory_text(l->dimensions[d]);
    if (!store_prepare(st, "SELECT label FROM dimension ORDER BY position", &q, &ignored))
        return true;
    for (uint32_t d = 0; d < l->n_dimensions && sqlite3_step(q) == SQLITE_ROW; d++) {
        free(l->labels[d]);
        l->labels[d] = column_copy(q, 0);
    }
    sqlite3_finalize(q);
    return true;
}

bool layout_read(store *st, layout *l, failure *f) {
    *l = (layout){0};
    return store_pairs(st, "SELECT name, unit FROM dimension ORDER BY position", &l->dimensions,
                      &l->dimension_units, &l->n_dimensions, f) &&
           read_labels(st, l) &&
           store_pairs(st, "SELECT name, source FROM rule ORDER BY position", &l->rules,
                      &l->rule_sources, &l->n_rules, f) &&
           read_metrics(st, l, f) && read_goals(st, l, f);
}

static void free_texts(char **texts, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) free(texts[i]);
    free(texts);
}

void layout_free(layout *l) {
    free_texts(l->dimensions, l->n_dimensions);
    free_texts(l->dimension_units, l->n_dimensions);
    if (l->labels) free_texts(l->labels, l->n_dimensions);
    free_texts(l->rules, l->n_rules);
    free_texts(l->rule_sources, l->n_rules);
    for (uint32_t i = 0; i < l->n_metrics; i++) {
        free((char *)(uintptr_t)l->metrics[i].name);
        free((char *)(uintptr_t)l->metrics[i].unit);
        free((char *)(uintptr_t)l->metrics[i].help);
        free((char *)(uintptr_t)l->metrics[i].from);
    }
    for (uint32_t i = 0; i < l->n_goals; i++) free((char *)(uintptr_t)l->goals[i].written);
    free(l->metrics);
    free(l->goals);
    *l = (layout){0};
}

/* ---- what a front is made of ----------------------------------------------------------------- */

static bool is_used(const layout *l, uint32_t metric_index) {
    for (uint32_t i = 0; i < l->n_goals; i++)
        for (uint32_t k = 0; k < l->goals[i].of.n; k++)
            if (l->goals[i].of.metric[k] == metric_index) return true;
    return false;
}

static void add_goal_columns(const layout *l, text *sql) {
    text name = {0};
    text_add(sql, "SELECT id, outcome, fidelity, duplicate_of");
    for (uint32_t i = 0; i < l->n_rules; i++) {
        text_clear(&name);
        text_add(&name, "slack.%s", l->rules[i]);
        text_add(sql, ", ");
        store_quote(text_of(&name), sql);
    }
    for (uint32_t i = 0; i < l->n_metrics; i++)
        if (is_used(l, i)) {
            text_add(sql, ", ");
            store_quote(l->metrics[i].name, sql);
        }
    text_add(sql, " FROM trial WHERE id >= 0 ORDER BY id");
    text_free(&name);
}

/* METRICS: where each column behind the slacks belongs. */
static void take_goal_row(sqlite3_stmt *q, const layout *l, const uint32_t *metrics, uint32_t n,
                          double *numbers, row *out) {
    double *slack = numbers + l->n_metrics;
    *out = (row){.id = sqlite3_column_int64(q, 0), .outcome = store_outcome(q, 1),
                 .reason = "", .fidelity = (uint32_t)sqlite3_column_int(q, 2),
                 .duplicate_of = store_duplicate_of(q, 3), .metrics = numbers, .slack = slack};
    for (uint32_t i = 0; i < l->n_rules; i++) slack[i] = store_number(q, 4 + (int)i);
    for (uint32_t i = 0; i < n; i++)
        numbers[metrics[i]] = store_number(q, 4 + (int)(l->n_rules + i));
}

bool store_goal_rows(store *st, const layout *l, bool (*each)(void *context, const row *r),
                     void *context, failure *f) {
    sqlite3_stmt *q;
    text sql = {0};
    add_goal_columns(l, &sql);
    bool good = store_prepare(st, text_of(&sql), &q, f);
    text_free(&sql);
    if (!good) return false;
    uint32_t *metrics = memory_new(l->n_metrics, sizeof *metrics), n = 0;
    double *numbers = memory_new((size_t)l->n_metrics + l->n_rules, sizeof *numbers);
    for (uint32_t i = 0; i < l->n_metrics; i++) {
        numbers[i] = NAN;
        if (is_used(l, i)) metrics[n++] = i;
    }
    int step;
    while ((step = sqlite3_step(q)) == SQLITE_ROW) {
        row r;
        take_goal_row(q, l, metrics, n, numbers, &r);
        if (!each(context, &r)) break;
    }
    good = step == SQLITE_ROW || step == SQLITE_DONE || store_fail(st, f);
    sqlite3_finalize(q);
    free(metrics);
    free(numbers);
    return good;
}

static uint32_t ladder_names(store *st, char names[LEVEL_MAX][64]) {
    const char *at = store_value(st, "ladder");
    uint32_t n = 0;
    for (size_t length; *at && n < LEVEL_MAX; at += length + (at[length] == ' ')) {
        length = strcspn(at, " ");
        snprintf(names[n++], 64, "%.*s", (int)length, at);
    }
    return n;
}

bool store_climbs(store *st, climbs *out, failure *f) {
    sqlite3_stmt *q;
    *out = (climbs){.n = 0};
    out->n = ladder_names(st, out->names);
    if (!out->n) return true;
    if (!store_prepare(
            st,
            "SELECT fidelity, count(*) FROM trial WHERE id >= 0 AND duplicate_of IS NULL "
            "GROUP BY fidelity",
            &q, f))
        return false;
    while (sqlite3_step(q) == SQLITE_ROW) {
        const int level = sqlite3_column_int(q, 0);
        if (level >= 0 && level < (int)out->n)
            out->ended[level] = (uint64_t)sqlite3_column_int64(q, 1);
    }
    sqlite3_finalize(q);
    return true;
}

bool store_extent(store *st, uint64_t *trials, uint32_t *fidelity, failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, "SELECT count(*), max(fidelity) FROM trial WHERE id >= 0", &q, f))
        return false;
    bool good = sqlite3_step(q) == SQLITE_ROW || store_fail(st, f);
    *trials = good ? (uint64_t)sqlite3_column_int64(q, 0) : 0;
    *fidelity = good ? (uint32_t)sqlite3_column_int(q, 1) : 0;
    sqlite3_finalize(q);
    char names[LEVEL_MAX][64];
    const uint32_t levels = ladder_names(st, names);
    if (levels) *fidelity = levels - 1;
    return good;
}

bool store_reasons(store *st, size_t most,
                   bool (*each)(void *context, const char *reason, uint64_t n), void *context,
                   failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, "SELECT reason, count(*) AS n FROM trial WHERE outcome = 'failed' AND "
                           "id >= 0 GROUP BY reason ORDER BY n DESC, reason LIMIT ?", &q, f))
        return false;
    sqlite3_bind_int64(q, 1, (int64_t)most);
    while (sqlite3_step(q) == SQLITE_ROW)
        if (!each(context, (const char *)sqlite3_column_text(q, 0),
                  (uint64_t)sqlite3_column_int64(q, 1)))
            break;
    sqlite3_finalize(q);
    return true;
}

bool store_components(store *st, int64_t trial, const char *metric_name,
                      bool (*each)(void *context, const char *component, double value),
                      void *context, failure *f) {
    sqlite3_stmt *q;
    if (!store_prepare(st, "SELECT component, sum(value) FROM part WHERE trial = ? AND metric = ? "
                           "GROUP BY component ORDER BY min(rowid)", &q, f))
        return false;
    sqlite3_bind_int64(q, 1, trial);
    sqlite3_bind_text(q, 2, metric_name, -1, SQLITE_TRANSIENT);
    while (sqlite3_step(q) == SQLITE_ROW)
        if (!each(context, (const char *)sqlite3_column_text(q, 0), sqlite3_column_double(q, 1)))
            break;
    sqlite3_finalize(q);
    return true;
}

bool cell_coordinate(const dimension *d, const cell *c, double *coordinate) {
    if (!c->name) return space_coordinate(d, c->number, coordinate);
    for (uint64_t i = 0; d->is.names && i < d->is.n_levels; i++)
        if (strcmp(d->is.names[i], c->name) == 0) {
            *coordinate = (double)i;
            return true;
        }
    return false;
}

bool row_point(const row *r, const layout *l, const space *s, double *point, failure *f) {
    space_default(s, point);
    for (uint32_t d = 0; d < s->n_dimensions; d++) {
        /* The same place, as a rule; a study changed by --set may lack some. */
        uint32_t i =
            d < l->n_dimensions && strcmp(s->dimensions[d].is.name, l->dimensions[d]) == 0 ? d : 0;
        while (i < l->n_dimensions && strcmp(s->dimensions[d].is.name, l->dimensions[i]) != 0) i++;
        if (i < l->n_dimensions &&
            !cell_coordinate(&s->dimensions[d], &r->dimensions[i], &point[d]))
            return fail(f, STATUS_WRONG, "trial %lld: the stored %s is none of the config's values",
                        (long long)r->id, l->dimensions[i]);
    }
    return true;
}
