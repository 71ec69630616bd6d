#include "layers.h"

#include <cim/workload.h>

#include <math.h>

#define SQRT_HALF 0.70710678118654752440        /* sqrt(1/2) */
#define NORMAL_AT_0 0.39894228040143267794      /* 1/sqrt(2 pi): density of the normal at 0 */

static real value(uint32_t activation, real a) {
    const double x = (double)a;
    switch (activation) {
    case CIM_ACT_HSWISH: return a * (a <= -3 ? 0 : a >= 3 ? 1 : (a + 3) / 6);
    case CIM_ACT_SIGMOID: return (real)(1 / (1 + exp(-x)));
    case CIM_ACT_HSIGMOID: return a <= -3 ? 0 : a >= 3 ? 1 : (a + 3) / 6;
    case CIM_ACT_GELU: return (real)(x * 0.5 * (1 + erf(x * SQRT_HALF)));
    case CIM_ACT_TANH: return (real)tanh(x);
    default: return a;
    }
}

/* A: the input, or, where activation_in_place(), the output. */
static real slope(uint32_t activation, real a) {
    const double x = (double)a;
    switch (activation) {
    case CIM_ACT_HSWISH: return a <= -3 ? 0 : a >= 3 ? 1 : (2 * a + 3) / 6;
    case CIM_ACT_SIGMOID: return a * (1 - a);
    case CIM_ACT_HSIGMOID: return a > 0 && a < 1 ? (real)1 / 6 : 0;
    case CIM_ACT_GELU:
        return (real)(0.5 * (1 + erf(x * SQRT_HALF)) + x * NORMAL_AT_0 * exp(-x * x / 2));
    case CIM_ACT_TANH: return 1 - a * a;
    default: return 1;
    }
}

int activation_in_place(uint32_t activation) {
    return activation != CIM_ACT_HSWISH && activation != CIM_ACT_GELU;
}

WIDE void activate(uint32_t activation, size_t n, const real *a, real *y) {
    if (activation == CIM_ACT_RELU)
        for (size_t i = 0; i < n; i++) y[i] = a[i] > 0 ? a[i] : 0;
    else if (activation == CIM_ACT_RELU6)
        for (size_t i = 0; i < n; i++) y[i] = a[i] > 0 ? (a[i] < 6 ? a[i] : 6) : 0;
    else
        for (size_t i = 0; i < n; i++) y[i] = value(activation, a[i]);
}

WIDE void activate_backward(uint32_t activation, size_t n, const real *a, real *d) {
    if (activation == CIM_ACT_NONE) return;
    if (activation == CIM_ACT_RELU)
        for (size_t i = 0; i < n; i++) d[i] = a[i] > 0 ? d[i] : 0;
    else if (activation == CIM_ACT_RELU6)
        for (size_t i = 0; i < n; i++) d[i] = a[i] > 0 && a[i] < 6 ? d[i] : 0;
    else
        for (size_t i = 0; i < n; i++) d[i] *= slope(activation, a[i]);
}
