/* Bus, global buffer, accumulators, activation and pooling of the chip. */
#include "chip.h"
#include <cim_circuit/dff.h>
#include <math.h>

static const double core_side = 128;   /* bits, of the global buffer's cores: reference default  */
static const double pool_window = 4;   /* 2 x 2                                                  */
static const cim_side anywhere = {0, 0};

double ns_ticks(const ns_chip *chip, double delay_s) {
    return chip->tick_hz > 0 ? ceil(delay_s * chip->tick_hz) : delay_s;
}

double ns_htree_wires(const ns_chip *chip, const ns_mapped *layer) {
    /* [Q] In this order: where it is a whole number, rounding may make it one more. */
    return ceil(chip->bus_bits * (layer->tiles / chip->mapping.tiles));
}

double ns_register_ticks(const ns_chip *chip) {
    return chip->tick_hz > 0 ? 1 : 0.5 / chip->array.parameters.clk_freq_hz;
}

/* As wide as all layers would like it, halved until it is allowed. */
static double bus_bits(const ns_chip *chip, const ns_mapped *mapped, uint32_t n) {
    const ns_parameters *p = &chip->array.parameters;
    const double m = chip->array.columns_per_adc;
    double bits = 0;
    for (uint32_t i = 0; i < n; ++i) {
        const double size = mapped[i].kind == NS_NOVEL
                                ? chip->mapping.novel_pe * ceil(sqrt(chip->mapping.novel_pes))
                                : chip->mapping.tile;
        bits += size * (1 + 1 / m) * (p->pipeline ? mapped[i].tiles : 1);
    }
    while (bits > p->max_global_bus_width) bits /= 2;
    return bits;
}

static void set_buffer(ns_chip *chip, const ns_layer *layers, uint32_t n) {
    const ns_parameters *p = &chip->array.parameters;
    double most = 0, all = 0;
    for (uint32_t i = 0; i < n; ++i) {
        const double bits = layers[i].height * layers[i].width * layers[i].channels * layers[i].ab;
        most = fmax(most, bits);
        all += bits;
    }
    chip->buffer = ns_buffer_make(&chip->array, p->global_buffer_type,
                                  p->pipeline ? all / 2 : most, core_side, core_side);
    chip->buffer_ports = fmin(chip->buffer.cores, ceil(chip->bus_bits / core_side));
}

/* Tables of the sigmoid, as the reference has them at 22 nm with 8 bits (measured on one design,
 * S-F064): how many, area of each in squared nodes, energy of a look-up in that of a flip-flop. */
static const double tables = 31, table_f2 = 1.276e7, table_flip_flops = 42.7;

/* Registers that clear on a negative sign; or tables of the sigmoid. */
static void set_activation(ns_chip *chip) {
    const ns_parameters *p = &chip->array.parameters;
    const cim_technology *t = &chip->array.technology;
    if (!p->chip_activation) return;
    if (p->relu) {
        const cim_block units = cim_relus(t, p->ab, chip->lanes, anywhere);
        chip->activators = chip->lanes;
        chip->activation_j = units.energy_j;
        chip->shared.other += chip->lane_sets * units.area_m2;
        chip->shared_leakage_w += chip->lane_sets * units.leakage_w;
        return;
    }
    chip->activators = tables;
    chip->activation_j = table_flip_flops * cim_dff_energy_j(t, 1, 1);
    chip->shared.other += tables * table_f2 * t->node_m * t->node_m;
}

static void set_lanes(ns_chip *chip, const ns_mapped *mapped, uint32_t n) {
    const ns_parameters *p = &chip->array.parameters;
    const ns_mapping *m = &chip->mapping;
    const double mux = chip->array.columns_per_adc;
    /* [Q] A pipeline multiplies by the number of layers + 1, not by what they need. */
    const int own = p->without[NS_LAYERS_PLUS_ONE];
    const double stages = p->pipeline && !own ? n + 1 : 1;
    chip->lane_sets = p->pipeline && own ? n : 1;
    const double widest = fmax(m->tile, m->novel_pe);
    chip->lanes = ceil((m->novel_pe > 0 ? stages : 1) * widest / mux);
    const double summed =
        fmax(m->tile, m->novel_pe * ceil(sqrt(m->novel_pes))) / p->rows * stages;
    chip->sum_bits = p->chip_activation ? chip->array.output_bits + ceil(log2(summed)) : p->ab;
    chip->pools = widest / mux;
    double rows = 1;
    for (uint32_t i = 0; i < n; ++i) rows = fmax(rows, mapped[i].tile_rows);
    const ns_tree accumulators = ns_chip_accumulators(chip, rows);
    chip->shared.accum += chip->lane_sets * accumulators.area_m2;
    chip->shared_leakage_w += chip->lane_sets * ns_tree_leakage_w(&accumulators, rows);
}

ns_tree ns_chip_accumulators(const ns_chip *chip, double inputs) {
    return ns_tree_make(&chip->array, inputs, chip->sum_bits, chip->lanes);
}

/* [Q] At this process a comparator is 15 gate pitches a bit wider than at others: as if its three
 * gates of three inputs, which just fill their cells, were folded for a rounding error. */
static double pool_folds_m2(const ns_chip *chip) {
    static const double gates = 3, pitches = 5;
    const cim_technology *t = &chip->array.technology;
    if (t->process.node_nm != 90 || t->process.roadmap != CIM_LSTP) return 0;
    return chip->pools * (pool_window - 1) * gates * chip->array.parameters.ab * pitches *
           t->poly_pitch_m * t->cell_height_m;
}

static void set_pools(ns_chip *chip, const ns_layer *layers, uint32_t n) {
    uint32_t pooled = 0;
    for (uint32_t i = 0; i < n; ++i) pooled |= layers[i].pooled;
    if (!pooled) return;
    chip->pool = cim_max_pools(&chip->array.technology, chip->array.parameters.ab, pool_window,
                               chip->pools, anywhere);
    chip->shared.other += chip->pool.area_m2 + pool_folds_m2(chip);
    chip->shared_leakage_w += chip->pool.leakage_w;
}

static void set_interconnect(ns_chip *chip) {
    const ns_parameters *p = &chip->array.parameters;
    const ns_mapping *m = &chip->mapping;
    const double side_m = fmax(chip->tile[NS_NOVEL].side_m, chip->tile[NS_CONVENTIONAL].side_m);
    if (p->global_bus_type) {
        const double leaves = fmax(m->grid_rows, m->grid_columns);
        for (uint32_t kind = 0; kind < NS_KINDS; ++kind)
            chip->htree[kind] = ns_htree_make(&chip->wires, leaves, chip->tile[kind].side_m);
        const ns_htree all = ns_htree_make(&chip->wires, leaves, side_m);
        chip->shared.ic += ns_htree_area_m2(&all, &chip->wires, chip->bus_bits,
                                            p->tree_folded_ratio);
        chip->shared_leakage_w += ns_htree_leakage_w(&all, &chip->wires, chip->bus_bits);
    } else {
        chip->shared.ic += ns_bus_area_m2(&chip->wires, m->grid_rows, m->grid_columns, side_m,
                                          chip->bus_bits, p->tree_folded_ratio);
        chip->shared_leakage_w += chip->bus_bits * (m->grid_rows + m->grid_columns) * side_m /
                                  chip->wires.repeated.spacing_m *
                                  chip->wires.repeated.repeater.leakage_w;
    }
}

void ns_chip_init(ns_chip *chip, const ns_layer *layers, const ns_mapped *mapped, uint32_t n) {
    const ns_parameters *p = &chip->array.parameters;
    const ns_subarray *s = &chip->array;
    chip->local = (ns_local_wires){ns_wires_make(s, 0),
                                   ns_wires_make(s, p->local_bus_delay_tolerance)};
    chip->tick_hz = p->synchronous ? fmin(p->clk_freq_hz, 1 / chip->array.cycle_s) : 0;
    chip->wires = ns_wires_make(s, p->global_bus_delay_tolerance);
    for (uint32_t kind = 0; kind < NS_KINDS; ++kind)
        chip->tile[kind] = ns_tile_make(&chip->array, &chip->mapping, kind, &chip->local);
    chip->shared = (ns_areas){0};
    chip->shared_leakage_w = 0;
    chip->bus_bits = bus_bits(chip, mapped, n);
    set_buffer(chip, layers, n);
    chip->shared.other += chip->buffer.area_m2;
    chip->shared_leakage_w += chip->buffer.cores * chip->buffer.core_leakage_w;
    set_lanes(chip, mapped, n);
    set_activation(chip);
    set_pools(chip, layers, n);
    set_interconnect(chip);
    /* [Q] What is around the tiles does not leak. */
    if (!p->without[NS_CHIP_LEAKAGE]) chip->shared_leakage_w = 0;
    chip->area_m2 = ns_areas_sum(chip->shared);
    for (uint32_t i = 0; i < n; ++i)
        chip->area_m2 += mapped[i].tiles * chip->tile[mapped[i].kind].area_m2;
}
