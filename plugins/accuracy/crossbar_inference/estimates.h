/* estimates.h: the estimates of the networks that a search meets, each measured once. */
#ifndef CROSSBAR_ESTIMATES_H
#define CROSSBAR_ESTIMATES_H

#include "estimate.h"

enum { ESTIMATES_KEPT = 8 };

typedef struct estimates {
    const cim_host *host;
    estimate kept[ESTIMATES_KEPT];
    uint32_t next;           /* which one makes room for another                                  */
} estimates;

/* What an accuracy is asked of, and with which images. FILE: of the weights. */
typedef struct estimates_question {
    const cim_network *network;
    cim_nonideality_table rows;
    net_source source;
    const char *file, *dataset;
    samples *training, *test;
    uint32_t images;
    int compensation;        /* CELLS_NOTHING ...                                                 */
} estimates_question;

void estimates_free(estimates *all);
cim_status estimates_ask(estimates *all, const estimates_question *q, double *accuracy);
#endif
