/* run.h: the study loop, ask -> evaluate -> tell -> store, and what a run may be told.
 *
 * The searcher is always asked for a whole batch, even where the budget ends inside it: so a study
 * of 100 trials extended to 200 is the study of 200, and a killed one asks again for the batch it
 * was at and takes from the store what had been evaluated. */
#ifndef RUN_H
#define RUN_H
#include "pareto.h"
#include "store.h"

typedef struct run_summary {
    uint64_t trials, feasible, infeasible, failed;   /* all trials of the study        */
    uint64_t arrived;                                 /* of the batch that is under way */
    uint64_t evaluated;                               /* in this session                */
    double seconds;                                   /* of this session                */
    uint64_t at_level[LEVEL_MAX];                     /* a ladder: designs evaluated    */
    double level_s[LEVEL_MAX];                        /* ... and their processor time   */
    bool interrupted;                                 /* Ctrl-C: resumable              */
    bool exhausted;                                   /* the searcher has nothing left  */
    bool out_of_time;                                 /* study.max_seconds              */
} run_summary;

/* Goes on with whatever ST holds. FRONT (empty) receives the non-dominated trials. */
bool run_study(study *s, store *st, unsigned n_workers, pareto *front, run_summary *out,
               failure *f);
#endif
