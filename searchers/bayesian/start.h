/* start.h: the first designs, spread over the space. */
#ifndef BAYESIAN_START_H
#define BAYESIAN_START_H

#include "space.h"

enum { START_MOST = 20 };   /* points */

typedef struct start {
    const cim_host *host;
    uint32_t n;              /* points */
    uint32_t n_used;
    double *points;          /* n x dimensions */
} start;

cim_status start_open(start *t, space *s, double n_designs);
/* Room for N points of D dimensions in place of those it has: the start of a study that goes on is
 * the one it began with, whatever older studies hold by now. */
cim_status start_replace(start *t, uint32_t n, uint32_t d);
void start_close(start *t);
#endif
