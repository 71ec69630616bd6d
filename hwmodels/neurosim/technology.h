/* technology.h: a process at a temperature as the reference has it. */
#ifndef NEUROSIM_TECHNOLOGY_H
#define NEUROSIM_TECHNOLOGY_H

#include <cim_circuit/gate.h>

/* As cim_technology_init(), with the reference's currents between the tabulated temperatures: a
 * table every 10 K, straight lines between. Returns 0 where cim_technology_init() does. */
int ns_technology_init(cim_technology *t, const cim_process *process, double temperature_k);
/* On current of a transistor at the temperature of *t. */
double ns_on_a_per_m(const cim_technology *t, cim_channel channel);

/* Temperature coefficient of the reference's wires, per kelvin, of the resistivity at 300 K. */
#define NS_WIRE_PER_K 0.00451
#endif
