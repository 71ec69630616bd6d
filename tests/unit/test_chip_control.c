/* The chip library's clock, sequencers and power switches. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_chip/chip.h>
#include <cim_circuit/logic.h>
#include <cim_circuit/wire.h>

#include "chip_fixture.h"

static cim_technology tech;

static cim_array plain_array(void) {
    cim_array a = {.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                   .cell_bits = 1, .dac_bits = 1, .sum_bits = 21, .round_s = 1e-9,
                   .registers = 500};
    a.area_m2[CIM_PART_ARRAY] = 1e-9;
    a.area_m2[CIM_PART_ADC] = 1e-9;
    a.leakage_w[CIM_PART_ARRAY] = 2e-6;
    a.leakage_w[CIM_PART_ADC] = 1e-5;
    return a;
}

static const cim_chip_spec plain = {.technology = &tech, .arrays_per_pe = 16, .pes_per_tile = 4,
                                    .pipeline = 1, .duplication = 1};

static cim_chip evaluate_with(const cim_array *a, const cim_chip_spec *spec,
                              const fixture_network *f, cim_chip_layer *layers) {
    cim_chip chip;
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        layers[i].array = *a;
        layers[i].weight_bits = layers[i].input_bits = 8;
    }
    cim_chip_evaluate(spec, &f->network, layers, &chip);
    return chip;
}

static cim_chip evaluate(const cim_chip_spec *spec, const fixture_network *f,
                         cim_chip_layer *layers) {
    const cim_array a = plain_array();
    return evaluate_with(&a, spec, f, layers);
}

/* 9 x 16 arrays in 3 tiles of 64: a tree of 1.5 sqrt(64) sides and 16 lines beside it in each, a
 * clock gate for 32 registers, six counters of 16 bits. */
static void tile_by_hand(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "conv", CIM_OP_CONV, 256, 3, 1);
    const cim_chip chip = evaluate(&plain, &f, w);
    const cim_cost wire = cim_repeated_wire(&tech, 0.5), bit = cim_register(&tech, 1);
    const double adder_m2 = cim_adder(&tech, 1).area_m2;
    const double side = sqrt((w[0].area_m2[CIM_PART_ARRAY] + w[0].area_m2[CIM_PART_ADC] +
                              w[0].area_m2[CIM_PART_BUFFER] + w[0].area_m2[CIM_PART_DIGITAL]) / 3);
    const double tree = 1.5 * 8 * side, gates = (2 * 12 * 512 * 8 + 192 * 500) / 32.0;
    near(w[0].area_m2[CIM_PART_CONTROL], 3 * tree * 17 * wire.area_m2 + gates * bit.area_m2 +
         3 * 96 * (bit.area_m2 + adder_m2), 1e-12);
    /* The clock rises and falls, two lines of the count change: 4 of a random bit's half. */
    const double count_j = cim_shift_add(&tech, 2, 16).energy_j;
    const double cycle_j = 3 * (tree * 8 * wire.energy_j + count_j) + gates * bit.energy_j;
    near(w[0].energy_j[CIM_PART_CONTROL], cycle_j * (1024 * 64 + 32 + 8), 1e-12);
    /* Over the chip a tree to three tiles, all the time. */
    const double over_m = 1.5 * sqrt(3) * sqrt(chip.area_m2);
    near(chip.shared_energy_j[CIM_PART_CONTROL], (over_m * 4 * wire.energy_j + count_j) *
         chip.interval_s / chip.cycle_s, 1e-2);   /* its own area makes the chip larger */
    near(chip.shared_area_m2[CIM_PART_CONTROL],
         over_m * wire.area_m2 + 96 * (bit.area_m2 + adder_m2), 1e-2);
}

/* A layer's clock stands still while it waits; a larger array has more to clock. */
static void clock_follows_work(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS], more[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    const cim_chip chip = evaluate(&plain, &f, w);
    for (uint32_t i = 0; i < f.network.layers.n; ++i) {
        if (!(w[i].tiles > 0)) {
            assert_true(w[i].energy_j[CIM_PART_CONTROL] == 0);
            continue;
        }
        near(w[i].energy_j[CIM_PART_CONTROL], w[i].control_j * w[i].cycles, 1e-12);
    }
    assert_true(w[9].energy_j[CIM_PART_CONTROL] < 0.1 * w[1].energy_j[CIM_PART_CONTROL]);
    cim_array a = plain_array();
    a.registers *= 4;
    const cim_chip dearer = evaluate_with(&a, &plain, &f, more);
    assert_true(dearer.dynamic_energy_j > chip.dynamic_energy_j && dearer.area_m2 > chip.area_m2);
}

/* Switched-off tiles leak a twentieth; switches take area; energy never rises. */
static void gating(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer on[FIXTURE_LAYERS], off[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    cim_chip_spec spec = plain;
    for (uint32_t pipeline = 0; pipeline < 2; ++pipeline) {
        spec.pipeline = pipeline;
        spec.power_gating = 0;
        const cim_chip before = evaluate(&spec, &f, on);
        spec.power_gating = 1;
        const cim_chip after = evaluate(&spec, &f, off);
        assert_true(after.area_m2 > 1.05 * before.area_m2 && after.area_m2 < 1.11 * before.area_m2);
        assert_true(after.leakage_w < before.leakage_w);
        for (uint32_t i = 0; i < f.network.layers.n; ++i) {
            if (!(on[i].tiles > 0)) continue;
            const double used = on[i].map.arrays * on[i].copies / (on[i].tiles * 64);
            const double busy = off[i].cycles * after.cycle_s / after.interval_s;
            const double most = 0.05 + 0.95 * used, least = 0.05 + 0.95 * used * busy;
            const double kept = off[i].leakage_w[CIM_PART_ADC] / on[i].leakage_w[CIM_PART_ADC];
            assert_true(fabs(kept - most) < 1e-12 || fabs(kept - least) < 1e-12);
        }
    }
    /* fc1 works for a thousandth of the time, and its 1024 arrays leak: switched off. */
    near(off[9].leakage_w[CIM_PART_ADC], on[9].leakage_w[CIM_PART_ADC] *
         (0.05 + 0.95 * off[9].cycles / off[1].cycles), 1e-2);
}

/* Volatile cells stay on, but those that hold no weights. */
static void volatile_cells(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    spec.power_gating = 1;
    cim_array a = plain_array();
    a.volatile_cells = 1;
    evaluate_with(&a, &spec, &f, w);
    const double used = w[9].map.arrays / (w[9].tiles * 64), arrays = w[9].tiles * 64;
    near(w[9].leakage_w[CIM_PART_ARRAY], arrays * 2e-6 * (0.05 + 0.95 * used), 1e-12);
    a.volatile_cells = 0;
    evaluate_with(&a, &spec, &f, w);
    assert_true(w[9].leakage_w[CIM_PART_ARRAY] < 0.1 * arrays * 2e-6);
}

/* Where little leaks, waking costs more than it saves, and nothing is switched. */
static void gating_that_does_not_pay(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS], gated[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    cim_technology cold;
    assert_true(cim_technology_init(&cold, cim_process_find(130, CIM_LSTP), 300));
    spec.technology = &cold;
    fixture_start(&f, 128, 2);
    fixture_add(&f, "conv", CIM_OP_CONV, 256, 3, 1);
    fixture_add(&f, "conv2", CIM_OP_CONV, 64, 3, 2);
    cim_array a = plain_array();
    a.leakage_w[CIM_PART_ADC] = a.leakage_w[CIM_PART_ARRAY] = 1e-12;
    const cim_chip before = evaluate_with(&a, &spec, &f, w);
    spec.power_gating = 1;
    const cim_chip after = evaluate_with(&a, &spec, &f, gated);
    /* But for the wires of a larger chip. */
    near(after.dynamic_energy_j, before.dynamic_energy_j, 0.05);
    near(gated[1].leakage_w[CIM_PART_BUFFER], w[1].leakage_w[CIM_PART_BUFFER], 1e-12);
}

/* A chip whose tiles belong to no layer: those that no layer uses are off. */
static void gating_of_shared_tiles(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    spec.chip_tiles = 1000;
    const cim_chip before = evaluate(&spec, &f, w);
    spec.power_gating = 1;
    const cim_chip after = evaluate(&spec, &f, w);
    const double kept =
        after.shared_leakage_w[CIM_PART_ADC] / before.shared_leakage_w[CIM_PART_ADC];
    assert_true(kept > 0.05 && kept < 0.05 + 0.95 * before.tiles_needed / 1000);
    assert_true(after.shared_leakage_w[CIM_PART_CONTROL] >= 0 &&
                after.dynamic_energy_j + after.leakage_energy_j <
                before.dynamic_energy_j + before.leakage_energy_j);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tile_by_hand),       cmocka_unit_test(clock_follows_work),
        cmocka_unit_test(gating),             cmocka_unit_test(volatile_cells),
        cmocka_unit_test(gating_that_does_not_pay), cmocka_unit_test(gating_of_shared_tiles),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
