/* Digital costs of a layer; private to the chip library. */
#ifndef CIM_CHIP_DIGITAL_H
#define CIM_CHIP_DIGITAL_H

#include <cim/workload.h>
#include <cim_circuit/technology.h>

/* Values that a digital unit works on at the same time. An architecture choice: 64 keep up with
 * the arrays of every network tried. */
#define CIM_DIGITAL_LANES 64.0

typedef struct cim_digital {
    cim_cost lane;         /* area and leakage of one lane; energy_j is that of one image         */
    double values;         /* values that pass through the unit for one image                     */
} cim_digital;

/* The unit behind an op without weights: pool, add, multiply, concat, activation. */
cim_digital cim_digital_op(const cim_technology *t, const cim_layer *layer, uint32_t bits);

/* Behind a layer with weights: scaling to output bits and activation. */
cim_digital cim_digital_output(const cim_technology *t, const cim_layer *layer, uint32_t bits);
#endif
