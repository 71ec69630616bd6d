/* Word and bit lines, access transistor. */
#include "parts.h"
#include <math.h>

static const double linear_share = 0.2;    /* channel resistance in the linear region / that of the
                                              on current: DNN+NeuroSim V1.4 (measured)           */

double ns_pass_unit_m(const cim_technology *t) {
    return (t->process.fin_effective_width_m > 0 ? 2 : 1) * t->node_m;
}

/* [Q] Whole fins are drawn as a width and counted from it again: times a rounded reciprocal
 * finds one more of some (10 nm: 6, 123; 3 nm: 15, 60). The operations must stay as they are: they
 * give the fins of the 15 fin switches measured. */
double ns_pass_fins(const cim_technology *t, double width_m) {
    const double fins = ceil(width_m / ns_pass_unit_m(t)), f_m = t->node_m;
    const double drawn_m = fins * 2 * f_m, each = 1 / (2 * f_m);
    return ceil(drawn_m * each);
}

cim_widths ns_pass_widths(const cim_technology *t, double ohm) {
    const double unit_m = ns_pass_unit_m(t);
    const double n = cim_pass_ohm(t, CIM_NMOS, unit_m) / (2 * ohm);
    const double p = cim_pass_ohm(t, CIM_PMOS, unit_m) / (2 * ohm);
    return (cim_widths){unit_m * fmax(1, n), unit_m * fmax(1, p)};
}

double ns_cell_average_ohm(const ns_parameters *p) {
    const double on = p->cell.resistance_on_ohm, off = on * p->cell.on_off;
    const double access = p->accesstype == NS_ACCESS_CMOS ? p->cell.access_share * on : 0;
    return 2 / (1 / (on + access) + 1 / (off + access));
}

/* Resistance of metal 1 a metre (rows), of the thinnest metal (columns); at 300 K [Q]. */
static double metal_ohm_per_m(double ohm_m, double width_m, double aspect) {
    return ohm_m / (width_m * width_m * aspect);
}

ns_status ns_array_lines(ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const cim_process *process = &t->process;
    const ns_parameters *p = &s->parameters;
    const int bare = p->memcelltype == NS_RRAM && p->accesstype == NS_ACCESS_NONE;
    /* Bare cells are as wide as two wires where those are wider than two nodes. */
    const double pitch_m = bare ? fmax(t->node_m, process->metal[0].width_m) : t->node_m;
    s->row_length_m = p->cols * p->cell.width_f * pitch_m;
    s->column_length_m = p->rows * p->cell.height_f * pitch_m;
    s->row_ohm = s->row_length_m * metal_ohm_per_m(process->wire_ohm_m, process->wire_width_m,
                                                   process->wire_aspect);
    s->column_ohm = s->column_length_m *
                    metal_ohm_per_m(process->metal[0].ohm_m, process->metal[0].width_m,
                                    process->metal[0].aspect);
    s->row_f = t->wire_f_per_m * s->row_length_m;
    s->column_f = t->wire_f_per_m * s->column_length_m;
    s->array_m2 = s->row_length_m * s->column_length_m;
    double width_m = 0;
    if (p->memcelltype == NS_SRAM) {
        width_m = p->cell.access_width_f * ns_pass_unit_m(t);
        s->cell_access_ohm = cim_switching_ohm(t, CIM_NMOS, width_m);
        /* Both access transistors where rows are read one by one [Q]. */
        const double gates = p->operationmode == NS_SEQUENTIAL ? 2 : 1;
        s->row_f += gates * p->cols * cim_transistor_gate_f(t, width_m);
    } else if (!bare) {
        s->cell_access_ohm = p->cell.access_share * p->cell.resistance_on_ohm;
        s->access_width_f = cim_switching_ohm(t, CIM_NMOS, t->node_m) * linear_share /
                            s->cell_access_ohm;
        if (s->access_width_f > p->cell.width_f) return NS_ACCESS_TOO_WIDE;
        width_m = s->access_width_f * t->node_m;
        s->row_f += p->cols * cim_transistor_gate_f(t, width_m);
    }
    if (!bare) {
        const cim_widths w = {width_m, 0};
        const double fin_f = process->drain_total_f_per_m * cim_transistor_gate_f(t, width_m) /
                             t->gate_f_per_m;
        s->column_f += p->rows * (fin_f > 0 ? fin_f : cim_gate_make(t, CIM_INV, 1, w, 0).output_f);
    }
    return NS_OK;
}

double ns_column_delay_s(const ns_subarray *s) {
    static const double swing_v = 0.05;       /* on a bit line, for a latch to see it             */
    const ns_parameters *p = &s->parameters;
    if (p->memcelltype == NS_SRAM) {
        const cim_technology *t = &s->technology;
        const double vdd_v = t->vdd_v, rows = p->rows;
        const cim_widths w = {p->cell.access_width_f * ns_pass_unit_m(t), 0};
        /* [Q] The cells' drains count twice; those of fins then by their junctions. */
        const double all_f = s->column_f + rows * cim_gate_make(t, CIM_INV, 1, w, 0).output_f;
        const double ohm = 2 * s->cell_access_ohm + s->column_ohm * (1 + 1 / rows) / 2;
        return ohm * all_f * log(vdd_v / (vdd_v - swing_v));
    }
    const double at_once = p->operationmode == NS_SEQUENTIAL ? 1 : p->rowpar / 2.0;
    return linear_share * s->column_f * ns_cell_average_ohm(p) / at_once;
}

double ns_pass_drain_f(const cim_technology *t, cim_widths w, double folds) {
    /* A cell high enough for `folds` fingers of it. */
    const double room_m = (w.n_m + w.p_m) / folds * (1 + 1e-9);
    const double height_m = room_m + NS_PASS_MARGIN_F * t->node_m;
    return cim_gate_make(t, CIM_INV, 1, w, height_m).output_f;
}

/* Drain of a transistor of one or two fingers; the reference takes the PMOS's open sides. */
static double finger_drain_f(const cim_process *p, double width_m, double length_m, double fingers,
                             double sides) {
    return fingers * p->junction_f_per_m2 * length_m * width_m +
           p->sidewall_f_per_m * (2 * fingers * length_m + sides * width_m) +
           fingers * p->channel_sidewall_f_per_m * width_m;
}

/* Drain of one finger with all fins. */
static double fin_drain_f(const cim_technology *t, double width_m) {
    const cim_process *p = &t->process;
    return p->junction_f_per_m2 * (t->poly_pitch_m - p->gate_length_m) * p->fin_thickness_m *
           ns_pass_fins(t, width_m);
}

/* [Q] The cell is made to the measure of the unfolded transistors, and what is left of its height
 * after taking the margins off again is divided among them: where that is a rounding error less
 * than a transistor's width, it counts as two fingers of the full width. These operations, in this
 * order, give the fingers of all planar switches measured, at every temperature; they must not be
 * rearranged. */
double ns_mux_drain_f(const cim_technology *t, cim_widths w) {
    const cim_process *p = &t->process;
    if (p->fin_effective_width_m > 0) return fin_drain_f(t, w.n_m) + fin_drain_f(t, w.p_m);
    const double f_m = t->node_m, n_m = w.n_m, p_m = w.p_m;
    const double height_m = n_m + p_m + 3.5 * f_m + 3.6 * f_m;
    const double room_m = height_m - 3.5 * f_m - 3.6 * f_m, p_share = p_m / (n_m + p_m);
    const double n_fingers = n_m > room_m * (1 - p_share) ? 2 : 1;
    const double p_fingers = p_m > room_m * p_share ? 2 : 1;
    const double length_m = 2.8 * f_m;
    return finger_drain_f(p, n_m, length_m, n_fingers, p_fingers) +
           finger_drain_f(p, p_m, length_m, p_fingers, p_fingers);
}

double ns_pass_transistor_f(const cim_technology *t, double width_m) {
    const double fin_m = t->process.fin_effective_width_m;
    return fin_m > 0 ? t->gate_f_per_m * ns_pass_fins(t, width_m) * fin_m
                     : cim_transistor_gate_f(t, width_m);
}

double ns_pass_gate_f(const cim_technology *t, cim_widths w) {
    return ns_pass_transistor_f(t, w.n_m) + ns_pass_transistor_f(t, w.p_m);
}
