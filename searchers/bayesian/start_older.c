#include "start_older.h"

#include <math.h>
#include <string.h>

/* One older study's front, in goals that it knows, each over its range there. */
typedef struct older_front {
    const cim_trial_table *trials;
    uint32_t m, n, *rows;
    double *goals, *distance;   /* distance: to the nearest that was taken */
} older_front;

static const cim_trial *trial_of(const older_front *f, uint32_t row) {
    return CIM_ROW(cim_trial, *f->trials, row);
}

/* Is A no worse than B in all goals that both know, and better in one? */
static int dominates(const cim_trial *a, const cim_trial *b, uint32_t m) {
    int is_better = 0;
    for (uint32_t i = 0; i < m; i++) {
        if (!a->goal_known[i] || !b->goal_known[i]) continue;
        if (a->goals[i] > b->goals[i]) return 0;
        is_better |= a->goals[i] < b->goals[i];
    }
    return is_better;
}

static int is_usable(const cim_trial *t, uint32_t m) {
    int knows = 0;
    for (uint32_t i = 0; i < m; i++) knows |= t->goal_known[i];
    return knows && t->outcome == CIM_FEASIBLE;
}

static void find_front(older_front *f) {
    f->n = 0;
    for (uint32_t i = 0; i < f->trials->n; i++) {
        const cim_trial *t = trial_of(f, i);
        if (!is_usable(t, f->m)) continue;
        uint32_t kept = 0;
        int is_in = 1;
        for (uint32_t k = 0; k < f->n && is_in; k++)
            is_in = !dominates(trial_of(f, f->rows[k]), t, f->m);
        if (!is_in) continue;
        for (uint32_t k = 0; k < f->n; k++)
            if (!dominates(t, trial_of(f, f->rows[k]), f->m)) f->rows[kept++] = f->rows[k];
        f->rows[kept++] = i;
        f->n = kept;
    }
}

/* Goals of the front over their range: a logarithmic one where all are above 0. */
static void scale_goals(older_front *f) {
    for (uint32_t i = 0; i < f->m; i++) {
        double least = INFINITY, most = -INFINITY;
        for (uint32_t k = 0; k < f->n; k++) {
            const cim_trial *t = trial_of(f, f->rows[k]);
            if (t->goal_known[i]) least = fmin(least, t->goals[i]), most = fmax(most, t->goals[i]);
        }
        const int is_log = least > 0.0;
        const double low = is_log ? log(least) : least, width = (is_log ? log(most) : most) - low;
        for (uint32_t k = 0; k < f->n; k++) {
            const cim_trial *t = trial_of(f, f->rows[k]);
            const double y = t->goal_known[i] ? t->goals[i] : least;
            f->goals[(size_t)k * f->m + i] =
                width > 0.0 ? ((is_log ? log(y) : y) - low) / width : 0.0;
        }
    }
    for (uint32_t k = 0; k < f->n; k++) { /* the knee first: the least sum */
        f->distance[k] = 1e3;
        for (uint32_t i = 0; i < f->m; i++) f->distance[k] -= f->goals[(size_t)k * f->m + i];
    }
}

/* The farthest from all taken; marks it as taken. Returns f->n when none is left. */
static uint32_t take_farthest(older_front *f) {
    uint32_t best = f->n;
    for (uint32_t k = 0; k < f->n; k++)
        if (f->distance[k] >= 0.0 && (best == f->n || f->distance[k] > f->distance[best])) best = k;
    for (uint32_t k = 0; best < f->n && k < f->n; k++) {
        double sum = 0.0;
        for (uint32_t i = 0; i < f->m; i++)
            sum += pow(f->goals[(size_t)k * f->m + i] - f->goals[(size_t)best * f->m + i], 2.0);
        if (f->distance[k] >= 0.0) f->distance[k] = fmin(f->distance[k], sum);
    }
    if (best < f->n) f->distance[best] = -1.0;
    return best;
}

static void place(space *s, const cim_trial *t, double *point) {
    for (uint32_t i = 0; i < s->d; i++)
        point[i] = isfinite(t->point[i]) ? t->point[i] : space_dimension(s, i)->default_coordinate;
    cim_designs_canonical(&s->designs, point);
}

static int is_new(const space *s, const double *points, uint32_t n) {
    for (uint32_t k = 0; k < n; k++)
        if (memcmp(points + (size_t)k * s->d, points + (size_t)n * s->d, s->d * sizeof *points) ==
            0)
            return 0;
    return 1;
}

static void add_front(space *s, older_front *f, uint32_t most, double *points, uint32_t *n) {
    find_front(f);
    scale_goals(f);
    while (*n < most) {
        const uint32_t k = take_farthest(f);
        if (k == f->n) return;
        place(s, trial_of(f, f->rows[k]), points + (size_t)*n * s->d);
        *n += (uint32_t)is_new(s, points, *n);
    }
}

cim_status start_older(space *s, uint32_t most, double *points, uint32_t *n) {
    const cim_older_study_table *all = &s->problem->older;
    const cim_host *host = s->host;
    *n = 0;
    if (!CIM_HAS(s->problem, cim_problem, older)) return CIM_OK;
    for (uint32_t i = 0; i < all->n; i++) {
        const cim_older_study *study = CIM_ROW(cim_older_study, *all, i);
        older_front f = {.trials = &study->trials, .m = s->problem->goals.n};
        const size_t room = (size_t)study->trials.n + 1;
        f.rows = host->alloc(host, room, sizeof *f.rows);
        f.goals = host->alloc(host, room * f.m, sizeof *f.goals);
        f.distance = host->alloc(host, room, sizeof *f.distance);
        const int is_good = f.rows && f.goals && f.distance;
        if (is_good) add_front(s, &f, most * (i + 1) / all->n, points, n);
        host->release(host, f.rows);
        host->release(host, f.goals);
        host->release(host, f.distance);
        if (!is_good) return CIM_E_MEMORY;
    }
    return CIM_OK;
}
