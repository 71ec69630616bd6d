/* Parts sum to totals, and nothing is negative or infinite, over random networks and chips: sizes,
 * batches, memories, buffers, power switches. A million of them with CIMDSE_LONG set. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_chip/chip.h>
#include <cim_sdk/rng.h>

#include "chip_fixture.h"

#include <stdlib.h>

static cim_technology tech;

static cim_array plain_array(void) {
    cim_array a = {.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                   .cell_bits = 1, .dac_bits = 1, .sum_bits = 21, .round_s = 1e-9,
                   .write_j = 1e-12, .write_row_s = 1e-7};
    a.area_m2[CIM_PART_ARRAY] = 1e-9;
    a.leakage_w[CIM_PART_ADC] = 1e-8;
    a.row_j[CIM_PART_DRIVERS] = 1e-15;
    a.conversion_j[CIM_PART_ADC] = 1e-13;
    return a;
}

static double pick(cim_rng *rng, double least, double most) {
    return floor(least * pow((most + 1) / least, cim_rng_uniform(rng)));
}

/* Dense, depthwise, a shortcut, a pool, a classifier. */
static void random_network(cim_rng *rng, fixture_network *f) {
    const uint32_t channels = 8u << cim_rng_below(rng, 6), side = 4u << cim_rng_below(rng, 4);
    fixture_start(f, 3, side);
    fixture_add(f, "conv1", CIM_OP_CONV, channels, 3, 1)->activation = CIM_ACT_RELU;
    fixture_add(f, "expand", CIM_OP_CONV, channels * 2, 1, 1);
    fixture_add(f, "dw", CIM_OP_CONV, channels * 2, 3, 1)->groups = channels * 2;
    fixture_add(f, "project", CIM_OP_CONV, channels, 1, 1);
    cim_layer *add = fixture_add(f, "add", CIM_OP_ADD, channels, 1, 1);
    f->inputs[4][1] = 0;
    add->n_inputs = 2;
    cim_layer *grouped = fixture_add(f, "grouped", CIM_OP_CONV, channels * 4, 3, 1);
    grouped->groups = 2;
    fixture_add(f, "pool", CIM_OP_MAX_POOL, channels * 4, 2, 2);
    fixture_linear(f, "fc", 10 + (uint32_t)cim_rng_below(rng, 1000));
}

static cim_chip_spec random_spec(cim_rng *rng) {
    return (cim_chip_spec){
        .technology = &tech, .arrays_per_pe = (uint32_t)pick(rng, 1, 64),
        .pes_per_tile = (uint32_t)pick(rng, 1, 16), .pipeline = (uint32_t)cim_rng_below(rng, 2),
        .pipeline_rows = (uint32_t)cim_rng_below(rng, 2),
        .duplication = (uint32_t)pick(rng, 1, 64),
        .global_buffer_bits = cim_rng_below(rng, 2) ? pick(rng, 1, 1e8) : 0,
        .interconnect = (uint32_t)cim_rng_below(rng, 3), .link_bits = (uint32_t)pick(rng, 8, 4096),
        .chip_tiles = cim_rng_below(rng, 4) ? pick(rng, 1, 1000) : 0,
        .images_per_load = pick(rng, 1, 65536),
        .write_power_w = cim_rng_below(rng, 2) ? pick(rng, 1, 1000) * 1e-3 : 0,
        .off_chip = (uint32_t)cim_rng_below(rng, CIM_N_OFF_CHIP),
        .power_gating = (uint32_t)cim_rng_below(rng, 2)};
}

static void good(double value) { assert_true(isfinite(value) && value >= 0); }

static void sums_hold(const fixture_network *f, const cim_chip *chip, const cim_chip_layer *w) {
    double area = 0, leakage = 0, energy = 0, latency = 0, off_bits = 0, written = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        good(chip->shared_area_m2[p]);
        good(chip->shared_leakage_w[p]);
        good(chip->shared_energy_j[p]);
        area += chip->shared_area_m2[p];
        leakage += chip->shared_leakage_w[p];
        energy += chip->shared_energy_j[p];
        for (uint32_t i = 0; i < f->network.layers.n; ++i) {
            good(w[i].area_m2[p]);
            good(w[i].leakage_w[p]);
            good(w[i].energy_j[p]);
            area += w[i].area_m2[p];
            leakage += w[i].leakage_w[p];
            energy += w[i].energy_j[p];
        }
    }
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        good(w[i].load_s);
        assert_true(w[i].latency_s >= w[i].load_s);
        latency += w[i].latency_s;
        off_bits += w[i].off_chip_bits;
        written += w[i].written_cells;
    }
    near(area, chip->area_m2, 1e-12);
    near(leakage, chip->leakage_w, 1e-12);
    near(energy, chip->dynamic_energy_j, 1e-12);
    near(latency, chip->latency_s, 1e-12);
    near(off_bits, chip->off_chip_bits, 1e-12);
    near(written, chip->written_cells, 1e-12);
}

static void sums_everywhere(void **state) {
    (void)state;
    cim_rng rng = {{1, 2, 3, 4}};
    const uint32_t n = getenv("CIMDSE_LONG") ? 1000000 : 50000;
    uint32_t reloaded = 0;
    for (uint32_t i = 0; i < n; ++i) {
        fixture_network f;
        cim_chip_layer w[FIXTURE_LAYERS];
        random_network(&rng, &f);
        const cim_chip_spec spec = random_spec(&rng);
        cim_array a = plain_array();
        a.volatile_cells = (uint32_t)cim_rng_below(&rng, 2);
        a.endurance = cim_rng_below(&rng, 2) ? 1e6 : 0;
        cim_chip chip;
        for (uint32_t k = 0; k < f.network.layers.n; ++k) {
            w[k].array = a;
            w[k].weight_bits = w[k].input_bits = 8;
        }
        cim_chip_evaluate(&spec, &f.network, w, &chip);
        sums_hold(&f, &chip, w);
        good(chip.macro_energy_j);
        assert_true(chip.interval_s > 0 && chip.interval_s <= chip.latency_s * (1 + 1e-12));
        assert_true(chip.used_cells <= chip.all_cells && chip.cycle_s > 0);
        assert_true(chip.lifetime_images > 0 && chip.lifetime_images <= CIM_CHIP_MOST_IMAGES);
        assert_true((chip.written_cells > 0) == (chip.tiles_needed > chip.tiles));
        reloaded += chip.reloads;
    }
    assert_true(reloaded > n / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_everywhere)};
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
