/* name_map.h: which tensors of a weight file belong to a layer.
 *
 * A layer that names its tensor ("layer1.0.conv1.weight", as torchvision's and Once-for-All's
 * models call it) has it under that name. One that names none is looked for under its own name
 * ("block3.expand" -> "block3.expand.weight"), then, as in the weights of this tree, under its kind
 * and number among the layers with weights ("conv0.weight", "fc6.weight").
 * The bias and the batch norm are found from there: "X.bias"; the norm behind it is the module that
 * has running means and the next number ("features.1.conv.0.0" -> "features.1.conv.0.1",
 * "layer2.0.downsample.0" -> ".1"), or bn for conv ("layer1.0.conv2" -> "layer1.0.bn2",
 * "blocks.0.conv.conv" -> "blocks.0.conv.bn"). */
#ifndef CIMDSE_DATA_NAME_MAP_H
#define CIMDSE_DATA_NAME_MAP_H

#include <cim/workload.h>

#include "tensors.h"

typedef struct layer_tensors {
    const tensor *weight;                    /* never NULL                                        */
    const tensor *bias;                      /* NULL: there is none                               */
    const tensor *gamma, *beta, *mean, *variance; /* of batch norm; all NULL: there is none       */
} layer_tensors;

/* The tensors of layer number LAYER, which has weights. Their shapes are checked against the
 * layer's: weight out x in/groups x kernel (linear: out x in, or the same with further dims of 1),
 * the others out. What is missing or does not fit is an error that names layer, tensor and file. */
cim_status name_map_find(const tensors *t, const cim_network *network, uint32_t layer,
                         layer_tensors *out);

/* What is added to the variances of batch norm before their root, in the networks that have tensors
 * of these names: 1e-3 in torchvision's MobileNetV3 (layers "features.N.block...."), 1e-5 in its
 * others and in Once-for-All's. */
double name_map_epsilon(const cim_network *network);
#endif
