/* The parameters of hwmodel.rram_crossbar, in the order in which points hold them. */
#ifndef RRAM_PARAMETERS_H
#define RRAM_PARAMETERS_H

#include "rram_array.h"
#include <cim_chip/plugin.h>

enum {
    P_PROCESS, P_ROWS = P_PROCESS + CIM_CHIP_N_PROCESS, P_COLUMNS, P_CELL_BITS, P_ADC_BITS,
    P_ADC_TYPE, P_COLUMNS_PER_ADC, P_ROWS_AT_ONCE, P_ON_RESISTANCE, P_ON_OFF_RATIO, P_READ_VOLTAGE,
    P_DAC_BITS, P_SENSING, P_SAMPLE_HOLD, P_INPUT, P_MAPPING, P_AMPLIFIER, P_REFERENCE,
    P_READ_PULSE, P_PHASE, P_WIRE_WIDTH, P_LEVEL_SHIFTERS, P_WRITE_VOLTAGE, P_WRITE_PULSE,
    P_WRITE_PULSES, P_ENDURANCE, P_WEIGHT_BITS, P_INPUT_BITS, P_ADC_RANGE, P_DEVICE_SPREAD,
    P_SPREAD_OF, P_BITS_AT_ONCE, P_MULTIPLEXER, P_SHIFTER, P_CHIP,
    P_TECHNOLOGY = P_CHIP + CIM_CHIP_N_PARAMS, P_CELL
};
static const char *const adc_types[RRAM_N_ADC_TYPES] = {"sar", "flash", "ramp", "decrement"};
static const char *const sensings[RRAM_N_SENSINGS] = {"current", "voltage", "time"};
static const char *const inputs[] = {"voltage", "pulse"};
static const char *const mappings[] = {"offset", "differential"};
static const double wire_widths[] = {1, 2, 4};
static const char *const level_shifters[] = {"per_line", "shared"};
static const char *const multiplexers[] = {"current", "settling"};
static const char *const adc_ranges[] = {"full", "calibrated"};
/* CIM_SPREAD_* - 1 */
static const char *const spreads[] = {"of_value", "of_range", "log_normal"};
static const char weight_layer[] = "weight_layer";

static const cim_param params[] = {
    CIM_CHIP_PROCESS_PARAMS,
    {.key = "rows", .unit = "", .help = "rows of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 2048},
    {.key = "columns", .unit = "", .help = "columns of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 2048},
    {.key = "cell_bits", .unit = "", .help = "bits of a weight in one cell", .type = CIM_INTEGER,
     .default_value = 1, .min = 1, .max = 4},
    {.key = "adc_bits", .unit = "", .help = "resolution of a layer's converters",
     .type = CIM_INTEGER, .default_value = 5, .min = 1, .max = CIM_ADC_MAX_BITS,
     .index_set = weight_layer},
    {.key = "adc_type", .unit = "",
     .help = "successive approximation, flash, ramp shared by all columns, or charge taken off "
             "the column's own integrator step by step",
     .type = CIM_CATEGORY, .default_value = RRAM_SAR, .min = 0, .max = RRAM_N_ADC_TYPES - 1,
     .names = adc_types, .n_levels = RRAM_N_ADC_TYPES},
    {.key = "columns_per_adc", .unit = "",
     .help = "columns, or pairs of them, that share a converter",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 2048},
    {.key = "rows_at_once", .unit = "", .help = "rows summed in one conversion",
     .type = CIM_INTEGER, .default_value = 128, .min = 1, .max = 2048},
    {.key = "on_resistance_ohm", .unit = "ohm",
     .help = "resistance of a cell that is fully on, at least 1e3; 0: the cell's own (1e5)",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e7},
    {.key = "on_off_ratio", .unit = "",
     .help = "off-resistance over on-resistance at 300 K, at least 1.5; 0: the cell's own (17)",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e6},
    {.key = "read_voltage_v", .unit = "V",
     .help = "voltage of a driven row, at least 0.05; 0: the cell's own (0.5)",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1.2},
    {.key = "dac_bits", .unit = "", .help = "bits of an input applied at once",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 8},
    {.key = "sensing", .unit = "",
     .help = "a column's current into a clamp and an integrator, or its voltage, the mean of its "
             "rows' weighted by conductance, into a sampling integrator, or the time of an edge "
             "through its cells' delay stages (its converter is its own, whatever adc_type)",
     .type = CIM_CATEGORY, .default_value = RRAM_CURRENT, .min = 0, .max = RRAM_N_SENSINGS - 1,
     .names = sensings, .n_levels = RRAM_N_SENSINGS},
    {.key = "sample_hold", .unit = "",
     .help = "all columns are sensed at once and held, then converted one after another",
     .type = CIM_BOOLEAN, .default_value = 0, .min = 0, .max = 1},
    {.key = "input", .unit = "",
     .help = "several bits at once (dac_bits): as a voltage of a buffered row, or as a pulse: its "
             "width, or where a voltage is sensed a sample for each unit",
     .type = CIM_CATEGORY, .default_value = RRAM_LEVELS, .min = 0, .max = 1, .names = inputs,
     .n_levels = 2},
    {.key = "weight_mapping", .unit = "",
     .help = "signed weights with an offset, or on the difference of two cells: of neighbouring "
             "columns, or of rows where a voltage is sensed",
     .type = CIM_CATEGORY, .default_value = RRAM_OFFSET, .min = 0, .max = 1, .names = mappings,
     .n_levels = 2},
    {.key = "amplifier_a", .unit = "A",
     .help = "bias of a converter's clamp or integrator, at least 1e-8: slower and more frugal "
             "with less; 0: twice as slow as the column",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e-3},
    {.key = "reference_a", .unit = "A",
     .help = "static current of an array's references and DACs while it works",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 0.1},
    {.key = "read_pulse_s", .unit = "s",
     .help = "least time that driven cells conduct; 0: as long as their column needs to settle",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e-6},
    {.key = "phase_s", .unit = "s",
     .help = "for the macro's control, before each driving of the rows and each conversion",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e-6},
    {.key = "wire_width", .unit = "",
     .help = "of rows and columns, and their height, over metal 1's",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 4, .levels = wire_widths,
     .n_levels = 3},
    {.key = "level_shifters", .unit = "",
     .help = "of the write voltage: one for each line, or one for eight lines, with a switch each",
     .type = CIM_CATEGORY, .default_value = RRAM_SHIFTER_PER_LINE, .min = 0, .max = 1,
     .names = level_shifters, .n_levels = 2},
    {.key = "write_voltage_v", .unit = "V",
     .help = "of set and reset; 0: the cell's own (2.5). No level shifters up to the supply",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 10},
    {.key = "write_pulse_s", .unit = "s", .help = "length of a write; 0: the cell's own (1e-7)",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e-3},
    {.key = "write_pulses", .unit = "",
     .help = "that writing a cell takes, each read back; 8.5 for 8 levels and more (NeuRRAM)",
     .type = CIM_REAL, .default_value = 4, .min = 1, .max = 1000},
    {.key = "endurance", .unit = "",
     .help = "writes that a cell survives, 1e6 to 1e9 for oxide cells",
     .type = CIM_REAL, .default_value = 1e6, .min = 1e3, .max = 1e15},
    {.key = "weight_bits", .unit = "", .help = "bits of a layer's weights", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "weight_bits"},
    {.key = "input_bits", .unit = "", .help = "bits of a layer's inputs", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "input_bits"},
    {.key = "adc_range", .unit = "",
     .help = "of a converter: all that its rows could give, or what occurs in its layer, with a "
             "reference that is set once the weights are written",
     .type = CIM_CATEGORY, .default_value = RRAM_FULL, .min = 0, .max = 1, .names = adc_ranges,
     .n_levels = 2},
    {.key = "device_spread_sd", .unit = "",
     .help = "standard deviation of a programmed cell, as device_spread says; 0: the cell's own "
             "(0.02). Less takes more write_pulses",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1},
    {.key = "device_spread", .unit = "",
     .help = "device_spread_sd is a share of the cell's own conductance, of the range between on "
             "and off, whatever the cell's state, or of the logarithm",
     .type = CIM_CATEGORY, .default_value = 1, .min = 0, .max = 2, .names = spreads,
     .n_levels = 3},
    {.key = "weight_bits_at_once", .unit = "",
     .help = "bits of a weight that one conversion takes together: the currents of as many "
             "columns, or pairs, as hold them are weighed by mirrors and added",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 8},
    {.key = "multiplexer", .unit = "",
     .help = "of columns: as wide as the current of the rows that are read needs, or as a tenth of "
             "a column's capacitance allows, if that is wider: few rows of a tall column settle "
             "faster",
     .type = CIM_CATEGORY, .default_value = RRAM_MUX_FOR_CURRENT, .min = 0, .max = 1,
     .names = multiplexers, .n_levels = 2},
    {.key = "shifter_um2", .unit = "um2",
     .help = "area of a line's level shifter; 0: 2.1e4 squared nodes, 10.2 at 22 nm and below. Its "
             "transistors are as long as the write voltage asks, at every node: 10.2 at all",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1000},
    CIM_CHIP_PARAMS,
    CIM_CHIP_TECHNOLOGY_PARAM,
    {.key = "cell", .unit = "", .help = "file of a memory cell, instead of the model's own",
     .type = CIM_TEXT, .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH},
};
#endif
