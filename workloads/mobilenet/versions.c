/* The four networks, for 3 x 224 x 224 images and 1000 classes. README.md has shapes and totals. */
#include "mobilenet.h"

#define COUNT(a) (uint32_t)(sizeof(a) / sizeof((a)[0]))
enum { RE = CIM_ACT_RELU, R6 = CIM_ACT_RELU6, HS = CIM_ACT_HSWISH };

/* Howard et al., arXiv 1704.04861, table 1. */
static const mobilenet_block v1[] = {
    /* kernel expanded  out  squeezed stride      input of the block */
    {3, 0,   64, 0, 1, R6}, /*   32 x 112 x 112 */
    {3, 0,  128, 0, 2, R6}, /*   64 x 112 x 112 */
    {3, 0,  128, 0, 1, R6}, /*  128 x  56 x  56 */
    {3, 0,  256, 0, 2, R6},
    {3, 0,  256, 0, 1, R6}, /*  256 x  28 x  28 */
    {3, 0,  512, 0, 2, R6},
    {3, 0,  512, 0, 1, R6}, /*  512 x  14 x  14 */
    {3, 0,  512, 0, 1, R6},
    {3, 0,  512, 0, 1, R6},
    {3, 0,  512, 0, 1, R6},
    {3, 0,  512, 0, 1, R6},
    {3, 0, 1024, 0, 2, R6},
    {3, 0, 1024, 0, 1, R6}, /* 1024 x   7 x   7 */
};

/* Sandler et al., arXiv 1801.04381, table 2. */
static const mobilenet_block v2[] = {
    {3,   0,  16, 0, 1, R6}, /*  32 x 112 x 112 */
    {3,  96,  24, 0, 2, R6}, /*  16 x 112 x 112 */
    {3, 144,  24, 0, 1, R6}, /*  24 x  56 x  56 */
    {3, 144,  32, 0, 2, R6},
    {3, 192,  32, 0, 1, R6}, /*  32 x  28 x  28 */
    {3, 192,  32, 0, 1, R6},
    {3, 192,  64, 0, 2, R6},
    {3, 384,  64, 0, 1, R6}, /*  64 x  14 x  14 */
    {3, 384,  64, 0, 1, R6},
    {3, 384,  64, 0, 1, R6},
    {3, 384,  96, 0, 1, R6},
    {3, 576,  96, 0, 1, R6}, /*  96 x  14 x  14 */
    {3, 576,  96, 0, 1, R6},
    {3, 576, 160, 0, 2, R6},
    {3, 960, 160, 0, 1, R6}, /* 160 x   7 x   7 */
    {3, 960, 160, 0, 1, R6},
    {3, 960, 320, 0, 1, R6},
};

/* Howard et al., arXiv 1905.02244, table 1; squeezed: a quarter of expanded, rounded to a multiple
 * of 8 that is not below 0.9 of it. */
static const mobilenet_block v3_large[] = {
    {3,   0,  16,   0, 1, RE}, /*  16 x 112 x 112 */
    {3,  64,  24,   0, 2, RE},
    {3,  72,  24,   0, 1, RE}, /*  24 x  56 x  56 */
    {5,  72,  40,  24, 2, RE},
    {5, 120,  40,  32, 1, RE}, /*  40 x  28 x  28 */
    {5, 120,  40,  32, 1, RE},
    {3, 240,  80,   0, 2, HS},
    {3, 200,  80,   0, 1, HS}, /*  80 x  14 x  14 */
    {3, 184,  80,   0, 1, HS},
    {3, 184,  80,   0, 1, HS},
    {3, 480, 112, 120, 1, HS},
    {3, 672, 112, 168, 1, HS}, /* 112 x  14 x  14 */
    {5, 672, 160, 168, 2, HS},
    {5, 960, 160, 240, 1, HS}, /* 160 x   7 x   7 */
    {5, 960, 160, 240, 1, HS},
};

/* The super-network of APQ (Wang et al., CVPR 2020) and CIMNAS (arXiv 2509.25862) at its largest:
 * the first block, then stages of four, four, four, four, four blocks and one. */
static const mobilenet_block proxyless[] = {
    {3,    0,  16, 0, 1, R6}, /*  32 x 112 x 112 */
    {7,   96,  24, 0, 2, R6}, /*  16 x 112 x 112   stage 0, block 0 */
    {7,  144,  24, 0, 1, R6}, /*  24 x  56 x  56 */
    {7,  144,  24, 0, 1, R6},
    {7,  144,  24, 0, 1, R6},
    {7,  144,  40, 0, 2, R6}, /*                   stage 1, block 4 */
    {7,  240,  40, 0, 1, R6}, /*  40 x  28 x  28 */
    {7,  240,  40, 0, 1, R6},
    {7,  240,  40, 0, 1, R6},
    {7,  240,  80, 0, 2, R6}, /*                   stage 2, block 8 */
    {7,  480,  80, 0, 1, R6}, /*  80 x  14 x  14 */
    {7,  480,  80, 0, 1, R6},
    {7,  480,  80, 0, 1, R6},
    {7,  480,  96, 0, 1, R6}, /*                   stage 3, block 12 */
    {7,  576,  96, 0, 1, R6}, /*  96 x  14 x  14 */
    {7,  576,  96, 0, 1, R6},
    {7,  576,  96, 0, 1, R6},
    {7,  576, 192, 0, 2, R6}, /*                   stage 4, block 16 */
    {7, 1152, 192, 0, 1, R6}, /* 192 x   7 x   7 */
    {7, 1152, 192, 0, 1, R6},
    {7, 1152, 192, 0, 1, R6},
    {7, 1152, 320, 0, 1, R6}, /*                   stage 5, block 20 */
};

const mobilenet_version mobilenet_versions[VERSIONS] = {
    [V1] = {.name = "mobilenet_v1", .stem_channels = 32, .activation = R6,
            .blocks = v1, .n_blocks = COUNT(v1),
            .last_name = "pointwise", .last_activation = R6,
            .weights = 4209088, .macs = 568740352},
    [V2] = {.name = "mobilenet_v2", .stem_channels = 32, .activation = R6,
            .blocks = v2, .n_blocks = COUNT(v2), .head_channels = 1280,
            .last_name = "project", .residual = 1,
            .tensors = "conv", .tensor_end = "", .classifier_tensors = {NULL, "classifier.1"},
            .weights = 3469760, .macs = 300774272},
    [V3_LARGE] = {.name = "mobilenet_v3_large", .stem_channels = 16, .activation = HS,
                  .blocks = v3_large, .n_blocks = COUNT(v3_large), .head_channels = 960,
                  .hidden = 1280, .last_name = "project", .residual = 1,
                  .tensors = "block", .tensor_end = ".0",
                  .classifier_tensors = {"classifier.0", "classifier.3"},
                  .weights = 5451272, .macs = 216589760},
    [PROXYLESS] = {.name = "mobilenet_proxyless", .stem_channels = 32, .activation = R6,
                   .blocks = proxyless, .n_blocks = COUNT(proxyless), .n_unnumbered = 1,
                   .head_channels = 1280, .last_name = "project", .residual = 1},
};
