/* surrogate.h: everything learned from told trials: one Gaussian process a goal, one a constraint,
 * and one that tells working designs from failing ones once a trial has failed.
 *
 * Outputs 0 .. m-1 are the goals, m .. m+c-1 the constraints, then, if any trial failed, "works".
 * All are in model space: transformed, mean 0 and variance 1; goals minimised; a constraint is met
 * at or below surrogate_limit(); "works" is 1 for a design that works and -1 for one that fails. */
#ifndef SURROGATE_H
#define SURROGATE_H

#include "encoding.h"

#include <cim_sdk/snapshot.h>

typedef struct surrogate surrogate;

cim_status surrogate_open(surrogate **out, const cim_host *host, const cim_problem *problem,
                          const encoding *e);
void surrogate_close(surrogate *s);

/* One told trial: goals and slacks NaN where not known. Keeps copies. */
cim_status surrogate_add(surrogate *s, const double *features, const double *goals,
                         const double *slack, int failed, uint32_t fidelity);

/* Fits transforms and hyper-parameters as far as they are due, which the number of trials decides,
 * and conditions on the trials. RNG: chooses among them when they are too many. */
cim_status surrogate_fit(surrogate *s, cim_rng *rng);

/* The goals as they look from far: what is short-ranged, but for waves, is taken for chance. From
 * surrogate_fit() to surrogate_sharpen(). Either forgets what was believed. */
cim_status surrogate_coarsen(surrogate *s);
/* The only goal as the trials tell that IS_IN (of each) marks; likewise. */
cim_status surrogate_confine(surrogate *s, const uint8_t *is_in);
cim_status surrogate_sharpen(surrogate *s);
/* Are the first goal's length scales, by their geometric mean, shorter than coarse ones? */
int surrogate_is_fine(const surrogate *s);

uint32_t surrogate_outputs(const surrogate *s);

/* N points, at full fidelity: n rows of surrogate_outputs() means and standard deviations. */
void surrogate_predict(const surrogate *s, const double *features, size_t n, double *mean,
                       double *sd);
/* One point; derivatives: a row of n_features for each output. */
void surrogate_gradient(const surrogate *s, const double *features, double *mean, double *sd,
                        double *dmean, double *dsd);

/* Takes FEATURES as observed at their means, until surrogate_forget() or surrogate_fit(). */
cim_status surrogate_believe(surrogate *s, const double *features);
void surrogate_forget(surrogate *s);

/* From what a trial tells to model space, and back. */
double surrogate_value(const surrogate *s, uint32_t output, double raw);
double surrogate_raw(const surrogate *s, uint32_t output, double value);
double surrogate_limit(const surrogate *s, uint32_t constraint);

/* The smallest of all outputs'. */
double surrogate_length_scale(const surrogate *s, uint32_t feature);

/* Parts of a snapshot. After load() and surrogate_fit(), the same bits as without. */
void surrogate_save(const surrogate *s, cim_snapshot_writer *w);
cim_status surrogate_load(surrogate *s, cim_snapshot_reader *r);

#endif
