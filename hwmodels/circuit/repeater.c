/* Repeated wires: Bakoglu's optimum and what relaxing it saves. */
#include <cim_circuit/repeater.h>
#include <math.h>

/* Bakoglu, "Circuits, interconnections and packaging for VLSI", 1990: 0.7 of a lumped and 0.7 x
 * 0.54 = 0.38 of a distributed time constant. */
static const double lumped = 0.7, distributed = 0.54;
static const double smaller = 0.5, closer = 0.9;    /* steps of the relaxation                   */

cim_wire_load cim_metal_wire(const cim_technology *t, unsigned metal, double ohm_per_k) {
    const cim_metal *m = &t->process.metal[metal];
    const double hot = 1 + ohm_per_k * fabs(t->temperature_k - 300);
    return (cim_wire_load){m->ohm_m * hot / (m->width_m * m->width_m * m->aspect), t->wire_f_per_m};
}

double cim_repeated_delay(const cim_repeated *r, cim_wire_load wire) {
    const cim_gate *g = &r->repeater;
    const double ohm = (g->n_ohm + g->p_ohm) / 2, d = r->spacing_m;
    const double wire_ohm = wire.ohm_per_m * d, wire_f = wire.f_per_m * d;
    return lumped * (ohm * (g->input_f + g->output_f + wire_f) +
                     distributed * wire_ohm * wire_f + wire_ohm * g->input_f) / d;
}

static cim_repeated repeated(const cim_technology *t, cim_wire_load wire, double size,
                             double spacing_m) {
    cim_repeated r = {.size = size, .spacing_m = spacing_m};
    r.repeater = cim_gate_make(t, CIM_INV, 1, cim_min_widths(t, size, size), 0);
    r.delay_s_per_m = cim_repeated_delay(&r, wire);
    r.energy_j_per_m = 0.5 * t->vdd_v * t->vdd_v *
                       (r.repeater.input_f + r.repeater.output_f + wire.f_per_m * spacing_m) /
                       spacing_m;
    return r;
}

cim_repeated cim_repeaters(const cim_technology *t, cim_wire_load wire, double tolerance) {
    const cim_gate g = cim_min_inverter(t);
    const double ohm = (g.n_ohm + g.p_ohm) / 2;
    const double size = floor(sqrt(ohm * wire.f_per_m / (g.input_f * wire.ohm_per_m)));
    const double spacing_m =
        sqrt(2 * ohm * (g.input_f + g.output_f) / (wire.ohm_per_m * wire.f_per_m));
    cim_repeated r = repeated(t, wire, size, spacing_m);
    const double least_s = r.delay_s_per_m;
    while (r.delay_s_per_m < (1 + tolerance) * least_s && r.size >= 2)
        r = repeated(t, wire, floor(r.size * smaller), r.spacing_m * closer);
    return r;
}
