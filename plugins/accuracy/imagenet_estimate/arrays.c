/* What arrays take off the accuracy of a network that was not trained for them. Each deviation
 * becomes a noise power; a noise power costs what rounding weights and inputs after training to as
 * coarse a grid is known to cost. A law meant to be on the safe side, not a measurement. */
#include "estimate.h"

#include <cim_sdk/noise.h>

#include <math.h>

/* Rounding weights to b bits has the power step^2 / 12 = (8 sd / 2^b)^2 / 12 = 16/3 * 4^-b of
 * theirs, with a range of 8 standard deviations. */
#define ROUNDING_POWER (CIM_RANGE_POWER / 12)

static double square(double x) { return x * x; }

/* Most products that one conversion may have to tell apart. */
static double levels(const cim_layer *l, const cim_nonideality *x) {
    const double inputs = (double)(l->in_channels / l->groups) * l->kernel_height * l->kernel_width;
    const double rows = x->rows_at_once ? fmin(x->rows_at_once, inputs) : inputs;
    const double cell = x->cell_bits ? fmin(x->cell_bits, x->weight_bits) : x->weight_bits;
    const double dac = x->dac_bits ? fmin(x->dac_bits, x->input_bits) : x->input_bits;
    return rows * (exp2(cell) - 1) * (exp2(dac) - 1) + 1;
}

/* As 4^-bits: of a converter that cannot tell all levels, and of its errors in LSB. */
static double converter_power(const cim_layer *l, const cim_nonideality *x) {
    if (!x->adc_bits) return 0;
    const double lsb = pow(4, -(double)x->adc_bits);
    const double errors = square(x->adc_offset_sd) + square(x->adc_noise_sd) +
                          square(x->adc_nonlinearity);
    return lsb * ((levels(l, x) > exp2(x->adc_bits) ? 1 : 0) + 12 * errors);
}

double arrays_loss(family f, const cim_layer *l, const cim_nonideality *x) {
    if (!x->weight_mapping || !has_weights(l)) return 0;
    return family_laws[f].untrained_bits *
           (converter_power(l, x) + cim_cell_noise_power(x) / ROUNDING_POWER);
}
