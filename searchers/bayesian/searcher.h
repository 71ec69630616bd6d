/* searcher.h: one instance of searcher.bayesian. */
#ifndef BAYESIAN_SEARCHER_H
#define BAYESIAN_SEARCHER_H

#include "pool.h"
#include "region.h"
#include "stall.h"
#include "start.h"

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    space space;
    cim_known known;
    archive archive;
    start start;
    surrogate *model;
    acquire acquire;
    pool pool;
    region region;
    stall stall;
    part part;
    double *point, *features;/* scratch */
    double *goals, *slack;   /* scratch of a trial */
    double effort;           /* the parameter */
    uint64_t n_proposed;
    int is_done;
} searcher;

/* Takes one trial in, wherever trials are kept but in the model. */
cim_status searcher_keep(searcher *s, const double *point, const double *goals,
                         const double *slack, cim_outcome outcome, uint32_t fidelity);
void searcher_reset(searcher *s);
/* The front, and what is believed to come of the designs under way and of those of ASK. */
cim_status searcher_look(searcher *s, const cim_ask *ask);

cim_status snapshot_save(searcher *s, const cim_sink *sink);
cim_status snapshot_load(searcher *s, const void *data, size_t size);
#endif
