/* SRAM cells and how their columns are summed; private to the plug-in. Equations: README.md.
 *
 * Current: driven rows open the read transistors of their cells, a clamped column sums the currents
 * and a multiplexer passes them to an integrator, whose voltage an ADC converts.
 * Discharge: columns are precharged, and driven rows discharge them through their cells for as long
 * as their inputs say; what is left is converted.
 * Charge: driven rows and stored bits decide which of the cells' capacitors are pulled up; the
 * column they share settles to their mean, and an ADC converts it.
 * Digital: a gate beside each cell multiplies, adders sum exactly; see sram_digital.h. */
#ifndef SRAM_ARRAY_H
#define SRAM_ARRAY_H

#include <cim_chip/array.h>
#include <cim_circuit/adc.h>
#include <cim_circuit/wire.h>

enum { SRAM_SAR = 0, SRAM_FLASH = 1, SRAM_RAMP = 2, SRAM_N_ADCS = 3 };
enum {
    SRAM_CURRENT = 0, SRAM_CHARGE = 1, SRAM_DIGITAL = 2, SRAM_DISCHARGE = 3, SRAM_N_SENSINGS = 4
};
enum { SRAM_6T = 0, SRAM_8T = 1 };   /* read through the access transistors; a read port          */
enum { SRAM_OFFSET = 0, SRAM_DIFFERENTIAL = 1 };  /* a bit is 0 or 1; -1 or 1                     */
enum { SRAM_FULL = 0, SRAM_CALIBRATED = 1 };      /* what a converter's range covers             */
enum { SRAM_TREE = 0, SRAM_CHAIN = 1 };           /* adders of the digital scheme                 */
enum { SRAM_IN_TURN = 0, SRAM_LADDER = 1 };       /* joined columns: shared one by one; C-2C      */

typedef struct sram_design {
    const cim_technology *technology;
    uint32_t rows, columns, rows_at_once, columns_per_adc, dac_bits, adc_type, sensing, cell_type;
    uint32_t weight_bits_at_once;   /* columns that one conversion takes together, weighted       */
    uint32_t weighting;             /* how they are joined                                        */
    uint32_t cells_per_capacitor;   /* charge: of a column, that take turns on one                */
    uint32_t weight_mapping, accumulate, pipeline_registers, adc_range;
    double read_voltage_v;          /* across the read port of an 8T cell                         */
    double cell_capacitance_f;      /* charge; discharge: added to a column for each cell         */
    double period_s;                /* of the clock asked for; 0: none                            */
} sram_design;

/* What does not depend on the layer. */
typedef struct sram_circuit {
    sram_design design;
    double cell_m2, cell_width_m, cell_height_m, cell_leakage_w;
    double drop_v;                  /* across a cell that is read; charge: the supply             */
    double cell_ohm;                /* of a cell that conducts, or pulls its capacitor            */
    double off_a;                   /* current of one that does not                               */
    double mismatch_sd;             /* of a cell's current or capacitor, share                    */
    double most_mismatch_sd;        /* of a current below threshold                               */
    double row_load_f, column_load_f;  /* that a cell puts on a line of its row, of its column    */
    double node_f;                  /* charge: of a cell's own node, but for its capacitor        */
    double row_lines, column_lines; /* 2: a cell has a line for each sign                         */
    double switch_ohm, mux_ohm;     /* of a row's driver; of the column multiplexer               */
    cim_line row, column;
    cim_cost row_driver;            /* of one line of a row: energy_j when it rises               */
    cim_cost row_register;          /* of one row                                                 */
    cim_cost row_reset;             /* charge: of one row, discharges its capacitors             */
    cim_cost mux;                   /* of all columns; energy_j of one conversion                 */
    cim_cost write_path;            /* decoder, drivers and precharge of the array                */
    double write_j, write_row_s;    /* of one cell; of one row                                    */
    double reset_j;                 /* of a column before a conversion                            */
    double used_range;              /* of all that rows could give: what the layer's converters
                                       cover, 0..1                                                */
} sram_circuit;

/* What a layer asks of its arrays. */
typedef struct sram_use {
    uint32_t adc_bits, weight_bits, input_bits;
    double input_density;           /* share of ones among input bits, 0..1                       */
    double mean_level;              /* share of cells that store a one                            */
} sram_use;

/* cells_per_capacitor, rows_at_once, columns_per_adc and weight_bits_at_once are cut to the
 * array. */
sram_circuit sram_circuit_make(const sram_design *design);

/* Rows of capacitors, or of cells where each has what it is read by: as many as can be read at
 * once. */
uint32_t sram_read_rows(const sram_design *design);

/* Sets a calibrated converter to what occurs in a layer: a share of what there could be. */
void sram_set_range(sram_circuit *circuit, const sram_use *use);

/* Time, area and energies of an array used that way. */
cim_array sram_array_make(const sram_circuit *circuit, const sram_use *use);

/* Columns of cells that a weight takes, each of one bit. */
uint32_t sram_weight_columns(const sram_design *design, uint32_t weight_bits);

/* Three standard deviations of a column's deviation (mismatch of the cells, thermal noise) over
 * half the smallest difference that the converter has to tell, minus 1, with the range of the rows
 * that are read or of more (cim_chip/margin.h). <= 0: it can. Digital: -1, nothing deviates. */
double sram_sense_margin(const sram_circuit *circuit, const sram_use *use);

/* Standard deviations of a column's thermal noise and of its converter's own, in steps: the
 * converter's, or what sums differ by, which it need not tell finer than it is. */
double sram_thermal_lsb(const sram_circuit *circuit, uint32_t adc_bits);
double sram_converter_lsb(const sram_circuit *circuit, uint32_t adc_bits);

/* Deviation of a cell as it is read, a share: where a discharge is too fast, rows are driven lower;
 * columns that one conversion takes together deviate each for itself. */
double sram_read_mismatch_sd(const sram_circuit *circuit, uint32_t adc_bits);

/* Voltage above which a read port's current saturates, and the model of it ends. */
double sram_read_voltage_limit(const sram_circuit *circuit);
#endif
