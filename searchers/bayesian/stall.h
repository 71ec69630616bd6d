/* stall.h: whether a search for one goal stands still at what may be a local optimum. */
#ifndef BAYESIAN_STALL_H
#define BAYESIAN_STALL_H

#include <stdint.h>

typedef struct stall {
    uint64_t wait, left;     /* batches from one coarse look to the next; until then */
    int has_looked;          /* the last batch began with one */
    double best;             /* before it */
} stall;

enum { STALL_LONGEST_WAIT = 4 };

void stall_start(stall *s);

/* Once a batch. BEST: of all trials; GAIN: what its first design is expected to improve it by, in
 * standard deviations of the goal; IS_FINE: the model's length scales are short. Returns 1 if that
 * design shall come from a coarse look instead. */
int stall_wants_look(stall *s, double best, double gain, int is_fine);
#endif
