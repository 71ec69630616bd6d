/* hwmodel.sram_cim as the host sees it: figures, directions, sums, refusals. */
#define FIXTURE_MODEL "hwmodel.sram_cim"
#include "hwmodel_fixture.h"
#include "hwmodel_tests.h"

enum { CURRENT = 0, CHARGE = 1, DIGITAL = 2, DISCHARGE = 3 };
enum { SIX = 0, EIGHT = 1, TREE = 0, CHAIN = 1 };

static point charge_point(void) {
    point p = defaults();
    set(&p, "sensing", CHARGE);
    return p;
}

static point digital_point(double accumulate) {
    point p = defaults();
    set(&p, "sensing", DIGITAL);
    set(&p, "accumulate", accumulate);
    set(&p, "pipeline_registers", accumulate == CHAIN ? 16 : 1);
    return p;
}

/* The parameters that RRAM and SRAM share have one name, unit and range. */
static void names_are_kept(void **state) {
    (void)state;
    static const char *const keys[] = {
        "rows", "columns", "sensing", "cell_type", "adc_bits", "adc_type", "columns_per_adc",
        "rows_at_once", "read_voltage_v", "cell_capacitance_ff", "dac_bits", "weight_bits",
        "input_bits", "weight_mapping", "weight_bits_at_once", "accumulate", "pipeline_registers",
        "adc_range", "weighting", "cells_per_capacitor"};
    static const char *const slacks[] = {"rows_at_once", "read_voltage", "sense_margin", "supply"};
    keys_are(keys, sizeof keys / sizeof keys[0]);
    for (size_t i = 0; i < N_OWN_SLACKS; ++i) constraint(slacks[i]);
    const cim_plugin *rram = load_plugin(BINARY_DIR "/plugins/hwmodel.rram_crossbar.so",
                                         "hwmodel.rram_crossbar", CIM_HWMODEL);
    uint32_t shared = 0;
    for (uint32_t i = 0; i < plugin->is.params.n; ++i)
        for (uint32_t k = 0; k < rram->is.params.n; ++k) {
            const cim_param *a = CIM_ROW(cim_param, plugin->is.params, i);
            const cim_param *b = CIM_ROW(cim_param, rram->is.params, k);
            if (strcmp(a->key, b->key)) continue;
            ++shared;
            assert_string_equal(a->unit, b->unit);
            assert_int_equal(a->type, b->type);
            if (strcmp(a->key, "sensing"))   /* what the other has not is behind what both have */
                for (uint32_t n = 0; n < a->n_levels && n < b->n_levels && a->names; ++n)
                    assert_string_equal(a->names[n], b->names[n]);
        }
    assert_true(shared >= N_CHIP_KEYS + 10);   /* all but cell type, capacitor, digital adders */
    assert_int_equal(plugin->is.metrics.n, rram->is.metrics.n);
    for (uint32_t i = 0; i < N_METRICS; ++i)
        assert_string_equal(CIM_ROW(cim_metric, plugin->is.metrics, i)->name,
                            CIM_ROW(cim_metric, rram->is.metrics, i)->name);
}

/* S-F000 of DNN+NeuroSim V1.4 measured, onefactor_chip.csv: 22 nm LSTP, 128 x 128, 8 bit, flash ADC
 * of 32 levels, 8 columns per ADC, density 0.25, pipelined. Bands: README.md says why. */
static void neurosim_bands(void **state) {
    (void)state;
    point p = defaults();
    parts got;
    set(&p, "adc_type", 1);
    set(&p, "duplication", 16);   /* NeuroSim ran its first two layers in 16 copies */
    vgg8.statistics.input_bit_density = 0.25;
    const figures f = evaluate(&p);
    parts_agree(&p, &got);
    vgg8.statistics.input_bit_density = NAN;
    band(f.m[metric("dynamic_energy_j")], 3.814122e-05, 0.8, 2.0);
    band(f.m[metric("leakage_w")], 2242.532e-6, 0.5, 2.0);
    band(f.m[metric("cycle_s")], 1.697405e-9, 0.3, 1.0);
    band(f.m[metric("utilization")], 0.9810376, 0.95, 1.02);
    band(f.m[metric("area_mm2")], 76.29, 0.8, 1.25);   /* all of its parts, without empty corners */
    band(f.m[metric("interval_s")], 6110.658e-9, 0.8, 1.8);  /* lat_adc_ns, without padding */
    for (uint32_t s = 0; s < N_SLACKS; ++s) assert_true(f.s[s] <= 0);
    double adc_j = 0;   /* e_adc_pJ: converters and bit lines, for 228 of our 315 M conversions */
    for (uint32_t c = 0; c < MOST_COMPONENTS; ++c)
        if (!strcmp(got.name[c], "array") || !strcmp(got.name[c], "adc"))
            adc_j += got.by_name[c][metric("energy_j")];
    band(adc_j, 2.683651e-05, 0.8, 1.6);
    set(&p, "cell_type", SIX);   /* its cells: 280 F2, and 128 rows of them tell no five bits */
    parts_agree(&p, &got);
    for (uint32_t c = 0; c < MOST_COMPONENTS; ++c)
        if (!strcmp(got.name[c], "array"))
            band(got.by_name[c][metric("area_mm2")], 21.03125, 0.9, 1.05);
    assert_true(evaluate(&p).s[constraint("sense_margin")] > 0);
}

static void default_points(void **state) {
    (void)state;
    point all[] = {defaults(), charge_point(), digital_point(TREE), digital_point(CHAIN),
                   defaults()};
    set(&all[4], "sensing", DISCHARGE);
    set(&all[4], "adc_bits", 4);   /* what 128 currents of weak cells tell */
    set(&all[4], "cell_capacitance_ff", 2);
    for (int k = 0; k < 5; ++k) {
        const figures f = evaluate(&all[k]);
        assert_true(f.m[metric("energy_j")] > 1e-5 && f.m[metric("energy_j")] < 1e-3);
        assert_true(f.m[metric("area_mm2")] > 20 && f.m[metric("area_mm2")] < (k < 2 ? 200 : 500));
        assert_true(f.m[metric("interval_s")] > 1e-5 && f.m[metric("interval_s")] < 1e-3);
        metrics_agree(&f);
        for (uint32_t s = 0; s < N_SLACKS; ++s) assert_true(f.s[s] <= 0);
    }
}

static void parts_sum(void **state) {
    (void)state;
    for (int k = 0; k < 4; ++k) {
        point p = k % 2 ? charge_point() : k ? digital_point(k == 2 ? TREE : CHAIN) : defaults();
        parts got;
        set(&p, "interconnect", k);   /* 3: mesh again, but layer by layer */
        if (k == 3) set(&p, "interconnect", 0);
        set(&p, "pipeline", k != 3);
        parts_agree(&p, &got);
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
    for (double v = 0.48; v < 1.01; v += 0.04) {   /* lower supply: less energy, longer cycle */
        assert_true(value("supply_v", v, "dynamic_energy_j") <
                    value("supply_v", v + 0.01, "dynamic_energy_j"));
        assert_true(value("supply_v", v, "cycle_s") > value("supply_v", v + 0.01, "cycle_s"));
        assert_true(value("supply_v", v, "leakage_w") < value("supply_v", v + 0.01, "leakage_w"));
    }
    assert_true(value("supply_v", 0.85, "energy_j") == value("supply_v", 0, "energy_j"));
}

/* Leakage of a chip of SRAM: 21 times as much at 400 K (as R-F000's), and what dominates below
 * 14 nm when it is hot and waits. */
static void leakage(void **state) {
    (void)state;
    near(value("temperature_k", 400, "leakage_w") / value("temperature_k", 300, "leakage_w"),
         21.39, 0.08);
    point p = defaults();
    set(&p, "technology_nm", 7);
    set(&p, "clock_mhz", 50);
    const figures cool = evaluate(&p);
    set(&p, "temperature_k", 400);
    const figures hot = evaluate(&p);
    assert_true(cool.m[metric("leakage_energy_j")] < 0.2 * cool.m[metric("energy_j")]);
    assert_true(hot.m[metric("leakage_energy_j")] > 0.5 * hot.m[metric("energy_j")]);
}

static void trade_offs(void **state) {
    (void)state;
    static const trade_off rows[] = {
        {"technology_nm", 22, 130, "area_mm2", 10},    {"technology_nm", 22, 130, "energy_j", 1.5},
        {"columns_per_adc", 8, 16, "area_mm2", 0.99},
        {"columns_per_adc", 8, 16, "interval_s", 1.9},
        {"rows_at_once", 128, 32, "energy_j", 2},      {"rows_at_once", 128, 32, "interval_s", 3},
        {"cell_type", EIGHT, SIX, "area_mm2", 0.95},   {"cell_type", EIGHT, SIX, "energy_j", 1.2},
        {"sensing", CURRENT, DIGITAL, "energy_j", 0.9},
        {"weight_mapping", 0, 1, "area_mm2", 1.02},    {"weight_mapping", 0, 1, "energy_j", 1.02},
        {"sensing", CURRENT, CHARGE, "cycle_s", 1.05},
        {"weight_bits_at_once", 1, 4, "energy_j", 0.6},
        {"dac_bits", 1, 2, "interval_s", 0.7},         {"adc_type", 0, 1, "cycle_s", 0.9},
        {"read_voltage_v", 0.2, 0.05, "dynamic_energy_j", 0.99},
        {"duplication", 1, 8, "interval_s", 0.2},      {"duplication", 1, 8, "area_mm2", 1.05},
        {"weight_bits", 8, 4, "area_mm2", 0.6},        {"input_bits", 8, 4, "interval_s", 0.6},
        {"clock_mhz", 0, 50, "dynamic_energy_j", 0.7}, {"pipeline", 1, 0, "interval_s", 2},
        {"supply_v", 0, 0.65, "dynamic_energy_j", 0.7}, {"supply_v", 0, 0.65, "leakage_w", 0.6},
    };
    trades(rows, sizeof rows / sizeof rows[0]);
    /* As the network says: 8 bits. */
    assert_true(value("weight_bits", 8, "energy_j") == value("rows", 128, "energy_j"));
}

static void capacitor_size(void **state) {
    (void)state;
    point p = charge_point();
    set(&p, "adc_bits", 3);   /* more bits, and the larger swing saves more than it costs */
    const figures small = evaluate(&p);
    set(&p, "cell_capacitance_ff", 2);
    const figures large = evaluate(&p);
    assert_true(large.m[metric("area_mm2")] > 1.5 * small.m[metric("area_mm2")]);
    assert_true(large.m[metric("dynamic_energy_j")] > small.m[metric("dynamic_energy_j")]);
    assert_true(large.s[constraint("sense_margin")] < small.s[constraint("sense_margin")]);
}

/* A parameter that a sensing scheme does not have is declared inactive, and changes nothing. */
static void inactive_parameters(void **state) {
    (void)state;
    static const struct { const char *key; double sensing, cell, change; } rows[] = {
        {"read_voltage_v", DISCHARGE, EIGHT, 0.1},
        {"cell_type", CHARGE, EIGHT, SIX}, {"read_voltage_v", CHARGE, EIGHT, 0.1},
        {"read_voltage_v", CURRENT, SIX, 0.1}, {"cell_capacitance_ff", CURRENT, EIGHT, 2},
        {"accumulate", CURRENT, EIGHT, CHAIN}, {"pipeline_registers", CHARGE, EIGHT, 8},
        {"adc_bits", DIGITAL, EIGHT, 9}, {"adc_type", DIGITAL, EIGHT, 2},
        {"columns_per_adc", DIGITAL, EIGHT, 1}, {"weight_bits_at_once", DIGITAL, EIGHT, 4},
        {"dac_bits", DIGITAL, EIGHT, 4},
        {"cell_type", DIGITAL, EIGHT, SIX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        point p = defaults();
        set(&p, "sensing", rows[i].sensing);
        set(&p, "cell_type", rows[i].cell);
        const figures before = evaluate(&p);
        set(&p, rows[i].key, rows[i].change);
        const figures after = evaluate(&p);
        assert_memory_equal(&after, &before, sizeof after);
        uint32_t conditions = 0;
        for (uint32_t k = 0; k < plugin->is.conditions.n; ++k)
            conditions += !strcmp(CIM_ROW(cim_condition, plugin->is.conditions, k)->target,
                                  rows[i].key);
        assert_true(conditions > 0);
    }
}

static void own_constraints(void **state) {
    (void)state;
    point p = defaults();
    set(&p, "rows_at_once", 200);
    assert_true(evaluate(&p).s[constraint("rows_at_once")] == 72);
    p = defaults();
    set(&p, "read_voltage_v", 0.5);   /* the port has an overdrive of 0.33 V */
    near(evaluate(&p).s[constraint("read_voltage")], 0.5 - 0.3286, 0.01);
    set(&p, "sensing", CHARGE);
    assert_true(evaluate(&p).s[constraint("read_voltage")] == 0);
    p = defaults();
    set(&p, "supply_v", 1.1);         /* 1.02 V is the most at 22 nm */
    near(evaluate(&p).s[constraint("supply")], 0.08, 1e-9);
    set(&p, "supply_v", 0.4);         /* and 0.4675 V the least */
    near(evaluate(&p).s[constraint("supply")], 0.0675, 1e-9);
    p = defaults();
    set(&p, "clock_mhz", 5000);
    assert_true(evaluate(&p).s[constraint("clock")] > 0);
    p = defaults();
    set(&p, "global_buffer_kib", 16);
    assert_true(evaluate(&p).s[constraint("buffer_capacity")] > 0);
}

static void sense_margin(void **state) {
    (void)state;
    const uint32_t margin = constraint("sense_margin");
    point p = defaults();
    assert_true(evaluate(&p).s[margin] <= 0);
    set(&p, "adc_bits", 6);                      /* the currents of 128 cells differ too much */
    assert_true(evaluate(&p).s[margin] > 0);
    set(&p, "sensing", CHARGE);                  /* capacitors match better */
    assert_true(evaluate(&p).s[margin] <= 0);
    p = defaults();
    const double before = evaluate(&p).s[margin];
    set(&p, "supply_v", 0.65);                   /* less overdrive, the same offsets */
    assert_true(evaluate(&p).s[margin] > before);
    p = defaults();
    for (double rows = 1; rows < 128; rows *= 2) {   /* more rows never help */
        set(&p, "adc_bits", 8);
        set(&p, "rows_at_once", rows);
        const double few = evaluate(&p).s[margin];
        set(&p, "rows_at_once", 2 * rows);
        assert_true(evaluate(&p).s[margin] >= few);
    }
}

/* Fewer ones, and weights below zero, mean less current and less charge. */
static void layer_statistics(void **state) {
    (void)state;
    const point both[] = {defaults(), charge_point(), digital_point(TREE)};
    for (int k = 0; k < 3; ++k) {
        const double random_j = evaluate(&both[k]).m[metric("energy_j")];
        vgg8.statistics.input_bit_density = 0.25;
        const double sparse_j = evaluate(&both[k]).m[metric("energy_j")];
        vgg8.statistics.weight_mean = -0.5;
        const double negative_j = evaluate(&both[k]).m[metric("energy_j")];
        vgg8.statistics.input_bit_density = vgg8.statistics.weight_mean = NAN;
        assert_true(sparse_j < random_j && negative_j < sparse_j);
        assert_true(evaluate(&both[k]).m[metric("energy_j")] == random_j);
    }
}

static void nonideality_rows(void **state) {
    (void)state;
    for (int k = 0; k < 2; ++k) {
        point p = k ? charge_point() : defaults();
        p.numbers[first[param_index("adc_bits")] + 1] = 6;
        set(&p, "temperature_k", 350);
        longer_row rows[LAYERS_MOST];
        ask_nonidealities(&p, rows);
        const cim_nonideality *n = &rows[1].row;
        assert_true(n->weight_mapping == CIM_MAPPING_OFFSET && n->weight_bits == 8 &&
                    n->cell_bits == 1 && n->input_bits == 8 && n->dac_bits == 1);
        assert_true(n->array_rows == 128 && n->rows_at_once == 128 && n->adc_bits == 6);
        assert_int_equal(rows[0].row.adc_bits, 5);
        assert_true(n->temperature_k == 350 && n->device_spread == 0 && n->read_noise_sd == 0);
        assert_true(n->on_conductance_s > 1e5 * n->off_conductance_s);
        assert_true(n->adc_noise_sd > 0.05 && n->adc_noise_sd < 0.29);
        if (k) {
            near(n->cell_mismatch_sd, 0.01 / sqrt(0.4), 1e-12);
            assert_true(n->column_wire_ohm == 0 && n->off_conductance_s == 0);
        } else {   /* resCol_ohm 275.116 of S-F000, onefactor_units.csv, copper at 350 K */
            near(n->column_wire_ohm, 275.116 / 128 * (1 + 3.9e-3 * 50), 1e-5);
            assert_true(n->cell_mismatch_sd > 0.1 && n->cell_mismatch_sd < 0.13);
            near(n->on_conductance_s, 628.3 / 0.85 * 44e-9 / 2, 1e-9);   /* on current at 350 K */
        }
        assert_int_equal(rows[2].row.weight_mapping, 0);   /* a pool */
    }
}

/* A range that is set to what occurs: finer steps, which cost margin and converters. */
static void ranges(void **state) {
    (void)state;
    for (int k = 0; k < 4; ++k) {
        point p = k & 1 ? charge_point() : defaults();
        set(&p, "weight_mapping", k / 2);
        const figures full = evaluate(&p);
        set(&p, "adc_range", 1);
        const figures calibrated = evaluate(&p);
        assert_true(calibrated.s[constraint("sense_margin")] > full.s[constraint("sense_margin")]);
        assert_true(calibrated.m[metric("energy_j")] > full.m[metric("energy_j")]);
        const cim_values v = values_of(p.numbers, 1);
        cim_nonideality rows[11] = {{0}};
        const cim_nonideality_rows out = {rows, 11, sizeof rows[0]};
        assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, out), CIM_OK);
        assert_true(rows[0].adc_range == CIM_ADC_CALIBRATED);
        assert_true(rows[0].weight_mapping == CIM_MAPPING_OFFSET);
        assert_int_equal(rows[0].adc_bits, k == 3 ? 6 : 5);
        assert_true(calibrated.m[metric("lost_bits")] < full.m[metric("lost_bits")]);
    }
    /* Steps finer than a cell's are not told: more of them only make less noise. */
    point p = defaults();
    double last = INFINITY;
    for (double bits = 8; bits < 12; ++bits) {
        set(&p, "adc_bits", bits);
        const cim_values v = values_of(p.numbers, 1);
        cim_nonideality rows[11] = {{0}};
        const cim_nonideality_rows out = {rows, 11, sizeof rows[0]};
        assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, out), CIM_OK);
        assert_true(rows[1].adc_noise_sd > 0 && rows[1].adc_noise_sd < last);
        last = rows[1].adc_noise_sd;
    }
}

static void digital_is_exact(void **state) {
    (void)state;
    for (int k = 0; k < 2; ++k) {
        const point p = digital_point(k ? CHAIN : TREE);
        const cim_values v = values_of(p.numbers, 1);
        cim_nonideality rows[11] = {{0}};
        const cim_nonideality_rows out = {rows, 11, sizeof rows[0]};
        assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, out), CIM_OK);
        assert_true(rows[1].weight_mapping == CIM_MAPPING_DIGITAL && rows[1].adc_bits == 0 &&
                    rows[1].adc_noise_sd == 0 && rows[1].cell_mismatch_sd == 0);
        assert_true(rows[1].weight_bits == 8 && rows[1].rows_at_once == 128);
        assert_true(evaluate(&p).s[constraint("sense_margin")] == -1);
        parts got;
        parts_agree(&p, &got);   /* and there is no converter */
        for (uint32_t c = 0; c < MOST_COMPONENTS; ++c) assert_true(strcmp(got.name[c], "adc") != 0);
    }
}

/* Of both digital schemes: what more registers, rows, bits and volts do. */
static void digital_directions(void **state) {
    (void)state;
    for (int k = 0; k < 2; ++k) {
        point p = digital_point(k ? CHAIN : TREE);
        figures last;
        for (double n = 1; n <= 64; n *= 2) {   /* a shorter cycle, for more registers */
            set(&p, "pipeline_registers", n);
            const figures f = evaluate(&p);
            if (n > 1) {
                assert_true(f.m[metric("cycle_s")] <= last.m[metric("cycle_s")]);
                assert_true(f.m[metric("macro_area_mm2")] >= last.m[metric("macro_area_mm2")]);
                if (k && n < 8)   /* and what late carries switch becomes less */
                    assert_true(f.m[metric("energy_j")] < last.m[metric("energy_j")]);
            }
            last = f;
        }
        p = digital_point(k ? CHAIN : TREE);
        for (double v = 0.48; v <= 1.02; v += 0.02) {
            set(&p, "supply_v", v);
            const figures f = evaluate(&p);
            if (v > 0.49) {
                assert_true(f.m[metric("dynamic_energy_j")] > last.m[metric("dynamic_energy_j")]);
                assert_true(f.m[metric("cycle_s")] < last.m[metric("cycle_s")]);
                assert_true(f.m[metric("leakage_w")] > last.m[metric("leakage_w")]);
            }
            last = f;
        }
        p = digital_point(k ? CHAIN : TREE);
        for (double rows = 16; rows <= 2048; rows *= 2) {
            set(&p, "rows", rows);
            set(&p, "rows_at_once", rows);
            const double cycle_s = evaluate(&p).m[metric("cycle_s")];
            if (rows > 16) assert_true(cycle_s > last.m[metric("cycle_s")]);
            last.m[metric("cycle_s")] = cycle_s;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_kept),
        cmocka_unit_test(neurosim_bands),
        cmocka_unit_test(default_points),
        cmocka_unit_test(parts_sum),
        cmocka_unit_test(finite_everywhere),
        cmocka_unit_test(same_bits_alone_and_together),
        cmocka_unit_test(loading_needs_a_memory),
        cmocka_unit_test(directions),
        cmocka_unit_test(leakage),
        cmocka_unit_test(trade_offs),
        cmocka_unit_test(capacitor_size),
        cmocka_unit_test(inactive_parameters),
        cmocka_unit_test(bits_of_one_layer),
        cmocka_unit_test(own_constraints),
        cmocka_unit_test(sense_margin),
        cmocka_unit_test(refusal),
        cmocka_unit_test(layer_statistics),
        cmocka_unit_test(out_of_memory),
        cmocka_unit_test(nonideality_rows),
        cmocka_unit_test(ranges),
        cmocka_unit_test(digital_is_exact),
        cmocka_unit_test(digital_directions),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
