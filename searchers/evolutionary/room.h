/* room.h: how much room a member has in its front, where crowding distance is not what says so.
 *
 * NSGA-III: members belong to the nearest of some evenly spread directions. K. Deb, H. Jain, IEEE
 * Trans. Evol. Comput. 18, 577-601 (2014); directions: I. Das, J. E. Dennis, SIAM J. Optim. 8,
 * 631-657 (1998). SMS-EMOA: by the volume that a member alone dominates. N. Beume, B. Naujoks, M.
 * Emmerich, Eur. J. Oper. Res. 181, 1653-1669 (2007).
 *
 * Either depends on the members of the front alone, not on their order. */
#ifndef ROOM_H
#define ROOM_H

#include "proposal.h"

typedef struct room {
    uint32_t n_goals;
    size_t capacity, n_directions;
    double *directions;       /* n_directions x n_goals, on the unit sphere */
    uint32_t *niche, *order;  /* one a member */
    double *distance;
    double *share;            /* goals as shares of the front's extent: capacity x n_goals */
    double *limited;          /* n_goals levels of capacity x n_goals */
} room;

cim_status room_open(room **out, const cim_host *host, uint32_t n_goals, size_t keep,
                     size_t capacity);
void room_close(room *r, const cim_host *host);

/* r->share of the SIZE members listed in FRONT, row by row. */
void room_shares(room *r, const member *members, const uint32_t *front, size_t size);

/* Sets the crowding of the SIZE feasible members listed in FRONT. NSGA-III: one over the member's
 * place in its niche, nearest first. SMS-EMOA: the volume over the mean of those of the front;
 * with two goals the ends count as infinite. */
void niches_room(room *r, member *members, const uint32_t *front, size_t size);
void volume_room(room *r, member *members, const uint32_t *front, size_t size);

#endif
