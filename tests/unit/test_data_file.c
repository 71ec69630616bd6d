/* Processes and cells from files: what is read, and what a key that is left out becomes. */
#include "data_file_fixture.h"

static void every_key_of_a_process(void **state) {
    (void)state;
    cim_process p;
    assert_int_equal(read_process(process_with(NULL, NULL), &p), CIM_OK);
    assert_true(p.node_nm == 28 && p.roadmap == CIM_HP && p.vdd_v == 1 && p.gate_f_per_m == 1e-9);
    assert_true(p.junction_f_per_m2 == 7e-4 && p.sidewall_f_per_m == 2e-10);
    assert_true(p.channel_sidewall_f_per_m == 4e-11 && p.pn_ratio == 1.5);
    assert_true(p.resistance_factor == 1.25 && p.on_n_a_per_m[0] == 700 &&
                p.on_n_a_per_m[2] == 500 && p.on_p_a_per_m[1] == 300);
    assert_true(p.off_n_a_per_m[2] == 1e-2 && p.off_p_a_per_m[0] == 2e-4);
    assert_true(p.gate_length_m == 3e-8 && p.poly_pitch_f == 4 && p.cell_height_f == 25);
    assert_true(p.wire_width_m == 5e-8 && p.wire_aspect == 1.75 && p.wire_ohm_m == 3e-8);
    assert_true(p.mismatch_v_m == 2e-9 && p.sram_cell_f2 == 150);
    assert_true(p.fin_effective_width_m == 1e-7 && p.fin_thickness_m == 8e-9 && p.cell_fins == 3);
    assert_true(p.metal[0].width_m == 6e-8 && p.metal[2].aspect == 3 && p.metal[1].ohm_m == 2e-8);
    assert_true(p.sram_height_f == 10 && p.sram_width_f == 15 && p.read_voltage_v == 0.5);
    assert_true(p.mux_size == 7 && p.row_switch_size == 8 && p.row_switch_share == 0.125 &&
                p.drain_total_f_per_m == 5e-10);
    const cim_converter_fit *c = &p.converter;
    assert_true(c->time_load_f == 1e-15 && c->time_excess_s == 1e-9 && c->time_knee_ohm == 5e6);
    assert_true(c->power_scale_w == 2 && c->power_decay == 3 && c->sar_bit_w == 1e-6 &&
                c->sar_base_w == 2e-6 && c->sar_scale_w == 0.25 && c->sar_decay == 2.5);
    assert_true(c->time_s[0].below == 1e4 && c->time_s[0].constant == 1e-8 &&
                c->time_s[0].slope == 2e-13 && c->time_s[0].log_slope == 0);
    assert_true(isinf(c->time_s[1].below) && c->time_s[1].log_slope == -1e-9);
    assert_true(isinf(c->power_w[0].below) && c->power_w[0].constant == 4e-6);
    assert_true(c->time_s[2].below == 0 && c->power_w[1].below == 0);
}

static void every_key_of_a_cell(void **state) {
    (void)state;
    cim_cell c;
    assert_int_equal(read_cell(cell_with(NULL, NULL), &c), CIM_OK);
    assert_true(c.access == CIM_ACCESS_1T && c.max_bits == 2 && c.on_resistance_ohm == 20000);
    assert_true(c.on_off_ratio == 50 && c.read_voltage_v == 0.25 && c.height_f == 6);
    assert_true(c.width_f == 8 && c.write_voltage_v == 3 && c.write_pulse_s == 1e-7);
    assert_true(c.read_noise_sd == 0.02 && c.device_spread_sd == 0.04);
    assert_int_equal(read_cell(cell_with("access", "\"1T1R\""), &c), CIM_OK);
    assert_int_equal(c.access, CIM_ACCESS_1T1R);
    assert_int_equal(read_cell("source = \"t\"; access = \"cross_point\"; cell_area_f2 = 16; "
                               "on_resistance_ohm = 1e6; on_off_ratio = 10; read_voltage_v = 1;",
                               &c), CIM_OK);
    assert_true(c.access == CIM_ACCESS_CROSS_POINT && c.height_f == 4 && c.width_f == 4);
    assert_true(c.max_bits == 0 && c.write_voltage_v == 0 && c.write_pulse_s == 0 &&
                c.read_noise_sd == 0 && c.device_spread_sd == 0);
}

static size_t print_pieces(char *to, size_t size, const char *name, const cim_piece *p) {
    size_t n = (size_t)snprintf(to, size, "%s = (", name);
    for (int i = 0; i < 3 && p[i].below > 0; ++i) {
        n += (size_t)snprintf(to + n, size - n, "%s(%.17g, %.17g, %.17g", i ? ", " : "",
                              p[i].constant, p[i].slope, p[i].log_slope);
        n += isinf(p[i].below) ? (size_t)snprintf(to + n, size - n, ")")
                               : (size_t)snprintf(to + n, size - n, ", %.17g)", p[i].below);
    }
    return n + (size_t)snprintf(to + n, size - n, ");\n");
}

#define ONE(field) n += (size_t)snprintf(t + n, MAX_TEXT - n, #field " = %.17g;\n", p->field)
#define FIT(field) n += (size_t)snprintf(t + n, MAX_TEXT - n, #field " = %.17g;\n", \
                                         p->converter.field)
#define THREE(key, a, b, c) \
    n += (size_t)snprintf(t + n, MAX_TEXT - n, key " = (%.17g, %.17g, %.17g);\n", a, b, c)
#define ROW(field) THREE(#field, p->field[0], p->field[1], p->field[2])
#define METALS(field) \
    THREE("metal_" #field, p->metal[0].field, p->metal[1].field, p->metal[2].field)

/* All keys of a process with all digits. */
static const char *restate(const cim_process *p) {
    static char t[MAX_TEXT];
    size_t n = (size_t)snprintf(t, MAX_TEXT, "source = \"the table\";\nroadmap = \"%s\";\n",
                                p->roadmap == CIM_HP ? "high_performance" : "low_standby_power");
    ONE(node_nm); ONE(vdd_v); ONE(gate_f_per_m); ONE(junction_f_per_m2); ONE(sidewall_f_per_m);
    ONE(channel_sidewall_f_per_m); ONE(pn_ratio); ONE(resistance_factor); ONE(gate_length_m);
    ONE(poly_pitch_f); ONE(cell_height_f); ONE(wire_width_m); ONE(wire_aspect); ONE(wire_ohm_m);
    ONE(mismatch_v_m); ONE(sram_cell_f2); ONE(sram_height_f); ONE(sram_width_f);
    ONE(read_voltage_v); ONE(mux_size); ONE(row_switch_size); ONE(row_switch_share);
    ROW(on_n_a_per_m); ROW(on_p_a_per_m); ROW(off_n_a_per_m); ROW(off_p_a_per_m);
    METALS(width_m); METALS(aspect); METALS(ohm_m);
    if (p->fin_thickness_m > 0) {
        ONE(fin_effective_width_m); ONE(fin_thickness_m); ONE(cell_fins);
    }
    if (p->drain_total_f_per_m > 0) ONE(drain_total_f_per_m);
    n += (size_t)snprintf(t + n, MAX_TEXT - n, "converter = {\n");
    FIT(time_load_f); FIT(time_excess_s); FIT(time_knee_ohm); FIT(power_scale_w); FIT(power_decay);
    FIT(sar_bit_w); FIT(sar_base_w); FIT(sar_scale_w); FIT(sar_decay);
    n += print_pieces(t + n, MAX_TEXT - n, "time_s", p->converter.time_s);
    n += print_pieces(t + n, MAX_TEXT - n, "power_w", p->converter.power_w);
    n += (size_t)snprintf(t + n, MAX_TEXT - n, "};\n");
    assert_true(n < MAX_TEXT);
    return t;
}

/* A file that says what the table says makes the same bits. */
static void restated_nodes(void **state) {
    (void)state;
    static const double nodes[] = {130, 90, 65, 45, 32, 22, 14, 10, 7, 5, 3};
    uint32_t restated = 0;
    for (size_t i = 0; i < 2 * COUNT(nodes); ++i) {
        const cim_process *wanted = cim_process_find(nodes[i / 2], i % 2 ? CIM_HP : CIM_LSTP);
        cim_process p;
        cim_technology made, table;
        if (!wanted) continue;
        memset(&p, 0xff, sizeof p);
        if (read_process(restate(wanted), &p) != CIM_OK) fail_msg("%s", host.message);
        assert_memory_equal(&p, wanted, sizeof p);
        assert_true(cim_technology_init_at(&made, &p, 345, 0.9 * p.vdd_v) &&
                    cim_technology_init_at(&table, wanted, 345, 0.9 * p.vdd_v));
        assert_memory_equal(&made, &table, sizeof made);
        ++restated;
    }
    assert_int_equal(restated, 17);
}

/* Left-out metals follow metal 1; the rest comes from the nearest node of the roadmap, 32 nm. */
static void left_out_keys(void **state) {
    (void)state;
    char text[MAX_TEXT] = "";
    for (size_t i = 0; i < COUNT(process_entries); ++i)
        if (process_entries[i].needed)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s = %s;\n",
                     process_entries[i].key, process_entries[i].value);
    cim_process p;
    const cim_process *near = cim_process_find(32, CIM_HP);
    assert_int_equal(read_process(text, &p), CIM_OK);
    assert_true(p.fin_effective_width_m == 0 && p.fin_thickness_m == 0 && p.cell_fins == 0);
    for (uint32_t i = 0; i < 3; ++i)
        assert_true(p.metal[i].width_m == 5e-8 * (1 << i) && p.metal[i].aspect == 1.75 &&
                    p.metal[i].ohm_m == 3e-8);
    assert_true(p.sram_height_f == near->sram_height_f && p.sram_width_f == near->sram_width_f &&
                p.read_voltage_v == near->read_voltage_v && p.mux_size == near->mux_size &&
                p.row_switch_size == near->row_switch_size &&
                p.row_switch_share == near->row_switch_share &&
                p.drain_total_f_per_m == near->drain_total_f_per_m);
    assert_memory_equal(&p.converter, &near->converter, sizeof p.converter);
    assert_true(p.vdd_v == 1 && p.node_nm == 28 && p.gate_length_m == 3e-8);
    /* Fins: as the nearest node with fins, 14 nm; the table has those of one roadmap only. */
    strcat(text, "fin_effective_width_m = 1e-7; fin_thickness_m = 8e-9; cell_fins = 3;");
    near = cim_process_find(14, CIM_LSTP);
    assert_int_equal(read_process(text, &p), CIM_OK);
    assert_true(p.roadmap == CIM_HP && p.sram_width_f == near->sram_width_f &&
                p.drain_total_f_per_m == near->drain_total_f_per_m);
    assert_memory_equal(&p.converter, &near->converter, sizeof p.converter);
}

static void shipped_files(void **state) {
    (void)state;
    cim_process p;
    cim_cell rram, fefet;
    cim_technology t;
    static const char node_file[] = SOURCE_DIR "/configs/technologies/planar_28nm.cfg";
    static const char rram_file[] = SOURCE_DIR "/configs/cells/rram_28nm.cfg";
    static const char fefet_file[] = SOURCE_DIR "/configs/cells/fefet_28nm.cfg";
    assert_int_equal(cim_process_read(&host.host, node_file, &p), CIM_OK);
    assert_int_equal(cim_cell_read(&host.host, rram_file, &rram), CIM_OK);
    assert_int_equal(cim_cell_read(&host.host, fefet_file, &fefet), CIM_OK);
    assert_true(cim_technology_init(&t, &p, 300));
    assert_true(fabs(t.sram_cell_m2 / 0.120e-12 - 1) < 1e-3);          /* um2, Arnaud et al. */
    assert_true(fabs(t.nand2_area_m2 / (1e-6 / 4.2e6) - 1) < 3e-3);    /* 4200 kGate/mm2, ibid. */
    assert_true(fabs(rram.height_f * rram.width_f * 28e-9 * 28e-9 / 0.0357e-12 - 1) < 2e-3);
    assert_true(fabs(fefet.height_f * fefet.width_f * 22e-9 * 22e-9 / 0.025e-12 - 1) < 2e-3);
    /* Every interpolated figure lies between those of the nodes beside it. */
    const cim_process *above = cim_process_find(32, CIM_LSTP);
    const cim_process *below = cim_process_find(22, CIM_LSTP);
    for (uint32_t i = 0; i < 3; ++i)
        assert_true(p.on_n_a_per_m[i] > above->on_n_a_per_m[i] &&
                    p.on_n_a_per_m[i] < below->on_n_a_per_m[i] &&
                    p.on_p_a_per_m[i] > above->on_p_a_per_m[i] &&
                    p.on_p_a_per_m[i] < below->on_p_a_per_m[i]);
    assert_true(p.gate_f_per_m < above->gate_f_per_m && p.gate_f_per_m > below->gate_f_per_m);
    assert_true(p.mismatch_v_m < above->mismatch_v_m && p.mismatch_v_m > below->mismatch_v_m);
    assert_true(p.pn_ratio < above->pn_ratio && p.pn_ratio > below->pn_ratio);
    assert_true(p.resistance_factor == above->resistance_factor);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_a_process),
        cmocka_unit_test(every_key_of_a_cell),
        cmocka_unit_test(restated_nodes),
        cmocka_unit_test(left_out_keys),
        cmocka_unit_test(shipped_files),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
