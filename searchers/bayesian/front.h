/* front.h: the points that no feasible trial dominates, and the box around them that counts. */
#ifndef BAYESIAN_FRONT_H
#define BAYESIAN_FRONT_H

#include "archive.h"
#include "surrogate.h"

enum {
    FRONT_MOST = 160,        /* points looked at: beyond, the most distant ones stand for all */
    FRONT_ROOM = FRONT_MOST + 64 /* and believed ones */
};

typedef struct front {
    const cim_host *host;
    uint32_t m, n;
    double *points;          /* n x m */
    double *ideal, *nadir;   /* lowest and highest of each goal */
    double *range;           /* of each goal, > 0: from the ideal to where the front may yet
                                reach                                                             */
    double *reference;       /* somewhat beyond; without a front what common designs have */
    double *distance;        /* FRONT_MOST or more: scratch */
    size_t room;
} front;

cim_status front_open(front *f, const cim_host *host, uint32_t m);
void front_close(front *f);

cim_status front_take(front *f, const archive *a, const surrogate *model);
/* Adds a point that is expected, not known. Does nothing beyond FRONT_ROOM. */
void front_believe(front *f, const double *goals);
#endif
