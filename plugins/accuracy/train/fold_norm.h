/* fold_norm.h: the learned weights as a file for inference: batch norm folded into each
 * convolution's weights and bias (in double, kept as float32), under "<layer>.weight" and
 * "<layer>.bias". */
#ifndef TRAIN_FOLD_NORM_H
#define TRAIN_FOLD_NORM_H

#include "net.h"

#include <cim/host.h>

/* METADATA: pairs of texts, then NULL. */
cim_status export_weights(const net *n, const cim_host *host, const char *path,
                          const char *const *metadata);
#endif
