/* What the two halves of workload.resnet50 share: resnet50.c is the plug-in (versions, parameters,
 * names), build.c turns an architecture into a network. */
#ifndef RESNET50_H
#define RESNET50_H

#include <cim_sdk/plain.h>

enum { V1, V1_5, OFA, OFA_LARGEST, VERSIONS };
enum { STAGES = 4, MOST_BLOCKS = 18, MOST_STEM = 3, MOST_WEIGHT_LAYERS = 62 };

/* Index sets, in the order of every version. */
enum { WEIGHT_LAYER, BLOCK, STAGE, INDEX_SETS };

/* Parameters: the descriptor's, those of every version, those of OFA alone. */
enum { VERSION, WEIGHT_BITS, INPUT_BITS, STEM_RESIDUAL, STEM_INNER_WIDTH, STEM_WIDTH, DEPTH, WIDTH,
       EXPANSION };

/* One network: its channels, and which blocks it has. */
typedef struct architecture {
    uint32_t stem_inner, stem; /* channels of the stem's first layers (OFA) and of its last */
    uint32_t stem_residual;    /* 1: the stem has its middle layer (OFA)                    */
    uint32_t depth[STAGES];    /* blocks present                                            */
    uint32_t out[STAGES];      /* channels of a stage's blocks                              */
    uint32_t mid[MOST_BLOCKS]; /* channels inside a block                                   */
} architecture;

typedef struct resnet50 {
    const cim_host *host;
    cim_builder *builder;
    uint32_t version;
    uint32_t n_weight_layers, n_blocks;
    uint32_t first_block[STAGES], most_depth[STAGES]; /* of a stage, at its largest              */
    uint32_t first_layer[MOST_BLOCKS];                /* a block's conv1 among the weight layers */
    char block_names[MOST_BLOCKS][32], layer_names[MOST_WEIGHT_LAYERS][48];
    char tensors[MOST_WEIGHT_LAYERS][64];
    const char *block_list[MOST_BLOCKS], *layer_list[MOST_WEIGHT_LAYERS];
    cim_index_set index_sets[INDEX_SETS];
    cim_network head;
} resnet50;

/* Has the version OFA's stem and projections? */
static inline int is_ofa(const resnet50 *self) {
    return self->version == OFA || self->version == OFA_LARGEST;
}

cim_status resnet50_build(void *instance, const cim_values *values, const cim_network **network);
#endif
