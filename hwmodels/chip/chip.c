/* The whole chip: balance the layers, build their tiles, add up. */
#include "control.h"
#include "digital.h"
#include "interconnect.h"
#include "macro.h"
#include "network.h"
#include "residency.h"
#include "rows.h"
#include "tile.h"
#include <cim_circuit/logic.h>
#include <cim_circuit/wire.h>
#include <math.h>

static const cim_layer *layer_at(const chip_common *c, uint32_t i) {
    return CIM_ROW(cim_layer, c->network->layers, i);
}

/* Bits of a column's sum below a step of its converter, whose range is the largest sum, or what is
 * used of it; of pairs, to either sign. */
static double lost_bits(const cim_array *a) {
    if (!a->adc_bits) return 0;
    const double inputs = ldexp(1, (int)a->dac_bits) - 1, cells = ldexp(1, (int)a->cell_bits) - 1;
    const double signs = a->pair == 2 ? 2 : 1;
    const double sum = signs * fmin(a->rows_at_once, a->rows) * inputs * cells;
    const double used = a->used_range > 0 ? a->used_range : 1;
    return fmax(0, log2(sum * used / (ldexp(1, (int)a->adc_bits) - 1)));
}

/* Copies in proportion to a layer's share of the slowest one, then whole tiles. */
static void allocate(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    const double wanted = c->spec->duplication;
    const double per_tile = (double)c->spec->arrays_per_pe * c->spec->pes_per_tile;
    double slowest = 1;
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        const cim_layer *l = layer_at(c, i);
        cim_chip_layer *w = &layers[i];
        if (!cim_chip_has_weights(l)) continue;
        if (c->spec->calibration.energy > 0) cim_array_calibrate(&w->array, &c->spec->calibration);
        w->map = cim_map_layer(l, &w->array, w->weight_bits, w->input_bits);
        slowest = fmax(slowest, w->map.positions * w->map.rounds);
    }
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        const cim_layer *l = layer_at(c, i);
        cim_chip_layer *w = &layers[i];
        if (!cim_chip_has_weights(l)) {
            w->map = (cim_mapping){0};
            w->copies = w->tiles = 0;
            continue;
        }
        const double share = w->map.positions * w->map.rounds / slowest;
        w->copies = fmin(fmax(1, ceil(wanted * share)), w->map.positions);
        w->copies = chip_copies_that_fit(c, w, w->copies);
        w->tiles = ceil(w->map.arrays * w->copies / per_tile);
        const double cells = per_tile * w->array.rows * w->array.columns;
        const double all = c->spec->chip_tiles * cells;
        chip->all_cells = all > 0 ? fmax(chip->all_cells, all) : chip->all_cells + w->tiles * cells;
        chip->macs += (double)cim_layer_macs(l);
        chip->lost_bits = fmax(chip->lost_bits, lost_bits(&w->array));
    }
}

static double digital_cycles(const chip_common *c, uint32_t i, cim_chip_layer *w) {
    const cim_layer *l = layer_at(c, i);
    const cim_digital d =
        cim_digital_op(c->spec->technology, l, chip_value_bits(l));
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p)
        w->area_m2[p] = w->leakage_w[p] = w->energy_j[p] = 0;
    w->sum_traffic_bits = w->control_j = 0;
    w->bound = CIM_PART_DIGITAL;
    w->lanes = cim_cost_times(d.lane, CIM_DIGITAL_LANES);
    w->area_m2[CIM_PART_DIGITAL] = w->lanes.area_m2;
    w->leakage_w[CIM_PART_DIGITAL] = w->lanes.leakage_w;
    w->energy_j[CIM_PART_DIGITAL] = d.lane.energy_j;
    const double input_bits = chip_input_bits(c->network, l);
    const double moved = input_bits / CIM_GLOBAL_PORT_BITS;
    const double busy = d.values / CIM_DIGITAL_LANES;
    w->traffic_bits = input_bits + chip_output_bits(c->network, i);
    if (moved > busy) w->bound = CIM_PART_BUFFER;
    return 1 + ceil(fmax(moved, busy));
}

/* Area, leakage, and cycles, which set_times() turns into seconds. */
static void build(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    double stage_s = 0;
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        const cim_layer *l = layer_at(c, i);
        cim_chip_layer *w = &layers[i];
        if (!cim_chip_has_weights(l)) {
            w->cycles = digital_cycles(c, i, w);
            continue;
        }
        chip_tiling tiling = chip_tile(c, l, w);
        chip_build_tiles(c, l, w, &tiling, &stage_s);
        const double input_bits = chip_input_bits(c->network, l) * w->map.touched *
                                  tiling.reads * w->column_parts;
        const double sum_bits = w->map.positions * l->out_channels * w->array.sum_bits;
        w->traffic_bits = input_bits + chip_output_bits(c->network, i) +
                          2 * (w->row_parts - 1) * sum_bits;
        w->sum_traffic_bits = sum_bits * (tiling.tile_rows - w->row_parts);
        chip_tile_energy(c, l, w, &tiling);
        w->cycles = chip_tile_cycles(c, l, w, &tiling);
        /* Beyond the first, each tile column gets its inputs from its neighbour. */
        w->energy_j[CIM_PART_INTERCONNECT] += input_bits * (tiling.tile_columns - 1) *
            chip_interconnect_input_sides(c) * tiling.side_m * c->wire.energy_j;
    }
    chip->slowest_stage_s = stage_s;
}

/* Images of a batch wait together while weights are loaded. */
static void set_buffer(chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    const uint32_t pipelined = c->spec->pipeline && (!chip->reloads || c->batch > 1);
    chip->buffer_needed_bits = chip_buffer_need(c->network, layers, pipelined);
    if (chip_hands_on_rows(c, chip))
        chip->buffer_needed_bits = chip_row_buffer_need(c->network, layers);
    if (c->batch > 1) {
        const double one = pipelined ? chip_buffer_need(c->network, layers, 0)
                                     : chip->buffer_needed_bits;
        chip->buffer_needed_bits = fmax(chip->buffer_needed_bits, c->batch * one);
        for (uint32_t i = 0; i < c->network->layers.n; ++i)
            layers[i].live_bits = chip->buffer_needed_bits;
    }
    chip->buffer_bits = c->spec->global_buffer_bits > 0 ? c->spec->global_buffer_bits
                                                        : chip->buffer_needed_bits;
    c->buffer = cim_sram(c->spec->technology, chip->buffer_bits);
    chip->shared_area_m2[CIM_PART_BUFFER] = c->buffer.area_m2;
    chip->shared_leakage_w[CIM_PART_BUFFER] = c->buffer.leakage_w;
}

/* Activations across the chip's edge: the image, the result, and of what is alive the share that
 * the global buffer has no room for. */
static void set_off_chip(const chip_common *c, cim_chip_layer *layers, const cim_chip *chip) {
    const uint32_t n = c->network->layers.n;
    const int memory = c->spec->off_chip != CIM_OFF_CHIP_NONE;
    int image = memory;
    for (uint32_t i = 0; i < n; ++i) {
        const cim_layer *l = layer_at(c, i);
        cim_chip_layer *w = &layers[i];
        const double spilled = memory ? fmax(0, 1 - chip->buffer_bits / w->live_bits) : 0;
        w->off_chip_bits = spilled * w->traffic_bits;
        for (uint32_t k = 0; image && k < l->n_inputs; ++k)
            if (l->inputs[k] == CIM_FROM_INPUT) {
                w->off_chip_bits += chip_output_bits(c->network, CIM_FROM_INPUT);
                image = 0;
            }
        if (memory && i + 1 == n) w->off_chip_bits += chip_output_bits(c->network, i);
    }
}

/* A layer's own time: memories are pipelined, an access does not limit the cycle, but every layer
 * waits for one; data come and go while it works. */
static void set_latency(const chip_common *c, cim_chip_layer *w, const cim_chip *chip) {
    const double rate = c->memory.bits_per_s;
    const double off_chip_s = rate > 0 ? w->off_chip_bits / rate : 0;
    w->latency_s = w->cycles * chip->cycle_s + c->buffer.delay_s;
    if (off_chip_s <= w->latency_s) return;
    w->latency_s = off_chip_s;
    w->bound = CIM_PART_OFF_CHIP;
}

static void set_times(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    const double period_s = c->spec->clock_hz > 0 ? 1 / c->spec->clock_hz : 0;
    uint32_t slowest = 0;
    double traffic_bits = 0, bus_bits = 0, off_bits = 0;
    chip->cycle_s = fmax(chip->slowest_stage_s, period_s);
    for (uint32_t i = 0; i < c->network->layers.n; ++i) set_latency(c, &layers[i], chip);
    if (chip->reloads) {
        chip_take_turns(c, layers, chip);
        return;
    }
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        const cim_chip_layer *w = &layers[i];
        chip->latency_s += w->latency_s;
        if (w->latency_s > layers[slowest].latency_s) slowest = i;
        traffic_bits += w->traffic_bits;
        if (w->tiles > 0) bus_bits += chip_interconnect_load(c, w);
        off_bits += w->off_chip_bits;
    }
    /* All stages of a pipeline share what carries their data. */
    const double port_s = chip_port_time(c, chip, traffic_bits, bus_bits, off_bits);
    chip->interval_s = chip->latency_s;
    if (c->spec->pipeline && c->network->layers.n > 0)
        chip->interval_s = fmin(fmax(layers[slowest].latency_s, port_s), chip->latency_s);
    if (!chip_hands_on_rows(c, chip) || !c->network->layers.n) return;
    chip->latency_s = chip_row_latency(c->network, layers);
    if (chip->interval_s <= chip->latency_s) return;   /* what all share is slower than that */
    layers[slowest].latency_s += chip->interval_s - chip->latency_s;
    chip->latency_s = chip->interval_s;
}

static void add_chip_traffic(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    const double way_j = chip_interconnect_way_j(c, sqrt(chip->area_m2));
    chip_load_energy(c, layers, chip, way_j);
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        cim_chip_layer *w = &layers[i];
        w->energy_j[CIM_PART_BUFFER] += w->traffic_bits * c->buffer.energy_j;
        w->energy_j[CIM_PART_OFF_CHIP] += w->off_chip_bits * c->memory.energy_j;
        chip->off_chip_bits += w->off_chip_bits;
        if (w->tiles > 0)
            w->energy_j[CIM_PART_INTERCONNECT] += chip_interconnect_load(c, w) * way_j;
    }
}

static double area_of(const chip_common *c, const cim_chip_layer *layers, const cim_chip *chip) {
    double area_m2 = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) area_m2 += chip->shared_area_m2[p];
    for (uint32_t i = 0; i < c->network->layers.n; ++i)
        for (uint32_t p = 0; p < CIM_N_PARTS; ++p) area_m2 += layers[i].area_m2[p];
    return area_m2;
}

static void add_up(const chip_common *c, const cim_chip_layer *layers, cim_chip *chip) {
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        chip->leakage_w += chip->shared_leakage_w[p];
        chip->dynamic_energy_j += chip->shared_energy_j[p];
    }
    for (uint32_t i = 0; i < c->network->layers.n; ++i)
        for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
            chip->leakage_w += layers[i].leakage_w[p];
            chip->dynamic_energy_j += layers[i].energy_j[p];
        }
    chip->leakage_energy_j = chip->leakage_w * chip->interval_s;
}

/* Both widths have a default, so that a spec of an older model means what it did. */
static chip_common common(const cim_chip_spec *spec, const cim_network *network) {
    const cim_technology *t = spec->technology;
    return (chip_common){
        .spec = spec, .network = network, .wire = cim_repeated_wire(t, CIM_RANDOM_TOGGLE_RATE),
        .flip_flop = cim_register(t, 1), .gate = cim_gates(t, 1), .batch = 1,
        .memory = cim_off_chip_memory(spec->off_chip),
        .link_bits = spec->link_bits ? spec->link_bits : CIM_CHIP_LINK_BITS,
        .pe_port_bits = spec->pe_port_bits ? spec->pe_port_bits : CIM_CHIP_PE_PORT_BITS};
}

void cim_chip_evaluate(const cim_chip_spec *spec, const cim_network *network,
                       cim_chip_layer *layers, cim_chip *chip) {
    chip_common c = common(spec, network);
    *chip = (cim_chip){0};
    allocate(&c, layers, chip);
    chip_settle(&c, layers, chip);
    build(&c, layers, chip);
    set_buffer(&c, layers, chip);
    if (spec->chip_tiles > 0) chip_share_tiles(&c, layers, chip);
    if (c.tiles > 0) {
        const double side_m = sqrt(area_of(&c, layers, chip));
        const double stage_s = chip_interconnect_shared(&c, side_m, chip);
        chip->slowest_stage_s = fmax(chip->slowest_stage_s, stage_s);
        chip_control_shared(&c, side_m, chip);
    }
    chip->area_m2 = area_of(&c, layers, chip);
    set_off_chip(&c, layers, chip);
    set_times(&c, layers, chip);
    add_chip_traffic(&c, layers, chip);
    chip_control_energy(&c, layers, chip);
    chip_gate_power(&c, layers, chip);
    add_up(&c, layers, chip);
    chip_macro(&c, layers, chip);
}
