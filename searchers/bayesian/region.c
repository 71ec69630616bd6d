/* As D. Eriksson et al., "Scalable global optimization via local Bayesian optimization", NeurIPS
 * 2019: length 0.8 at first, twice as long after three successes in a row, half as long after as
 * many failures as there are dimensions, at first again below 1/128. */
#include "region.h"

#include <math.h>

#define FIRST_LENGTH 0.8
#define LONGEST 1.6
#define SHORTEST (1.0 / 128.0)
enum { SUCCESSES = 3, FEWEST_FAILURES = 5 };

void region_start(region *r) {
    *r = (region){.length = FIRST_LENGTH};
}

void region_learn(region *r, const space *s, int is_better) {
    r->successes = is_better ? r->successes + 1 : 0;
    r->failures = is_better ? 0 : r->failures + 1;
    if (r->successes >= SUCCESSES) {
        r->length = fmin(LONGEST, 2.0 * r->length);
        r->successes = 0;
    }
    if (r->failures >= FEWEST_FAILURES && r->failures >= s->d / 3) {
        r->length *= 0.5;
        r->failures = 0;
    }
    if (r->length < SHORTEST) r->length = FIRST_LENGTH;
}

void region_around(const region *r, const space *s, const surrogate *model, const double *centre,
                   part *p) {
    double mean = 0.0, n = 0.0;
    for (uint32_t i = 0; i < s->d; i++) {
        if (space_dimension(s, i)->kind == CIM_CATEGORICAL) continue;
        mean += log(surrogate_length_scale(model, s->encoding.first[i]));
        n += 1.0;
    }
    mean = n > 0.0 ? exp(mean / n) : 1.0;
    for (uint32_t i = 0; i < s->d; i++) {
        const cim_dimension *d = space_dimension(s, i);
        p->low[i] = 0.0;
        p->high[i] = 1.0;
        if (d->kind == CIM_CATEGORICAL || encoding_is_of_few(d)) continue;
        const double relative = surrogate_length_scale(model, s->encoding.first[i]) / mean;
        const double half = 0.5 * r->length * fmin(fmax(relative, 0.25), 4.0);
        const double u = space_unit(d, centre[i]);
        p->low[i] = fmax(0.0, u - half);
        p->high[i] = fmin(1.0, u + half);
    }
}
