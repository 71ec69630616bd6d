/* trials.h: what the searcher has been told, and which of it counts as good. */
#ifndef TRIALS_H
#define TRIALS_H

#include <cim_sdk/designs.h>

enum { PENDING_MOST = 64 };   /* points at work that are kept away from */

/* Any trial of a class is better than any of the next. */
enum {
    CLASS_FEASIBLE,   /* compared by goals */
    CLASS_PARTIAL,    /* feasible, with goals that are not known: by how many those are */
    CLASS_INFEASIBLE, /* by violation */
    CLASS_UNKNOWN,    /* infeasible by an amount that is not known in full */
    CLASS_FAILED,     /* never good */
    CLASS_PENDING     /* being evaluated: nothing near it is wanted */
};

typedef struct trials {
    const cim_host *host;
    const cim_problem *problem;
    cim_designs *designs;
    size_t n, room;
    size_t most;             /* kept: the fewer the more dimensions there are */
    uint8_t *class;
    double *points;          /* n x dimensions, canonical */
    double *units;           /* the same as axis_unit(), NaN where inactive */
    double *goals, *slack;   /* n x goals, n x constraints; NaN: not known */
    double *violation;       /* set by trials_split() */
    double *weight;          /* of a good one, or of another; set by trials_split() */
    uint8_t *good;
    uint32_t *order, *chosen;/* scratch: n */
    double *scratch;         /* room x goals */
} trials;

cim_status trials_init(trials *t, const cim_host *host, const cim_problem *problem,
                       cim_designs *designs);
void trials_free(trials *t);
void trials_clear(trials *t);

/* POINT is canonical. */
cim_status trials_add(trials *t, uint32_t class, const double *point, const double *goals,
                      const double *slack);
cim_status trials_tell(trials *t, const cim_trial *trial, const double *point);

/* Takes away what came after the first N. */
void trials_cut(trials *t, size_t n);

/* Drops the oldest of those that are not good where there are too many; did it? */
int trials_trim(trials *t);

/* Marks the best SHARE of all, at most MOST, as good, and weighs them. Returns how many. */
size_t trials_split(trials *t, double share, size_t most);

#endif
