/* levels.h: which of an accuracy evaluator's fidelities a study uses. In the group accuracy:
 *
 *     level  = "statistical";                          one of them
 *     ladder = [ "estimate", "statistical", "exact" ]; cheap ones first, the last counts as full
 *     margin = 0.02;                                   of a ladder (ladder.h); [0.05, 0.02]: of
 *                                                      each level but the last; "auto", the
 *                                                      default */
#ifndef LEVELS_H
#define LEVELS_H
#include "instance.h"

enum { LEVEL_MAX = 16 };

typedef struct accuracy_levels {
    uint32_t n;
    uint32_t of[LEVEL_MAX];          /* the evaluator's number of each                       */
    const char *names[LEVEL_MAX];
    bool climbs;                     /* a ladder: a design begins at the first               */
    double margin[LEVEL_MAX];        /* of each but the last; NaN: learned                   */
} accuracy_levels;

/* Is KEY of the group accuracy the host's own (on: study.c), and no plug-in may have it? */
bool levels_key(const char *key);
/* Without a key: all that there are, and no ladder. */
bool levels_read(const instance *accuracy, accuracy_levels *out, failure *f);
#endif
