#include "cells.h"

#include <cim_sdk/noise.h>

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

cells_rules cells_rules_of(const cim_nonideality *is, int compensation) {
    cells_rules r = {.is = is, .most = (double)((1u << is->cell_bits) - 1), .drift = 1,
                     .compensates = compensation != CELLS_NOTHING};
    const double range = is->on_conductance_s - is->off_conductance_s;
    if (is->on_conductance_s > 0 && range > 0) {
        r.level_s = range / r.most;
        r.floor_level = is->off_conductance_s / r.level_s;
    }
    if (compensation != CELLS_DRIFT) r.drift = cim_drift_left(is);
    return r;
}

static int has_wires(const cim_nonideality *is) {
    return is->on_conductance_s > 0 && (is->row_wire_ohm > 0 || is->column_wire_ohm > 0 ||
                                        is->driver_ohm > 0 || is->access_ohm > 0);
}

int cells_deviate(const cells_rules *r, int *is_random) {
    const cim_nonideality *is = r->is;
    *is_random = (is->device_spread && is->device_spread_sd > 0) || is->cell_mismatch_sd > 0 ||
                 is->stuck_on_share > 0 || is->stuck_off_share > 0;
    return *is_random || r->drift != 1 || has_wires(is);
}

static double spread(uint32_t kind, double sd, double g, double most, double z) {
    switch (kind) {
    case CIM_SPREAD_OF_VALUE: return g * fmax(0, 1 + sd * z);
    case CIM_SPREAD_OF_RANGE: return fmax(0, g + sd * most * z);
    case CIM_SPREAD_LOG_NORMAL: return g * exp(sd * z - sd * sd / 2); /* keeps the mean */
    default: return g;
    }
}

/* Of random weights; one cell of a pair is off. */
static double mean_s(const cim_nonideality *is) {
    const double level = is->weight_mapping == CIM_MAPPING_DIFFERENTIAL ? 0.25 : 0.5;
    return is->off_conductance_s + level * (is->on_conductance_s - is->off_conductance_s);
}

/* Loss of a column's cells that lies in their row's driver and wire. Current leaves the row evenly,
 * into the columns that are read at a time. */
static double row_loss(const cim_nonideality *is, double column) {
    const double columns = is->array_columns ? is->array_columns : 1;
    const double live = is->columns_at_once ? is->columns_at_once : columns;
    const double passed = (column + 1) * columns - column * (column + 1) / 2;
    return mean_s(is) * (is->driver_ohm * live + is->row_wire_ohm * passed * live / columns);
}

/* In the column's wire, which half of the rows that are read together feed: of the cell BELOW rows
 * from the converter, and of all, on the average. */
static double column_loss(const cim_nonideality *is, double rows, double below) {
    return mean_s(is) / 2 * is->column_wire_ohm * (below * rows - below * (below - 1) / 2);
}
static double mean_column_loss(const cim_nonideality *is, double rows) {
    return mean_s(is) / 2 * is->column_wire_ohm * (rows + 1) * (2 * rows + 1) / 6;
}

static double behind_access(const cells_rules *r, double g) {
    return g / (1 + g * r->level_s * r->is->access_ohm);
}

/* Lines carry what half of all inputs draw from cells of mean conductance (first order). What is
 * seen of a cell, less what is seen of one that is off. A column's converter is trimmed to what the
 * column delivers on the average, and a column of cells that are off loses what others lose. */
static double wires(const cells_rules *r, double g, cells_place at) {
    const cim_nonideality *is = r->is;
    const double rows = is->rows_at_once ? is->rows_at_once : 1;
    const double row = row_loss(is, at.column);
    const double left = 1 + row + column_loss(is, rows, rows - at.row);
    if (!r->compensates) return behind_access(r, g) / left - r->floor_level;
    const double off = behind_access(r, r->floor_level);
    const double on = behind_access(r, r->floor_level + r->most);
    const double trim = 1 + row + mean_column_loss(is, rows);
    return (behind_access(r, g) * trim / left - off) * r->most / (on - off);
}

float cells_conductance(const cells_rules *r, uint32_t level, cells_place at) {
    const cim_nonideality *is = r->is;
    const uint64_t counter = at.key + ((uint64_t)at.layer << 32) + at.cell;
    double g = level + r->floor_level;
    /* of nothing, a share is nothing: more than half of all cells need no number drawn */
    if (is->device_spread_sd > 0 && (g > 0 || is->device_spread == CIM_SPREAD_OF_RANGE))
        g = spread(is->device_spread, is->device_spread_sd, g, r->most, cells_normal(counter));
    if (is->cell_mismatch_sd > 0 && g > 0)
        g *= fmax(0, 1 + is->cell_mismatch_sd * cells_normal(stretch(counter, MISMATCH)));
    g *= r->drift;
    if (is->stuck_on_share > 0 || is->stuck_off_share > 0) {
        const double u = cells_uniform(stretch(counter, STUCK));
        if (u < is->stuck_on_share) g = r->most + r->floor_level;
        else if (u < is->stuck_on_share + is->stuck_off_share) g = r->floor_level;
    }
    if (has_wires(is)) return (float)wires(r, g, at);
    return (float)((double)(float)g - r->floor_level);
}
