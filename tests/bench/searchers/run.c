#include "run.h"
#include "process.h"
#include "memory.h"
#include "store_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the program ----------------------------------------------------------------------------- */

static bool write_files(const task *t, const char *folder) {
    char path[640];
    snprintf(path, sizeof path, "%s/study.cfg", folder);
    FILE *study_file = fopen(path, "w");
    snprintf(path, sizeof path, "%s/start.csv", folder);
    FILE *start = study_file ? fopen(path, "w") : NULL;
    if (study_file) problem_write_study(t->problem, study_file);
    if (start) problem_write_start(t->problem, t->seed, start);
    const bool good = start && fclose(start) == 0;
    return study_file && fclose(study_file) == 0 && good;
}

static bool run_program(const task *t, const char *folder, process_usage *usage) {
    char path[640], out[640], seed[32], trials[32], batch[48], searcher[NAME_ROOM + 64];
    const size_t length = strcspn(t->searcher, ";");
    process p;
    snprintf(path, sizeof path, "%s/study.cfg", folder);
    snprintf(out, sizeof out, "%s/run", folder);
    snprintf(seed, sizeof seed, "%u", t->seed + 1);
    snprintf(trials, sizeof trials, "%u", t->trials);
    snprintf(batch, sizeof batch, "study.batch=%u", t->batch);
    snprintf(searcher, sizeof searcher, "searcher={plugin=\"%.*s\"%s;}", (int)length, t->searcher,
             t->searcher + length);
    const char *const arguments[] = {"run", path, "--seed", seed, "--trials", trials, "--workers",
                                     "1", "--set", batch, "--set", searcher, "--out", out, NULL};
    return process_start(&p, 0, NULL, arguments) && process_end(&p, usage);
}

/* ---- what it found --------------------------------------------------------------------------- */

typedef struct reading {
    const task *task;
    const layout *l;
    double *goals;               /* of the feasible trials so far */
    size_t n_feasible, n_rows;
    score *out;
} reading;

/* Also called once behind the last trial, with NULL: checkpoints that a finished searcher did not
 * reach have what it found. */
static bool see(void *context, const row *x) {
    reading *r = context;
    const problem *p = r->task->problem;
    while (r->n_rows < N_CHECKPOINTS && checkpoints[r->n_rows] <= r->task->trials &&
           (!x || x->id >= (int64_t)checkpoints[r->n_rows])) {
        score *to = &r->out[r->n_rows];
        *to = (score){.problem = p, .is_ours = true, .batch = r->task->batch,
                      .seed = r->task->seed, .n = checkpoints[r->n_rows++]};
        snprintf(to->searcher, sizeof to->searcher, "%s", r->task->searcher);
        score_measure(to, r->goals, r->n_feasible);
    }
    for (uint32_t k = 0; x && x->outcome == CIM_FEASIBLE && k < p->m; k++)
        r->goals[r->n_feasible * p->m + k] = goal_minimised(&r->l->goals[k], x->metrics);
    r->n_feasible += x && x->outcome == CIM_FEASIBLE;
    return true;
}

static size_t read_run(const task *t, const char *folder, score *out) {
    char path[640];
    failure f = {0};
    layout l = {0};
    reading r = {.task = t, .l = &l, .out = out};
    snprintf(path, sizeof path, "%s/run", folder);
    store *st = store_open(path, false, &f);
    r.goals = memory_new((size_t)t->trials * t->problem->m + 1, sizeof *r.goals);
    if (st && layout_read(st, &l, &f) && store_goal_rows(st, &l, see, &r, &f)) see(&r, NULL);
    if (f.status) fprintf(stderr, "%s\n", f.text);
    layout_free(&l);
    if (st) store_close(st, &f);
    free(r.goals);
    return r.n_rows;
}

size_t run_task(const task *t, score *out) {
    char folder[512];
    process_usage usage = {0};
    if (!folder_make(folder, sizeof folder)) return 0;
    const bool good = write_files(t, folder) && run_program(t, folder, &usage);
    const size_t n = good ? read_run(t, folder, out) : 0;
    for (size_t i = 0; i < n; i++) out[i].cpu_s = usage.processor_s;
    folder_remove(folder);
    return n;
}
