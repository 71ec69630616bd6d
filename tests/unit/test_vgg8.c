/* workload.vgg8 against its published table: layers and totals as DNN+NeuroSim states them
 * (its test record V1.4: 1.23184e9 operations = 2 x 615,917,568 MACs). */
#define WORKLOAD "vgg8"
#include "plain_network.h"

static const plain_layer layers[] = {
    {"conv1", NULL, CIM_OP_CONV, 0, 0, {3, 1, 1}, {3, 32, 32}, {128, 32, 32}, 3456, 3538944},
    {"conv2", NULL, CIM_OP_CONV, 1, 1, {3, 1, 1}, {128, 32, 32}, {128, 32, 32}, 147456, 150994944},
    {"pool1", NULL, CIM_OP_MAX_POOL, 8, -1, {2, 2, 0}, {128, 32, 32}, {128, 16, 16}, 0, 0},
    {"conv3", NULL, CIM_OP_CONV, 2, 2, {3, 1, 1}, {128, 16, 16}, {256, 16, 16}, 294912, 75497472},
    {"conv4", NULL, CIM_OP_CONV, 3, 3, {3, 1, 1}, {256, 16, 16}, {256, 16, 16}, 589824, 150994944},
    {"pool2", NULL, CIM_OP_MAX_POOL, 9, -1, {2, 2, 0}, {256, 16, 16}, {256, 8, 8}, 0, 0},
    {"conv5", NULL, CIM_OP_CONV, 4, 4, {3, 1, 1}, {256, 8, 8}, {512, 8, 8}, 1179648, 75497472},
    {"conv6", NULL, CIM_OP_CONV, 5, 5, {3, 1, 1}, {512, 8, 8}, {512, 8, 8}, 2359296, 150994944},
    {"pool3", NULL, CIM_OP_MAX_POOL, 10, -1, {2, 2, 0}, {512, 8, 8}, {512, 4, 4}, 0, 0},
    {"fc1", NULL, CIM_OP_LINEAR, 6, 6, {1, 1, 0}, {8192, 1, 1}, {1024, 1, 1}, 8388608, 8388608},
    {"fc2", NULL, CIM_OP_LINEAR, 7, 7, {1, 1, 0}, {1024, 1, 1}, {10, 1, 1}, 10240, 10240},
};

int main(void) {
    static const plain_network network = {
        .dataset = "cifar10", .n = 11, .weight_layers = 8, .layers = layers,
        .weights = 12973440, .macs = 615917568};
    return test_plain_network(&network);
}
