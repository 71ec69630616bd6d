/* A layer's dynamic energy, and the leakage of its tiles. */
#include "layer.h"
#include <math.h>

/* What the layer's energy is worked out from. */
typedef struct job {
    const ns_chip *chip;
    const ns_subarray *reading;   /* the chip's sub-array as the layer's reads use it            */
    const ns_layer *layer;
    const ns_mapped *mapped;
    ns_work work;
    ns_traffic bits;
    double narrower;              /* bits that its results have less than the chip's             */
} job;

/* Reads of all sub-arrays of a PE that holds rows x columns: full ones and partly used ones. */
static void add_reads(ns_spent *s, const job *j, double rows, double columns, double count) {
    const ns_parameters *p = &j->chip->array.parameters;
    const ns_layer *l = j->layer;
    const double reads = count * l->vectors * l->ab;
    for (double top = 0; top < rows;) {
        const double used = fmin(rows - top, p->rows);
        const double alike_rows = used < p->rows ? 1 : floor((rows - top) / p->rows);
        const double active = ns_active_rows(l->density, used);
        for (double left = 0; left < columns;) {
            const double wide = fmin(columns - left, p->cols);
            const double alike = wide < p->cols ? 1 : floor((columns - left) / p->cols);
            const ns_read r = ns_subarray_read(j->reading, used, active, wide);
            const double n = reads * alike_rows * alike;
            s->adc += n * r.energy_j.adc;
            s->accum += n * r.energy_j.accum;
            s->array += n * r.energy_j.other;
            left += alike * wide;
        }
        top += alike_rows * used;
    }
}

static void add_pe(ns_spent *s, const job *j, const ns_pe_block *b) {
    const ns_chip *chip = j->chip;
    const ns_layer *l = j->layer;
    const ns_work *w = &j->work;
    const ns_parameters *p = &chip->array.parameters;
    const ns_tile *t = &chip->tile[j->mapped->kind];
    const ns_pe *pe = &t->pe;
    const ns_tree tree = ns_tree_narrower(&pe->tree, j->narrower);
    /* [Q] A PE that should hold more than fits does the part that fits, unless it has copies. */
    const double rows = w->whole_in_pe && w->pe_copies <= 1 ? fmin(b->rows, t->cells) : b->rows;
    add_reads(s, j, rows, b->columns, b->count);
    const double arrays = ns_pieces(b->rows, p->rows);
    const double weights = floor((double)chip->array.columns_per_adc /
                                 chip->array.cells_per_weight);
    /* [Q] Copies within it count its tree once for every sub-array. */
    const double times = w->whole_in_pe && w->pe_copies > 1
                             ? arrays * ns_pieces(b->columns, p->cols) : 1;
    s->accum += b->count * times * l->vectors * weights * ns_factors_of(p).delta *
                ns_tree_energy_j(&tree, arrays);
    const double results = b->columns / l->cells_per_weight * l->vectors;
    const double in = b->rows * l->vectors * l->ab;
    const double in_loads = floor(in / pe->input_bits);
    const double out_loads = floor(results * j->reading->output_bits / pe->output_bits);
    s->buffer += b->count * pe->register_j *
                 (in_loads * pe->input_bits + out_loads * pe->output_bits);
    s->ic += b->count * chip->local.bus.repeated.energy_j_per_m *
             (p->input_toggle * in * pe->input_run_m +
              p->output_toggle * results * (pe->sum_bits - j->narrower) * pe->output_run_m);
}

static void add_tiles(ns_spent *s, const job *j) {
    const ns_chip *chip = j->chip;
    const ns_traffic *bits = &j->bits;
    const ns_work *w = &j->work;
    const ns_parameters *p = &chip->array.parameters;
    const ns_tile *t = &chip->tile[j->mapped->kind];
    const ns_tree tree = ns_tree_narrower(&t->tree, j->narrower);
    const double m = chip->array.columns_per_adc, nw = chip->array.cells_per_weight;
    const double groups = j->mapped->kind == NS_NOVEL ? floor(m / nw) : ceil(m / nw);
    for (uint32_t i = 0; i < w->tile_blocks; ++i)
        s->accum += w->tile[i].count * j->layer->vectors * groups * ns_factors_of(p).delta *
                    ns_tree_energy_j(&tree, w->tile[i].pe_rows);
    /* [Q] Every bit is written and read; half of both is booked. */
    const double half = p->without[NS_HALF_ACCESSES] ? 1 : 0.5;
    s->buffer += bits->tiles_in * (t->input.read_j + t->input.write_j) * half +
                 bits->tiles_out * (t->output.read_j + t->output.write_j) * half;
    s->ic += chip->local.tree.repeated.energy_j_per_m * t->htree.path_m *
             (p->input_toggle * bits->tiles_in + p->output_toggle * bits->tiles_out);
}

static void add_chip(ns_spent *s, const job *j) {
    const ns_chip *chip = j->chip;
    const ns_layer *l = j->layer;
    const ns_mapped *d = j->mapped;
    const ns_traffic *bits = &j->bits;
    const ns_parameters *p = &chip->array.parameters;
    const ns_mapping *m = &chip->mapping;
    const double rounds = ceil(l->outputs * l->vectors / chip->lanes);
    if (d->tile_rows > 1) {
        const ns_tree widest = ns_chip_accumulators(chip, d->tile_rows);
        const ns_tree tree = ns_tree_narrower(&widest, p->chip_activation ? j->narrower : 0);
        s->accum += rounds * ns_factors_of(p).delta * ns_tree_energy_j(&tree, d->tile_rows);
    }
    if (p->chip_activation)     /* [Q] all units, whether there is a result for them or not */
        s->activation += ceil(l->outputs * l->vectors / chip->activators) * chip->activators *
                         chip->activation_j;
    if (l->pooled)
        s->pool += l->outputs * l->vectors / 4 * ns_factors_of(p).epsilon * chip->pool.energy_j;
    s->buffer += bits->chip_in * chip->buffer.read_j + bits->chip_out * chip->buffer.write_j;
    const double side_m = chip->tile[d->kind].side_m;
    double in_m = ceil(m->grid_columns / 2) * side_m;
    double out_m = fmax(0, floor(m->grid_rows / 2) - 1) * side_m;
    double in = p->input_toggle * bits->chip_in, out = p->output_toggle * bits->chip_out;
    if (p->global_bus_type) {   /* [Q] what toggles is rounded up to whole words */
        const double wires = ns_htree_wires(chip, d);
        in = ceil(in / wires) * wires;
        out = ceil(out / wires) * wires;
        in_m = out_m = chip->htree[d->kind].path_m;
    }
    s->ic += chip->wires.repeated.energy_j_per_m * (in * in_m + out * out_m);
}

ns_spent ns_layer_energy(const ns_chip *chip, const ns_subarray *reading, const ns_layer *l,
                         const ns_mapped *d) {
    ns_spent s = {0};
    job j = {.chip = chip, .reading = reading, .layer = l, .mapped = d,
             .work = ns_work_of(chip, l, d),
             .narrower = (double)chip->array.output_bits - reading->output_bits};
    j.bits = ns_traffic_of(chip, l, d, j.narrower);
    for (uint32_t i = 0; i < j.work.pe_blocks; ++i) add_pe(&s, &j, &j.work.pe[i]);
    add_tiles(&s, &j);
    add_chip(&s, &j);
    return s;
}

double ns_layer_tile_leakage_w(const ns_chip *chip, const ns_layer *l, const ns_mapped *d,
                               double *pe_rows) {
    const ns_work w = ns_work_of(chip, l, d);
    const ns_tile *t = &chip->tile[d->kind];
    /* [Q] All tiles leak as the last PE that the layer was cut into, and with as much of the
     * tile's adder tree as was used last, by whichever layer. */
    const ns_pe_block *last = &w.pe[w.pe_blocks - 1];
    const double arrays = ns_pieces(last->rows, chip->array.parameters.rows);
    if (chip->array.parameters.without[NS_TREE_LEAKAGE])
        return ns_tile_leakage_w(t, t->pe.side, t->pe_rows);
    if (d->kind == NS_NOVEL) return ns_tile_leakage_w(t, arrays, t->pes);
    for (uint32_t i = 0; i < w.tile_blocks; ++i)
        if (w.tile[i].pe_rows > 1) *pe_rows = w.tile[i].pe_rows;
    return ns_tile_leakage_w(t, arrays, *pe_rows);
}
