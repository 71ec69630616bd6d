/* Digital SRAM arrays: cells with multipliers, adders in trees or chains; equations: README.md. */
#include "sram_digital.h"
#include "sram_cell.h"
#include <cim_circuit/logic.h>
#include <math.h>

static const double random_toggles = 0.5;   /* of a node a cycle, behind cim_circuit/logic.h  */
static const double port_share = 0.3;       /* of a 6T cell: as in sram_cell.c                    */
static const double standard_fill = 0.75;   /* cells over area of a placed block of standard cells;
                                               usual, assumed                                     */
static const double adder_gates = 9;        /* NAND2 of a full adder: cim_circuit/logic.h         */
static const double and_gates = 1, xnor_gates = 2; /* an XNOR of inputs with their complements is
                                               one and-or gate of eight transistors               */
static const double gate_pitches = 2;       /* of a NAND2 in a cell drawn by hand, whose gates share
                                               their diffusions; 3 in cells of their own; assumed */
/* Gates that a late input passes, of a full adder of nine NAND2: the sum from above enters its
 * second half, the carry from the side its first. */
static const double sum_gates = 3, carry_gates = 4;
static const double tree_bit_gates = 2, tree_stage_gates = 4; /* carry past a bit; past a stage  */
/* A chain switches 1.5 times as much as a tree for four inputs and 2.5 times for eight, since its
 * sums change again with each late carry: Chandrakasan, Sheng and Brodersen, "Low-power CMOS
 * digital design", IEEE JSSC 1992. The line through both: */
static const double glitch_base = 0.5, glitch_per_row = 0.25;

static double bits_for(double x) { return x > 1 ? ceil(log2(x)) : 0; }

uint32_t sram_digital_columns(const sram_design *d, uint32_t weight_bits) {
    return d->accumulate == SRAM_CHAIN ? weight_bits + (uint32_t)bits_for(d->rows) : weight_bits;
}

sram_circuit sram_digital_circuit(const sram_design *design) {
    sram_circuit c = {.design = *design, .drop_v = design->technology->vdd_v};
    sram_design *d = &c.design;
    d->columns_per_adc = d->dac_bits = d->weight_bits_at_once = 1;
    if (d->accumulate == SRAM_CHAIN || d->rows_at_once > d->rows) d->rows_at_once = d->rows;
    c.row_lines = d->weight_mapping == SRAM_DIFFERENTIAL ? 2 : 1;
    c.column_lines = 2;
    c.cell_leakage_w = sram_store_leakage_w(d->technology);
    return c;
}

/* What one layer's array is made of. */
typedef struct block {
    const cim_technology *t;
    const sram_design *d;
    const sram_use *use;
    double weight_columns, weights;  /* columns of a weight; weights side by side                */
    double toggles;                  /* of a product, in a step                                   */
    double gate_s;                   /* of a NAND2                                                */
    double sum_bits;                 /* of one step's sum                                         */
    cim_cost multiplier, bit_register;
} block;

/* Gates of the smallest transistors, in a cell drawn by hand. */
static cim_cost small_gates(const cim_technology *t, double n) {
    cim_cost c = cim_gates(t, n);
    c.area_m2 = n * gate_pitches * t->poly_pitch_m * t->cell_height_m;
    c.energy_j /= t->cell_drive;
    c.leakage_w /= t->cell_drive;
    return c;
}

static cim_cost placed(cim_cost c) {
    c.area_m2 /= standard_fill;
    return c;
}

static block block_of(const sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    const cim_technology *t = d->technology;
    const int is_chain = d->accumulate == SRAM_CHAIN;
    const double change = 2 * use->input_density * (1 - use->input_density);
    const int is_signed = d->weight_mapping == SRAM_DIFFERENTIAL;
    const double gates = is_signed ? xnor_gates : and_gates;
    block b = {.t = t, .d = d, .use = use, .bit_register = cim_register(t, 1)};
    b.weight_columns = sram_digital_columns(d, use->weight_bits);
    b.weights = ceil(d->columns / b.weight_columns);
    b.toggles = is_signed ? change : change * use->mean_level;
    b.gate_s = cim_gates(t, 1).delay_s;
    b.sum_bits = use->weight_bits + bits_for(d->rows_at_once);
    b.multiplier = is_chain ? small_gates(t, gates) : placed(cim_gates(t, gates));
    return b;
}

/* Share of the toggles of random data in the sum of n products: its last bit changes with an odd
 * number of them. */
static double activity(const block *b, double n) {
    return (1 - pow(1 - 2 * b->toggles, n)) / 2 / random_toggles;
}

/* One tree: energy_j of one step; delay_s of the slowest of its stages between registers. */
typedef struct tree { cim_cost adders; double register_bits; } tree;

static tree tree_of(const block *b, double height_m, double first_s) {
    const cim_technology *t = b->t;
    const sram_design *d = b->d;
    const cim_cost adder = placed(cim_adder(t, 1));
    const double stages = bits_for(d->rows_at_once), ranks = fmin(d->pipeline_registers, stages);
    const double wire_f = t->wire_f_per_m * height_m / 2;   /* a bit of all adders of a stage */
    const double drive_ohm = t->inverter_ohm / t->cell_drive;
    double left = d->rows_at_once, spent_s = first_s, gates = 0, rank = 1;
    tree r = {{0, first_s, 0, 0}, 0};
    for (double s = 1; s <= stages; ++s) {
        const double adders = floor(left / 2), bits = b->use->weight_bits + s - 1;
        const double active = activity(b, exp2(s));
        r.adders.area_m2 += adders * bits * adder.area_m2;
        r.adders.leakage_w += adders * bits * adder.leakage_w;
        r.adders.energy_j += active * bits * (adders * adder.energy_j +
                                              wire_f * t->vdd_v * t->vdd_v / 4);
        left -= adders;
        gates += gates > 0 ? tree_stage_gates : tree_bit_gates * bits;
        spent_s += 0.69 * drive_ohm * wire_f * exp2(s - stages - 1);
        if (s * ranks < rank * stages) continue;   /* no register behind this stage */
        r.adders.delay_s = fmax(r.adders.delay_s, gates * b->gate_s + spent_s);
        r.register_bits += left * (bits + 1);
        spent_s = gates = 0;
        ++rank;
    }
    return r;
}

/* Area of the cells with what is beside or in them, for the floor plan. */
static double chain_cell_m2(const block *b) {
    const double end_m2 = b->t->poly_pitch_m * b->t->cell_height_m;
    return b->t->sram_cell_m2 + small_gates(b->t, adder_gates).area_m2 + b->multiplier.area_m2 +
           end_m2;
}

/* Share of a multiplier that a cell has; and what a cell is, when several have one. */
static double multiplier_share(const sram_design *d) { return (double)d->rows_at_once / d->rows; }
static double stored_m2(const block *b) {
    return b->t->sram_cell_m2 * (multiplier_share(b->d) < 1 ? 1 + port_share : 1);
}

static double cell_m2(const block *b) {
    if (b->d->accumulate == SRAM_CHAIN) return chain_cell_m2(b);
    const double trees_m2 = tree_of(b, 0, 0).adders.area_m2 / b->d->rows / b->weight_columns;
    return stored_m2(b) + multiplier_share(b->d) * b->multiplier.area_m2 + trees_m2;
}

/* Cells and logic side by side in a square, lines across it. */
static void lay_out(sram_circuit *c, const block *b) {
    c->cell_m2 = cell_m2(b);
    c->cell_height_m = c->cell_width_m = sqrt(c->cell_m2);
    sram_set_write_path(c);
    c->row_load_f = b->t->inverter_input_f;
    c->row = cim_array_line(b->t, b->d->columns * c->cell_width_m,
                            b->d->columns * c->row_load_f, 0);
    c->row_driver = cim_driver(b->t, c->row.capacitance_f);
    c->row_driver.delay_s += c->row.delay_s;
}

/* Input bits stay until the next step: a line rises when its bit does. */
static void book_drivers(cim_array *a, const sram_circuit *c, const block *b, double delays) {
    const sram_design *d = b->d;
    const double rises = b->use->input_density * (1 - b->use->input_density);
    const double registers = 1 + delays, inputs = d->rows_at_once;
    cim_array_add(a, CIM_PART_DRIVERS, c->write_path);
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(c->row_driver, c->row_lines * inputs));
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(b->bit_register, registers * inputs));
    a->row_j[CIM_PART_DRIVERS] = c->row_lines * rises * c->row_driver.energy_j +
                                 registers * b->bit_register.energy_j;
    a->write_j = c->write_j;
    a->write_row_s = c->write_row_s;
}

/* Adds the sums of all steps and row groups, each shifted: a weight's own. */
static void book_accumulators(cim_array *a, const block *b) {
    const double groups = ceil((double)b->d->rows / b->d->rows_at_once);
    const double adder_bits = b->sum_bits + bits_for(groups);
    a->sum_bits = (uint32_t)(adder_bits + b->use->input_bits);
    const cim_cost c = placed(cim_shift_add(b->t, adder_bits, a->sum_bits));
    cim_array_add(a, CIM_PART_SHIFT_ADD, cim_cost_times(c, b->weights));
    a->conversion_j[CIM_PART_SHIFT_ADD] += c.energy_j / b->weight_columns;
    a->round_s = fmax(a->round_s, c.delay_s);
}

static void book_cells(cim_array *a, const sram_circuit *c, const block *b, double m2) {
    const double cells = (double)b->d->rows * b->d->columns, share = multiplier_share(b->d);
    a->area_m2[CIM_PART_ARRAY] = cells * m2;
    a->leakage_w[CIM_PART_ARRAY] = cells * (c->cell_leakage_w + share * b->multiplier.leakage_w);
    a->cell_j[CIM_PART_ARRAY] = b->multiplier.energy_j * b->toggles / random_toggles;
    if (share < 1) {   /* each in turn onto the line to the multiplier */
        const double line_f = c->cell_height_m * b->t->wire_f_per_m +
                              sram_drain_f(b->t, b->t->min_width_m);
        const double line_j = line_f / share * b->t->vdd_v * b->t->vdd_v;
        a->cell_j[CIM_PART_ARRAY] += random_toggles / 2 * line_j;
    }
}

static void book_trees(cim_array *a, const sram_circuit *c, const block *b) {
    const double first_s = c->row_driver.delay_s + b->gate_s;
    const tree r = tree_of(b, b->d->rows * c->cell_height_m, first_s);
    const cim_cost registers = placed(cim_register(b->t, r.register_bits));
    book_cells(a, c, b, stored_m2(b) + multiplier_share(b->d) * b->multiplier.area_m2);
    cim_array_add(a, CIM_PART_SHIFT_ADD, cim_cost_times(r.adders, b->weights));
    cim_array_add(a, CIM_PART_SHIFT_ADD, cim_cost_times(registers, b->weights));
    a->cell_j[CIM_PART_SHIFT_ADD] = r.adders.energy_j / b->d->rows_at_once / b->weight_columns;
    a->conversion_j[CIM_PART_SHIFT_ADD] = registers.energy_j / b->weight_columns;
    a->round_s = r.adders.delay_s + registers.delay_s;
    book_drivers(a, c, b, 0);
}

/* Mean of activity() over the cells of a column. */
static double chain_activity(const block *b) {
    const double q = 1 - 2 * b->toggles, n = b->d->rows;
    const double kept = b->toggles > 0 ? q * (1 - pow(q, n)) / (n * (1 - q)) : 1;
    return (1 - kept) / 2 / random_toggles;
}

static void book_chains(cim_array *a, const sram_circuit *c, const block *b) {
    const sram_design *d = b->d;
    const cim_technology *t = b->t;
    const double ranks = fmin(d->pipeline_registers, d->rows);
    const double run = ceil(d->rows / ranks);
    const cim_cost adder = small_gates(t, adder_gates);
    const cim_cost registers = cim_cost_times(b->bit_register, ranks);
    book_cells(a, c, b, c->cell_m2);
    a->leakage_w[CIM_PART_ARRAY] += (double)d->rows * d->columns * adder.leakage_w;
    a->cell_j[CIM_PART_ARRAY] += adder.energy_j * chain_activity(b) *
                                 fmax(1, glitch_base + glitch_per_row * run);
    cim_array_add(a, CIM_PART_SHIFT_ADD, cim_cost_times(registers, d->columns));
    a->conversion_j[CIM_PART_SHIFT_ADD] = registers.energy_j;
    /* A wire to the next cell, below or beside, behind each adder. */
    const double wire_s = 0.69 * t->inverter_ohm * c->cell_height_m * t->wire_f_per_m;
    const double product_s = c->row_driver.delay_s + xnor_gates * b->gate_s;
    a->round_s = product_s + run * (sum_gates * b->gate_s + wire_s) +
                 b->weight_columns * (carry_gates * b->gate_s + wire_s) + b->bit_register.delay_s;
    book_drivers(a, c, b, (ranks - 1) / 2);   /* inputs of later rows wait for the sums */
}

cim_array sram_digital_array(const sram_circuit *circuit, const sram_use *use) {
    sram_circuit c = *circuit;
    const sram_design *d = &circuit->design;
    const block b = block_of(circuit, use);
    cim_array a = {.rows = d->rows, .columns = d->columns, .rows_at_once = d->rows_at_once,
                   .columns_per_adc = 1, .cell_bits = 1, .dac_bits = 1,
                   .volatile_cells = 1};
    lay_out(&c, &b);
    if (d->accumulate == SRAM_CHAIN) book_chains(&a, &c, &b);
    else book_trees(&a, &c, &b);
    book_accumulators(&a, &b);
    return a;
}
