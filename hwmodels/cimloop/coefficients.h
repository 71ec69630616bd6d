/* Every fitted number of the model. README.md says what each was fitted to, and how well. */
#ifndef CIMLOOP_COEFFICIENTS_H
#define CIMLOOP_COEFFICIENTS_H

#include <stdint.h>

#define GLB_SIZES 9u      /* 2^11 to 2^19 words of 2048 bits: 0.5 to 128 MB */

typedef struct cimloop_coefficients {
    /* Area, mm2. */
    double cell_mm2;          /* of a cell, with its share of wires                               */
    double column_mm2;        /* of a column: a 5-bit ADC, multiplexer and driver                 */
    double row_mm2;           /* of a row's driver                                                */
    double macro_mm2;         /* of a macro: what does not grow                                   */
    double weak_row_mm2;      /* of a row of one column, at 0.85 V: drivers for weak cells        */
    double narrow_saving;     /* share of column_mm2 that NARROW_COLUMNS or fewer do without      */
    double tile_mm2;          /* of a tile's buffers, x macros^2: their lines are macros wide     */
    /* Energy, J, at 8-bit inputs of mean NOMINAL_MEAN_INPUT. */
    double cell_j;            /* of a cell read, whatever it holds                                */
    double cell_level_j;      /* of a cell read that holds the full level                         */
    double conversion_j;      /* of a 5-bit conversion                                            */
    double column_j;          /* of a conversion, for each row on the column                      */
    double row_j;             /* of a row driven once                                             */
    double row_v2_j;          /* same, x V^2                                                      */
    double row_column_v2_j;   /* same, x V^2, for each column on the row                          */
    double weak_j;            /* of a row driven once, x weakness / columns                       */
    double weak_row_j;        /* same, for each row of the array                                  */
    double partial_sum_j;     /* of a partial sum that leaves a router group                      */
    double tile_access_j;     /* of 8 bits into or out of a tile's buffers, x sqrt(macros behind) */
    double write_v2_j;        /* of a row of weights written, x V^2                               */
    double write_column_v2_j; /* same, for each column on the row                                 */
    double write_weak_j;      /* same, x weakness / columns                                       */
    double fetched_bit_j;     /* of a weight bit from main memory                                 */
} cimloop_coefficients;

extern const cimloop_coefficients cimloop_rram, cimloop_sram;
extern const double cimloop_glb_mm2[GLB_SIZES];     /* area of the global buffer                  */
extern const double cimloop_glb_access_j[GLB_SIZES];/* of 8 bits read from it or written to it    */

#define GLB_SMALLEST 2048.0      /* words: the first of both tables                               */
#define GROUP_MM2 0.01868        /* a group's router, fitted; ISAAC's, shared by four tiles, is
                                    0.0188 at this width                                          */
#define NARROW_COLUMNS 32        /* CiMLoop lays so few columns of RRAM out otherwise             */
#define NOMINAL_MEAN_INPUT 0.54  /* of offset-coded inputs behind a ReLU; the reference's networks
                                    have 0.516 to 0.548, weighted by MACs                         */
#define MEAN_WEIGHT_CODE 0.476   /* of offset-coded weights: a little below the middle, mean of six
                                    large layers' histograms (0.469 to 0.482)                    */
#define ADC_FITTED_BITS 5        /* of all rows that the column was fitted to                     */
#define ADC_LEVEL_POWER 1.025    /* an ADC's area and energy go with levels^1.025: 8 bits cost
                                    8.67 times 5 bits                                             */
#define ADC_64_SAVING 0.0447     /* at 64 columns an ADC of more than 5 bits takes this share less
                                    area, a bit (CiMLoop's layout; not at other widths)           */
#define CELL_THRESHOLD_V 0.452   /* drive of an SRAM cell: (V - threshold)^1.615                  */
#define CELL_DRIVE_POWER 1.615
#define NOMINAL_VOLTAGE_V 0.85   /* where an SRAM cell's weakness is 1                            */
#endif
