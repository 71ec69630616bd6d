/* checkpoint.h: the state of a training run in a file, checked by a sum at its end. Written beside
 * the old one and renamed, so that a run killed at any moment leaves a whole one. */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "trainer.h"

/* FINGERPRINT: of the options and the network; a run continues its own checkpoint only. WHY:
 * TRAIN_MAX_TEXT characters, with the file's name and, in a damaged file, the offset. */
bool checkpoint_write(const trainer *t, uint64_t fingerprint, const char *path, char *why);
/* The store must already hold the network's parameters (net_new() puts them there). */
bool checkpoint_read(trainer *t, uint64_t fingerprint, const char *path, char *why);

/* What a run of the same network learned, with whatever options, as first values of a new one. */
bool checkpoint_start(trainer *t, const char *path, char *why);

/* The same for any network over the store that was saved, before net_new(): a super-network's store
 * holds larger tensors than one of its networks needs. */
bool checkpoint_read_store(parameters *p, const char *path, char *why);

/* FNV-1a of N bytes, going on from SUM; begin with CHECKPOINT_SUM. */
#define CHECKPOINT_SUM 0xcbf29ce484222325u
uint64_t checkpoint_sum(uint64_t sum, const void *bytes, size_t n);
#endif
