/* workload.vgg8: VGG8 for CIFAR-10, the network of DNN+NeuroSim (README.md beside this file).
 *
 * All convolutions are 3 x 3, stride 1, padding 1; all pools 2 x 2, stride 2. No biases. */
#include <cim_sdk/plain.h>

static const char *const names[] = {"conv1", "conv2", "conv3", "conv4",
                                    "conv5", "conv6", "fc1",   "fc2"};
static const cim_index_set index_sets[] = {CIM_WEIGHT_LAYER_SET(names)};

static const cim_plain_layer layers[] = {
    /* name    tensor kernel stride pad out    pool        input         weights         MACs */
    {"conv1",  NULL,  3, 1, 1,    128, NULL, 0, 0},    /*   3 x 32 x 32     3,456    3,538,944 */
    {"conv2",  NULL,  3, 1, 1,    128, "pool1", 2, 2}, /* 128 x 32 x 32   147,456  150,994,944 */
    {"conv3",  NULL,  3, 1, 1,    256, NULL, 0, 0},    /* 128 x 16 x 16   294,912   75,497,472 */
    {"conv4",  NULL,  3, 1, 1,    256, "pool2", 2, 2}, /* 256 x 16 x 16   589,824  150,994,944 */
    {"conv5",  NULL,  3, 1, 1,    512, NULL, 0, 0},    /* 256 x  8 x  8 1,179,648   75,497,472 */
    {"conv6",  NULL,  3, 1, 1,    512, "pool3", 2, 2}, /* 512 x  8 x  8 2,359,296  150,994,944 */
    {"fc1",    NULL,  0, 0, 0,   1024, NULL, 0, 0},    /* 512 x  4 x  4 8,388,608    8,388,608 */
    {"fc2",    NULL,  0, 0, 0,     10, NULL, 0, 0},    /* 1024             10,240       10,240 */
};

static const cim_network head = {
    .struct_size = sizeof head,
    .name = "vgg8",
    .in_channels = 3, .in_height = 32, .in_width = 32,
    .index_sets = CIM_TABLE(index_sets),
    .dataset = "cifar10",
    .stated_weights = 12973440,
    .stated_macs = 615917568,
};

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    return cim_plain_build(self, &head, layers, sizeof layers / sizeof layers[0], values, network);
}

CIM_PLAIN_PLUGIN(build, index_sets,
    .id = "workload.vgg8", .version = "1.0", .license = "MIT",
    .summary = "VGG8 for CIFAR-10: 6 convolutions, 2 fully connected layers, 12.97 M weights")
