/* From layers to crossbars, PEs, tiles and buffers; and where the tiles lie. */
#ifndef MNSIM_MAPPING_H
#define MNSIM_MAPPING_H

#include "design.h"
#include "layers.h"

typedef struct mnsim_chip {
    double n_pes, tiles;
    double derived_inbuf_kib, derived_outbuf_kib;   /* by the mapping */
    mnsim_buffer inbuf, outbuf;
    /* the global accumulator of element-wise sums */
    double global_kib, global_adders, global_adder_bits;
    mnsim_unit global_adder;
    mnsim_buffer global_buffer;
    /* figures */
    double tile_area_m2[MNSIM_POWERED];
    double joints;                   /* joint modules of a tile */
    double latency_s;
} mnsim_chip;

/* False: MNSIM stops, because WHY. */
int mnsim_map(const mnsim_design *d, mnsim_layer *layers, uint32_t n, mnsim_chip *chip, char *why,
              size_t size);

/* Distances of merging and transfer. Only where the tiles fit on the chip. */
void mnsim_place(const mnsim_design *d, mnsim_layer *layers, uint32_t n, void *scratch);
size_t mnsim_place_scratch(uint32_t n);   /* bytes for n layers */
#endif
