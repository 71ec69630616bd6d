/* Weights that stay and weights that are loaded in turn. */
#include "residency.h"
#include "interconnect.h"
#include "staying.h"
#include <math.h>

static const cim_layer *layer_at(const chip_common *c, uint32_t i) {
    return CIM_ROW(cim_layer, c->network->layers, i);
}

double chip_copies_that_fit(const chip_common *c, const cim_chip_layer *w, double wanted) {
    const double per_tile = (double)c->spec->arrays_per_pe * c->spec->pes_per_tile;
    if (!(c->spec->chip_tiles > 0)) return wanted;
    return fmax(1, fmin(wanted, floor(c->spec->chip_tiles * per_tile / w->map.arrays)));
}

/* Cuts a layer that is larger than the tiles that take turns: by columns, each part reading all
 * inputs, or else by rows too, partial sums waiting in the global buffer. */
static void cut(const chip_common *c, const cim_layer *l, cim_chip_layer *w, double turn) {
    const chip_tiling t = chip_tile(c, l, w);
    const double group_tiles = t.tile_rows * t.tile_columns;
    if (w->map.groups > 1 && group_tiles <= turn) {
        w->parts = ceil(w->tiles / turn);
        return;
    }
    if (t.tile_rows <= turn) {
        w->column_parts = ceil(t.tile_columns / floor(turn / t.tile_rows));
    } else {
        w->row_parts = ceil(t.tile_rows / turn);
        w->column_parts = t.tile_columns;
    }
    w->parts = fmax(w->row_parts * w->column_parts * w->map.groups, ceil(w->tiles / turn));
}

/* Layers whose weights are on the chip together, in the order of the network. */
static void schedule(chip_common *c, cim_chip_layer *layers, double turn) {
    double taken = 0;
    uint32_t segment = 0;
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        cim_chip_layer *w = &layers[i];
        if (!w->resident) {
            if (taken > 0 && taken + w->tiles > turn) {
                ++segment;
                taken = 0;
            }
            taken += w->tiles;
            if (w->tiles > turn) cut(c, layer_at(c, i), w, turn);
        }
        w->segment = segment;
    }
}

/* Cells in use at the same time: those that stay and the fullest segment. */
static double cells_at_once(const chip_common *c, const cim_chip_layer *layers) {
    double stay = 0, segment_cells = 0, most = 0;
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        const cim_chip_layer *w = &layers[i];
        const double cells = w->map.used_cells * w->copies / w->parts;
        if (i > 0 && w->segment != w[-1].segment) segment_cells = 0;
        if (w->resident) stay += cells;
        else segment_cells += cells;
        most = fmax(most, segment_cells);
    }
    return stay + most;
}

void chip_settle(chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        cim_chip_layer *w = &layers[i];
        w->resident = 1;
        w->segment = 0;
        w->parts = w->row_parts = w->column_parts = 1;
        w->load_s = w->written_cells = 0;
        w->load_bound = CIM_PART_WRITE;
        chip->tiles_needed += w->tiles;
    }
    c->batch = 1;
    c->tiles = chip->tiles_needed;
    if (c->spec->chip_tiles > 0) {
        c->tiles = c->spec->chip_tiles;
        chip->reloads = chip->tiles_needed > c->tiles;
    }
    if (chip->reloads) {
        c->batch = fmax(1, c->spec->images_per_load);
        schedule(c, layers, chip_choose_staying(layers, c->network->layers.n, c->tiles));
    }
    chip->tiles = c->tiles;
    chip->used_cells = cells_at_once(c, layers);
}

/* Digital lanes belong to a layer; those of a segment work at the same time. */
static void share_lanes(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    cim_cost now = {0, 0, 0, 0}, most = {0, 0, 0, 0};
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        cim_chip_layer *w = &layers[i];
        if (i > 0 && w->segment != w[-1].segment) now = (cim_cost){0, 0, 0, 0};
        now = cim_cost_beside(now, w->lanes);
        if (now.area_m2 > most.area_m2) most = now;
        w->area_m2[CIM_PART_DIGITAL] -= w->lanes.area_m2;
        w->leakage_w[CIM_PART_DIGITAL] -= w->lanes.leakage_w;
        if (!(w->tiles > 0)) w->area_m2[CIM_PART_DIGITAL] = w->leakage_w[CIM_PART_DIGITAL] = 0;
    }
    chip->shared_area_m2[CIM_PART_DIGITAL] += most.area_m2;
    chip->shared_leakage_w[CIM_PART_DIGITAL] += most.leakage_w;
}

void chip_share_tiles(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    share_lanes(c, layers, chip);
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        double area_m2 = 0, leakage_w = 0;   /* of a tile */
        for (uint32_t i = 0; i < c->network->layers.n; ++i) {
            cim_chip_layer *w = &layers[i];
            if (!(w->tiles > 0)) continue;
            area_m2 = fmax(area_m2, w->area_m2[p] / w->tiles);
            leakage_w = fmax(leakage_w, w->leakage_w[p] / w->tiles);
            w->area_m2[p] = w->leakage_w[p] = 0;
        }
        chip->shared_area_m2[p] += c->tiles * area_m2;
        chip->shared_leakage_w[p] += c->tiles * leakage_w;
    }
}

/* ---- time ------------------------------------------------------------------------------------ */

static double loaded_bits(const chip_common *c, const cim_chip_layer *layers, uint32_t i) {
    const cim_chip_layer *w = &layers[i];
    return (double)cim_layer_weights(layer_at(c, i)) *
           (w->loaded_bits ? w->loaded_bits : w->weight_bits);
}

/* Time to load the weights of layers first .. end - 1: all arrays write a row at the same time, as
 * fast as the memory, the port of the global interconnect and the write power allow. */
static void load(const chip_common *c, cim_chip_layer *layers, const cim_chip *chip, uint32_t first,
                 uint32_t end) {
    double rows_s = 0, write_j = 0, bits = 0, tiles = 0;
    for (uint32_t i = first; i < end; ++i) {
        const cim_chip_layer *w = &layers[i];
        if (w->resident) continue;
        const double rows = fmin(w->map.rows * w->map.groups_per_array, w->array.rows);
        const double row_s = fmax(w->array.write_row_s, chip->cycle_s);
        rows_s = fmax(rows_s, rows * row_s * w->parts);
        write_j += w->map.used_cells * w->copies * w->array.write_j;
        bits += loaded_bits(c, layers, i);
        tiles += w->tiles;
    }
    if (!(tiles > 0)) return;
    double longest_s = rows_s;
    uint32_t bound = CIM_PART_WRITE;
    const struct { uint32_t part; double s; } other[] = {
        {CIM_PART_WRITE, c->spec->write_power_w > 0 ? write_j / c->spec->write_power_w : 0},
        {CIM_PART_OFF_CHIP, c->memory.bits_per_s > 0 ? bits / c->memory.bits_per_s : 0},
        {CIM_PART_INTERCONNECT, bits / CIM_GLOBAL_PORT_BITS * chip->cycle_s},
    };
    for (uint32_t k = 0; k < sizeof other / sizeof other[0]; ++k)
        if (other[k].s > longest_s) {
            longest_s = other[k].s;
            bound = other[k].part;
        }
    for (uint32_t i = first; i < end; ++i) {
        if (layers[i].resident) continue;
        layers[i].load_s = longest_s * layers[i].tiles / tiles;
        layers[i].load_bound = bound;
    }
}

/* All images of a batch pass through a segment before the next one is loaded. */
static void pass(const chip_common *c, cim_chip_layer *layers, const cim_chip *chip, uint32_t first,
                 uint32_t end) {
    double bits = 0, bus_bits = 0, off_bits = 0;
    uint32_t slowest = first;
    for (uint32_t i = first; i < end; ++i) {
        const cim_chip_layer *w = &layers[i];
        if (w->latency_s > layers[slowest].latency_s) slowest = i;
        bits += w->traffic_bits;
        if (w->tiles > 0) bus_bits += chip_interconnect_load(c, w);
        off_bits += w->off_chip_bits;
    }
    const double stage_s = fmax(layers[slowest].latency_s,
                                chip_port_time(c, chip, bits, bus_bits, off_bits));
    if (c->spec->pipeline)
        layers[slowest].latency_s += (c->batch - 1) * stage_s;
    else
        for (uint32_t i = first; i < end; ++i) layers[i].latency_s *= c->batch;
}

void chip_take_turns(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    const uint32_t n = c->network->layers.n;
    for (uint32_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && layers[end].segment == layers[first].segment;) ++end;
        load(c, layers, chip, first, end);
        pass(c, layers, chip, first, end);
    }
    for (uint32_t i = 0; i < n; ++i) {
        layers[i].latency_s += layers[i].load_s;
        chip->latency_s += layers[i].latency_s;
    }
    chip->interval_s = chip->latency_s / c->batch;
}

/* ---- energy and wear ------------------------------------------------------------------------- */

void chip_load_energy(const chip_common *c, cim_chip_layer *layers, cim_chip *chip, double way_j) {
    double loads = 0, endurance = 0;
    uint32_t last = 0;
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        cim_chip_layer *w = &layers[i];
        if (w->resident) continue;
        const double bits = loaded_bits(c, layers, i) / c->batch;
        const double written = w->map.used_cells * w->copies / c->batch;   /* cells or pairs */
        w->written_cells = written * (w->array.pair == 2 ? 2 : 1);
        w->off_chip_bits += bits;
        w->energy_j[CIM_PART_WRITE] += written * w->array.write_j;
        w->energy_j[CIM_PART_INTERCONNECT] += bits * w->copies * way_j;
        chip->written_cells += w->written_cells;
        chip->unknown_writes |= !(w->array.write_j > 0);
        /* A segment's cells are written once; those of a part, once for every part. */
        loads += w->parts > 1 ? w->parts : loads == 0 || w->segment != last;
        last = w->segment;
        if (w->array.endurance > 0)
            endurance = endurance > 0 ? fmin(endurance, w->array.endurance) : w->array.endurance;
    }
    chip->lifetime_images = CIM_CHIP_MOST_IMAGES;
    if (loads > 0 && endurance > 0)
        chip->lifetime_images = fmin(CIM_CHIP_MOST_IMAGES, endurance * c->batch / loads);
}
