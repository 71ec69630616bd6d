#include "scores.h"
#include "csv.h"
#include <cim_sdk/hypervolume.h>
#include "memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const uint32_t checkpoints[N_CHECKPOINTS] = {20, 40, 60, 80, 100, 150, 200};

uint32_t measures_of(const problem *p) { return p->m > 1 ? 2 : 1; }

void score_measure(score *r, const double *goals, size_t n_feasible) {
    const problem *p = r->problem;
    double best = INFINITY;
    for (uint32_t k = 0; p->m > 1 && k < 2; k++)
        r->values[k] = cim_hypervolume(goals, n_feasible, p->m, p->reference[k]) / p->volume[k];
    for (size_t i = 0; p->m == 1 && i < n_feasible; i++) best = fmin(best, goals[i]);
    if (p->m == 1) r->values[0] = p->optimum - best;
}

void scores_add(scores *to, const score *r) {
    MEMORY_ROOM(to->rows, to->n);
    to->rows[to->n++] = *r;
}

bool scores_have(const scores *of, const problem *p, const char *searcher, uint32_t batch,
                  uint32_t seed, uint32_t n) {
    for (size_t i = 0; i < of->n; i++) {
        const score *r = &of->rows[i];
        if (r->is_ours && r->problem == p && r->batch == batch &&
            strcmp(r->searcher, searcher) == 0 && r->seed == seed && r->n == n)
            return true;
    }
    return false;
}

void scores_free(scores *r) {
    free(r->rows);
    *r = (scores){0};
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Ours: problem, searcher, batch, seed, n, first, second, cpu_s, measured as above. Others':
 * problem, optimiser, seed, n, hv, hv2, best, cpu_s. */
static bool from_row(const csv_row *row, bool is_ours, score *r) {
    const size_t at = is_ours ? 3 : 2;
    double x[4];
    *r = (score){.problem = problem_find(csv_cell(row, 0)), .is_ours = is_ours, .batch = 1};
    if (!r->problem || row->n < 8) return false;
    snprintf(r->searcher, sizeof r->searcher, "%s", csv_cell(row, 1));
    if (is_ours) r->batch = (uint32_t)strtoul(csv_cell(row, 2), NULL, 10);
    r->seed = (uint32_t)strtoul(csv_cell(row, at), NULL, 10);
    r->n = (uint32_t)strtoul(csv_cell(row, at + 1), NULL, 10);
    for (size_t i = 0; i < 4; i++) x[i] = strtod(csv_cell(row, i + 4), NULL);
    r->cpu_s = x[3];
    for (size_t k = 0; k < 2; k++)
        if (is_ours) r->values[k] = x[k + 1];
        else r->values[k] = r->problem->m > 1 ? x[k] / r->problem->volume[k]
                                              : r->problem->optimum - x[2];
    return true;
}

bool scores_read(scores *to, const char *path, bool is_ours) {
    csv_reader reader = {.file = fopen(path, "rb")};
    csv_row row = {0};
    score r;
    if (!reader.file) return is_ours;
    csv_read(&reader, &row);
    bool good = true;
    while (good && csv_read(&reader, &row)) {
        good = from_row(&row, is_ours, &r);
        if (good) scores_add(to, &r);
    }
    csv_row_free(&row);
    fclose(reader.file);
    if (!good) fprintf(stderr, "%s:%" PRIu64 ": is no row of results\n", path, reader.line);
    return good;
}

bool scores_append(const char *path, const score *rows, size_t n) {
    FILE *to = fopen(path, "ab");
    if (!to) return false;
    if (fseek(to, 0, SEEK_END) == 0 && ftell(to) == 0)
        fputs("problem,searcher,batch,seed,n,first,second,cpu_s\n", to);
    text name = {0};
    for (size_t i = 0; i < n; i++) {
        const score *r = &rows[i];
        text_clear(&name);
        csv_add(&name, r->searcher, true);   /* which may hold quotes */
        fprintf(to, "%s,%s,%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%.17g,%.17g,%.4f\n",
                r->problem->name, text_of(&name), r->batch, r->seed, r->n, r->values[0],
                r->values[1], r->cpu_s);
    }
    text_free(&name);
    return fclose(to) == 0;
}
