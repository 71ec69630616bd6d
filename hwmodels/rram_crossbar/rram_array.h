/* The RRAM array: cells, drivers, sensing; private to the plug-in. Equations: README.md.
 *
 * Inputs drive the rows, with the access transistors of a driven row open. A column, or a pair of
 * columns, gives its current to a clamp and an integrator, or its voltage to a sampling integrator;
 * a converter shared by columns_per_adc of them makes a number of it. */
#ifndef RRAM_ARRAY_H
#define RRAM_ARRAY_H

#include <cim_chip/array.h>
#include <cim_circuit/adc.h>
#include <cim_circuit/cell.h>
#include <cim_circuit/wire.h>

enum { RRAM_SAR = 0, RRAM_FLASH = 1, RRAM_RAMP = 2, RRAM_DECREMENT = 3, RRAM_N_ADC_TYPES = 4 };
enum { RRAM_CURRENT = 0, RRAM_VOLTAGE = 1, RRAM_TIME = 2, RRAM_N_SENSINGS = 3 };
enum { RRAM_LEVELS = 0, RRAM_PULSES = 1 };            /* an input of several bits                 */
enum { RRAM_OFFSET = 0, RRAM_DIFFERENTIAL = 1 };      /* a signed weight                          */
enum { RRAM_FULL = 0, RRAM_CALIBRATED = 1 };          /* what a converter's range covers          */
enum { RRAM_MUX_FOR_CURRENT = 0, RRAM_MUX_FOR_SETTLING = 1 };   /* a column's multiplexer         */
enum { RRAM_SHIFTER_PER_LINE = 0, RRAM_SHIFTERS_SHARED = 1 };

typedef struct rram_design {
    const cim_technology *technology;
    uint32_t rows, columns, rows_at_once, columns_per_adc, cell_bits, dac_bits, adc_type;
    uint32_t sensing, input, weight_mapping, level_shifters, adc_range;
    uint32_t multiplexer;
    uint32_t weight_bits_at_once;   /* that one conversion takes together, as weighted currents   */
    uint32_t sample_hold;           /* columns are sensed together and converted one by one       */
    const cim_cell *cell;           /* access, size, writing, noise; NULL: rram_own_cell          */
    double on_resistance_ohm, on_off_ratio, read_voltage_v;
    double amplifier_a;             /* bias of a clamp or an integrator; 0: as the array asks     */
    double reference_a;             /* of the array's references and DACs, while it works         */
    double read_pulse_s;            /* least time that a driven cell conducts                     */
    double phase_s;                 /* before each driving of rows and each conversion            */
    double shifter_m2;              /* of a line's level shifter; 0: as large as its node's      */
    double write_voltage_v, write_pulse_s;   /* 0: the cell's                                     */
    double write_pulses;            /* a cell needs, each read back                               */
    double endurance;               /* 0: no limit                                                */
    double wire_width;              /* of rows and columns, over metal 1's                        */
    double period_s;                /* of the clock asked for; 0: none                            */
} rram_design;

/* What does not depend on the layer. Rows and columns of weights are those of cells, or of pairs
 * of them: rows where columns are read by voltage (the pair is driven with opposite signs), columns
 * where they are read by current (their currents are subtracted); columns of weights are, where
 * bits go together, as many of those as are joined. */
typedef struct rram_circuit {
    rram_design design;
    double sensed;                  /* weight columns of a converter that are sensed together     */
    uint32_t row_cells, column_cells;   /* of a weight, 1 or 2                                    */
    uint32_t joined;                /* columns or pairs that one conversion takes together        */
    uint32_t bits_at_once;          /* of a weight in them                                        */
    double gains, square_gains;     /* sums over them of what their mirrors pass on               */
    uint32_t weight_rows, weight_columns, weight_rows_at_once, weight_columns_per_adc;
    double adcs;
    double on_s, off_s;             /* conductance of cell and access transistor, at temperature  */
    double cell_on_s, cell_off_s;   /* of the cell alone                                          */
    double access_ohm;
    double cell_m2, cell_width_m, cell_height_m;
    double read_noise_sd, device_spread_sd;
    double live_columns;            /* that draw current from a driven row at a time              */
    double switch_ohm, mux_ohm;
    double clamp_ohm;               /* of what passes a column's current to its converter         */
    double stage_f;                 /* of a cell's delay stage, where time is sensed              */
    double row_drop, column_drop;   /* of the read voltage along the wires, to the far end        */
    int rows_are_gates;             /* and carry no steady current                                */
    int all_rows_conduct;           /* also those that are not read                               */
    cim_line row, column;
    cim_cost row_driver;            /* of one row: energy_j when it is driven once                */
    cim_cost row_register;          /* of one row                                                 */
    int buffered;                   /* a row has a buffer, for inputs of several levels           */
    double row_buffer_a;            /* idle current of its output, where the row carries current  */
    cim_cost mux;                   /* of all columns; energy_j of one conversion                 */
    double write_path_m2;
} rram_circuit;

/* What a layer asks of its arrays. */
typedef struct rram_use {
    uint32_t adc_bits, weight_bits, input_bits;   /* weight_bits: of a weight's magnitude, where
                                                     it lies on a pair                            */
    double input_density;           /* share of ones among input bits, 0..1                       */
    double mean_level;              /* mean state of the cells, 0 (off) .. 1 (on)                 */
} rram_use;

/* Largest sum of ROWS rows of weights that occurs, over the largest that there could be: what a
 * calibrated converter is set to. 1 where it covers all. */
double rram_used_range(const rram_circuit *circuit, const rram_use *use, double rows);

/* Noise of a conversion, in steps: the converter's own, thermal, or digits, which it need not tell
 * finer than they are; and what the mirrors before it deviate by at half of the range. */
double rram_converter_noise(const rram_circuit *circuit, const rram_use *use);

/* The cell of DNN+NeuroSim V1.4's example; its size follows from its transistor. */
extern const cim_cell rram_own_cell;

/* rows_at_once, columns_per_adc and weight_bits_at_once are cut to the array. */
rram_circuit rram_circuit_make(const rram_design *design);

/* Time, area and energies of an array used that way. */
cim_array rram_array_make(const rram_circuit *circuit, const rram_use *use);

/* Three standard deviations of noise and of what the wires' drop leaves, over half the smallest
 * difference that the converter has to tell, minus 1. <= 0: it can. */
double rram_sense_margin(const rram_circuit *circuit, const rram_use *use);

/* Device figures of a cell that states none, also handed to the accuracy evaluators. */
#define RRAM_READ_NOISE 0.01     /* sd of a read, share of the conductance; assumed, the order of
                                    read noise that RRAM papers report                            */
#define RRAM_DEVICE_SPREAD 0.02  /* sd of a programmed conductance, share of the range: between 0.01
                                    just after closed-loop writing (within 50 nA of up to 4 uA, Yao
                                    et al., Nature 2020) and 0.05 after relaxation (2 of 40 uS,
                                    NeuRRAM, Wan et al., Nature 2022); both from memory           */
#define RRAM_WRITE_VOLTAGE_V 2.5 /* set and reset of oxide cells take 1.5 to 3 V and 10 ns to 1 us:
                                    Wong et al., "Metal-oxide RRAM", Proc. IEEE 2012              */
#define RRAM_WRITE_PULSE_S 1e-7
#endif
