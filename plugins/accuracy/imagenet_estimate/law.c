/* From a network's size to its published accuracy, and from bits to what they cost. README.md says
 * where each number comes from; tests/golden/imagenet_estimate holds the figures they are fitted
 * to, and tests/unit/test_imagenet_estimate_law.c the fits to their stated error. */
#include "estimate.h"

#include <math.h>

#define REFERENCE_MACS 300e6   /* MobileNetV2 1.0 */
#define REFERENCE_WEIGHTS 3.5e6
#define CHANCE 0.001           /* of 1000 classes */

/* Loss per 4^-bits of a network trained with rounding: six rows of bits.csv (PACT and HAQ on
 * MobileNetV1 and V2), and ten (LSQ, PACT, HAWQ-V3 on ResNet-50). */
#define DEPTHWISE_TRAINED 37.5
#define RESNET_TRAINED 0.88
/* The same of one rounded after training: 8 bits take MobileNetV2 from 70.490 % to 68.468 %, and
 * ResNet-50 from 76.146 % to 75.888 % (Sparsebit, MinMax): -ln(68.468 / 70.490) * 4^8, ... */
#define DEPTHWISE_UNTRAINED 1907
#define RESNET_UNTRAINED 222

#define DEPTHWISE DEPTHWISE_TRAINED, DEPTHWISE_UNTRAINED
#define DENSE RESNET_TRAINED, RESNET_UNTRAINED

const family_law family_laws[FAMILIES] = {
    /*                                   scale    MACs     weights  most MACs, weights    rms */
    [MOBILENET_V1] = {"MobileNetV1", 0.31534, 0.15023, 0.07677, 569e6, 4.24e6, 0.0081, DEPTHWISE},
    [MOBILENET_V2] = {"MobileNetV2", 0.27743, 0.20224, 0, 582e6, 6.06e6, 0.0070, DEPTHWISE},
    [MOBILENET_V3] = {"MobileNetV3", 0.23405, 0.20597, 0.01189, 217e6, 5.4e6, 0.0028, DEPTHWISE},
    [OFA_MOBILENET] = {"Once-for-All MobileNetV3", 0.27521, 0.07143, 0.26659, 743e6, 9.2e6, 0.0093,
                       DEPTHWISE},
    [RESNET] = {"ResNet-50", 0.33254, 0.09112, 0.04145, 11514e6, 68.88e6, 0.0058, DENSE},
    [OFA_RESNET] = {"Once-for-All ResNet-50", 0.27716, 0.08926, 0.04182, 4100e6, 30.9e6, 0.0011,
                    DENSE},
};

double law_float(family f, double macs, double weights) {
    const family_law *l = &family_laws[f];
    const double error = l->scale * pow(fmin(macs, l->most_macs) / REFERENCE_MACS, -l->macs) *
                         pow(fmin(weights, l->most_weights) / REFERENCE_WEIGHTS, -l->weights);
    return fmax(1 - error, CHANCE);
}

double law_after(double accuracy, double loss) { return fmax(accuracy * exp(-loss), CHANCE); }

double law_bits(family f, double weight_bits, double input_bits) {
    return family_laws[f].trained_bits * (pow(4, -weight_bits) + pow(4, -input_bits)) / 2;
}
