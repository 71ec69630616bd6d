/* Inside of the network builder: shared by network.c and layers.c only.
 *
 * Layers are appended to growing blocks. A block moves when it grows, so layers know their names,
 * inputs and elements by position, and get pointers when the network is finished. */
#ifndef BUILDER_H
#define BUILDER_H

#include <cim_sdk/network.h>
#include <cim_sdk/text.h>

#define NOTHING 0xffffffffu          /* position of a text that is not there */
#define CIM_BUILDER_MAX_BITS 32u

typedef struct block {
    void *items;
    uint32_t n, capacity;
} block;

typedef struct place {
    uint32_t name, tensor;  /* in text; tensor may be NOTHING */
    uint32_t first_input;   /* in inputs */
    uint32_t has_statistics;
} place;

struct cim_builder {
    const cim_host *host;
    block layers;      /* cim_layer */
    block places;      /* place, one a layer */
    block statistics;  /* cim_layer_statistics, one a layer */
    block inputs;      /* uint32_t */
    block elements;    /* int32_t, one a layer and index set */
    block text;        /* char */
    block slots;       /* uint32_t: number of the network that used the slot last */
    cim_layer plain;   /* what every layer starts as: copied faster than a layer is cleared */
    cim_network network;
    uint32_t name, dataset, trained; /* of the network, in text */
    uint32_t number;   /* of the network among those of this builder */
    const char *scope;
    cim_status status;
    char error[CIM_MAX_TEXT];
};

/* Records what is wrong with layer NAME, unless something was wrong before. */
CIM_PRINTF(3, 4)
void cim_builder_refuse(cim_builder *b, const char *name, const char *format, ...);

/* Appends a layer that leaves the shape of its first input as it is. NULL after an error; valid
 * until the next one is appended. */
cim_layer *cim_builder_append(cim_builder *b, uint32_t op, const char *name, uint32_t slot,
                              const uint32_t *from, uint32_t n);

/* Keeps "SCOPE.TEXT" (SCOPE may be NULL) and returns its position; NOTHING when TEXT is NULL or
 * after an error. */
uint32_t cim_builder_text(cim_builder *b, const char *scope, const char *text);
#endif
