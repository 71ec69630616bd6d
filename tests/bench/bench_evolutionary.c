/* searcher.evolutionary against searcher.random on real studies, through the program:
 *
 *     bench_evolutionary [CONFIG.cfg ...]        without any: configs/vgg8_rram.cfg
 *
 * 10 fixed seeds each, at 200 and at 1000 trials. Goals are scaled to 0..1 and compared by
 * hypervolume in two boxes. wide: from the best to the worst of all feasible designs of all runs of
 * the config. front: from the best to the worst of their merged front, and a tenth beyond; this is
 * what tells good searchers apart. p: two-sided Mann-Whitney test, exact. */
#include "front.h"
#include "hypervolume.h"
#include "pareto.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEEDS = 10, BUDGETS = 2, SEARCHERS = 2, MAX_PAIRS = SEEDS * SEEDS };
static const unsigned budgets[BUDGETS] = {200, 1000};
static const char *const searchers[SEARCHERS] = {"random", "evolutionary"};

/* Goals of the feasible trials of one run, all minimised. */
typedef struct points {
    double *rows;
    size_t n, m, room;
} points;

typedef struct bench {
    char folder[512];    /* of the runs, which are removed */
    points runs[BUDGETS][SEARCHERS][SEEDS];
    double low[GOAL_MAX], high[GOAL_MAX], scaled_reference[GOAL_MAX];
} bench;

/* ---- running --------------------------------------------------------------------------------- */

/* What a program says is shown only if it fails. */
static int spawn(char *const *arguments) {
    FILE *said = tmpfile();
    const pid_t child = said ? fork() : -1;
    if (child == 0) {
        dup2(fileno(said), STDOUT_FILENO);
        dup2(fileno(said), STDERR_FILENO);
        execv(arguments[0], arguments);
        _exit(127);
    }
    int status = -1;
    const int good = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
                     WEXITSTATUS(status) == 0;
    if (said && !good) {
        rewind(said);
        for (int c = getc(said); c != EOF; c = getc(said)) putc(c, stderr);
    }
    if (said) fclose(said);
    return good;
}

static int run_study(const bench *b, char *file, const char *searcher, unsigned trials,
                     unsigned seed, char *out, size_t room) {
    char number[32], count[32], set[64];
    snprintf(out, room, "%s/%s_%u_%u", b->folder, searcher, trials, seed);
    snprintf(number, sizeof number, "%u", seed);
    snprintf(count, sizeof count, "%u", trials);
    snprintf(set, sizeof set, "searcher={plugin=\"%s\";}", searcher);
    char program[] = BINARY_DIR "/cimdse", run[] = "run", with_seed[] = "--seed",
         with_trials[] = "--trials", with_set[] = "--set", to[] = "--out";
    char *const arguments[] = {program, run, file, with_seed, number, with_trials, count,
                               with_set, set, to, out, NULL};
    return spawn(arguments);
}

typedef struct collector { const layout *l; points *to; } collector;

static bool collect(void *context, const row *x) {
    collector *c = context;
    points *p = c->to;
    if (x->outcome != CIM_FEASIBLE) return true;
    if (p->n == p->room) {
        p->room = p->room ? 2 * p->room : 256;
        p->rows = realloc(p->rows, p->room * p->m * sizeof *p->rows);
        if (!p->rows) return false;
    }
    for (size_t k = 0; k < p->m; k++)
        p->rows[p->n * p->m + k] = goal_minimised(&c->l->goals[k], x->metrics);
    p->n++;
    return true;
}

static int read_run(const char *folder, points *out) {
    failure f = {0};
    layout l = {0};
    store *st = store_open(folder, false, &f);
    int good = st != NULL && layout_read(st, &l, &f);
    if (good) {
        out->m = l.n_goals;
        collector c = {&l, out};
        good = store_rows(st, &l, 0, INT64_MAX, collect, &c, &f);
        layout_free(&l);
    }
    if (st) store_close(st, &f);
    return good;
}

static int run_all(bench *b, char *file) {
    for (size_t i = 0; i < BUDGETS; i++)
        for (size_t k = 0; k < SEARCHERS; k++)
            for (unsigned seed = 1; seed <= SEEDS; seed++) {
                char out[640];
                if (!run_study(b, file, searchers[k], budgets[i], seed, out, sizeof out) ||
                    !read_run(out, &b->runs[i][k][seed - 1])) {
                    printf("%s: the run with %s did not end well\n", file, searchers[k]);
                    return 0;
                }
            }
    return 1;
}

/* ---- measuring ------------------------------------------------------------------------------- */

typedef void visit_fn(void *context, const double *goals, size_t m);

static void visit_all(bench *b, visit_fn *visit, void *context) {
    points *p = &b->runs[0][0][0];
    for (size_t i = 0; i < (size_t)BUDGETS * SEARCHERS * SEEDS; i++)
        for (size_t j = 0; j < p[i].n; j++) visit(context, p[i].rows + j * p[i].m, p[i].m);
}

static void widen(void *context, const double *goals, size_t m) {
    bench *b = context;
    for (size_t k = 0; k < m; k++) {
        b->low[k] = fmin(b->low[k], goals[k]);
        b->high[k] = fmax(b->high[k], goals[k]);
    }
}

static void offer(void *context, const double *goals, size_t m) {
    (void)m;
    pareto_add(context, 0, goals);
}

/* Sets the box to all points, or to the merged front. */
static void measure_box(bench *b, int of_front) {
    const size_t m = b->runs[0][0][0].m;
    for (size_t k = 0; k < m; k++) {
        b->low[k] = INFINITY;
        b->high[k] = -INFINITY;
        b->scaled_reference[k] = of_front ? 1.1 : 1.0;
    }
    if (!of_front) {
        visit_all(b, widen, b);
        return;
    }
    pareto *merged = pareto_new(m);
    visit_all(b, offer, merged);
    for (size_t i = 0; i < pareto_size(merged); i++) widen(b, pareto_goals(merged, i), m);
    pareto_free(merged);
}

static double volume_of(const bench *b, const points *p) {
    double *scaled = calloc(p->n + 1, p->m * sizeof *scaled);
    for (size_t i = 0; i < p->n * p->m; i++) {
        const size_t k = i % p->m;
        const double extent = b->high[k] - b->low[k];
        scaled[i] = extent > 0.0 ? (p->rows[i] - b->low[k]) / extent : 0.0;
    }
    const double volume = hypervolume(scaled, p->n, p->m, b->scaled_reference);
    free(scaled);
    return volume / pow(b->scaled_reference[0], (double)p->m);
}

/* Probability of at least U pairs won of n x n when both are alike, times two: H. B. Mann, D. R.
 * Whitney, Ann. Math. Stat. 18, 50-60 (1947). ways[i][j][u]: orders of i and j with u pairs won. */
static double mann_whitney(const double *x, const double *y) {
    static double ways[SEEDS + 1][SEEDS + 1][MAX_PAIRS + 1];
    double won = 0.0, above = 0.0, all = 0.0;
    for (size_t i = 0; i < SEEDS; i++)
        for (size_t j = 0; j < SEEDS; j++) won += x[i] > y[j] ? 1.0 : x[i] == y[j] ? 0.5 : 0.0;
    for (size_t i = 0; i <= SEEDS; i++)
        for (size_t j = 0; j <= SEEDS; j++)
            for (size_t u = 0; u <= MAX_PAIRS; u++) {
                ways[i][j][u] = i == 0 || j == 0 ? (double)(u == 0) : ways[i][j - 1][u];
                if (i > 0 && j > 0 && u >= j) ways[i][j][u] += ways[i - 1][j][u - j];
            }
    const double distance = floor(fmax(won, MAX_PAIRS - won));
    for (size_t u = 0; u <= MAX_PAIRS; u++) {
        all += ways[SEEDS][SEEDS][u];
        above += (double)u >= distance ? ways[SEEDS][SEEDS][u] : 0.0;
    }
    return fmin(1.0, 2.0 * above / all);
}

static void mean_and_sd(const double *x, double *mean, double *sd) {
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < SEEDS; i++) sum += x[i];
    *mean = sum / SEEDS;
    for (size_t i = 0; i < SEEDS; i++) squares += (x[i] - *mean) * (x[i] - *mean);
    *sd = sqrt(squares / (SEEDS - 1));
}

static void report(bench *b, const char *file) {
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    for (int of_front = 0; of_front < 2; of_front++) {
        measure_box(b, of_front);
        for (size_t i = 0; i < BUDGETS; i++) {
            double volume[SEARCHERS][SEEDS], mean[SEARCHERS], sd[SEARCHERS];
            for (size_t k = 0; k < SEARCHERS; k++) {
                for (size_t s = 0; s < SEEDS; s++) volume[k][s] = volume_of(b, &b->runs[i][k][s]);
                mean_and_sd(volume[k], &mean[k], &sd[k]);
            }
            printf("%-28s %6u  %-5s  %8.4f %7.4f  %8.4f %7.4f  %9.2g\n", name, budgets[i],
                   of_front ? "front" : "wide", mean[0], sd[0], mean[1], sd[1],
                   mann_whitney(volume[1], volume[0]));
        }
    }
    fflush(stdout);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

static int bench_config(char *file) {
    bench *b = calloc(1, sizeof *b);
    const char *base = getenv("TMPDIR");
    if (!b) return 0;
    snprintf(b->folder, sizeof b->folder, "%s/bench_evolutionary_XXXXXX", base ? base : "/tmp");
    int good = mkdtemp(b->folder) != NULL && run_all(b, file);
    if (good) report(b, file);
    nftw(b->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < (size_t)BUDGETS * SEARCHERS * SEEDS; i++)
        free((&b->runs[0][0][0])[i].rows);
    free(b);
    return good;
}

int main(int argc, char **argv) {
    char standard[] = SOURCE_DIR "/configs/vgg8_rram.cfg";
    int good = 1;
    puts("hypervolume, mean and sd of 10 seeds        random            evolutionary");
    puts("config                       trials  box        mean      sd      mean      sd"
         "          p");
    if (argc < 2) good = bench_config(standard);
    for (int i = 1; i < argc; i++) good = bench_config(argv[i]) && good;
    return good ? 0 : 1;
}
