/* cim_sdk/noise.h: for accuracy evaluators: what arrays do to a layer: the bits that they leave it,
 * and what their cells do to weights, as a noise power. */
#ifndef CIM_SDK_NOISE_H
#define CIM_SDK_NOISE_H

#include <cim/hwmodel.h>

#include <math.h>

/* Bits of a layer's weights and inputs on array X (NULL: exact arithmetic): those of the array,
 * where it has its own. */
static inline uint32_t cim_weight_bits_on(const cim_layer *l, const cim_nonideality *x) {
    return x && x->weight_mapping && x->weight_bits ? x->weight_bits : l->weight_bits;
}
static inline uint32_t cim_input_bits_on(const cim_layer *l, const cim_nonideality *x) {
    return x && x->weight_mapping && x->input_bits ? x->input_bits : l->input_bits;
}

/* Square of the range of weights, from -largest to largest, in standard deviations of them: taken
 * as normal, with their largest at 4 (assumed). */
#define CIM_RANGE_POWER 64.0

/* What is left of a conductance when drift has taken its part, as a share of it. */
static inline double cim_drift_left(const cim_nonideality *x) {
    if (!(x->drift_exponent > 0 && x->drift_reference_s > 0 &&
          x->drift_time_s > x->drift_reference_s))
        return 1;
    return pow(x->drift_time_s / x->drift_reference_s, -x->drift_exponent);
}

/* Of a spread of this kind, as a share of the weights' power. */
static inline double cim_spread_power(uint32_t kind, double sd) {
    switch (kind) {
    case CIM_SPREAD_OF_VALUE: return sd * sd;
    case CIM_SPREAD_OF_RANGE: return CIM_RANGE_POWER * (sd * sd);
    case CIM_SPREAD_LOG_NORMAL: return expm1(sd * sd);
    default: return 0;
    }
}

/* Of all that makes a weight another than it should be, as a share of the weights' power. */
static inline double cim_cell_noise_power(const cim_nonideality *x) {
    const double drift = 1 - cim_drift_left(x);
    return cim_spread_power(x->device_spread, x->device_spread_sd) +
           cim_spread_power(x->cycle_spread, x->cycle_spread_sd) +
           x->read_noise_sd * x->read_noise_sd + x->cell_mismatch_sd * x->cell_mismatch_sd +
           x->adc_gain_sd * x->adc_gain_sd + drift * drift +
           CIM_RANGE_POWER * (x->stuck_on_share + x->stuck_off_share);
}
#endif
