#include "published.h"
#include "memory.h"
#include "store_private.h"
#include "store_read.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct match { /* of all trials with the figures of one source */
    const layout *l;
    uint32_t n;
    const published_figure *figures;
    double bounds[PUBLISHED_FIGURES];
    double best;             /* score of the trial shown */
    double values[PUBLISHED_FIGURES];
    int64_t trial, first;    /* the trial of NEAREST, and the first that meets all; -1: none */
    uint64_t meeting;
} match;

/* How far a trial gets: 1 where it equals the published figure, more where it is better. */
static double reach(const published_figure *x, double bound, double value) {
    return x->at_least ? value / bound : bound / value;
}

/* Below 1 the figure that is farthest from being reached counts, from 1 on what all gain together. */
static bool score(const match *m, const double *values, double *out) {
    double least = INFINITY, product = 1;
    for (uint32_t i = 0; i < m->n; i++) {
        const double r = reach(&m->figures[i], m->bounds[i], values[i]);
        if (isnan(r)) return false; /* not known at this level of a ladder */
        if (r < least) least = r;
        product *= r;
    }
    *out = least < 1 ? least : product;
    return true;
}

static bool take_trial(void *context, const row *x) {
    match *m = context;
    double values[PUBLISHED_FIGURES], reached;
    if (x->outcome != CIM_FEASIBLE) return true;
    for (uint32_t i = 0; i < m->n; i++) values[i] = expression_value(&m->figures[i].of, x->metrics);
    if (!score(m, values, &reached)) return true;
    if (reached >= 1 && m->meeting++ == 0) m->first = x->id;
    if (reached <= m->best) return true;
    m->best = reached;
    m->trial = x->id;
    memcpy(m->values, values, m->n * sizeof *values);
    return true;
}

static void add_heads(const match *m, table *t) {
    table_column(t, "", "", false);
    for (uint32_t i = 0; i < m->n; i++) {
        text name = {0}, unit = {0};
        expression_name(&m->figures[i].of, m->l->metrics, &name, &unit);
        text_add(&name, " %s", m->figures[i].at_least ? ">=" : "<=");
        table_column(t, text_of(&name), text_of(&unit), true);
        text_free(&name);
        text_free(&unit);
    }
}

static void print_match(const match *m, FILE *out) {
    table *t = table_new();
    char word[64];
    add_heads(m, t);
    table_text(t, "published");
    for (uint32_t i = 0; i < m->n; i++) table_number(t, m->bounds[i]);
    snprintf(word, sizeof word, "trial %lld", (long long)m->trial);
    table_text(t, word);
    for (uint32_t i = 0; i < m->n; i++) table_number(t, m->values[i]);
    table_text(t, "against it");
    for (uint32_t i = 0; i < m->n; i++) {
        snprintf(word, sizeof word, "%+.1f %%", 100 * (m->values[i] / m->bounds[i] - 1));
        table_text(t, word);
    }
    table_print(t, out, 2, table_terminal_width(out));
    table_free(t);
}

static bool print_source(store *st, match *m, const char *source, FILE *out, failure *f) {
    fprintf(out, "\nPublished: %s\n\n", source);
    for (uint32_t i = 0; i < m->n; i++)
        if (!(m->bounds[i] > 0)) {
            fprintf(out, "  Not compared: \"%s\" is no number above 0 with this baseline.\n",
                    m->figures[i].written);
            return true;
        }
    if (!store_rows(st, m->l, 0, INT64_MAX, take_trial, m, f)) return false;
    if (m->trial < 0) {
        fputs("  No feasible trial to compare.\n", out);
        return true;
    }
    print_match(m, out);
    if (m->meeting)
        fprintf(out, "  Met by %llu trial%s, first by trial %lld.\n", (unsigned long long)m->meeting,
                m->meeting == 1 ? "" : "s", (long long)m->first);
    else fputs("  Not met: this trial comes nearest in all figures at once.\n", out);
    return true;
}

/* The figures from row FIRST on that have its source; returns how many. */
static bool read_source(store *st, const layout *l, char **sources, char **written, uint32_t n,
                        published_figure *out, uint32_t *count, failure *f) {
    for (*count = 0; *count < n && *count < PUBLISHED_FIGURES && strcmp(sources[*count], sources[0]) == 0; ++*count) {
        const node x = {.type = NODE_TEXT, .text = written[*count], .file = st->file};
        if (!published_figure_read(&x, l->metrics, l->n_metrics, &out[*count], f)) return false;
    }
    return true;
}

bool published_print(store *st, const layout *l, const double *baseline, FILE *out, failure *f) {
    char **sources = NULL, **written = NULL;
    uint32_t n = 0, count = 0;
    failure ignored = {0}; /* studies of earlier versions have no such table */
    if (!store_pairs(st, "SELECT source, figure FROM published ORDER BY position", &sources, &written, &n,
                     &ignored))
        return true;
    bool good = true;
    for (uint32_t first = 0; good && first < n; first += count) {
        published_figure figures[PUBLISHED_FIGURES];
        match m = {.l = l, .figures = figures, .trial = -1, .first = -1};
        good = read_source(st, l, sources + first, written + first, n - first, figures, &count, f);
        m.n = count;
        for (uint32_t i = 0; good && i < count; i++)
            m.bounds[i] = figures[i].factor != 0 && !baseline ? (double)NAN : published_bound(&figures[i], baseline);
        good = good && print_source(st, &m, sources[first], out, f);
    }
    for (uint32_t i = 0; i < n; i++) {
        free(sources[i]);
        free(written[i]);
    }
    free(sources);
    free(written);
    return good;
}
