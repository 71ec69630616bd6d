/* How soon tpe finds the best of all networks, where their real accuracies are known: the three
 * fitness functions of MO-NAS for IMC on NAS-Bench-Macro (configs/nasbench_macro_rram.cfg) and
 * rram_crossbar. (MNSIM cannot cost these networks: it has no depthwise convolution.)
 *
 *     CIMDSE_NASBENCH_MACRO=TABLE.csv bench_nasbench [SEEDS [TRIALS]]
 *
 * Without them 20 seeds and 300 trials.
 *
 * TABLE.csv holds arch and mean_acc (plugins/accuracy/table/README.md). A sweep of all 6,561
 * networks says which is best; each search is then judged by the place that its best network has
 * among all. */
#include "exported.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NETWORKS = 6561, BLOCKS = 8, FITNESSES = 3, SEEDS_MAX = 32 };
enum { SKIPPED = 77 };       /* what ctest takes for a test that could not be run */
static const char *const fitness_goals[FITNESSES] = {
    "accuracy", "accuracy/latency_s", "accuracy/energy_j"};
static const char *const searchers[] = {"tpe", "random"};
enum { SEARCHERS = sizeof searchers / sizeof searchers[0] };

typedef struct bench {
    char table[PATH_MAX + 32], folder[512];
    unsigned seeds, trials;
    exported all;
    double best[FITNESSES][NETWORKS];  /* all fitnesses, largest first */
} bench;

static double fitness_of(const exported *e, size_t row, int fitness) {
    const double accuracy = exported_number(e, row, "accuracy");
    if (strcmp(exported_text(e, row, "outcome"), "feasible") != 0) return -INFINITY;
    return fitness == 0 ? accuracy
           : accuracy / exported_number(e, row, fitness == 1 ? "latency_s" : "energy_j");
}

static bool run(const bench *b, exported *e, const char *searcher, int fitness, unsigned seed,
                unsigned trials) {
    char folder[EXPORTED_PATH], chosen[64], goal[64];
    snprintf(folder, sizeof folder, "%s/%s_%d_%u", b->folder, searcher, fitness, seed);
    snprintf(chosen, sizeof chosen, "searcher={plugin=\"%s\";}", searcher);
    snprintf(goal, sizeof goal, "goals=[\"max %s\"]", fitness_goals[fitness]);
    const exported_run r = {.config = SOURCE_DIR "/configs/nasbench_macro_rram.cfg",
                            .folder = folder,
                            .set = {b->table, chosen, goal, "study.batch=4"},
                            .seed = seed,
                            .trials = trials};
    return exported_make(e, &r);
}

/* ---- all networks ---------------------------------------------------------------------------- */

static int descending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static bool run_all(bench *b) {
    if (!run(b, &b->all, "sweep", 0, 1, NETWORKS)) return false;
    if (b->all.n_rows != NETWORKS) {
        fprintf(stderr, "%zu networks instead of %d\n", b->all.n_rows, NETWORKS);
        return false;
    }
    for (int f = 0; f < FITNESSES; f++) {
        for (size_t i = 0; i < NETWORKS; i++) b->best[f][i] = fitness_of(&b->all, i, f);
        qsort(b->best[f], NETWORKS, sizeof b->best[f][0], descending);
    }
    return isfinite(b->best[0][0]);
}

static int kind_of(const exported *e, size_t row, int block) {
    char column[48];
    snprintf(column, sizeof column, "workload.block[%d]", block);
    const char *kind = exported_text(e, row, column);
    return strcmp(kind, "identity") == 0 ? 0 : strcmp(kind, "mb3_k3") == 0 ? 1 : 2;
}

/* The best network by fitness F, and the mean over the hundred best. */
static void print_optimum(const bench *b, int f) {
    double blocks = 0, large = 0;
    for (size_t i = 0; i < NETWORKS; i++) {
        if (fitness_of(&b->all, i, f) < b->best[f][99]) continue;
        for (int k = 0; k < BLOCKS; k++) {
            blocks += kind_of(&b->all, i, k) > 0;
            large += kind_of(&b->all, i, k) == 2;
        }
    }
    for (size_t i = 0; i < NETWORKS; i++) {
        if (fitness_of(&b->all, i, f) < b->best[f][0]) continue;
        printf("| %s | ", fitness_goals[f]);
        int present = 0;
        for (int k = 0; k < BLOCKS; k++) {
            printf("%d", kind_of(&b->all, i, k));
            present += kind_of(&b->all, i, k) > 0;
        }
        printf(" | %d (%.1f) | %.1f | %.2f %% | %.1f | %.1f |\n", present, blocks / 100,
               large / 100, 100 * exported_number(&b->all, i, "accuracy"),
               1e6 * exported_number(&b->all, i, "latency_s"),
               1e6 * exported_number(&b->all, i, "energy_j"));
        return;
    }
}

/* ---- searches -------------------------------------------------------------------------------- */

/* Networks that are better than FITNESS, and one. */
static unsigned place_of(const bench *b, int f, double fitness) {
    unsigned place = 1;
    while (place < NETWORKS && b->best[f][place - 1] > fitness) place++;
    return place;
}

static int ascending(const void *a, const void *b) {
    const unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

/* Places after a sixth, half and all of the trials; *FOUND: trials until the best of all, or all
 * and one. */
static void judge(const bench *b, const exported *e, int f, unsigned place[3], unsigned *found) {
    const unsigned stops[3] = {b->trials / 6, b->trials / 2, b->trials};
    double best = -INFINITY;
    *found = b->trials + 1;
    for (unsigned i = 0; i < b->trials; i++) {
        const double fitness = i < e->n_rows ? fitness_of(e, i, f) : -INFINITY;
        if (fitness > best) best = fitness;
        if (best >= b->best[f][0] && *found > b->trials) *found = i + 1;
        for (int k = 0; k < 3; k++)
            if (i + 1 == stops[k]) place[k] = place_of(b, f, best);
    }
}

static bool print_searches(const bench *b, const char *searcher, int f) {
    unsigned places[3][SEEDS_MAX], found[SEEDS_MAX], hits = 0;
    for (unsigned s = 0; s < b->seeds; s++) {
        exported e;
        unsigned place[3] = {NETWORKS, NETWORKS, NETWORKS};
        const bool good = run(b, &e, searcher, f, s + 1, b->trials);
        if (good) judge(b, &e, f, place, &found[s]);
        exported_free(&e);
        if (!good) return false;
        for (int k = 0; k < 3; k++) places[k][s] = place[k];
        hits += found[s] <= b->trials;
    }
    qsort(found, b->seeds, sizeof found[0], ascending);
    for (int k = 0; k < 3; k++) qsort(places[k], b->seeds, sizeof places[k][0], ascending);
    const unsigned middle = (b->seeds - 1) / 2;
    printf("| %s | %s | %u, %u, %u | %u of %u | ", fitness_goals[f], searcher, places[0][middle],
           places[1][middle], places[2][middle], hits, b->seeds);
    if (found[middle] > b->trials) printf("more than %u |\n", b->trials);
    else printf("%u |\n", found[middle]);
    fflush(stdout);
    return true;
}

static bool print_all(bench *b) {
    bool good = run_all(b);
    if (!good) return false;
    printf("Best of all %d networks\n\n| fitness | network | blocks that are there (mean of the "
           "hundred best) | "
           "mb6_k5 among those | accuracy | latency, us | energy, uJ "
           "|\n|---|---|---|---|---|---|---|\n",
           NETWORKS);
    for (int f = 0; f < FITNESSES; f++) print_optimum(b, f);
    printf("\nMedians of %u seeds\n\n| fitness | searcher | place of the best after %u, %u, %u "
           "trials | best of all "
           "found | trials until then |\n|---|---|---|---|---|\n",
           b->seeds, b->trials / 6, b->trials / 2, b->trials);
    for (int f = 0; f < FITNESSES; f++)
        for (size_t s = 0; good && s < SEARCHERS; s++) good = print_searches(b, searchers[s], f);
    return good;
}

int main(int argc, char **argv) {
    static bench b = {.seeds = 20, .trials = 300};
    char path[PATH_MAX];
    const char *table = getenv("CIMDSE_NASBENCH_MACRO");
    if (argc > 1) b.seeds = (unsigned)strtoul(argv[1], NULL, 10);
    if (argc > 2) b.trials = (unsigned)strtoul(argv[2], NULL, 10);
    if (argc > 3 || !b.seeds || b.seeds > SEEDS_MAX || b.trials < 6) {
        fputs("bench_nasbench: see the head of tests/bench/bench_nasbench.c\n", stderr);
        return 2;
    }
    if (!table) {
        fputs("CIMDSE_NASBENCH_MACRO names no table\n", stderr);
        return SKIPPED;
    }
    if (!realpath(table, path) || !folder_make(b.folder, sizeof b.folder)) {
        perror(table);
        return 1;
    }
    snprintf(b.table, sizeof b.table, "accuracy.file=\"%s\"", path);
    const bool good = print_all(&b);
    exported_free(&b.all);
    folder_remove(b.folder);
    return good ? 0 : 1;
}
