/* encoding.h: a canonical point as features in [0, 1], the coordinates of the Gaussian
 * processes. */
#ifndef ENCODING_H
#define ENCODING_H

#include <cim_sdk/designs.h>

/* Dimension d has the features first[d] .. first[d + 1] - 1: one for an ordinal, integer or real
 * one; one a level, 1/sqrt(2) for the level held, for a categorical one, so that two levels are
 * apart by 1 (of very many levels some share one). An inactive dimension stands in the middle,
 * equally far from its ends or levels: its deciders tell it apart. */
enum { MOST_LEVEL_FEATURES = 64 }; /* of a categorical dimension: more could not be learned */

/* Elements of one vector parameter ("weight_bits[0]", ...) of few levels: N dimensions from FIRST
 * on. What counts is often the whole of them: how many layers have 5 bits, whether the slowest has
 * 8. So features from FEATURE on sum it up: the share of the elements that hold each level, then,
 * where levels have an order, the lowest and the highest that one holds. */
typedef struct encoding_vector { uint32_t first, n, n_levels, feature, has_order; } encoding_vector;
enum { LEAST_ELEMENTS = 4, FEW_LEVELS = 8 };

static inline int encoding_is_of_few(const cim_dimension *d) {
    return d->kind != CIM_REAL_RANGE && d->n_levels <= FEW_LEVELS;
}

typedef struct encoding {
    const cim_host *host;
    const cim_problem *problem;
    uint32_t n_features;
    uint32_t *first;     /* one a dimension, and the end */
    double *centre;      /* mean of each feature when all coordinates are equally likely */
    double *scale;       /* 1 / its standard deviation; a categorical dimension counts once */
    uint8_t *is_level;   /* of a categorical dimension: holds two values only */
    uint8_t *is_summary; /* of a vector */
    uint32_t *most_waves; /* half waves that a feature can tell apart (waves.h): one less than its
                             values; 0 of a dimension that is categorical or of few levels, where
                             lines and squares do, and of what sums a vector up */
    encoding_vector *vectors;
    uint32_t n_vectors;
} encoding;

cim_status encoding_open(encoding *e, const cim_host *host, const cim_problem *problem);
void encoding_close(encoding *e);

void encoding_of(const encoding *e, cim_designs *designs, const double *point, double *features);

#endif
