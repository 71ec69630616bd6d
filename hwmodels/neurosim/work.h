/* work.h: what a layer's tiles and PEs have to do, one copy of it, block by block. */
#ifndef NEUROSIM_WORK_H
#define NEUROSIM_WORK_H

#include "chip.h"

#define NS_MAX_PE_BLOCKS 16u    /* two sizes of rows and columns each: of tiles, of PEs in them   */
#define NS_MAX_TILE_BLOCKS 4u

/* `count` PEs that hold rows x columns weight cells each. */
typedef struct ns_pe_block { double rows, columns, count; } ns_pe_block;
/* `count` tiles that add up the results of pe_rows PEs. */
typedef struct ns_tile_block { double pe_rows, count; } ns_tile_block;

typedef struct ns_work {
    ns_pe_block pe[NS_MAX_PE_BLOCKS];
    ns_tile_block tile[NS_MAX_TILE_BLOCKS];
    uint32_t pe_blocks, tile_blocks;
    /* [Q] The reference takes a tile whose copies (whole tiles included) are at least as many as
     * its PEs a side, both ways, for one where every PE holds all of the layer's part. */
    int whole_in_pe;
    double pe_copies;             /* copies then left to sub-arrays within each PE               */
    double pe_rows;               /* PEs whose results are added in the fullest tile             */
    ns_pe_block fullest;          /* PE: decides the time                                        */
} ns_work;

ns_work ns_work_of(const ns_chip *chip, const ns_layer *l, const ns_mapped *d);

/* Bits of an image that go through the chip, the tiles and the PEs. */
typedef struct ns_traffic {
    double chip_in, chip_out;
    double tile_in, tile_out;     /* of the fullest tile                                         */
    double tiles_in, tiles_out;   /* of all tiles, copies not counted                            */
} ns_traffic;
/* narrower: bits that its sums have less than the chip's wires. */
ns_traffic ns_traffic_of(const ns_chip *chip, const ns_layer *l, const ns_mapped *d,
                         double narrower);
#endif
