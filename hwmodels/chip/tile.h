/* The tiles of one layer; private to the chip library. */
#ifndef CIM_CHIP_TILE_H
#define CIM_CHIP_TILE_H

#include <cim_chip/chip.h>

/* Bits a cycle between global buffer and interconnect: an architecture choice (1089 in NeuroSim's
 * VGG8 chip). */
#define CIM_GLOBAL_PORT_BITS 1024.0

/* Figures that all layers of a chip share. */
typedef struct chip_common {
    const cim_chip_spec *spec;
    const cim_network *network;
    cim_cost wire;              /* one bit of a repeated wire, per metre                          */
    cim_cost flip_flop;         /* one bit of a register                                          */
    cim_cost gate;              /* one gate                                                       */
    double link_bits, pe_port_bits;
    cim_cost buffer;            /* the global buffer, and one bit of it                           */
    cim_off_chip memory;
    double tiles;               /* of the chip                                                    */
    double batch;               /* images that pass between two loads of weights                  */
    double control_j;           /* of a cycle, for the chip as a whole                            */
} chip_common;

/* How a copy of a layer lies on PEs and tiles: as near to a square as its row blocks allow. */
typedef struct chip_tiling {
    double pe_rows, pe_columns;     /* PEs that split the rows; that need the same inputs         */
    double tile_rows, tile_columns; /* tiles, likewise                                            */
    double rows_of_pe;              /* array rows that a PE feeds                                 */
    double vector_values;           /* inputs of one vector, all groups                           */
    double pes;                     /* of all tiles and copies                                    */
    double side_m;                  /* of a tile                                                  */
    double line_buffer_bits;        /* of a tile                                                  */
    double reads;                   /* times the image leaves the global buffer                   */
} chip_tiling;

/* After w->map, copies and tiles are set. side_m is left 0. */
chip_tiling chip_tile(const chip_common *c, const cim_layer *l, const cim_chip_layer *w);

/* Area and leakage of the layer's tiles; sets tiling->side_m and raises *stage_s to the slowest of
 * their stages. */
void chip_build_tiles(const chip_common *c, const cim_layer *l, cim_chip_layer *w,
                      chip_tiling *tiling, double *stage_s);

/* Cycles of one image, all its parts, and w->bound. w->traffic_bits and sum_traffic_bits are
 * set. */
double chip_tile_cycles(const chip_common *c, const cim_layer *l, cim_chip_layer *w,
                        const chip_tiling *tiling);

/* Energy of one image inside the layer's tiles. */
void chip_tile_energy(const chip_common *c, const cim_layer *l, cim_chip_layer *w,
                      const chip_tiling *tiling);
#endif
