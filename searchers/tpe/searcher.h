/* searcher.h: one instance of searcher.tpe. */
#ifndef SEARCHER_H
#define SEARCHER_H

#include "known.h"
#include "sampler.h"

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    settings settings;
    cim_designs designs;
    trials trials;
    known known;
    sampler sampler;
    double *initial;         /* settings.start points */
    uint64_t n_used;         /* of these */
    size_t n_told;           /* during an ask: trials that are not at work */
    int is_exhausted;
    double *scratch;         /* a point, goals and slacks */
} searcher;

cim_status snapshot_save(const searcher *s, const cim_sink *sink);
cim_status snapshot_load(searcher *s, const void *data, size_t size);

#endif
