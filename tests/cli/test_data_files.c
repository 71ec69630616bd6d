/* A process and a cell from files: they do what the table does, parameters of the config override
 * them, and whatever is wrong with them ends with status 2, file, line, key and rule. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#define SOURCE "source = \"a test\"; "

/* 22 nm low standby power, as built in: what the models of this tree look at. */
static const char node_22[] =
    SOURCE "roadmap = \"low_standby_power\";\n"
    "node_nm = 22; vdd_v = 0.85; gate_f_per_m = 1.4298e-09; junction_f_per_m2 = 0.000717137;\n"
    "sidewall_f_per_m = 2.00742e-10; channel_sidewall_f_per_m = 4.01483e-11;\n"
    "pn_ratio = 1.31939; resistance_factor = 1.77; gate_length_m = 2.6e-08; poly_pitch_f = 3.8;\n"
    "on_n_a_per_m = [791.9, 628.3, 501.7]; on_p_a_per_m = [600.2, 434.3, 324.8];\n"
    "off_n_a_per_m = [0.0001, 0.0005658, 0.002139];\n"
    "off_p_a_per_m = [0.0001, 0.0005658, 0.002139];\n"
    "cell_height_f = 28; wire_width_m = 4e-08; wire_aspect = 1.9; wire_ohm_m = 2.97e-08;\n"
    "mismatch_v_m = 1.8e-09; sram_cell_f2 = 280;\n";

/* The cell that rram_crossbar has without a file. */
static const char own_cell[] =
    SOURCE "access = \"1T1R\"; cell_height_f = 4; cell_width_f = 12;\n"
    "on_resistance_ohm = 1e5; on_off_ratio = 17; read_voltage_v = 0.5;\n";

static const char other_cell[] =
    SOURCE "access = \"1T1R\"; cell_height_f = 4; cell_width_f = 12;\n"
    "on_resistance_ohm = 3e4; on_off_ratio = 60; read_voltage_v = 0.25; max_bits = 2;\n";

/* Line 3 is the hardware model's. */
static void study(const char *name, const char *model, const char *keys) {
    cli_write(name,
              "study = { name = \"s\"; trials = 20; };\nworkload = { plugin = \"lenet\"; };\n"
              "hwmodel = { plugin = \"%s\"; %s };\nsearcher = { plugin = \"random\"; };\n"
              "goals = [ \"min energy_j\", \"min area_mm2\" ];\n", model, keys);
}

static char *breakdown(const char *model, const char *keys) {
    study("s.cfg", model, keys);
    return cli_good("eval s.cfg --breakdown --format csv")->out;
}

/* A file that says what is built in changes no byte, whichever folder it is in. */
static void same_as_built_in(void **state) {
    (void)state;
    cli_write("node.cfg", "%s", node_22);
    cli_write("cell.cfg", "%s", own_cell);
    for (int sram = 0; sram < 2; sram++) {
        const char *model = sram ? "sram_cim" : "rram_crossbar";
        const char *plain = breakdown(model, "technology_nm = 22;");
        assert_string_equal(breakdown(model, "technology = \"node.cfg\";"), plain);
        assert_string_equal(breakdown(model, "technology = \"node.cfg\"; technology_nm = 22;"),
                            plain);
        assert_string_equal(breakdown(model, ""), plain);
        if (!sram)
            assert_string_equal(
                breakdown(model, "technology = \"node.cfg\"; cell = \"cell.cfg\";"), plain);
        assert_string_not_equal(breakdown(model, "technology_nm = 32;"), plain);
    }
}

static void parameters_override(void **state) {
    (void)state;
    cli_write("own.cfg", "%s", own_cell);
    cli_write("other.cfg", "%s", other_cell);
    char set[200];
    const char *own = breakdown("rram_crossbar", "cell = \"own.cfg\";");
    const char *other = breakdown("rram_crossbar", "cell = \"other.cfg\";");
    assert_string_not_equal(own, other);
    snprintf(set, sizeof set, "cell = \"own.cfg\"; on_resistance_ohm = %s; on_off_ratio = %s; "
             "read_voltage_v = %s;", "3e4", "60.0", "0.25");
    assert_string_equal(breakdown("rram_crossbar", set), other);
    study("one.cfg", "rram_crossbar", "cell = \"other.cfg\"; read_voltage_v = 0.4;");
    study("two.cfg", "rram_crossbar", "cell = \"other.cfg\"; read_voltage_v = [0.25, 0.4];");
    const char *one = cli_good("eval one.cfg --format csv")->out;
    assert_string_not_equal(one, cli_good("eval s.cfg --format csv")->out);
    cli_write("points.csv", "hwmodel.read_voltage_v\n0.4\n0.25\n");
    csv_table *t = csv_parse(cli_good("eval two.cfg --points points.csv")->out);
    csv_table *fixed = csv_parse(one);
    assert_string_equal(csv_at(t, 0, "energy_j"), csv_at(fixed, 0, "energy_j"));
    csv_free(fixed);
    fixed = csv_parse(cli_good("eval two.cfg --set hwmodel.read_voltage_v=0 --format csv")->out);
    assert_string_equal(csv_at(t, 1, "energy_j"), csv_at(fixed, 0, "energy_j"));
    csv_free(fixed);
    csv_free(t);
}

/* Searched on top of a file, and run; the cell's bits are a constraint. */
static void searched(void **state) {
    (void)state;
    cli_write("node.cfg", "%s", node_22);
    cli_write("cell.cfg", "%s", other_cell);
    study("s.cfg", "rram_crossbar",
          "technology = \"node.cfg\"; cell = \"cell.cfg\"; cell_bits = [1, 2, 4]; "
          "on_resistance_ohm = { min = 1e4; max = 1e6; log = true; };");
    cli_good("run s.cfg --out run");
    csv_table *t = csv_parse(cli_good("export run --format csv")->out);
    assert_int_equal(t->n_rows, 20);
    assert_int_equal(csv_count(t, "outcome", "failed"), 0);
    size_t four = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (strcmp(csv_at(t, i, "hwmodel.cell_bits"), "4")) continue;
        assert_string_equal(csv_at(t, i, "outcome"), "infeasible");
        four++;
    }
    assert_true(four > 0 && four < t->n_rows);
    csv_free(t);
    assert_non_null(strstr(cli_good("eval s.cfg --set hwmodel.cell_bits=4")->out, "cell_bits"));
    assert_non_null(strstr(cli_good("report run")->out, "x: cell_bits (hwmodel.rram_crossbar)"));
}

/* One value of technology_nm beside a file is refused at once, searched ones point by point. */
static void two_nodes(void **state) {
    (void)state;
    cli_write("node.cfg", "%s", node_22);
    for (int sram = 0; sram < 2; sram++) {
        const char *model = sram ? "sram_cim" : "rram_crossbar";
        study("s.cfg", model, "technology = \"node.cfg\"; technology_nm = 32;");
        cli_refused(cli("run s.cfg"), 2, "s.cfg:3", "technology_nm = 32", "node.cfg",
                    "a process of 22 nm", "leave technology_nm out");
        study("s.cfg", model, "technology = \"node.cfg\"; technology_nm = [22, 32];");
        csv_table *t = csv_parse(cli_good("eval s.cfg --format csv")->out);
        assert_string_equal(csv_at(t, 0, "outcome"), "feasible");
        csv_free(t);
        cli_write("points.csv", "hwmodel.technology_nm\n32\n");
        t = csv_parse(cli_ends(1, "eval s.cfg --points points.csv")->out);
        assert_string_equal(csv_at(t, 0, "outcome"), "failed");
        assert_non_null(strstr(csv_at(t, 0, "reason"), "technology_nm"));
        csv_free(t);
    }
}

/* NeuroSim's own names: what a file says is not silently overridden, nor does it silently win. */
static void neurosim_and_files(void **state) {
    (void)state;
    cli_write("node.cfg", "%s", node_22);
    cli_write("cell.cfg", "%s", own_cell);
    cli_write("low.cfg", "%s write_voltage_v = 1.2;\n", own_cell);
    const char *plain = breakdown("neurosim", "");
    assert_string_equal(breakdown("neurosim", "technode = 22; deviceroadmap = 2; accesstype = 1; "
                                              "writeVoltage = 2.0;"), plain);
    assert_string_equal(breakdown("neurosim", "technology = \"node.cfg\"; technode = 22;"), plain);
    const char *high = breakdown("neurosim", "cell = \"cell.cfg\";"),
               *low = breakdown("neurosim", "cell = \"low.cfg\";");
    assert_string_not_equal(low, high);   /* below 1.5 V there are no level shifters */
    assert_string_equal(breakdown("neurosim", "cell = \"cell.cfg\"; writeVoltage = 1.2;"), low);
    assert_string_equal(breakdown("neurosim", "cell = \"low.cfg\"; writeVoltage = 2.0;"), high);
    static const char *const wrong[][2] = {
        {"technology = \"node.cfg\"; technode = 32;", "technode"},
        {"technology = \"node.cfg\"; deviceroadmap = 1;", "deviceroadmap"},
        {"cell = \"cell.cfg\"; accesstype = 4;", "accesstype"},
        {"writeVoltage = 0.1;", "writeVoltage"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        study("s.cfg", "neurosim", wrong[i][0]);
        cli_refused(cli("run s.cfg"), 2, "s.cfg:3", wrong[i][1]);
    }
}

static void wrong_files(void **state) {
    (void)state;
    static const struct { const char *keys, *file, *text, *says; } rows[] = {
        {"technology = \"x.cfg\";", NULL, NULL, "x.cfg: No such file"},
        {"cell = \"x.cfg\";", NULL, NULL, "x.cfg: No such file"},
        {"cell = \"x.cfg\";", "x.cfg", "a = ;\n", "x.cfg:1: syntax error"},
        {"cell = \"x.cfg\";", "x.cfg", "source = \"t\";\naccess = \"2T\";\n",
         "x.cfg:2: access: must be one of \"1T1R\""},
        {"cell = \"x.cfg\";", "x.cfg", "source = \"t\";\n\naccess = \"1T\"; on_off_ratio = 1;\n"
         "on_resistance_ohm = 1000;", "x.cfg:3: on_off_ratio = 1: must be a number 1.5.."},
        {"cell = \"x.cfg\";", "x.cfg", "access = \"1T\";", "x.cfg: source: missing"},
        {"technology = \"x.cfg\";", "x.cfg", "source = \"t\";\nvdd = 1.0;\n",
         "x.cfg:2: vdd: no such key of a process"},
        {"technology = \"x.cfg\";", "x.cfg",
         "source = \"t\"; roadmap = \"low_standby_power\"; node_nm = 28;\n",
         "x.cfg: vdd_v: missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].file) cli_write(rows[i].file, "%s", rows[i].text);
        study("s.cfg", "rram_crossbar", rows[i].keys);
        cli_refused(cli("run s.cfg"), 2, "s.cfg:3", "hwmodel.rram_crossbar", rows[i].says);
        cli_refused(cli("space s.cfg"), 2, rows[i].says);
    }
    study("s.cfg", "sram_cim", "technology = \"x.cfg\";");
    cli_refused(cli("eval s.cfg"), 2, "s.cfg:3", "hwmodel.sram_cim", "x.cfg: vdd_v: missing");
    study("s.cfg", "sram_cim", "cell = \"x.cfg\";");   /* has no resistive cell */
    cli_refused(cli("eval s.cfg"), 2, "hwmodel.cell");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(same_as_built_in), CLI_TEST(parameters_override), CLI_TEST(searched),
        CLI_TEST(two_nodes),        CLI_TEST(neurosim_and_files), CLI_TEST(wrong_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
