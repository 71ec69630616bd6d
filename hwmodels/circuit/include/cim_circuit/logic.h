/* cim_circuit/logic.h: digital blocks made of the technology's smallest gates.
 *
 * Energies are per operation at random data: a node rises with probability 1/4 a cycle. Every
 * function is pure; t is only read. Counts of gates per block (9 NAND2 a full adder, 12 inverter
 * areas and 8 inverter leakages a flip-flop): DNN+NeuroSim V1.4, measured. */
#ifndef CIM_CIRCUIT_LOGIC_H
#define CIM_CIRCUIT_LOGIC_H

#include <cim_circuit/technology.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
/* N two-input NAND gates; delay of one that drives two like it. One operation: all N evaluate. */
cim_cost cim_gates(const cim_technology *t, double n);

/* BITS edge-triggered flip-flops. One operation: one clock edge of all with random data. */
cim_cost cim_register(const cim_technology *t, double bits);

/* Ripple-carry adder. One operation: one addition of two BITS-bit numbers. */
cim_cost cim_adder(const cim_technology *t, double bits);

/* An adder of adder_bits whose sum goes, shifted, to a register of register_bits. One operation:
 * one shift-and-add. */
cim_cost cim_shift_add(const cim_technology *t, double adder_bits, double register_bits);

/* Counts the ones among BITS one-bit inputs: BITS full adders in a tree. */
cim_cost cim_ones_counter(const cim_technology *t, double bits);

/* Compares two BITS-bit numbers and selects the larger (max pooling, ReLU6). */
cim_cost cim_maximum(const cim_technology *t, double bits);

/* Array multiplier of BITS by BITS. */
cim_cost cim_multiplier(const cim_technology *t, double bits);

/* Table look-up of a function of BITS bits, piecewise linear with 16 segments: one multiplication,
 * one addition and the constants. */
cim_cost cim_function_unit(const cim_technology *t, double bits);

/* Chain of inverters, each 4 times as large as the one before, that drives LOAD_F farads. One
 * operation: one charge and discharge of the load. */
cim_cost cim_driver(const cim_technology *t, double load_f);

/* One-of-OUTPUTS decoder. Each output drives LOAD_F. One operation: one address change. */
cim_cost cim_decoder(const cim_technology *t, uint32_t outputs, double load_f);

/* N pass gates of on-resistance OHM, each. One operation: one of them switches. delay_s is left 0:
 * it depends on what they connect; their parasitic is *drain_f each (may be NULL). */
cim_cost cim_pass_gates(const cim_technology *t, double n, double ohm, double *drain_f);
#ifdef __cplusplus
}
#endif
#endif
