/* What drives the word lines, and level shifters for writing. */
#include "parts.h"
#include "technology.h"
#include <cim_circuit/dff.h>
#include <math.h>

/* Columns of standard cells beside the array, one cell a row. */
static double cell_columns(const ns_subarray *s) {
    const double cells = fmax(1, floor(s->column_length_m / s->technology.cell_height_m));
    return ceil(s->parameters.rows / cells);
}

/* Height that a row's pass gates have for their transistors, in nodes. */
static double room_f(const ns_subarray *s) {
    const double rows = ceil(s->parameters.rows / cell_columns(s));    /* in a column */
    return s->column_length_m / rows / s->technology.node_m - NS_PASS_MARGIN_F;
}

/* Fingers of a pass gate between two rows: NMOS and PMOS have half the height each. [Q] What is
 * left over of the fins gets no finger; where there is no room for a fin, it counts for one. */
static double cell_folds(const cim_technology *t, cim_widths w, double nodes) {
    if (t->process.fin_effective_width_m > 0) {
        const ns_fin_layout fin = ns_fin_layout_of(&t->process);
        const double unit_m = ns_pass_unit_m(t);
        const double fins = fmax(ceil(w.n_m / unit_m), ceil(w.p_m / unit_m));
        const double room_m = (nodes + NS_PASS_MARGIN_F) * t->node_m - fin.row_margin_m;
        const double most = 1 + fmax(0, floor(room_m / 2 / fin.pitch_m));
        return fmax(1, floor(fins / most));
    }
    return fmax(1, ceil((w.n_m + w.p_m) / (nodes * t->node_m)));
}

static double row_drain_f(const cim_technology *t, cim_widths w, double nodes) {
    if (t->process.fin_effective_width_m > 0)
        return ns_pass_drain_f(t, w, cell_folds(t, w, nodes));
    return cim_gate_make(t, CIM_INV, 1, w, (nodes + NS_PASS_MARGIN_F) * t->node_m).output_f;
}

/* A register bit and `gates` pass gates for every row, beside the array. */
static cim_block switch_matrix(const ns_subarray *s, cim_widths w, double gates) {
    const cim_technology *t = &s->technology;
    const double rows = s->parameters.rows;
    const cim_side side = {0, s->column_length_m};
    cim_block b = cim_dff_bank(t, rows, side);
    b.width_m += cell_columns(s) * gates * (cell_folds(t, w, room_f(s)) + 1) * t->poly_pitch_m;
    b.area_m2 = b.width_m * b.height_m;
    return b;
}

/* [Q] The read voltage of the user is that of these switches only. */
static void sram_rows(ns_subarray *s) {
    static const double gates = 2, channel_share = 0.2;
    const cim_technology *t = &s->technology;
    const double target_ohm = s->row_ohm * t->process.row_switch_share / channel_share;
    const cim_widths w = ns_pass_widths(t, target_ohm);
    const double ohm = 1 / (1 / cim_pass_ohm(t, CIM_NMOS, w.n_m) +
                            1 / cim_pass_ohm(t, CIM_PMOS, w.p_m));
    const double drain_f = row_drain_f(t, w, room_f(s)), gate_f = ns_pass_gate_f(t, w);
    cim_block *b = &s->parts.row_drive;
    *b = switch_matrix(s, w, gates);
    b->delay_s = 0.69 * ohm * (2 * drain_f + 0.5 * gate_f) +
                 s->row_f * (0.69 * ohm + 0.38 * s->row_ohm);
    b->energy_j = 3 * drain_f * s->parameters.read_voltage_v * s->parameters.read_voltage_v +
                  gate_f * t->vdd_v * t->vdd_v;
}

static void rram_rows(ns_subarray *s) {
    static const double gates = 4, bare_gates = 2;
    const cim_technology *t = &s->technology;
    const ns_parameters *p = &s->parameters;
    const int bare = p->accesstype == NS_ACCESS_NONE;
    const double size = t->process.row_switch_size;
    const cim_widths w = cim_min_widths(t, size, size);
    const double ohm = 1 / (1 / cim_pass_ohm(t, CIM_NMOS, w.n_m) +
                            1 / cim_pass_ohm(t, CIM_NMOS, w.p_m));  /* [Q] both as NMOS */
    const double drain_f = row_drain_f(t, w, room_f(s)), gate_f = ns_pass_gate_f(t, w);
    const double access_v = p->cell.access_voltage_v, read_v = p->read_voltage_v;
    cim_block *b = &s->parts.row_drive;
    *b = switch_matrix(s, w, bare ? bare_gates : gates);
    b->delay_s = 0.6931471805599453 * (ohm * (2 * drain_f + 0.5 * gate_f + s->row_f) +
                                       s->row_ohm * s->row_f / 2);
    const double access_j = 2 * drain_f * access_v * access_v + 2 * gate_f * t->vdd_v * t->vdd_v;
    b->energy_j = 3 * drain_f * read_v * read_v + gate_f * t->vdd_v * t->vdd_v +
                  (bare ? 0 : access_j);
}

/* Source-line switches: area and leakage only, reading does not use them. */
static void source_lines(ns_subarray *s) {
    static const double pass_height_f = 16.2;
    const cim_technology *t = &s->technology;
    const cim_side side = {s->row_length_m, 0};
    cim_block *b = &s->parts.source_line_matrix;
    *b = cim_dff_bank(t, s->parameters.cols, side);
    b->height_m += pass_height_f * t->node_m;
    b->area_m2 = b->height_m * b->width_m;
    b->delay_s = b->energy_j = 0;
}

void ns_row_drive(ns_subarray *s) {
    if (s->parameters.memcelltype == NS_RRAM) source_lines(s);
    if (s->parameters.operationmode == NS_SEQUENTIAL) ns_row_decoder(s);
    else if (s->parameters.memcelltype == NS_SRAM) sram_rows(s);
    else rram_rows(s);
}

double ns_row_energy_j(const ns_subarray *s, double rows_active) {
    const cim_technology *t = &s->technology;
    const double rows = s->parameters.rows;
    const double one_j = s->parts.row_drive.energy_j;
    const double registers_j = cim_dff_energy_j(t, rows, rows);
    return s->columns_per_adc * (rows_active * one_j + registers_j);
}

/* Inverters of a level shifter, widths in smallest ones; the first runs at the logic supply. */
static const struct { double n, p; } shifter[] = {{15, 20}, {32, 10}, {32, 10}, {64, 82}};

static double shifter_m2(const ns_subarray *s) {
    const cim_technology *t = &s->technology;
    const ns_factors f = ns_factors_of(&s->parameters);
    const int calibrated = s->parameters.validated && !s->parameters.without[NS_LEVEL_SHIFTERS];
    const double stretch = calibrated ? 2.5 : 1, scale = calibrated ? 2 : 1;
    const double height_m = stretch * t->cell_height_m;
    double width_m = 0;
    for (int i = 0; i < 4; ++i) {
        const cim_widths w = cim_min_widths(t, shifter[i].n * scale, shifter[i].p * scale);
        width_m += cim_gate_make(t, CIM_INV, 1, w, height_m).width_m * (i > 0 ? stretch : 1);
    }
    return f.alpha * width_m * height_m;
}

void ns_level_shifters(ns_subarray *s) {
    const ns_parameters *p = &s->parameters;
    if (p->memcelltype != NS_RRAM || p->write_voltage_v <= 1.5) return;
    const double one_m2 = shifter_m2(s);
    for (int i = 0; i < 3; ++i) {     /* word, bit, source lines */
        cim_block *b = &s->parts.level_shifters[i];
        b->area_m2 = one_m2 * (i < 2 ? p->rows : p->cols);
        b->width_m = i < 2 ? b->area_m2 / s->column_length_m : s->row_length_m;
        b->height_m = b->area_m2 / b->width_m;
    }
}
