#include "compare_private.h"
#include "knee.h"
#include "memory.h"
#include "pareto.h"
#include "reasons.h"

#include <cim_sdk/hypervolume.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MERGED = 24 };

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_side(comparison *c, side *s) {
    s->knee = 0;
    if (!layout_read(s->st, &s->l, c->f) || !front_read(s->st, &s->l, &s->front, c->f) ||
        !store_climbs(s->st, &s->climbs, c->f) ||
        !(s->stand_in = store_value_copy(s->st, "accuracy_on", c->f)))
        return false;
    if (s == c->sides) {
        c->m = s->l.n_goals;
        c->goals = s->l.goals;
    }
    for (uint32_t k = 0; k < c->m; k++)
        if (s->l.n_goals != c->m || strcmp(s->l.goals[k].written, c->goals[k].written) != 0)
            return fail(c->f, STATUS_WRONG, "%s and %s have different goals", c->sides[0].name,
                        s->name);
    s->knee = s->front.n ? knee_find(s->front.goals, s->front.n, c->m) : 0;
    return true;
}

static void scale_goals(comparison *c) {
    for (uint32_t k = 0; k < c->m; k++) {
        c->best[k] = INFINITY;
        c->worst[k] = -INFINITY;
        for (size_t i = 0; i < c->n; i++)
            for (size_t j = 0; j < c->sides[i].front.n; j++) {
                double v = c->sides[i].front.goals[j * c->m + k];
                c->best[k] = fmin(c->best[k], v);
                c->worst[k] = fmax(c->worst[k], v);
            }
    }
    for (size_t i = 0; i < c->n; i++) {
        side *s = &c->sides[i];
        s->unit_goals = memory_new(s->front.n * c->m, sizeof *s->unit_goals);
        for (size_t j = 0; j < s->front.n * c->m; j++) {
            double span = c->worst[j % c->m] - c->best[j % c->m];
            s->unit_goals[j] = span > 0 ? (s->front.goals[j] - c->best[j % c->m]) / span : 0;
        }
    }
}

static bool same_goals(const double *a, const double *b, uint32_t m) {
    for (uint32_t k = 0; k < m; k++)
        if (a[k] != b[k]) return false;
    return true;
}

/* The member of a run that has these goals, or NULL. */
static const front_member *member_with(const comparison *c, const side *s, const double *goals) {
    for (size_t j = 0; j < s->front.n; j++)
        if (same_goals(s->front.goals + j * c->m, goals, c->m)) return &s->front.members[j];
    return NULL;
}

/* Ids of the merged archive: run in the upper half, member in the lower. Of equals it holds the
 * first, and each run that found one has found it. */
static pareto *merge(comparison *c) {
    pareto *all = pareto_new(c->m ? c->m : 1);
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = 0; j < c->sides[i].front.n; j++)
            pareto_add(all, (uint64_t)i << 32 | j, c->sides[i].front.goals + j * c->m);
    pareto_sort(all);
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < pareto_size(all); k++)
            c->sides[i].merged += member_with(c, &c->sides[i], pareto_goals(all, k)) != NULL;
    return all;
}

/* ---- tables ---------------------------------------------------------------------------------- */

void compare_finish(const comparison *c, table *t) {
    table_print(t, c->out, 2, 0);
    table_free(t);
}

/* Columns that only some comparisons need. */
typedef struct also { bool designs, ladder, stand_in; } also;

static also columns_of(const comparison *c) {
    also any = {false, false, false};
    for (size_t i = 0; i < c->n; i++) {
        any.designs |= c->sides[i].front.repeated > 0;
        any.ladder |= c->sides[i].climbs.n > 0;
        any.stand_in |= c->sides[i].stand_in[0] != '\0';
    }
    return any;
}

static double volume(const comparison *c, const side *s) {
    double reference[GOAL_MAX];
    for (uint32_t k = 0; k < c->m; k++) reference[k] = 1.1; /* extremes count too */
    return s->front.n ? cim_hypervolume(s->unit_goals, s->front.n, c->m, reference) /
                            pow(1.1, c->m)
                      : 0;
}

static void add_run(const comparison *c, const side *s, also any, table *t) {
    const front *x = &s->front;
    const climbs *l = &s->climbs;
    const uint64_t trials = x->feasible + x->infeasible + x->failed;
    table_text(t, s->name);
    table_number(t, (double)trials);
    if (any.designs) table_number(t, (double)(trials - x->repeated));
    table_number(t, (double)x->feasible);
    table_number(t, (double)x->infeasible);
    table_number(t, (double)x->failed);
    table_number(t, (double)x->n);
    table_number(t, (double)s->merged);
    table_number(t, volume(c, s));
    if (any.ladder) table_number(t, l->n ? (double)l->ended[l->n - 1] : (double)NAN);
    if (any.stand_in) table_text(t, s->stand_in[0] ? s->stand_in : "the study's network");
}

static void print_runs(comparison *c) {
    static const char *const heads[] = {"feasible", "infeasible", "failed", "front",
                                        "of merged front", "hypervolume"};
    const also any = columns_of(c);
    table *t = table_new();
    table_column(t, "run", "", false);
    table_column(t, "trials", "", true);
    if (any.designs) table_column(t, "designs", "", true);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) table_column(t, heads[i], "", true);
    if (any.ladder) table_column(t, "at the full level", "", true);
    if (any.stand_in) table_column(t, "accuracy on", "", false);
    for (size_t i = 0; i < c->n; i++) add_run(c, &c->sides[i], any, t);
    compare_finish(c, t);
    fputs("  hypervolume: share of the box from the best to 1.1 x the worst of each goal on any "
          "front\n",
          c->out);
}

/* Why the counts above are what they are. */
static void print_reasons(const comparison *c) {
    text before = {0};
    for (size_t i = 0; i < c->n; i++) {
        const side *s = &c->sides[i];
        text_clear(&before);
        text_add(&before, "  %s: ", s->name);
        if (!s->front.n) fprintf(c->out, "%sno feasible trial%s\n", text_of(&before),
                                front_lacks(&s->front));
        reasons_print(s->st, &s->l, &s->front, text_of(&before), c->out, c->f);
    }
    text_free(&before);
}

static void print_ties(comparison *c, size_t n_merged) {
    size_t found = 0;
    for (size_t i = 0; i < c->n; i++) found += c->sides[i].merged;
    if (found > n_merged)
        fputs("  of merged front: a design that several runs found, or its equal in all goals, "
              "counts for each\n",
              c->out);
}

table *compare_table(const comparison *c, const char *first) {
    table *t = table_new();
    table_column(t, first, "", false);
    table_column(t, "unit", "", false);
    for (size_t i = 0; i < c->n; i++) {
        table_column(t, c->sides[i].name, "", true);
        if (i) table_column(t, "ratio", "", true);
    }
    return t;
}

void compare_row(const comparison *c, table *t, const char *name, const char *unit,
                 const double *values) {
    const char *prefix;
    text shown = {0};
    size_t first = 0;
    while (first + 1 < c->n && !isfinite(values[first])) first++;
    const double factor = unit_prefix(unit, values[first], &prefix);
    text_add(&shown, "%s%s", prefix, unit);
    table_text(t, name);
    table_text(t, text_of(&shown));
    for (size_t i = 0; i < c->n; i++) {
        table_number(t, isfinite(values[i]) ? values[i] / factor : (double)NAN);
        double ratio = isfinite(values[0]) ? values[i] / values[0] : (double)NAN;
        if (i) table_number(t, isfinite(ratio) ? ratio : (double)NAN);
    }
    text_free(&shown);
}

static double as_wanted(const goal *g, double minimised) {
    return g->maximise ? -minimised : minimised;
}

static void print_best(comparison *c) {
    table *t = compare_table(c, "best of each goal");
    for (uint32_t k = 0; k < c->m; k++) {
        double values[COMPARE_MAX];
        for (size_t i = 0; i < c->n; i++) {
            const front *x = &c->sides[i].front;
            double best = INFINITY;
            for (size_t j = 0; j < x->n; j++) best = fmin(best, x->goals[j * c->m + k]);
            values[i] = as_wanted(&c->goals[k], best);
        }
        compare_row(c, t, c->goals[k].written, c->goals[k].unit, values);
    }
    fputs("\n", c->out);
    compare_finish(c, t);
}

/* Best goal K of a run among members whose other goals are no worse than BOUNDS. */
static double best_within(const comparison *c, const side *s, uint32_t k, const double *bounds) {
    double best = INFINITY;
    for (size_t j = 0; j < s->front.n; j++) {
        const double *goals = s->front.goals + j * c->m;
        bool within = true;
        for (uint32_t o = 0; o < c->m; o++) within &= o == k || goals[o] <= bounds[o];
        if (within) best = fmin(best, goals[k]);
    }
    return best;
}

static void print_equal(comparison *c) {
    double bounds[GOAL_MAX];
    if (c->m < 2) return;
    fputs("\n  At equal constraint: no goal worse than at any knee (", c->out);
    for (uint32_t k = 0; k < c->m; k++) {
        const char *prefix;
        bounds[k] = -INFINITY;
        for (size_t i = 0; i < c->n; i++)
            if (c->sides[i].front.n)
                bounds[k] = fmax(bounds[k], c->sides[i].front.goals[c->sides[i].knee * c->m + k]);
        const double value = as_wanted(&c->goals[k], bounds[k]),
                     factor = unit_prefix(c->goals[k].unit, value, &prefix);
        fprintf(c->out, "%s%s %.4g%s%s%s", k ? ", " : "", c->goals[k].name, value / factor,
                c->goals[k].unit[0] ? " " : "", prefix, c->goals[k].unit);
    }
    fputs(")\n", c->out);
    table *t = compare_table(c, "best of the others");
    for (uint32_t k = 0; k < c->m; k++) {
        double values[COMPARE_MAX];
        for (size_t i = 0; i < c->n; i++)
            values[i] = as_wanted(&c->goals[k], best_within(c, &c->sides[i], k, bounds));
        compare_row(c, t, c->goals[k].written, c->goals[k].unit, values);
    }
    compare_finish(c, t);
}

static double knee_metric(const side *s, const char *name) {
    for (uint32_t i = 0; s->front.n && i < s->l.n_metrics; i++)
        if (strcmp(s->l.metrics[i].name, name) == 0) return s->front.members[s->knee].metrics[i];
    return NAN;
}

static void print_knees(comparison *c) {
    table *t = compare_table(c, "the knees");
    double ids[COMPARE_MAX], values[COMPARE_MAX];
    for (size_t i = 0; i < c->n; i++) {
        const front *x = &c->sides[i].front;
        ids[i] = x->n ? (double)x->members[c->sides[i].knee].id : (double)NAN;
    }
    table_text(t, "trial");
    table_text(t, "");
    for (size_t i = 0; i < c->n; i++) {
        table_number(t, ids[i]);
        if (i) table_text(t, "");
    }
    const layout *l = &c->sides[0].l;
    for (uint32_t k = 0; k < l->n_metrics; k++) {
        for (size_t i = 0; i < c->n; i++) values[i] = knee_metric(&c->sides[i], l->metrics[k].name);
        compare_row(c, t, l->metrics[k].name, l->metrics[k].unit, values);
    }
    fputs("\n", c->out);
    compare_finish(c, t);
}

/* ---- gains and merged front ------------------------------------------------------------------ */

static void print_gains(comparison *c) {
    bool any = false;
    for (size_t i = 0; i < c->n; i++) {
        const side *s = &c->sides[i];
        if (s->front.baseline_failure)
            fprintf(c->out, "%s  The baseline of %s failed: %s\n", any ? "" : "\n", s->name,
                    s->front.baseline_failure);
        any |= s->front.baseline_failure != NULL;
        if (!s->front.baseline || !s->front.n) continue;
        fprintf(c->out, "%s  The knee of %s against its %sbaseline:", any ? "" : "\n", s->name,
                s->front.baseline_is_infeasible ? "infeasible " : "");
        for (uint32_t k = 0; k < c->m; k++) {
            double knee = goal_value(&s->l.goals[k], s->front.members[s->knee].metrics);
            double change = knee / goal_value(&s->l.goals[k], s->front.baseline) - 1;
            fprintf(c->out, "%s %s %+.1f %%", k ? "," : "", c->goals[k].name, 100 * change);
        }
        fputs("\n", c->out);
        any = true;
    }
}

/* The runs that found a design with these goals, and their trials: "a, b" and "3, 17". */
static void add_finders(const comparison *c, const double *goals, table *t) {
    text names = {0}, trials = {0};
    for (size_t i = 0; i < c->n; i++) {
        const front_member *m = member_with(c, &c->sides[i], goals);
        if (!m) continue;
        text_add(&names, "%s%s", names.length ? ", " : "", c->sides[i].name);
        text_add(&trials, "%s%lld", trials.length ? ", " : "", (long long)m->id);
    }
    table_text(t, text_of(&names));
    table_text(t, text_of(&trials));
    text_free(&names);
    text_free(&trials);
}

static void print_merged(comparison *c, const pareto *all) {
    size_t n = pareto_size(all);
    table *t = table_new();
    table_column(t, "run", "", false);
    table_column(t, "trial", "", true);
    for (uint32_t k = 0; k < c->m; k++) table_column(t, c->goals[k].name, c->goals[k].unit, true);
    size_t shown = 0;
    for (size_t i = 0; i < n; i++) {
        if (n > MOST_MERGED && i * MOST_MERGED / n == (i + 1) * MOST_MERGED / n) continue;
        const side *s = &c->sides[pareto_id(all, i) >> 32];
        const front_member *m = &s->front.members[pareto_id(all, i) & 0xffffffffu];
        add_finders(c, pareto_goals(all, i), t);
        for (uint32_t k = 0; k < c->m; k++) table_number(t, goal_value(&s->l.goals[k], m->metrics));
        shown++;
    }
    fprintf(c->out, "\n  Merged front: %zu designs", n);
    fprintf(c->out, shown < n ? " (%zu of them shown)\n" : "\n", shown);
    compare_finish(c, t);
}

static void print_nothing(const comparison *c) {
    const char *lacks = "";
    for (size_t i = 0; i < c->n && !*lacks; i++) lacks = front_lacks(&c->sides[i].front);
    fprintf(c->out, "\n  Nothing is feasible%s, so nothing is compared: the lines above say why.\n",
            lacks);
}

static bool print_all(comparison *c) {
    pareto *all = merge(c);
    scale_goals(c);
    print_runs(c);
    print_ties(c, pareto_size(all));
    print_reasons(c);
    if (pareto_size(all)) {
        print_best(c);
        print_equal(c);
        print_knees(c);
        compare_parts(c);
        print_gains(c);
        print_merged(c, all);
    } else print_nothing(c);
    pareto_free(all);
    return !c->f->status;
}

bool compare_print(store *const *stores, const char *const *names, size_t n, FILE *out,
                   failure *f) {
    comparison *c = memory_new(1, sizeof *c);
    *c = (comparison){.n = n, .out = out, .f = f};
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        c->sides[i].st = stores[i];
        c->sides[i].name = names[i];
    }
    for (size_t i = 0; good && i < n; i++) good = read_side(c, &c->sides[i]);
    good = good && compare_studies(c) && print_all(c);
    for (size_t i = 0; i < n; i++) {
        front_free(&c->sides[i].front, &c->sides[i].l);
        layout_free(&c->sides[i].l);
        free(c->sides[i].stand_in);
        free(c->sides[i].unit_goals);
    }
    free(c);
    return good;
}
