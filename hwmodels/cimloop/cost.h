/* What a layer costs on a mapped chip, and the chip's area. Equations: README.md. */
#ifndef CIMLOOP_COST_H
#define CIMLOOP_COST_H

#include "coefficients.h"
#include "spatial.h"

#include <cim/hwmodel.h>

typedef struct cimloop_design {
    const cimloop_coefficients *is;  /* cimloop_rram or cimloop_sram                              */
    int sram;
    double voltage_v, cycle_s, mean_input, adc_area_scale, glb_depth;
    uint32_t cell_bits, adc_bits, rows, columns, groups, tiles_per_group, macros_per_tile;
} cimloop_design;

/* Of a design, whatever the layer. */
typedef struct cimloop_chip {
    cimloop_design design;
    uint32_t fanout[N_LEVELS];
    double macros;
    double v2, weakness, adc_factor;
    double glb_access_j, tile_access_j;  /* of 8 bits                                             */
    double row_read_j, conversion_j, write_j;  /* all of a row, a conversion, a written row      */
} cimloop_chip;

enum {
    PART_ARRAY, PART_ROWS, PART_ADC, PART_BUFFER, PART_ROUTER, PART_WRITE, PART_MEMORY, PART_MACRO,
    PART_TILE, N_PARTS
};
extern const char *const cimloop_part_names[N_PARTS];

typedef struct cimloop_layer {
    double energy_j[N_PARTS];
    double cycles;                   /* array reads, one after the other                          */
    double passes;                   /* times the layer's weights overfill the chip: 1 fits       */
    double cell_reads, cells, macs;  /* cells: that hold its weights once, groups not counted     */
} cimloop_layer;

cimloop_chip cimloop_chip_make(const cimloop_design *design);
void cimloop_layer_cost(const cimloop_chip *chip, cimloop_memo *memo, const cim_layer *layer,
                        uint32_t weight_bits, uint32_t input_bits, double mean_input,
                        cimloop_layer *out);
/* A layer that needs no array: VALUES read and written in the global buffer. */
void cimloop_element_cost(const cimloop_chip *chip, double bits, cimloop_layer *out);
/* Area by part, mm2; returns the sum. */
double cimloop_area(const cimloop_chip *chip, double part_mm2[N_PARTS]);
#endif
