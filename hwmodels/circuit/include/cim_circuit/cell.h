/* cim_circuit/cell.h: the facts of a resistive memory cell, whatever stores its state: RRAM, PCM,
 * MRAM, a ferroelectric transistor. Plain data; data_file.h reads one from a file. */
#ifndef CIM_CIRCUIT_CELL_H
#define CIM_CIRCUIT_CELL_H

#include <stdint.h>

/* What keeps cells that are not read from conducting. */
enum {
    CIM_ACCESS_1T1R = 0,        /* a transistor in series                                        */
    CIM_ACCESS_1T = 1,          /* the memory is the transistor: its gate is the row, its channel
                                   is part of the resistances                                    */
    CIM_ACCESS_CROSS_POINT = 2  /* nothing, or a selector within the resistances                 */
};

typedef struct cim_cell {
    uint32_t access;            /* CIM_ACCESS_*                                                  */
    uint32_t max_bits;          /* that a cell has been shown to hold; 0: not stated              */
    double on_resistance_ohm;   /* at the read voltage                                           */
    double on_off_ratio;        /* off-resistance over on-resistance                             */
    double read_voltage_v;
    double height_f, width_f;   /* of a cell in nodes, along a column and along a row; 0: not
                                   stated                                                        */
    double write_voltage_v, write_pulse_s;      /* 0: not stated                                 */
    double read_noise_sd;       /* of a read, share of the conductance; 0: not stated             */
    double device_spread_sd;    /* of a programmed conductance, share of the range; 0: not stated */
} cim_cell;
#endif
