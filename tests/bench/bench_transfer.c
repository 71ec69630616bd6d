/* What an older study saves (study.transfer): VGG8 on RRAM before SRAM, and at 32 before 22 nm.
 *
 *     bench_transfer [searcher [seeds [trials]]]        without any: bayesian, 10 and 40
 *
 * For each seed an older study of 80 designs by searcher.evolutionary; then the new study cold,
 * with the older one, and with the older one's goals turned upside down, which makes its advice
 * harmful. Counted are the designs until a run's hypervolume is 95 % of what the cold one of its
 * seed has in the end; a run that does not get there counts as its budget and one more. All runs of
 * a pair are measured in one box (search_result.h); p: exact two-sided rank test against cold
 * (rank_test.h). */
#include "process.h"
#include "rank_test.h"
#include "runs.h"
#include "search_result.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS_MAX = RANK_TEST_MAX / 2, OLDER_TRIALS = 80, ARGUMENT = 768 };
enum { COLD, OLDER, INVERTED, WAYS };
static const char *const ways[WAYS] = {"cold", "older study", "older study upside down"};
static const double share_wanted = 0.95;   /* of the cold run's final hypervolume */

typedef struct pair {
    const char *name;
    const char *older, *newer;             /* configs */
    const char *older_set, *newer_set;     /* what is set in them */
} pair;

static const pair pairs[] = {
    {"RRAM, then SRAM", "vgg8_rram.cfg", "vgg8_sram.cfg", "hwmodel.technology_nm=22",
     "hwmodel.technology_nm=22"},
    {"32 nm, then 22 nm", "vgg8_rram.cfg", "vgg8_rram.cfg", "hwmodel.technology_nm=32",
     "hwmodel.technology_nm=22"}};

typedef struct bench {
    const char *searcher;
    unsigned seeds, trials;
    char folder[512];
    search_result results[WAYS][SEEDS_MAX];
} bench;

/* ---- running --------------------------------------------------------------------------------- */

static void folder_of(const bench *b, int way, unsigned seed, const char *what, char *out) {
    snprintf(out, ARGUMENT, "%s/%s_%d_%u", b->folder, what, way, seed);
}

/* TRANSFER: a setting of study.transfer, or NULL. */
static bool run_study(const char *study_file, const char *set, const char *searcher, unsigned seed,
                      unsigned trials, const char *transfer, const char *out) {
    char file[ARGUMENT], number[32], n[32], chosen[ARGUMENT];
    process p;
    process_usage usage;
    snprintf(file, sizeof file, SOURCE_DIR "/configs/%s", study_file);
    snprintf(number, sizeof number, "%u", seed);
    snprintf(n, sizeof n, "%u", trials);
    snprintf(chosen, sizeof chosen, "searcher={plugin=\"%s\";}", searcher);
    const char *const arguments[] = {
        "run", file, "--seed", number, "--trials", n, "--workers", "1", "--out", out, "--set", set,
        "--set", "study.batch=1", "--set", chosen, transfer ? "--set" : NULL, transfer, NULL};
    return process_start(&p, 0, NULL, arguments) && process_end(&p, &usage);
}

/* The best becomes the worst and the other way round, in the same range. */
static bool turn_upside_down(const char *folder) {
    static const char *const metrics[] = {"energy_j", "latency_s", "area_mm2"};
    char path[ARGUMENT + 16], sql[512];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/study.db", folder);
    bool good = sqlite3_open(path, &db) == SQLITE_OK;
    for (size_t i = 0; good && i < sizeof metrics / sizeof metrics[0]; i++) {
        snprintf(sql, sizeof sql,
                 "UPDATE trial SET \"%s\" = (SELECT min(\"%s\") * max(\"%s\") FROM "
                 "trial) / \"%s\"",
                 metrics[i], metrics[i], metrics[i], metrics[i]);
        good = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    }
    if (!good) fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    sqlite3_close(db);
    return good;
}

static bool read_result(const char *folder, search_result *out) {
    runs r = {0};
    failure f = {0};
    if (runs_open(&r, folder, &f)) search_result_read(r.stores[0], out, &f);
    runs_close(&r, &f);
    if (f.status) fprintf(stderr, "%s\n", f.text);
    return !f.status;
}

static bool run_way(bench *b, const pair *p, int way, unsigned seed) {
    char older[ARGUMENT], newer[ARGUMENT], transfer[ARGUMENT + 32];
    folder_of(b, way, seed, "older", older);
    folder_of(b, way, seed, "newer", newer);
    snprintf(transfer, sizeof transfer, "study.transfer=[\"%s\"]", older);
    if (way != COLD &&
        !run_study(p->older, p->older_set, "evolutionary", seed, OLDER_TRIALS, NULL, older))
        return false;
    if (way == INVERTED && !turn_upside_down(older)) return false;
    return run_study(p->newer, p->newer_set, b->searcher, seed, b->trials,
                     way == COLD ? NULL : transfer, newer) &&
           read_result(newer, &b->results[way][seed - 1]);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Designs until R's hypervolume is WANTED. */
static double designs_until(const bench *b, const goal_box *box, search_result r, double wanted) {
    for (size_t n = r.n, i = 1; i <= n; i++) {
        r.n = i;
        if (goal_box_share(box, &r) >= wanted) return (double)r.numbers[i - 1] + 1.0;
    }
    return (double)b->trials + 1.0;
}

static bool report(const bench *b, const pair *p) {
    static search_result all[WAYS * SEEDS_MAX];
    double designs[WAYS][SEEDS_MAX], final[WAYS] = {0}, mean[WAYS] = {0}, n = b->seeds;
    goal_box box;
    for (unsigned i = 0; i < WAYS * b->seeds; i++) all[i] = b->results[i / b->seeds][i % b->seeds];
    if (!goal_box_measure(&box, all, WAYS * b->seeds)) return false;
    for (int way = 0; way < WAYS; way++) {
        double squares = 0.0;
        for (unsigned i = 0; i < b->seeds; i++) {
            const double wanted = share_wanted * goal_box_share(&box, &b->results[COLD][i]);
            designs[way][i] = designs_until(b, &box, b->results[way][i], wanted);
            mean[way] += designs[way][i] / n;
            final[way] += goal_box_share(&box, &b->results[way][i]) / n;
        }
        for (unsigned i = 0; i < b->seeds; i++)
            squares += (designs[way][i] - mean[way]) * (designs[way][i] - mean[way]);
        printf("| %s | %s | %.1f (%.1f) | %.0f %% | %.2g | %.4f |\n", p->name, ways[way], mean[way],
               sqrt(squares / (n - 1.0) / n), 100.0 * (1.0 - mean[way] / mean[COLD]),
               rank_test(designs[way], b->seeds, designs[COLD], b->seeds), final[way]);
    }
    fflush(stdout);
    return true;
}

static bool bench_pair(bench *b, const pair *p) {
    bool good = folder_make(b->folder, sizeof b->folder);
    for (unsigned seed = 1; good && seed <= b->seeds; seed++)
        for (int way = 0; good && way < WAYS; way++) good = run_way(b, p, way, seed);
    good = good && report(b, p);
    folder_remove(b->folder);
    for (size_t i = 0; i < (size_t)WAYS * SEEDS_MAX; i++)
        search_result_free(&(&b->results[0][0])[i]);
    return good;
}

int main(int argc, char **argv) {
    static bench b = {.searcher = "bayesian", .seeds = 10, .trials = 40};
    if (argc > 1) b.searcher = argv[1];
    if (argc > 2) b.seeds = (unsigned)strtoul(argv[2], NULL, 10);
    if (argc > 3) b.trials = (unsigned)strtoul(argv[3], NULL, 10);
    if (b.seeds < 2 || b.seeds > SEEDS_MAX || b.trials == 0) {
        fputs("see the head of bench_transfer.c\n", stderr);
        return 2;
    }
    bool good = true;
    puts("| studies | start | designs to 95 % of the cold run's end (standard error) | saved | p | "
         "hypervolume in the end |\n|---|---|---|---|---|---|");
    for (size_t i = 0; good && i < sizeof pairs / sizeof pairs[0]; i++)
        good = bench_pair(&b, &pairs[i]);
    return good ? 0 : 1;
}
