/* The chip library: energies counted by hand, sums, directions, refusals. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_chip/plugin.h>
#include <cim_circuit/memory.h>

#include "chip_fixture.h"

#include <stdio.h>

static cim_technology tech;

/* 128 x 128 cells of one bit, one round in 1 ns, figures that are easy to count. */
static cim_array plain_array(void) {
    cim_array a = {.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                   .cell_bits = 1, .dac_bits = 1, .sum_bits = 21, .round_s = 1e-9};
    a.area_m2[CIM_PART_ARRAY] = 1e-9;
    a.leakage_w[CIM_PART_ADC] = 1e-8;
    a.row_j[CIM_PART_DRIVERS] = 1e-15;
    a.conversion_j[CIM_PART_ADC] = 1e-13;
    a.cell_j[CIM_PART_ARRAY] = 1e-17;
    return a;
}

static cim_chip_spec plain_spec(void) {
    return (cim_chip_spec){.technology = &tech, .arrays_per_pe = 16, .pes_per_tile = 4,
                           .pipeline = 1, .duplication = 1};
}

static cim_chip evaluate(const cim_chip_spec *spec, const fixture_network *f,
                         cim_chip_layer *layers) {
    char error[256];
    cim_chip chip;
    assert_int_equal(cim_chip_check(&f->network, error, sizeof error), CIM_OK);
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        memset(&layers[i], 0x5a, sizeof layers[i]);   /* contents do not matter */
        layers[i].array = plain_array();
        layers[i].weight_bits = f->layers[i].weight_bits;
        layers[i].input_bits = f->layers[i].input_bits;
    }
    cim_chip_evaluate(spec, &f->network, layers, &chip);
    return chip;
}

/* Share of the taps of a 3x3 window, padded by one, that lie within a square input. */
static double inside(double side) { return (3 * side - 2) * (3 * side - 2) / (9 * side * side); }

static void array_energy_by_hand(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer layers[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "conv", CIM_OP_CONV, 256, 3, 1);
    const cim_chip_spec spec = plain_spec();
    const cim_chip chip = evaluate(&spec, &f, layers);
    near(layers[0].energy_j[CIM_PART_DRIVERS], 1024.0 * 8 * 1152 * 16 * inside(32) * 1e-15, 1e-12);
    near(layers[0].energy_j[CIM_PART_ADC], 1024.0 * 8 * 2048 * 9 * 1e-13, 1e-12);
    near(layers[0].energy_j[CIM_PART_ARRAY], 1024.0 * 8 * 1152 * 2048 * inside(32) * 1e-17,
         1e-12);
    /* 144 arrays in tiles of 64; leakage of all arrays, used or not. */
    assert_true(layers[0].tiles == 3 && chip.all_cells == 192 * 16384.0);
    near(layers[0].area_m2[CIM_PART_ARRAY], 192 * 1e-9, 1e-12);
    near(layers[0].leakage_w[CIM_PART_ADC], 192 * 1e-8, 1e-12);
    assert_true(chip.used_cells == 1152.0 * 2048 && chip.macs == 1024 * 1152 * 256.0);
    /* 1024 vectors x 64 rounds, 32 cycles to load 4 x 128 inputs of 8 bits, 8 to drain. */
    const double access_s = cim_sram(&tech, chip.buffer_bits).delay_s;
    near(layers[0].latency_s, (1024 * 64 + 32 + 8) * chip.cycle_s + access_s, 1e-12);
    assert_true(chip.cycle_s == 1e-9);   /* a round */
    assert_int_equal(layers[0].bound, CIM_PART_ARRAY);
}

static void totals_are_sums(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer layers[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    const cim_chip_spec spec = plain_spec();
    const cim_chip chip = evaluate(&spec, &f, layers);
    double area = 0, leakage = 0, energy = 0, latency = 0, slowest = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        area += chip.shared_area_m2[p];
        leakage += chip.shared_leakage_w[p];
        energy += chip.shared_energy_j[p];
        for (uint32_t i = 0; i < f.network.layers.n; ++i) {
            area += layers[i].area_m2[p];
            leakage += layers[i].leakage_w[p];
            energy += layers[i].energy_j[p];
            assert_true(layers[i].energy_j[p] >= 0 && layers[i].area_m2[p] >= 0);
        }
    }
    for (uint32_t i = 0; i < f.network.layers.n; ++i) {
        latency += layers[i].latency_s;
        slowest = fmax(slowest, layers[i].latency_s);
    }
    near(area, chip.area_m2, 1e-13);
    near(leakage, chip.leakage_w, 1e-13);
    near(energy, chip.dynamic_energy_j, 1e-13);
    near(latency, chip.latency_s, 1e-13);
    assert_true(chip.interval_s == slowest && chip.macs == 615917568);
    near(chip.leakage_energy_j, chip.leakage_w * chip.interval_s, 1e-15);
}

static void sequential_layers(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer layers[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    cim_chip_spec spec = plain_spec();
    const cim_chip pipelined = evaluate(&spec, &f, layers);
    spec.pipeline = 0;
    const cim_chip sequential = evaluate(&spec, &f, layers);
    assert_true(sequential.interval_s == sequential.latency_s);
    near(sequential.latency_s, pipelined.latency_s, 1e-4);   /* but for the buffers' access */
    assert_true(pipelined.interval_s < 0.5 * sequential.interval_s);
    assert_true(sequential.buffer_needed_bits < pipelined.buffer_needed_bits);
    assert_true(sequential.leakage_energy_j > pipelined.leakage_energy_j);
}

static void duplication_balances(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer layers[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    cim_chip_spec spec = plain_spec();
    const cim_chip one = evaluate(&spec, &f, layers);
    spec.duplication = 4;
    const cim_chip four = evaluate(&spec, &f, layers);
    /* conv1, conv2: 1024 positions; conv3, conv4: 256; the rest below a quarter of the slowest. */
    assert_true(layers[0].copies == 4 && layers[1].copies == 4);
    assert_true(layers[3].copies == 1 && layers[6].copies == 1 && layers[9].copies == 1);
    assert_true(four.interval_s < 0.26 * one.interval_s && four.area_m2 > one.area_m2);
    assert_true(four.used_cells > one.used_cells);
    spec.duplication = 64;
    evaluate(&spec, &f, layers);
    assert_true(layers[0].copies == 64 && layers[3].copies == 16 && layers[9].copies == 1);
}

/* In the pipeline: every output twice (written, read), the input likewise; else the largest sum of
 * what is alive: conv1's input and output. */
static void buffer_of_a_chain(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer layers[FIXTURE_LAYERS];
    fixture_start(&f, 3, 32);
    fixture_add(&f, "conv1", CIM_OP_CONV, 16, 3, 1);
    fixture_add(&f, "conv2", CIM_OP_CONV, 8, 3, 1);
    cim_chip_spec spec = plain_spec();
    const double image = 3 * 1024 * 8, one = 16 * 1024 * 8, two = 8 * 1024 * 8;
    assert_true(evaluate(&spec, &f, layers).buffer_needed_bits == 2 * (image + one + two));
    spec.pipeline = 0;
    assert_true(evaluate(&spec, &f, layers).buffer_needed_bits == one + two);
    /* A shortcut keeps conv1's output alive until the addition. */
    cim_layer *add = fixture_add(&f, "add", CIM_OP_ADD, 8, 1, 1);
    f.inputs[2][1] = 0;
    add->n_inputs = 2;
    assert_true(evaluate(&spec, &f, layers).buffer_needed_bits == one + two + two);
    spec.pipeline = 1;
    assert_true(evaluate(&spec, &f, layers).buffer_needed_bits ==
                2 * image + 3 * one + 2 * two + 2 * two);
}

/* 128 rows of one-bit cells: sums to 128, in 2^n - 1 steps. */
static void bits_lost_by_conversion(void **state) {
    (void)state;
    static const struct {
        uint32_t adc, cell, dac, at_once;
        double lost, used;
        uint32_t pair;
    } rows[] = {
        {0, 1, 1, 128, 0, 0, 1}, {5, 1, 1, 128, 2.0456, 0, 1}, {8, 1, 1, 128, 0, 0, 1},
        {7, 1, 1, 128, 0.01131, 0, 1}, {5, 4, 1, 128, 5.9525, 0, 0}, {5, 1, 4, 128, 5.9525, 0, 0},
        {5, 1, 1, 31, 0, 0, 1}, {5, 1, 1, 4096, 2.0456, 0, 1},
        {5, 1, 1, 128, 1.0456, 0.5, 1}, {7, 1, 1, 128, 0, 0.5, 1},
        /* a pair's sums go from -128 to 128 */
        {5, 1, 1, 128, 3.0456, 0, 2}, {8, 1, 1, 128, 0.00565, 0, 2}, {8, 1, 1, 127, 0, 0, 2}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; ++k) {
        fixture_network f;
        cim_chip_layer w[FIXTURE_LAYERS];
        cim_chip chip;
        fixture_start(&f, 16, 8);
        fixture_add(&f, "conv", CIM_OP_CONV, 16, 3, 1);
        w[0].array = plain_array();
        w[0].array.cell_bits = rows[k].cell;
        w[0].array.dac_bits = rows[k].dac;
        w[0].array.rows_at_once = rows[k].at_once;
        w[0].array.adc_bits = rows[k].adc;
        w[0].array.used_range = rows[k].used;
        w[0].array.pair = rows[k].pair;
        w[0].weight_bits = w[0].input_bits = 8;
        const cim_chip_spec spec = plain_spec();
        cim_chip_evaluate(&spec, &f.network, w, &chip);
        if (rows[k].lost == 0) assert_true(chip.lost_bits == 0);
        else near(chip.lost_bits, rows[k].lost, 1e-3);
    }
}

static void clock_and_capacity(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer layers[FIXTURE_LAYERS];
    double slack[CIM_CHIP_N_CONSTRAINTS];
    fixture_vgg8(&f);
    cim_chip_spec spec = plain_spec();
    const cim_chip free_running = evaluate(&spec, &f, layers);
    assert_true(free_running.cycle_s == free_running.slowest_stage_s);
    assert_true(free_running.cycle_s >= 1e-9);
    cim_chip_slacks(&spec, &free_running, slack);
    assert_true(slack[CIM_CHIP_CLOCK] == -1 && slack[CIM_CHIP_BUFFER_CAPACITY] == 0);
    spec.clock_hz = 1e8;
    spec.global_buffer_bits = 8192;
    cim_chip chip = evaluate(&spec, &f, layers);
    cim_chip_slacks(&spec, &chip, slack);
    assert_true(chip.cycle_s == 1e-8 && slack[CIM_CHIP_CLOCK] < 0);
    near(slack[CIM_CHIP_BUFFER_CAPACITY], chip.buffer_needed_bits / 8192 - 1, 1e-12);
    spec.clock_hz = 1e10;
    chip = evaluate(&spec, &f, layers);
    cim_chip_slacks(&spec, &chip, slack);
    assert_true(chip.cycle_s == chip.slowest_stage_s);
    near(slack[CIM_CHIP_CLOCK], chip.slowest_stage_s * 1e10 - 1, 1e-12);
    assert_true(slack[CIM_CHIP_CLOCK] > 8);
}

static void refusals_by_name(void **state) {
    (void)state;
    static const struct { uint32_t op; const char *name; } refused[] = {
        {CIM_OP_MATMUL, "matmul"}, {CIM_OP_SOFTMAX, "softmax"}, {CIM_OP_NORM, "norm"},
        {CIM_OP_END, "unknown op"}, {CIM_OP_NONE, "unknown op"},
    };
    fixture_network f;
    char error[256];
    fixture_vgg8(&f);
    assert_int_equal(cim_chip_check(&f.network, error, sizeof error), CIM_OK);
    for (size_t k = 0; k < sizeof refused / sizeof refused[0]; ++k) {
        f.layers[5].op = refused[k].op;
        assert_int_equal(cim_chip_check(&f.network, error, sizeof error), CIM_E_UNSUPPORTED);
        assert_non_null(strstr(error, "\"pool2\""));
        assert_non_null(strstr(error, refused[k].name));
    }
    fixture_vgg8(&f);
    f.layers[9].runtime_operand = 1;
    assert_int_equal(cim_chip_check(&f.network, error, sizeof error), CIM_E_UNSUPPORTED);
    assert_non_null(strstr(error, "\"fc1\""));
    assert_non_null(strstr(error, "linear"));
    fixture_vgg8(&f);
    f.layers[0].weight_bits = 0;
    assert_int_equal(cim_chip_check(&f.network, error, sizeof error), CIM_E_UNSUPPORTED);
}

static void digital_ops_cost(void **state) {
    (void)state;
    static const uint32_t ops[] = {CIM_OP_ADD, CIM_OP_MULTIPLY, CIM_OP_CONCAT, CIM_OP_MAX_POOL,
                                   CIM_OP_AVERAGE_POOL, CIM_OP_ACTIVATION};
    const cim_chip_spec spec = plain_spec();
    for (size_t k = 0; k < sizeof ops / sizeof ops[0]; ++k) {
        fixture_network f;
        cim_chip_layer small[FIXTURE_LAYERS], large[FIXTURE_LAYERS];
        for (uint32_t channels = 16; channels <= 32; channels *= 2) {
            fixture_start(&f, channels, 32);
            fixture_add(&f, "op", ops[k], channels, 2, 2)->activation = CIM_ACT_SIGMOID;
            evaluate(&spec, &f, channels == 16 ? small : large);
        }
        assert_true(small[0].energy_j[CIM_PART_DIGITAL] > 0 && small[0].latency_s > 0);
        assert_true(small[0].area_m2[CIM_PART_DIGITAL] > 0);
        assert_true(small[0].energy_j[CIM_PART_BUFFER] > 0);
        near(large[0].energy_j[CIM_PART_DIGITAL], 2 * small[0].energy_j[CIM_PART_DIGITAL], 1e-12);
    }
}

static void activations_cost(void **state) {
    (void)state;
    const cim_chip_spec spec = plain_spec();
    double last = 0;
    static const uint32_t dearer[] = {CIM_ACT_NONE, CIM_ACT_RELU, CIM_ACT_RELU6, CIM_ACT_HSWISH,
                                      CIM_ACT_GELU};
    for (size_t k = 0; k < sizeof dearer / sizeof dearer[0]; ++k) {
        fixture_network f;
        cim_chip_layer layers[FIXTURE_LAYERS];
        fixture_start(&f, 3, 32);
        fixture_add(&f, "conv", CIM_OP_CONV, 64, 3, 1)->activation = dearer[k];
        evaluate(&spec, &f, layers);
        assert_true(layers[0].energy_j[CIM_PART_DIGITAL] > last);
        last = layers[0].energy_j[CIM_PART_DIGITAL];
    }
}

static void numbers_of_layers(void **state) {
    (void)state;
    fixture_network f;
    fixture_vgg8(&f);
    const uint32_t first[] = {0, 1, 4};
    const double numbers[] = {9, 10, NAN, 12};   /* a scalar, and a vector of 3 of the 8 elements */
    const cim_values v = {sizeof v, 1, 2, 4, first, numbers, NULL};
    const int32_t set = cim_find_index_set(&f.network, "weight_layer");
    assert_int_equal(set, 0);
    assert_int_equal(cim_find_index_set(&f.network, "block"), -1);
    assert_true(cim_layer_number(&v, 0, 1, &f.layers[0], set, 5) == 10);
    assert_true(cim_layer_number(&v, 0, 1, &f.layers[1], set, 5) == 5);   /* as the network says */
    assert_true(cim_layer_number(&v, 0, 1, &f.layers[3], set, 5) == 12);  /* element 2 */
    assert_true(cim_layer_number(&v, 0, 1, &f.layers[2], set, 5) == 5);   /* a pool has none */
    assert_true(cim_layer_number(&v, 0, 1, &f.layers[10], set, 5) == 5);  /* beyond the vector */
    assert_true(cim_layer_number(&v, 0, 1, &f.layers[0], -1, 5) == 5);
}

static void shift_add_periphery(void **state) {
    (void)state;
    cim_array few = plain_array(), many = plain_array(), plain = plain_array();
    cim_array_add_shift_add(&few, &tech, 4, 8, 8, 1);
    cim_array_add_shift_add(&many, &tech, 8, 8, 8, 1);
    cim_array_add_shift_add(&plain, &tech, 4, 8, 8, 0);
    assert_int_equal(few.sum_bits, 4 + 8 + 8);
    assert_true(many.conversion_j[CIM_PART_SHIFT_ADD] > few.conversion_j[CIM_PART_SHIFT_ADD]);
    assert_true(many.area_m2[CIM_PART_SHIFT_ADD] > few.area_m2[CIM_PART_SHIFT_ADD]);
    assert_true(few.area_m2[CIM_PART_SHIFT_ADD] > plain.area_m2[CIM_PART_SHIFT_ADD]);
    assert_true(few.row_j[CIM_PART_SHIFT_ADD] > 0 && plain.row_j[CIM_PART_SHIFT_ADD] == 0);
    few = plain_array();
    few.rows_at_once = 16;   /* 8 row groups: 3 bits more */
    cim_array_add_shift_add(&few, &tech, 4, 8, 8, 1);
    assert_int_equal(few.sum_bits, 4 + 8 + 8 + 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(array_energy_by_hand), cmocka_unit_test(totals_are_sums),
        cmocka_unit_test(sequential_layers),   cmocka_unit_test(duplication_balances),
        cmocka_unit_test(buffer_of_a_chain),   cmocka_unit_test(clock_and_capacity),
        cmocka_unit_test(bits_lost_by_conversion),
        cmocka_unit_test(refusals_by_name),    cmocka_unit_test(digital_ops_cost),
        cmocka_unit_test(activations_cost),    cmocka_unit_test(numbers_of_layers),
        cmocka_unit_test(shift_add_periphery),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
