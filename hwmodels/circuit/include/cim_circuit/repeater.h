/* cim_circuit/repeater.h: long wires broken up by repeaters. */
#ifndef CIM_CIRCUIT_REPEATER_H
#define CIM_CIRCUIT_REPEATER_H

#include <cim_circuit/gate.h>

typedef struct cim_wire_load { double ohm_per_m, f_per_m; } cim_wire_load;

typedef struct cim_repeated {
    cim_gate repeater;
    double size;            /* of a repeater, in smallest inverters                              */
    double spacing_m;
    double delay_s_per_m;
    double energy_j_per_m;  /* of half a swing both ways, C Vdd^2 / 2: times toggle rate and bits */
} cim_repeated;

#ifdef __cplusplus
extern "C" {
#endif
/* A wire of the process's metal (0: thinnest, 1: twice, 2: four times as wide) at the technology's
 * temperature; ohm_per_k is its resistivity's temperature coefficient, of its value at 300 K. */
cim_wire_load cim_metal_wire(const cim_technology *t, unsigned metal, double ohm_per_k);

/* Repeaters of the least delay on wire; then smaller (by half) and closer (to 0.9) until the delay
 * is at least 1 + tolerance times the least. */
cim_repeated cim_repeaters(const cim_technology *t, cim_wire_load wire, double tolerance);

/* Delay a metre of the same repeaters on another wire. */
double cim_repeated_delay(const cim_repeated *r, cim_wire_load wire);
#ifdef __cplusplus
}
#endif
#endif
