/* hwmodel.rram_crossbar as the host sees it: figures, directions, sums, refusals. */
#define FIXTURE_MODEL "hwmodel.rram_crossbar"
#include "hwmodel_fixture.h"
#include "hwmodel_tests.h"

static void names_are_kept(void **state) {
    (void)state;
    static const char *const keys[] = {"rows",
                                       "columns",
                                       "cell_bits",
                                       "adc_bits",
                                       "adc_type",
                                       "columns_per_adc",
                                       "rows_at_once",
                                       "on_resistance_ohm",
                                       "on_off_ratio",
                                       "read_voltage_v",
                                       "dac_bits",
                                       "sensing",
                                       "sample_hold",
                                       "input",
                                       "weight_mapping",
                                       "amplifier_a",
                                       "reference_a",
                                       "read_pulse_s",
                                       "phase_s",
                                       "wire_width",
                                       "level_shifters",
                                       "write_voltage_v",
                                       "write_pulse_s",
                                       "write_pulses",
                                       "endurance",
                                       "weight_bits",
                                       "input_bits",
                                       "adc_range",
                                       "device_spread_sd",
                                       "device_spread",
                                       "weight_bits_at_once",
                                       "multiplexer",
                                       "shifter_um2",
                                       "cell"};
    keys_are(keys, sizeof keys / sizeof keys[0]);
    const cim_param *w = CIM_ROW(cim_param, plugin->is.params, param_index("weight_bits"));
    assert_string_equal(w->overrides, "weight_bits");
    assert_string_equal(w->index_set, "weight_layer");
}

/* R-F000 of DNN+NeuroSim V1.4 measured, onefactor_chip.csv: 22 nm LSTP, 128 x 128, 8 bit, one-bit
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
    band(f.m[metric("interval_s")], 5988.114e-9, 0.8, 1.8);  /* lat_adc_ns, without padding */
    for (uint32_t s = 0; s < N_SLACKS; ++s) assert_true(f.s[s] <= 0);
}

static void default_point(void **state) {
    (void)state;
    const point p = defaults();
    const figures f = evaluate(&p);
    assert_true(f.m[metric("energy_j")] > 1e-5 && f.m[metric("energy_j")] < 1e-3);
    assert_true(f.m[metric("area_mm2")] > 20 && f.m[metric("area_mm2")] < 200);
    assert_true(f.m[metric("interval_s")] > 1e-5 && f.m[metric("interval_s")] < 1e-3);
    metrics_agree(&f);
    for (uint32_t s = 0; s < N_SLACKS; ++s) assert_true(f.s[s] <= 0);
}

static void parts_sum(void **state) {
    (void)state;
    for (int k = 0; k < 3; ++k) {
        point p = k ? neurosim_base() : defaults();
        parts got;
        set(&p, "pipeline", k != 2);
        parts_agree(&p, &got);
        const double latency_s = evaluate(&p).m[metric("latency_s")];
        vgg8.statistics.input_bit_density = NAN;
        double waits = 0;   /* pools, fc1 and fc2 do not wait for arrays */
        for (uint32_t c = 0; c < MOST_COMPONENTS; ++c)
            if (strcmp(got.name[c], "array")) waits += got.by_name[c][metric("latency_s")];
        assert_true(waits > 0 && waits < 0.1 * latency_s + 2e-6);
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
         21.39, 0.06);   /* of the transistors (DNN+NeuroSim V1.4); switches also get wider */
}

static void trade_offs(void **state) {
    (void)state;
    static const trade_off rows[] = {
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
        {"clock_mhz", 0, 50, "dynamic_energy_j", 0.9}, {"pipeline", 1, 0, "interval_s", 2},
        {"supply_v", 0, 0.7, "dynamic_energy_j", 0.76}, {"supply_v", 0, 0.7, "cycle_s", 1.3},
        {"supply_v", 0, 0.7, "leakage_w", 0.7},
    };
    trades(rows, sizeof rows / sizeof rows[0]);
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

/* Fewer ones, and weights below zero, mean less current. */
static void layer_statistics(void **state) {
    (void)state;
    const point p = defaults();
    const double random_j = evaluate(&p).m[metric("energy_j")];
    vgg8.statistics.input_bit_density = 0.25;
    const double sparse_j = evaluate(&p).m[metric("energy_j")];
    vgg8.statistics.weight_mean = -0.5;
    const double negative_j = evaluate(&p).m[metric("energy_j")];
    vgg8.statistics.input_bit_density = vgg8.statistics.weight_mean = NAN;
    assert_true(sparse_j < random_j && negative_j < sparse_j);
    assert_true(evaluate(&p).m[metric("energy_j")] == random_j);
}

static void nonideality_rows(void **state) {
    (void)state;
    point p = defaults();
    p.numbers[first[param_index("adc_bits")] + 1] = 6;
    set(&p, "temperature_k", 350);
    longer_row rows[LAYERS_MOST];
    ask_nonidealities(&p, rows);
    const cim_nonideality *n = &rows[1].row;
    assert_true(n->weight_mapping == CIM_MAPPING_OFFSET && n->weight_bits == 8 &&
                n->cell_bits == 1 && n->input_bits == 8 && n->dac_bits == 1);
    assert_true(n->array_rows == 128 && n->rows_at_once == 128 && n->adc_bits == 6);
    assert_int_equal(rows[0].row.adc_bits, 5);
    /* At 350 K: 2.5 % less metal; a ratio of 17 to the 0.9. */
    const double access_ohm = 25000;   /* resCellAccess_ohm of R-F000, onefactor_units.csv */
    near(n->on_conductance_s, 1 / (1 / 0.975e-5 + access_ohm), 1e-12);
    near(n->off_conductance_s, 1 / (12.8056 / 0.975e-5 + access_ohm), 1e-5);
    assert_true(n->access_ohm == 0 && n->columns_at_once == 16);
    /* resRow_ohm 330.139, resCol_ohm 110.046 over 128 cells, copper at 350 K. */
    near(n->row_wire_ohm, 330.139 / 128 * (1 + 3.9e-3 * 50), 1e-5);
    near(n->column_wire_ohm, 110.046 / 128 * (1 + 3.9e-3 * 50), 1e-5);
    assert_true(n->device_spread == CIM_SPREAD_OF_RANGE && n->temperature_k == 350);
    /* 5 % of the row voltage over the switch, 16 columns of 125 and 1725 kohm at a time. */
    near(n->driver_ohm, 0.05 / (16 * (1 / 125e3 + 1 / 1725e3) / 2), 0.01);
    assert_true(n->read_noise_sd == 0.01 && n->device_spread_sd == 0.02);
    assert_int_equal(rows[2].row.weight_mapping, 0);   /* a pool */
}

/* A pair's converter spends a bit on the sign; where a voltage is sensed a pair is two rows. A
 * range that is set to what occurs costs margin and area, and is told to who judges accuracy. */
static void pairs_and_ranges(void **state) {
    (void)state;
    point p = defaults();
    set(&p, "adc_bits", 6);
    const figures full = evaluate(&p);
    set(&p, "adc_range", 1);
    const figures calibrated = evaluate(&p);
    const uint32_t margin = constraint("sense_margin");
    assert_true(calibrated.s[margin] > full.s[margin]);
    assert_true(calibrated.m[metric("area_mm2")] > full.m[metric("area_mm2")]);
    assert_true(calibrated.m[metric("energy_j")] > full.m[metric("energy_j")]);
    set(&p, "weight_mapping", 1);
    set(&p, "device_spread_sd", 0.02);
    set(&p, "device_spread", 0);
    for (int voltage = 0; voltage < 2; ++voltage) {
        set(&p, "sensing", voltage);
        const cim_values v = values_of(p.numbers, 1);
        cim_nonideality rows[11] = {{0}};
        const cim_nonideality_rows out = {rows, 11, sizeof rows[0]};
        assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, out), CIM_OK);
        const cim_nonideality *n = &rows[1];
        assert_true(n->adc_bits == 5 && n->adc_range == CIM_ADC_CALIBRATED);
        assert_true(n->rows_at_once == (voltage ? 64 : 128) && n->array_rows == n->rows_at_once);
        assert_true(n->columns_at_once == (voltage ? 128 : 16));
        assert_true(n->device_spread == CIM_SPREAD_OF_VALUE && n->device_spread_sd == 0.02);
    }
}

static double converter_noise(point *p, double bits) {
    set(p, "adc_bits", bits);
    const cim_values v = values_of(p->numbers, 1);
    cim_nonideality rows[11] = {{0}};
    const cim_nonideality_rows out = {rows, 11, sizeof rows[0]};
    assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, out), CIM_OK);
    return rows[1].adc_noise_sd;
}

/* Matching sizes converters of few bits, which are quiet; steps finer than a digit are not told,
 * and only make less noise. What a calibrated converter drops is less. */
static void noise_of_converters(void **state) {
    (void)state;
    point p = defaults();
    assert_true(converter_noise(&p, 4) > 0.02 && converter_noise(&p, 4) < 0.05);
    assert_true(converter_noise(&p, 6) > converter_noise(&p, 4));
    for (double bits = 8; bits < 12; ++bits)
        assert_true(converter_noise(&p, bits + 1) < converter_noise(&p, bits));
    set(&p, "adc_bits", 5);
    const double full = evaluate(&p).m[metric("lost_bits")];
    set(&p, "adc_range", 1);
    /* A quarter, and 5 sd of half-driven random bits: sqrt(3 / 16 / 128). */
    near(full - evaluate(&p).m[metric("lost_bits")], -log2(0.25 + 5 * sqrt(3.0 / 16 / 128)), 1e-9);
}

/* ---- files ----------------------------------------------------------------------------------- */

#define CONFIGS SOURCE_DIR "/configs/"

static void *with_files(const char *technology, const char *cell) {
    const point p = defaults();
    set_text("technology", technology);
    set_text("cell", cell);
    const cim_values v = values_of(p.numbers, 1);
    void *model = NULL;
    if (ops->create(&host.host, &v, &model) != CIM_OK) fail_msg("%s", host.message);
    set_text("technology", "");
    set_text("cell", "");
    return model;
}

typedef struct longer { double m[N_METRICS], s[N_SLACKS + 1]; } longer;

static longer evaluate_on(void *model, const point *p) {
    longer f = {.s[N_SLACKS] = NAN};
    assert_int_equal(run(model, &vgg8.network, p->numbers, 1, f.m, f.s, NULL), CIM_OK);
    return f;
}

/* What a point sets overrides the file; with all of it set, only size and access are the file's. */
static void cell_from_a_file(void **state) {
    (void)state;
    void *model = with_files("", CONFIGS "cells/fefet_28nm.cfg");
    point p = defaults();
    const longer from_file = evaluate_on(model, &p);
    set(&p, "on_resistance_ohm", 1e6);
    set(&p, "on_off_ratio", 1e4);
    set(&p, "read_voltage_v", 0.2);
    const longer same = evaluate_on(model, &p);
    assert_memory_equal(&same, &from_file, sizeof same);
    const figures own = evaluate(&p);   /* the model's own cell with those figures */
    assert_true(own.m[metric("area_mm2")] != same.m[metric("area_mm2")]);
    static const struct { const char *key; double value; } others[] = {
        {"on_resistance_ohm", 2e6}, {"on_off_ratio", 50}, {"read_voltage_v", 0.3}};
    for (size_t i = 0; i < 3; ++i) {
        point other = p;
        set(&other, others[i].key, others[i].value);
        const longer f = evaluate_on(model, &other);
        assert_true(f.m[metric("dynamic_energy_j")] != same.m[metric("dynamic_energy_j")]);
    }
    ops->destroy(model);
}

static void bits_of_a_cell(void **state) {
    (void)state;
    void *model = with_files("", CONFIGS "cells/fefet_28nm.cfg");
    cim_description is = {.struct_size = sizeof is};
    assert_int_equal(ops->describe(model, &is), CIM_OK);
    assert_int_equal(is.constraints.n, 1);
    assert_string_equal(CIM_ROW(cim_constraint, is.constraints, 0)->name, "cell_bits");
    double numbers[2 * MOST_NUMBERS], metrics[2 * N_METRICS], slack[2 * (N_SLACKS + 1)];
    const uint32_t n = first[plugin->is.params.n];
    point p = defaults();
    memcpy(numbers, p.numbers, n * sizeof numbers[0]);
    set(&p, "cell_bits", 4);
    memcpy(numbers + n, p.numbers, n * sizeof numbers[0]);
    assert_int_equal(run(model, &vgg8.network, numbers, 2, metrics, slack, NULL), CIM_OK);
    assert_true(slack[N_SLACKS] == -1 && slack[2 * N_SLACKS + 1] == 2);
    assert_true(slack[0] == 0 && slack[N_SLACKS + 1] == 0);   /* rows_at_once of both */
    ops->destroy(model);
    is = (cim_description){.struct_size = sizeof is};
    assert_int_equal(ops->describe(self, &is), CIM_OK);
    assert_int_equal(is.constraints.n, 0);
}

static char failure_text[256];
static void keep_failure(void *context, uint32_t at, const char *text) {
    (void)context, (void)at;
    snprintf(failure_text, sizeof failure_text, "%s", text);
}

static const char *failure(void *model, const char *key, double at) {
    point p = defaults();
    double m[N_METRICS], s[N_SLACKS + 1];
    failure_text[0] = '\0';
    set(&p, key, at);
    const cim_values v = values_of(p.numbers, 1);
    const cim_request r = {.struct_size = sizeof r, .network = &vgg8.network, .values = &v,
                           .metrics = m, .slack = s, .fail = keep_failure};
    assert_int_equal(ops->evaluate(model, &r), CIM_OK);
    return failure_text;
}

static void technology_from_a_file(void **state) {
    (void)state;
    void *model = with_files(CONFIGS "technologies/planar_28nm.cfg", "");
    const point p = defaults();
    const double area_mm2 = evaluate_on(model, &p).m[metric("area_mm2")];
    assert_true(area_mm2 > value("technology_nm", 22, "area_mm2") &&
                area_mm2 < value("technology_nm", 32, "area_mm2"));
    assert_true(value("technology_nm", 0, "area_mm2") == value("technology_nm", 22, "area_mm2"));
    assert_non_null(strstr(failure(model, "technology_nm", 32), "technology_nm"));
    assert_string_equal(failure(model, "technology_nm", 0), "");
    ops->destroy(model);
}

static void least_values(void **state) {
    (void)state;
    static const struct { const char *key; double below, least; } rows[] = {
        {"on_resistance_ohm", 999, 1e3}, {"on_off_ratio", 1.4, 1.5},
        {"read_voltage_v", 0.04, 0.05}};
    for (size_t i = 0; i < 3; ++i) {
        const size_t n = strlen(rows[i].key);
        assert_memory_equal(failure(self, rows[i].key, rows[i].below), rows[i].key, n);
        assert_string_equal(failure(self, rows[i].key, rows[i].least), "");
        point p = defaults();
        set(&p, rows[i].key, rows[i].below);
        const cim_values v = values_of(p.numbers, 1);
        assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, (cim_nonideality_rows){0}),
                         CIM_E_CONFIG);
        assert_memory_equal(host.message, rows[i].key, n);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_kept),    cmocka_unit_test(neurosim_bands),
        cmocka_unit_test(default_point),     cmocka_unit_test(parts_sum),
        cmocka_unit_test(finite_everywhere), cmocka_unit_test(same_bits_alone_and_together),
        cmocka_unit_test(loading_needs_a_memory),
        cmocka_unit_test(directions),        cmocka_unit_test(trade_offs),
        cmocka_unit_test(arrays_grow),
        cmocka_unit_test(bits_of_one_layer), cmocka_unit_test(own_constraints),
        cmocka_unit_test(sense_margin),      cmocka_unit_test(refusal),
        cmocka_unit_test(layer_statistics),
        cmocka_unit_test(out_of_memory),     cmocka_unit_test(nonideality_rows),
        cmocka_unit_test(pairs_and_ranges), cmocka_unit_test(noise_of_converters),
        cmocka_unit_test(cell_from_a_file),  cmocka_unit_test(bits_of_a_cell),
        cmocka_unit_test(technology_from_a_file), cmocka_unit_test(least_values),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
