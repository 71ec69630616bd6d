/* front.h: the non-dominated feasible trials of a run, read back from its store. */
#ifndef FRONT_H
#define FRONT_H
#include "store_read.h"

typedef struct front_member {
    int64_t id;
    double *metrics;
    char **dimensions;   /* as a person writes them */
} front_member;

enum { FRONT_STEPS = 10 };
typedef struct front_step {  /* the front as it was before trial `trials` */
    int64_t trials;
    size_t n;
    double *goals;       /* n x n_goals, minimised */
} front_step;

typedef struct front {
    front_member *members;   /* by number */
    size_t n;
    double *goals;           /* n x n_goals, minimised */
    uint64_t feasible, infeasible, failed;
    uint64_t repeated;       /* trials of a design that an earlier one was of */
    uint64_t *violations;    /* for each rule: infeasible trials that break it */
    double *nearest;         /* the largest slack of a feasible one; -inf: not known of any */
    double *baseline;        /* its metrics; NULL: there is none, or it failed */
    char *baseline_failure;  /* why it failed, or NULL */
    bool baseline_is_infeasible;
    front_step steps[FRONT_STEPS]; /* after each tenth of the trials */
} front;

bool front_read(store *st, const layout *l, front *out, failure *f);
/* What a front of none lacks, behind "no feasible trial": of a ladder's study that was interrupted
 * early, a level. */
const char *front_lacks(const front *x);
void front_free(front *x, const layout *l);
#endif
