#include "cells.h"

#include <math.h>

/* Each effect has its own stretch of the generator; the device's spread has the first. */
enum { MISMATCH = 1, STUCK = 2 };
static uint64_t stretch(uint64_t counter, uint64_t effect) {
    return effect ? cells_bits(cells_bits(effect) ^ counter) >> 1 : counter;
}

double cells_normal(uint64_t counter) {
    const double u1 = (double)((cells_bits(2 * counter) >> 11) + 1) * 0x1p-53;
    const double u2 = (double)(cells_bits(2 * counter + 1) >> 11) * 0x1p-53;
    return sqrt(-2 * log(u1)) * cos(6.283185307179586477 * u2); /* 2 pi */
}

double cells_uniform(uint64_t counter) { return (double)(cells_bits(2 * counter) >> 11) * 0x1p-53; }

cells_rules cells_rules_of(const cim_nonideality *is) {
    cells_rules r = {.is = is, .most = (double)((1u << is->cell_bits) - 1), .drift = 1};
    const double range = is->on_conductance_s - is->off_conductance_s;
    if (is->on_conductance_s > 0 && range > 0) {
        r.level_s = range / r.most;
        r.floor_level = is->off_conductance_s / r.level_s;
    }
    if (is->drift_exponent > 0 && is->drift_reference_s > 0 && is->drift_time_s > is->drift_reference_s)
        r.drift = pow(is->drift_time_s / is->drift_reference_s, -is->drift_exponent);
    return r;
}

static int has_wires(const cim_nonideality *is) {
    return is->on_conductance_s > 0 && (is->row_wire_ohm > 0 || is->column_wire_ohm > 0 ||
                                        is->driver_ohm > 0 || is->access_ohm > 0);
}

int cells_deviate(const cim_nonideality *is, int *is_random) {
    *is_random = (is->device_spread && is->device_spread_sd > 0) || is->cell_mismatch_sd > 0 ||
                 is->stuck_on_share > 0 || is->stuck_off_share > 0;
    return *is_random || cells_rules_of(is).drift != 1 || has_wires(is);
}

static double spread(uint32_t kind, double sd, double g, double most, double z) {
    switch (kind) {
    case CIM_SPREAD_OF_VALUE: return g * fmax(0, 1 + sd * z);
    case CIM_SPREAD_OF_RANGE: return fmax(0, g + sd * most * z);
    case CIM_SPREAD_LOG_NORMAL: return g * exp(sd * z - sd * sd / 2); /* keeps the mean */
    default: return g;
    }
}

/* First order: lines carry what half of the inputs draw from cells of mean conductance. */
static double wires(const cells_rules *r, double g, cells_place at) {
    const cim_nonideality *is = r->is;
    const double mean_s = (is->on_conductance_s + is->off_conductance_s) / 2;
    const double columns = is->array_columns ? is->array_columns : 1, j = at.column;
    const double rows = is->rows_at_once ? is->rows_at_once : 1, i = at.row;
    const double row = is->driver_ohm * columns +
                       is->row_wire_ohm * ((j + 1) * columns - j * (j + 1) / 2);
    const double below = rows - i;
    const double column = is->column_wire_ohm * (below * rows - below * (below - 1) / 2);
    return g / (1 + mean_s * (row + column / 2)) / (1 + g * r->level_s * is->access_ohm);
}

float cells_conductance(const cells_rules *r, uint32_t level, cells_place at) {
    const cim_nonideality *is = r->is;
    const uint64_t counter = at.key + ((uint64_t)at.layer << 32) + at.cell;
    double g = level + r->floor_level;
    if (is->device_spread && is->device_spread_sd > 0)
        g = spread(is->device_spread, is->device_spread_sd, g, r->most, cells_normal(counter));
    if (is->cell_mismatch_sd > 0)
        g *= fmax(0, 1 + is->cell_mismatch_sd * cells_normal(stretch(counter, MISMATCH)));
    g *= r->drift;
    if (is->stuck_on_share > 0 || is->stuck_off_share > 0) {
        const double u = cells_uniform(stretch(counter, STUCK));
        if (u < is->stuck_on_share) g = r->most + r->floor_level;
        else if (u < is->stuck_on_share + is->stuck_off_share) g = r->floor_level;
    }
    if (has_wires(is)) g = wires(r, g, at);
    return (float)((double)(float)g - r->floor_level);
}
