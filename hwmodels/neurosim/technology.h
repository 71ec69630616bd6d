/* technology.h: a process at a temperature as the reference has it. */
#ifndef NEUROSIM_TECHNOLOGY_H
#define NEUROSIM_TECHNOLOGY_H

#include <cim_circuit/gate.h>

/* As cim_technology_init(), with the reference's currents between the tabulated temperatures: a
 * table every 10 K, straight lines between. Returns 0 where cim_technology_init() does. */
int ns_technology_init(cim_technology *t, const cim_process *process, double temperature_k);
/* On current of a transistor at the temperature of *t. */
double ns_on_a_per_m(const cim_technology *t, cim_channel channel);

/* Distance from fin to fin; height of pass gates over that of the fins, at rows, at columns. */
typedef struct ns_fin_layout { double pitch_m, row_margin_m, column_margin_m; } ns_fin_layout;

ns_fin_layout ns_fin_layout_of(const cim_process *process);

/* Temperature coefficient of the reference's wires, per kelvin, of the resistivity at 300 K. */
#define NS_WIRE_PER_K 0.00451
#endif
