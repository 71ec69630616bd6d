/* folded.h: the weights and biases of a network's layers, found by name_map.h, with the batch norm
 * behind a layer folded into them: w g / sqrt(var + epsilon), (b - mean) g / sqrt(var + epsilon) +
 * beta (S. Ioffe, C. Szegedy, ICML 2015). A layer without one has its tensors as they are. */
#ifndef CIMDSE_DATA_FOLDED_H
#define CIMDSE_DATA_FOLDED_H

#include "name_map.h"

typedef struct folded_layer {
    char weight_name[256], bias_name[256];   /* as the network asks for them                      */
    const float *weight, *bias;              /* bias NULL: none                                   */
    uint64_t n_weight, n_bias;
    float *own_weight, *own_bias;            /* of a folded one                                   */
} folded_layer;

typedef struct folded {
    const cim_host *host;
    folded_layer *layers;
    uint32_t n;
} folded;

/* T must live longer. What is missing or does not fit is an error that names it and the file. */
cim_status folded_open(folded *f, const cim_host *host, const tensors *t,
                       const cim_network *network, double epsilon);
void folded_close(folded *f);
/* What a layer calls NAME: its tensor, "<layer>.weight", or the bias beside it. NULL: nothing. */
const float *folded_find(const folded *f, const char *name, uint64_t *count);
#endif
