/* workload.alexnet: AlexNet for ImageNet, in torchvision's form (README.md beside this file).
 *
 * All pools are max pools of 3 x 3, stride 2, without padding. No biases. */
#include <cim_sdk/plain.h>

static const char *const names[] = {"conv1", "conv2", "conv3", "conv4",
                                    "conv5", "fc1",   "fc2",   "fc3"};
static const cim_index_set index_sets[] = {CIM_WEIGHT_LAYER_SET(names)};

static const cim_plain_layer layers[] = {
    /* name    tensor       kernel stride pad     out   pool          input         weights */
    {"conv1", "features.0.weight",  11, 4, 2,   64, "pool1", 3, 2}, /*   3 x 224 x 224     23,232 */
    {"conv2", "features.3.weight",   5, 1, 2,  192, "pool2", 3, 2}, /*  64 x  27 x  27    307,200 */
    {"conv3", "features.6.weight",   3, 1, 1,  384, NULL, 0, 0},    /* 192 x  13 x  13    663,552 */
    {"conv4", "features.8.weight",   3, 1, 1,  256, NULL, 0, 0},    /* 384 x  13 x  13    884,736 */
    {"conv5", "features.10.weight",  3, 1, 1,  256, "pool3", 3, 2}, /* 256 x  13 x  13    589,824 */
    {"fc1",   "classifier.1.weight", 0, 0, 0, 4096, NULL, 0, 0},    /* 256 x   6 x   6 37,748,736 */
    {"fc2",   "classifier.4.weight", 0, 0, 0, 4096, NULL, 0, 0},    /* 4096            16,777,216 */
    {"fc3",   "classifier.6.weight", 0, 0, 0, 1000, NULL, 0, 0},    /* 4096             4,096,000 */
};

static const cim_network head = {
    .struct_size = sizeof head,
    .name = "alexnet",
    .in_channels = 3, .in_height = 224, .in_width = 224,
    .index_sets = CIM_TABLE(index_sets),
    .dataset = "imagenet",
    .stated_weights = 61090496,
    .stated_macs = 714188480,
};

static cim_status build(void *self, const cim_values *values, const cim_network **network) {
    return cim_plain_build(self, &head, layers, sizeof layers / sizeof layers[0], values, network);
}

CIM_PLAIN_PLUGIN(build, index_sets,
    .id = "workload.alexnet", .version = "1.0", .license = "MIT",
    .summary = "AlexNet for ImageNet: 5 convolutions, 3 fully connected layers, 61.1 M weights")
