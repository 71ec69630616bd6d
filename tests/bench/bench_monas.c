/* Which networks suit a crossbar, by which fitness function: MO-NAS for IMC (configs/monas_*.cfg).
 *
 *     bench_monas [--seeds FIRST-LAST] [--trials N] [--set KEY=VALUE] [--keep FOLDER]
 *                 [--store FILE.csv]
 *     bench_monas --longer N [--set KEY=VALUE]
 *
 * Runs each fitness function on each model once a seed (1, 100 trials), and prints what the best
 * design of each run is made of, and on how many seeds it is shallower, has fewer kernels a block
 * and has a smaller share of RES blocks than the best by accuracy alone of the same seed; then the
 * same of the runs that monas.csv has. Networks are trained once: accuracy.cache, below FOLDER.
 *
 * --keep: runs and results stay in FOLDER, and what is there, even in part, is not done again.
 * --store: the results, as rows for monas.csv.
 * --longer: instead, what the brief training of the configs is worth: N random networks trained as
 * there, and with eight times the images. */
#include "csv.h"
#include "exported.h"
#include "rank_test.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SEEDS_MAX = 32, BLOCKS = 7, BEST = 10 };

typedef enum { ACCURACY, PER_LATENCY, PER_ENERGY } fitness_kind;
static const char *const fitness_names[] = {"accuracy", "accuracy/latency", "accuracy/energy"};

typedef struct way {             /* a fitness function on a model */
    fitness_kind fitness;
    const char *config, *target, *model;
} way;
static const way ways[] = {
    {ACCURACY, "monas_accuracy", NULL, "none"},
    {PER_LATENCY, "monas_latency", "mnsim", "mnsim"},
    {PER_LATENCY, "monas_latency", "rram", "rram_crossbar"},
    {PER_ENERGY, "monas_energy", "mnsim", "mnsim"},
    {PER_ENERGY, "monas_energy", "mnsim_accumulator", "mnsim, accumulator"},
    {PER_ENERGY, "monas_energy", "rram", "rram_crossbar"}};
enum { WAYS = sizeof ways / sizeof ways[0] };

typedef struct design {
    double fitness, depth, kernels, res;   /* kernels a block, share of RES blocks */
    double accuracy, latency_s, energy_j, macs;
    long long trial;
    char blocks[128];                      /* "vgg8 res16" */
} design;

typedef struct outcome {                   /* of one run */
    design best, ten;                      /* the best design; means over the ten best */
    double processor_s;
    size_t trials;
} outcome;

typedef struct bench {
    unsigned first_seed, last_seed, trials, longer;
    const char *keep, *store, *set;
    char folder[512];
    outcome results[WAYS][SEEDS_MAX];
} bench;

/* ---- designs --------------------------------------------------------------------------------- */

static void read_blocks(const exported *e, size_t row, design *d) {
    size_t used = 0;
    for (int i = 0; i < (int)d->depth && i < BLOCKS; i++) {
        char type[48], width[48];
        snprintf(type, sizeof type, "workload.block_type[%d]", i);
        snprintf(width, sizeof width, "workload.width[%d]", i);
        d->kernels += exported_number(e, row, width) / d->depth;
        d->res += strcmp(exported_text(e, row, type), "res") == 0 ? 1 / d->depth : 0;
        const int n = snprintf(d->blocks + used, sizeof d->blocks - used, "%s%s%s", i ? " " : "",
                               exported_text(e, row, type), exported_text(e, row, width));
        if (n > 0 && used + (size_t)n < sizeof d->blocks) used += (size_t)n;
    }
}

static design design_of(const exported *e, size_t row, fitness_kind fitness) {
    design d = {.depth = exported_number(e, row, "workload.depth"),
                .accuracy = exported_number(e, row, "accuracy"),
                .latency_s = exported_number(e, row, "latency_s"),
                .energy_j = exported_number(e, row, "energy_j"),
                .macs = exported_number(e, row, "macs"),
                .trial = (long long)exported_number(e, row, "trial")};
    const bool feasible = strcmp(exported_text(e, row, "outcome"), "feasible") == 0;
    d.fitness = !feasible ? -INFINITY : fitness == ACCURACY ? d.accuracy
                : d.accuracy / (fitness == PER_LATENCY ? d.latency_s : d.energy_j);
    read_blocks(e, row, &d);
    return d;
}

/* Better first; of equals (many have the same share of right answers) the earlier. */
static int compare(const void *a, const void *b) {
    const design *x = a, *y = b;
    if (x->fitness != y->fitness) return x->fitness > y->fitness ? -1 : 1;
    return x->trial < y->trial ? -1 : x->trial > y->trial;
}

static bool judge(const exported *e, fitness_kind fitness, outcome *o) {
    design *all = calloc(e->n_rows ? e->n_rows : 1, sizeof *all);
    if (!all || !e->n_rows) {
        free(all);
        return false;
    }
    for (size_t i = 0; i < e->n_rows; i++) all[i] = design_of(e, i, fitness);
    qsort(all, e->n_rows, sizeof *all, compare);
    const size_t n = e->n_rows < BEST ? e->n_rows : BEST;
    *o = (outcome){.best = all[0], .processor_s = e->processor_s, .trials = e->n_rows};
    for (size_t i = 0; i < n; i++) {
        o->ten.depth += all[i].depth / (double)n;
        o->ten.kernels += all[i].kernels / (double)n;
        o->ten.res += all[i].res / (double)n;
    }
    const bool good = isfinite(all[0].fitness);
    free(all);
    return good;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static bool run_one(bench *b, const way *w, unsigned seed, outcome *o) {
    char config[512], folder[EXPORTED_PATH], cache[EXPORTED_PATH];
    exported e;
    snprintf(config, sizeof config, SOURCE_DIR "/configs/%s.cfg", w->config);
    snprintf(folder, sizeof folder, "%s/%s_%s_%u", b->folder, w->config,
             w->target ? w->target : "any", seed);
    snprintf(cache, sizeof cache, "accuracy.cache=\"%s/cache\"", b->folder);
    const exported_run r = {.config = config, .target = w->target, .folder = folder,
                            .set = {cache, b->set}, .seed = seed, .trials = b->trials};
    const bool good = exported_make(&e, &r) && judge(&e, w->fitness, o);
    exported_free(&e);
    return good;
}

static bool run_all(bench *b) {
    for (unsigned seed = b->first_seed; seed <= b->last_seed; seed++)
        for (size_t i = 0; i < WAYS; i++)
            if (!run_one(b, &ways[i], seed, &b->results[i][seed - b->first_seed])) return false;
    return true;
}

/* ---- longer training ------------------------------------------------------------------------- */

#define LONGER                                                                                     \
    "accuracy={plugin=\"training\"; epochs=2; images=24000; test_images=10000; batch=32; "         \
    "rate=0.1;}"

static void print_span(const char *what, const double *accuracy, size_t n) {
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, accuracy[i]);
        most = fmax(most, accuracy[i]);
    }
    printf("%s: accuracies %.3f to %.3f\n", what, least, most);
}

/* The accuracies of the same random networks, briefly and longer trained, and their depths. */
static bool train_both(const bench *b, double *accuracy[2], double *depth) {
    bool good = true;
    for (int k = 0; good && k < 2; k++) {
        char folder[EXPORTED_PATH], brief[EXPORTED_PATH];
        snprintf(folder, sizeof folder, "%s/%s", b->folder, k ? "longer" : "brief");
        snprintf(brief, sizeof brief, "accuracy.cache=\"%s/cache\"", b->folder);
        const exported_run r = {.config = SOURCE_DIR "/configs/monas_accuracy.cfg",
                                .folder = folder,
                                .set = {"searcher={plugin=\"random\";}", k ? LONGER : brief,
                                        b->set},
                                .seed = 1, .trials = b->longer};
        exported e;
        good = exported_make(&e, &r) && e.n_rows == b->longer;
        for (size_t i = 0; good && i < e.n_rows; i++) {
            accuracy[k][i] = exported_number(&e, i, "accuracy");
            depth[i] = exported_number(&e, i, "workload.depth");
        }
        exported_free(&e);
    }
    return good;
}

static bool train_longer(const bench *b) {
    const size_t n = b->longer;
    double *all = calloc(3 * n, sizeof *all), *accuracy[2] = {all, all + n}, *depth = all + 2 * n;
    const bool good = all && train_both(b, accuracy, depth);
    if (good) {
        printf("%zu random networks\n", n);
        print_span("trained as in the configs", accuracy[0], n);
        print_span("with eight times the images", accuracy[1], n);
        printf("rank correlation of the two %.2f; of depth and accuracy %.2f, %.2f\n",
               rank_correlation(accuracy[0], accuracy[1], n),
               rank_correlation(depth, accuracy[0], n), rank_correlation(depth, accuracy[1], n));
    }
    free(all);
    return good;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static unsigned seeds_of(const bench *b) { return b->last_seed - b->first_seed + 1; }

static void print_means(const bench *b) {
    const unsigned n = seeds_of(b);
    printf("Mean over the best designs of seeds %u-%u, %u trials each; (mean over the ten best of "
           "each run)\n\n"
           "| fitness | model | depth | kernels a block | share of RES | accuracy | latency, us | "
           "energy, uJ "
           "| s, a run |\n|---|---|---|---|---|---|---|---|---|\n",
           b->first_seed, b->last_seed, b->trials);
    for (size_t w = 0; w < WAYS; w++) {
        design best = {0}, ten = {0};
        double seconds = 0;
        for (unsigned s = 0; s < n; s++) {
            const outcome *o = &b->results[w][s];
            best.depth += o->best.depth / n, ten.depth += o->ten.depth / n;
            best.kernels += o->best.kernels / n, ten.kernels += o->ten.kernels / n;
            best.res += o->best.res / n, ten.res += o->ten.res / n;
            best.accuracy += o->best.accuracy / n;
            best.latency_s += o->best.latency_s / n;
            best.energy_j += o->best.energy_j / n;
            seconds += o->processor_s / n;
        }
        printf(
            "| %s | %s | %.1f (%.1f) | %.1f (%.1f) | %.2f (%.2f) | %.3f | %.1f | %.3g | %.0f |\n",
            fitness_names[ways[w].fitness], ways[w].model, best.depth, ten.depth, best.kernels,
            ten.kernels, best.res, ten.res, best.accuracy, 1e6 * best.latency_s,
            1e6 * best.energy_j, seconds);
    }
}

/* Against accuracy alone on the same seed. */
static void print_counts(const bench *b) {
    const unsigned n = seeds_of(b);
    printf("\nSeeds of %u on which the best design, against that by accuracy alone,\n\n"
           "| fitness | model | is shallower | has fewer kernels a block | has a smaller share of "
           "RES, equal "
           "|\n|---|---|---|---|---|\n",
           n);
    for (size_t w = 1; w < WAYS; w++) {
        unsigned shallower = 0, fewer = 0, less = 0, equal = 0;
        for (unsigned s = 0; s < n; s++) {
            const design *base = &b->results[0][s].best, *d = &b->results[w][s].best;
            shallower += d->depth < base->depth;
            fewer += d->kernels < base->kernels;
            less += d->res < base->res;
            equal += d->res == base->res;
        }
        printf("| %s | %s | %u | %u | %u, %u |\n", fitness_names[ways[w].fitness], ways[w].model,
               shallower, fewer, less, equal);
    }
    printf("\n");
}

/* ---- stored results -------------------------------------------------------------------------- */

#define STORED_HEAD                                                                                \
    "fitness,model,seed,trials,best,blocks,depth,kernels,res,accuracy,latency_s,energy_j,"         \
    "macs,ten_depth,ten_kernels,ten_res,processor_s\n"

static bool store_results(const bench *b) {
    FILE *out = fopen(b->store, "w");
    if (!out) {
        perror(b->store);
        return false;
    }
    fputs(STORED_HEAD, out);
    for (size_t w = 0; w < WAYS; w++)
        for (unsigned s = 0; s < seeds_of(b); s++) {
            const outcome *o = &b->results[w][s];
            const design *d = &o->best, *t = &o->ten;
            fprintf(
                out,
                "%s,\"%s\",%u,%zu,%lld,%s,%.0f,%.6g,%.6g,%.4f,%.6g,%.6g,%.0f,%.6g,%.6g,%.6g,%.1f\n",
                fitness_names[ways[w].fitness], ways[w].model, b->first_seed + s, o->trials,
                d->trial, d->blocks, d->depth, d->kernels, d->res, d->accuracy, d->latency_s,
                d->energy_j, d->macs, t->depth, t->kernels, t->res, o->processor_s);
        }
    return fclose(out) == 0;
}

static double cell(const csv_row *row, size_t i) { return strtod(csv_cell(row, i), NULL); }

static void read_stored(bench *b, const csv_row *row) {
    const unsigned seed = (unsigned)cell(row, 2);
    for (size_t w = 0; w < WAYS; w++) {
        if (strcmp(csv_cell(row, 0), fitness_names[ways[w].fitness]) != 0 ||
            strcmp(csv_cell(row, 1), ways[w].model) != 0 || !seed || seed > SEEDS_MAX)
            continue;
        b->results[w][seed - 1] = (outcome){
            .best = {.depth = cell(row, 6),
                     .kernels = cell(row, 7),
                     .res = cell(row, 8),
                     .accuracy = cell(row, 9),
                     .latency_s = cell(row, 10),
                     .energy_j = cell(row, 11)},
            .ten = {.depth = cell(row, 13), .kernels = cell(row, 14), .res = cell(row, 15)},
            .processor_s = cell(row, 16)};
        b->trials = (unsigned)cell(row, 3);
        if (seed > b->last_seed) b->last_seed = seed;
    }
}

/* The seeds of monas.csv, from 1 on. */
static void print_stored(void) {
    static bench stored = {.first_seed = 1};
    csv_reader reader = {.file = fopen(SOURCE_DIR "/tests/bench/monas.csv", "r")};
    csv_row row = {0};
    while (reader.file && csv_read(&reader, &row)) read_stored(&stored, &row);
    csv_row_free(&row);
    if (reader.file) fclose(reader.file);
    if (!stored.last_seed) return;
    printf("Stored (tests/bench/monas.csv):\n\n");
    print_means(&stored);
    print_counts(&stored);
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool read_arguments(bench *b, int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        char rest;
        if (strcmp(argv[i], "--seeds") == 0) {
            const int n = sscanf(argv[i + 1], "%u-%u%c", &b->first_seed, &b->last_seed, &rest);
            if (n == 1) b->last_seed = b->first_seed;
            if (n != 1 && n != 2) return false;
        } else if (strcmp(argv[i], "--trials") == 0) {
            if (sscanf(argv[i + 1], "%u%c", &b->trials, &rest) != 1) return false;
        } else if (strcmp(argv[i], "--longer") == 0) {
            if (sscanf(argv[i + 1], "%u%c", &b->longer, &rest) != 1 || b->longer < 3) return false;
        } else if (strcmp(argv[i], "--set") == 0) b->set = argv[i + 1];
        else if (strcmp(argv[i], "--keep") == 0) b->keep = argv[i + 1];
        else if (strcmp(argv[i], "--store") == 0) b->store = argv[i + 1];
        else return false;
    }
    return argc % 2 == 1 && b->trials > 0 && b->first_seed <= b->last_seed &&
           b->last_seed - b->first_seed < SEEDS_MAX;
}

/* By its whole path: a config's settings are relative to its own folder. */
static bool open_folder(bench *b) {
    char path[PATH_MAX];
    if (!b->keep) return folder_make(b->folder, sizeof b->folder);
    mkdir(b->keep, 0777);        /* or it is there */
    if (!realpath(b->keep, path) || strlen(path) >= sizeof b->folder) return false;
    strcpy(b->folder, path);
    return true;
}

int main(int argc, char **argv) {
    static bench b = {.first_seed = 1, .last_seed = 1, .trials = 100};
    if (!read_arguments(&b, argc, argv)) {
        fputs("bench_monas: see the head of tests/bench/bench_monas.c\n", stderr);
        return 2;
    }
    if (!open_folder(&b)) {
        perror(b.keep);
        return 1;
    }
    bool good = b.longer ? train_longer(&b) : run_all(&b);
    if (good && !b.longer) {
        print_means(&b);
        print_counts(&b);
        print_stored();
    }
    if (good && b.store) good = store_results(&b);
    if (!b.keep) folder_remove(b.folder);
    return good ? 0 : 1;
}
