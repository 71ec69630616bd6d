/* stall.h: whether a search for one goal stands still at what may be a local optimum. */
#ifndef BAYESIAN_STALL_H
#define BAYESIAN_STALL_H

#include <stdint.h>

typedef struct stall {
    uint64_t wait, left;     /* designs from one coarse look to the next; until then */
    int has_looked;          /* the last design comes from one */
    double best;             /* before it */
} stall;

enum { STALL_LONGEST_WAIT = 4 };

void stall_start(stall *s);

/* BEST: of all trials; GAIN: what the next design is expected to improve it by, in standard
 * deviations of the goal; IS_FINE: the model's length scales are short. Returns 1 if the next
 * design shall come from a coarse look. */
int stall_wants_look(stall *s, double best, double gain, int is_fine);
#endif
