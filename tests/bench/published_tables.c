#include "published_tables.h"
#include "csv.h"
#include "memory.h"
#include "rank_test.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct runs_of_source {
    const run_result *r;
    unsigned seeds, source;
    unsigned order[RANK_TEST_MAX];   /* runs by reach, the least first */
    unsigned met;
    long long first;                 /* median of all runs; -1: most do not meet them */
    double seconds;                  /* mean a run */
} runs_of_source;

static const source_result *of(const runs_of_source *x, unsigned run) {
    return &x->r[run].sources[x->source];
}

static int by_number(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void summarise(runs_of_source *x) {
    double firsts[RANK_TEST_MAX];
    for (unsigned i = 0; i < x->seeds; i++) {
        unsigned at = i;
        for (; at > 0 && of(x, x->order[at - 1])->reach > of(x, i)->reach; at--)
            x->order[at] = x->order[at - 1];
        x->order[at] = i;
        x->met += of(x, i)->first >= 0;
        firsts[i] = of(x, i)->first >= 0 ? (double)of(x, i)->first : INFINITY;
        x->seconds += x->r[i].seconds / x->seeds;
    }
    qsort(firsts, x->seeds, sizeof firsts[0], by_number);
    const double median = firsts[(x->seeds - 1) / 2];
    x->first = isinf(median) ? -1 : (long long)median;
}

static unsigned median_run(const runs_of_source *x) { return x->order[(x->seeds - 1) / 2]; }

static void seeds_text(const runs_of_source *x, char *out, size_t room) {
    const unsigned first = x->r[0].seed, last = x->r[x->seeds - 1].seed;
    if (first == last) snprintf(out, room, "%u", first);
    else snprintf(out, room, "%u-%u", first, last);
}

/* ---- one source ------------------------------------------------------------------------------ */

static void add_run(table *t, const runs_of_source *x, unsigned run, const char *what) {
    const source_result *s = of(x, run);
    text name = {0};
    text_add(&name, "ours, seed %u%s", x->r[run].seed, what);
    table_text(t, text_of(&name));
    for (unsigned i = 0; i < s->n; i++) table_number(t, s->figures[i].value);
    text_free(&name);
}

/* Stored figures of this study and source, one row a searcher. */
static void add_stored(table *t, const runs_of_source *x, const stored_results *stored) {
    const source_result *s = of(x, 0);
    for (size_t i = 0; i < stored->n; i++) {
        const stored_result *k = &stored->rows[i];
        if (strcmp(k->study, x->r->study) != 0 || strcmp(k->source, s->source) != 0 ||
            strcmp(k->figure, s->figures[0].written) != 0)
            continue;
        text name = {0};
        text_add(&name, "stored, %s, seed%s %s, %llu trials, %.0f s", k->searcher,
                 k->runs > 1 ? "s" : "", k->seeds, k->trials, k->seconds);
        if (k->runs > 1) text_add(&name, ", met in %u", k->met);
        table_text(t, text_of(&name));
        text_free(&name);
        for (unsigned j = 0; j < s->n; j++)
            table_number(t, i + j < stored->n &&
                                    strcmp(stored->rows[i + j].figure, s->figures[j].written) == 0
                                ? stored->rows[i + j].value
                                : (double)NAN);
    }
}

static void print_table(const runs_of_source *x, const stored_results *stored) {
    const source_result *s = of(x, 0);
    table *t = table_new();
    table_column(t, "", "", false);
    for (unsigned i = 0; i < s->n; i++)
        table_column(t, s->figures[i].head, s->figures[i].unit, true);
    table_text(t, "published");
    for (unsigned i = 0; i < s->n; i++) table_number(t, s->figures[i].bound);
    add_run(t, x, median_run(x), x->seeds > 1 ? ", in the middle" : "");
    if (x->seeds > 1) add_run(t, x, x->order[x->seeds - 1], ", the best");
    add_stored(t, x, stored);
    table_print(t, stdout, 2, 0);
    table_free(t);
}

static void print_source(const runs_of_source *x, const stored_results *stored) {
    const source_result *s = of(x, 0);
    printf("\n  %s\n\n", s->source);
    if (!of(x, median_run(x))->compared) puts("  No feasible trial to compare.");
    else print_table(x, stored);
    if (x->seeds > 1) printf("  All met by one trial in %u of %u runs", x->met, x->seeds);
    else printf("  %s", x->met ? "All met by one trial" : "Not met by one trial");
    if (x->first >= 0) printf(", from trial %lld on%s", x->first, x->seeds > 1 ? " (median)" : "");
    puts(".");
}

static void store_source(const runs_of_source *x, FILE *out) {
    const run_result *m = &x->r[median_run(x)];
    const source_result *s = &m->sources[x->source];
    char seeds[32];
    seeds_text(x, seeds, sizeof seeds);
    for (unsigned i = 0; i < s->n; i++) {
        text line = {0};
        csv_add(&line, m->study, true);
        csv_add(&line, m->searcher, false);
        csv_add(&line, seeds, false);
        csv_add_number(&line, (double)m->trials, false);
        csv_add(&line, s->source, false);
        csv_add(&line, s->figures[i].written, false);
        csv_add_number(&line, s->figures[i].value, false);
        csv_add_number(&line, x->met, false);
        csv_add_number(&line, x->seeds, false);
        csv_add_number(&line, (double)x->first, false);
        csv_add_number(&line, round(10 * x->seconds) / 10, false);
        fprintf(out, "%s\n", text_of(&line));
        text_free(&line);
    }
}

static FILE *open_stored(const char *path, failure *f) {
    FILE *out = fopen(path, "a");
    if (!out) fail(f, STATUS_FAILED, "%s: cannot write it", path);
    else if (ftell(out) == 0) fputs(STORED_HEAD, out);
    return out;
}

bool published_tables_print(const run_result *r, unsigned seeds, const stored_results *stored,
                            const char *path, failure *f) {
    FILE *out = path ? open_stored(path, f) : NULL;
    if (path && !out) return false;
    for (unsigned i = 0; i < r->n_sources; i++) {
        runs_of_source x = {.r = r, .seeds = seeds, .source = i};
        char word[32];
        summarise(&x);
        seeds_text(&x, word, sizeof word);
        if (i == 0)
            printf("\n%s: %s, %s, %llu trials, seed%s %s, %.3g s of processor time%s\n", r->study,
                   r->model, r->searcher, r->trials, seeds > 1 ? "s" : "", word, x.seconds,
                   seeds > 1 ? " a run" : "");
        print_source(&x, stored);
        if (out) store_source(&x, out);
    }
    fflush(stdout);
    if (out) fclose(out);
    return true;
}

/* ---- searchers ------------------------------------------------------------------------------- */

typedef struct sample {
    double shares[RANK_TEST_MAX], mean, deviation, seconds;
} sample;

static sample measure(const goal_box *box, const run_result *r, unsigned seeds) {
    sample s = {0};
    double squares = 0;
    for (unsigned i = 0; i < seeds; i++) {
        s.shares[i] = goal_box_share(box, &r[i].found);
        s.mean += s.shares[i] / seeds;
        s.seconds += r[i].seconds / seeds;
    }
    for (unsigned i = 0; i < seeds; i++) squares += (s.shares[i] - s.mean) * (s.shares[i] - s.mean);
    s.deviation = seeds > 1 ? sqrt(squares / (seeds - 1)) : (double)NAN;
    return s;
}

static void add_searcher(table *t, const run_result *r, const sample *s, const sample *first,
                         unsigned seeds) {
    char p[32] = "";
    unsigned met = 0;
    for (unsigned i = 0; i < seeds; i++) met += r[i].n_sources && r[i].sources[0].first >= 0;
    if (s != first)
        snprintf(p, sizeof p, "%.2g", rank_test(s->shares, seeds, first->shares, seeds));
    table_text(t, r->searcher);
    table_number(t, s->mean);
    table_number(t, s->deviation);
    table_text(t, p);
    table_number(t, met);
    table_number(t, s->seconds);
}

void searchers_table_print(const run_result *r, unsigned searchers, unsigned seeds) {
    search_result *all = memory_new((size_t)searchers * seeds, sizeof *all);
    sample first = {0};
    goal_box box;
    for (unsigned i = 0; i < searchers * seeds; i++) all[i] = r[i].found;
    const bool good = goal_box_measure(&box, all, (size_t)searchers * seeds);
    free(all);
    if (!good) return;
    table *t = table_new();
    table_column(t, "searcher", "", false);
    table_column(t, "hypervolume", "", true);
    table_column(t, "sd", "", true);
    table_column(t, "p", "", true);
    table_column(t, "runs that meet", "", true);
    table_column(t, "seconds a run", "", true);
    for (unsigned k = 0; k < searchers; k++) {
        const sample s = measure(&box, r + (size_t)k * seeds, seeds);
        if (k == 0) first = s;
        add_searcher(t, r + (size_t)k * seeds, k ? &s : &first, &first, seeds);
    }
    printf("\n  Hypervolume: share of what all %u runs found together; p: rank test against the "
           "first.\n"
           "  Runs that meet: all figures of the first source by one trial.\n\n",
           searchers * seeds);
    table_print(t, stdout, 2, 0);
    table_free(t);
}
