/* What makes tiles work in step, and switches them off. Equations: README.md. */
#include "control.h"
#include <cim_circuit/logic.h>
#include <cim_circuit/wire.h>
#include <math.h>
#include <string.h>

static const double tree_sides = 1.5;      /* wire of an H-tree a leaf, in sides of a leaf        */
static const double clock_toggles = 2;     /* of a clock wire a cycle                            */
static const double gated_registers = 32;  /* behind one clock gate, whose own input switches every
                                              cycle: a usual bound in synthesis; assumed         */
/* A sequencer counts through steps, groups of rows, columns, positions (two) and blocks, and sends
 * the count to all arrays of its tile. One counter moves in a cycle, two of its bits on average. */
static const double counters = 6, counter_bits = 16, moving_bits = 2;

/* Switches of power domains take 5 to 15 % of the area and cut leakage 10 to 50 times (Keating et
 * al., "Low power methodology manual", Springer 2007, and reviews of the field): the middle. */
static const double switch_area = 0.10, residual = 0.05;
static const double charged = 0.5;         /* nodes that a wake-up charges                        */

static double tree_m(const chip_common *c, const chip_tiling *t) {
    const double arrays = (double)c->spec->arrays_per_pe * c->spec->pes_per_tile;
    return tree_sides * t->side_m * sqrt(arrays);
}

static void sequencers(const chip_common *c, double n, double *area_m2, double *leakage_w) {
    const double bits = n * counters * counter_bits;
    const cim_cost adder = cim_adder(c->spec->technology, 1);
    *area_m2 += bits * (c->flip_flop.area_m2 + adder.area_m2);
    *leakage_w += bits * (c->flip_flop.leakage_w + adder.leakage_w);
}

static double sequencer_j(const chip_common *c) {
    return cim_shift_add(c->spec->technology, moving_bits, counter_bits).energy_j;
}

static double registers(const chip_common *c, const cim_chip_layer *w, const chip_tiling *t) {
    return 2 * t->pes * t->rows_of_pe * w->input_bits +
           t->pes * c->spec->arrays_per_pe * w->array.registers;
}

static int gated(uint32_t part) {
    return part < CIM_N_MACRO_PARTS || part == CIM_PART_BUFFER || part == CIM_PART_DIGITAL;
}

void chip_control_tile(const chip_common *c, cim_chip_layer *w, const chip_tiling *t) {
    const double gates = registers(c, w, t) / gated_registers;
    const double wires_m = w->tiles * tree_m(c, t) * (1 + counter_bits);
    double *area_m2 = &w->area_m2[CIM_PART_CONTROL], *leakage_w = &w->leakage_w[CIM_PART_CONTROL];
    *area_m2 += wires_m * c->wire.area_m2 + gates * c->flip_flop.area_m2;
    *leakage_w += wires_m * c->wire.leakage_w + gates * c->flip_flop.leakage_w;
    sequencers(c, w->tiles, area_m2, leakage_w);
    /* A wire's energy is that of a random bit. */
    const double toggles = (clock_toggles + moving_bits) / CIM_RANDOM_TOGGLE_RATE;
    w->control_j = w->tiles * (tree_m(c, t) * toggles * c->wire.energy_j + sequencer_j(c)) +
                   gates * c->flip_flop.energy_j;
    if (!c->spec->power_gating) return;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p)
        if (gated(p)) *area_m2 += switch_area * w->area_m2[p];
}

void chip_control_shared(chip_common *c, double side_m, cim_chip *chip) {
    const double wires_m = tree_sides * side_m * sqrt(c->tiles);
    double *area_m2 = &chip->shared_area_m2[CIM_PART_CONTROL];
    double *leakage_w = &chip->shared_leakage_w[CIM_PART_CONTROL];
    *area_m2 += wires_m * c->wire.area_m2;
    *leakage_w += wires_m * c->wire.leakage_w;
    sequencers(c, 1, area_m2, leakage_w);
    c->control_j = wires_m * clock_toggles / CIM_RANDOM_TOGGLE_RATE * c->wire.energy_j +
                   sequencer_j(c);
}

void chip_control_energy(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        cim_chip_layer *w = &layers[i];   /* a part of it occupies its share of the tiles */
        if (w->tiles > 0) w->energy_j[CIM_PART_CONTROL] += w->control_j * w->cycles / w->parts;
    }
    if (chip->cycle_s > 0)
        chip->shared_energy_j[CIM_PART_CONTROL] +=
            c->control_j * chip->interval_s / chip->cycle_s;
}

/* ---- power gating ---------------------------------------------------------------------------- */

/* Tiles of one layer, or all tiles of a chip whose layers share them. */
typedef struct domain {
    double *area_m2, *leakage_w;
    double busy;          /* share of the time that they work                                     */
    double wakes;         /* for one image                                                        */
    double used_arrays;   /* share of the arrays                                                  */
    int keeps_cells;      /* volatile weights: their cells stay on                                */
} domain;

/* Share of its leakage that a part keeps. */
static double kept(const domain *d, uint32_t part, double busy) {
    const int cells = part == CIM_PART_ARRAY && d->keeps_cells;
    const double on = (cells ? 1 : busy) * (part < CIM_N_MACRO_PARTS ? d->used_arrays : 1);
    return residual + (1 - residual) * on;
}

/* Switches off what is never used, and the rest where that saves more than waking it costs.
 * Returns the energy of waking, for one image. */
static double gate(const chip_common *c, const domain *d, double interval_s) {
    double saved_j = 0, area_m2 = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        if (!gated(p)) continue;
        saved_j += d->leakage_w[p] * (kept(d, p, 1) - kept(d, p, d->busy)) * interval_s;
        if (p != CIM_PART_ARRAY) area_m2 += d->area_m2[p];
    }
    /* Nodes of as many gates as fit there; a gate's energy is that of a quarter of its rises. */
    const double gates = area_m2 / c->gate.area_m2;
    const double wake_j = d->wakes * charged * gates * c->gate.energy_j / 0.25;
    const double busy = saved_j > wake_j ? d->busy : 1;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p)
        if (gated(p)) d->leakage_w[p] *= kept(d, p, busy);
    return busy < 1 ? wake_j : 0;
}

static double busy_share(const cim_chip_layer *w, const cim_chip *chip) {
    return fmin(1, w->cycles * chip->cycle_s / chip->interval_s);
}

static void gate_shared(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    const double per_tile = (double)c->spec->arrays_per_pe * c->spec->pes_per_tile;
    double arrays = 0, area_m2[CIM_N_PARTS], *leakage_w = chip->shared_leakage_w;
    domain d = {.area_m2 = area_m2, .leakage_w = leakage_w};
    memcpy(area_m2, chip->shared_area_m2, sizeof area_m2);
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        const cim_chip_layer *w = &layers[i];
        if (!(w->tiles > 0)) continue;
        const double share = w->tiles / w->parts / c->tiles;
        d.busy += share * (busy_share(w, chip) +
                           w->load_s / (chip->interval_s * c->batch));
        d.wakes += w->tiles / c->tiles;
        d.keeps_cells |= w->array.volatile_cells != 0;
        arrays += w->map.arrays * w->copies;
    }
    d.busy = fmin(1, d.busy);
    d.used_arrays = chip->reloads ? 1 : arrays / (c->tiles * per_tile);
    /* The global buffer is on all the time. */
    area_m2[CIM_PART_BUFFER] -= c->buffer.area_m2;
    leakage_w[CIM_PART_BUFFER] -= c->buffer.leakage_w;
    chip->shared_energy_j[CIM_PART_CONTROL] += gate(c, &d, chip->interval_s);
    leakage_w[CIM_PART_BUFFER] += c->buffer.leakage_w;
}

void chip_gate_power(const chip_common *c, cim_chip_layer *layers, cim_chip *chip) {
    const double per_tile = (double)c->spec->arrays_per_pe * c->spec->pes_per_tile;
    if (!c->spec->power_gating) return;
    if (c->spec->chip_tiles > 0) {
        gate_shared(c, layers, chip);
        return;
    }
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        cim_chip_layer *w = &layers[i];
        if (!(w->tiles > 0)) continue;
        const domain d = {w->area_m2, w->leakage_w, busy_share(w, chip), 1,
                          w->map.arrays * w->copies / (w->tiles * per_tile),
                          w->array.volatile_cells != 0};
        w->energy_j[CIM_PART_CONTROL] += gate(c, &d, chip->interval_s);
    }
}
