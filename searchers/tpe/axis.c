#include "axis.h"

#include <cim_sdk/designs.h>

#include <math.h>

uint32_t axis_kind(const cim_dimension *d) {
    if (d->kind == CIM_CATEGORICAL) return AXIS_CATEGORIES;
    return d->kind == CIM_REAL_RANGE || d->n_levels > TABLE_MOST ? AXIS_CONTINUOUS : AXIS_LEVELS;
}

/* Halves, as the range may be as wide as numbers go. */
static double share(double x, double min, double max) {
    return (0.5 * x - 0.5 * min) / (0.5 * max - 0.5 * min);
}

double axis_unit(const cim_dimension *d, double x) {
    double u;
    if (d->kind == CIM_CATEGORICAL) return x;
    if (d->kind == CIM_REAL_RANGE && d->log_scale) u = share(log(x), log(d->min), log(d->max));
    else if (d->kind == CIM_REAL_RANGE) u = share(x, d->min, d->max);
    else if (d->kind == CIM_INTEGER_RANGE && d->log_scale) {
        const double first = log(d->min), end = log(d->max + d->step), low = d->min + x * d->step;
        u = share(0.5 * (log(low) + log(low + d->step)), first, end);
    } else u = (x + 0.5) / (double)d->n_levels;
    return u > 0.0 ? u < 1.0 ? u : 1.0 : 0.0;   /* 0 also where the range is a single value */
}

double axis_coordinate(const cim_dimension *d, double u) {
    return d->kind == CIM_CATEGORICAL ? u : cim_dimension_at(d, u) + 0.0;
}
