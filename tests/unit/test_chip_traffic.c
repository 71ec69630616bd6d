/* The chip library around the arrays: buffers, paths, digital units, counted by hand for one layer,
 * and what limits a layer's latency. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_chip/chip.h>
#include <cim_circuit/logic.h>
#include <cim_circuit/memory.h>
#include <cim_circuit/wire.h>

#include "chip_fixture.h"

static cim_technology tech;

/* Arrays of 128 x 128 one-bit cells that cost nothing but area: what is left is the chip's. */
static cim_chip evaluate(const cim_chip_spec *spec, const fixture_network *f,
                         cim_chip_layer *layers) {
    cim_array a = {.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                   .cell_bits = 1, .dac_bits = 1, .sum_bits = 21, .round_s = 1e-9};
    cim_chip chip;
    a.area_m2[CIM_PART_ARRAY] = 1e-9;
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        layers[i].array = a;
        layers[i].weight_bits = layers[i].input_bits = 8;
    }
    cim_chip_evaluate(spec, &f->network, layers, &chip);
    return chip;
}

static const cim_chip_spec plain = {.technology = &tech, .arrays_per_pe = 16, .pes_per_tile = 4,
                                    .pipeline = 1, .duplication = 1};

/* 3x3, 128 -> 256 channels on 32 x 32: 9 x 16 arrays. A PE is 4 x 4 of them, a tile 8 x 8, so the
 * rows take 3 PEs and 2 tiles, the columns 4 PEs and 2 tiles; 3 tiles of 4 PEs hold all. */
#define POSITIONS 1024.0
#define VECTOR_BITS (1152.0 * 8)
#define IMAGE_BITS (128 * 1024 * 8.0)
#define OUTPUTS (256 * 1024.0)
#define FRESH ((3 + 31) / (32 * 3.0))
#define LINE_BUFFER_BITS (3 * 32 * 128 * 8 / 2.0)

static void one_layer(fixture_network *f) {
    fixture_start(f, 128, 32);
    fixture_add(f, "conv", CIM_OP_CONV, 256, 3, 1);
}

static void tile_area(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    one_layer(&f);
    evaluate(&plain, &f, w);
    const cim_cost bit = cim_register(&tech, 1), line = cim_sram(&tech, LINE_BUFFER_BITS);
    near(w[0].area_m2[CIM_PART_BUFFER], 2 * 12 * 512 * 8 * bit.area_m2 + 3 * line.area_m2, 1e-12);
    near(w[0].leakage_w[CIM_PART_BUFFER], 2 * 12 * 512 * 8 * bit.leakage_w + 3 * line.leakage_w,
         1e-12);
    /* One adder an array, 64 lanes of a multiplier and a register. */
    near(w[0].area_m2[CIM_PART_DIGITAL], 192 * cim_adder(&tech, 21).area_m2 +
         64 * (cim_multiplier(&tech, 8).area_m2 + 8 * bit.area_m2), 1e-12);
    const double side = sqrt((w[0].area_m2[CIM_PART_ARRAY] + w[0].area_m2[CIM_PART_BUFFER] +
                              w[0].area_m2[CIM_PART_DIGITAL]) / 3);
    const double wires = 12 * 2 * 128 * side / 2 + 3 * 2 * 128 * side;
    near(w[0].area_m2[CIM_PART_INTERCONNECT],
         wires * cim_repeated_wire(&tech, 0.5).area_m2 + 3 * 5 * 128 * bit.area_m2 +
         3 * 25 * 128 * cim_gates(&tech, 1).area_m2, 1e-12);
}

static void digital_and_buffer_energy(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    one_layer(&f);
    const cim_chip chip = evaluate(&plain, &f, w);
    const double bit_j = cim_register(&tech, 1).energy_j;
    near(w[0].energy_j[CIM_PART_DIGITAL],
         OUTPUTS * (8 * cim_adder(&tech, 21).energy_j + cim_multiplier(&tech, 8).energy_j +
                    8 * bit_j), 1e-12);
    const double line_j = cim_sram(&tech, LINE_BUFFER_BITS).energy_j;
    const double global_j = cim_sram(&tech, chip.buffer_bits).energy_j;
    near(w[0].energy_j[CIM_PART_BUFFER],
         (IMAGE_BITS + POSITIONS * VECTOR_BITS * FRESH) * 2 * line_j +
         POSITIONS * VECTOR_BITS * 4 * bit_j + (IMAGE_BITS + OUTPUTS * 8) * global_j, 1e-12);
}

static void interconnect_energy(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    one_layer(&f);
    const cim_chip chip = evaluate(&plain, &f, w);
    const double metre_j = cim_repeated_wire(&tech, 0.5).energy_j;
    const double side = sqrt((w[0].area_m2[CIM_PART_ARRAY] + w[0].area_m2[CIM_PART_BUFFER] +
                              w[0].area_m2[CIM_PART_DIGITAL]) / 3);
    /* Inputs to 4 PE columns and sums of 3 PE rows cross half a tile, sums of the second tile row a
     * tile; inputs go on to the second tile column; all of it half the chip and sqrt(3)/2 hops. */
    const double in_tile = (POSITIONS * VECTOR_BITS * FRESH * 4 + OUTPUTS * 21 * 3) / 2 * side;
    const double between = (OUTPUTS * 21 + IMAGE_BITS) * side;
    const double bits = IMAGE_BITS + OUTPUTS * 8;
    near(w[0].energy_j[CIM_PART_INTERCONNECT],
         (in_tile + between + bits * sqrt(chip.area_m2) / 2) * metre_j +
         bits * sqrt(3) / 2 * cim_register(&tech, 1).energy_j, 1e-12);
}

/* fc1: 8192 inputs and 1024 outputs of 8 bits through 1024 bits a cycle: 72 cycles, more than its
 * 64 rounds. fc2: 8192 + 80 bits through one tile's 128: 65 cycles. Both load 512 inputs first. */
static void what_layers_wait_for(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    const cim_chip chip = evaluate(&plain, &f, w);
    const double access = cim_sram(&tech, chip.buffer_bits).delay_s;
    assert_int_equal(w[1].bound, CIM_PART_ARRAY);
    assert_int_equal(w[2].bound, CIM_PART_DIGITAL);
    assert_int_equal(w[9].bound, CIM_PART_BUFFER);
    assert_int_equal(w[10].bound, CIM_PART_INTERCONNECT);
    near(w[9].latency_s, (32 + 72 + 8) * chip.cycle_s + access, 1e-12);
    near(w[10].latency_s, (32 + 65 + 8) * chip.cycle_s + access, 1e-12);
    /* pool1: 128 x 16 x 16 windows of 4 over 64 lanes, and one cycle. */
    near(w[2].latency_s, (1 + 128 * 256 * 4 / 64.0) * chip.cycle_s + access, 1e-12);
}

/* With many copies, the one port of the global buffer sets the pace. */
static void shared_port(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    spec.duplication = 64;
    fixture_vgg8(&f);
    const cim_chip chip = evaluate(&spec, &f, w);
    double values = 0;
    for (uint32_t i = 0; i < f.network.layers.n; ++i) {
        const cim_layer *l = &f.layers[i];
        values += (double)l->in_channels * l->in_height * l->in_width +
                  (double)l->out_channels * l->out_height * l->out_width;
    }
    near(chip.interval_s, values * 8 / 1024 * chip.cycle_s, 1e-12);
}

static void additions_of_many(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    const double hold = cim_register(&tech, 8).energy_j, add = cim_adder(&tech, 9).energy_j;
    for (uint32_t n = 1; n <= 3; ++n) {
        const uint32_t inputs[] = {0, 0, CIM_FROM_INPUT};
        fixture_start(&f, 16, 8);
        fixture_add(&f, "relu", CIM_OP_ACTIVATION, 16, 1, 1);
        cim_layer *l = fixture_add(&f, "add", CIM_OP_ADD, 16, 1, 1);
        l->n_inputs = n;
        l->inputs = inputs;
        evaluate(&plain, &f, w);
        const double adds = n > 1 ? n - 1 : 1, values = 16 * 64;
        near(w[1].energy_j[CIM_PART_DIGITAL], values * adds * (add + hold), 1e-12);
    }
}

/* x + x: the one input is freed once. Live: input; input and relu; relu and sum; sum and end. */
static void input_named_twice(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    spec.pipeline = 0;
    fixture_start(&f, 16, 8);
    fixture_add(&f, "relu", CIM_OP_ACTIVATION, 16, 1, 1);
    cim_layer *l = fixture_add(&f, "add", CIM_OP_ADD, 16, 1, 1);
    f.inputs[1][1] = 0;
    l->n_inputs = 2;
    fixture_add(&f, "wide", CIM_OP_CONV, 64, 1, 1);
    fixture_add(&f, "end", CIM_OP_CONV, 8, 1, 1);
    const double one = 16 * 64 * 8, wide = 64 * 64 * 8, end = 8 * 64 * 8;
    assert_true(evaluate(&spec, &f, w).buffer_needed_bits == fmax(one + wide, wide + end));
}

static void round_of_the_adders(void **state) {
    (void)state;
    cim_array a = {.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                   .cell_bits = 8, .dac_bits = 1};
    cim_array_add_shift_add(&a, &tech, 5, 8, 8, 0);   /* one slice: 13 bits, then 21 */
    near(a.round_s, cim_adder(&tech, 21).delay_s + cim_register(&tech, 21).delay_s, 1e-12);
    near(a.conversion_j[CIM_PART_SHIFT_ADD],
         cim_adder(&tech, 7).energy_j + cim_register(&tech, 13).energy_j +
         cim_adder(&tech, 15).energy_j + cim_register(&tech, 21).energy_j, 1e-12);
    near(a.area_m2[CIM_PART_SHIFT_ADD],
         16 * (cim_adder(&tech, 13).area_m2 + cim_register(&tech, 13).area_m2 +
               cim_adder(&tech, 21).area_m2) + 128 * cim_register(&tech, 21).area_m2, 1e-12);
    a.cell_bits = 1;
    a.round_s = 0;
    cim_array_add_shift_add(&a, &tech, 5, 8, 8, 0);   /* eight slices share an accumulator */
    near(a.round_s, cim_adder(&tech, 13).delay_s + cim_register(&tech, 13).delay_s, 1e-12);
}

/* ---- interconnects, ports, line buffers: choices of the chip --------------------------------- */

static cim_chip evaluate_one(const cim_chip_spec *spec, cim_chip_layer *w) {
    fixture_network f;
    one_layer(&f);
    return evaluate(spec, &f, w);
}

static double tile_side(const cim_chip_layer *w) {
    return sqrt((w->area_m2[CIM_PART_ARRAY] + w->area_m2[CIM_PART_BUFFER] +
                 w->area_m2[CIM_PART_DIGITAL]) / 3);
}

static void tree(void **state) {
    (void)state;
    cim_chip_layer mesh[FIXTURE_LAYERS], w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    const cim_chip with_mesh = evaluate_one(&spec, mesh);
    spec.interconnect = CIM_CHIP_H_TREE;
    const cim_chip chip = evaluate_one(&spec, w);
    const cim_cost wire = cim_repeated_wire(&tech, 0.5), bit = cim_register(&tech, 1);
    const double side = tile_side(w), chip_side = sqrt(chip.area_m2);
    /* PE ports as ever; a tile's share of the tree, a register where a side ends, and its fork. */
    near(w[0].area_m2[CIM_PART_INTERCONNECT], 12 * 128 * side * wire.area_m2 +
         3 * 1.5 * 2 * 128 * (side * wire.area_m2 + bit.area_m2) +
         3 * 3 * 128 * cim_gates(&tech, 1).area_m2, 1e-12);
    /* Three tiles: only the root forks below the port's width, 512 instead of 128 bits each way. */
    double before_m2 = chip.shared_area_m2[CIM_PART_BUFFER];
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) before_m2 += w[0].area_m2[p];
    const double root_m = 2 * 2 * 384 * sqrt(before_m2) / 4;
    near(chip.shared_area_m2[CIM_PART_INTERCONNECT],
         root_m * (wire.area_m2 + bit.area_m2 * sqrt(3) / sqrt(before_m2)), 1e-12);
    /* Inputs go 1.5 sides on to the second tile column, sums of the second tile row 3. */
    const double in_tile = (POSITIONS * VECTOR_BITS * FRESH * 4 + OUTPUTS * 21 * 3) / 2 * side;
    const double between = (3 * OUTPUTS * 21 + 1.5 * IMAGE_BITS) * side;
    const double way = chip_side * (1 - 0.5 / sqrt(3)) * wire.energy_j +
                       (sqrt(3) - 0.5) * bit.energy_j;
    near(w[0].energy_j[CIM_PART_INTERCONNECT], (in_tile + between) * wire.energy_j +
         (IMAGE_BITS + OUTPUTS * 8) * way, 1e-12);
    near(w[0].latency_s - mesh[0].latency_s, chip.cycle_s, 1e-6);   /* ceil(sqrt(3) - 1) */
    assert_true(chip.slowest_stage_s == with_mesh.slowest_stage_s);
}

static void bus(void **state) {
    (void)state;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    spec.interconnect = CIM_CHIP_BUS;
    spec.link_bits = 8;
    const cim_chip chip = evaluate_one(&spec, w);
    const cim_cost wire = cim_repeated_wire(&tech, 0.5), bit = cim_register(&tech, 1);
    const double side = tile_side(w);
    near(w[0].area_m2[CIM_PART_INTERCONNECT], 12 * 128 * side * wire.area_m2 +
         3 * 8 * (side * wire.area_m2 + 2 * bit.area_m2 + cim_gates(&tech, 1).area_m2), 1e-12);
    /* Inputs are heard by all tiles; sums of the second tile row take their turn. */
    const double bits = IMAGE_BITS + OUTPUTS * 8 + OUTPUTS * 21;
    const double in_tile = (POSITIONS * VECTOR_BITS * FRESH * 4 + OUTPUTS * 21 * 3) / 2 * side;
    near(w[0].energy_j[CIM_PART_INTERCONNECT], in_tile * wire.energy_j +
         bits * (2 * sqrt(chip.area_m2) * wire.energy_j + 2 * bit.energy_j), 1e-12);
    const double access = cim_sram(&tech, chip.buffer_bits).delay_s;
    near(w[0].latency_s, (32 + bits / 8 + 8) * chip.cycle_s + access, 1e-12);
    assert_int_equal(w[0].bound, CIM_PART_INTERCONNECT);
    /* It is not faster than its wire from the middle to a corner of the chip. */
    cim_chip_layer vgg[FIXTURE_LAYERS];
    fixture_network f;
    fixture_vgg8(&f);
    spec.arrays_per_pe = 1024;
    spec.pes_per_tile = 16;
    const cim_chip large = evaluate(&spec, &f, vgg);
    assert_true(large.area_m2 > 100e-6 && large.slowest_stage_s > 1e-9);
    near(large.slowest_stage_s, sqrt(large.area_m2) * wire.delay_s + bit.delay_s, 0.02);
}

/* All stages of a pipeline wait for the one bus. */
static void shared_bus(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    spec.interconnect = CIM_CHIP_BUS;
    spec.duplication = 64;
    fixture_vgg8(&f);
    const cim_chip chip = evaluate(&spec, &f, w);
    double bits = 0;
    for (uint32_t i = 0; i < f.network.layers.n; ++i)
        if (w[i].tiles > 0) bits += w[i].traffic_bits + w[i].sum_traffic_bits;
    near(chip.interval_s, bits / 128 * chip.cycle_s, 1e-12);
    spec.interconnect = CIM_CHIP_MESH;
    assert_true(evaluate(&spec, &f, w).interval_s < chip.interval_s / 3);
}

static void widths(void **state) {
    (void)state;
    cim_chip_layer normal[FIXTURE_LAYERS], narrow[FIXTURE_LAYERS], w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    const cim_chip chip = evaluate_one(&plain, normal);
    spec.link_bits = spec.pe_port_bits = 128;   /* as 0 does */
    const cim_chip same = evaluate_one(&spec, w);
    assert_memory_equal(&same, &chip, sizeof chip);
    spec.pe_port_bits = 8;                      /* 4096 bits of a vector a row of PEs, 34 % fresh */
    evaluate_one(&spec, narrow);
    assert_int_equal(narrow[0].bound, CIM_PART_BUFFER);
    const double access = cim_sram(&tech, chip.buffer_bits).delay_s;
    near(narrow[0].latency_s,
         (512 + 1024 * ceil(512 * FRESH) + 8) * chip.cycle_s + access, 1e-12);
    assert_true(narrow[0].area_m2[CIM_PART_INTERCONNECT] <
                normal[0].area_m2[CIM_PART_INTERCONNECT]);
    spec = plain;
    spec.link_bits = 8;                         /* over the two links of its tile rows */
    evaluate_one(&spec, narrow);
    near(narrow[0].latency_s,
         (32 + (IMAGE_BITS + OUTPUTS * 8) / 16 + 8) * chip.cycle_s + access, 1e-12);
    assert_int_equal(narrow[0].bound, CIM_PART_INTERCONNECT);
}

/* Three rows under a window; what it cannot keep, it reads again. */
static void line_buffers(void **state) {
    (void)state;
    static const struct { double rows, reads; } sizes[] = {{4, 1}, {3, 1}, {2.5, 1.5}, {2, 2},
                                                           {1, 3}, {0.25, 3}};
    cim_chip_layer w[FIXTURE_LAYERS], full[FIXTURE_LAYERS];
    const cim_chip chip = evaluate_one(&plain, full);
    const double global_j = cim_sram(&tech, chip.buffer_bits).energy_j;
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; ++k) {
        cim_chip_spec spec = plain;
        spec.line_buffer_bits = LINE_BUFFER_BITS / 3 * sizes[k].rows;
        const double line_j = cim_sram(&tech, spec.line_buffer_bits).energy_j;
        evaluate_one(&spec, w);
        near(w[0].traffic_bits, sizes[k].reads * IMAGE_BITS + OUTPUTS * 8, 1e-12);
        near(w[0].energy_j[CIM_PART_BUFFER],
             (sizes[k].reads * IMAGE_BITS + POSITIONS * VECTOR_BITS * FRESH) * 2 * line_j +
             POSITIONS * VECTOR_BITS * 4 * cim_register(&tech, 1).energy_j +
             w[0].traffic_bits * global_j, 1e-12);
        near(w[0].area_m2[CIM_PART_BUFFER] - full[0].area_m2[CIM_PART_BUFFER],
             3 * (cim_sram(&tech, spec.line_buffer_bits).area_m2 -
                  cim_sram(&tech, LINE_BUFFER_BITS).area_m2), 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tile_area),            cmocka_unit_test(digital_and_buffer_energy),
        cmocka_unit_test(interconnect_energy),  cmocka_unit_test(what_layers_wait_for),
        cmocka_unit_test(shared_port),          cmocka_unit_test(additions_of_many),
        cmocka_unit_test(input_named_twice),    cmocka_unit_test(round_of_the_adders),
        cmocka_unit_test(tree),                 cmocka_unit_test(bus),
        cmocka_unit_test(shared_bus),           cmocka_unit_test(widths),
        cmocka_unit_test(line_buffers),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
