/* The trials in use when all would cost too much. */
#include "surrogate_private.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIRECTIONS = 32 };

typedef struct ranked { double score; uint32_t row; } ranked;

static int by_score(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Ranges of the goals, and the largest violation, for the scores. */
static void goal_range(const surrogate *s, uint32_t goal, double *low, double *width) {
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        const double y = s->values[i * surrogate_n_values(s) + goal];
        if (isnan(y)) continue;
        least = fmin(least, y);
        most = fmax(most, y);
    }
    *low = least;
    *width = most > least ? most - least : 1.0;
}

/* Augmented Chebyshev value along random weights; infeasible and unknown trials come last. */
static double score_of(const surrogate *s, size_t row, const double *weights, const double *low,
                       const double *width) {
    const double *values = s->values + row * surrogate_n_values(s);
    double most = -INFINITY, sum = 0.0, late = 0.0;
    for (uint32_t i = 0; i < s->n_goals; i++) {
        const double y = weights[i] * (values[i] - low[i]) / width[i];
        if (isnan(y)) return INFINITY;
        most = fmax(most, y);
        sum += y;
    }
    for (uint32_t i = 0; i < s->n_constraints; i++)
        if (!(values[s->n_goals + i] <= 0.0)) late = 1e6;
    return late + most + 0.05 * sum;
}

/* Marks up to MOST trials that are best along some direction. */
static size_t mark_best(surrogate *s, size_t most, uint8_t *is_in, ranked *order, double *room,
                        cim_rng *rng) {
    double *weights = room, *low = room + s->n_goals, *width = low + s->n_goals;
    size_t n = 0;
    for (uint32_t i = 0; i < s->n_goals; i++) goal_range(s, i, &low[i], &width[i]);
    for (int k = 0; k < DIRECTIONS; k++) {
        for (uint32_t i = 0; i < s->n_goals; i++)
            weights[i] = -log(1.0 - cim_rng_uniform(rng)) + 1e-3;
        for (size_t i = 0; i < s->n; i++)
            order[i] = (ranked){score_of(s, i, weights, low, width), (uint32_t)i};
        qsort(order, s->n, sizeof *order, by_score);
        const size_t end = most * (size_t)(k + 1) / DIRECTIONS;
        for (size_t i = 0; i < s->n && n < end; i++)
            if (!is_in[order[i].row]) is_in[order[i].row] = 1, n++;
    }
    return n;
}

static int choose_some(surrogate *s, size_t most, cim_rng *rng) {
    uint8_t *is_in = s->host->alloc(s->host, s->n, 1);
    ranked *order = s->host->alloc(s->host, s->n, sizeof *order);
    double *room = s->host->alloc(s->host, 3 * (size_t)s->n_goals + 1, sizeof *room);
    const int is_good = is_in && order && room;
    if (is_good) {
        size_t n = mark_best(s, most / 2, is_in, order, room, rng);
        for (size_t i = s->n; i-- > 0 && n < most / 2 + most / 4;)
            if (!is_in[i]) is_in[i] = 1, n++;
        while (n < most) {
            const uint64_t i = cim_rng_below(rng, s->n);
            if (!is_in[i]) is_in[i] = 1, n++;
        }
        s->n_rows = 0;
        for (size_t i = 0; i < s->n; i++)
            if (is_in[i]) s->rows[s->n_rows++] = (uint32_t)i;
    }
    s->host->release(s->host, is_in);
    s->host->release(s->host, order);
    s->host->release(s->host, room);
    return is_good;
}

cim_status subset_choose(surrogate *s, size_t most, cim_rng *rng) {
    if (s->n > most) return choose_some(s, most, rng) ? CIM_OK : CIM_E_MEMORY;
    s->n_rows = (uint32_t)s->n;
    for (size_t i = 0; i < s->n; i++) s->rows[i] = (uint32_t)i;
    return CIM_OK;
}
