/* evaluation.h: a network on its arrays: how many images it gets right, chip by chip. */
#ifndef CROSSBAR_EVALUATION_H
#define CROSSBAR_EVALUATION_H

#include <cim/accuracy.h>

#include "calibrate.h"
#include "statistical.h"

typedef struct evaluation {
    const cim_host *host;
    net n;
    crossbar *arrays;        /* of each layer with weights                                        */
    int is_random;
    int is_statistical;      /* set after opening: moments instead of slices, reads, conversions  */
    int has_doubles;         /* set after opening: no layer hands on codes, as tests compare      */
    uint32_t most_reads;     /* of a layer, done as they are at that level                        */
    statistical *moments;    /* of each layer with weights                                        */
    const samples *training, *images;
    uint32_t n_images, right;
    uint8_t *predicted;      /* of each image, or NULL                                            */
} evaluation;

/* TRAINING: NULL, or images to calibrate with; asked for by evaluation_needs(). */
cim_status evaluation_open(evaluation *e, const cim_host *host, const cim_network *network,
                           cim_nonideality_table rows, net_source source, const samples *training);
/* True when the design at hand needs training images, to calibrate with. (The statistical level
 * always does, unless its products are exact.) */
int evaluation_needs(const cim_network *network, cim_nonideality_table rows, net_source source);
void evaluation_close(evaluation *e);
/* What its chips set right by themselves (cells.h); CELLS_WIRES, unless it is told. */
void evaluation_compensate(evaluation *e, int compensation);
/* e->right: of the first N images, on the chip of KEY. */
cim_status evaluation_run(evaluation *e, const samples *images, uint32_t n, uint64_t key);
#endif
