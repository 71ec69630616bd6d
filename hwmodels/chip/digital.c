/* Digital costs: pools, element by element ops, scaling and activations. */
#include "digital.h"
#include <cim_circuit/logic.h>

static cim_cost activation(const cim_technology *t, uint32_t act, uint32_t bits) {
    switch (act) {
    case CIM_ACT_NONE: return (cim_cost){0, 0, 0, 0};
    case CIM_ACT_RELU: return cim_gates(t, bits);   /* AND with the sign */
    case CIM_ACT_RELU6: return cim_cost_times(cim_maximum(t, bits), 2);
    case CIM_ACT_HSIGMOID: return cim_cost_after(cim_adder(t, bits), cim_maximum(t, bits));
    case CIM_ACT_HSWISH:
        return cim_cost_after(cim_cost_after(cim_adder(t, bits), cim_maximum(t, bits)),
                              cim_multiplier(t, bits));
    default: return cim_function_unit(t, bits);     /* sigmoid, tanh, GELU and those to come */
    }
}

static cim_digital with_activation(const cim_technology *t, const cim_layer *l, uint32_t bits,
                                   cim_cost unit, double uses_per_output) {
    const double outputs = (double)l->out_channels * l->out_height * l->out_width;
    const cim_cost act = activation(t, l->activation, bits), hold = cim_register(t, bits);
    const double uses = outputs * (uses_per_output > 1 ? uses_per_output : 1);
    cim_digital d = {cim_cost_after(cim_cost_after(unit, act), hold), uses};
    d.lane.energy_j = outputs * (uses_per_output * unit.energy_j + act.energy_j) +
                      uses * hold.energy_j;
    return d;
}

cim_digital cim_digital_op(const cim_technology *t, const cim_layer *l, uint32_t bits) {
    const double window = (double)l->kernel_height * l->kernel_width;
    const cim_cost none = {0, 0, 0, 0};
    switch (l->op) {
    case CIM_OP_MAX_POOL: return with_activation(t, l, bits, cim_maximum(t, bits), window);
    case CIM_OP_AVERAGE_POOL: {
        cim_cost sum = cim_adder(t, 2.0 * bits);  /* a window of up to 2^bits values */
        const cim_cost scale = cim_multiplier(t, bits);
        sum.area_m2 += scale.area_m2;
        sum.leakage_w += scale.leakage_w;
        sum.energy_j += scale.energy_j / window;  /* once a window */
        return with_activation(t, l, bits, sum, window);
    }
    case CIM_OP_ADD:
        return with_activation(t, l, bits, cim_adder(t, bits + 1.0),
                               l->n_inputs > 1 ? l->n_inputs - 1.0 : 1.0);
    case CIM_OP_MULTIPLY: return with_activation(t, l, bits, cim_multiplier(t, bits), 1);
    default: return with_activation(t, l, bits, none, 1); /* concat, activation */
    }
}

cim_digital cim_digital_output(const cim_technology *t, const cim_layer *l, uint32_t bits) {
    return with_activation(t, l, bits, cim_multiplier(t, bits), 1);
}
