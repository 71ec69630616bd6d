/* start_weights.h: a trained network from a weights' file, as first values of training. */
#ifndef TRAIN_START_WEIGHTS_H
#define TRAIN_START_WEIGHTS_H

#include "augment.h"
#include "net.h"

#include <cim/host.h>

/* N, built of NETWORK, computes what the file at PATH says (safetensors or npz, batch norm folded
 * or, as name_map.h finds it, beside the layers).
 * Its batch norms then have the moments of the first batch of SET, and the gains and offsets that
 * undo them: outside of training the network is the file's, and in training it is nearly. */
cim_status start_weights(net *n, const cim_network *network, const image_set *set,
                         const cim_host *host, const char *path);
#endif
