/* mixture.h: the density of good, or of other, trials along one dimension: a kernel at each, as
 * wide as its distance to the next, and one over all of the range, the prior.
 *
 * J. Bergstra, R. Bardenet, Y. Bengio, B. Kegl, NIPS 2011; widths as in S. Watanabe,
 * "Tree-structured Parzen estimator: understanding its algorithm components and their roles", arXiv
 * 2304.11127. */
#ifndef MIXTURE_H
#define MIXTURE_H

#include "axis.h"
#include "trials.h"

typedef struct mixture {
    const cim_host *host;
    size_t room;
    size_t n;                    /* kernels; sorted by mean */
    double *mean, *width, *weight;
    double *height, *inverse;    /* of the density at the mean; of the width */
    double *high, *low;          /* where the kernels up to here end; where those from here on
                                    begin                                                         */
    double *terms;               /* scratch of a density */
    size_t prior;                /* the kernel over all of the range, which is in neither */
    double *table;               /* probability of each level or category */
    size_t n_table;              /* 0: continuous */
    double total;                /* of the weights, or of the table */
} mixture;

cim_status mixture_init(mixture *x, const cim_host *host, const cim_problem *problem);
cim_status mixture_reserve(mixture *x, size_t n);
void mixture_free(mixture *x);

/* ORDER: the N trials where dimension I is active, by where they are on it. Takes those whose
 * good[] is GOOD. */
void mixture_fit(mixture *x, const trials *t, uint32_t i, const uint32_t *order, size_t n,
                 int good);

/* A coordinate on the axis, or the number of a level or category. */
double mixture_draw(const mixture *x, cim_rng *rng);
double mixture_density(const mixture *x, double at);

/* Normal with mean and width, in 0..1. */
double truncated_normal(double mean, double width, cim_rng *rng);
/* Share of the normal that lies in 0..1. */
double normal_inside(double mean, double width);

#endif
