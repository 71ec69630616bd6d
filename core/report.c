#include "report.h"
#include "convergence.h"
#include "front.h"
#include "knee.h"
#include "memory.h"
#include "published.h"
#include "reasons.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 24, MOST_DIMENSIONS = 12, MOST_SAME = 24 };

typedef struct report {
    store *st;
    FILE *out;
    layout l;
    front front;
    size_t knee, extremes[GOAL_MAX];
    size_t *rows, n_rows;      /* members shown, best first goal first */
    uint32_t *varying, n_varying; /* dimensions that differ on the front, the most telling first */
    bool *shown;               /* dimensions with a column */
    bool more_metrics;         /* columns beside the goals */
} report;

/* ---- which members ------------------------------------------------------------------------- */

static const report *sorting; /* qsort has no context */
static int by_first_goal(const void *a, const void *b) {
    size_t i = *(const size_t *)a, j = *(const size_t *)b, m = sorting->l.n_goals;
    for (size_t k = 0; k < m; k++) {
        double x = sorting->front.goals[i * m + k], y = sorting->front.goals[j * m + k];
        if (x != y) return x < y ? -1 : 1;
    }
    return (i > j) - (i < j);
}

static bool is_marked(const report *r, size_t member) {
    bool marked = member == r->knee;
    for (uint32_t k = 0; k < r->l.n_goals; k++) marked |= member == r->extremes[k];
    return marked;
}

/* All, or of a large front the knee, the extremes, and others evenly spaced. */
static void choose_rows(report *r) {
    size_t n = r->front.n;
    size_t *all = memory_new(n, sizeof *all);
    for (size_t i = 0; i < n; i++) all[i] = i;
    sorting = r;
    qsort(all, n, sizeof *all, by_first_goal);
    r->rows = memory_new(n, sizeof *r->rows);
    for (size_t i = 0; i < n; i++) {
        bool spaced = i * MOST_ROWS / n != (i + 1) * MOST_ROWS / n;
        if (n <= MOST_ROWS || spaced || is_marked(r, all[i])) r->rows[r->n_rows++] = all[i];
    }
    free(all);
}

/* ---- the table ------------------------------------------------------------------------------ */

static bool is_goal(const layout *l, const char *name) {
    for (uint32_t i = 0; i < l->n_goals; i++)
        if (strcmp(l->goals[i].name, name) == 0) return true;
    return false;
}

/* Metrics that belong beside any goals. */
static bool is_shown(const layout *l, const metric *m) {
    static const char *const always[] = {"energy_j", "latency_s", "area_mm2", "accuracy",
                                         "tops_per_w", "utilization"};
    if (is_goal(l, m->name)) return false;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strcmp(m->name, always[i]) == 0) return true;
    return false;
}

static bool varies(const report *r, uint32_t d) {
    for (size_t i = 1; i < r->front.n; i++)
        if (strcmp(r->front.members[i].dimensions[d], r->front.members[0].dimensions[d]) != 0)
            return true;
    return false;
}

/* How many of the members shown have another value than the commonest. */
static size_t variety(const report *r, uint32_t d) {
    size_t commonest = 0;
    for (size_t i = 0; i < r->n_rows; i++) {
        size_t alike = 0;
        for (size_t j = 0; j < r->n_rows; j++)
            alike += strcmp(r->front.members[r->rows[i]].dimensions[d],
                            r->front.members[r->rows[j]].dimensions[d]) == 0;
        if (alike > commonest) commonest = alike;
    }
    return r->n_rows - commonest;
}

/* A dimension of the whole chip says more than one of a single layer: those come first. */
static void find_varying(report *r) {
    size_t *varieties = memory_new(r->l.n_dimensions, sizeof *varieties);
    r->varying = memory_new(r->l.n_dimensions, sizeof *r->varying);
    r->shown = memory_new(r->l.n_dimensions, sizeof *r->shown);
    for (uint32_t d = 0; d < r->l.n_dimensions; d++) {
        if (!varies(r, d)) continue;
        uint32_t i = r->n_varying++;
        const char *dot = strchr(r->l.dimensions[d], '.');
        bool whole = !dot || !strchr(dot, '[');
        varieties[d] = variety(r, d) + (whole ? r->n_rows : 0);
        for (; i > 0 && varieties[r->varying[i - 1]] < varieties[d]; i--)
            r->varying[i] = r->varying[i - 1];
        r->varying[i] = d;
    }
    free(varieties);
}

static void add_mark(const report *r, size_t member, table *t) {
    text mark = {0};
    if (member == r->knee) text_add(&mark, "knee");
    for (uint32_t k = 0; k < r->l.n_goals; k++)
        if (member == r->extremes[k] && r->front.n > 1)
            text_add(&mark, "%s%s %s", mark.length ? ", " : "",
                     r->l.goals[k].maximise ? "max" : "min", r->l.goals[k].name);
    table_text(t, text_of(&mark));
    text_free(&mark);
}

static void add_numbers(const layout *l, const double *metrics, bool more, table *t) {
    for (uint32_t k = 0; k < l->n_goals; k++) table_number(t, goal_value(&l->goals[k], metrics));
    for (uint32_t i = 0; i < l->n_metrics; i++)
        if (more && is_shown(l, &l->metrics[i])) table_number(t, metrics[i]);
}

static void add_columns(const report *r, table *t) {
    const layout *l = &r->l;
    table_column(t, "trial", "", true);
    for (uint32_t k = 0; k < l->n_goals; k++)
        table_column(t, l->goals[k].name, l->goals[k].unit, true);
    for (uint32_t i = 0; i < l->n_metrics; i++)
        if (r->more_metrics && is_shown(l, &l->metrics[i]))
            table_column(t, l->metrics[i].name, l->metrics[i].unit, true);
    table_column(t, "mark", "", false);
    for (uint32_t d = 0; d < l->n_dimensions; d++)
        if (r->shown[d]) {
            const char *dot = strchr(l->labels[d], '.');
            table_column(t, dot ? dot + 1 : l->labels[d], l->dimension_units[d], true);
        }
}

/* A name as it is, a number to five digits. */
static void add_value(const char *chars, table *t) {
    double number;
    char rounded[NUMBER_SIZE];
    bool is_long = strlen(chars) > 8 && number_read(chars, &number) && number != floor(number);
    if (is_long) snprintf(rounded, sizeof rounded, "%.5g", number);
    table_text(t, is_long ? rounded : chars);
}

static void add_rows(const report *r, table *t) {
    char id[NUMBER_SIZE];
    for (size_t i = 0; i < r->n_rows; i++) {
        const front_member *m = &r->front.members[r->rows[i]];
        number_text(id, (double)m->id);
        table_text(t, id);
        add_numbers(&r->l, m->metrics, r->more_metrics, t);
        add_mark(r, r->rows[i], t);
        for (uint32_t d = 0; d < r->l.n_dimensions; d++)
            if (r->shown[d]) add_value(m->dimensions[d], t);
    }
    if (!r->front.baseline) return;
    table_text(t, r->front.baseline_is_infeasible ? "baseline, infeasible" : "baseline");
    add_numbers(&r->l, r->front.baseline, r->more_metrics, t);
    table_text(t, "");
    for (uint32_t d = 0; d < r->l.n_dimensions; d++)
        if (r->shown[d]) table_text(t, "");
}

static table *make_table(report *r, uint32_t n_dimensions, bool more_metrics) {
    table *t = table_new();
    r->more_metrics = more_metrics;
    for (uint32_t i = 0; i < r->n_varying; i++) r->shown[r->varying[i]] = i < n_dimensions;
    add_columns(r, t);
    add_rows(r, t);
    return t;
}

/* What does not fit is left out: first the metrics that are no goals, then dimensions. */
static void print_table(report *r) {
    size_t width = table_terminal_width(r->out), metrics = 0;
    uint32_t n = r->n_varying < MOST_DIMENSIONS ? r->n_varying : MOST_DIMENSIONS;
    table *t = make_table(r, n, true);
    bool fits = !table_hidden(t, 2, width);
    for (uint32_t k = n + 1; !fits && k-- > 0; fits = !table_hidden(t, 2, width)) {
        table_free(t);
        t = make_table(r, n = k, false);
    }
    table_print(t, r->out, 2, width);
    table_free(t);
    fputs("\n", r->out);
    for (uint32_t i = 0; !r->more_metrics && i < r->l.n_metrics; i++)
        metrics += is_shown(&r->l, &r->l.metrics[i]);
    uint32_t more = r->n_varying - n;
    if (!more && !metrics) return;
    fputs("  Not shown: ", r->out);
    if (more) fprintf(r->out, "%u dimension%s", more, more == 1 ? " that varies" : "s that vary");
    if (metrics)
        fprintf(r->out, "%s%zu metric%s", more ? ", " : "", metrics, metrics == 1 ? "" : "s");
    bool wider = metrics || (n < r->n_varying && n < MOST_DIMENSIONS);
    fprintf(r->out, ": %suse cimdse export --front\n", wider ? "make the window wider, or " : "");
}

/* Of a front of one, all that the design is. */
static void print_same(const report *r) {
    uint32_t n = 0, all = r->l.n_dimensions - r->n_varying;
    const char *head = r->front.n > 1 ? "  The same in all: " : "  The design: ";
    if (!all) return;
    for (uint32_t d = 0; n < MOST_SAME && d < r->l.n_dimensions; d++)
        if (!varies(r, d))
            fprintf(r->out, "%s%s = %s", n++ ? ", " : head, r->l.labels[d],
                    r->front.members[0].dimensions[d]);
    if (n < all) fprintf(r->out, ", and %u more: use cimdse export --front", all - n);
    fputs("\n", r->out);
}

static void print_gains(const report *r) {
    if (!r->front.baseline) return;
    fprintf(r->out, "  The knee against the %sbaseline:",
            r->front.baseline_is_infeasible ? "infeasible " : "");
    for (uint32_t k = 0; k < r->l.n_goals; k++) {
        const goal *g = &r->l.goals[k];
        double knee = goal_value(g, r->front.members[r->knee].metrics);
        double change = knee / goal_value(g, r->front.baseline) - 1;
        fprintf(r->out, "%s %s %+.1f %%", k ? "," : "", g->name, 100 * change);
    }
    fputs("\n", r->out);
}

static void print_front(report *r) {
    size_t n = r->front.n, m = r->l.n_goals;
    if (!n) {
        fprintf(r->out, "No feasible trial%s, so there is no front%s.\n", front_lacks(&r->front),
                r->front.infeasible + r->front.failed ? ": the lines above say why" : "");
        return;
    }
    r->knee = knee_find(r->front.goals, n, m);
    knee_extremes(r->front.goals, n, m, r->extremes);
    choose_rows(r);
    fprintf(r->out, "Front: %zu non-dominated design%s", n, n == 1 ? "" : "s");
    if (r->n_rows < n) fprintf(r->out, " (%zu of them shown)", r->n_rows);
    fputs("\n\n", r->out);
    find_varying(r);
    print_table(r);
    print_same(r);
    print_gains(r);
}

/* ---- the rest ------------------------------------------------------------------------------- */

static void print_failed_baseline(const report *r) {
    if (r->front.baseline_failure)
        fprintf(r->out, "The baseline failed: %s\n", r->front.baseline_failure);
}

static bool print_head(const report *r, failure *f) {
    const front *x = &r->front;
    const uint64_t n = x->feasible + x->infeasible + x->failed;
    const char *name = store_value(r->st, "name", f);
    if (!name) return false;
    fprintf(r->out, "%s: %llu trials", name, (unsigned long long)n);
    if (x->repeated) fprintf(r->out, " of %llu designs", (unsigned long long)(n - x->repeated));
    fprintf(r->out, ": %llu feasible, %llu infeasible, %llu failed\n",
            (unsigned long long)x->feasible, (unsigned long long)x->infeasible,
            (unsigned long long)x->failed);
    for (uint32_t k = 0; k < r->l.n_goals; k++)
        fprintf(r->out, "%s%s", k ? ", " : "Goals: ", r->l.goals[k].written);
    fputs(r->l.n_goals ? "\n" : "", r->out);
    return true;
}

/* Accuracies of another network than the one that the other figures are of. */
static bool print_stand_in(const report *r, failure *f) {
    const char *name = store_value(r->st, "accuracy_on", f);
    if (name && name[0])
        fprintf(r->out, "Accuracy is that of a stand-in, %s (accuracy.on), not of the study's "
                        "network.\n", name);
    return name != NULL;
}

/* How many designs each level of a ladder evaluated. */
static void print_climbs(const climbs *c, FILE *out) {
    uint64_t reached[LEVEL_MAX], above = 0;
    if (!c->n) return;
    for (uint32_t i = c->n; i-- > 0;) reached[i] = above += c->ended[i];
    fputs("Accuracy ladder:", out);
    for (uint32_t i = 0; i < c->n; i++)
        fprintf(out, "%s %s %llu", i ? "," : "", c->names[i], (unsigned long long)reached[i]);
    fprintf(out, " designs: %.1f %% of %s evaluations saved\n",
            above ? 100 * (1 - (double)reached[c->n - 1] / (double)above) : 0, c->names[c->n - 1]);
}

bool report_print(store *st, FILE *out, failure *f) {
    report r = {.st = st, .out = out};
    climbs ladder;
    bool good = layout_read(st, &r.l, f) && front_read(st, &r.l, &r.front, f) &&
                store_climbs(st, &ladder, f) && print_head(&r, f) && print_stand_in(&r, f);
    if (good) {
        print_climbs(&ladder, out);
        good = reasons_print(st, &r.l, &r.front, "  ", out, f);
        print_failed_baseline(&r);
        print_front(&r);
        convergence_print(&r.front, r.l.n_goals, out);
        good = good && published_print(st, &r.l, &r.front, out, f);
    }
    free(r.rows);
    free(r.varying);
    free(r.shown);
    front_free(&r.front, &r.l);
    layout_free(&r.l);
    return good;
}
