/* Mesh, H-tree and bus: area, ways, rates. Equations: README.md. */
#include "interconnect.h"
#include <math.h>

static const double mesh_ports = 5;     /* of a router: four neighbours and the tile              */
static const double fork_gates = 3;     /* to merge two ways up into one, a bit                   */
/* H-tree of many tiles, by summing its levels (segments of level 2j - 1 and 2j are 2^-(j+1) of the
 * chip's side): wire 3/2 sides a tile; leaves next to each other in its order are 3 sides apart. */
static const double tree_wire_sides = 1.5, tree_neighbour_sides = 3;

static void add(cim_chip_layer *w, cim_cost cost, double n) {
    w->area_m2[CIM_PART_INTERCONNECT] += n * cost.area_m2;
    w->leakage_w[CIM_PART_INTERCONNECT] += n * cost.leakage_w;
}

void chip_interconnect_tile(const chip_common *c, cim_chip_layer *w, const chip_tiling *t) {
    switch (c->spec->interconnect) {
    case CIM_CHIP_H_TREE:   /* a register each way where a tile's side ends */
        add(w, c->wire, w->tiles * 2 * c->link_bits * tree_wire_sides * t->side_m);
        add(w, c->flip_flop, w->tiles * tree_wire_sides * 2 * c->link_bits);
        add(w, c->gate, w->tiles * fork_gates * c->link_bits);
        break;
    case CIM_CHIP_BUS:      /* its piece of a branch, a register each way, a gate to drive it */
        add(w, c->wire, w->tiles * c->link_bits * t->side_m);
        add(w, c->flip_flop, w->tiles * 2 * c->link_bits);
        add(w, c->gate, w->tiles * c->link_bits);
        break;
    default:
        add(w, c->wire, w->tiles * 2 * c->link_bits * t->side_m);
        add(w, c->flip_flop, w->tiles * mesh_ports * c->link_bits);
        add(w, c->gate, w->tiles * mesh_ports * mesh_ports * c->link_bits);
    }
}

/* Near its root the tree is wider than a link: no level lets through less than the global port. */
static void widen_root(const chip_common *c, double side_m, cim_chip *chip) {
    const double tile_m = side_m / sqrt(c->tiles);
    double branches = 2;
    for (uint32_t level = 1; branches <= c->tiles; ++level, branches *= 2) {
        const double extra = CIM_GLOBAL_PORT_BITS / branches - c->link_bits;
        if (extra <= 0) break;
        const double metres = 2 * extra * branches * side_m / (double)(2u << (level + 1) / 2);
        chip->shared_area_m2[CIM_PART_INTERCONNECT] +=
            metres * (c->wire.area_m2 + c->flip_flop.area_m2 / tile_m);
        chip->shared_leakage_w[CIM_PART_INTERCONNECT] +=
            metres * (c->wire.leakage_w + c->flip_flop.leakage_w / tile_m);
    }
}

double chip_interconnect_shared(const chip_common *c, double side_m, cim_chip *chip) {
    if (c->spec->interconnect == CIM_CHIP_H_TREE) widen_root(c, side_m, chip);
    if (c->spec->interconnect != CIM_CHIP_BUS) return 0;
    const double trunk = c->link_bits * side_m;
    chip->shared_area_m2[CIM_PART_INTERCONNECT] += trunk * c->wire.area_m2;
    chip->shared_leakage_w[CIM_PART_INTERCONNECT] += trunk * c->wire.leakage_w;
    /* From the middle to a corner, and no register on the way. */
    return c->wire.delay_s * side_m + c->flip_flop.delay_s;
}

/* Between the global buffer, in the middle, and a tile: half the chip's side on the average. */
double chip_interconnect_way_j(const chip_common *c, double side_m) {
    const double across = sqrt(c->tiles);
    switch (c->spec->interconnect) {
    case CIM_CHIP_H_TREE:   /* all the way out to a tile, and into it */
        return side_m * (1 - 0.5 / across) * c->wire.energy_j +
               (across - 0.5) * c->flip_flop.energy_j;
    case CIM_CHIP_BUS:      /* the trunk and one branch, both at their full length */
        return 2 * side_m * c->wire.energy_j + 2 * c->flip_flop.energy_j;
    default: return side_m / 2 * c->wire.energy_j + across / 2 * c->flip_flop.energy_j;
    }
}

double chip_interconnect_sum_sides(const chip_common *c) {
    switch (c->spec->interconnect) {
    case CIM_CHIP_H_TREE: return tree_neighbour_sides;
    case CIM_CHIP_BUS: return 0;   /* they take the bus: chip_interconnect_load() */
    default: return 1;
    }
}

double chip_interconnect_input_sides(const chip_common *c) {
    switch (c->spec->interconnect) {
    case CIM_CHIP_H_TREE: return tree_wire_sides;
    case CIM_CHIP_BUS: return 0;   /* all tiles hear it */
    default: return 1;
    }
}

double chip_interconnect_delay(const chip_common *c) {
    return c->spec->interconnect == CIM_CHIP_H_TREE ? ceil(sqrt(c->tiles) - 1) : 0;
}

double chip_interconnect_rate(const chip_common *c, const cim_chip_layer *w,
                              const chip_tiling *t) {
    if (c->spec->interconnect == CIM_CHIP_BUS) return c->link_bits;
    return c->link_bits * t->tile_rows / w->row_parts * w->copies;
}

double chip_interconnect_load(const chip_common *c, const cim_chip_layer *w) {
    return c->spec->interconnect == CIM_CHIP_BUS ? w->traffic_bits + w->sum_traffic_bits
                                                 : w->traffic_bits;
}

double chip_port_time(const chip_common *c, const cim_chip *chip, double bits, double bus_bits,
                      double off_bits) {
    double s = bits / CIM_GLOBAL_PORT_BITS * chip->cycle_s;
    if (c->spec->interconnect == CIM_CHIP_BUS) s = fmax(s, bus_bits / c->link_bits * chip->cycle_s);
    return c->memory.bits_per_s > 0 ? fmax(s, off_bits / c->memory.bits_per_s) : s;
}
