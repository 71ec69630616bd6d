/* The parameters of MNSIM 2.0 (commit ca39ccb), with its defaults, and three of our own.
 * A row: id, section of MNSIM's file, key, unit, then fields of cim_param. */
#ifndef MNSIM_PARAMETER_LIST_H
#define MNSIM_PARAMETER_LIST_H

#define MNSIM_LONGEST 32   /* elements of an open list */

#define MNSIM_OURS NULL
#define MNSIM_DEVICE "Device level"
#define MNSIM_CROSSBAR "Crossbar level"
#define MNSIM_INTERFACE "Interface level"
#define MNSIM_PE "Process element level"
#define MNSIM_DIGITAL "Digital module"
#define MNSIM_TILE "Tile level"
#define MNSIM_ARCHITECTURE "Architecture level"
#define MNSIM_ALGORITHM "Algorithm Configuration"

#define MNSIM_INTEGER(standard, least, most) \
    .type = CIM_INTEGER, .default_value = standard, .min = least, .max = most
#define MNSIM_REAL(standard, least, most) \
    .type = CIM_REAL, .default_value = standard, .min = least, .max = most
#define MNSIM_PAIR(standard, least, most) .length = 2, MNSIM_INTEGER(standard, least, most)
#define MNSIM_LIST(least, most) \
    .length = MNSIM_LONGEST, .type = CIM_REAL, .min = least, .max = most
#define MNSIM_LEVELS(table) .levels = table, .n_levels = sizeof table / sizeof table[0]
#define MNSIM_NAMES(table) \
    .type = CIM_CATEGORY, .names = table, .n_levels = sizeof table / sizeof table[0]
/* MNSIM reads it, or not even that, and no hardware figure depends on it. */
#define MNSIM_DEAD(standard) \
    MNSIM_REAL(standard, -1e15, 1e15), \
    .help = "ignored, as MNSIM ignores it [default " #standard "]"
#define MNSIM_FOR_ACCURACY(standard, what) MNSIM_REAL(standard, 0, 100), \
    .help = what ": of MNSIM's accuracy model only [default " #standard "]"
#define MNSIM_NODE(what) MNSIM_REAL(45, 5, 500), .help = "technology of the " what " [default 45]"
#define MNSIM_OVERRIDE(what) MNSIM_REAL(0, 0, 1e9), .help = what "; 0: MNSIM's [default 0]"

#define MNSIM_PARAMETERS(X) \
    X(DEVICE_TECH, DEVICE, "Device_Tech", "nm", MNSIM_REAL(130, 1, 1000), \
      .help = "device node, used with Area_Calculation = 1 [default 130]") \
    X(DEVICE_TYPE, DEVICE, "Device_Type", "", MNSIM_NAMES(mnsim_device_types), \
      .help = "NVM, or SRAM with resistances of 1.6 Mohm [default NVM]") \
    X(DEVICE_AREA, DEVICE, "Device_Area", "um2", MNSIM_REAL(1.44, 1e-6, 1e6), \
      .help = "area of a cell, used with Area_Calculation = 0 [default 1.44]") \
    X(READ_LEVEL, DEVICE, "Read_Level", "", MNSIM_INTEGER(2, 1, MNSIM_LONGEST), \
      .help = "number of read voltages [default 2]") \
    X(READ_VOLTAGE, DEVICE, "Read_Voltage", "V", MNSIM_LIST(0, 100), \
      .help = "read voltages, of which the first and the last count [default 0, 0.15]") \
    X(WRITE_LEVEL, DEVICE, "Write_Level", "", MNSIM_DEAD(2)) \
    X(WRITE_VOLTAGE, DEVICE, "Write_Voltage", "V", MNSIM_LIST(-1000, 1000), \
      .help = "ignored, as MNSIM ignores it [default 0, 3]") \
    X(READ_LATENCY, DEVICE, "Read_Latency", "ns", MNSIM_REAL(3.16, 0, 1e9), \
      .help = "of the device [default 3.16]") \
    X(WRITE_LATENCY, DEVICE, "Write_Latency", "ns", MNSIM_DEAD(10)) \
    X(DEVICE_LEVEL, DEVICE, "Device_Level", "", MNSIM_INTEGER(2, 1, MNSIM_LONGEST), \
      .help = "number of device resistances; the hardware stores one bit a cell [default 2]") \
    X(DEVICE_RESISTANCE, DEVICE, "Device_Resistance", "ohm", MNSIM_LIST(1e-3, 1e15), \
      .help = "high to low, of which the first and the last count [default 1e6, 1e4]") \
    X(DEVICE_VARIATION, DEVICE, "Device_Variation", "%", MNSIM_FOR_ACCURACY(1, "spread")) \
    X(DEVICE_SAF, DEVICE, "Device_SAF", "%", .length = 2, MNSIM_FOR_ACCURACY(0.1, "stuck cells")) \
    X(READ_ENERGY, DEVICE, "Read_Energy", "J", MNSIM_DEAD(1.12e-15)) \
    X(WRITE_ENERGY, DEVICE, "Write_Energy", "J", MNSIM_DEAD(1.6e-15)) \
    X(XBAR_SIZE, CROSSBAR, "Xbar_Size", "", MNSIM_PAIR(256, 1, 65536), \
      .help = "rows, columns [default 256, 256]") \
    X(SUBARRAY_SIZE, CROSSBAR, "Subarray_Size", "", MNSIM_INTEGER(256, 1, 65536), \
      .help = "rows of a subarray, must divide the crossbar's [default 256]") \
    X(CELL_TYPE, CROSSBAR, "Cell_Type", "", MNSIM_NAMES(mnsim_cell_types), \
      .help = "with or without a transistor [default 1T1R]") \
    X(TRANSISTOR_TECH, CROSSBAR, "Transistor_Tech", "nm", MNSIM_REAL(130, 1, 1000), \
      .help = "node of multiplexers and of digital PIM's drivers [default 130]") \
    X(WIRE_RESISTANCE, CROSSBAR, "Wire_Resistance", "ohm", MNSIM_DEAD(-1)) \
    X(WIRE_CAPACITY, CROSSBAR, "Wire_Capacity", "fF", MNSIM_DEAD(-1)) \
    X(LOAD_RESISTANCE, CROSSBAR, "Load_Resistance", "ohm", MNSIM_DEAD(-1)) \
    X(AREA_CALCULATION, CROSSBAR, "Area_Calculation", "", MNSIM_INTEGER(0, 0, 1), \
      .help = "cells: 0 by Device_Area, 1 by Device_Tech [default 0]") \
    X(DAC_CHOICE, INTERFACE, "DAC_Choice", "", MNSIM_INTEGER(1, -1, 7), \
      MNSIM_LEVELS(mnsim_dac_choices), .help = "of MNSIM's table; -1: by DAC_* [default 1]") \
    X(DAC_AREA, INTERFACE, "DAC_Area", "um2", MNSIM_REAL(0, 0, 1e9), \
      .help = "with DAC_Choice = -1 [default 0]") \
    X(DAC_PRECISION, INTERFACE, "DAC_Precision", "bit", MNSIM_INTEGER(0, 0, 32), \
      .help = "with DAC_Choice = -1 [default 0]") \
    X(DAC_POWER, INTERFACE, "DAC_Power", "W", MNSIM_REAL(0, 0, 1e6), \
      .help = "with DAC_Choice = -1 [default 0]") \
    X(DAC_SAMPLE_RATE, INTERFACE, "DAC_Sample_Rate", "GS/s", MNSIM_REAL(0, 0, 1e6), \
      .help = "with DAC_Choice = -1 [default 0]") \
    X(ADC_CHOICE, INTERFACE, "ADC_Choice", "", MNSIM_INTEGER(6, -1, 9), \
      MNSIM_LEVELS(mnsim_adc_choices), .help = "of MNSIM's table; -1: by ADC_* [default 6]") \
    X(ADC_AREA, INTERFACE, "ADC_Area", "um2", MNSIM_REAL(0, 0, 1e9), \
      .help = "with ADC_Choice = -1 [default 0]") \
    X(ADC_PRECISION, INTERFACE, "ADC_Precision", "bit", MNSIM_INTEGER(0, 0, 32), \
      .help = "with ADC_Choice = -1 [default 0]") \
    X(ADC_POWER, INTERFACE, "ADC_Power", "W", MNSIM_REAL(0, 0, 1e6), \
      .help = "with ADC_Choice = -1 [default 0]") \
    X(ADC_SAMPLE_RATE, INTERFACE, "ADC_Sample_Rate", "GS/s", MNSIM_REAL(0, 0, 1e6), \
      .help = "with ADC_Choice = -1 [default 0]") \
    X(ADC_INTERVAL_THRES, INTERFACE, "ADC_Interval_Thres", "V", MNSIM_DEAD(-1)) \
    X(LOGIC_OP, INTERFACE, "Logic_Op", "", MNSIM_INTEGER(-1, -1, 2), \
      .help = "gate behind each ADC: -1 none, 0 AND, 1 OR, 2 XOR [default -1]") \
    X(PIM_TYPE, PE, "PIM_Type", "", MNSIM_INTEGER(0, 0, 1), \
      .help = "0 analog, 1 digital: ADC 8 and DAC 1 unless -1 [default 0]") \
    X(XBAR_POLARITY, PE, "Xbar_Polarity", "", MNSIM_INTEGER(2, 1, 2), \
      .help = "crossbars of a signed weight [default 2]") \
    X(SUB_POSITION, PE, "Sub_Position", "", MNSIM_INTEGER(0, 0, 1), \
      .help = "subtraction with polarity 2: 0 analog, 1 digital [default 0]") \
    X(GROUP_NUM, PE, "Group_Num", "", MNSIM_INTEGER(1, 0, 64), \
      .help = "crossbar groups of a PE; 0: 1 [default 1]") \
    X(DAC_NUM, PE, "DAC_Num", "", MNSIM_INTEGER(128, 0, 65536), \
      .help = "DACs of a subarray and group [default 128]") \
    X(ADC_NUM, PE, "ADC_Num", "", MNSIM_INTEGER(128, 0, 65536), \
      .help = "ADCs of a subarray and group; 0: as many as fit beside it [default 128]") \
    X(PE_INBUF_SIZE, PE, "PE_inBuf_Size", "KB", MNSIM_REAL(0, 0, 1e6), \
      .help = "input buffer of a PE; 0: by the mapping [default 0]") \
    X(PE_INBUF_AREA, PE, "PE_inBuf_Area", "um2", MNSIM_DEAD(0)) \
    X(TILE_OUTBUF_SIZE, PE, "Tile_outBuf_Size", "KB", MNSIM_REAL(0, 0, 1e6), \
      .help = "output buffer of a tile; 0: by the mapping [default 0]") \
    X(TILE_OUTBUF_AREA, PE, "Tile_outBuf_Area", "um2", MNSIM_DEAD(0)) \
    X(DFU_BUF_SIZE, PE, "DFU_Buf_Size", "KB", MNSIM_DEAD(0)) \
    X(DFU_BUF_AREA, PE, "DFU_Buf_Area", "um2", MNSIM_DEAD(0)) \
    X(DIGITAL_FREQUENCY, DIGITAL, "Digital_Frequency", "MHz", MNSIM_REAL(500, 1e-3, 1e6), \
      .help = "of the digital units [default 500]") \
    X(ADDER_TECH, DIGITAL, "Adder_Tech", "nm", MNSIM_NODE("adders")) \
    X(ADDER_AREA, DIGITAL, "Adder_Area", "um2", MNSIM_OVERRIDE("of an adder")) \
    X(ADDER_POWER, DIGITAL, "Adder_Power", "W", MNSIM_OVERRIDE("of an adder")) \
    X(MULTIPLIER_TECH, DIGITAL, "Multiplier_Tech", "nm", MNSIM_DEAD(45)) \
    X(MULTIPLIER_AREA, DIGITAL, "Multiplier_Area", "um2", MNSIM_DEAD(0)) \
    X(MULTIPLIER_POWER, DIGITAL, "Multiplier_Power", "W", MNSIM_DEAD(0)) \
    X(SHIFTREG_TECH, DIGITAL, "ShiftReg_Tech", "nm", MNSIM_REAL(65, 5, 500), \
      .help = "technology of the shift registers [default 65]") \
    X(SHIFTREG_AREA, DIGITAL, "ShiftReg_Area", "um2", MNSIM_OVERRIDE("of a shift register")) \
    X(SHIFTREG_POWER, DIGITAL, "ShiftReg_Power", "W", MNSIM_OVERRIDE("of a shift register")) \
    X(REG_TECH, DIGITAL, "Reg_Tech", "nm", MNSIM_NODE("registers")) \
    X(REG_AREA, DIGITAL, "Reg_Area", "um2", MNSIM_OVERRIDE("of a register")) \
    X(REG_POWER, DIGITAL, "Reg_Power", "W", MNSIM_OVERRIDE("of a register")) \
    X(JOINTMODULE_TECH, DIGITAL, "JointModule_Tech", "nm", MNSIM_NODE("joint modules")) \
    X(JOINTMODULE_AREA, DIGITAL, "JointModule_Area", "um2", MNSIM_OVERRIDE("of a joint module")) \
    X(JOINTMODULE_POWER, DIGITAL, "JointModule_Power", "W", MNSIM_OVERRIDE("of a joint module")) \
    X(PE_NUM, TILE, "PE_Num", "", MNSIM_PAIR(2, 0, 256), \
      .help = "PEs of a tile, rows, columns; 0, 0: 4, 4 [default 2, 2]") \
    X(POOLING_SHAPE, TILE, "Pooling_shape", "", MNSIM_PAIR(3, 1, 1024), \
      .help = "of a tile's pooling unit [default 3, 3]") \
    X(POOLING_UNIT_NUM, TILE, "Pooling_unit_num", "", MNSIM_INTEGER(64, 1, 65536), \
      .help = "channels pooled at once [default 64]") \
    X(POOLING_TECH, TILE, "Pooling_Tech", "nm", MNSIM_REAL(65, 5, 500), \
      .help = "technology of the pooling unit [default 65]") \
    X(POOLING_AREA, TILE, "Pooling_area", "um2", MNSIM_DEAD(0)) \
    X(TILE_ADDER_NUM, TILE, "Tile_Adder_Num", "", MNSIM_DEAD(0)) \
    X(TILE_ADDER_LEVEL, TILE, "Tile_Adder_Level", "", MNSIM_DEAD(0)) \
    X(TILE_SHIFTREG_NUM, TILE, "Tile_ShiftReg_Num", "", MNSIM_DEAD(0)) \
    X(TILE_SHIFTREG_LEVEL, TILE, "Tile_ShiftReg_Level", "", MNSIM_DEAD(0)) \
    X(INTER_TILE_BANDWIDTH, TILE, "Inter_Tile_Bandwidth", "Gb/s", MNSIM_REAL(20, 1e-6, 1e9), \
      .help = "of a link between tiles [default 20]") \
    X(INTRA_TILE_BANDWIDTH, TILE, "Intra_Tile_Bandwidth", "Gb/s", MNSIM_REAL(1024, 1e-6, 1e9), \
      .help = "of the merging tree in a tile [default 1024]") \
    X(BUFFER_CHOICE, ARCHITECTURE, "Buffer_Choice", "", MNSIM_DEAD(1)) \
    X(BUFFER_TECHNOLOGY, ARCHITECTURE, "Buffer_Technology", "nm", MNSIM_REAL(90, 0, 1000), \
      .help = "of the buffers; 0: 65 [default 90]") \
    X(BUFFER_READPOWER, ARCHITECTURE, "Buffer_ReadPower", "mW", MNSIM_DEAD(0)) \
    X(BUFFER_WRITEPOWER, ARCHITECTURE, "Buffer_WritePower", "mW", MNSIM_DEAD(0)) \
    X(BUFFER_BITWIDTH, ARCHITECTURE, "Buffer_Bitwidth", "bit", MNSIM_INTEGER(64, 0, 65536), \
      .help = "of a buffer access; 0: 256 [default 64]") \
    X(LUT_CAPACITY, ARCHITECTURE, "LUT_Capacity", "", MNSIM_DEAD(1)) \
    X(LUT_AREA, ARCHITECTURE, "LUT_Area", "", MNSIM_DEAD(0)) \
    X(LUT_POWER, ARCHITECTURE, "LUT_Power", "", MNSIM_DEAD(0)) \
    X(LUT_BANDWIDTH, ARCHITECTURE, "LUT_Bandwidth", "", MNSIM_DEAD(0)) \
    X(TILE_CONNECTION, ARCHITECTURE, "Tile_Connection", "", MNSIM_INTEGER(2, 0, 3), \
      .help = "placement: 0 row by row, 1 snake, 2 growing square, 3 zigzag [default 2]") \
    X(TILE_NUM, ARCHITECTURE, "Tile_Num", "", MNSIM_PAIR(64, 0, 1024), \
      .help = "tiles of the chip, rows, columns; 0, 0: 8, 8 [default 64, 64]") \
    X(WEIGHT_POLARITY, ALGORITHM, "Weight_Polarity", "", MNSIM_DEAD(1)) \
    X(SIMULATION_LEVEL, ALGORITHM, "Simulation_Level", "", MNSIM_INTEGER(0, 0, 1), \
      .help = "crossbar power: 0 by the cells used, 1 whole crossbar [default 0]") \
    X(NOC_ENABLE, ALGORITHM, "NoC_enable", "", MNSIM_INTEGER(0, 0, 1), \
      .help = "1 needs MNSIM's own network simulator: refused [default 0]") \
    X(NOPIPE, OURS, "nopipe", "", .type = CIM_BOOLEAN, \
      .help = "no pipeline between layers: MNSIM's option -DisPipe [default false]") \
    X(GLOBAL_ENERGY, OURS, "global_accumulator_energy", "", .type = CIM_BOOLEAN, \
      .help = "ours: adds the energy of sums, which MNSIM leaves out [default false]") \
    X(INI, OURS, "ini", "", .type = CIM_TEXT, \
      .help = "an MNSIM configuration file: holds for all parameters that are not set")
#endif
