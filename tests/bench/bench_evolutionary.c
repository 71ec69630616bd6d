/* searcher.evolutionary against searcher.random on real studies, through the program:
 *
 *     bench_evolutionary [CONFIG.cfg ...]        without any: all studies in configs/
 *
 * Each study is run as its config says but for the searcher, 10 fixed seeds each, at 200 and at
 * 1000 trials; each target has a row of its own. A result is its hypervolume as a share of what all
 * 40 runs found together (search_result.h); p: exact two-sided rank test (rank_test.h). */
#include "process.h"
#include "rank_test.h"
#include "runs.h"
#include "search_result.h"

#include <glob.h>
#include <math.h>
#include <string.h>

enum { SEEDS = 10, BUDGETS = 2, SEARCHERS = 2, RUNS = BUDGETS * SEARCHERS * SEEDS };
enum { RANDOM, EVOLUTIONARY };
static const unsigned budgets[BUDGETS] = {200, 1000};
static const char *const searchers[SEARCHERS] = {"random", "evolutionary"};
static const double level = 0.05;   /* of significance, as is usual */

typedef struct bench {
    char folder[512];    /* of the runs, which are removed */
    char targets[COMPARE_MAX][64];
    size_t n_targets;
    search_result results[COMPARE_MAX][BUDGETS][SEARCHERS][SEEDS];
} bench;

/* ---- running --------------------------------------------------------------------------------- */

static void folder_of(const bench *b, size_t budget, size_t searcher, unsigned seed, char *out,
                      size_t room) {
    snprintf(out, room, "%s/%s_%u_%u", b->folder, searchers[searcher], budgets[budget], seed);
}

static bool start_study(process *p, const bench *b, const char *file, size_t budget,
                        size_t searcher, unsigned seed) {
    char number[32], trials[32], set[64], out[640];
    folder_of(b, budget, searcher, seed, out, sizeof out);
    snprintf(number, sizeof number, "%u", seed);
    snprintf(trials, sizeof trials, "%u", budgets[budget]);
    snprintf(set, sizeof set, "searcher={plugin=\"%s\";}", searchers[searcher]);
    const char *const arguments[] = {"run", file, "--seed", number, "--trials", trials,
                                     "--workers", "1", "--set", set, "--out", out, NULL};
    return process_start(p, 0, NULL, arguments);
}

/* As many seeds at a time as there are cores. */
static bool run_seeds(const bench *b, const char *file, size_t budget, size_t searcher) {
    const unsigned cores = allowed_cores(), width = cores < SEEDS ? cores : SEEDS;
    bool good = true;
    for (unsigned first = 1; good && first <= SEEDS; first += width) {
        process running[SEEDS];
        process_usage usage;
        unsigned n = 0;
        while (good && n < width && first + n <= SEEDS) {
            good = start_study(&running[n], b, file, budget, searcher, first + n);
            n += good;
        }
        for (unsigned i = 0; i < n; i++) good = process_end(&running[i], &usage) && good;
    }
    return good;
}

static bool read_seeds(bench *b, size_t budget, size_t searcher, failure *f) {
    for (unsigned seed = 1; !f->status && seed <= SEEDS; seed++) {
        char folder[640];
        runs r = {0};
        folder_of(b, budget, searcher, seed, folder, sizeof folder);
        runs_open(&r, folder, f);
        b->n_targets = r.n;
        for (size_t t = 0; !f->status && t < r.n; t++) {
            snprintf(b->targets[t], sizeof b->targets[t], "%s", r.n > 1 ? r.names[t] : "");
            search_result_read(r.stores[t], &b->results[t][budget][searcher][seed - 1], f);
        }
        runs_close(&r, f);
    }
    return !f->status;
}

static bool run_all(bench *b, const char *file) {
    failure f = {0};
    bool good = true;
    for (size_t i = 0; i < BUDGETS; i++)
        for (size_t k = 0; good && k < SEARCHERS; k++)
            good = run_seeds(b, file, i, k) && read_seeds(b, i, k, &f);
    if (f.status) fprintf(stderr, "%s\n", f.text);
    return good;
}

/* ---- comparing ------------------------------------------------------------------------------- */

typedef struct sample {
    double shares[SEEDS], mean, deviation;
    unsigned complete;   /* seeds that found all that any run found */
} sample;

static sample measure(const goal_box *box, const search_result *results) {
    sample s = {0};
    double squares = 0.0;
    for (size_t i = 0; i < SEEDS; i++) {
        s.shares[i] = goal_box_share(box, &results[i]);
        s.complete += s.shares[i] >= 1.0;
        s.mean += s.shares[i] / SEEDS;
    }
    for (size_t i = 0; i < SEEDS; i++)
        squares += (s.shares[i] - s.mean) * (s.shares[i] - s.mean);
    s.deviation = sqrt(squares / (SEEDS - 1));
    return s;
}

/* Pairs of seeds that X wins less those that Y wins: the test's own measure. A mean can say the
 * opposite, where one seed of many found nothing. */
static int pairs_won(const sample *x, const sample *y) {
    int won = 0;
    for (size_t i = 0; i < SEEDS; i++)
        for (size_t k = 0; k < SEEDS; k++)
            won += (x->shares[i] > y->shares[k]) - (x->shares[i] < y->shares[k]);
    return won;
}

static const char *judge(const sample *random, const sample *evolutionary, double p) {
    if (random->complete == SEEDS && evolutionary->complete == SEEDS) return "both find all";
    if (p >= level) return "not clear";
    return pairs_won(evolutionary, random) > 0 ? "better" : "worse";
}

static bool report_target(bench *b, size_t target, const char *name, size_t length) {
    goal_box box;
    if (!goal_box_measure(&box, &b->results[target][0][0][0], RUNS)) return false;
    for (size_t i = 0; i < BUDGETS; i++) {
        const sample random = measure(&box, b->results[target][i][RANDOM]);
        const sample evolutionary = measure(&box, b->results[target][i][EVOLUTIONARY]);
        const double p = rank_test(evolutionary.shares, SEEDS, random.shares, SEEDS);
        printf("| %.*s | %s | %zu | %u | %.4f (%.4f) | %.4f (%.4f) | %u, %u | %.2g | %s |\n",
               (int)length, name, b->targets[target], box.front, budgets[i], random.mean,
               random.deviation, evolutionary.mean, evolutionary.deviation, random.complete,
               evolutionary.complete, p, judge(&random, &evolutionary, p));
    }
    fflush(stdout);
    return true;
}

static bool bench_config(const char *file) {
    static bench b;
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const size_t length = strcspn(name, ".");
    bool good = folder_make(b.folder, sizeof b.folder) && run_all(&b, file);
    for (size_t t = 0; good && t < b.n_targets; t++) good = report_target(&b, t, name, length);
    if (!good) printf("| %.*s | did not end well |\n", (int)length, name);
    folder_remove(b.folder);
    for (size_t i = 0; i < (size_t)COMPARE_MAX * RUNS; i++)
        search_result_free(&(&b.results[0][0][0][0])[i]);
    return good;
}

int main(int argc, char **argv) {
    glob_t standard = {0};
    bool good = argc > 1 || glob(SOURCE_DIR "/configs/*.cfg", 0, NULL, &standard) == 0;
    puts("| study | target | front | trials | random | evolutionary | found all | p | evolutionary "
         "is |\n"
         "|---|---|---|---|---|---|---|---|---|");
    for (int i = 1; i < argc; i++) good = bench_config(argv[i]) && good;
    for (size_t i = 0; i < standard.gl_pathc; i++)
        good = bench_config(standard.gl_pathv[i]) && good;
    globfree(&standard);
    return good ? 0 : 1;
}
