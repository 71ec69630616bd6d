/* cim_circuit/wire.h: wires across arrays, and repeated wires across the chip. */
#ifndef CIM_CIRCUIT_WIRE_H
#define CIM_CIRCUIT_WIRE_H

#include <cim_circuit/technology.h>

/* Share of bits that change from one to the next when nothing is known. */
#define CIM_RANDOM_TOGGLE_RATE 0.5

/* A metal-1 wire of an array, driven at one end through driver_ohm and loaded evenly with load_f
 * in all. */
typedef struct cim_line { double ohm, capacitance_f, delay_s; } cim_line;
#ifdef __cplusplus
extern "C" {
#endif
cim_line cim_array_line(const cim_technology *t, double length_m, double load_f, double driver_ohm);

/* One bit of a bus with repeaters, per metre of length. delay_s is per metre, energy_j per metre
 * and transferred bit at the given toggle rate (0..1), area and leakage those of the repeaters;
 * the wires themselves run above other circuits. */
cim_cost cim_repeated_wire(const cim_technology *t, double toggle_rate);
#ifdef __cplusplus
}
#endif
#endif
