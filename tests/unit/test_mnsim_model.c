/* hwmodel.mnsim as the host sees it: random points, sums of parts, directions, the global
 * accumulator, and networks that MNSIM does not know. */
#include "mnsim_fixture.h"

static double at(mnsim *m, const char *key, const char *value, const char *name) {
    point p = unset();
    if (key) set(m, &p, key, value);
    evaluate_well(m, &p);
    return metric(m, name);
}

/* ---- random points --------------------------------------------------------------------------- */

static double random_value(const cim_param *p, cim_rng *rng) {
    if (p->type == CIM_BOOLEAN || p->type == CIM_CATEGORY) return (double)cim_rng_below(rng, 2);
    if (p->levels) return p->levels[cim_rng_below(rng, p->n_levels)];
    const double u = cim_rng_uniform(rng);
    if (u < 0.05) return p->min;
    if (u > 0.95) return p->max;
    double x = p->min + u * (p->max - p->min);
    if (p->min >= 0 && u < 0.7) x = fmax(p->min, 0.01) * pow(p->max / fmax(p->min, 0.01), u);
    return p->type == CIM_INTEGER ? floor(x) : x;
}

/* A few parameters set, anywhere in their ranges; sizes that fit each other often enough. */
static point random_point(const mnsim *m, cim_rng *rng) {
    static const char *const sizes[] = {"32", "64", "128", "256", "512"};
    point p = unset();
    for (uint64_t n = cim_rng_below(rng, 12) + 1; n--;) {
        const uint32_t i = (uint32_t)cim_rng_below(rng, m->plugin->is.params.n);
        const uint32_t length = m->first[i + 1] - m->first[i];
        if (length > 2) continue;
        for (uint32_t e = 0; e < length; ++e)
            p.numbers[m->first[i] + e] = random_value(param(m, i), rng);
    }
    if (cim_rng_below(rng, 4)) {
        const char *rows = sizes[cim_rng_below(rng, 5)];
        set(m, &p, "Subarray_Size", rows);
        set(m, &p, "Xbar_Size", rows);
        p.numbers[m->first[param_index(m, "Xbar_Size")] + 1] = 32 << cim_rng_below(rng, 5);
    }
    return p;
}

static void finite_everywhere(void **state) {
    static const char *const networks[] = {"lenet", "alexnet"};
    mnsim *m = *state;
    cim_rng rng;
    fake_stream(&m->host.host, 1, &rng);
    uint32_t outcomes[3] = {0};
    const uint32_t n = getenv("CIMDSE_LONG") ? 1000000 : 100000;
    for (uint32_t i = 0; i < n; ++i) {
        if (i % (n / 2) == 0) use_network(m, networks[i / (n / 2)]);
        const point p = random_point(m, &rng);
        assert_int_equal(evaluate(m, &p, 0), CIM_OK);
        ++outcomes[m->failure[0] ? 2 : m->slack > 0];
        for (uint32_t k = 0; k < m->plugin->is.metrics.n && !m->failure[0]; ++k)
            if (!(m->metrics[k] >= 0 && isfinite(m->metrics[k])) &&
                !(m->slack > 0 && isnan(m->metrics[k])))
                fail_msg("point %u: %s is %g", i,
                         CIM_ROW(cim_metric, m->plugin->is.metrics, k)->name, m->metrics[k]);
        if (m->slack <= 0) assert_true(metric(m, "utilization") <= 1);
    }
    assert_true(outcomes[0] > 20000 && outcomes[1] > 1000 && outcomes[2] > 1000);
}

static void same_bits_alone_and_together(void **state) {
    enum { TOGETHER = 40 };
    mnsim *m = *state;
    static double numbers[TOGETHER * MOST_NUMBERS], alone[TOGETHER][MOST_METRICS];
    static double metrics[TOGETHER * MOST_METRICS], slack[TOGETHER];
    const uint32_t n = m->first[m->plugin->is.params.n], n_metrics = m->plugin->is.metrics.n;
    cim_rng rng;
    fake_stream(&m->host.host, 2, &rng);
    use_network(m, "resnet18");
    for (uint32_t i = 0; i < TOGETHER;) {
        const point p = random_point(m, &rng);
        assert_int_equal(evaluate(m, &p, 0), CIM_OK);
        if (m->failure[0]) continue;
        memcpy(numbers + (size_t)i * n, p.numbers, n * sizeof numbers[0]);
        memcpy(alone[i++], m->metrics, sizeof alone[0]);
    }
    const cim_values v = values_of(m, numbers, TOGETHER);
    const cim_request r = {.struct_size = sizeof r, .network = m->net, .values = &v,
                           .metrics = metrics, .slack = slack, .context = m, .fail = take_failure};
    assert_int_equal(m->ops->evaluate(m->self, &r), CIM_OK);
    for (uint32_t i = 0; i < TOGETHER; ++i)
        assert_memory_equal(metrics + (size_t)i * n_metrics, alone[i],
                            n_metrics * sizeof metrics[0]);
}

/* ---- sums ------------------------------------------------------------------------------------ */

static void parts_sum_to_totals(void **state) {
    static const char *const summed[] = {"energy_j", "latency_s", "area_mm2", "power_w",
                                         "latsum_s", "finish_sum_s", "total_xbar_num",
                                         "used_tile_num"};
    mnsim *m = *state;
    use_network(m, "resnet18");
    for (int energy = 0; energy < 2; ++energy) {
        point p = unset();
        set(m, &p, "Group_Num", "4");
        set(m, &p, "global_accumulator_energy", energy ? "1" : "0");
        evaluate_well(m, &p);
        for (size_t i = 0; i < sizeof summed / sizeof summed[0]; ++i) {
            double sum = 0;
            for (uint32_t k = 0; k < m->n_parts; ++k)
                if (m->parts[k].metric == metric_index(m, summed[i])) sum += m->parts[k].value;
            near(summed[i], sum, metric(m, summed[i]), 1e-12);
        }
    }
}

/* Sums of MNSIM's breakdowns: what it leaves out of a total is not in ours. */
static void breakdowns_hang_together(void **state) {
    mnsim *m = *state;
    use_network(m, "vgg8");
    point p = unset();
    set(m, &p, "Group_Num", "4");
    evaluate_well(m, &p);
    near("energy", metric(m, "energy_xbar_j") + metric(m, "energy_DAC_j") +
         metric(m, "energy_ADC_j") + metric(m, "energy_buf_j") + metric(m, "energy_pooling_j") +
         metric(m, "energy_digital_j"), metric(m, "energy_j"), 1e-12);
    assert_true(metric(m, "energy_adder_j") > 0);
    near("area", metric(m, "tile_area_mm2") * metric(m, "used_tile_num"), metric(m, "area_mm2"),
         1e-12);
    near("tops_per_w", 2 * 626403328e-12 / metric(m, "energy_j"), metric(m, "tops_per_w"), 1e-12);
    near("edap", metric(m, "energy_j") * metric(m, "latency_s") * metric(m, "area_mm2") * 1e6,
         metric(m, "edap_mj_ms_mm2"), 1e-12);
}

/* ---- directions ------------------------------------------------------------------------------ */

static void directions(void **state) {
    mnsim *m = *state;
    use_network(m, "vgg8");
    const double latency = at(m, NULL, NULL, "latency_s"), energy = at(m, NULL, NULL, "energy_j");
    assert_true(at(m, "nopipe", "1", "latency_s") > 2 * latency);
    assert_true(at(m, "Inter_Tile_Bandwidth", "5", "latency_s") > latency);
    assert_true(at(m, "Inter_Tile_Bandwidth", "5", "energy_j") == energy);
    assert_true(at(m, "Tile_Connection", "0", "latency_s") != latency);
    assert_true(at(m, "ADC_Choice", "1", "energy_j") > energy);
    assert_true(at(m, "DAC_Choice", "4", "latency_s") < latency);
    assert_true(at(m, "Transistor_Tech", "45", "area_mm2") < at(m, NULL, NULL, "area_mm2"));
    assert_true(at(m, "Write_Latency", "1e9", "latency_s") == latency);
}

/* Too few tiles: what does not depend on where they lie is known all the same. */
static void capacity(void **state) {
    mnsim *m = *state;
    use_network(m, "vgg8");
    point p = unset();
    const double energy = at(m, NULL, NULL, "energy_j");
    assert_true(m->slack == 322 - 64 * 64);
    set(m, &p, "Tile_Num", "0, 0");
    evaluate_well(m, &p);
    assert_true(m->slack == 322 - 8 * 8);
    assert_true(metric(m, "energy_j") == energy && metric(m, "used_tile_num") == 322);
    assert_true(isnan(metric(m, "latency_s")) && isnan(metric(m, "latsum_tile_merge_s")));
}

/* ---- the global accumulator ------------------------------------------------------------------ */

/* ResNet-18: 8 sums of two inputs of 9 bits, each of so many channels and positions a side. */
static void global_accumulator(void **state) {
    static const double channels[] = {64, 64, 128, 128, 256, 256, 512, 512};
    static const double side[] = {16, 16, 8, 8, 4, 4, 2, 2};
    mnsim *m = *state;
    double adders = 0, kib = 0, adder_j = 0, accesses = 0;
    const double adder_w = 9 * 2.5e-9;           /* 45 nm */
    for (int i = 0; i < 8; ++i) {
        adders += channels[i];                   /* of 2 inputs */
        kib += exp2(ceil(log2(2 * channels[i] * 9 / 8))) / 1024;
        adder_j += channels[i] * adder_w * 10e-9 * side[i] * side[i];
        accesses += ceil(2 * channels[i] * 9 / 64) * side[i] * side[i];
    }
    use_network(m, "resnet18");
    const double without = at(m, NULL, NULL, "energy_j");
    assert_true(metric(m, "global_adder_num") == adders);
    assert_true(metric(m, "global_adder_bitwidth") == 9);
    near("global_buf_kb", metric(m, "global_buf_kb"), kib, 0);
    near("adders' slip", metric(m, "energy_adder_j"), adders * adder_w / 500 * 1e-9, 1e-12);
    /* 8 KB at 90 nm, 64 bits: buffer_table.csv of MNSIM's reference tables. */
    assert_true(kib > 4 && kib <= 8);
    near("area", metric(m, "area_buf_mm2"), part_of(m, 0, "area_mm2", "buf") /
         part_of(m, 0, "used_tile_num", "tile") * metric(m, "used_tile_num") + 0.156974886, 1e-12);
    const double buffer_j = accesses * ((0.018382 + 0.0211344) * 1e-9 + 2 * 4.1222e-3 * 20e-9);
    const double with = at(m, "global_accumulator_energy", "1", "energy_j");
    near("energy", with - without, adder_j + buffer_j, 1e-9);
    near("energy of adders", metric(m, "energy_adder_j"), adder_j, 1e-12);
}

/* ---- networks -------------------------------------------------------------------------------- */

static void copy_layers(const cim_network *n, cim_layer *rows) {
    for (uint32_t k = 0; k < n->layers.n; ++k) rows[k] = *layer(n, k);
}

static void expect_refusal(mnsim *m, cim_layer *rows, uint32_t i, const char *says) {
    const point p = unset();
    cim_network n = *m->net;
    const cim_network *real = m->net;
    n.layers.rows = rows;
    n.layers.row_size = sizeof rows[0];
    m->net = &n;
    assert_int_equal(evaluate(m, &p, 0), CIM_E_UNSUPPORTED);
    m->net = real;
    if (!strstr(m->host.message, says) || !strstr(m->host.message, rows[i].name))
        fail_msg("\"%s\", and not \"%s\"", m->host.message, says);
}

static void refused_networks(void **state) {
    mnsim *m = *state;
    cim_layer rows[64];
    use_network(m, "vgg8");
    assert_true(m->net->layers.n < 64);
#define REFUSED(field, value, says)           \
    do {                                      \
        copy_layers(m->net, rows);            \
        rows[1].field = value;                \
        expect_refusal(m, rows, 1, says);     \
    } while (0)
    REFUSED(op, CIM_OP_SOFTMAX, "op \"softmax\"");
    REFUSED(op, CIM_OP_CONCAT, "op \"concat\"");
    REFUSED(op, CIM_OP_ACTIVATION, "op \"activation\"");
    REFUSED(op, 999, "op \"unknown op\" (999)");
    REFUSED(groups, 128, "groups");
    REFUSED(kernel_width, 5, "square");
    REFUSED(stride_height, 2, "square");
    REFUSED(pad_left, 0, "pads all sides alike");
    REFUSED(dilation_width, 2, "dilation");
    REFUSED(weight_bits, 10, "9 bits");
    REFUSED(input_bits, 16, "9 bits");
    REFUSED(runtime_operand, 1, "computed");
    REFUSED(in_width, 31, "another height or width");
    REFUSED(op, CIM_OP_LINEAR, "one position");
}

static void out_of_memory(void **state) {
    mnsim *m = *state;
    const point p = unset();
    use_network(m, "lenet");
    m->host.fail_at = m->host.allocations;
    assert_int_equal(start_model(m, ""), CIM_E_MEMORY);
    m->host.fail_at = -1;
    assert_int_equal(start_model(m, ""), CIM_OK);
    for (int i = 0; i < 3; ++i) {    /* layers, placement, finish times */
        m->host.fail_at = m->host.allocations + i;
        assert_int_equal(evaluate(m, &p, 0), CIM_E_MEMORY);
    }
    m->host.fail_at = -1;
    assert_int_equal(evaluate(m, &p, 0), CIM_OK);
}

/* What an accuracy evaluator is told: a sign and 8 bits, MNSIM's rule, its spread and stuck
 * cells. */
static void nonideality_rows(void **state) {
    enum { MOST_LAYERS = 64 };
    mnsim *m = *state;
    point p = unset();
    use_network(m, "lenet");
    set(m, &p, "Device_Variation", "5");
    set(m, &p, "Device_SAF", "1,9");
    cim_nonideality rows[MOST_LAYERS] = {{0}};
    const cim_nonideality_rows out = {rows, MOST_LAYERS, sizeof rows[0]};
    for (int polarity = 1; polarity < 3; ++polarity) {
        set(m, &p, "Xbar_Polarity", polarity == 1 ? "1" : "2");
        const cim_values v = values_of(m, p.numbers, 1);
        assert_int_equal(m->ops->nonidealities(m->self, m->net, &v, out), CIM_OK);
        uint32_t weighted = 0, told = 0;
        for (uint32_t i = 0; i < m->net->layers.n; ++i) {
            const uint32_t has = cim_layer_weights(CIM_ROW(cim_layer, m->net->layers, i)) ? 1 : 0;
            weighted += has;
            if (!has) assert_int_equal(rows[i].weight_mapping, 0);
            if (!rows[i].weight_mapping) continue;
            const cim_nonideality *n = &rows[i];
            ++told;
            assert_int_equal(n->weight_mapping,
                             polarity == 1 ? CIM_MAPPING_OFFSET : CIM_MAPPING_DIFFERENTIAL);
            assert_true(n->weight_bits == 9 && n->input_bits == 9 && n->cell_bits == 1);
            assert_true(n->array_rows == 256 && n->array_columns == 256);
            assert_true(n->adc_bits > 0 && n->adc_range == CIM_ADC_MNSIM_SCALE);
            assert_true(n->device_spread == CIM_SPREAD_OF_VALUE && n->device_spread_sd == 0.05);
            assert_true(n->stuck_off_share == 0.01 && n->stuck_on_share == 0.09);
            assert_true(n->on_conductance_s > n->off_conductance_s);
        }
        assert_true(told == weighted && told > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finite_everywhere, start, stop),
        cmocka_unit_test_setup_teardown(same_bits_alone_and_together, start, stop),
        cmocka_unit_test_setup_teardown(parts_sum_to_totals, start, stop),
        cmocka_unit_test_setup_teardown(breakdowns_hang_together, start, stop),
        cmocka_unit_test_setup_teardown(directions, start, stop),
        cmocka_unit_test_setup_teardown(capacity, start, stop),
        cmocka_unit_test_setup_teardown(global_accumulator, start, stop),
        cmocka_unit_test_setup_teardown(refused_networks, start, stop),
        cmocka_unit_test_setup_teardown(out_of_memory, start, stop),
        cmocka_unit_test_setup_teardown(nonideality_rows, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
