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

typedef struct pairs {
    char **first, **second;
    uint32_t n;
} pairs;

static bool take_pair(void *context, sqlite3_stmt *q) {
    pairs *p = context;
    MEMORY_ROOM(p->first, p->n);
    MEMORY_ROOM(p->second, p->n);
    p->first[p->n] = column_copy(q, 0);
    p->second[p->n++] = column_copy(q, 1);
    return true;
}

bool store_pairs(store *st, const char *sql, char ***first, char ***second, uint32_t *n,
                 failure *f) {
    pairs p = {*first, *second, *n};
    const bool good = store_each(st, sql, NULL, 0, take_pair, &p, f);
    *first = p.first;
    *second = p.second;
    *n = p.n;
    return good;
}

static bool take_metric(void *context, sqlite3_stmt *q) {
    layout *l = context;
    MEMORY_ROOM(l->metrics, l->n_metrics);
    l->metrics[l->n_metrics++] = (metric){.name = column_copy(q, 0), .unit = column_copy(q, 1),
                                          .help = column_copy(q, 2), .from = column_copy(q, 3)};
    return true;
}

typedef struct goal_reading {
    layout *l;
    char *file;
    failure *f;
} goal_reading;

static bool take_goal(void *context, sqlite3_stmt *q) {
    goal_reading *r = context;
    layout *l = r->l;
    goal *g = &l->goals[l->n_goals];
    node written = {.type = NODE_TEXT, .text = column_copy(q, 0), .file = r->file};
    if (goal_read(&written, l->metrics, l->n_metrics, g, r->f)) l->n_goals++;
    else free(written.text);
    return !r->f->status && l->n_goals < GOAL_MAX;
}

static bool read_goals(store *st, layout *l, failure *f) {
    goal_reading r = {.l = l, .file = st->file, .f = f};
    l->goals = memory_new(GOAL_MAX, sizeof *l->goals);
    return store_each(st, "SELECT written FROM goal ORDER BY position", NULL, 0, take_goal, &r,
                      f) && !f->status;
}

static bool found(void *context, sqlite3_stmt *q) {
    (void)q;
    *(bool *)context = true;
    return false;
}

typedef struct label_reading {
    layout *l;
    uint32_t d;
} label_reading;

static bool take_label(void *context, sqlite3_stmt *q) {
    label_reading *r = context;
    if (r->d == r->l->n_dimensions) return false;
    free(r->l->labels[r->d]);
    r->l->labels[r->d++] = column_copy(q, 0);
    return true;
}

/* Studies of earlier versions have no labels: there a dimension is called by its name. */
static bool read_labels(store *st, layout *l, failure *f) {
    bool has_labels = false;
    label_reading r = {.l = l};
    l->labels = memory_new(l->n_dimensions, sizeof *l->labels);
    for (uint32_t d = 0; d < l->n_dimensions; d++) l->labels[d] = memory_text(l->dimensions[d]);
    if (!store_each(st, "SELECT 1 FROM pragma_table_info('dimension') WHERE name = 'label'", NULL,
                    0, found, &has_labels, f))
        return false;
    return !has_labels || store_each(st, "SELECT label FROM dimension ORDER BY position", NULL, 0,
                                     take_label, &r, f);
}

bool layout_read(store *st, layout *l, failure *f) {
    *l = (layout){0};
    return store_pairs(st, "SELECT name, unit FROM dimension ORDER BY position", &l->dimensions,
                      &l->dimension_units, &l->n_dimensions, f) &&
           read_labels(st, l, f) &&
           store_pairs(st, "SELECT name, source FROM rule ORDER BY position", &l->rules,
                      &l->rule_sources, &l->n_rules, f) &&
           store_each(st, "SELECT name, unit, help, source FROM metric ORDER BY position", NULL, 0,
                      take_metric, l, f) &&
           read_goals(st, l, f);
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

typedef struct goal_rows {
    const layout *l;
    uint32_t *metrics, n;    /* where each column behind the slacks belongs */
    double *numbers;
    bool (*each)(void *context, const row *r);
    void *context;
} goal_rows;

static bool give_goal_row(void *context, sqlite3_stmt *q) {
    goal_rows *g = context;
    const layout *l = g->l;
    double *slack = g->numbers + l->n_metrics;
    const row r = {.id = sqlite3_column_int64(q, 0), .outcome = store_outcome(q, 1), .reason = "",
                   .fidelity = (uint32_t)sqlite3_column_int(q, 2),
                   .duplicate_of = store_duplicate_of(q, 3), .metrics = g->numbers,
                   .slack = slack};
    for (uint32_t i = 0; i < l->n_rules; i++) slack[i] = store_number(q, 4 + (int)i);
    for (uint32_t i = 0; i < g->n; i++)
        g->numbers[g->metrics[i]] = store_number(q, 4 + (int)(l->n_rules + i));
    return g->each(g->context, &r);
}

bool store_goal_rows(store *st, const layout *l, bool (*each)(void *context, const row *r),
                     void *context, failure *f) {
    goal_rows g = {.l = l, .each = each, .context = context};
    text sql = {0};
    add_goal_columns(l, &sql);
    g.metrics = memory_new(l->n_metrics, sizeof *g.metrics);
    g.numbers = memory_new((size_t)l->n_metrics + l->n_rules, sizeof *g.numbers);
    for (uint32_t i = 0; i < l->n_metrics; i++) {
        g.numbers[i] = NAN;
        if (is_used(l, i)) g.metrics[g.n++] = i;
    }
    const bool good = store_each(st, text_of(&sql), NULL, 0, give_goal_row, &g, f);
    text_free(&sql);
    free(g.metrics);
    free(g.numbers);
    return good;
}

typedef struct ladder_names {
    uint32_t n;
    char (*names)[64];       /* LEVEL_MAX of them */
} ladder_names;

static bool take_ladder(void *context, sqlite3_stmt *q) {
    ladder_names *l = context;
    const char *at = (const char *)sqlite3_column_text(q, 0);
    for (size_t length; at && *at && l->n < LEVEL_MAX; at += length + (at[length] == ' ')) {
        length = strcspn(at, " ");
        snprintf(l->names[l->n++], 64, "%.*s", (int)length, at);
    }
    return true;
}

static bool read_ladder(store *st, ladder_names *l, failure *f) {
    return store_each(st, "SELECT value FROM study WHERE key = 'ladder'", NULL, 0, take_ladder, l,
                      f);
}

static bool take_climb(void *context, sqlite3_stmt *q) {
    climbs *out = context;
    const int level = sqlite3_column_int(q, 0);
    if (level >= 0 && level < (int)out->n)
        out->ended[level] = (uint64_t)sqlite3_column_int64(q, 1);
    return true;
}

bool store_climbs(store *st, climbs *out, failure *f) {
    *out = (climbs){.n = 0};
    ladder_names l = {.names = out->names};
    if (!read_ladder(st, &l, f)) return false;
    out->n = l.n;
    return !out->n ||
           store_each(st,
                      "SELECT fidelity, count(*) FROM trial WHERE id >= 0 AND duplicate_of IS NULL "
                      "GROUP BY fidelity",
                      NULL, 0, take_climb, out, f);
}

typedef struct extent {
    uint64_t trials;
    uint32_t fidelity;
} extent;

static bool take_extent(void *context, sqlite3_stmt *q) {
    *(extent *)context = (extent){.trials = (uint64_t)sqlite3_column_int64(q, 0),
                                  .fidelity = (uint32_t)sqlite3_column_int(q, 1)};
    return true;
}

bool store_extent(store *st, uint64_t *trials, uint32_t *fidelity, failure *f) {
    extent x = {0};
    char names[LEVEL_MAX][64];
    ladder_names l = {.names = names};
    const bool good = store_each(st, "SELECT count(*), max(fidelity) FROM trial WHERE id >= 0",
                                 NULL, 0, take_extent, &x, f) && read_ladder(st, &l, f);
    *trials = x.trials;
    *fidelity = l.n ? l.n - 1 : x.fidelity;
    return good;
}

typedef struct reason_giver {
    bool (*each)(void *context, const char *reason, uint64_t n);
    void *context;
} reason_giver;

static bool give_reason(void *context, sqlite3_stmt *q) {
    const reason_giver *g = context;
    const char *reason = (const char *)sqlite3_column_text(q, 0);
    return g->each(g->context, reason ? reason : "", (uint64_t)sqlite3_column_int64(q, 1));
}

bool store_reasons(store *st, size_t most,
                   bool (*each)(void *context, const char *reason, uint64_t n), void *context,
                   failure *f) {
    reason_giver g = {each, context};
    return store_each(st,
                      "SELECT reason, count(*) AS n FROM trial WHERE outcome = 'failed' AND "
                      "id >= 0 GROUP BY reason ORDER BY n DESC, reason LIMIT ?",
                      (const binding[]){{.number = (int64_t)most}}, 1, give_reason, &g, f);
}

typedef struct component_giver {
    bool (*each)(void *context, const char *component, double value);
    void *context;
} component_giver;

static bool give_component(void *context, sqlite3_stmt *q) {
    const component_giver *g = context;
    const char *component = (const char *)sqlite3_column_text(q, 0);
    return g->each(g->context, component ? component : "", sqlite3_column_double(q, 1));
}

bool store_components(store *st, int64_t trial, const char *metric_name,
                      bool (*each)(void *context, const char *component, double value),
                      void *context, failure *f) {
    component_giver g = {each, context};
    return store_each(st,
                      "SELECT component, sum(value) FROM part WHERE trial = ? AND metric = ? "
                      "GROUP BY component ORDER BY min(rowid)",
                      (const binding[]){{.number = trial}, {.text = metric_name}}, 2,
                      give_component, &g, f);
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
