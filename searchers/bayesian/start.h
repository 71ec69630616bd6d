/* start.h: the first designs, spread over the space. */
#ifndef BAYESIAN_START_H
#define BAYESIAN_START_H

#include "space.h"

typedef struct start {
    const cim_host *host;
    uint32_t n;              /* points */
    uint32_t n_used;
    double *points;          /* n x dimensions */
} start;

cim_status start_open(start *t, space *s, double n_designs);
void start_close(start *t);
#endif
