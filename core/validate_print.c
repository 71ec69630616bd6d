#include "memory.h"
#include "table.h"
#include "validate.h"

#include <math.h>
#include <stdlib.h>

/* One figure over all rows. */
typedef struct errors {
    size_t n, n_within;      /* rows with a reference value */
    double median, mean, worst, factor, rank;
    size_t worst_row;
} errors;

static double relative(double ours, double theirs) {
    if (ours == theirs) return 0;
    const double e = fabs(ours - theirs) / fabs(theirs);
    return isfinite(e) ? e : (double)INFINITY;
}

/* How many times too large or too small. */
static double factor_of(double ours, double theirs) {
    const double x = ours / theirs;
    return isfinite(x) && x > 0 ? fmax(x, 1 / x) : (double)INFINITY;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- Spearman's rank correlation ------------------------------------------------------------ */

typedef struct ranked { double value, rank; size_t at; } ranked;

static int by_value(const void *a, const void *b) {
    return ascending(&((const ranked *)a)->value, &((const ranked *)b)->value);
}

/* Values -> their ranks; equal values share the mean of theirs. */
static void to_ranks(double *values, size_t n) {
    ranked *r = memory_new(n, sizeof *r);
    for (size_t i = 0; i < n; i++) r[i] = (ranked){.value = values[i], .at = i};
    qsort(r, n, sizeof *r, by_value);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && r[end].value == r[i].value; end++) {}
        for (size_t k = i; k < end; k++) values[r[k].at] = 0.5 * (double)(i + end - 1);
    }
    free(r);
}

static double correlation(const double *x, const double *y, size_t n) {
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        mx += x[i] / (double)n;
        my += y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : (double)NAN;
}

/* ---- one figure ----------------------------------------------------------------------------- */

static errors errors_of(const validation *v, const figure *x, size_t k) {
    errors e = {.rank = NAN};
    double *all = memory_new(v->n_rows, sizeof *all), *ours = memory_new(v->n_rows, sizeof *ours),
           *theirs = memory_new(v->n_rows, sizeof *theirs);
    for (size_t i = 0; i < v->n_rows; i++) {
        const double mine = v->ours[i * v->n_figures + k], their = v->theirs[i * v->n_figures + k];
        if (!isfinite(their)) continue;
        const double error = isfinite(mine) ? relative(mine, their) : (double)INFINITY;
        if (!e.n || error > e.worst) {
            e.worst = error;
            e.worst_row = i;
        }
        e.n_within += error <= x->within;
        e.mean += error;
        e.factor = fmax(e.factor, factor_of(mine, their));
        ours[e.n] = isfinite(mine) ? mine : (double)INFINITY;
        theirs[e.n] = their;
        all[e.n++] = error;
    }
    qsort(all, e.n, sizeof *all, ascending);
    e.median = e.n ? all[e.n / 2] : (double)NAN;
    e.mean = e.n ? e.mean / (double)e.n : (double)NAN;
    if (!isnan(x->rank)) {
        to_ranks(ours, e.n);
        to_ranks(theirs, e.n);
        e.rank = correlation(ours, theirs, e.n);
    }
    free(all);
    free(ours);
    free(theirs);
    return e;
}

/* Where nothing was compared nothing holds. */
static bool holds(const errors *e, const figure *x) {
    if (!e->n) return false;
    if (!isnan(x->share) && (double)e->n_within < x->share * (double)e->n) return false;
    if (!isnan(x->worst) && !(e->worst <= x->worst)) return false;
    if (!isnan(x->factor) && !(e->factor <= x->factor)) return false;
    if (!isnan(x->mean) && !(e->mean <= x->mean)) return false;
    return isnan(x->rank) || e->rank >= x->rank;
}

/* ---- the table ------------------------------------------------------------------------------ */

static void add_percent(table *t, const char *before, double share) {
    text one = {0};
    if (!isnan(share)) text_add(&one, "%s%.3g %%", before, 100 * share);
    table_text(t, text_of(&one));
    text_free(&one);
}

static void add_plain(table *t, const char *before, double number) {
    text one = {0};
    if (!isnan(number)) text_add(&one, "%s%.4f", before, number);
    table_text(t, text_of(&one));
    text_free(&one);
}

/* Columns that only some tables have. */
typedef struct wanted { bool factors, means, ranks; } wanted;

static wanted wanted_by(const reference_table *x) {
    wanted w = {false, false, false};
    for (size_t i = 0; i < x->n_figures; i++) {
        w.factors = w.factors || !isnan(x->figures[i].factor);
        w.means = w.means || !isnan(x->figures[i].mean);
        w.ranks = w.ranks || !isnan(x->figures[i].rank);
    }
    return w;
}

static void add_heads(table *t, wanted w) {
    static const char *const heads[] = {"metric", "rows",   "within", "share",
                                        "wanted", "median", "worst",  "wanted"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) table_column(t, heads[i], "", i > 0);
    if (w.factors) table_column(t, "factor", "", true);
    if (w.factors) table_column(t, "wanted", "", true);
    if (w.means) table_column(t, "mean", "", true);
    if (w.means) table_column(t, "wanted", "", true);
    if (w.ranks) table_column(t, "rank", "", true);
    if (w.ranks) table_column(t, "wanted", "", true);
    table_column(t, "", "", false);
    table_column(t, "worst row", "", false);
}

static void add_figure(table *t, const validation *v, const figure *x, const errors *e, wanted w) {
    char rows[24];
    snprintf(rows, sizeof rows, "%zu", e->n);
    validation_name(t, x);
    table_text(t, rows);
    add_percent(t, "", x->within);
    add_percent(t, "",
                isnan(x->within) || !e->n ? (double)NAN : (double)e->n_within / (double)e->n);
    add_percent(t, "", x->share);
    add_percent(t, "", e->median);
    add_percent(t, "", e->n ? e->worst : (double)NAN);
    add_percent(t, "", x->worst);
    if (w.factors) add_plain(t, "", e->n ? e->factor : (double)NAN);
    if (w.factors) add_plain(t, "", x->factor);
    if (w.means) add_percent(t, "", e->mean);
    if (w.means) add_percent(t, "", x->mean);
    if (w.ranks) add_plain(t, "", e->rank);
    if (w.ranks) add_plain(t, "", x->rank);
    table_text(t, holds(e, x) ? "holds" : "MISSED");
    table_text(t, e->n ? v->labels[e->worst_row] : "");
}

void validation_print(const validation *v, const reference_table *x, FILE *out, bool *held) {
    const wanted w = wanted_by(x);
    *held = true;
    fprintf(out, "%s (%s)\n", x->table, x->source);
    if (v->absent) {
        fputs("  skipped: the table is not there; --tables DIR says where it is\n\n", out);
        return;
    }
    fprintf(out, "  %zu rows", v->n_rows);
    for (size_t i = 0; i < x->n_where; i++) fprintf(out, "%s%s", i ? ", " : " where ", x->where[i]);
    if (v->n_failed) fprintf(out, "; %zu failed, the first %s", v->n_failed, v->first_failure);
    for (size_t i = 0; i < x->n_set; i++) fprintf(out, "%s%s", i ? ", " : "; set ", x->set[i]);
    if (x->note) fprintf(out, "\n  %s", x->note);
    fputs("\n\n", out);
    if (x->list) validation_list(v, x, out);
    table *t = table_new();
    add_heads(t, w);
    for (size_t k = 0; k < x->n_figures; k++) {
        const errors e = errors_of(v, &x->figures[k], k);
        *held = *held && holds(&e, &x->figures[k]);
        add_figure(t, v, &x->figures[k], &e, w);
    }
    table_print(t, out, 2, 0);
    table_free(t);
    fputs("\n", out);
}
