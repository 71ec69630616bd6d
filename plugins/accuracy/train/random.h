/* random.h: numbered random streams of a training run. (seed, purpose, number) alone decide their
 * bits, so that step 1000 is the same whether the run was interrupted before it or not. */
#ifndef TRAIN_RANDOM_H
#define TRAIN_RANDOM_H

#include <cim_sdk/rng.h>

enum {
    STREAM_WEIGHTS = 1,
    STREAM_ORDER = 2,
    STREAM_IMAGES = 3,
    STREAM_NOISE = 4,
    STREAM_NETWORK = 5
};

void train_stream(uint64_t seed, uint32_t purpose, uint64_t number, cim_rng *rng);
/* A permutation of 0 .. n-1. */
void train_shuffle(cim_rng *rng, uint32_t *order, uint32_t n);
#endif
