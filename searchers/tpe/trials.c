#include "trials.h"
#include "axis.h"

#include <math.h>
#include <string.h>

enum { NUMBERS_MOST = 25000, TRIALS_MOST = 500, TRIALS_LEAST = 200 };

/* ---- memory ---------------------------------------------------------------------------------- */

static int grow(const cim_host *host, void **array, size_t n, size_t room, size_t size) {
    void *more = host->alloc(host, room + 1, size ? size : 1);
    if (!more) return 0;
    if (n && size) memcpy(more, *array, n * size);
    host->release(host, *array);
    *array = more;
    return 1;
}

static cim_status reserve(trials *t, size_t n) {
    if (n <= t->room) return CIM_OK;
    const size_t room = 2 * n < 64 ? 64 : 2 * n, d = t->problem->dimensions.n * sizeof(double);
    const size_t m = t->problem->goals.n * sizeof(double);
    const size_t c = t->problem->constraints.n * sizeof(double);
    if (!grow(t->host, (void **)&t->class, t->n, room, 1) ||
        !grow(t->host, (void **)&t->points, t->n, room, d) ||
        !grow(t->host, (void **)&t->units, t->n, room, d) ||
        !grow(t->host, (void **)&t->goals, t->n, room, m) ||
        !grow(t->host, (void **)&t->slack, t->n, room, c) ||
        !grow(t->host, (void **)&t->violation, 0, room, sizeof(double)) ||
        !grow(t->host, (void **)&t->weight, t->n, room, sizeof(double)) ||
        !grow(t->host, (void **)&t->good, t->n, room, 1) ||
        !grow(t->host, (void **)&t->order, 0, room, sizeof(uint32_t)) ||
        !grow(t->host, (void **)&t->chosen, 0, room, sizeof(uint32_t)) ||
        !grow(t->host, (void **)&t->scratch, 0, room + 1, m))
        return t->host->fail(t->host, CIM_E_MEMORY, "no memory for the trials");
    t->room = room;
    return CIM_OK;
}

cim_status trials_init(trials *t, const cim_host *host, const cim_problem *problem,
                       cim_designs *designs) {
    const size_t most = NUMBERS_MOST / ((size_t)problem->dimensions.n + 1);
    *t = (trials){.host = host, .problem = problem, .designs = designs};
    t->most = most > TRIALS_MOST ? TRIALS_MOST : most < TRIALS_LEAST ? TRIALS_LEAST : most;
    const cim_status status = reserve(t, 1);
    if (status != CIM_OK) trials_free(t);
    return status;
}

void trials_free(trials *t) {
    if (!t->host) return;
    void *const all[] = {t->class, t->points, t->units, t->goals, t->slack, t->violation,
                         t->weight, t->good, t->order, t->chosen, t->scratch};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) t->host->release(t->host, all[i]);
    *t = (trials){0};
}

void trials_clear(trials *t) {
    t->n = 0;
}

/* ---- trials ---------------------------------------------------------------------------------- */

cim_status trials_add(trials *t, uint32_t class, const double *point, const double *goals,
                      const double *slack) {
    const cim_status status = reserve(t, t->n + 1);
    if (status != CIM_OK) return status;
    const size_t d = t->problem->dimensions.n, m = t->problem->goals.n, i = t->n++;
    const size_t c = t->problem->constraints.n;
    t->class[i] = (uint8_t)class;
    t->good[i] = 0;
    t->weight[i] = 1.0;
    for (size_t k = 0; k < d; k++) t->points[i * d + k] = point[k];
    cim_designs_canonical(t->designs, t->points + i * d);
    for (uint32_t k = 0; k < d; k++)
        t->units[i * d + k] = t->designs->active[k]
            ? axis_unit(cim_designs_dimension(t->designs, k), t->points[i * d + k]) : (double)NAN;
    for (size_t k = 0; k < m; k++) t->goals[i * m + k] = goals ? goals[k] : (double)NAN;
    for (size_t k = 0; k < c; k++) t->slack[i * c + k] = slack ? slack[k] : (double)NAN;
    return CIM_OK;
}

static uint32_t class_of(const cim_problem *problem, const cim_trial *trial) {
    if (trial->outcome == CIM_FEASIBLE) {
        for (uint32_t k = 0; k < problem->goals.n; k++)
            if (!trial->goal_known[k]) return CLASS_PARTIAL;
        return CLASS_FEASIBLE;
    }
    if (trial->outcome == CIM_FAILED) return CLASS_FAILED;
    for (uint32_t k = 0; k < problem->constraints.n; k++)
        if (isnan(trial->slack[k])) return CLASS_UNKNOWN;
    return CLASS_INFEASIBLE;
}

cim_status trials_tell(trials *t, const cim_trial *trial, const double *point) {
    const size_t i = t->n, m = t->problem->goals.n;
    const cim_status status =
        trials_add(t, class_of(t->problem, trial), point, NULL,
                   trial->outcome == CIM_FAILED ? NULL : trial->slack);
    if (status != CIM_OK) return status;
    for (size_t k = 0; k < m; k++)
        if (trial->outcome != CIM_FAILED && trial->goal_known[k])
            t->goals[i * m + k] = trial->goals[k];
    return CIM_OK;
}

void trials_cut(trials *t, size_t n) {
    t->n = n;
}

static void move_row(trials *t, size_t from, size_t to) {
    const size_t d = t->problem->dimensions.n, m = t->problem->goals.n;
    const size_t c = t->problem->constraints.n;
    t->class[to] = t->class[from];
    for (size_t k = 0; k < d; k++) t->points[to * d + k] = t->points[from * d + k];
    for (size_t k = 0; k < d; k++) t->units[to * d + k] = t->units[from * d + k];
    for (size_t k = 0; k < m; k++) t->goals[to * m + k] = t->goals[from * m + k];
    for (size_t k = 0; k < c; k++) t->slack[to * c + k] = t->slack[from * c + k];
}

int trials_trim(trials *t) {
    if (t->n < t->most + t->most / 4) return 0;
    trials_split(t, 1.0, t->most / 4);
    size_t left = t->n - t->most, n = 0;   /* to be dropped */
    for (size_t i = 0; i < t->n; i++) {
        if (left && !t->good[i]) left--;
        else move_row(t, i, n++);
    }
    t->n = n;
    return 1;
}
