/* hwmodel.cimloop as the host sees it: laws, sums, constraints, refusals. */
#define FIXTURE_MODEL "hwmodel.cimloop"
#include "hwmodel_fixture.h"

/* ---- figures -------------------------------------------------------------------------------- */

enum { METRICS = 14, SLACKS = 3 };

static void names_are_kept(void **state) {
    (void)state;
    static const char *const keys[] = {
        "memory", "voltage_v", "bits_per_cell", "cycle_s", "rows", "cols", "groups",
        "tiles_per_group", "macros_per_tile", "glb_depth_2048b", "adc_bits", "mean_input",
        "adc_area_scale", "elementwise", "weight_bits", "input_bits"};
    static const char *const names[METRICS] = {
        "energy_j", "latency_s", "interval_s", "cycle_s", "area_mm2", "power_w", "throughput_ips",
        "tops", "tops_per_w", "tops_per_mm2", "layer_tops_per_w", "layer_tops_per_mm2",
        "edap_mj_ms_mm2", "utilization"};
    assert_int_equal(plugin->is.params.n, sizeof keys / sizeof keys[0]);
    assert_int_equal(plugin->is.metrics.n, METRICS);
    assert_int_equal(plugin->is.constraints.n, SLACKS);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; ++i) param_index(keys[i]);
    for (size_t i = 0; i < METRICS; ++i) metric(names[i]);
}

static void metrics_hang_together(void **state) {
    (void)state;
    for (int sram = 0; sram < 2; ++sram) {
        point p = defaults();
        set(&p, "memory", sram);
        const figures f = evaluate(&p);
        const double operations = 2 * 615917568.0, latency_s = f.m[metric("latency_s")];
        near(f.m[metric("power_w")], f.m[metric("energy_j")] / latency_s, 1e-12);
        near(f.m[metric("tops")], operations / latency_s * 1e-12, 1e-12);
        near(f.m[metric("tops_per_w")], operations / f.m[metric("energy_j")] * 1e-12, 1e-12);
        near(f.m[metric("tops_per_mm2")], f.m[metric("tops")] / f.m[metric("area_mm2")], 1e-12);
        near(f.m[metric("edap_mj_ms_mm2")],
             1e6 * f.m[metric("energy_j")] * latency_s * f.m[metric("area_mm2")], 1e-12);
        assert_true(f.m[metric("interval_s")] == latency_s);
    }
}

static void parts_sum(void **state) {
    (void)state;
    static const char *const summed[] = {"energy_j", "latency_s", "area_mm2"};
    cim_rng rng;
    fake_stream(&host.host, 7, &rng);
    for (int k = 0; k < 200; ++k) {
        const point p = k ? random_point(&rng) : defaults();
        figures f;
        parts got = {0};
        assert_int_equal(run(self, &vgg8.network, p.numbers, 1, f.m, f.s, &got), CIM_OK);
        for (size_t i = 0; i < sizeof summed / sizeof summed[0]; ++i)
            near(got.sum[metric(summed[i])], f.m[metric(summed[i])], 1e-12);
        assert_true(got.sum[metric("cycle_s")] == 0);
    }
}

static void finite_everywhere(void **state) {
    (void)state;
    cim_rng rng;
    uint32_t feasible = 0;
    fake_stream(&host.host, 1, &rng);
    const uint32_t n = getenv("CIMDSE_LONG") ? 1000000 : 100000;
    for (uint32_t i = 0; i < n; ++i) {
        const point p = random_point(&rng);
        const figures f = evaluate(&p);
        int met = 1;
        for (uint32_t m = 0; m < METRICS; ++m)
            if (!(isfinite(f.m[m]) && f.m[m] > 0)) fail_msg("%u: metric %u is %g", i, m, f.m[m]);
        for (uint32_t s = 0; s < SLACKS; ++s) {
            assert_true(isfinite(f.s[s]));
            met = met && f.s[s] <= 0;
        }
        feasible += met != 0;
        assert_true(f.m[metric("utilization")] <= 1);
    }
    assert_true(feasible > n / 100 && feasible < n - n / 100);
}

/* What was asked before, or is asked at the same time, changes no bit. */
static void same_bits(void **state) {
    (void)state;
    enum { N = 300 };
    static double numbers[N * MOST_NUMBERS];
    static double metrics[N * METRICS], slack[N * SLACKS];
    const uint32_t n = first[plugin->is.params.n];
    cim_rng rng;
    fake_stream(&host.host, 2, &rng);
    for (uint32_t i = 0; i < N; ++i) {
        const point p = random_point(&rng);
        memcpy(numbers + i * n, p.numbers, n * sizeof numbers[0]);
    }
    assert_int_equal(run(self, &vgg8.network, numbers, N, metrics, slack, NULL), CIM_OK);
    for (uint32_t i = 0; i < N; ++i) {
        void *fresh = NULL;
        figures f;
        const cim_values v = values_of(numbers + i * n, 1);
        assert_int_equal(ops->create(&host.host, &v, &fresh), CIM_OK);
        assert_int_equal(run(fresh, &vgg8.network, numbers + i * n, 1, f.m, f.s, NULL), CIM_OK);
        assert_memory_equal(metrics + i * METRICS, f.m, METRICS * sizeof f.m[0]);
        assert_memory_equal(slack + i * SLACKS, f.s, SLACKS * sizeof f.s[0]);
        ops->destroy(fresh);
    }
}

/* ---- laws ----------------------------------------------------------------------------------- */

/* KEY at FROM, then at TO: METRIC becomes RATIO times; NAN: larger; -1: smaller. */
typedef struct law {
    int sram;
    const char *key; double from, to; const char *metric; double ratio;
} law;

static void laws_hold(void **state) {
    (void)state;
    static const law rows[] = {
        {0, "cycle_s", 1e-9, 4e-9, "latency_s", 4}, {1, "cycle_s", 1e-9, 4e-9, "latency_s", 4},
        {0, "cycle_s", 1e-9, 4e-9, "energy_j", 1},  {1, "cycle_s", 1e-9, 4e-9, "energy_j", 1},
        {0, "cycle_s", 1e-9, 4e-9, "area_mm2", 1},
        {0, "voltage_v", 0.5, 0.85, "energy_j", NAN}, {0, "voltage_v", 0.5, 0.85, "area_mm2", 1},
        {1, "voltage_v", 0.5, 0.85, "area_mm2", -1},  {0, "voltage_v", 0.5, 0.85, "latency_s", 1},
        {0, "bits_per_cell", 1, 8, "area_mm2", 1},    {0, "bits_per_cell", 1, 8, "energy_j", -1},
        {0, "adc_bits", 5, 8, "area_mm2", NAN},       {0, "adc_bits", 5, 8, "energy_j", NAN},
        {0, "adc_bits", 5, 8, "latency_s", 1},        {0, "adc_area_scale", 1, 2, "area_mm2", NAN},
        {0, "adc_area_scale", 1, 2, "energy_j", 1},   {0, "mean_input", 0.2, 0.6, "energy_j", NAN},
        {0, "input_bits", 4, 8, "energy_j", NAN},     {0, "input_bits", 4, 8, "latency_s", 1},
        {0, "weight_bits", 4, 8, "energy_j", NAN},    {1, "weight_bits", 4, 8, "energy_j", NAN},
        {0, "elementwise", 0, 1, "energy_j", NAN},    {0, "elementwise", 0, 1, "latency_s", 1},
        {0, "groups", 8, 16, "area_mm2", NAN},        {0, "groups", 4, 32, "latency_s", -1},
        {0, "rows", 128, 256, "area_mm2", NAN},       {0, "cols", 128, 256, "area_mm2", NAN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        point p = defaults();
        set(&p, "memory", rows[i].sram);
        set(&p, rows[i].key, rows[i].from);
        const double before = evaluate(&p).m[metric(rows[i].metric)];
        set(&p, rows[i].key, rows[i].to);
        const double ratio = evaluate(&p).m[metric(rows[i].metric)] / before;
        if (rows[i].ratio > 0) near(ratio, rows[i].ratio, 1e-12);
        else if (isnan(rows[i].ratio) ? ratio <= 1 : ratio >= 1)
            fail_msg("%s: %s changes by %g", rows[i].key, rows[i].metric, ratio);
    }
}

/* A larger global buffer never gets cheaper, at and between the sizes of the tables. */
static void buffer_grows(void **state) {
    (void)state;
    double area = 0, energy = 0;
    for (double depth = 512; depth < 1e6; depth *= 1.3) {
        point p = defaults();
        set(&p, "glb_depth_2048b", floor(depth));
        const figures f = evaluate(&p);
        assert_true(f.m[metric("area_mm2")] > area && f.m[metric("energy_j")] > energy);
        area = f.m[metric("area_mm2")];
        energy = f.m[metric("energy_j")];
    }
}

/* 8 x 8 x 8 weights, 16 output places, an array of 64 x 8 for each slice of a weight. */
static void by_hand(void **state) {
    (void)state;
    fixture_network f;
    fixture_start(&f, 8, 4);
    fixture_add(&f, "conv", CIM_OP_CONV, 8, 1, 1);
    point p = defaults();
    figures got;
    set(&p, "rows", 8);
    set(&p, "cols", 8);
    set(&p, "bits_per_cell", 8);
    set(&p, "groups", 1);
    set(&p, "tiles_per_group", 1);
    for (double macros = 1; macros <= 16; macros *= 2) {   /* copies share out the 16 places */
        set(&p, "macros_per_tile", macros);
        assert_int_equal(run(self, &f.network, p.numbers, 1, got.m, got.s, NULL), CIM_OK);
        near(got.m[metric("latency_s")], 16 / macros * 4e-9, 1e-12);
        near(got.m[metric("utilization")], 1, 1e-12);
        assert_true(got.s[constraint("residency")] == 0);
    }
    set(&p, "bits_per_cell", 4);                           /* two slices: 16 columns, 8 copies */
    assert_int_equal(run(self, &f.network, p.numbers, 1, got.m, got.s, NULL), CIM_OK);
    near(got.m[metric("latency_s")], 2 * 4e-9, 1e-12);
    set(&p, "memory", 1);                                  /* columns of the image stay in time */
    set(&p, "bits_per_cell", 8);
    assert_int_equal(run(self, &f.network, p.numbers, 1, got.m, got.s, NULL), CIM_OK);
    near(got.m[metric("latency_s")], 4 * 4e-9, 1e-12);
}

/* A fixture whose 8 channels, 8 outputs and 16 places leave most of a large chip idle. */
static double of_small_network(const point *p, uint32_t metric_index) {
    fixture_network f;
    figures got;
    fixture_start(&f, 8, 4);
    fixture_add(&f, "conv", CIM_OP_CONV, 8, 1, 1);
    assert_int_equal(run(self, &f.network, p->numbers, 1, got.m, got.s, NULL), CIM_OK);
    return got.m[metric_index];
}

/* Macros that stay idle widen their tile's buffers: energy with the root, area with the square. */
static void tile_buffers_grow(void **state) {
    (void)state;
    double energy[5], area[5];
    point p = defaults();
    set(&p, "groups", 1);
    set(&p, "tiles_per_group", 1);
    for (int i = 0; i < 3; ++i) {
        set(&p, "macros_per_tile", 16 << (2 * i));
        energy[i] = of_small_network(&p, metric("energy_j"));
    }
    assert_true(energy[1] > energy[0]);
    near((energy[2] - energy[1]) / (energy[1] - energy[0]), 2, 1e-6);
    for (int i = 0; i < 5; ++i) {
        set(&p, "macros_per_tile", 16 * (i + 1));
        area[i] = of_small_network(&p, metric("area_mm2"));
    }
    const double bend = area[2] - 2 * area[1] + area[0];
    assert_true(bend > 0);
    near(area[4] - 2 * area[3] + area[2], bend, 1e-6);
}

/* Only the first slice of a weight knows that the weights' mean code is 0.476 and not 0.5: what
 * slices add to the energy of inputs, over what as many full levels would, by hand. */
static void first_slice_has_the_mean(void **state) {
    (void)state;
    double at[4], mean[4];
    point p = defaults();
    set(&p, "cols", 64);
    for (int i = 0; i < 4; ++i) {                          /* 1, 2, 4 and 8 slices of a weight */
        const double levels = pow(2, 8 >> i);
        set(&p, "bits_per_cell", 8 >> i);
        set(&p, "mean_input", 1);
        at[i] = of_small_network(&p, metric("energy_j"));
        set(&p, "mean_input", 0);
        at[i] -= of_small_network(&p, metric("energy_j"));
        mean[i] = (0.476 * levels - 0.5) / (levels - 1);
    }
    const double fewer = (at[2] - at[1]) - 2 * (at[1] - at[0]);
    const double more = (at[3] - at[2]) - 2 * (at[2] - at[1]);
    near(more / fewer, (mean[3] - 3 * mean[2] + 2 * mean[1]) /
                       (mean[2] - 3 * mean[1] + 2 * mean[0]), 1e-6);
}

/* Columns of arrays with 32 or fewer are smaller, RRAM's only. */
static void narrow_arrays_save(void **state) {
    (void)state;
    for (int sram = 0; sram < 2; ++sram) {
        point p = defaults();
        double area[3];
        set(&p, "memory", sram);
        set(&p, "adc_bits", 5);
        for (int i = 0; i < 3; ++i) {
            set(&p, "cols", 31 + i);
            area[i] = evaluate(&p).m[metric("area_mm2")];
        }
        const double step = area[1] - area[0], across = area[2] - area[1];
        assert_true(sram ? fabs(across - step) < 0.05 * step : across > 1.4 * step);
    }
}

static void own_constraints(void **state) {
    (void)state;
    point p = defaults();
    set(&p, "groups", 1);
    set(&p, "tiles_per_group", 1);
    set(&p, "macros_per_tile", 1);
    assert_true(evaluate(&p).s[constraint("residency")] > 1);
    assert_true(evaluate(&p).s[constraint("capacity")] > 1);
    set(&p, "memory", 1);   /* SRAM fetches what does not fit */
    const figures f = evaluate(&p);
    for (uint32_t s = 0; s < SLACKS; ++s) assert_true(f.s[s] <= 0);
    set(&p, "bits_per_cell", 3);
    assert_true(evaluate(&p).s[constraint("cell_bits")] == 2);
    p = defaults();         /* VGG8: 12,973,440 weights of 8 cells in 2048 arrays */
    near(evaluate(&p).s[constraint("capacity")], 12973440 * 8.0 / (2048.0 * 16384) - 1, 1e-12);
}

static void refusal(void **state) {
    (void)state;
    fixture_network f;
    fixture_vgg8(&f);
    f.layers[8].op = CIM_OP_SOFTMAX;
    const point p = defaults();
    figures got;
    assert_int_equal(run(self, &f.network, p.numbers, 1, got.m, got.s, NULL), CIM_E_UNSUPPORTED);
    assert_non_null(strstr(host.message, "\"pool3\""));
    fake_host poor;
    void *model = NULL;
    const cim_values v = values_of(p.numbers, 1);
    fake_host_start(&poor);
    poor.fail_at = 0;
    assert_int_equal(ops->create(&poor.host, &v, &model), CIM_E_MEMORY);
    assert_int_equal(poor.live, 0);
}

/* What an accuracy evaluator is told: whole inputs into all rows, exact cells. */
static void nonideality_rows(void **state) {
    (void)state;
    point p = defaults();
    set(&p, "rows", 256);
    set(&p, "bits_per_cell", 2);
    set(&p, "adc_bits", 7);
    longer_row rows[LAYERS_MOST];
    ask_nonidealities(&p, rows);
    const cim_nonideality *n = &rows[1].row;
    assert_true(n->weight_mapping == CIM_MAPPING_OFFSET && n->weight_bits == 8);
    assert_true(n->cell_bits == 2 && n->input_bits == 8 && n->dac_bits == 8);
    assert_true(n->array_rows == 256 && n->rows_at_once == 256 && n->array_columns > 0);
    assert_true(n->adc_bits == 7 && n->adc_range == CIM_ADC_FULL_SCALE && !n->device_spread);
    assert_true(rows[2].row.weight_mapping == 0);   /* a pool */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_kept),    cmocka_unit_test(metrics_hang_together),
        cmocka_unit_test(parts_sum),         cmocka_unit_test(finite_everywhere),
        cmocka_unit_test(same_bits),         cmocka_unit_test(laws_hold),
        cmocka_unit_test(buffer_grows),      cmocka_unit_test(by_hand),
        cmocka_unit_test(tile_buffers_grow),
        cmocka_unit_test(first_slice_has_the_mean), cmocka_unit_test(narrow_arrays_save),
        cmocka_unit_test(own_constraints),   cmocka_unit_test(refusal),
        cmocka_unit_test(nonideality_rows),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
