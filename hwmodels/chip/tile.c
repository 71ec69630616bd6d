/* The tiles of one layer: what they hold, how long an image takes, what it costs. */
#include "tile.h"
#include "control.h"
#include "digital.h"
#include "interconnect.h"
#include "network.h"
#include <cim_circuit/logic.h>
#include <cim_circuit/memory.h>
#include <math.h>

static const double drain_cycles = 8;   /* scaling, activation and the way out                    */

/* How often an image row leaves the global buffer: once, unless the line buffer is too small to
 * keep all rows that the next row of windows shares with this one. */
static double reads_of_a_row(const cim_layer *l, double kept_rows) {
    const double kernel = l->kernel_height, step = fmin(l->stride_height, kernel);
    return (kernel - fmin(fmax(kept_rows - step, 0), kernel - step)) / step;
}

chip_tiling chip_tile(const chip_common *c, const cim_layer *l, const cim_chip_layer *w) {
    const cim_mapping *m = &w->map;
    const double per_pe = c->spec->arrays_per_pe, per_tile = per_pe * c->spec->pes_per_tile;
    const double pe_side = fmin(m->row_blocks, ceil(sqrt(per_pe)));
    const double tile_side = fmin(m->row_blocks, ceil(sqrt(per_tile)));
    const double array_rows = fmin(m->rows * m->groups_per_array, w->array.rows);
    chip_tiling t = {0};
    t.pe_rows = ceil(m->row_blocks / pe_side);
    t.pe_columns = ceil(m->column_blocks / fmax(1, floor(per_pe / pe_side)));
    t.tile_rows = ceil(m->row_blocks / tile_side);
    t.tile_columns = ceil(m->column_blocks / fmax(1, floor(per_tile / tile_side)));
    t.rows_of_pe = pe_side * array_rows;
    t.vector_values = m->rows * m->groups;
    t.pes = w->tiles * c->spec->pes_per_tile;
    /* A line buffer holds the rows of the image from a window's first to its last. */
    const double gap = l->dilation_height > 1 ? l->dilation_height : 1;
    const double window_rows = (l->kernel_height - 1) * gap + 1;
    t.line_buffer_bits = window_rows * l->in_width * l->in_channels * w->input_bits / t.tile_rows;
    t.reads = 1;
    if (c->spec->line_buffer_bits > 0) {
        const double row_bits = t.line_buffer_bits / window_rows;
        t.line_buffer_bits = c->spec->line_buffer_bits;
        t.reads = reads_of_a_row(l, t.line_buffer_bits / row_bits);
    }
    return t;
}

static void add(cim_chip_layer *w, uint32_t part, cim_cost cost, double n) {
    w->area_m2[part] += n * cost.area_m2;
    w->leakage_w[part] += n * cost.leakage_w;
}

static void build_interconnect(const chip_common *c, cim_chip_layer *w, chip_tiling *t,
                               double *stage_s) {
    double area_m2 = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) area_m2 += w->area_m2[p];
    t->side_m = sqrt(area_m2 / w->tiles);
    add(w, CIM_PART_INTERCONNECT, c->wire, t->pes * 2 * c->pe_port_bits * t->side_m / 2);
    chip_interconnect_tile(c, w, t);
    chip_control_tile(c, w, t);
    *stage_s = fmax(*stage_s, c->wire.delay_s * t->side_m + c->flip_flop.delay_s);
}

void chip_build_tiles(const chip_common *c, const cim_layer *l, cim_chip_layer *w,
                      chip_tiling *t, double *stage_s) {
    const cim_technology *tech = c->spec->technology;
    const double arrays = t->pes * c->spec->arrays_per_pe;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        w->area_m2[p] = arrays * w->array.area_m2[p];
        w->leakage_w[p] = arrays * w->array.leakage_w[p];
    }
    /* Inputs of the vector at work and of the next one. */
    add(w, CIM_PART_BUFFER, c->flip_flop, 2 * t->pes * t->rows_of_pe * w->input_bits);
    const cim_cost line = cim_sram(tech, t->line_buffer_bits);
    add(w, CIM_PART_BUFFER, line, w->tiles);
    /* One adder an array merges the partial sums of row blocks. */
    if (w->map.row_blocks > 1)
        add(w, CIM_PART_DIGITAL, cim_adder(tech, w->array.sum_bits), arrays);
    const cim_digital out = cim_digital_output(tech, l, chip_value_bits(l));
    w->lanes = cim_cost_times(out.lane, CIM_DIGITAL_LANES);
    add(w, CIM_PART_DIGITAL, w->lanes, 1);
    *stage_s = fmax(*stage_s, w->array.round_s);
    build_interconnect(c, w, t, stage_s);
}

double chip_tile_cycles(const chip_common *c, const cim_layer *l, cim_chip_layer *w,
                        const chip_tiling *t) {
    const cim_mapping *m = &w->map;
    const double vectors = ceil(m->positions / w->copies);
    const double load = ceil(t->rows_of_pe * w->input_bits / c->pe_port_bits);
    const double outputs = (double)l->out_channels * l->out_height * l->out_width;
    double most = vectors * m->rounds;     /* of a part; its share of the rest                    */
    w->bound = CIM_PART_ARRAY;
    const struct { uint32_t part; double cycles; } other[] = {
        {CIM_PART_BUFFER, vectors * ceil(load * m->fresh_share)},
        {CIM_PART_BUFFER, w->traffic_bits / CIM_GLOBAL_PORT_BITS / w->parts},
        {CIM_PART_INTERCONNECT,
         chip_interconnect_load(c, w) / chip_interconnect_rate(c, w, t) / w->parts},
        {CIM_PART_DIGITAL, outputs / (CIM_DIGITAL_LANES * w->copies) / w->parts},
    };
    for (uint32_t k = 0; k < sizeof other / sizeof other[0]; ++k)
        if (other[k].cycles > most) {
            most = other[k].cycles;
            w->bound = other[k].part;
        }
    return w->parts * (load + ceil(most) + drain_cycles + chip_interconnect_delay(c));
}

void chip_tile_energy(const chip_common *c, const cim_layer *l, cim_chip_layer *w,
                      const chip_tiling *t) {
    const cim_technology *tech = c->spec->technology;
    const cim_mapping *m = &w->map;
    const cim_array *a = &w->array;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p)
        w->energy_j[p] = m->positions * (m->row_events * a->row_j[p] +
                                         m->conversions * a->conversion_j[p] +
                                         m->cell_events * a->cell_j[p]);
    /* Into the line buffers once; out of them what a window has not seen, then along the PEs. */
    const double image_bits = (double)l->in_channels * l->in_height * l->in_width * w->input_bits *
                              m->touched;
    const double vector_bits = m->positions * t->vector_values * w->input_bits;
    const double fresh_bits = vector_bits * m->fresh_share;
    const double line_j = cim_sram(tech, t->line_buffer_bits).energy_j;
    const double line_bits = image_bits * t->reads * w->column_parts + fresh_bits;
    w->energy_j[CIM_PART_BUFFER] += line_bits * t->tile_columns * line_j +
                                    vector_bits * t->pe_columns * c->flip_flop.energy_j;
    /* Partial sums leave a PE for the middle of its tile, and a tile for its neighbour. */
    const double outputs = m->positions * l->out_channels, sum_bits = a->sum_bits;
    const double metres = (fresh_bits * t->pe_columns + outputs * sum_bits * t->pe_rows) / 2 +
                          w->sum_traffic_bits * chip_interconnect_sum_sides(c);
    w->energy_j[CIM_PART_INTERCONNECT] += metres * t->side_m * c->wire.energy_j;
    w->energy_j[CIM_PART_DIGITAL] +=
        outputs * (m->row_blocks - 1) * cim_adder(tech, sum_bits).energy_j +
        cim_digital_output(tech, l, chip_value_bits(l)).lane.energy_j;
}
