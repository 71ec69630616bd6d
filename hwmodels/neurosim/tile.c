/* PE: square of sub-arrays, adder tree, registers in and out, two buses. Tile: PEs, adder tree,
 * buffers in and out, H-tree; activation units where the chip has none. */
#include "tile.h"
#include <cim_circuit/dff.h>
#include <math.h>

static const double core_side = 32;     /* bits, of the tile buffers' cores: reference default   */
static const double htree_fold = 16;    /* wires that share a track: DNN+NeuroSim V1.4 (measured) */

static double arrays_of(const ns_parameters *p, double cells) {
    return ceil(cells / p->rows) * ceil(cells / p->cols);
}

/* Buses: a wire for each row of a sub-array along the PE, one for each of its columns across. */
static double bus_leakage_w(const ns_pe *pe, const ns_parameters *p, const ns_wires *w) {
    const double metres = p->rows * pe->input_run_m + pe->side * p->cols * pe->output_run_m;
    return metres / w->repeated.spacing_m * w->repeated.repeater.leakage_w;
}

static ns_pe pe_make(const ns_subarray *s, double cells, const ns_wires *bus) {
    const ns_parameters *p = &s->parameters;
    const cim_technology *t = &s->technology;
    ns_pe pe = {.arrays = arrays_of(p, cells)};
    pe.side = ceil(sqrt(pe.arrays));
    const double converters = floor((double)p->cols / s->columns_per_adc);
    pe.tree = ns_tree_make(s, pe.side, s->output_bits, pe.side * p->cols / s->columns_per_adc);
    pe.sum_bits = s->output_bits + ns_tree_stages(pe.side);
    pe.input_bits = (double)p->ab * p->rows;
    pe.output_bits = converters * pe.sum_bits;
    const double height_m = pe.side * s->height_m, width_m = pe.side * s->width_m;
    const cim_block in = cim_dff_bank(t, pe.input_bits, (cim_side){.height_m = height_m});
    const cim_block out = cim_dff_bank(t, pe.output_bits, (cim_side){.width_m = width_m});
    const double boxes = pe.side * pe.side;
    pe.used = (ns_areas){boxes * s->array_m2, boxes * s->used_m2.adc,
                         boxes * s->used_m2.accum + pe.tree.area_m2,
                         boxes * s->used_m2.other + in.area_m2 + out.area_m2, 0, 0};
    if (!p->without[NS_CORNERS])
        pe.used.unused = boxes * (s->area_m2 - s->array_m2 - ns_split_sum(s->used_m2));
    pe.area_m2 = ns_areas_sum(pe.used);
    pe.register_j = cim_dff_energy_j(t, 1, 1);      /* [Q] clocked at full activity */
    if (p->without[NS_REGISTER_ACTIVITY]) pe.register_j *= ns_factors_of(p).gamma;
    pe.input_run_m = (pe.side - 1) * s->width_m;
    pe.output_run_m = (pe.side - 1) * s->height_m;
    /* [Q] Its floor plan is paid in full, its leakage only for the sub-arrays it needs. */
    pe.leakage_w = pe.arrays * s->leakage_w + in.leakage_w + out.leakage_w +
                   bus_leakage_w(&pe, p, bus);
    return pe;
}

/* Inside the tile each PE's sum may grow by as many bits as it has sub-arrays a side [Q]. */
static void set_sums(ns_tile *t, const ns_subarray *s) {
    const ns_parameters *p = &s->parameters;
    const double m = s->columns_per_adc;
    const double growth = p->without[NS_SUM_GROWTH] ? ns_tree_stages(t->pe.side) : t->pe.side;
    const double bits = s->output_bits + growth;
    const double columns = t->kind == NS_NOVEL ? t->cells : t->pe_rows * t->cells;
    t->tree = ns_tree_make(s, t->pe_rows, bits, columns / m);
    t->output_bits = p->chip_activation ? bits + ceil(log2(t->pe_rows)) : p->ab;
    t->activation_units = p->chip_activation ? 0 : t->cells / m * p->cols;
}

static void set_buffers(ns_tile *t, const ns_subarray *s) {
    const ns_parameters *p = &s->parameters;
    const double in = t->pe_rows * t->pe.input_bits;
    const double line = t->output_bits * t->pe_rows;
    /* [Q] The parameter of the tile's buffers is that of the PE's. */
    t->input = ns_buffer_make(s, p->pe_buffer_type, in, core_side,
                              t->pe_rows * p->rows);
    t->output = ns_buffer_make(s, p->pe_buffer_type,
                               line * p->cols / s->columns_per_adc, core_side, line);
}

static double activation_area_m2(const ns_tile *t, const ns_subarray *s) {
    const cim_side anywhere = {0, 0};
    const double bits = t->activation_units * s->parameters.ab;
    return bits > 0 ? cim_dff_bank(&s->technology, bits, anywhere).area_m2 : 0;
}

ns_tile ns_tile_make(const ns_subarray *s, const ns_mapping *m, uint32_t kind,
                     const ns_local_wires *wires) {
    ns_tile t = {.kind = kind, .cells = kind == NS_NOVEL ? m->novel_pe : m->pe};
    if (t.cells <= 0) return t;
    t.pe_rows = kind == NS_NOVEL ? m->novel_pes : m->tile / m->pe;
    t.pes = kind == NS_NOVEL ? m->novel_pes : t.pe_rows * t.pe_rows;
    t.pe = pe_make(s, t.cells, &wires->bus);
    set_sums(&t, s);
    set_buffers(&t, s);
    t.htree = ns_htree_make(&wires->tree, ceil(sqrt(t.pes)), sqrt(t.pe.area_m2));
    t.htree_bits = t.pe_rows * t.cells;
    t.used = ns_areas_add(t.used, t.pe.used, t.pes);
    t.used.accum += t.tree.area_m2;
    t.used.other += t.input.area_m2 + t.output.area_m2 + activation_area_m2(&t, s);
    t.used.ic += ns_htree_area_m2(&t.htree, &wires->tree, t.htree_bits, htree_fold);
    t.area_m2 = ns_areas_sum(t.used);
    t.side_m = sqrt(t.area_m2);
    /* [Q] One core of each buffer leaks, however many there are. */
    const int all = s->parameters.without[NS_BUFFER_LEAKAGE];
    t.leakage_w = t.pes * t.pe.leakage_w + (all ? t.input.cores : 1) * t.input.core_leakage_w +
                  (all ? t.output.cores : 1) * t.output.core_leakage_w +
                  ns_htree_leakage_w(&t.htree, &wires->tree, t.htree_bits);
    t.unselected_w = t.pes * t.pe.arrays * s->leakage_unselected_w;
    return t;
}

double ns_tile_leakage_w(const ns_tile *t, double arrays, double pe_rows) {
    return t->leakage_w + t->pes * ns_tree_leakage_w(&t->pe.tree, arrays) +
           ns_tree_leakage_w(&t->tree, pe_rows);
}
