/* The chip library with fewer tiles than the weights need, and with memory beside the chip. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_chip/plugin.h>
#include <cim_circuit/memory.h>

#include "chip_fixture.h"

static cim_technology tech;

/* 128 x 128 one-bit cells; a cell takes 1 pJ to write, a row 100 ns. */
static cim_array plain_array(void) {
    cim_array a = {.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                   .cell_bits = 1, .dac_bits = 1, .sum_bits = 21, .round_s = 1e-9,
                   .write_j = 1e-12, .write_row_s = 1e-7, .endurance = 1e6};
    a.area_m2[CIM_PART_ARRAY] = 1e-9;
    a.leakage_w[CIM_PART_ADC] = 1e-8;
    a.row_j[CIM_PART_DRIVERS] = 1e-15;
    a.conversion_j[CIM_PART_ADC] = 1e-13;
    return a;
}

static const cim_chip_spec plain = {.technology = &tech, .arrays_per_pe = 16, .pes_per_tile = 4,
                                    .pipeline = 1, .duplication = 1, .images_per_load = 1,
                                    .off_chip = CIM_OFF_CHIP_LPDDR4};

static cim_chip evaluate_with(const cim_array *a, const cim_chip_spec *spec,
                              const fixture_network *f, cim_chip_layer *layers) {
    cim_chip chip;
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        memset(&layers[i], 0x5a, sizeof layers[i]);   /* contents do not matter */
        layers[i].array = *a;
        layers[i].weight_bits = layers[i].loaded_bits = layers[i].input_bits = 8;
    }
    cim_chip_evaluate(spec, &f->network, layers, &chip);
    return chip;
}

static cim_chip evaluate(const cim_chip_spec *spec, const fixture_network *f,
                         cim_chip_layer *layers) {
    const cim_array a = plain_array();
    return evaluate_with(&a, spec, f, layers);
}

static void memories(void **state) {
    (void)state;
    for (uint32_t kind = 0; kind <= CIM_N_OFF_CHIP; ++kind) {
        const cim_off_chip m = cim_off_chip_memory(kind);
        const int none = kind == CIM_OFF_CHIP_NONE || kind == CIM_N_OFF_CHIP;
        assert_true((m.energy_j == 0) == none && (m.bits_per_s == 0) == none);
    }
    near(cim_off_chip_memory(CIM_OFF_CHIP_LPDDR4).bits_per_s, 8 * 12.8e9, 1e-12);
    near(cim_off_chip_memory(CIM_OFF_CHIP_DDR4).bits_per_s, 8 * 25.6e9, 1e-12);
    near(cim_off_chip_memory(CIM_OFF_CHIP_HBM2).bits_per_s, 8 * 256e9, 1e-12);
}

/* Larger buffers cost more, without a jump where they become banks; even a chip full of SRAM is
 * nearer than a memory beside it. */
static void large_buffers(void **state) {
    (void)state;
    double last_j = 0;
    for (double bits = 1024; bits < 1e9; bits *= 1.01) {
        const double j = cim_sram(&tech, bits).energy_j;
        assert_true(j >= last_j && (last_j == 0 || j < 1.01 * last_j));
        last_j = j;
    }
    assert_true(last_j < cim_off_chip_memory(CIM_OFF_CHIP_HBM2).energy_j);
}

/* All weights fit: tiles are the chip's, nothing is written, the image and the result cross its
 * edge. */
static void enough_tiles(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer own[FIXTURE_LAYERS], w[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    cim_chip_spec spec = plain;
    spec.off_chip = CIM_OFF_CHIP_NONE;
    const cim_chip before = evaluate(&spec, &f, own);
    assert_true(before.off_chip_bits == 0 && before.tiles == before.tiles_needed);
    spec.off_chip = CIM_OFF_CHIP_DDR4;
    spec.chip_tiles = before.tiles_needed + 10;
    const cim_chip chip = evaluate(&spec, &f, w);
    assert_true(chip.written_cells == 0 && chip.lifetime_images == CIM_CHIP_MOST_IMAGES);
    assert_true(chip.tiles == spec.chip_tiles && chip.area_m2 > before.area_m2);
    near(chip.off_chip_bits, 3 * 1024 * 8 + 10 * 8, 1e-15);
    near(w[0].energy_j[CIM_PART_OFF_CHIP], 3 * 1024 * 8 * 1300e-12 / 64, 1e-12);
    near(w[10].energy_j[CIM_PART_OFF_CHIP], 10 * 8 * 1300e-12 / 64, 1e-12);
    for (uint32_t i = 0; i < f.network.layers.n; ++i) {
        assert_true(w[i].resident && w[i].parts == 1 && w[i].area_m2[CIM_PART_ARRAY] == 0);
        near(w[i].energy_j[CIM_PART_ADC], own[i].energy_j[CIM_PART_ADC], 1e-15);
    }
    near(chip.shared_area_m2[CIM_PART_ARRAY], spec.chip_tiles * 64 * 1e-9, 1e-12);
    near(chip.used_cells / chip.all_cells, before.used_cells / (spec.chip_tiles * 64 * 16384),
         1e-12);
}

/* Pairs of cells: two are written at a time, for the energy that the array states; and the sign
 * comes with the weights, that no column holds. */
static void pairs_in_turns(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "conv", CIM_OP_CONV, 256, 3, 1);
    cim_chip_spec spec = plain;
    spec.chip_tiles = 2;
    const cim_chip single = evaluate(&spec, &f, w);
    const double bits = w[0].off_chip_bits, write_j = w[0].energy_j[CIM_PART_WRITE];
    cim_chip pairs;
    w[0].array.pair = 2;
    w[0].loaded_bits = 9;
    cim_chip_evaluate(&spec, &f.network, w, &pairs);
    near(pairs.written_cells, 2 * single.written_cells, 1e-15);
    assert_true(w[0].energy_j[CIM_PART_WRITE] == write_j);
    near(w[0].off_chip_bits - bits, 1152.0 * 256, 1e-12);
}

/* 3x3, 128 -> 256 channels on 32 x 32: 9 x 16 arrays, two tile rows and columns, 3 tiles; on two,
 * in two parts, each half of the columns. */
static void one_layer_in_turns(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "conv", CIM_OP_CONV, 256, 3, 1);
    cim_chip_spec spec = plain;
    spec.chip_tiles = 2;
    const cim_chip chip = evaluate(&spec, &f, w);
    const double cells = 1152.0 * 2048, bits = 1152.0 * 256 * 8, image = 128 * 1024 * 8;
    const double result = 256 * 1024 * 8, rate = 32 * 3.2e9;
    assert_true(!w[0].resident && w[0].parts == 2 && w[0].column_parts == 2);
    assert_true(w[0].row_parts == 1 && chip.reloads && !chip.unknown_writes);
    near(chip.written_cells, cells, 1e-15);
    near(w[0].energy_j[CIM_PART_WRITE], cells * 1e-12, 1e-12);
    near(w[0].traffic_bits, 2 * image + result, 1e-15);   /* every part reads all inputs */
    near(w[0].off_chip_bits, image + result + bits, 1e-15);
    near(w[0].energy_j[CIM_PART_OFF_CHIP], (image + result + bits) * 8e-12, 1e-12);
    /* 128 rows of 100 ns, twice; the weights take 23 us, and 2.36 uJ at a watt 2.4 us. */
    assert_int_equal(w[0].load_bound, CIM_PART_WRITE);
    near(w[0].load_s, 2 * 128 * 1e-7, 1e-12);
    assert_true(bits / rate < w[0].load_s);
    near(w[0].latency_s - w[0].load_s, w[0].cycles * chip.cycle_s +
         cim_sram(&tech, chip.buffer_bits).delay_s, 1e-9);
    near(w[0].cycles, 2 * (1024 * 64 + 32 + 8), 1e-12);
    near(chip.lifetime_images, 1e6 / 2, 1e-12);
    assert_true(chip.interval_s == chip.latency_s);
    near(chip.used_cells, cells / 2, 1e-12);
    /* One tile: not even the rows of a column fit. */
    spec.chip_tiles = 1;
    evaluate(&spec, &f, w);
    assert_true(w[0].row_parts == 2 && w[0].column_parts == 2 && w[0].parts == 4);
    near(w[0].traffic_bits, 2 * image + result + 2 * 256.0 * 1024 * 21, 1e-12);
}

static void what_loading_waits_for(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "conv", CIM_OP_CONV, 256, 3, 1);
    const double cells = 1152.0 * 2048, bits = 1152.0 * 256 * 8;
    cim_chip_spec spec = plain;
    spec.chip_tiles = 2;
    spec.write_power_w = 0.01;
    evaluate(&spec, &f, w);
    near(w[0].load_s, cells * 1e-12 / 0.01, 1e-12);
    assert_int_equal(w[0].load_bound, CIM_PART_WRITE);
    cim_array fast = plain_array();
    fast.write_row_s = 1e-9;
    spec.write_power_w = 0;
    evaluate_with(&fast, &spec, &f, w);
    near(w[0].load_s, bits / (32 * 3.2e9), 1e-12);
    assert_int_equal(w[0].load_bound, CIM_PART_OFF_CHIP);
    spec.off_chip = CIM_OFF_CHIP_HBM2;
    evaluate_with(&fast, &spec, &f, w);
    assert_int_equal(w[0].load_bound, CIM_PART_INTERCONNECT);   /* 1024 bits a nanosecond */
}

/* Where reloading is not possible, the chip says so; and what a buffer lacks goes to the memory. */
static void capacities(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    double slack[CIM_CHIP_N_CONSTRAINTS];
    fixture_vgg8(&f);
    cim_chip_spec spec = plain;
    spec.chip_tiles = 20;
    spec.global_buffer_bits = 8192;
    cim_chip chip = evaluate(&spec, &f, w);
    cim_chip_slacks(&spec, &chip, slack);
    assert_true(slack[CIM_CHIP_TILE_CAPACITY] == 0 && slack[CIM_CHIP_BUFFER_CAPACITY] == 0);
    assert_true(w[1].off_chip_bits > 0.9 * w[1].traffic_bits);   /* spilled */
    cim_array silent = plain_array();
    silent.write_j = 0;
    chip = evaluate_with(&silent, &spec, &f, w);
    cim_chip_slacks(&spec, &chip, slack);
    assert_true(slack[CIM_CHIP_TILE_CAPACITY] == chip.tiles_needed - 20);
    spec.off_chip = CIM_OFF_CHIP_NONE;
    chip = evaluate(&spec, &f, w);
    cim_chip_slacks(&spec, &chip, slack);
    assert_true(slack[CIM_CHIP_TILE_CAPACITY] > 0 && slack[CIM_CHIP_BUFFER_CAPACITY] > 0);
    assert_true(chip.off_chip_bits > 0);   /* the weights, wherever they come from */
    spec.chip_tiles = 0;
    chip = evaluate(&spec, &f, w);
    cim_chip_slacks(&spec, &chip, slack);
    assert_true(slack[CIM_CHIP_TILE_CAPACITY] == 0 && chip.off_chip_bits == 0);
}

/* A smaller buffer: less area, more bits over the edge, never faster. */
static void buffers_spill(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    for (uint32_t pipeline = 0; pipeline < 2; ++pipeline) {
        cim_chip last = {.off_chip_bits = 0};
        spec.pipeline = pipeline;
        for (spec.global_buffer_bits = 1 << 24; spec.global_buffer_bits > 4096;
             spec.global_buffer_bits /= 2) {
            const cim_chip chip = evaluate(&spec, &f, w);
            if (last.area_m2 > 0) {
                assert_true(chip.area_m2 < last.area_m2);
                assert_true(chip.off_chip_bits >= last.off_chip_bits);
            }
            last = chip;
        }
        double bits = 0;
        for (uint32_t i = 0; i < f.network.layers.n; ++i) bits += w[i].traffic_bits;
        assert_true(last.off_chip_bits > 0.95 * bits && last.off_chip_bits < 1.05 * bits);
    }
}

/* As much as possible stays; the fewer tiles, the more is written. Only what is larger than the
 * chip is cut, and classifiers, which lose nothing by it. */
static void as_much_as_fits_stays(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    const double needed = evaluate(&plain, &f, w).tiles_needed;
    double last = 0, all = 0, largest = 0;
    for (uint32_t i = 0; i < f.network.layers.n; ++i) {
        all += w[i].map.used_cells;
        if (w[i].map.positions > 1) largest = fmax(largest, w[i].tiles);
    }
    for (spec.chip_tiles = needed - 1; spec.chip_tiles >= 1; --spec.chip_tiles) {
        const cim_chip chip = evaluate(&spec, &f, w);
        double stays = 0, turns = 0, cells = 0;
        for (uint32_t i = 0; i < f.network.layers.n; ++i) {
            if (w[i].resident) stays += w[i].tiles;
            else turns = fmax(turns, ceil(w[i].tiles / w[i].parts));
            if (!w[i].resident) cells += w[i].map.used_cells;
            assert_true(!i || w[i].segment >= w[i - 1].segment);
        }
        assert_true(turns > 0 && stays + turns <= spec.chip_tiles);
        near(chip.written_cells, cells, 1e-12);
        assert_true(chip.written_cells <= all && chip.used_cells <= chip.all_cells);
        if (spec.chip_tiles >= largest) assert_true(chip.written_cells >= last);
        for (uint32_t i = 0; i < f.network.layers.n; ++i)
            assert_true(w[i].parts == 1 || w[i].map.positions == 1 || largest > spec.chip_tiles);
        last = chip.written_cells;
    }
    near(last, all, 1e-12);
}

/* A batch shares a load: less is written, and the interval comes down to the time of computing. */
static void batches(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    spec.chip_tiles = 40;
    const cim_chip one = evaluate(&spec, &f, w);
    double last_s = INFINITY, last_j = INFINITY;
    for (spec.images_per_load = 1; spec.images_per_load <= 4096; spec.images_per_load *= 2) {
        const cim_chip chip = evaluate(&spec, &f, w);
        double latency_s = 0, write_j = 0;
        for (uint32_t i = 0; i < f.network.layers.n; ++i) {
            latency_s += w[i].latency_s;
            write_j += w[i].energy_j[CIM_PART_WRITE];
        }
        near(latency_s, chip.latency_s, 1e-12);
        near(chip.written_cells, one.written_cells / spec.images_per_load, 1e-12);
        near(chip.lifetime_images, one.lifetime_images * spec.images_per_load, 1e-12);
        assert_true(chip.interval_s < last_s && write_j < last_j);
        near(chip.interval_s * spec.images_per_load, chip.latency_s, 1e-12);
        last_s = chip.interval_s;
        last_j = write_j;
    }
}

/* Images follow each other at the pace of a segment's slowest layer, or of the port that all share;
 * without a pipeline, one after another. */
static void batch_by_hand(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer one[FIXTURE_LAYERS], w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    spec.chip_tiles = 30;
    spec.off_chip = CIM_OFF_CHIP_NONE;   /* nothing spills */
    spec.global_buffer_bits = 1e6;
    for (spec.pipeline = 0; spec.pipeline < 2; ++spec.pipeline) {
        spec.images_per_load = 1;
        const cim_chip alone = evaluate(&spec, &f, one);
        spec.images_per_load = 8;
        const cim_chip chip = evaluate(&spec, &f, w);
        double latency_s = 0, stage_s = 0, bits = 0;
        uint32_t segments = 1, turns = 0;
        for (uint32_t i = 0; i < f.network.layers.n; ++i) {
            turns += !one[i].resident;
            segments += i && one[i].segment != one[i - 1].segment;
            const double own_s = one[i].latency_s - one[i].load_s;
            latency_s += one[i].load_s + own_s * (spec.pipeline ? 1 : 8);
            stage_s = fmax(stage_s, own_s);
            bits += one[i].traffic_bits;
            if (i + 1 < f.network.layers.n && one[i + 1].segment == one[i].segment) continue;
            stage_s = fmax(stage_s, bits / 1024 * alone.cycle_s);
            if (spec.pipeline) latency_s += 7 * stage_s;
            stage_s = bits = 0;
        }
        assert_true(segments > 1 && turns > 1);
        near(chip.latency_s, latency_s, 1e-12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memories),           cmocka_unit_test(large_buffers),
        cmocka_unit_test(enough_tiles),
        cmocka_unit_test(pairs_in_turns),
        cmocka_unit_test(one_layer_in_turns), cmocka_unit_test(what_loading_waits_for),
        cmocka_unit_test(capacities),         cmocka_unit_test(buffers_spill),
        cmocka_unit_test(as_much_as_fits_stays), cmocka_unit_test(batches),
        cmocka_unit_test(batch_by_hand),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
