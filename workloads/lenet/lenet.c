/* workload.lenet: LeNet-5 for MNIST, in today's form (README.md beside this file).
 *
 * Both convolutions are 5 x 5, stride 1; both pools max pools of 2 x 2, stride 2. No biases. */
#include <cim_sdk/plain.h>

static const char *const names[] = {"conv1", "conv2", "fc1", "fc2", "fc3"};
static const cim_index_set index_sets[] = {CIM_WEIGHT_LAYER_SET(names)};

static const cim_plain_layer layers[] = {
    /* name    tensor  kernel stride pad out pool           input        weights     MACs */
    {"conv1", "conv1.weight", 5, 1, 2,   6, "pool1", 2, 2}, /*  1 x 28 x 28      150  117,600 */
    {"conv2", "conv2.weight", 5, 1, 0,  16, "pool2", 2, 2}, /*  6 x 14 x 14    2,400  240,000 */
    {"fc1",   "fc1.weight",   0, 0, 0, 120, NULL, 0, 0},    /* 16 x  5 x  5   48,000   48,000 */
    {"fc2",   "fc2.weight",   0, 0, 0,  84, NULL, 0, 0},    /* 120            10,080   10,080 */
    {"fc3",   "fc3.weight",   0, 0, 0,  10, NULL, 0, 0},    /* 84                840      840 */
};

static const cim_network head = {
    .struct_size = sizeof head,
    .name = "lenet",
    .in_channels = 1, .in_height = 28, .in_width = 28,
    .index_sets = CIM_TABLE(index_sets),
    .dataset = "mnist",
    .stated_weights = 61470,
    .stated_macs = 416520,
};

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    return cim_plain_build(self, &head, layers, sizeof layers / sizeof layers[0], values, network);
}

CIM_PLAIN_PLUGIN(build, index_sets,
    .id = "workload.lenet", .version = "1.0", .license = "MIT",
    .summary = "LeNet-5 for MNIST: 2 convolutions, 3 fully connected layers, 61,470 weights")
