/* local.h: one instance of searcher.local. */
#ifndef LOCAL_H
#define LOCAL_H

#include <cim_sdk/known.h>

/* One of the best. NEXT: the number of its neighbour that comes next, 0 .. n_moves - 1 at one step,
 * the others at two. VIOLATION: 0 where it is feasible, infinite where not all is known. */
typedef struct best { double *point, *goals, violation; uint64_t next; } best;

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    cim_designs designs;
    cim_known known;
    uint32_t steps, parts;
    uint64_t n_moves, *first;/* moves of dimension d: first[d] .. first[d + 1] - 1 */
    best *front;             /* no one dominates or equals another */
    size_t n, n_room;
} searcher;

/* Appends a copy; POINT is canonical. */
cim_status local_add(searcher *s, const double *point, const double *goals, double violation,
                     uint64_t next);
void local_clear(searcher *s);

cim_status local_save(void *self, const cim_sink *sink);
cim_status local_load(void *self, const void *data, size_t size);

#endif
