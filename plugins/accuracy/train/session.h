/* session.h: one training run of the plug-in, from its parameters to the written weights. */
#ifndef TRAIN_SESSION_H
#define TRAIN_SESSION_H

#include "dataset.h"
#include "trainer.h"

#include <cim/ready.h>
#include <cim/train.h>

/* The plug-in's parameters, in order. */
enum { EPOCHS, BATCH, RATE, OPTIMISER, SCHEDULE, MOMENTUM, WEIGHT_DECAY, SMOOTHING, FLIP, SHIFT,
       IMAGES, TEST_IMAGES, DATASET, DATA, START,
       ARITHMETIC, SUPER_NETWORK, CACHE };
enum { EXACT, QUANTISED, NOISY };

typedef struct session {
    const cim_host *host;
    dataset *training, *test;    /* kept from one run to the next: the same shape, mostly */
    uint32_t height, width;      /* of the network that they were read for */
    char name[64];               /* of the data set */
    uint64_t data_sum;           /* of their pixels and labels */
} session;

/* of the plug-in: results of another one are not taken from a cache */
#define TRAINING_VERSION "1.2"

/* Trains from the beginning, or from R's checkpoint; tests; writes R's weights unless that is NULL.
 * Without weights to write, what the cache has is not done again. */
cim_status session_train(session *s, cim_train_request *r, uint64_t seed);
void session_end(session *s);
/* Are the images there, and the weights to start from? */
cim_status session_ready(const session *s, const cim_ready_request *q);
#endif
