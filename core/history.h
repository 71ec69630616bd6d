/* history.h: which points a study has seen, by a 128-bit hash of the canonical point and fidelity:
 * equal designs are equal bits, so a repeated one is found without looking at its coordinates. */
#ifndef HISTORY_H
#define HISTORY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct history_entry {
    uint64_t hash[2];
    uint64_t trial;          /* of its first trial, plus 1; 0: an empty place */
} history_entry;

typedef struct history {
    history_entry *entries;
    size_t n, room;          /* room is a power of two */
} history;

/* The first trial of this point, if there was one before; else it is remembered as TRIAL's. */
bool history_find_or_add(history *h, const double *point, uint32_t n_dimensions, uint32_t fidelity,
                         uint64_t trial, uint64_t *first);
void history_free(history *h);
#endif
