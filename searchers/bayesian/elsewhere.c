/* A model that is sure of an optimum polishes it for ever: what it could gain there by a last digit
 * is more than what it dares to expect anywhere else. So other valleys are gone down too, one after
 * the other, the better ones first, until they have no more to gain either. Each has a model of its
 * own, of the trials nearer to it than to the best: what does not matter in one may matter in the
 * next, and trials that crowd in the best one would say otherwise. */
#include "elsewhere.h"
#include "valleys.h"

#include <math.h>
#include <string.h>

enum { LEAST_TRIALS = 4,     /* of a model                                                        */
       LEAST_LATEST = 15 };  /* trials; or as many as there are dimensions                        */
#define LITTLE 1e-4          /* to be gained, in standard deviations of the goal                  */
#define MUCH 5e-4            /* gained                                                            */
#define CLOSE 0.1            /* length scales                                                     */
#define LENGTH 0.5           /* of the region around a valley's best trial                        */
#define EFFORT 0.3           /* of a search in it                                                 */

/* What the latest trials have gained. */
static double progress(const searcher *s) {
    const archive *a = &s->archive;
    const size_t latest = s->space.d > LEAST_LATEST ? s->space.d : LEAST_LATEST;
    double before = INFINITY, best = INFINITY;
    for (size_t i = 0; i < a->n; i++) {
        if (a->outcome[i] != CIM_FEASIBLE || a->fidelity[i] != a->full) continue;
        best = fmin(best, archive_goals(a, i)[0]);
        if (i + latest < a->n) before = best;
    }
    if (before == INFINITY) return INFINITY;
    return surrogate_value(s->model, 0, before) - surrogate_value(s->model, 0, best);
}

static int is_at_the_best(searcher *s) {
    double *best = s->acquire.slope_mean;   /* scratch, wide enough */
    encoding_of(&s->space.encoding, &s->space.designs,
                archive_point(&s->archive, s->archive.front[0]), best);
    for (uint32_t f = 0; f < s->space.encoding.n_features; f++)
        if (fabs(s->features[f] - best[f]) > CLOSE * surrogate_length_scale(s->model, f)) return 0;
    return 1;
}

int elsewhere_is_due(searcher *s) {
    if (s->problem->goals.n > 1 || s->archive.n_front == 0) return 0;
    if (s->archive.n > VALLEYS_TRIALS) return 0;
    return acquire_gain(&s->acquire, s->features) < LITTLE && progress(s) < MUCH &&
           is_at_the_best(s);
}

/* The design to go on with from TRIAL; returns 0 where there is next to nothing to gain. */
static int go_down(searcher *s, uint32_t trial, cim_rng *rng, double *point) {
    archive only = s->archive;
    only.front = &trial;
    only.n_front = 1;
    const region around = {.length = LENGTH};
    region_around(&around, &s->space, s->model, archive_point(&only, trial), &s->part);
    s->acquire.front.points[0] = archive_goals(&only, trial)[0];
    acquire_choose(&s->acquire, ACQUIRE_VOLUME, rng);
    return pool_best(&s->pool, &only, &s->part, EFFORT * s->effort, rng, point, s->features) &&
           acquire_gain(&s->acquire, s->features) >= LITTLE;
}

static cim_status try_all(searcher *s, const cim_ask *ask, valleys *v, cim_rng *rng, double *point,
                          int *is_found) {
    cim_status status = CIM_OK;
    for (uint32_t i = 1; i < v->n && !*is_found && status == CIM_OK; i++) {
        if (valleys_mark(v, i) < LEAST_TRIALS) continue;
        status = surrogate_confine(s->model, v->is_in);
        if (status == CIM_OK) status = searcher_look(s, ask);
        if (status == CIM_OK) *is_found = go_down(s, v->trial[i], rng, point);
    }
    return status;
}

cim_status elsewhere_look(searcher *s, const cim_ask *ask, cim_rng *rng, double *point) {
    valleys v;
    cim_status status = valleys_find(&v, s->model, &s->space, &s->archive);
    double *other = s->point;
    int is_found = 0;
    if (status == CIM_OK) status = try_all(s, ask, &v, rng, other, &is_found);
    valleys_close(&v);
    if (is_found && s->space.d) memcpy(point, other, s->space.d * sizeof *point);
    if (status == CIM_OK) status = surrogate_sharpen(s->model);
    if (status == CIM_OK) status = searcher_look(s, ask);
    encoding_of(&s->space.encoding, &s->space.designs, point, s->features);
    return status;
}
