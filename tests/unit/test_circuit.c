/* The component library: golden figures with their sources, and directions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "near.h"
#include <cim_circuit/logic.h>
#include <cim_circuit/memory.h>
#include <cim_circuit/wire.h>

#include <math.h>
#include <string.h>

static cim_technology make(double node_nm, uint32_t roadmap, double kelvin) {
    cim_technology t;
    assert_true(cim_technology_init(&t, cim_process_find(node_nm, roadmap), kelvin));
    return t;
}

/* Smallest inverter as DNN+NeuroSim V1.4 has it at 300 K: measured, technology.csv, columns
 * inv_minWidth_area_m2, inv_cin_F, inv_cout_F, inv_RonN_ohm, inv_leak_W. */
static const struct inverter {
    double node_nm;
    uint32_t roadmap;
    double area_m2, input_f, output_f, ohm, leakage_w;
} inverters[] = {
    {130, CIM_HP, 3.59632e-12, 1.10108e-15, 6.46152e-16, 8279.57, 5.35243e-08},
    {90, CIM_HP, 1.72368e-12, 6.70061e-16, 4.00796e-16, 9595.02, 3.22864e-08},
    {65, CIM_HP, 8.9908e-13, 3.75596e-16, 2.59017e-16, 11634.6, 1.86014e-08},
    {45, CIM_HP, 4.3092e-13, 1.93238e-16, 1.61359e-16, 13473.3, 9.80225e-09},
    {32, CIM_HP, 2.17907e-13, 1.27413e-16, 1.12949e-16, 15359, 6.22049e-09},
    {22, CIM_HP, 1.02995e-13, 7.96782e-17, 7.62589e-17, 19833.3, 4.00299e-09},
    {130, CIM_LSTP, 3.59632e-12, 2.47807e-15, 6.26293e-16, 25606.9, 5.07227e-11},
    {90, CIM_LSTP, 1.72368e-12, 1.38013e-15, 3.82984e-16, 34074.5, 2.95282e-11},
    {65, CIM_LSTP, 8.9908e-13, 8.3249e-16, 2.62489e-16, 37442.3, 1.91698e-11},
    {45, CIM_LSTP, 4.3092e-13, 4.69719e-16, 1.75563e-16, 39317.6, 1.2018e-11},
    {32, CIM_LSTP, 2.17907e-13, 2.70566e-16, 1.19613e-16, 41470.6, 7.20864e-12},
    {22, CIM_LSTP, 1.02995e-13, 1.45916e-16, 7.85546e-17, 43178.7, 4.33727e-12},
    {14, CIM_LSTP, 8.98472e-14, 2.07632e-16, 9.98323e-18, 30542.1, 7.44587e-12},
    {10, CIM_LSTP, 4.224e-14, 1.95098e-16, 9.0048e-18, 26692.1, 8.36371e-12},
    {7, CIM_LSTP, 2.73592e-14, 2.00994e-16, 6.71676e-18, 23861.3, 9.28586e-12},
};
#define N_PROCESSES (sizeof inverters / sizeof inverters[0])

static void inverter_figures(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i) {
        const struct inverter *w = &inverters[i];
        const cim_technology t = make(w->node_nm, w->roadmap, 300);
        near(t.inverter_area_m2, w->area_m2, 1e-5);
        near(t.inverter_input_f, w->input_f, 1e-5);
        near(t.inverter_output_f, w->output_f, 1e-3); /* junction figures have 3 digits */
        near(t.inverter_ohm, w->ohm, 1e-5);
        near(t.inverter_leakage_w, w->leakage_w, 1e-5);
    }
}

static void unknown_technologies(void **state) {
    (void)state;
    cim_technology t, before;
    memset(&t, 0x5a, sizeof t);
    before = t;
    assert_null(cim_process_find(28, CIM_LSTP));
    assert_null(cim_process_find(14, CIM_HP));
    assert_false(cim_technology_init(&t, NULL, 300));
    assert_false(cim_technology_init(&t, cim_process_find(22, CIM_LSTP), 299.9));
    assert_false(cim_technology_init(&t, cim_process_find(22, CIM_LSTP), 400.1));
    assert_false(cim_technology_init(&t, cim_process_find(22, CIM_LSTP), NAN));
    assert_memory_equal(&t, &before, sizeof t);
}

/* DNN+NeuroSim V1.4: the off-current of 22 nm LSTP rises 21-fold from 300 to 400 K. */
static void leakage_and_temperature(void **state) {
    (void)state;
    near(make(22, CIM_LSTP, 400).inverter_leakage_w / make(22, CIM_LSTP, 300).inverter_leakage_w,
         21.39, 1e-6);
    /* Between the tabulated 300 and 350 K exponential: the middle is the geometric mean. */
    near(make(22, CIM_LSTP, 325).nmos_off_a_per_m, sqrt(0.0001 * 0.0005658), 1e-12);
    for (size_t i = 0; i < N_PROCESSES; ++i)
        for (double k = 300; k < 400; k += 10) {
            const cim_technology cool = make(inverters[i].node_nm, inverters[i].roadmap, k);
            const cim_technology warm = make(inverters[i].node_nm, inverters[i].roadmap, k + 10);
            assert_true(warm.inverter_leakage_w > cool.inverter_leakage_w);
            assert_true(warm.wire_ohm_per_m > cool.wire_ohm_per_m);
        }
}

/* Thresholds that follow from on and off currents, against those of the same transistors in
 * technology.csv (vth_V, DNN+NeuroSim V1.4 measured; it has none for fins). */
static void supply_law(void **state) {
    (void)state;
    static const double threshold_v[] = {
        0.128486, 0.146022, 0.166394, 0.171097, 0.194495, 0.208901,
        0.466095, 0.501323, 0.501664, 0.464372, 0.442054, 0.419915};
    for (size_t i = 0; i < N_PROCESSES; ++i) {
        const cim_process *p = cim_process_find(inverters[i].node_nm, inverters[i].roadmap);
        const cim_technology t = make(inverters[i].node_nm, inverters[i].roadmap, 300);
        if (i < sizeof threshold_v / sizeof threshold_v[0])
            assert_true(fabs(p->vdd_v - t.overdrive_v - threshold_v[i]) < 0.11);
        cim_technology same, low, last = t;
        assert_true(cim_technology_init_at(&same, p, 300, p->vdd_v));
        assert_memory_equal(&same, &t, sizeof t);
        for (double share = 0.95; share > 0.55; share -= 0.05) {
            assert_true(cim_technology_init_at(&low, p, 300, share * p->vdd_v));
            assert_true(low.fo4_s > last.fo4_s && low.nmos_ohm_m > last.nmos_ohm_m);
            assert_true(low.inverter_leakage_w < last.inverter_leakage_w);
            assert_true(low.overdrive_v < last.overdrive_v);
            assert_true(low.inverter_input_f < last.inverter_input_f);
            assert_true(low.inverter_output_f > last.inverter_output_f);
            assert_true(low.latch_s > last.latch_s);
            last = low;
        }
    }
}

/* Far above the threshold the alpha-power law, by hand: 130 nm HP, threshold 0.198 V, alpha 1.3. */
static void supply_by_hand(void **state) {
    (void)state;
    const cim_process *p = cim_process_find(130, CIM_HP);
    cim_technology t, low;
    assert_true(cim_technology_init(&t, p, 300));
    assert_true(cim_technology_init_at(&low, p, 300, 0.91));
    const double v_t = 1.3 - t.overdrive_v;
    const double load = (4 * low.inverter_input_f + low.inverter_output_f) /
                        (4 * t.inverter_input_f + t.inverter_output_f);
    near(low.fo4_s / t.fo4_s, load * 0.91 / 1.3 * pow((1.3 - v_t) / (0.91 - v_t), 1.3), 1e-3);
    /* A gate: 0.6 of it oxide, of which a third below the threshold; a junction of 0.8 V. */
    const double gate = (0.5 + (0.91 - v_t) / 0.91) / (0.5 + (1.3 - v_t) / 1.3);
    near(low.inverter_input_f / t.inverter_input_f, 1 - 0.6 * (1 - gate), 1e-4);
    near(low.inverter_output_f / t.inverter_output_f,
         1.3 / 0.91 * (sqrt(1 + 0.91 / 0.8) - 1) / (sqrt(1 + 1.3 / 0.8) - 1), 1e-9);
    /* A latch at half the supply: gm = 1.3 I / (V - Vth), on twice its own capacitance. */
    const double latch_a = t.min_width_m * (930 + 2.16279 * 430) *
                           pow((0.65 - v_t) / (1.3 - v_t), 1.3);
    const double latch_f = 2 * (t.inverter_input_f + t.inverter_output_f);
    near(t.latch_s, latch_f * (0.65 - v_t) / 1.3 / latch_a, 1e-3);
    /* 0.1 V/V of DIBL over 1.5 k T / q. */
    near(low.nmos_off_a_per_m / t.nmos_off_a_per_m, exp(-0.39 * 0.1 / (1.5 * 0.0258520)), 1e-4);
    near(low.inverter_leakage_w / t.inverter_leakage_w,
         0.7 * low.nmos_off_a_per_m / t.nmos_off_a_per_m, 1e-12);
    near(cim_sram(&low, 1e6).energy_j / cim_sram(&t, 1e6).energy_j, 0.49, 1e-12);
    const cim_technology before = low;
    assert_false(cim_technology_init_at(&low, p, 300, 0.39 * 1.3));
    assert_false(cim_technology_init_at(&low, p, 300, 1.51 * 1.3));
    assert_false(cim_technology_init_at(&low, p, 300, -1));
    assert_false(cim_technology_init_at(&low, p, 300, NAN));
    assert_false(cim_technology_init_at(&low, NULL, 300, 1.3));
    assert_memory_equal(&low, &before, sizeof low);
}

static void costs_combine(void **state) {
    (void)state;
    const cim_cost a = {1, 2, 3, 4}, b = {10, 1, 30, 40};
    const cim_cost beside = cim_cost_beside(a, b), after = cim_cost_after(a, b);
    const cim_cost times = cim_cost_times(a, 3);
    assert_true(beside.area_m2 == 11 && beside.delay_s == 2 && beside.energy_j == 33 &&
                beside.leakage_w == 44);
    assert_true(after.area_m2 == 11 && after.delay_s == 3 && after.energy_j == 33 &&
                after.leakage_w == 44);
    assert_true(times.area_m2 == 3 && times.delay_s == 2 && times.energy_j == 9 &&
                times.leakage_w == 12);
}

/* A 128-cell row of 12 F cells at 22 nm: 330.139 ohm, wire 6.7584 fF (R-F000 of
 * DNN+NeuroSim V1.4 measured, onefactor_units.csv: resRow_ohm, capRow1_F). */
static void array_line(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    const cim_line line = cim_array_line(&t, 3.3792e-5, 0, 1000);
    near(line.ohm, 330.139, 1e-5);
    near(line.capacitance_f, 6.7584e-15, 1e-9);
    near(line.delay_s, (0.69 * 1000 + 0.38 * 330.139) * 6.7584e-15, 1e-5);
    near(cim_array_line(&t, 3.3792e-5, 1e-15, 0).capacitance_f, 7.7584e-15, 1e-9);
}

/* Repeated wire against the fastest of all sizes and spacings, tried one by one. */
static void repeated_wire(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i) {
        const cim_technology t = make(inverters[i].node_nm, inverters[i].roadmap, 300);
        const double r = t.wire_ohm_per_m / 16, c = t.wire_f_per_m;
        double fastest = INFINITY;
        for (double size = 1; size < 2000; size *= 1.05)
            for (double d = 1e-6; d < 1e-2; d *= 1.05) {
                const double in = size * t.inverter_input_f, out = size * t.inverter_output_f;
                const double delay = 0.69 * t.inverter_ohm / size * (c * d + in + out) +
                                     r * d * (0.38 * c * d + 0.69 * in);
                fastest = fmin(fastest, delay / d);
            }
        const cim_cost wire = cim_repeated_wire(&t, 0.5);
        assert_true(wire.delay_s >= 0.999 * fastest && wire.delay_s <= 1.6 * fastest);
        const double bare_j = 0.25 * c * t.vdd_v * t.vdd_v;
        assert_true(wire.energy_j > bare_j && wire.energy_j < 1.6 * bare_j);
        near(cim_repeated_wire(&t, 0.1).energy_j, wire.energy_j / 5, 1e-12);
    }
}

/* Horowitz, ISSCC 2014, 45 nm at 0.9 V: 8-bit addition 0.03 pJ; 64 bits of an 8 KB memory 10 pJ,
 * of 32 KB 20 pJ, of 1 MB 100 pJ. */
static void horowitz(void **state) {
    (void)state;
    const cim_technology t = make(45, CIM_HP, 300);
    const double volts = 0.9 * 0.9 / (t.vdd_v * t.vdd_v);
    near(cim_adder(&t, 8).energy_j * volts, 0.03e-12, 0.15);
    near(64 * cim_sram(&t, 8 * 8192.0).energy_j * volts, 10e-12, 1e-9);
    near(64 * cim_sram(&t, 32 * 8192.0).energy_j * volts, 20e-12, 1e-9);
    near(64 * cim_sram(&t, 1024 * 8192.0).energy_j * volts, 100e-12, 0.15);
}

static void logic_blocks(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    /* 9 NAND2 a bit, of 3 pitches by one cell height; 12 inverter areas, 8 leakages a flip-flop. */
    near(cim_adder(&t, 4).area_m2, 36 * 3 * 3.8 * 22e-9 * 28 * 22e-9, 1e-12);
    near(cim_register(&t, 2).area_m2, 24 * 1.02995e-13, 1e-5);
    near(cim_register(&t, 2).leakage_w, 16 * 4.33727e-12, 1e-5);
    near(cim_adder(&t, 8).delay_s, 16 * cim_gates(&t, 1).delay_s, 1e-12);
    /* Two equal transistors in series, 1.5 inputs and an output to charge. */
    near(cim_gates(&t, 1).delay_s, 2 * 0.69 * 43178.7 * (1.5 * 1.45916e-16 + 7.85546e-17), 1e-5);
    near(cim_adder(&t, 16).delay_s, 2 * cim_adder(&t, 8).delay_s, 1e-12);
    near(cim_shift_add(&t, 8, 16).energy_j,
         cim_adder(&t, 8).energy_j + cim_register(&t, 16).energy_j, 1e-12);
    near(cim_ones_counter(&t, 64).energy_j, 64 * cim_adder(&t, 1).energy_j, 1e-12);
    near(cim_multiplier(&t, 8).area_m2 / cim_multiplier(&t, 4).area_m2, 4, 1e-12);
    assert_true(cim_function_unit(&t, 8).energy_j > cim_multiplier(&t, 8).energy_j);
    assert_true(cim_maximum(&t, 8).energy_j > cim_adder(&t, 8).energy_j);
    /* Leakage follows area: the gates of a cell are all of one size. */
    near(cim_gates(&t, 10).leakage_w, 10 * t.cell_drive * t.nand2_leakage_w, 1e-12);
    near(t.cell_drive, 20.9 / (2 * 2.31939), 1e-5);
    assert_true(make(7, CIM_LSTP, 300).cell_drive == 2);
}

static void drivers_and_switches(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    cim_cost last = {0, 0, 0, 0};
    for (double load = 1e-16; load < 1e-11; load *= 2) {
        const cim_cost c = cim_driver(&t, load);
        assert_true(c.energy_j > load * t.vdd_v * t.vdd_v && c.energy_j > last.energy_j);
        assert_true(c.area_m2 >= last.area_m2 && c.delay_s >= last.delay_s);
        last = c;
    }
    double wide_f = 0, narrow_f = 0;
    const cim_cost wide = cim_pass_gates(&t, 1, 500, &wide_f);
    const cim_cost narrow = cim_pass_gates(&t, 1, 1000, &narrow_f);
    near(wide.area_m2 / narrow.area_m2, 2, 1e-12);
    near(wide_f / narrow_f, 2, 1e-12);
    /* 1 kohm of NMOS and PMOS in parallel: 0.85 V / 791.9 A/m over 2 kohm of NMOS; folded into
     * cells that have room for cell_drive of the smallest. */
    near(narrow.area_m2 / t.inverter_area_m2, 0.85 / 791.9 / 2000 / 44e-9 / t.cell_drive, 1e-9);
    assert_true(cim_pass_gates(&t, 1, 1e9, NULL).area_m2 > 0);  /* never less than the smallest */
    for (uint32_t n = 1; n < 1024; n *= 2)
        assert_true(cim_decoder(&t, 2 * n, 1e-15).area_m2 > cim_decoder(&t, n, 1e-15).area_m2);
    assert_true(cim_decoder(&t, 8, 1e-13).area_m2 > 8 * cim_driver(&t, 1e-13).area_m2);
    near(cim_decoder(&t, 1, 1e-15).energy_j, cim_driver(&t, 1e-15).energy_j, 1e-12);
}

static void memories(void **state) {
    (void)state;
    const cim_technology t = make(22, CIM_LSTP, 300);
    const cim_cost none = cim_sram(&t, 0), some = cim_sram(&t, 65536), more = cim_sram(&t, 262144);
    assert_true(none.area_m2 == 0 && none.energy_j == 0 && none.leakage_w == 0);
    near(some.area_m2, 65536 * 280 * 22e-9 * 22e-9 / 0.6, 1e-9);
    near(more.energy_j / some.energy_j, 2, 1e-12);
    near(more.leakage_w / some.leakage_w, 4, 1e-12);
    assert_true(more.delay_s > some.delay_s);
    const cim_technology old = make(45, CIM_LSTP, 300);
    near(some.energy_j / cim_sram(&old, 65536).energy_j, 22 / 45.0 * 0.85 * 0.85, 1e-12);
    assert_true(cim_sram(&t, 1).area_m2 == cim_sram(&t, 1024).area_m2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inverter_figures),   cmocka_unit_test(unknown_technologies),
        cmocka_unit_test(leakage_and_temperature), cmocka_unit_test(costs_combine),
        cmocka_unit_test(supply_law),         cmocka_unit_test(supply_by_hand),
        cmocka_unit_test(array_line),         cmocka_unit_test(repeated_wire),
        cmocka_unit_test(horowitz),           cmocka_unit_test(logic_blocks),
        cmocka_unit_test(drivers_and_switches), cmocka_unit_test(memories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
