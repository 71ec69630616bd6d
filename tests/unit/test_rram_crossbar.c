/* hwmodel.rram_crossbar as the host sees it: figures, directions, sums, refusals. */
#include "rram_fixture.h"

static void names_are_kept(void **state) {
    (void)state;
    static const char *const keys[] = {
        "technology_nm", "rows", "columns", "cell_bits", "adc_bits", "adc_type", "columns_per_adc",
        "rows_at_once", "on_resistance_ohm", "on_off_ratio", "read_voltage_v", "temperature_k",
        "dac_bits", "weight_bits", "input_bits", "arrays_per_pe", "pes_per_tile",
        "global_buffer_kib", "clock_mhz", "pipeline", "duplication"};
    static const char *const names[N_METRICS] = {
        "energy_j", "dynamic_energy_j", "leakage_energy_j", "latency_s", "interval_s", "cycle_s",
        "area_mm2", "power_w", "leakage_w", "throughput_ips", "tops", "tops_per_w",
        "tops_per_mm2", "edap_mj_ms_mm2", "utilization"};
    assert_int_equal(plugin->is.params.n, sizeof keys / sizeof keys[0]);
    assert_int_equal(plugin->is.metrics.n, N_METRICS);
    assert_int_equal(plugin->is.constraints.n, N_SLACKS);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; ++i) param_index(keys[i]);
    for (size_t i = 0; i < N_METRICS; ++i) metric(names[i]);
    const cim_param *w = CIM_ROW(cim_param, plugin->is.params, param_index("weight_bits"));
    assert_string_equal(w->overrides, "weight_bits");
    assert_string_equal(w->index_set, "weight_layer");
}

/* R-F000 of shared/reference/neurosim/onefactor_chip.csv: 22 nm LSTP, 128 x 128, 8 bit, one-bit
 * cells, flash ADC of 32 levels, 8 columns per ADC, 0.55 V, density 0.25, pipelined.
 * The bands are what README.md explains, not what one would wish for. */
static point neurosim_base(void) {
    point p = defaults();
    set(&p, "adc_type", 1);
    set(&p, "read_voltage_v", 0.55);
    set(&p, "duplication", 16);   /* NeuroSim ran its first two layers in 16 copies */
    vgg8.statistics.input_bit_density = 0.25;
    return p;
}

static void band(double value_, double reference, double least, double most) {
    if (!(value_ >= least * reference && value_ <= most * reference))
        fail_msg("%g is %g times the reference %g", value_, value_ / reference, reference);
}

static void neurosim_bands(void **state) {
    (void)state;
    const point p = neurosim_base();
    const figures f = evaluate(&p);
    vgg8.statistics.input_bit_density = NAN;
    band(f.m[metric("dynamic_energy_j")], 3.563631e-05, 0.5, 2.0);
    band(f.m[metric("leakage_w")], 2168.552e-6, 0.5, 2.0);
    band(f.m[metric("cycle_s")], 1.663365e-9, 0.3, 1.0);
    band(f.m[metric("utilization")], 0.9810376, 0.95, 1.02);
    band(f.m[metric("area_mm2")], 73.9, 0.8, 1.8);   /* area_array + adc + accum + other */
    band(f.m[metric("interval_s")], 5988.114e-9, 0.3, 1.2);  /* against lat_adc_ns: we overlap */
    for (uint32_t s = 0; s < N_SLACKS; ++s) assert_true(f.s[s] <= 0);
}

static void default_point(void **state) {
    (void)state;
    const point p = defaults();
    const figures f = evaluate(&p);
    const double macs = 615917568;
    assert_true(f.m[metric("energy_j")] > 1e-5 && f.m[metric("energy_j")] < 1e-3);
    assert_true(f.m[metric("area_mm2")] > 20 && f.m[metric("area_mm2")] < 200);
    assert_true(f.m[metric("interval_s")] > 1e-5 && f.m[metric("interval_s")] < 1e-3);
    near(f.m[metric("energy_j")],
         f.m[metric("dynamic_energy_j")] + f.m[metric("leakage_energy_j")], 1e-15);
    near(f.m[metric("power_w")], f.m[metric("energy_j")] / f.m[metric("interval_s")], 1e-15);
    near(f.m[metric("throughput_ips")], 1 / f.m[metric("interval_s")], 1e-15);
    near(f.m[metric("tops")], 2 * macs / f.m[metric("interval_s")] * 1e-12, 1e-12);
    near(f.m[metric("tops_per_w")], 2 * macs / f.m[metric("energy_j")] * 1e-12, 1e-12);
    near(f.m[metric("tops_per_mm2")], f.m[metric("tops")] / f.m[metric("area_mm2")], 1e-12);
    near(f.m[metric("edap_mj_ms_mm2")], 1e6 * f.m[metric("energy_j")] * f.m[metric("latency_s")] *
         f.m[metric("area_mm2")], 1e-12);
    near(f.m[metric("leakage_energy_j")],
         f.m[metric("leakage_w")] * f.m[metric("interval_s")], 1e-12);
    for (uint32_t s = 0; s < N_SLACKS; ++s) assert_true(f.s[s] <= 0);
}

static void parts_sum(void **state) {
    (void)state;
    static const char *const summed[] = {"energy_j", "dynamic_energy_j", "leakage_energy_j",
                                         "latency_s", "area_mm2", "leakage_w"};
    for (int k = 0; k < 3; ++k) {
        point p = k ? neurosim_base() : defaults();
        set(&p, "pipeline", k != 2);
        parts got = {0};
        figures f;
        assert_int_equal(run(self, &vgg8.network, p.numbers, 1, f.m, f.s, &got), CIM_OK);
        vgg8.statistics.input_bit_density = NAN;
        for (size_t i = 0; i < sizeof summed / sizeof summed[0]; ++i)
            near(got.sum[metric(summed[i])], f.m[metric(summed[i])], 1e-12);
        assert_true(got.sum[metric("interval_s")] == 0 && got.sum[metric("cycle_s")] == 0);
        assert_true(got.name[MOST_COMPONENTS - 1][0] != 0);   /* seven components, and leakage */
    }
}

/* Some points of the declared ranges, the technology changing from each to the next. */
static point random_point(cim_rng *rng) {
    point p = {{0}};
    for (uint32_t i = 0; i < plugin->is.params.n; ++i) {
        const cim_param *row = CIM_ROW(cim_param, plugin->is.params, i);
        for (uint32_t e = first[i]; e < first[i + 1]; ++e) {
            const double u = cim_rng_uniform(rng);
            double x = row->min + u * (row->max - row->min);
            if (row->min > 0 && u < 0.5)   /* all magnitudes, not only the largest */
                x = row->min * pow(row->max / row->min, cim_rng_uniform(rng));
            if (row->type != CIM_REAL) x = floor(x + 0.5);
            if (row->levels) x = row->levels[cim_rng_below(rng, row->n_levels)];
            if (u < 0.05) x = row->min;
            if (u > 0.95) x = row->max;
            p.numbers[e] = fmin(fmax(x, row->min), row->max);
            if (row->flags & CIM_PARAM_FROM_NETWORK && u < 0.5) p.numbers[e] = NAN;
        }
    }
    return p;
}

static void finite_everywhere(void **state) {
    (void)state;
    cim_rng rng;
    fake_stream(&host.host, 1, &rng);
    uint32_t feasible = 0;
    for (uint32_t i = 0; i < 100000; ++i) {
        const point p = random_point(&rng);
        const figures f = evaluate(&p);
        for (uint32_t m = 0; m < N_METRICS; ++m)
            if (!(isfinite(f.m[m]) && f.m[m] > 0))
                fail_msg("point %u: metric %u is %g", i, m, f.m[m]);
        int met = 1;
        for (uint32_t s = 0; s < N_SLACKS; ++s) {
            assert_true(isfinite(f.s[s]));
            met = met && f.s[s] <= 0;
        }
        feasible += met != 0;
        assert_true(f.m[metric("utilization")] <= 1);
        assert_true(f.m[metric("interval_s")] <= f.m[metric("latency_s")]);
    }
    assert_true(feasible > 100);   /* the constraints leave a space */
}

static void same_bits_alone_and_together(void **state) {
    (void)state;
    enum { N = 50 };
    static double numbers[N * MOST_NUMBERS];
    figures one[N];
    double metrics[N * N_METRICS], slack[N * N_SLACKS];
    const uint32_t n = first[plugin->is.params.n];
    cim_rng rng;
    fake_stream(&host.host, 2, &rng);
    for (uint32_t i = 0; i < N; ++i) {
        const point p = random_point(&rng);
        memcpy(numbers + i * n, p.numbers, n * sizeof numbers[0]);
        one[i] = evaluate(&p);
    }
    assert_int_equal(run(self, &vgg8.network, numbers, N, metrics, slack, NULL), CIM_OK);
    for (uint32_t i = 0; i < N; ++i) {
        assert_memory_equal(metrics + i * N_METRICS, one[i].m, sizeof one[i].m);
        assert_memory_equal(slack + i * N_SLACKS, one[i].s, sizeof one[i].s);
    }
}

static void directions(void **state) {
    (void)state;
    for (double bits = 1; bits < 14; ++bits) {   /* never less for more bits */
        assert_true(value("adc_bits", bits + 1, "energy_j") > value("adc_bits", bits, "energy_j"));
        assert_true(value("adc_bits", bits + 1, "area_mm2") > value("adc_bits", bits, "area_mm2"));
        assert_true(value("adc_bits", bits + 1, "cycle_s") >= value("adc_bits", bits, "cycle_s"));
    }
    for (double k = 300; k < 400; k += 10)
        assert_true(value("temperature_k", k + 10, "leakage_w") >
                    value("temperature_k", k, "leakage_w"));
    near(value("temperature_k", 400, "leakage_w") / value("temperature_k", 300, "leakage_w"),
         21.39, 0.06);   /* of the transistors (MODEL.md 1); switches also get wider */
}

/* Going FROM -> TO, METRIC becomes at most MOST times (or, above 1, at least that many). */
static void trade_offs(void **state) {
    (void)state;
    static const struct { const char *key; double from, to; const char *metric; double factor; }
    rows[] = {
        {"technology_nm", 22, 130, "area_mm2", 10},    {"technology_nm", 22, 130, "energy_j", 1.5},
        {"columns_per_adc", 8, 16, "area_mm2", 0.99},
        {"columns_per_adc", 8, 16, "interval_s", 1.9},
        {"rows_at_once", 128, 32, "energy_j", 2},      {"rows_at_once", 128, 32, "interval_s", 3},
        {"cell_bits", 1, 2, "area_mm2", 0.7},          {"cell_bits", 1, 2, "energy_j", 0.7},
        {"dac_bits", 1, 2, "interval_s", 0.6},         {"adc_type", 0, 1, "cycle_s", 0.9},
        {"on_resistance_ohm", 1e5, 1e6, "cycle_s", 1.05},
        {"read_voltage_v", 0.5, 0.1, "cycle_s", 1.05},
        {"duplication", 1, 8, "interval_s", 0.2},      {"duplication", 1, 8, "area_mm2", 1.05},
        {"weight_bits", 8, 4, "area_mm2", 0.6},        {"input_bits", 8, 4, "interval_s", 0.6},
        {"clock_mhz", 0, 50, "dynamic_energy_j", 0.7}, {"pipeline", 1, 0, "interval_s", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const double ratio = value(rows[i].key, rows[i].to, rows[i].metric) /
                             value(rows[i].key, rows[i].from, rows[i].metric);
        if (rows[i].factor > 1 ? ratio < rows[i].factor : ratio > rows[i].factor)
            fail_msg("%s %g -> %g: %s changes by %g", rows[i].key, rows[i].from, rows[i].to,
                     rows[i].metric, ratio);
    }
    /* As the network says: 8 bits. */
    assert_true(value("weight_bits", 8, "energy_j") == value("rows", 128, "energy_j"));
}

static void arrays_grow(void **state) {
    (void)state;
    /* One layer of 10 x 8 columns and 27 rows: one array of any size. */
    fixture_network f;
    fixture_start(&f, 3, 32);
    fixture_add(&f, "conv", CIM_OP_CONV, 10, 3, 1);
    double last = 0;
    for (double side = 128; side <= 1024; side *= 2) {
        point p = defaults();
        figures got;
        set(&p, "rows", side);
        set(&p, "columns", side);
        set(&p, "arrays_per_pe", 1);
        set(&p, "pes_per_tile", 1);
        assert_int_equal(run(self, &f.network, p.numbers, 1, got.m, got.s, NULL), CIM_OK);
        assert_true(got.m[metric("area_mm2")] > last);
        near(got.m[metric("utilization")], 27 * 80 / (side * side), 1e-12);
        last = got.m[metric("area_mm2")];
    }
}

/* A layer's own ADC bits change that layer's ADC energy and no other's. */
static double part_of_layer;
static uint32_t wanted_layer;
static void take_adc(void *context, uint32_t at, uint32_t layer, const char *component, uint32_t m,
                     double part) {
    (void)context, (void)at;
    if (layer == wanted_layer && m == metric("energy_j") && !strcmp(component, "adc"))
        part_of_layer = part;
}

static double adc_energy(const point *p, uint32_t layer) {
    double metrics[N_METRICS], slack[N_SLACKS];
    const cim_values v = values_of(p->numbers, 1);
    const cim_request r = {.struct_size = sizeof r, .network = &vgg8.network, .values = &v,
                           .metrics = metrics, .slack = slack, .fail = take_failure,
                           .part = take_adc};
    wanted_layer = layer;
    assert_int_equal(ops->evaluate(self, &r), CIM_OK);
    return part_of_layer;
}

static void bits_of_one_layer(void **state) {
    (void)state;
    const point before = defaults();
    point after = before;
    after.numbers[first[param_index("adc_bits")] + 2] = 7;   /* conv3: layer 3, behind pool1 */
    assert_true(adc_energy(&after, 3) > 1.5 * adc_energy(&before, 3));
    assert_true(adc_energy(&after, 1) == adc_energy(&before, 1));
    assert_true(adc_energy(&after, 4) == adc_energy(&before, 4));
    vgg8.elements[4] = -1;   /* a weight layer outside the set has the default */
    assert_true(adc_energy(&after, 4) == adc_energy(&before, 4));
    vgg8.elements[4] = 3;
}

static void own_constraints(void **state) {
    (void)state;
    point p = defaults();
    set(&p, "rows_at_once", 200);
    assert_true(evaluate(&p).s[constraint("rows_at_once")] == 72);
    p = defaults();
    set(&p, "technology_nm", 7);
    set(&p, "read_voltage_v", 0.8);
    near(evaluate(&p).s[constraint("read_voltage")], 0.1, 1e-12);
    p = defaults();
    set(&p, "clock_mhz", 5000);
    assert_true(evaluate(&p).s[constraint("clock")] > 0);
    set(&p, "clock_mhz", 100);
    figures f = evaluate(&p);
    assert_true(f.s[constraint("clock")] <= 1e-9);
    near(f.m[metric("cycle_s")], 1e-8, 1e-9);
    assert_true(f.m[metric("energy_j")] < value("clock_mhz", 0, "energy_j"));  /* slower SAR */
    p = defaults();
    set(&p, "global_buffer_kib", 16);
    assert_true(evaluate(&p).s[constraint("buffer_capacity")] > 0);
}

static void sense_margin(void **state) {
    (void)state;
    const uint32_t margin = constraint("sense_margin");
    point p = defaults();
    const double base = evaluate(&p).s[margin];
    set(&p, "adc_bits", 7);      /* one-bit cells, 128 rows: 7 bits tell every digit */
    const double fine = evaluate(&p).s[margin];
    assert_true(base < 0 && fine > base);
    set(&p, "cell_bits", 4);
    set(&p, "adc_bits", 12);
    assert_true(evaluate(&p).s[margin] > 0);   /* a fifteenth of a cell is lost in its noise */
    set(&p, "rows_at_once", 1);
    assert_true(evaluate(&p).s[margin] <= 0);
    set(&p, "on_off_ratio", 1.5);
    const double poor = evaluate(&p).s[margin];
    set(&p, "on_off_ratio", 100);
    assert_true(evaluate(&p).s[margin] < poor);
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
    assert_non_null(strstr(host.message, "softmax"));
    cim_nonideality rows[FIXTURE_LAYERS] = {{0}};
    const cim_values v = values_of(p.numbers, 1);
    const cim_nonideality_rows out = {rows, FIXTURE_LAYERS, sizeof rows[0]};
    assert_int_equal(ops->nonidealities(self, &f.network, &v, out), CIM_E_UNSUPPORTED);
}

static void out_of_memory(void **state) {
    (void)state;
    const point p = defaults();
    const cim_values v = values_of(p.numbers, 1);
    fake_host poor;
    figures f;
    void *model = NULL;
    fake_host_start(&poor);
    poor.fail_at = 0;
    assert_int_equal(ops->create(&poor.host, &v, &model), CIM_E_MEMORY);
    assert_int_equal(poor.live, 0);
    fake_host_start(&poor);
    poor.fail_at = 1;
    assert_int_equal(ops->create(&poor.host, &v, &model), CIM_OK);
    assert_int_equal(run(model, &vgg8.network, p.numbers, 1, f.m, f.s, NULL), CIM_E_MEMORY);
    assert_int_equal(run(model, &vgg8.network, p.numbers, 1, f.m, f.s, NULL), CIM_OK);
    ops->destroy(model);
    assert_int_equal(poor.live, 0);
}

static void nonideality_rows(void **state) {
    (void)state;
    point p = defaults();
    p.numbers[first[param_index("adc_bits")] + 1] = 6;
    set(&p, "temperature_k", 350);
    const cim_values v = values_of(p.numbers, 1);
    struct { cim_nonideality row; double later; } rows[11];   /* a newer host's longer rows */
    memset(rows, 0, sizeof rows);
    const cim_nonideality_rows out = {rows, 11, sizeof rows[0]};
    assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, out), CIM_OK);
    const cim_nonideality *n = &rows[1].row;
    assert_true(n->weight_mapping == CIM_MAPPING_OFFSET && n->weight_bits == 8 &&
                n->cell_bits == 1 && n->input_bits == 8 && n->dac_bits == 1);
    assert_true(n->array_rows == 128 && n->rows_at_once == 128 && n->adc_bits == 6);
    assert_int_equal(rows[0].row.adc_bits, 5);
    near(n->on_conductance_s, 1e-5, 1e-12);
    near(n->off_conductance_s, 1e-5 / 17, 1e-12);
    near(n->access_ohm, 25000, 1e-9);    /* resCellAccess_ohm of R-F000, onefactor_units.csv */
    /* resRow_ohm 330.139, resCol_ohm 110.046 over 128 cells, copper at 350 K. */
    near(n->row_wire_ohm, 330.139 / 128 * (1 + 3.9e-3 * 50), 1e-5);
    near(n->column_wire_ohm, 110.046 / 128 * (1 + 3.9e-3 * 50), 1e-5);
    assert_true(n->device_spread == CIM_SPREAD_OF_RANGE && n->temperature_k == 350);
    assert_int_equal(rows[2].row.weight_mapping, 0);   /* a pool */
    assert_true(rows[1].later == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_kept),    cmocka_unit_test(neurosim_bands),
        cmocka_unit_test(default_point),     cmocka_unit_test(parts_sum),
        cmocka_unit_test(finite_everywhere), cmocka_unit_test(same_bits_alone_and_together),
        cmocka_unit_test(directions),        cmocka_unit_test(trade_offs),
        cmocka_unit_test(arrays_grow),
        cmocka_unit_test(bits_of_one_layer), cmocka_unit_test(own_constraints),
        cmocka_unit_test(sense_margin),      cmocka_unit_test(refusal),
        cmocka_unit_test(out_of_memory),     cmocka_unit_test(nonideality_rows),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
