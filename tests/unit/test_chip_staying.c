/* Which weights stay on a chip of too few tiles: held against every choice that there is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <cim_chip/plugin.h>
#include <cim_sdk/rng.h>

#include "chip_fixture.h"

enum { MOST_CHOICES = 1 << 11 };

static cim_technology tech;
static cim_rng rng;

static const cim_chip_spec plain = {.technology = &tech, .arrays_per_pe = 16, .pes_per_tile = 4,
                                    .pipeline = 1, .duplication = 1, .images_per_load = 1,
                                    .off_chip = CIM_OFF_CHIP_LPDDR4};

static cim_chip evaluate(const cim_chip_spec *spec, const fixture_network *f,
                         cim_chip_layer *layers) {
    cim_chip chip;
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        memset(&layers[i], 0x5a, sizeof layers[i]);   /* contents do not matter */
        layers[i].array = (cim_array){.rows = 128, .columns = 128, .rows_at_once = 128,
                                      .columns_per_adc = 8, .cell_bits = 1, .dac_bits = 1,
                                      .sum_bits = 21, .round_s = 1e-9, .write_j = 1e-12,
                                      .write_row_s = 1e-7};
        layers[i].weight_bits = layers[i].loaded_bits = layers[i].input_bits = 8;
    }
    cim_chip_evaluate(spec, &f->network, layers, &chip);
    return chip;
}

/* Of one choice: tiles that stay, tiles that the others need at once, cells that are loaded. */
typedef struct choice { double stay, at_once, cells; } choice;
typedef struct choices {
    choice all[MOST_CHOICES];
    uint32_t n, layers;
    double needed, largest;        /* tiles: of all layers; of one that is not cut for nothing   */
} choices;

static void list_choices(const cim_chip_spec *spec, const fixture_network *f, choices *c) {
    cim_chip_layer w[FIXTURE_LAYERS], *has[FIXTURE_LAYERS];
    c->layers = 0;
    c->largest = 0;
    c->needed = evaluate(spec, f, w).tiles_needed;
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        if (w[i].tiles > 0) has[c->layers++] = &w[i];
        if (w[i].map.positions > 1) c->largest = fmax(c->largest, w[i].tiles);
    }
    c->n = 1u << c->layers;
    assert_true(c->n <= MOST_CHOICES);
    for (uint32_t k = 0; k < c->n; ++k) {
        c->all[k] = (choice){.at_once = 1};
        for (uint32_t i = 0; i < c->layers; ++i)
            if (k >> i & 1) {
                c->all[k].stay += has[i]->tiles;
            } else {
                c->all[k].cells += has[i]->map.used_cells * has[i]->copies;
                if (has[i]->map.positions > 1)
                    c->all[k].at_once = fmax(c->all[k].at_once, has[i]->tiles);
            }
    }
}

/* Parts of the largest layer, as few as fit. */
static double parts(const choices *c, double tiles) {
    return fmax(1, ceil(c->largest / tiles));
}

static double fewest_cells(const choices *c, double tiles) {
    double fewest = INFINITY;
    for (uint32_t k = 0; k < c->n; ++k) {
        const choice *o = &c->all[k];
        const double turn = c->largest > tiles ? ceil(c->largest / parts(c, tiles)) : o->at_once;
        if (o->stay + turn <= tiles) fewest = fmin(fewest, o->cells);
    }
    return fewest;
}

/* At every size: the fewest cells; and never more on a larger chip, unless layers are cut into
 * fewer parts there. */
static void hold(const cim_chip_spec *plain_spec, const fixture_network *f) {
    static choices c;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = *plain_spec;
    double last = INFINITY;
    list_choices(&spec, f, &c);
    const double end = fmin(c.needed, 4096);   /* from there on the largest goes first */
    for (spec.chip_tiles = 1; spec.chip_tiles < end; ++spec.chip_tiles) {
        const double cells = evaluate(&spec, f, w).written_cells;
        const double fewest = fewest_cells(&c, spec.chip_tiles);
        if (cells != fewest)
            fail_msg("%g of %g tiles: %.0f cells, could be %.0f", spec.chip_tiles, c.needed, cells,
                     fewest);
        if (parts(&c, spec.chip_tiles) == parts(&c, spec.chip_tiles - 1))
            assert_true(cells <= last);
        last = cells;
    }
}

static void vgg8(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    for (; spec.arrays_per_pe >= 4; spec.arrays_per_pe /= 2) hold(&spec, &f);
}

/* The smallest two layers, of a tile each, share one where a tile is wanting. */
static void one_tile_is_wanting(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    spec.chip_tiles = evaluate(&plain, &f, w).tiles_needed - 1;
    assert_true(evaluate(&spec, &f, w).written_cells == 8 * (27 * 128 + 1024 * 10));
    assert_true(!w[0].resident && !w[10].resident);
}

static void draw_network(fixture_network *f) {
    const uint32_t convs = 3 + (uint32_t)cim_rng_below(&rng, 6);
    fixture_start(f, 3, 16);
    for (uint32_t i = 0; i < convs; ++i) {
        const uint32_t channels = 32 + (uint32_t)cim_rng_below(&rng, 400);
        const uint32_t kernel = cim_rng_below(&rng, 2) ? 3 : 1;
        fixture_add(f, "conv", CIM_OP_CONV, channels, kernel, 1);
        if (!cim_rng_below(&rng, 8)) f->layers[i].out_height = f->layers[i].out_width = 1;
    }
    fixture_linear(f, "fc1", 64 + (uint32_t)cim_rng_below(&rng, 1000));
    if (cim_rng_below(&rng, 2)) fixture_linear(f, "fc2", 10);
}

static void random_networks(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 4; ++i) rng.s[i] = 0x9e3779b97f4a7c15u * (i + 1);
    for (int k = 0; k < 100; ++k) {
        fixture_network f;
        cim_chip_spec spec = plain;
        draw_network(&f);
        spec.arrays_per_pe = 1 + (uint32_t)cim_rng_below(&rng, 16);
        hold(&spec, &f);
    }
}

/* Beyond some thousand tiles: no better than possible, and what is loaded would fit nowhere. */
static void many_tiles(void **state) {
    (void)state;
    static choices c;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    cim_chip_spec spec = plain;
    fixture_vgg8(&f);
    spec.arrays_per_pe = spec.pes_per_tile = 1;
    list_choices(&spec, &f, &c);
    for (spec.chip_tiles = c.needed - 1; spec.chip_tiles > 4095; spec.chip_tiles -= 7) {
        const double cells = evaluate(&spec, &f, w).written_cells;
        double left = spec.chip_tiles, turn = 1;
        assert_true(cells >= fewest_cells(&c, spec.chip_tiles));
        for (uint32_t i = 0; i < f.network.layers.n; ++i) {
            if (w[i].resident) left -= w[i].tiles;
            else if (w[i].map.positions > 1) turn = fmax(turn, w[i].tiles);
        }
        assert_true(left >= turn);
        for (uint32_t i = 0; i < f.network.layers.n; ++i)
            assert_true(w[i].resident || w[i].tiles > left - turn);
    }
    spec.chip_tiles = c.needed - 1;   /* as if there were few */
    assert_true(evaluate(&spec, &f, w).written_cells == fewest_cells(&c, spec.chip_tiles));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vgg8),
        cmocka_unit_test(one_tile_is_wanting),
        cmocka_unit_test(random_networks),
        cmocka_unit_test(many_tiles),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
