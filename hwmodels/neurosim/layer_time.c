/* A layer's time: sub-arrays, then everything behind them, one after the other. */
#include "layer.h"
#include <math.h>

static const double block_rows = 64;

double ns_active_rows(double density, double rows) {
    double active = 0;
    for (double left = rows; left > 0; left -= block_rows)
        active += round(density * fmin(left, block_rows));
    return active;
}

/* That many bits read, and written. */
static double accesses(const ns_chip *chip, const ns_buffer *b, double read, double written,
                       double cores) {
    const double bits = b->line_bits * cores;
    if (chip->tick_hz > 0) return (read + written) / bits;
    return (read * b->read_s + written * b->write_s) / bits;
}

/* Weights that one group of columns behind an ADC makes: 0 when it takes several groups [Q]. */
static double weights_per_adc(const ns_chip *chip) {
    return floor((double)chip->array.columns_per_adc / chip->array.cells_per_weight);
}

static void add_sub_arrays(ns_spent *s, const ns_chip *chip, const ns_layer *l,
                           const ns_mapped *d, const ns_work *w) {
    const ns_parameters *p = &chip->array.parameters;
    const double rows = fmin(w->fullest.rows, p->rows);
    const ns_read r = ns_subarray_read(&chip->array, rows, ns_active_rows(l->density, rows),
                                       fmin(w->fullest.columns, p->cols));
    const double reads = l->vectors * l->ab / d->speed_up;
    s->adc += reads * r.time.adc;
    s->accum += reads * r.time.accum;
    s->array += reads * r.time.other;
}

static void add_pes(ns_spent *s, const ns_chip *chip, const ns_layer *l, const ns_mapped *d,
                    const ns_work *w) {
    const ns_parameters *p = &chip->array.parameters;
    const ns_tile *t = &chip->tile[d->kind];
    const ns_pe *pe = &t->pe;
    const int fits = w->whole_in_pe && l->rows <= p->rows && l->columns <= p->cols;
    if (!fits) {
        const double sums = l->vectors * weights_per_adc(chip);
        const double tick = ns_ticks(chip, ns_tree_delay_s(&pe->tree,
                                                           ns_pieces(w->fullest.rows, p->rows)));
        s->accum += sums * tick / d->speed_up;
    }
    /* [Q] Copies within a PE that holds all of the layer do not speed up what is around it. */
    const double copies = w->whole_in_pe ? t->pes : d->speed_up;
    const double in = floor(w->fullest.rows * l->vectors * l->ab / pe->input_bits);
    const double out = floor(w->fullest.columns / l->cells_per_weight * chip->array.output_bits *
                             l->vectors / pe->output_bits);
    s->buffer += (in + out) * ns_register_ticks(chip) / copies;
    /* [Q] Synchronous, its buses take no time. */
    if (chip->tick_hz > 0 && !p->without[NS_PE_BUS_TIME]) return;
    /* A wire for each row of one sub-array in, for each column of a row of them out. [Q] On the
     * thinnest metal, whatever their length. */
    const double s_per_m = chip->local.bus.delay_s_per_m[0];
    const double bits_in = w->fullest.rows * l->vectors * l->ab;
    const double bits_out = w->fullest.columns / l->cells_per_weight * l->vectors * pe->sum_bits;
    if (chip->tick_hz > 0)
        s->ic += (bits_in / p->rows * ns_ticks(chip, s_per_m * pe->input_run_m) +
                  bits_out / (pe->side * p->cols) * ns_ticks(chip, s_per_m * pe->output_run_m)) /
                 copies;
    else
        s->ic += s_per_m * (bits_in / p->rows * pe->input_run_m +
                            bits_out / (pe->side * p->cols) * pe->output_run_m) / copies;
}

static void add_tiles(ns_spent *s, const ns_chip *chip, const ns_layer *l, const ns_mapped *d,
                      const ns_work *w, const ns_traffic *bits) {
    const ns_tile *t = &chip->tile[d->kind];
    if (w->pe_rows > 1) {
        const double groups = d->kind == NS_NOVEL
                                  ? weights_per_adc(chip)
                                  : ceil((double)chip->array.columns_per_adc /
                                         chip->array.cells_per_weight);
        s->accum += l->vectors * groups * ns_ticks(chip, ns_tree_delay_s(&t->tree, w->pe_rows));
    }
    /* [Q] Copies of tiles wait for each other. */
    const double copies = chip->array.parameters.without[NS_COPIES] ? d->tile_copies : 1;
    /* Half of both is booked: a buffer is read while it is written. */
    const double in = bits->tile_in / 2 / copies, out = bits->tile_out / 2 / copies;
    s->buffer += accesses(chip, &t->input, in, in, t->input.cores) +
                 accesses(chip, &t->output, out, out, t->output.cores);
    s->ic += (bits->tile_in + bits->tile_out) / t->htree_bits / copies *
             ns_ticks(chip, t->htree.delay_s);
}

/* Bus: in along half of the columns, out along the upper half of the rows. H-tree: all the way, on
 * the layer's share of the wires. */
static double chip_transfer(const ns_chip *chip, const ns_mapped *d, const ns_traffic *bits) {
    const ns_mapping *m = &chip->mapping;
    if (chip->array.parameters.global_bus_type) {
        return ceil((bits->chip_in + bits->chip_out) / ns_htree_wires(chip, d)) *
               ns_ticks(chip, chip->htree[d->kind].delay_s);
    }
    const double side_m = chip->tile[d->kind].side_m;
    const double in_m = ceil(m->grid_columns / 2) * side_m;
    const double out_m = fmax(0, floor(m->grid_rows / 2) - 1) * side_m;
    const double in = ceil(bits->chip_in / chip->bus_bits * m->grid_rows / d->tile_rows);
    const double out = ceil(bits->chip_out / chip->bus_bits * m->grid_columns / d->tile_columns);
    return in * ns_ticks(chip, ns_wire_delay_s(&chip->wires, in_m)) +
           out * ns_ticks(chip, ns_wire_delay_s(&chip->wires, out_m));
}

/* Poolings compare in three steps. */
static const double pool_steps = 3, pool_window = 4;

static void add_chip(ns_spent *s, const ns_chip *chip, const ns_layer *l, const ns_mapped *d,
                     const ns_traffic *bits) {
    const double results = l->outputs * l->vectors;
    if (d->tile_rows > 1) {
        const ns_tree tree = ns_chip_accumulators(chip, d->tile_rows);
        s->accum += ceil(results / chip->lanes) *
                    ns_ticks(chip, ns_tree_delay_s(&tree, d->tile_rows));
    }
    if (chip->array.parameters.chip_activation)
        s->activation += ceil(results / chip->activators) * ns_register_ticks(chip);
    if (l->pooled) {
        const double steps = chip->tick_hz > 0 ? pool_steps : chip->pool.delay_s;
        s->pool += ceil(results / pool_window / chip->pools) * steps;
    }
    s->buffer += accesses(chip, &chip->buffer, bits->chip_in, bits->chip_out,
                          chip->buffer_ports);
    s->ic += chip_transfer(chip, d, bits);
}

ns_spent ns_layer_ticks(const ns_chip *chip, const ns_layer *l, const ns_mapped *d) {
    ns_spent s = {0};
    const ns_work w = ns_work_of(chip, l, d);
    const ns_traffic bits = ns_traffic_of(chip, l, d, 0);
    add_sub_arrays(&s, chip, l, d, &w);
    add_pes(&s, chip, l, d, &w);
    add_tiles(&s, chip, l, d, &w, &bits);
    add_chip(&s, chip, l, d, &bits);
    return s;
}
