/* The RRAM cell and its sensing scheme: a 1T1R array read by currents; private to the plug-in.
 *
 * Inputs drive the rows, with the access transistors of a driven row open. Column currents pass a
 * multiplexer into an integrator, whose voltage an ADC converts. Equations: README.md. */
#ifndef RRAM_ARRAY_H
#define RRAM_ARRAY_H

#include <cim_chip/array.h>
#include <cim_circuit/adc.h>
#include <cim_circuit/cell.h>
#include <cim_circuit/wire.h>

enum { RRAM_SAR = 0, RRAM_FLASH = 1 };

typedef struct rram_design {
    const cim_technology *technology;
    uint32_t rows, columns, rows_at_once, columns_per_adc, cell_bits, dac_bits, adc_type;
    const cim_cell *cell;           /* access, size, writing, noise; NULL: rram_own_cell           */
    double on_resistance_ohm, on_off_ratio, read_voltage_v;
    double period_s;                /* of the clock asked for; 0: none                            */
} rram_design;

/* What does not depend on the layer. */
typedef struct rram_circuit {
    rram_design design;
    double on_s, off_s;             /* conductance of cell and access transistor                  */
    double access_ohm;
    double cell_m2, cell_width_m, cell_height_m;
    double read_noise_sd, device_spread_sd;
    double switch_ohm, mux_ohm;
    cim_line row, column;
    cim_cost row_driver;            /* of one row: energy_j when its input is not 0               */
    cim_cost row_register;          /* of one row                                                 */
    cim_cost mux;                   /* of all columns; energy_j of one conversion                 */
    double write_path_m2;
} rram_circuit;

/* What a layer asks of its arrays. */
typedef struct rram_use {
    uint32_t adc_bits, weight_bits, input_bits;
    double input_density;           /* share of ones among input bits, 0..1                       */
    double mean_level;              /* mean state of the cells, 0 (off) .. 1 (on)                 */
} rram_use;

/* The cell of DNN+NeuroSim V1.4's example; its size follows from its transistor. */
extern const cim_cell rram_own_cell;

/* rows_at_once and columns_per_adc are cut to the array. */
rram_circuit rram_circuit_make(const rram_design *design);

/* Time, area and energies of an array used that way. */
cim_array rram_array_make(const rram_circuit *circuit, const rram_use *use);

/* Three standard deviations of the noise of a column's current over half the smallest difference
 * that the converter has to tell, minus 1. <= 0: it can. */
double rram_sense_margin(const rram_circuit *circuit, uint32_t adc_bits);

/* Device figures of a cell that states none, also handed to the accuracy evaluators. */
#define RRAM_READ_NOISE 0.01     /* sd of a read, share of the conductance; assumed, the order of
                                    read noise that RRAM papers report                            */
#define RRAM_DEVICE_SPREAD 0.05  /* sd of a programmed conductance, share of the range: 2 of 40 uS
                                    (iterative programming; NeuRRAM, Wan et al., Nature 2022) */
#endif
