/* workload.lenet against its table: 61,470 weights, which with 236 biases are the 61,706 parameters
 * that are commonly stated of LeNet-5. */
#define WORKLOAD "lenet"
#include "plain_network.h"

static const plain_layer layers[] = {
    {"conv1", "conv1.weight", CIM_OP_CONV, 0, 0, {5, 1, 2}, {1, 28, 28}, {6, 28, 28}, 150, 117600},
    {"pool1", NULL, CIM_OP_MAX_POOL, 5, -1, {2, 2, 0}, {6, 28, 28}, {6, 14, 14}, 0, 0},
    {"conv2", "conv2.weight", CIM_OP_CONV, 1, 1, {5, 1, 0}, {6, 14, 14}, {16, 10, 10}, 2400,
     240000},
    {"pool2", NULL, CIM_OP_MAX_POOL, 6, -1, {2, 2, 0}, {16, 10, 10}, {16, 5, 5}, 0, 0},
    {"fc1", "fc1.weight", CIM_OP_LINEAR, 2, 2, {1, 1, 0}, {400, 1, 1}, {120, 1, 1}, 48000, 48000},
    {"fc2", "fc2.weight", CIM_OP_LINEAR, 3, 3, {1, 1, 0}, {120, 1, 1}, {84, 1, 1}, 10080, 10080},
    {"fc3", "fc3.weight", CIM_OP_LINEAR, 4, 4, {1, 1, 0}, {84, 1, 1}, {10, 1, 1}, 840, 840},
};

_Static_assert(61470 + 6 + 16 + 120 + 84 + 10 == 61706, "weights and biases");

int main(void) {
    static const plain_network network = {
        .dataset = "mnist", .n = 7, .weight_layers = 5, .layers = layers,
        .weights = 61470, .macs = 416520};
    return test_plain_network(&network);
}
