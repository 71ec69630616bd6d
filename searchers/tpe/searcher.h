/* searcher.h: one instance of searcher.tpe. */
#ifndef SEARCHER_H
#define SEARCHER_H

#include <cim_sdk/known.h>
#include "sampler.h"

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    settings settings;
    cim_designs designs;
    trials trials;
    cim_known known;
    sampler sampler;
    uint64_t *at_work;       /* keys of designs that were proposed and not told, in that order */
    size_t n_at_work, work_room;
    double *initial;         /* settings.start points */
    uint64_t n_used;         /* of these */
    size_t n_told, n_good;   /* during an ask: trials that are not at work; and the good ones */
    int is_split;            /* n_good is known */
    int is_exhausted;
    double *scratch;         /* a point, goals and slacks */
} searcher;

/* Notes that the design of KEY is being evaluated. */
cim_status searcher_expect(searcher *s, uint64_t key);

cim_status snapshot_save(const searcher *s, const cim_sink *sink);
cim_status snapshot_load(searcher *s, const void *data, size_t size);

#endif
