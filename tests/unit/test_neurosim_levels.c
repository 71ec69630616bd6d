/* hwmodel.neurosim where layers differ in the levels of their converters: ours, outside the
 * reference's tables. */
#include "neurosim_fixture.h"

/* Fewer levels of one layer: its reads and sums cost less, other layers stay, and so does the chip,
 * which is built for the most. All layers' fewer, but for one: still the same chip. */
static void levels_per_layer(void **state) {
    neurosim *m = *state;
    static const char *const built[] = {"area_mm2", "latency_s", "leakage_w", "cycle_s"};
    const uint32_t energy = metric_index(m, "dynamic_energy_j");
    double before[MOST_METRICS], layer_j[2];
    for (int sar = 0; sar < 2; ++sar) {
        design d = defaults(m);
        set(m, &d, "SARADC", sar);
        evaluate(m, &d);
        memcpy(before, m->metrics, sizeof before);
        for (uint32_t i = 0; i < 2; ++i)
            layer_j[i] = part_sum(m, layer_place(m, i), NULL, energy);
        *element(m, &d, "levelOutput", 1) = 8;
        evaluate(m, &d);
        for (size_t i = 0; i < sizeof built / sizeof *built; ++i)
            compare("levelOutput[1]", built[i], metric(m, built[i]),
                    before[metric_index(m, built[i])], 0);
        compare("levelOutput[1]", "layer 0", part_sum(m, layer_place(m, 0), NULL, energy),
                layer_j[0], 0);
        assert_true(part_sum(m, layer_place(m, 1), NULL, energy) < 0.8 * layer_j[1]);
    }
}

/* One number for all layers: the same bits as that number in each of them, and as the chip of the
 * most where reads are row by row and see every level anyway. */
static void equal_levels(void **state) {
    neurosim *m = *state;
    double before[MOST_METRICS];
    design d = defaults(m);
    set(m, &d, "levelOutput", 64);
    evaluate(m, &d);
    memcpy(before, m->metrics, sizeof before);
    for (uint32_t i = 0; i < N_VECTOR; ++i) *element(m, &d, "levelOutput", i) = 16;
    evaluate(m, &d);
    assert_true(metric(m, "area_mm2") < before[metric_index(m, "area_mm2")]);
    for (uint32_t i = 0; i < N_VECTOR; ++i) *element(m, &d, "levelOutput", i) = 64;
    evaluate(m, &d);
    assert_memory_equal(m->metrics, before, m->plugin->is.metrics.n * sizeof *before);
    set(m, &d, "memcelltype", 1);
    set(m, &d, "operationmode", 1);
    evaluate(m, &d);
    memcpy(before, m->metrics, sizeof before);
    *element(m, &d, "levelOutput", 3) = 8;
    evaluate(m, &d);
    assert_memory_equal(m->metrics, before, m->plugin->is.metrics.n * sizeof *before);
}

/* Halving one layer's levels never raises the dynamic energy, of whatever chip, where another
 * layer keeps the most. Cells as in the reference's tables: of higher resistances, its comparators'
 * power, which is fitted, falls below nothing. */
static void fewer_levels_never_cost_more(void **state) {
    static const double most_ohm = 1e6;
    neurosim *m = *state;
    cim_rng rng;
    uint32_t compared = 0;
    fake_stream(&m->host.host, 2, &rng);
    for (uint32_t i = 0; i < 4000; ++i) {
        design d = random_design(m, &rng);
        const uint32_t layer = (uint32_t)(1 + cim_rng_below(&rng, N_VECTOR - 1));
        set(m, &d, "levelOutput", exp2(3 + (double)cim_rng_below(&rng, 6)));
        double *on_ohm = element(m, &d, "resistanceOn", 0);
        *on_ohm = fmin(*on_ohm, most_ohm);
        evaluate(m, &d);
        if (m->failure[0]) continue;
        for (double *levels = element(m, &d, "levelOutput", layer); *levels > 4; *levels /= 2) {
            const double more_j = metric(m, "dynamic_energy_j"), area = metric(m, "area_mm2");
            const double halved = *levels / 2;
            design fewer = d;
            *element(m, &fewer, "levelOutput", layer) = halved;
            evaluate(m, &fewer);
            const double less_j = metric(m, "dynamic_energy_j");
            if (!(less_j <= more_j * (1 + 1e-12)) || metric(m, "area_mm2") != area)
                fail_msg("design %u, layer %u, %g levels: %.17g J is more than %.17g J", i, layer,
                         halved, less_j, more_j);
            ++compared;
        }
    }
    assert_in_range(compared, 1000, 40000);
}

/* More rows at once than there are: all of them. */
static void rows_at_once_are_at_most_all(void **state) {
    neurosim *m = *state;
    double before[MOST_METRICS];
    design d = defaults(m);
    set(m, &d, "rows", 64);
    set(m, &d, "rowpar", 64);
    evaluate(m, &d);
    memcpy(before, m->metrics, sizeof before);
    set(m, &d, "rowpar", 128);
    evaluate(m, &d);
    assert_string_equal(m->failure, "");
    assert_memory_equal(m->metrics, before, m->plugin->is.metrics.n * sizeof *before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_per_layer), cmocka_unit_test(equal_levels),
        cmocka_unit_test(fewer_levels_never_cost_more),
        cmocka_unit_test(rows_at_once_are_at_most_all),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
