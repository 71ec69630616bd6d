/* optimiser.h: a step along the gradients, and how long the steps are. */
#ifndef TRAIN_OPTIMISER_H
#define TRAIN_OPTIMISER_H

#include "parameters.h"

typedef enum optimiser_kind { OPTIMISER_SGD, OPTIMISER_ADAM } optimiser_kind;
typedef enum schedule_kind {
    SCHEDULE_CONSTANT,
    SCHEDULE_ONE_CYCLE,
    SCHEDULE_COSINE,
    SCHEDULE_STEP
} schedule_kind;

typedef struct optimiser {
    optimiser_kind kind;
    double momentum;       /* SGD: Nesterov's; 0: none */
    double weight_decay;   /* of weights only, not of biases and batch norm; Adam: decoupled */
    double beta1, beta2, epsilon;  /* Adam */
} optimiser;

/* STEP counts from 0. */
void optimiser_step(const optimiser *o, parameters *p, uint64_t step, double rate);

/* Rate of STEP of STEPS. One cycle: up to PEAK in the first quarter, then down to 0, in straight
 * lines (Smith 2018). Cosine: from PEAK down to 0. Step: PEAK, a tenth of it from the half on, a
 * hundredth from three quarters on. */
double schedule_rate(schedule_kind kind, double peak, uint64_t step, uint64_t steps);
#endif
