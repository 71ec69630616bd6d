#include "published_runs.h"
#include "published_tables.h"
#include "process.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATH = 1024, RUNS_MAX = SEARCHERS_MAX * SEEDS_MAX };

typedef struct job {             /* one run */
    char folder[PATH];
    const char *searcher;        /* NULL: the config's */
    unsigned seed;
    process process;
    bool started;
    double seconds;              /* of processor time, in all calls; NaN: not known */
} job;

static void stem(const char *file, char *out, size_t room) {
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    snprintf(out, room, "%.*s", (int)strcspn(name, "."), name);
}

static bool start(const plan *p, const char *file, job *j, unsigned workers) {
    char seed[32], n_workers[32], set[128];
    const char *arguments[ARGUMENTS_MAX] = {"run", file, "--out", j->folder, "--workers", n_workers,
                                             "--resume"};   /* what was stopped goes on */
    size_t n = 7;
    snprintf(n_workers, sizeof n_workers, "%u", workers);
    snprintf(seed, sizeof seed, "%u", j->seed);
    snprintf(set, sizeof set, "searcher={plugin=\"%s\";}", j->searcher ? j->searcher : "");
    if (p->has_seeds) arguments[n++] = "--seed", arguments[n++] = seed;
    if (p->trials) arguments[n++] = "--trials", arguments[n++] = p->trials;
    if (j->searcher) arguments[n++] = "--set", arguments[n++] = set;
    if (p->set) arguments[n++] = "--set", arguments[n++] = p->set;
    j->started = process_start(&j->process, 0, NULL, arguments);
    return j->started;
}

/* The study itself holds nothing that differs from run to run. */
static bool end(job *j) {
    char seconds[PATH + 16];
    process_usage usage;
    if (!process_end(&j->process, &usage)) return false;
    snprintf(seconds, sizeof seconds, "%s/seconds", j->folder);
    j->seconds = process_add_seconds(seconds, &usage);
    return true;
}

/* As many at a time as there are cores; a single one gets them all. */
static bool run_jobs(const plan *p, const char *file, job *jobs, unsigned n) {
    const unsigned cores = allowed_cores(), width = n < cores ? n : cores;
    bool good = true;
    for (unsigned first = 0; first < n; first += width) {
        const unsigned last = first + width < n ? first + width : n;
        for (unsigned i = first; good && i < last; i++)
            good = start(p, file, &jobs[i], cores / width);
        for (unsigned i = first; i < last; i++)
            if (jobs[i].started) good = end(&jobs[i]) && good;
    }
    return good;
}

static unsigned plan_jobs(const plan *p, const char *file, const char *folder, job *jobs) {
    const unsigned searchers = p->n_searchers ? p->n_searchers : 1;
    unsigned n = 0;
    char name[128];
    stem(file, name, sizeof name);
    for (unsigned s = 0; s < searchers; s++)
        for (unsigned seed = p->first_seed; seed <= p->last_seed; seed++) {
            job *j = &jobs[n++];
            *j = (job){.searcher = p->n_searchers ? p->searchers[s] : NULL, .seed = seed};
            snprintf(j->folder, sizeof j->folder, "%s/%s/%s/%u", folder, name,
                     j->searcher ? j->searcher : "own", seed);
        }
    return n;
}

static bool run_config(const plan *p, const char *file, const char *folder,
                       const stored_results *stored) {
    static job jobs[RUNS_MAX];
    static run_result results[RUNS_MAX];
    const unsigned n = plan_jobs(p, file, folder, jobs), seeds = p->last_seed - p->first_seed + 1;
    failure f = {0};
    bool good = run_jobs(p, file, jobs, n);
    unsigned read = 0;
    for (; good && read < n; read++) {
        good = run_result_read(&results[read], jobs[read].folder, &f);
        results[read].seconds = jobs[read].seconds;
    }
    if (good) {
        for (unsigned s = 0; s < n; s += seeds)
            good = good && published_tables_print(results + s, seeds, stored, p->store, &f);
        if (n > seeds) searchers_table_print(results, n / seeds, seeds);
    }
    if (f.status) fprintf(stderr, "%s\n", f.text);
    if (!good) fprintf(stderr, "%s did not end well\n", file);
    for (unsigned i = 0; i < read; i++) run_result_free(&results[i]);
    return good;
}

bool plan_run(const plan *p) {
    char temporary[512];
    stored_results stored = {0};
    failure f = {0};
    const bool kept = p->keep != NULL;
    if (!kept && !folder_make(temporary, sizeof temporary)) return false;
    bool good =
        stored_results_read(SOURCE_DIR "/tests/bench/published.csv", &stored.rows, &stored.n, &f);
    if (!good) fprintf(stderr, "%s\n", f.text);
    for (unsigned i = 0; good && i < p->n_configs; i++)
        good = run_config(p, p->configs[i], kept ? p->keep : temporary, &stored);
    free(stored.rows);
    if (!kept) folder_remove(temporary);
    return good;
}
