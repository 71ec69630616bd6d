#include "published_match.h"
#include "store_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
    published_match *m;
    uint32_t full;           /* fidelity: a figure of a cheaper level is no result */
} search;

/* How far a trial gets: 1 where it equals the published figure, more where it is better. */
static double reach_of(const published_figure *x, double bound, double value) {
    return x->at_least ? value / bound : bound / value;
}

/* Below 1 the figure that is farthest from being reached counts, from 1 on the gains' product. */
static bool score(const published_match *m, const double *values, double *out) {
    double least = INFINITY, product = 1;
    for (uint32_t i = 0; i < m->n; i++) {
        const double r = reach_of(&m->figures[i], m->bounds[i], values[i]);
        if (isnan(r)) return false;
        if (r < least) least = r;
        product *= r;
    }
    *out = least < 1 ? least : product;
    return true;
}

static bool take_trial(void *context, const row *x) {
    const search *s = context;
    published_match *m = s->m;
    double values[PUBLISHED_FIGURES], reached;
    if (x->outcome != CIM_FEASIBLE || x->fidelity != s->full) return true;
    for (uint32_t i = 0; i < m->n; i++) values[i] = expression_value(&m->figures[i].of, x->metrics);
    if (!score(m, values, &reached)) return true;
    if (reached >= 1 && m->meeting++ == 0) m->first = x->id;
    if (m->trial >= 0 && reached <= m->reach) return true;
    m->reach = reached;
    m->trial = x->id;
    memcpy(m->values, values, m->n * sizeof *values);
    return true;
}

/* The figures from the first row on that have its source; returns how many. */
static bool read_source(store *st, const layout *l, char **sources, char **written, uint32_t n,
                        published_figure *out, uint32_t *count, failure *f) {
    for (*count = 0;
         *count < n && *count < PUBLISHED_FIGURES && strcmp(sources[*count], sources[0]) == 0;
         ++*count) {
        const node x = {.type = NODE_TEXT, .text = written[*count], .file = st->file};
        if (!published_figure_read(&x, l->metrics, l->n_metrics, &out[*count], f)) return false;
    }
    return true;
}

static bool match_source(store *st, const layout *l, const double *baseline, published_match *m,
                         failure *f) {
    search s = {.m = m};
    uint64_t ignored;
    m->unclear = m->n;
    for (uint32_t i = m->n; i-- > 0;) {
        const published_figure *x = &m->figures[i];
        m->bounds[i] = x->factor != 0 && !baseline ? (double)NAN : published_bound(x, baseline);
        if (!(m->bounds[i] > 0)) m->unclear = i;
    }
    return m->unclear < m->n || (store_extent(st, &ignored, &s.full, f) &&
                                 store_rows(st, l, 0, INT64_MAX, take_trial, &s, f));
}

static void free_texts(char **texts, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) free(texts[i]);
    free(texts);
}

bool published_matches(store *st, const layout *l, const double *baseline,
                       void (*each)(void *context, const published_match *m), void *context,
                       failure *f) {
    char **sources = NULL, **written = NULL;
    uint32_t n = 0, count = 0;
    failure ignored = {0}; /* studies of earlier versions have no such table */
    if (!store_pairs(st, "SELECT source, figure FROM published ORDER BY position", &sources,
                     &written, &n, &ignored))
        return true;
    bool good = true;
    for (uint32_t first = 0; good && first < n; first += count) {
        published_figure figures[PUBLISHED_FIGURES];
        good = read_source(st, l, sources + first, written + first, n - first, figures, &count, f);
        published_match m = {
            .source = sources[first], .n = count, .figures = figures, .trial = -1, .first = -1};
        good = good && match_source(st, l, baseline, &m, f);
        if (good) each(context, &m);
    }
    free_texts(sources, n);
    free_texts(written, n);
    return good;
}
