/* parameters.h: what training learns, by slot of the network and kind: shared by every network that
 * is trained over one store. A network whose layer is smaller than the stored one uses the first
 * channels and the middle of the kernel: so a super-network's sub-networks share their weights. */
#ifndef TRAIN_PARAMETERS_H
#define TRAIN_PARAMETERS_H

#include "real.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum parameter_kind {
    PARAMETER_WEIGHT, PARAMETER_BIAS, PARAMETER_GAMMA, PARAMETER_BETA,
    PARAMETER_MEAN, PARAMETER_VARIANCE  /* running moments: kept, not learned */
} parameter_kind;

typedef struct parameter {
    uint32_t slot;
    parameter_kind kind;
    uint32_t shape[4];              /* out, in / groups, kernel rows, kernel columns; else n, 1, 1,
                                       1                                                          */
    size_t n;
    real *value, *gradient;
    real *moment, *second_moment;   /* the optimiser's */
} parameter;

typedef struct parameters {
    parameter *rows;
    uint32_t n, capacity;
    uint64_t seed;                  /* of the first values */
} parameters;

/* The one of SLOT and KIND, created with its first values where there is none: weights normal with
 * variance 2 / fan-in (He et al. 2015), gammas and variances 1, all else 0. NULL: no memory, or the
 * stored one is smaller than SHAPE. */
parameter *parameters_get(parameters *p, uint32_t slot, parameter_kind kind,
                          const uint32_t shape[4]);
parameter *parameters_find(const parameters *p, uint32_t slot, parameter_kind kind);
void parameters_free(parameters *p);
void parameters_clear_gradients(parameters *p);

static inline bool parameter_learns(const parameter *p) {
    return p->kind != PARAMETER_MEAN && p->kind != PARAMETER_VARIANCE;
}

/* Copies the part of SHAPE out of the stored tensor into SLICE, or adds SLICE to its gradient. */
void parameter_take(const parameter *p, const uint32_t shape[4], real *slice);
void parameter_give(parameter *p, const uint32_t shape[4], const real *slice);
#endif
