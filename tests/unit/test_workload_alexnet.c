/* workload.alexnet against torchvision's AlexNet: 61,090,496 weights and 714,188,480 MACs, which
 * CiMLoop's workload files state as well. */
#define WORKLOAD "alexnet"
#include "plain_network.h"

static const plain_layer layers[] = {
    {"conv1", "features.0.weight", CIM_OP_CONV, 0, 0, {11, 4, 2}, {3, 224, 224}, {64, 55, 55},
     23232, 70276800},
    {"pool1", NULL, CIM_OP_MAX_POOL, 8, -1, {3, 2, 0}, {64, 55, 55}, {64, 27, 27}, 0, 0},
    {"conv2", "features.3.weight", CIM_OP_CONV, 1, 1, {5, 1, 2}, {64, 27, 27}, {192, 27, 27},
     307200, 223948800},
    {"pool2", NULL, CIM_OP_MAX_POOL, 9, -1, {3, 2, 0}, {192, 27, 27}, {192, 13, 13}, 0, 0},
    {"conv3", "features.6.weight", CIM_OP_CONV, 2, 2, {3, 1, 1}, {192, 13, 13}, {384, 13, 13},
     663552, 112140288},
    {"conv4", "features.8.weight", CIM_OP_CONV, 3, 3, {3, 1, 1}, {384, 13, 13}, {256, 13, 13},
     884736, 149520384},
    {"conv5", "features.10.weight", CIM_OP_CONV, 4, 4, {3, 1, 1}, {256, 13, 13}, {256, 13, 13},
     589824, 99680256},
    {"pool3", NULL, CIM_OP_MAX_POOL, 10, -1, {3, 2, 0}, {256, 13, 13}, {256, 6, 6}, 0, 0},
    {"fc1", "classifier.1.weight", CIM_OP_LINEAR, 5, 5, {1, 1, 0}, {9216, 1, 1}, {4096, 1, 1},
     37748736, 37748736},
    {"fc2", "classifier.4.weight", CIM_OP_LINEAR, 6, 6, {1, 1, 0}, {4096, 1, 1}, {4096, 1, 1},
     16777216, 16777216},
    {"fc3", "classifier.6.weight", CIM_OP_LINEAR, 7, 7, {1, 1, 0}, {4096, 1, 1}, {1000, 1, 1},
     4096000, 4096000},
};

int main(void) {
    static const plain_network network = {
        .dataset = "imagenet", .n = 11, .weight_layers = 8, .layers = layers,
        .weights = 61090496, .macs = 714188480};
    return test_plain_network(&network);
}
