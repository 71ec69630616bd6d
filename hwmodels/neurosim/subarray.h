/* subarray.h: one sub-array of the neurosim model: array, row drive, sensing, accumulation.
 *
 * A read is one bit-plane of one input vector: every column is converted once for each group of
 * rows. ns_subarray_init() does all that data do not decide; ns_subarray_read() the rest. Pure
 * functions on plain data, nothing to release. */
#ifndef NEUROSIM_SUBARRAY_H
#define NEUROSIM_SUBARRAY_H

#include "parameters.h"
#include <cim_circuit/block.h>

/* Split of a quantity over the three kinds of circuit that the reference reports. */
typedef struct ns_split { double adc, accum, other; } ns_split;

static inline double ns_split_sum(ns_split s) { return s.adc + s.accum + s.other; }

/* What a read needs at the data's hand. */
typedef struct ns_read {
    ns_split time;       /* clock cycles; seconds when asynchronous                              */
    ns_split energy_j;
    double word_line_j;  /* part of energy_j.adc: charging the array's lines                     */
} ns_read;

/* The circuits of a sub-array, energy_j and delay_s per operation of each (accumulation: one
 * addition of one unit; mux, decoder, row drive: one column round). Absent ones are all zero. */
typedef struct ns_subarray_parts {
    cim_block precharger, write_driver, row_drive, source_line_matrix, level_shifters[3];
    cim_block word_decoder, word_driver, mux, mux_decoder, adc, encoder, sense_amplifier;
    cim_block adder, dff, shift_add_weight, shift_add_input;
} ns_subarray_parts;

typedef struct ns_subarray {
    double height_m, width_m;     /* the box, unused corners included                            */
    double area_m2;               /* height x width                                              */
    double array_m2;              /* used: cells                                                 */
    ns_split used_m2;             /* used: converters (and prechargers), accumulation, others    */
    double cycle_s;               /* sensing delay of one column round: T_clk of this sub-array  */
    double leakage_w;             /* of all of it                                                */
    double leakage_unselected_w;  /* of an active sub-array's cells that are not read (SRAM)     */
    uint32_t row_groups;          /* nadd: row groups of a read                                  */
    uint32_t cells_per_weight;    /* nw: columns of a weight                                     */
    uint32_t output_bits;         /* bs: width of the accumulated output, in bits                */
    uint32_t columns_per_adc;     /* m as used: sequential SRAM forces it                        */
    /* lines of the array */
    double row_length_m, column_length_m, row_f, column_f, row_ohm, column_ohm;
    double cell_access_ohm, access_width_f, column_delay_s;
    double reference_w;           /* mean power of the flash's references                         */
    double comparators_j;         /* a conversion's energy in its comparators' switching          */
    ns_subarray_parts parts;
    ns_parameters parameters;     /* as given                                                    */
    cim_technology technology;
} ns_subarray;

/* Why a sub-array cannot be built; NS_OK otherwise. */
typedef enum ns_status {
    NS_OK,
    NS_BAD_TEMPERATURE,      /* outside 300 .. 400 K                                             */
    NS_ACCESS_TOO_WIDE,      /* the access transistor does not fit the cell                      */
    NS_BAD_GEOMETRY,         /* rows, columns, rowpar or columns per ADC do not divide           */
    NS_NO_REFERENCE          /* a flash converter of fewer than four levels                      */
} ns_status;

ns_status ns_subarray_init(ns_subarray *s, const ns_parameters *p);

/* *s becomes *built as reads that need fewer levels use it, at most its own: their energies and
 * bits. Box, clock and leakage stay those of what was built. Rows read together only. */
void ns_subarray_use_levels(ns_subarray *s, const ns_subarray *built, uint32_t levels);

/* One read of an array of which rows_used x columns_used cells hold weights and rows_active rows
 * have a one as input (real numbers: means). */
ns_read ns_subarray_read(const ns_subarray *s, double rows_used, double rows_active,
                         double columns_used);
#endif
