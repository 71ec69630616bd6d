/* acquire.h: how much a design is worth trying, as a logarithm. */
#ifndef BAYESIAN_ACQUIRE_H
#define BAYESIAN_ACQUIRE_H

#include "ehvi.h"
#include "front.h"
#include "scalar.h"
#include "space.h"

typedef enum acquire_kind {
    ACQUIRE_VOLUME,          /* expected hypervolume improvement; one goal: expected improvement */
    ACQUIRE_SCALAR,          /* expected improvement of a random weighting of the goals */
    ACQUIRE_FEASIBLE         /* the volume of a first front, up to what common designs have */
} acquire_kind;

typedef struct acquire {
    const cim_host *host;
    const surrogate *model;
    space *space;
    uint32_t m, c;           /* goals, constraints */
    uint32_t most_outputs;   /* goals, constraints, and whether the evaluation works */
    uint32_t n_outputs;
    acquire_kind kind;
    metric metric;
    front front;
    boxes boxes;
    ehvi ehvi;
    scalar scalar;
    double *scale, *ideal;   /* of scalar */
    double *mean, *sd;       /* of a block of designs: ACQUIRE_BLOCK x outputs */
    double *dmean, *dsd;     /* of one value: outputs */
    double *slope_mean, *slope_sd; /* outputs x features */
} acquire;

enum { ACQUIRE_BLOCK = 256 };

cim_status acquire_open(acquire *a, const cim_host *host, space *s, const surrogate *model);
void acquire_close(acquire *a);

/* Takes the front from the archive; with none, the kind is ACQUIRE_FEASIBLE whatever is wanted. */
cim_status acquire_front(acquire *a, const archive *trials);
void acquire_choose(acquire *a, acquire_kind kind, cim_rng *rng);

/* Values of N designs given as features. */
void acquire_values(acquire *a, const double *features, size_t n, double *values);
/* Of one design with its gradient by the features, which may be NULL. */
double acquire_value(acquire *a, const double *features, double *gradient);

/* What FEATURES is expected to improve the only goal by, in its standard deviations, as far as it
 * is likely to be feasible. */
double acquire_gain(acquire *a, const double *features);
/* Whose improvement counts from now on, of the only goal: the expectation of TRIALS that expects
 * least, not the best outcome, which chance had a part in. */
void acquire_expected_best(acquire *a, const archive *trials, double *features);

/* Is there nothing to learn of the goals of FEATURES? */
int acquire_is_sure(acquire *a, const double *features);

/* Adds to the front what FEATURES is expected to give, and to the surrogate that it was seen. */
cim_status acquire_believe(acquire *a, surrogate *model, const double *features);
#endif
