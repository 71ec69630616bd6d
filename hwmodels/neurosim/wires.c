/* Lengths, metals and repeaters of the reference's interconnect. */
#include "wires.h"
#include "technology.h"
#include <math.h>

/* Longest run on the thinnest metal and on the one twice as wide, in nodes. */
static const double thin_reach = 1e4, middle_reach = 1e5;

ns_wires ns_wires_make(const ns_subarray *s, double tolerance) {
    const cim_technology *t = &s->technology;
    cim_wire_load load[3];
    for (unsigned i = 0; i < 3; ++i) load[i] = cim_metal_wire(t, i, NS_WIRE_PER_K);
    ns_wires w = {.repeated = cim_repeaters(t, load[0], tolerance), .node_m = t->node_m,
                  .last_arms_leak = s->parameters.without[NS_HTREE_LEAKAGE],
                  .spaced = s->parameters.without[NS_BUS_CORRIDORS]};
    for (unsigned i = 0; i < 3; ++i) w.delay_s_per_m[i] = cim_repeated_delay(&w.repeated, load[i]);
    return w;
}

double ns_wire_delay_s(const ns_wires *w, double length_m) {
    const double nodes = length_m / w->node_m;
    return length_m * w->delay_s_per_m[nodes < thin_reach ? 0 : nodes <= middle_reach ? 1 : 2];
}

/* The trunk is half the tree's side; every level below halves the sides of its two arms. [Q] Delays
 * are counted with each arm before it is halved, and the trunk's on the metal of a leaf's side. */
ns_htree ns_htree_make(const ns_wires *w, double leaves, double side_m) {
    ns_htree h = {.leaves = exp2(ceil(log2(leaves))), .side_m = side_m};
    h.path_m = (1.5 * h.leaves - 1) * side_m;
    h.delay_s = h.leaves / 2 * ns_wire_delay_s(w, side_m);
    for (double arm = h.leaves / 2; arm >= 1; arm /= 2)
        h.delay_s += 2 * ns_wire_delay_s(w, arm * side_m);
    return h;
}

static double spaced_m2(const ns_wires *w, double bits, double length_m) {
    const cim_gate *g = &w->repeated.repeater;
    return bits * length_m / w->repeated.spacing_m * g->height_m * g->width_m;
}

double ns_htree_area_m2(const ns_htree *h, const ns_wires *w, double bits, double fold) {
    if (w->spaced) return spaced_m2(w, bits, h->path_m);
    const double arms = (h->leaves - 1 - log2(h->leaves)) / 2;
    const cim_gate *g = &w->repeated.repeater;
    return bits / fold * h->side_m * ((h->leaves / 2 + arms) * g->height_m + arms * g->width_m);
}

double ns_htree_leakage_w(const ns_htree *h, const ns_wires *w, double bits) {
    const double last_m = w->last_arms_leak ? 0 : h->side_m;    /* [Q] without the last arms */
    const double run_m = fmax(0, h->path_m - last_m);
    return bits * run_m / w->repeated.spacing_m * w->repeated.repeater.leakage_w;
}

double ns_bus_area_m2(const ns_wires *w, double rows, double columns, double side_m, double bits,
                      double fold) {
    if (w->spaced) return spaced_m2(w, bits, (rows + columns) * side_m);
    const cim_gate *g = &w->repeated.repeater;
    return bits / fold * side_m * (columns * g->height_m + rows * g->width_m);
}
