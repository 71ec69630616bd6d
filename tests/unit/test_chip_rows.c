/* Pipelines whose layers hand on rows instead of images. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_chip/chip.h>

#include "chip_fixture.h"

static cim_technology tech;

static const cim_chip_spec plain = {.technology = &tech, .arrays_per_pe = 16, .pes_per_tile = 4,
                                    .pipeline = 1, .duplication = 1};

static cim_chip evaluate(uint32_t rows, const fixture_network *f, cim_chip_layer *layers) {
    const cim_array a = {.rows = 128, .columns = 128, .rows_at_once = 128, .columns_per_adc = 8,
                         .cell_bits = 1, .dac_bits = 1, .sum_bits = 21, .round_s = 1e-9,
                         .area_m2 = {[CIM_PART_ARRAY] = 1e-9}};
    cim_chip_spec spec = plain;
    cim_chip chip;
    spec.pipeline_rows = rows;
    for (uint32_t i = 0; i < f->network.layers.n; ++i) {
        layers[i].array = a;
        layers[i].weight_bits = layers[i].input_bits = 8;
    }
    cim_chip_evaluate(&spec, &f->network, layers, &chip);
    return chip;
}

/* Two layers of 3x3 on 32 x 32, padded by one: the second starts with two of 32 rows, works at the
 * same pace, and ends a row behind the first one's last ... which comes before its own work
 * ends. */
static void two_layers_by_hand(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer image[FIXTURE_LAYERS], w[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "conv1", CIM_OP_CONV, 128, 3, 1);
    fixture_add(&f, "conv2", CIM_OP_CONV, 128, 3, 1);
    const cim_chip before = evaluate(0, &f, image), chip = evaluate(1, &f, w);
    near(image[0].latency_s, image[1].latency_s, 1e-12);
    const double own_s = w[0].latency_s, bits = 128 * 1024 * 8;
    near(chip.latency_s, own_s * (1 + 2 / 32.0), 1e-12);
    near(w[1].latency_s, own_s * 2 / 32, 1e-9);
    near(chip.interval_s, own_s, 1e-12);
    near(before.latency_s, 2 * own_s, 1e-3);   /* but for the smaller buffer's access */
    /* Two rows wait between them and one is written; of the result one; of the image, which comes
     * over the interval while conv1 reads it at once, one. */
    near(chip.buffer_needed_bits, bits * (3 + 1 + 1) / 32, 1e-9);
    assert_true(before.buffer_needed_bits == 6 * bits && chip.area_m2 < before.area_m2);
}

/* A slow layer before a fast one: the fast one waits for its last rows. After it: all of its input
 * is there before it is through. */
static void paces(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer image[FIXTURE_LAYERS], w[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "slow", CIM_OP_CONV, 128, 3, 1);
    fixture_add(&f, "pool", CIM_OP_MAX_POOL, 128, 2, 2);
    fixture_add(&f, "fast", CIM_OP_CONV, 128, 3, 1);
    evaluate(0, &f, image);
    const cim_chip chip = evaluate(1, &f, w);
    near(w[1].latency_s, image[1].latency_s / 16, 1e-2);   /* its last row */
    near(w[2].latency_s, image[2].latency_s / 16, 1e-2);
    near(chip.latency_s, w[0].latency_s + w[1].latency_s + w[2].latency_s, 1e-12);
    fixture_start(&f, 128, 8);
    fixture_add(&f, "fast", CIM_OP_ACTIVATION, 128, 1, 1);
    fixture_add(&f, "slow", CIM_OP_CONV, 128, 3, 1);
    const cim_chip late = evaluate(1, &f, w);
    assert_true(w[1].waiting == 0 && w[0].waiting > 0.5 && w[0].waiting < 1);
    assert_true(late.latency_s < image[0].latency_s);
}

/* A shortcut waits as long as the way around it takes; a classifier for the whole of its input. */
static void shortcuts_and_classifiers(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    fixture_start(&f, 128, 32);
    fixture_add(&f, "conv1", CIM_OP_CONV, 128, 3, 1);
    fixture_add(&f, "conv2", CIM_OP_CONV, 128, 3, 1);
    fixture_add(&f, "conv3", CIM_OP_CONV, 128, 3, 1);
    cim_layer *add = fixture_add(&f, "add", CIM_OP_ADD, 128, 1, 1);
    f.inputs[3][1] = 0;
    add->n_inputs = 2;
    fixture_linear(&f, "fc", 10);
    evaluate(1, &f, w);
    near(w[1].waiting, 2 / 32.0, 1e-3);
    near(w[0].waiting, (2 + 2 + 1) / 32.0, 1e-2);
    assert_true(w[3].waiting == 1);
}

/* Of VGG8 with copies: never later, never slower, a smaller buffer. */
static void never_worse(void **state) {
    (void)state;
    fixture_network f;
    cim_chip_layer w[FIXTURE_LAYERS];
    fixture_vgg8(&f);
    const cim_chip image = evaluate(0, &f, w), rows = evaluate(1, &f, w);
    assert_true(rows.latency_s < 0.7 * image.latency_s && rows.interval_s <= image.interval_s);
    assert_true(rows.buffer_needed_bits < 0.5 * image.buffer_needed_bits);
    assert_true(rows.dynamic_energy_j < image.dynamic_energy_j);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_layers_by_hand), cmocka_unit_test(paces),
        cmocka_unit_test(shortcuts_and_classifiers), cmocka_unit_test(never_worse),
    };
    if (!cim_technology_init(&tech, cim_process_find(22, CIM_LSTP), 300)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
