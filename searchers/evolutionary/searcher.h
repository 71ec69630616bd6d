/* searcher.h: one instance of searcher.evolutionary. */
#ifndef SEARCHER_H
#define SEARCHER_H

#include "proposal.h"

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    proposer proposer;
    population population;
    proposal *pending;       /* proposed and not told, in order: pending[first] .. [end - 1] */
    size_t first, end, n_room;
    double *scratch;         /* a point */
} searcher;

/* Appends to s->pending. */
cim_status searcher_expect(searcher *s, const proposal *p);

cim_status snapshot_save(const searcher *s, const cim_sink *sink);
cim_status snapshot_load(searcher *s, const void *data, size_t size);

#endif
