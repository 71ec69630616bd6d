/* The parts that MNSIM 2.0 builds a tile of: its tables and formulas, in SI units. */
#ifndef MNSIM_COMPONENTS_H
#define MNSIM_COMPONENTS_H

typedef struct mnsim_unit {
    double area_m2, power_w;
} mnsim_unit;

typedef struct mnsim_converter {
    double area_m2, power_w, bits, rate_hz;
    double latency_s;    /* of one conversion */
} mnsim_converter;

typedef struct mnsim_buffer {
    double area_m2, read_w, write_w;
} mnsim_buffer;

/* CHOICE of MNSIM's tables; latency included. */
mnsim_converter mnsim_adc(int choice);
mnsim_converter mnsim_dac(int choice);
double mnsim_adc_latency(const mnsim_converter *adc, int choice);
double mnsim_dac_latency(const mnsim_converter *dac);
/* The gate behind each ADC; OP as Logic_Op: -1 none, 0 AND, 1 OR, 2 XOR. */
double mnsim_logic_area(int op);

mnsim_unit mnsim_adder(double node_nm, double bits);
mnsim_unit mnsim_shift_register(double node_nm);
mnsim_unit mnsim_register(double node_nm);
mnsim_unit mnsim_joint_module(double node_nm);
/* A multiplexer, or a demultiplexer, of N ways. */
mnsim_unit mnsim_mux(double transistor_nm, double n);
/* Pooling unit for UNITS channels. 0 where MNSIM has no such unit and stops. */
int mnsim_pooling(double node_nm, double height, double width, double units, mnsim_unit *out);

#define MNSIM_BUFFER_ACCESS_S 20e-9   /* of every SRAM buffer, whatever its size */
/* SRAM of KIB and BITS a port. 0 where MNSIM has no such buffer and stops. */
int mnsim_sram(double node_nm, double kib, double bits, mnsim_buffer *out);
#endif
