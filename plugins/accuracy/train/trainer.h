/* trainer.h: a training run. Everything random in a step comes from (seed, step), so a run that is
 * continued from a checkpoint goes on with the bits that an uninterrupted one has. */
#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H

#include "augment.h"
#include "net.h"
#include "optimiser.h"

typedef struct train_options {
    uint64_t seed;
    uint32_t batch, epochs;
    optimiser optimiser;
    schedule_kind schedule;
    double rate, smoothing;      /* peak learning rate; label smoothing */
    augmentation augmentation;
} train_options;

typedef struct trainer {
    train_options options;
    const image_set *set;
    parameters store;
    uint64_t step;               /* the next one */
    double loss;                 /* of the last step */
    uint32_t right;              /* of its options.batch images */
    uint32_t *order;             /* of the images in epoch order_epoch */
    uint64_t order_epoch;
    real *images;
    uint32_t *labels;
    size_t images_size;
} trainer;

/* SET must outlive the trainer. False: no memory. */
bool trainer_begin(trainer *t, const train_options *options, const image_set *set);
void trainer_end(trainer *t);
uint64_t trainer_steps(const trainer *t);
/* One step of NET, which was built over t->store. False: no memory, or the loss is no number. */
bool trainer_step(trainer *t, net *n);
/* Share of right answers on the first COUNT images of SET; NaN: no memory. */
double trainer_accuracy(net *n, const image_set *set, uint32_t count);
/* Batch norm's moments anew, as the mean over the first BATCHES batches of SET: for a sub-network,
 * whose values have other moments than the network that moved them last. */
bool trainer_calibrate(net *n, const image_set *set, uint32_t batches);
#endif
