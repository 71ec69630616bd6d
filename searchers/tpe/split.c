/* Which trials are good. Several goals: by front, and of the front that is too large the part that
 * keeps the most hypervolume: Y. Ozaki, Y. Tanigaki, S. Watanabe, M. Onishi, GECCO 2020 and J.
 * Artif. Intell. Res. 73, 1209-1250 (2022). Constraints: S. Watanabe, F. Hutter, IJCAI 2023. */
#include "trials.h"

#include <cim_sdk/hypervolume.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RAMP = 10 };              /* the latest so many weigh fully */
#define LEAST_WEIGHT 0.05        /* of a good trial, next to the one that adds the most volume */
#define OLDEST_WEIGHT 0.3        /* of the first of the others, next to the latest */
#define UNMATCHED_WEIGHT 0.3     /* of an infeasible trial whose goals no feasible one matches */
#define MARGIN 0.1               /* of the extent, from the worst to the reference */

/* ---- violations ------------------------------------------------------------------------------ */

/* Where a slack is violated its geometric mean says what is usual, whatever the unit. */
static void judge_violations(trials *t) {
    const size_t c = t->problem->constraints.n;
    for (size_t i = 0; i < t->n; i++) t->violation[i] = 0.0;
    for (size_t k = 0; k < c; k++) {
        double sum = 0.0, n = 0.0;
        for (size_t i = 0; i < t->n; i++) {
            const double s = t->slack[i * c + k];
            if (!(s > 0.0)) continue;
            sum += log(fmin(s, 1e300));
            n += 1.0;
        }
        const double usual = n > 0.0 ? exp(sum / n) : 1.0;
        for (size_t i = 0; i < t->n; i++) {
            const double s = t->slack[i * c + k];
            if (s > 0.0) t->violation[i] += isinf(s) ? 1.0 : 1.0 / (1.0 + usual / s);
        }
    }
}

/* ---- goals ----------------------------------------------------------------------------------- */

static int dominates(const double *a, const double *b, size_t m) {
    int better = 0;
    for (size_t k = 0; k < m; k++) {
        if (a[k] > b[k]) return 0;
        better |= a[k] < b[k];
    }
    return better;
}

static const double *goals_of(const trials *t, uint32_t i) {
    return t->goals + i * t->problem->goals.n;
}

static int is_before(const trials *t, uint32_t a, uint32_t b) {
    const double *x = goals_of(t, a), *y = goals_of(t, b);
    for (size_t k = 0; k < t->problem->goals.n; k++)
        if (x[k] != y[k]) return x[k] < y[k];
    return a < b;
}

/* Shell's sort: no memory, no recursion, and fast enough for a thousand. */
static void sort_by_goals(const trials *t, uint32_t *list, size_t n) {
    static const size_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};   /* M. Ciura, 2001 */
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++)
        for (size_t i = gaps[g]; i < n; i++) {
            const uint32_t moved = list[i];
            size_t k = i;
            for (; k >= gaps[g] && is_before(t, moved, list[k - gaps[g]]); k -= gaps[g])
                list[k] = list[k - gaps[g]];
            list[k] = moved;
        }
}

/* Moves the first front of LIST, sorted by goals, to its start, both parts in order. */
static size_t take_front(trials *t, uint32_t *list, size_t n) {
    uint32_t *rest = t->chosen;
    size_t n_front = 0, n_rest = 0;
    const size_t m = t->problem->goals.n;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < n_front && !dominates(goals_of(t, list[k]), goals_of(t, list[i]), m)) k++;
        if (k < n_front) rest[n_rest++] = list[i];
        else list[n_front++] = list[i];
    }
    if (n_rest) memcpy(list + n_front, rest, n_rest * sizeof *rest);
    return n_front;
}

/* Beyond the worst of the N in LIST, by a part of the extent from the best of FRONT's N_FRONT. */
static void find_reference(const trials *t, const uint32_t *front, size_t n_front,
                           const uint32_t *list, size_t n, double *reference) {
    for (size_t k = 0; k < t->problem->goals.n; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < n_front; i++) low = fmin(low, goals_of(t, front[i])[k]);
        for (size_t i = 0; i < n; i++) high = fmax(high, goals_of(t, list[i])[k]);
        const double extent = high - low;
        reference[k] = extent > 0.0 && extent < INFINITY ? high + MARGIN * extent
                                                         : high + fmax(fabs(high), 1e-300) * MARGIN;
    }
}

/* Volume of N rows in t->scratch and of one more trial. */
static double volume_with(trials *t, size_t n, uint32_t more, const double *reference) {
    const size_t m = t->problem->goals.n;
    memcpy(t->scratch + n * m, goals_of(t, more), m * sizeof *t->scratch);
    const double volume = cim_hypervolume(t->scratch, n + 1, m, reference);
    return volume >= 0.0 ? volume : 0.0;
}

/* Brings the KEEP of LIST to its start that dominate the most together, one after another. What one
 * adds only becomes less, so that old figures are bounds. GAIN: scratch. */
static void choose_spread(trials *t, uint32_t *list, size_t n, size_t keep, double *gain,
                          const double *reference) {
    const size_t m = t->problem->goals.n;
    double volume = 0.0;
    for (size_t i = 0; i < n; i++) gain[i] = INFINITY;
    for (size_t done = 0; done < keep; done++) {
        size_t best = n;
        double most = -1.0;
        for (size_t i = done; i < n; i++) {
            if (gain[i] <= most) continue;
            gain[i] = volume_with(t, done, list[i], reference) - volume;
            if (gain[i] > most) {
                most = gain[i];
                best = i;
            }
        }
        if (best == n) best = done;
        const uint32_t chosen = list[best];
        list[best] = list[done];
        list[done] = chosen;
        gain[best] = gain[done];
        memcpy(t->scratch + done * m, goals_of(t, chosen), m * sizeof *t->scratch);
        volume += most > 0.0 ? most : 0.0;
    }
}

/* What each of the good feasible ones adds to the volume of all of them. */
static void weigh_by_volume(trials *t, const uint32_t *list, size_t n) {
    const size_t m = t->problem->goals.n;
    double *reference = t->scratch + n * m, most = 0.0;
    find_reference(t, list, n, list, n, reference);
    for (size_t i = 0; i < n; i++)
        memcpy(t->scratch + i * m, goals_of(t, list[i]), m * sizeof *t->scratch);
    const double all = cim_hypervolume(t->scratch, n, m, reference);
    for (size_t i = 0; i < n; i++) {
        double *row = t->scratch + i * m, first = row[0];
        row[0] = INFINITY;   /* counts for nothing */
        const double lost = all - cim_hypervolume(t->scratch, n, m, reference);
        row[0] = first;
        t->weight[list[i]] = lost > 0.0 ? lost : 0.0;
        most = fmax(most, t->weight[list[i]]);
    }
    for (size_t i = 0; i < n; i++)
        t->weight[list[i]] = most > 0.0 && most < INFINITY
            ? fmax(t->weight[list[i]] / most, LEAST_WEIGHT) : 1.0;
}

/* Orders the feasible ones so that the first N_GOOD are the good ones. */
static void rank_feasible(trials *t, uint32_t *list, size_t n, size_t n_good) {
    double reference[64];
    sort_by_goals(t, list, n);
    if (t->problem->goals.n == 1 || t->problem->goals.n > 64) return;
    for (size_t done = 0; done < n_good;) {
        const size_t front = take_front(t, list + done, n - done);
        if (done + front > n_good) {
            find_reference(t, list + done, front, list, n, reference);
            choose_spread(t, list + done, front, n_good - done, t->weight, reference);
        }
        done += front;
    }
}

/* ---- the others ------------------------------------------------------------------------------ */

static double unknown_goals(const trials *t, uint32_t i) {
    double n = 0.0;
    for (size_t k = 0; k < t->problem->goals.n; k++) n += isnan(goals_of(t, i)[k]);
    return n;
}

/* Appends the trials of CLASS to t->order, those with less badness first. */
static size_t append_class(trials *t, size_t n, uint32_t class) {
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->class[i] != class) continue;
        size_t k = n++;
        if (class == CLASS_PARTIAL) t->violation[i] = unknown_goals(t, i);
        for (; k > 0 && t->class[t->order[k - 1]] == class && class != CLASS_FEASIBLE &&
               t->violation[t->order[k - 1]] > t->violation[i]; k--)
            t->order[k] = t->order[k - 1];
        t->order[k] = i;
    }
    return n;
}

/* Old trials that are not good fade, as they say less about where the search is now. */
static void weigh_by_age(trials *t, size_t n_others) {
    size_t place = 0;
    const double old = n_others > RAMP ? (double)(n_others - RAMP) : 1.0;
    for (size_t i = 0; i < t->n; i++) {
        if (t->good[i]) continue;
        const double from_start = ((double)place++ + 1.0) / old;
        t->weight[i] = fmin(1.0, fmax(from_start, OLDEST_WEIGHT));
    }
}

static int knows_goals(const trials *t, uint32_t i) {
    for (size_t k = 0; k < t->problem->goals.n; k++)
        if (isnan(goals_of(t, i)[k])) return 0;
    return 1;
}

/* Where no feasible trial dominates an infeasible one, only its constraints speak against it: with
 * its full weight the search would stay away from where such goals may be feasible, too. */
static void spare_unmatched(trials *t, size_t n_feasible) {
    if (n_feasible == 0) return;
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->class[i] != CLASS_INFEASIBLE || t->good[i] || !knows_goals(t, i)) continue;
        size_t k = 0;
        while (k < n_feasible &&
               !dominates(goals_of(t, t->order[k]), goals_of(t, i), t->problem->goals.n)) k++;
        if (k == n_feasible) t->weight[i] *= UNMATCHED_WEIGHT;
    }
}

size_t trials_split(trials *t, double share, size_t most) {
    judge_violations(t);
    const size_t n_feasible = append_class(t, 0, CLASS_FEASIBLE);
    size_t n = n_feasible;
    for (uint32_t class = CLASS_PARTIAL; class <= CLASS_UNKNOWN; class++)
        n = append_class(t, n, class);
    size_t n_good = (size_t)ceil(share * (double)n) + 1;   /* two, of the first few */
    if (n_good > most) n_good = most;
    if (n_good > n) n_good = n;
    rank_feasible(t, t->order, n_feasible, n_good < n_feasible ? n_good : n_feasible);
    for (size_t i = 0; i < t->n; i++) t->good[i] = 0;
    for (size_t i = 0; i < n_good; i++) t->good[t->order[i]] = 1;
    weigh_by_age(t, t->n - n_good);
    spare_unmatched(t, n_feasible);
    for (size_t i = 0; i < n_good; i++) t->weight[t->order[i]] = 1.0;
    const size_t n_front = n_good < n_feasible ? n_good : n_feasible;
    if (t->problem->goals.n > 1 && t->problem->goals.n <= 64 && n_front > 1) {
        weigh_by_volume(t, t->order, n_front);
        for (size_t i = n_front; i < n_good; i++) t->weight[t->order[i]] = LEAST_WEIGHT;
    }
    return n_good;
}
