/* One design: MNSIM's parameters read, checked and turned into components, in SI units. */
#ifndef MNSIM_DESIGN_H
#define MNSIM_DESIGN_H

#include <stddef.h>

#include "components.h"
#include "parameters.h"

#define MNSIM_BITS 9.0   /* of weights and activations, in every network: a sign and 8 bits */

enum { MNSIM_ROW_MAJOR, MNSIM_SNAKE, MNSIM_SQUARE, MNSIM_ZIGZAG };

typedef struct mnsim_design {
    /* crossbar and PE */
    double rows, columns, subarrays, polarity, groups;
    double weight_bits;              /* of a weight's bits, each in a crossbar of its own */
    int digital, subtracts_digitally;
    double dacs, adcs;               /* of a group */
    double dac_ways, adc_ways;       /* rows a DAC, columns an ADC takes in turn */
    double columns_per_adc;          /* as the latency counts them, without the subtraction */
    mnsim_converter dac, adc;
    double adc_area_m2;              /* with the gate behind it */
    double xbar_area_m2, xbar_read_s;
    double cell_w, idle_cell_w;      /* mean power of a cell that is read; only driven */
    double whole_xbar_w;             /* used or not; 0: by the cells used */
    mnsim_unit demux, mux, adder, shift_register, reg, joint;
    /* tile and chip */
    double pes;                      /* of a tile */
    mnsim_unit pooling;
    double pooling_units;
    double clock_s;
    double inter_tile_bps, intra_tile_bps;
    double inbuf_kib, outbuf_kib;    /* 0: by the mapping */
    double buffer_nm, buffer_bits;
    mnsim_unit adder_bit;            /* one bit of the global accumulator's adders */
    double adder_area_set_m2, adder_power_set_w;
    int placement;
    double tile_rows, tile_columns;
    int nopipe, global_energy;
} mnsim_design;

/* False: MNSIM stops at this design, because WHY. */
int mnsim_design_read(mnsim_design *d, const mnsim_point *p, char *why, size_t size);
#endif
