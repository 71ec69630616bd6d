/* Inside of workload.mobilenet: versions.c says what each network is, describe.c what can be set
 * in it, mobilenet.c builds it. */
#ifndef MOBILENET_H
#define MOBILENET_H

#include <cim_sdk/plain.h>

enum { V1, V2, V3_LARGE, PROXYLESS, VERSIONS };
enum { MAX_BLOCKS = 22, MAX_WEIGHT_LAYERS = 68, STAGES = 6, STAGE_BLOCKS = 4 };

/* 1x1 expand (if any) -> k x k depthwise -> squeeze and excitation (if any) -> 1x1. */
typedef struct mobilenet_block {
    uint32_t kernel, expanded, out_channels; /* expanded: channels of the depthwise; 0: no expand */
    uint32_t squeezed, stride, activation;   /* squeezed: channels between the two; 0: none       */
} mobilenet_block;

typedef struct mobilenet_version {
    const char *name;
    uint32_t stem_channels;
    uint32_t activation;                /* of stem and head                                       */
    const mobilenet_block *blocks;      /* of proxyless: the largest                              */
    uint32_t n_blocks;
    uint32_t n_unnumbered;              /* blocks at the start outside the index set `block`      */
    uint32_t head_channels;             /* 1x1 convolution before the global pool; 0: none        */
    uint32_t hidden;                    /* fully connected before the classifier; 0: none         */
    const char *last_name;              /* of the last 1x1 of a block ...                         */
    uint32_t last_activation;           /* ... and what it ends in                                */
    uint32_t residual;                  /* 1: input and output of like shape are added            */
    const char *tensors;                /* torchvision's word for "part of a block"; NULL: none   */
    const char *tensor_end;             /* behind it, of the last 1x1                             */
    const char *classifier_tensors[2];  /* hidden, classifier                                     */
    uint64_t weights, macs;             /* published totals; 0: they depend on the point          */
} mobilenet_version;

extern const mobilenet_version mobilenet_versions[VERSIONS];

/* Rows of the parameters: `version` is in the descriptor, the others come from describe(). */
enum { VERSION, WEIGHT_BITS, INPUT_BITS };
enum { DEPTH = VERSION + 1, KERNEL, PW_WEIGHT_BITS, PW_INPUT_BITS, DW_WEIGHT_BITS, DW_INPUT_BITS,
       EXPANSION, OUTER_WEIGHT_BITS, OUTER_INPUT_BITS };
enum { SET_WEIGHT_LAYER, SET_BLOCK, SET_STAGE, SETS };

/* The third and fourth block of each stage but the last, and their three weight layers, are there
 * or not; and one condition on the last stage's depth. */
enum { MAX_CONDITIONS = (STAGES - 1) * (STAGE_BLOCKS - 2) * 4 + 1 };

typedef struct mobilenet {
    const cim_host *host;
    cim_builder *builder;
    const mobilenet_version *version;
    cim_network head;
    uint32_t n_weight_layers;
    uint32_t first_weight_layer[MAX_BLOCKS + 1]; /* of each block, and of what follows them       */
    char scopes[MAX_BLOCKS][12];
    char names[MAX_WEIGHT_LAYERS][24], tensors[MAX_WEIGHT_LAYERS][40];
    const char *block_list[MAX_BLOCKS], *name_list[MAX_WEIGHT_LAYERS];
    cim_index_set sets[SETS];
    cim_condition conditions[MAX_CONDITIONS];
    uint32_t n_conditions;
} mobilenet;

/* Names, index sets and conditions of m->version; in create(). */
void mobilenet_prepare(mobilenet *m);
cim_status mobilenet_describe(void *self, cim_description *out);
#endif
