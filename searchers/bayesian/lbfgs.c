/* Limited-memory BFGS between bounds. */
#include "lbfgs.h"

#include <math.h>
#include <string.h>

typedef struct state {
    const lbfgs_problem *p;
    double *x, *gradient, *direction, *next, *next_gradient, *is_free;
    double *steps, *changes;             /* LBFGS_MEMORY rows each, a ring */
    double curvature[LBFGS_MEMORY];      /* step . change, > 0 */
    int held, newest;
} state;

static double dot(const double *a, const double *b, const double *mask, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i] * mask[i];
    return sum;
}

static void mark_free(state *s) {
    for (size_t i = 0; i < s->p->n; i++)
        s->is_free[i] = !((s->x[i] <= s->p->low[i] && s->gradient[i] > 0.0) ||
                          (s->x[i] >= s->p->high[i] && s->gradient[i] < 0.0));
}

/* The two loops: direction = - H gradient, on the free variables. */
static void find_direction(state *s) {
    const size_t n = s->p->n;
    double weight[LBFGS_MEMORY], scale = 0.0;
    for (size_t i = 0; i < n; i++) s->direction[i] = -s->gradient[i] * s->is_free[i];
    for (int k = 0; k < s->held; k++) {
        const int r = (s->newest - k + LBFGS_MEMORY) % LBFGS_MEMORY;
        const double *step = s->steps + (size_t)r * n, *change = s->changes + (size_t)r * n;
        weight[r] = dot(step, s->direction, s->is_free, n) / s->curvature[r];
        for (size_t i = 0; i < n; i++) s->direction[i] -= weight[r] * change[i] * s->is_free[i];
        if (k == 0) scale = s->curvature[r] / dot(change, change, s->is_free, n);
    }
    if (s->held == 0 || !isfinite(scale) || scale <= 0.0) {
        const double norm = sqrt(dot(s->gradient, s->gradient, s->is_free, n));
        scale = norm > 1.0 ? 1.0 / norm : 1.0;
    }
    for (size_t i = 0; i < n; i++) s->direction[i] *= scale;
    for (int k = s->held; k-- > 0;) {
        const int r = (s->newest - k + LBFGS_MEMORY) % LBFGS_MEMORY;
        const double *step = s->steps + (size_t)r * n, *change = s->changes + (size_t)r * n;
        const double back = dot(change, s->direction, s->is_free, n) / s->curvature[r];
        for (size_t i = 0; i < n; i++)
            s->direction[i] += (weight[r] - back) * step[i] * s->is_free[i];
    }
}

static void remember(state *s) {
    const size_t n = s->p->n;
    const int r = (s->newest + 1) % LBFGS_MEMORY;
    double *step = s->steps + (size_t)r * n, *change = s->changes + (size_t)r * n;
    double curvature = 0.0, square = 0.0;
    for (size_t i = 0; i < n; i++) {
        step[i] = s->next[i] - s->x[i];
        change[i] = s->next_gradient[i] - s->gradient[i];
        curvature += step[i] * change[i];
        square += change[i] * change[i];
    }
    if (!(curvature > 1e-10 * square) || !(square > 0.0)) return; /* not convex there */
    s->curvature[r] = curvature;
    s->newest = r;
    if (s->held < LBFGS_MEMORY) s->held++;
}

/* Backtracks along the projected direction (Armijo). Returns the new value, or INFINITY. */
static double search_line(state *s, double value, int *calls) {
    double t = 1.0;
    for (int tries = 0; tries < 20 && *calls < s->p->most_calls; tries++) {
        double slope = 0.0;
        for (size_t i = 0; i < s->p->n; i++) {
            const double x = s->x[i] + t * s->direction[i];
            s->next[i] = fmin(fmax(x, s->p->low[i]), s->p->high[i]);
            slope += s->gradient[i] * (s->next[i] - s->x[i]);
        }
        if (!(slope < 0.0)) return INFINITY;
        const double found = s->p->function(s->p->context, s->next, s->next_gradient);
        ++*calls;
        if (found <= value + 1e-4 * slope) return found;
        const double bend = found - value - slope; /* parabola through both ends */
        const double shrink = isfinite(bend) && bend > 0.0 ? -slope / (2.0 * bend) : 0.1;
        t *= fmin(fmax(shrink, 0.1), 0.5);
    }
    return INFINITY;
}

static void accept(state *s) {
    memcpy(s->x, s->next, s->p->n * sizeof *s->x);
    memcpy(s->gradient, s->next_gradient, s->p->n * sizeof *s->gradient);
}

double lbfgs_minimise(const lbfgs_problem *p, double *x, double *work) {
    const size_t n = p->n;
    state s = {.p = p, .x = x, .gradient = work, .direction = work + n, .next = work + 2 * n,
               .next_gradient = work + 3 * n, .is_free = work + 4 * n, .steps = work + 5 * n,
               .changes = work + (5 + LBFGS_MEMORY) * n, .newest = LBFGS_MEMORY - 1};
    int calls = 1;
    double value = p->function(p->context, x, s.gradient);
    while (isfinite(value) && calls < p->most_calls) {
        mark_free(&s);
        find_direction(&s);
        double found = search_line(&s, value, &calls);
        if (!isfinite(found) && s.held > 0) { /* once more, straight down */
            s.held = 0;
            find_direction(&s);
            found = search_line(&s, value, &calls);
        }
        if (!isfinite(found)) break;
        const double gain = value - found;
        remember(&s);
        accept(&s);
        value = found;
        if (gain <= p->tolerance * (1.0 + fabs(value))) break;
    }
    return value;
}
