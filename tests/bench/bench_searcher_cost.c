/* What a suggestion costs after many trials, and the most memory that a searcher holds:
 *
 *     bench_searcher_cost [searcher ...]         without any: bayesian, tpe, evolutionary
 *
 * The plug-in is called here, without the program around it. It is told N random designs of ZDT1
 * (E. Zitzler, K. Deb, L. Thiele, Evolutionary Computation 8, 173-195, 2000) at once, all
 * dimensions real, or every other one with 16 levels; then it is asked for one design after another
 * and told what came of it. Processor time; the least of several suggestions, as others disturb it,
 * and the mean. Memory is what it asked of its host; what a library takes for itself does not
 * count. */
#include <cim/searcher.h>
#include <cim_sdk/rng.h>

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DIMENSIONS_MAX = 64, PARAMS_MAX = 64, LEVELS = 16, ASKED = 10 };

/* ---- a host that counts ---------------------------------------------------------------------- */

static size_t held, most_held;

typedef union block { size_t size; max_align_t aligned; } block;

static void *give(const cim_host *host, size_t count, size_t size) {
    (void)host;
    const size_t n = count * size;
    block *b = calloc(1, sizeof *b + n);
    if (!b) return NULL;
    b->size = n;
    held += n;
    if (held > most_held) most_held = held;
    return b + 1;
}

static void take_back(const cim_host *host, void *memory) {
    (void)host;
    if (!memory) return;
    block *b = (block *)memory - 1;
    held -= b->size;
    free(b);
}

static cim_status say(const cim_host *host, cim_status status, const char *why) {
    (void)host;
    fprintf(stderr, "%s\n", why);
    return status;
}

static void be_quiet(const cim_host *host, int32_t level, const char *text) {
    (void)host, (void)level, (void)text;
}

static void begin_stream(const cim_host *host, uint64_t number, cim_rng *rng) {
    (void)host;
    *rng = (cim_rng){{number + 1, 2, 3, 4}};
    for (int i = 0; i < 20; i++) cim_rng_next(rng);   /* such a state takes a few steps to mix */
}

static const void *no_extension(const cim_host *host, const char *id) {
    (void)host, (void)id;
    return NULL;
}

static const cim_host host = {
    .struct_size = sizeof host, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR, .fail = say,
    .log = be_quiet, .alloc = give, .release = take_back, .stream = begin_stream,
    .extension = no_extension};

/* ---- a problem ------------------------------------------------------------------------------- */

typedef struct arena {
    cim_dimension dimensions[DIMENSIONS_MAX];
    cim_problem problem;
    double *points, *goals;
    cim_trial *trials;
} arena;

static void arena_open(arena *a, uint32_t d, uint32_t n, int is_mixed) {
    static const cim_goal goals[2] = {{.name = "f1"}, {.name = "f2"}};
    for (uint32_t i = 0; i < d; i++)
        a->dimensions[i] =
            is_mixed && i % 2
                ? (cim_dimension){.name = "x",
                                  .unit = "",
                                  .kind = CIM_INTEGER_RANGE,
                                  .n_levels = LEVELS,
                                  .max = LEVELS - 1,
                                  .step = 1.0}
                : (cim_dimension){.name = "x", .unit = "", .kind = CIM_REAL_RANGE, .max = 1.0};
    a->problem = (cim_problem){.struct_size = sizeof a->problem,
                               .batch = 1,
                               .trials = n + ASKED,
                               .n_fidelities = 1,
                               .dimensions = {a->dimensions, d, sizeof *a->dimensions},
                               .goals = {goals, 2, sizeof *goals}};
    a->points = calloc((size_t)(n + ASKED) * d, sizeof *a->points);
    a->goals = calloc((size_t)(n + ASKED) * 2, sizeof *a->goals);
    a->trials = calloc(n + ASKED, sizeof *a->trials);
}

static void arena_close(arena *a) {
    free(a->points);
    free(a->goals);
    free(a->trials);
}

static void evaluate(arena *a, uint32_t i) {
    static const uint8_t known[2] = {1, 1};
    const uint32_t d = a->problem.dimensions.n;
    const double *x = a->points + (size_t)i * d;
    double sum = 0.0, *f = a->goals + (size_t)i * 2;
    for (uint32_t k = 1; k < d; k++) sum += x[k] / a->dimensions[k].max;
    const double g = 1.0 + 9.0 * sum / (d - 1.0);
    f[0] = x[0];
    f[1] = g * (1.0 - sqrt(f[0] / g));
    a->trials[i] = (cim_trial){.number = i, .outcome = CIM_FEASIBLE, .point = x, .goals = f,
                               .goal_known = known};
}

static void evaluate_random(arena *a, uint32_t n) {
    cim_rng rng;
    begin_stream(&host, 12345, &rng);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < a->problem.dimensions.n; k++) {
            const cim_dimension *d = &a->dimensions[k];
            a->points[(size_t)i * a->problem.dimensions.n + k] =
                d->n_levels ? (double)cim_rng_below(&rng, d->n_levels) : cim_rng_uniform(&rng);
        }
        evaluate(a, i);
    }
}

/* ---- a searcher ------------------------------------------------------------------------------ */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const cim_plugin *find_plugin(const char *name) {
    typedef const cim_plugin *const *entry(uint32_t, uint32_t, uint32_t *);
    char path[512];
    uint32_t n = 0;
    snprintf(path, sizeof path, BINARY_DIR "/plugins/searcher.%s.so", name);
    void *library = dlopen(path, RTLD_NOW);
    if (!library) fprintf(stderr, "%s\n", dlerror());
    entry *find = library ? (entry *)(uintptr_t)dlsym(library, "cim_plugins") : NULL;
    const cim_plugin *const *all = find ? find(CIM_ABI_MAJOR, CIM_ABI_MINOR, &n) : NULL;
    return all && n ? all[0] : NULL;
}

/* All parameters at their defaults. */
static cim_status create(const cim_plugin *plugin, const cim_problem *problem, void **self) {
    double numbers[PARAMS_MAX];
    uint32_t first[PARAMS_MAX + 1];
    const uint32_t n = plugin->is.params.n < PARAMS_MAX ? plugin->is.params.n : PARAMS_MAX;
    for (uint32_t i = 0; i <= n; i++) first[i] = i;
    for (uint32_t i = 0; i < n; i++)
        numbers[i] = CIM_ROW(cim_param, plugin->is.params, i)->default_value;
    const cim_values values = {sizeof values, 1, n, n, first, numbers, NULL};
    return ((const cim_searcher_ops *)plugin->ops)->create(&host, &values, problem, self);
}

static int ask_and_tell(const cim_searcher_ops *ops, void *self, arena *a, uint32_t i) {
    uint32_t fidelity = 0;
    cim_ask ask = {.struct_size = sizeof ask, .max = 1, .number = i, .fidelity = &fidelity,
                   .points = a->points + (size_t)i * a->problem.dimensions.n};
    begin_stream(&host, i, &ask.rng);
    if (ops->ask(self, &ask) != CIM_OK || ask.count != 1) return 0;
    evaluate(a, i);
    return ops->tell(self, (cim_trial_table){a->trials + i, 1, sizeof *a->trials}) == CIM_OK;
}

static int measure(const char *name, uint32_t d, uint32_t n, int is_mixed) {
    static arena a;
    const cim_plugin *plugin = find_plugin(name);
    if (!plugin) return 0;
    const cim_searcher_ops *ops = plugin->ops;
    void *self = NULL;
    double least = INFINITY, sum = 0.0;
    arena_open(&a, d, n, is_mixed);
    evaluate_random(&a, n);
    held = most_held = 0;
    int good = create(plugin, &a.problem, &self) == CIM_OK &&
               ops->tell(self, (cim_trial_table){a.trials, n, sizeof *a.trials}) == CIM_OK;
    for (uint32_t i = n; good && i < n + ASKED; i++) {
        const double start = seconds();
        good = ask_and_tell(ops, self, &a, i);
        const double took = seconds() - start;
        least = fmin(least, took);
        sum += took;
    }
    if (self) ops->destroy(self);
    if (good)
        printf("| %s | %u, %s | %u | %.3g | %.3g | %.2f |\n", name, d,
               is_mixed ? "half with 16 levels" : "real", n, 1e3 * least, 1e3 * sum / ASKED,
               1e-6 * (double)most_held);
    fflush(stdout);
    arena_close(&a);
    return good;
}

int main(int argc, char **argv) {
    static const char *const standard[] = {"bayesian", "tpe", "evolutionary"};
    static const struct { uint32_t d, n; int is_mixed; } cases[] = {
        {30, 200, 0}, {50, 200, 0}, {50, 200, 1}, {30, 1000, 0}, {30, 10000, 0}};
    const int n = argc > 1 ? argc - 1 : 3;
    int good = 1;
    setenv("OPENBLAS_NUM_THREADS", "1", 1);   /* as the program does */
    puts("| searcher | dimensions | trials | ms a suggestion, least | mean | MB, most "
         "|\n|---|---|---|---|---|---|");
    for (int k = 0; k < n; k++)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            good &= measure(argc > 1 ? argv[k + 1] : standard[k], cases[i].d, cases[i].n,
                            cases[i].is_mixed);
    return good ? 0 : 1;
}
