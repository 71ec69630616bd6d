#include "archive.h"

#include <math.h>
#include <string.h>

cim_status archive_open(archive *a, const cim_host *host, const cim_problem *problem) {
    *a = (archive){.host = host, .d = problem->dimensions.n, .m = problem->goals.n,
                   .c = problem->constraints.n, .full = problem->n_fidelities - 1};
    a->high = host->alloc(host, a->m, sizeof *a->high);
    if (a->high == NULL) return host->fail(host, CIM_E_MEMORY, "no memory for the trials");
    archive_reset(a);
    return CIM_OK;
}

void archive_close(archive *a) {
    if (!a->host) return;
    a->host->release(a->host, a->rows);
    a->host->release(a->host, a->outcome);
    a->host->release(a->host, a->fidelity);
    a->host->release(a->host, a->front);
    a->host->release(a->host, a->high);
    *a = (archive){0};
}

void archive_reset(archive *a) {
    a->n = a->n_front = 0;
    for (uint32_t i = 0; i < a->m; i++) a->high[i] = -INFINITY;
}

/* Room for N rows of WIDTH bytes in *ROWS, which has room for ROOM and holds USED. */
static int grow(const cim_host *host, void *rows, size_t used, size_t room, size_t width) {
    void *old, *more = host->alloc(host, room, width ? width : 1);
    if (more == NULL) return 0;
    memcpy(&old, rows, sizeof old);
    if (used) memcpy(more, old, used * width);
    host->release(host, old);
    memcpy(rows, &more, sizeof more);
    return 1;
}

static cim_status reserve(archive *a) {
    if (a->n < a->room) return CIM_OK;
    const size_t room = a->room ? 2 * a->room : 128;
    if (!grow(a->host, &a->rows, a->n, room, archive_width(a) * sizeof *a->rows) ||
        !grow(a->host, &a->outcome, a->n, room, 1) ||
        !grow(a->host, &a->fidelity, a->n, room, sizeof *a->fidelity) ||
        !grow(a->host, &a->front, a->n_front, room, sizeof *a->front))
        return a->host->fail(a->host, CIM_E_MEMORY, "no memory for the trials");
    a->room = a->front_room = room;
    return CIM_OK;
}

static int is_complete(const archive *a, size_t i) {
    if (a->outcome[i] != CIM_FEASIBLE || a->fidelity[i] != a->full) return 0;
    for (uint32_t k = 0; k < a->m; k++)
        if (!isfinite(archive_goals(a, i)[k])) return 0;
    return 1;
}

/* No worse anywhere. */
static int covers(const double *x, const double *y, uint32_t m) {
    for (uint32_t k = 0; k < m; k++)
        if (x[k] > y[k]) return 0;
    return 1;
}

static int enter_front(archive *a, size_t i) {
    const double *goals = archive_goals(a, i);
    size_t kept = 0;
    for (size_t k = 0; k < a->n_front; k++)
        if (covers(archive_goals(a, a->front[k]), goals, a->m)) return 0;
    for (size_t k = 0; k < a->n_front; k++)
        if (!covers(goals, archive_goals(a, a->front[k]), a->m)) a->front[kept++] = a->front[k];
    a->n_front = kept;
    a->front[a->n_front++] = (uint32_t)i;
    return 1;
}

cim_status archive_add(archive *a, const double *point, const double *goals, const double *slack,
                       cim_outcome outcome, uint32_t fidelity, int *is_better) {
    const cim_status status = reserve(a);
    *is_better = 0;
    if (status != CIM_OK) return status;
    double *row = a->rows + a->n * archive_width(a);
    if (a->d) memcpy(row, point, a->d * sizeof *row);
    memcpy(row + a->d, goals, a->m * sizeof *row);
    if (a->c) memcpy(row + a->d + a->m, slack, a->c * sizeof *row);
    a->outcome[a->n] = (uint8_t)outcome;
    a->fidelity[a->n] = fidelity;
    const size_t i = a->n++;
    for (uint32_t k = 0; k < a->m && fidelity == a->full; k++)
        if (isfinite(goals[k])) a->high[k] = fmax(a->high[k], goals[k]);
    if (is_complete(a, i)) *is_better = enter_front(a, i);
    return CIM_OK;
}
