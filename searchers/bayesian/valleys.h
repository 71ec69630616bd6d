/* valleys.h: which trials of one goal are the best of valleys of their own, as far as the model can
 * tell. */
#ifndef BAYESIAN_VALLEYS_H
#define BAYESIAN_VALLEYS_H

#include "archive.h"
#include "space.h"
#include "surrogate.h"

enum { VALLEYS_MOST = 8,
       VALLEYS_TRIALS = 1000 };  /* beyond, none are looked for: there is a hill to be sought for
                                    each trial                                                    */

typedef struct valleys {
    const cim_host *host;
    uint32_t n, trial[VALLEYS_MOST];   /* the best trial of each, the best first                  */
    size_t n_trials, width;
    double *features;        /* of all trials, and of a point between two; one row each           */
    double *mean, *sd;       /* of an output each                                                 */
    struct valleys_rank *order;
    uint8_t *is_in;          /* of each trial                                                     */
} valleys;

/* TRIALS: at most VALLEYS_TRIALS, those that the model rests on. */
cim_status valleys_find(valleys *v, const surrogate *model, space *s, const archive *trials);
void valleys_close(valleys *v);
/* Marks in is_in the trials nearer to that of valley I than to the best of all; returns how many
 * they are. */
size_t valleys_mark(valleys *v, uint32_t i);
#endif
