/* hwmodel_tests.h: what must hold for every hardware model on the chip library. Include it behind
 * hwmodel_fixture.h. */
#ifndef HWMODEL_TESTS_H
#define HWMODEL_TESTS_H

/* How the metrics of VGG8 hang together. */
static inline void metrics_agree(const figures *f) {
    const double macs = 615917568;
    near(f->m[metric("energy_j")],
         f->m[metric("dynamic_energy_j")] + f->m[metric("leakage_energy_j")], 1e-15);
    near(f->m[metric("power_w")], f->m[metric("energy_j")] / f->m[metric("interval_s")], 1e-15);
    near(f->m[metric("throughput_ips")], 1 / f->m[metric("interval_s")], 1e-15);
    near(f->m[metric("tops")], 2 * macs / f->m[metric("interval_s")] * 1e-12, 1e-12);
    near(f->m[metric("tops_per_w")], 2 * macs / f->m[metric("energy_j")] * 1e-12, 1e-12);
    near(f->m[metric("tops_per_mm2")], f->m[metric("tops")] / f->m[metric("area_mm2")], 1e-12);
    near(f->m[metric("edap_mj_ms_mm2")], 1e6 * f->m[metric("energy_j")] *
         f->m[metric("latency_s")] * f->m[metric("area_mm2")], 1e-12);
    near(f->m[metric("leakage_energy_j")],
         f->m[metric("leakage_w")] * f->m[metric("interval_s")], 1e-12);
}

static inline void parts_of_point(const point *p, parts *got) {
    static const char *const summed[] = {"energy_j", "dynamic_energy_j", "leakage_energy_j",
                                         "latency_s", "area_mm2", "leakage_w", "macro_energy_j",
                                         "macro_area_mm2", "writes_per_image", "off_chip_bits"};
    figures f;
    *got = (parts){0};
    assert_int_equal(run(self, &vgg8.network, p->numbers, 1, f.m, f.s, got), CIM_OK);
    for (size_t i = 0; i < sizeof summed / sizeof summed[0]; ++i)
        near(got->sum[metric(summed[i])], f.m[metric(summed[i])], 1e-12);
    assert_true(got->sum[metric("interval_s")] == 0 && got->sum[metric("cycle_s")] == 0);
    assert_true(got->name[6][0] != 0);   /* six components at least, and leakage */
}

/* Parts sum to the totals of P, as it is and with tiles that belong to no layer, weights that take
 * turns, batches and idle tiles off; interval and cycle have none. */
static inline void parts_agree(const point *p, parts *got) {
    static const double tiles[] = {0, 20, 100, 1000}, images[] = {1, 64};
    for (uint32_t k = 0; k < 16; ++k) {
        point q = *p;
        set(&q, "chip_tiles", tiles[k / 4]);
        set(&q, "off_chip", 1 + k / 4 % 3);
        set(&q, "images_per_load", images[k / 2 % 2]);
        set(&q, "power_gating", k % 2);
        set(&q, "global_buffer_kib", k % 3 * 64);
        parts_of_point(&q, got);
    }
    parts_of_point(p, got);
}

/* Going FROM -> TO, METRIC becomes at most FACTOR times (or, above 1, at least that many). */
typedef struct trade_off {
    const char *key; double from, to; const char *metric; double factor;
} trade_off;

static inline void trades(const trade_off *row, size_t n) {
    for (; n--; ++row) {
        const double ratio = value(row->key, row->to, row->metric) /
                             value(row->key, row->from, row->metric);
        if (row->factor > 1 ? ratio < row->factor : ratio > row->factor)
            fail_msg("%s %g -> %g: %s changes by %g", row->key, row->from, row->to, row->metric,
                     ratio);
    }
}

static inline int may_be_0(uint32_t m) {
    return m == metric("writes_per_image") || m == metric("off_chip_bits") ||
           m == metric("lost_bits");
}

static inline void finite_everywhere(void **state) {
    (void)state;
    cim_rng rng;
    fake_stream(&host.host, 1, &rng);
    uint32_t feasible = 0;
    const uint32_t n = getenv("CIMDSE_LONG") ? 1000000 : 200000;
    for (uint32_t i = 0; i < n; ++i) {
        const point p = random_point(&rng);
        const figures f = evaluate(&p);
        for (uint32_t m = 0; m < N_METRICS; ++m)
            if (!(isfinite(f.m[m]) && (f.m[m] > 0 || (f.m[m] == 0 && may_be_0(m)))))
                fail_msg("point %u: metric %s is %g", i, chip_metrics[m], f.m[m]);
        int met = 1;
        for (uint32_t s = 0; s < N_SLACKS; ++s) {
            assert_true(isfinite(f.s[s]));
            met = met && f.s[s] <= 0;
        }
        feasible += met != 0;
        assert_true(f.m[metric("utilization")] <= 1);
        assert_true(f.m[metric("interval_s")] <= f.m[metric("latency_s")]);
    }
    assert_true(feasible > 50);   /* the constraints leave a space: six of 10000 or so */
}

static inline void same_bits_alone_and_together(void **state) {
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

/* Without an off-chip memory, what is said of loading changes no feasible chip: it is inactive. */
static inline void loading_needs_a_memory(void **state) {
    (void)state;
    static const struct { const char *key; double value; } loads[] = {
        {"images_per_load", 64}, {"write_power_w", 1e-4}};
    static const double tiles[] = {0, 1000, 20};
    for (uint32_t k = 0; k < 6; ++k) {
        point p = defaults();
        set(&p, "chip_tiles", tiles[k / 2]);
        const figures before = evaluate(&p);
        point q = p;
        set(&q, loads[k % 2].key, loads[k % 2].value);
        const figures after = evaluate(&q);
        if (k < 4) assert_memory_equal(&after, &before, sizeof after);
        else assert_true(after.s[constraint("tile_capacity")] > 0);
        set(&p, "off_chip", 1);
        set(&q, "off_chip", 1);
        const double s = evaluate(&p).m[metric("latency_s")];
        assert_true((evaluate(&q).m[metric("latency_s")] > s) == (k >= 4));
    }
    for (uint32_t k = 0; k < 2; ++k) {
        uint32_t found = 0;
        for (uint32_t i = 0; i < plugin->is.conditions.n; ++i) {
            const cim_condition *c = CIM_ROW(cim_condition, plugin->is.conditions, i);
            if (strcmp(c->target, loads[k].key)) continue;
            ++found;
            assert_string_equal(c->on, "off_chip");
            assert_int_equal(c->n_values, 3);
            for (uint32_t n = 0; n < 3; ++n) assert_true(c->values[n] == n + 1);
        }
        assert_int_equal(found, 1);
    }
}

/* A layer's own ADC bits change that layer's ADC energy and no other's. */
static double part_of_layer;
static uint32_t wanted_layer;
static inline void take_adc(void *context, uint32_t at, uint32_t layer, const char *component,
                            uint32_t m, double part) {
    (void)context, (void)at;
    if (layer == wanted_layer && m == metric("energy_j") && !strcmp(component, "adc"))
        part_of_layer = part;
}

static inline double adc_energy(const point *p, uint32_t layer) {
    double metrics[N_METRICS], slack[N_SLACKS];
    const cim_values v = values_of(p->numbers, 1);
    const cim_request r = {.struct_size = sizeof r, .network = &vgg8.network, .values = &v,
                           .metrics = metrics, .slack = slack, .fail = take_failure,
                           .part = take_adc};
    wanted_layer = layer;
    assert_int_equal(ops->evaluate(self, &r), CIM_OK);
    return part_of_layer;
}

static inline void bits_of_one_layer(void **state) {
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

static inline void refusal(void **state) {
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

static inline void out_of_memory(void **state) {
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
#endif
