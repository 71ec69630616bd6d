/* Several targets, several workloads, given designs, repeated designs, and a design as a config. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char two_targets[] =
    "study = { name = \"two\"; trials = 40; batch = 8; };\n"
    "workload = { plugin = \"vgg8\"; };\n"
    "hwmodel = ( { target = \"a\"; plugin = \"rram_crossbar\"; rows = [64, 128, 256]; adc_bits = "
    "[4, 5, 6]; },\n"
    "            { plugin = \"sram_cim\"; rows = [64, 128, 256]; adc_bits = [4, 5, 6]; } );\n"
    "searcher = { plugin = \"random\"; };\n"
    "goals = [ \"min energy_j\", \"min area_mm2\" ];\n"
    "baseline = { hwmodel = ( { rows = 64; }, { rows = 256; } ); };\n";

static void targets_are_runs(void **state) {
    (void)state;
    cli_write("two.cfg", "%s", two_targets);
    const cli_result *r = cli_good("run two.cfg --out both");
    assert_non_null(strstr(r->out, "of merged front"));
    assert_non_null(strstr(r->out, "The knee of a against its infeasible baseline"));
    assert_non_null(strstr(r->out, "energy_j of the knees"));
    assert_true(cli_exists("both/a/study.db") && cli_exists("both/sram_cim/study.db"));
    cli_good("run two.cfg --out alone --target a");
    cli_same_export("both/a", "alone");
    assert_string_equal(cli_good("compare both")->out, r->out);
    assert_string_equal(cli_good("compare both/a both/sram_cim")->out, r->out);
    cli_good("run two.cfg --out part --trials 13");
    cli_good("run two.cfg --out part --resume");
    cli_same_export("part/a", "both/a");
    cli_same_export("part/sram_cim", "both/sram_cim");
}

static void targets_are_named(void **state) {
    (void)state;
    cli_write("two.cfg", "%s", two_targets);
    cli_refused(cli("eval two.cfg"), 2, "--target", "a, sram_cim");
    cli_refused(cli("space two.cfg --target b"), 2, "--target b", "a, sram_cim");
    assert_non_null(strstr(cli_good("eval two.cfg --target sram_cim")->out, "hwmodel.sram_cim"));
    cli_refused(cli("compare two.cfg"), 2, "two.cfg");
    assert_non_null(strstr(cli_good("space two.cfg --target a --set hwmodel[0].rows=64")->out,
                           "raw configurations: 3\n"));
    cli_refused(cli("space two.cfg --target a --set hwmodel.rows=64"), 2,
                "hwmodel is a list of 2 groups", "hwmodel[i] with i in 0..1");
    cli_refused(cli("space two.cfg --target a --set hwmodel[2].rows=64"), 2, "must be 0..1");
    static const char *const wrong[] = {"a/b", "..", ".x", "", "study.db", "study.db-journal"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cli_refused(cli("space two.cfg --set hwmodel[0].target=\"%s\"", wrong[i]), 2,
                    "hwmodel[0].target", "name of a folder");
    cli_good("run two.cfg --out one --target a");
    cli_refused(cli("run two.cfg --out one"), 2, "one", "a study of one target");
}

/* A folder that holds a run for each target is one run for those who say which. */
static void a_target_of_a_run(void **state) {
    (void)state;
    cli_write("two.cfg", "%s", two_targets);
    cli_good("run two.cfg --out both --trials 9");
    cli_refused(cli("eval both --trial 0"), 2, "both: there are several targets", "a, sram_cim");
    cli_refused(cli("export both"), 2, "both: there are several targets", "a, sram_cim");
    cli_refused(cli("export both --target b"), 2, "--target b", "a, sram_cim");
    cli_refused(cli("export both/a --target b"), 2, "--target b", "both/a");
    cli_refused(cli("run both --resume"), 2, "both: there are several targets", "a, sram_cim");
    char *whole = strdup(cli_good("export both/sram_cim")->out);
    assert_string_equal(cli_good("export both --target sram_cim")->out, whole);
    free(whole);
    assert_string_equal(cli_good("export both --target a --as config --trial 3")->out,
                        cli_good("export both/a --as config --trial 3")->out);
    assert_string_equal(cli_good("eval both --target a --trial 3")->out,
                        cli_good("eval both/a --trial 3")->out);
    assert_string_equal(cli_good("space both --target sram_cim")->out,
                        cli_good("space both/sram_cim")->out);
    cli_good("run both --target a --resume --trials 17");
    assert_non_null(strstr(cli_good("report both/a")->out, ": 17 trials"));
    assert_non_null(strstr(cli_good("report both/sram_cim")->out, ": 9 trials"));
    cli_refused(cli("run two.cfg --out both --target a"), 2, "both/a: holds a study already");
    cli_good("run two.cfg --out both --target a --resume --trials 20");
    assert_non_null(strstr(cli_good("report both/a")->out, ": 20 trials"));
    cli_good("run two.cfg --out both/a --trials 21 --target a --resume");
    cli_study("one.cfg", "");
    cli_refused(cli("run one.cfg --out both"), 2, "both: holds other runs already", "a, sram_cim");
    cli_refused(cli("train both --target a"), 2, "both/a: needs accuracy");
    cli_refused(cli("run two.cfg --out new --target a --set study.transfer=both"), 2,
                "study.transfer", "a, sram_cim");
}

/* Two plug-ins of one name are numbered; two names that were given are a mistake. */
static void targets_are_called_apart(void **state) {
    (void)state;
    static const char models[] =
        "workload = { plugin = \"vgg8\"; };\n"
        "hwmodel = ( { %splugin = \"rram_crossbar\"; },\n"
        "            { %splugin = \"rram_crossbar\"; rows = 64; },\n"
        "            { %splugin = \"rram_crossbar\"; rows = 32; } );\n";
    cli_write("three.cfg", models, "", "", "");
    cli_refused(cli("eval three.cfg"), 2, "rram_crossbar, rram_crossbar_2, rram_crossbar_3");
    cli_write("three.cfg", models, "", "target = \"x\"; ", "");
    cli_refused(cli("eval three.cfg"), 2, "rram_crossbar, x, rram_crossbar_2");
    cli_write("three.cfg", models, "target = \"x\"; ", "", "target = \"x\"; ");
    cli_refused(cli("eval three.cfg --target x"), 2, "three.cfg:4: hwmodel[2].target = \"x\"",
                "hwmodel[0]");
    cli_write("three.cfg", models, "", "target = 5; ", "");
    cli_refused(cli("space three.cfg"), 2, "three.cfg:3: hwmodel[1].target = 5", "a text");
    cli_write("three.cfg", models, "", "target = \"rram_crossbar_2\"; ", "");
    cli_refused(cli("space three.cfg"), 2, "three.cfg:3: hwmodel[1].target", "hwmodel[2]");
}

/* Nothing is run, and no folder made, where only the last target is wrong. */
static void targets_are_checked_first(void **state) {
    (void)state;
    cli_write("two.cfg",
              "study = { trials = 4; };\nworkload = { plugin = \"vgg8\"; };\n"
              "hwmodel = ( { plugin = \"rram_crossbar\"; rows = [64, 128]; },\n"
              "            { plugin = \"sram_cim\"; rows = [64, 100000000]; } );\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"min energy_j\" ];\n");
    cli_refused(cli("run two.cfg --out both"), 2, "two.cfg:4", "hwmodel.rows");
}

static const char two_networks[] =
    "study = { name = \"joint\"; trials = 30; };\n"
    "workload = ( { plugin = \"vgg8\"; weight_bits = [4, 8]; }, { plugin = \"resnet18\"; } );\n"
    "hwmodel = { plugin = \"rram_crossbar\"; rows = [64, 128]; adc_bits = 5; };\n"
    "searcher = { plugin = \"random\"; };\n"
    "aggregate = { energy_j = \"sum\"; latency_s = \"mean\"; tops = \"geomean\"; };\n"
    "goals = [ \"min energy_j\", \"min workload[1].latency_s*area_mm2\" ];\n";

static double at(const csv_table *t, const char *name) { return strtod(csv_at(t, 0, name), NULL); }

/* Each network's figures are those that it has alone, and the chip's are their aggregates. */
static void networks_share_a_chip(void **state) {
    (void)state;
    cli_write("joint.cfg", "%s", two_networks);
    cli_write("alone.cfg",
              "workload = { plugin = \"resnet18\"; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; rows = [64, 128]; adc_bits = 5; };\n");
    csv_table *both = csv_parse(cli_good("eval joint.cfg --format csv")->out);
    csv_table *alone = csv_parse(cli_good("eval alone.cfg --format csv")->out);
    assert_true(at(both, "workload[1].energy_j") == at(alone, "energy_j"));
    assert_true(at(both, "energy_j") ==
                at(both, "workload[0].energy_j") + at(both, "workload[1].energy_j"));
    assert_true(at(both, "latency_s") ==
                (at(both, "workload[0].latency_s") + at(both, "workload[1].latency_s")) / 2);
    double tops = sqrt(at(both, "workload[0].tops") * at(both, "workload[1].tops"));
    assert_true(fabs(at(both, "tops") / tops - 1) < 1e-12);
    assert_true(at(both, "area_mm2") == at(alone, "area_mm2")); /* the larger network's */
    assert_true(at(both, "macs") == 615917568.0 + 1814073344.0);
    csv_free(both);
    csv_free(alone);
    const char *shown = cli_good("eval joint.cfg")->out;
    assert_non_null(strstr(shown, "sum of 2 networks: of one image"));
    assert_non_null(strstr(shown, "geomean of 2 networks: "));
    cli_good("run joint.cfg --out one --workers 1");
    cli_good("run joint.cfg --out two --workers 2");
    cli_same_export("one", "two");
    assert_non_null(strstr(cli_good("space joint.cfg")->out, "workload[0].weight_bits"));
    cli_refused(cli("run joint.cfg --set aggregate.energy_j=median --out x"), 2,
                "aggregate.energy_j", "\"geomean\"");
    cli_refused(cli("eval alone.cfg --set aggregate.energy_j=max"), 2, "there is one");
}

static void repeated_points_are_known(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out run --trials 300 --set hwmodel.gain_v=1.0");
    csv_table *t = csv_parse(cli_good("export run")->out);
    size_t repeated = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (!csv_at(t, i, "duplicate_of")[0]) continue;
        size_t first = strtoul(csv_at(t, i, "duplicate_of"), NULL, 10);
        assert_true(first < i && !csv_at(t, first, "duplicate_of")[0]);
        for (size_t c = 5; c < t->n_columns; c++)
            assert_string_equal(t->cells[(1 + i) * t->n_columns + c],
                                t->cells[(1 + first) * t->n_columns + c]);
        repeated++;
    }
    assert_true(repeated > 0);
    char head[60];
    snprintf(head, sizeof head, "cli: 300 trials of %zu designs: ", t->n_rows - repeated);
    assert_int_equal(strncmp(cli_good("report run")->out, head, strlen(head)), 0);
    csv_free(t);
    /* beside a run without any repeated one */
    cli_good("run study.cfg --out other --trials 40");
    const char *out = cli_good("compare run other")->out;
    snprintf(head, sizeof head, "\n  run       300  %7zu  ", 300 - repeated);
    assert_non_null(strstr(out, "  run    trials  designs  feasible  "));
    assert_non_null(strstr(out, head));
    assert_non_null(strstr(out, "\n  other      40       40  "));
}

static void given_designs_come_first(void **state) {
    (void)state;
    cli_write(
        "alone.cfg",
        "study = { trials = 20; batch = 3; initial_points = \"given.csv\"; };\n"
        "workload = { plugin = \"vgg8\"; };\ngoals = [ \"min energy_j\" ];\n"
        "hwmodel = { plugin = \"rram_crossbar\"; rows = [64, 128, 256]; cell_bits = [1, 2]; };\n"
        "searcher = { plugin = \"evolutionary\"; };\n");
    cli_write("given.csv",
              "name,hwmodel.rows,hwmodel.cell_bits\nx,256,2\ny,64,\nz,128,2\nw,64,2\n");
    cli_good("run alone.cfg --out run --trials 2");
    cli_good("run alone.cfg --out run --resume");
    cli_good("run alone.cfg --out whole --workers 1");
    cli_same_export("run", "whole");
    cli_write("given.csv",
              "name,hwmodel.rows,hwmodel.cell_bits\na,256,2\n b,64,\nc,128,2\nd,64,2\n");
    cli_good("run alone.cfg --out run --resume --trials 25");
    cli_write("given.csv", "name,hwmodel.rows,hwmodel.cell_bits\nx,256,2\ny,64,\nz,128,2\n");
    cli_refused(cli("run alone.cfg --out run --resume"), 2, "run/study.db", "study.initial_points",
                "given.csv", "other designs");
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_string_equal(csv_at(t, 0, "hwmodel.rows"), "256");
    assert_string_equal(csv_at(t, 1, "hwmodel.cell_bits"), "1");
    assert_string_equal(csv_at(t, 3, "hwmodel.rows"), "64");
    csv_free(t);
    cli_write("given.csv", "hwmodel.rows\n100\n");
    cli_refused(cli("run alone.cfg --out bad"), 2, "given.csv:2", "hwmodel.rows = 100");
    cli_write("given.csv", "hwmodel.columns\n64\n");
    cli_refused(cli("run alone.cfg --out bad"), 2, "given.csv:1", "hwmodel.columns", "dimension");
    cli_write("given.csv", "rows,cell_bits\n64,1\n");
    cli_refused(cli("run alone.cfg --out bad"), 2, "given.csv:1", "no column", "hwmodel.rows");
    cli_write("given.csv", "hwmodel.rows,hwmodel.cell_bits,hwmodel.rows\n64,1,128\n");
    cli_refused(cli("run alone.cfg --out bad"), 2, "given.csv:1", "hwmodel.rows", "twice");
    cli_write("given.csv", "\xef\xbb\xbfhwmodel.rows\n256\n");
    cli_good("run alone.cfg --out marked --trials 1");
}

/* Exported as a config, the knee evaluates to the same bits. */
static void a_design_as_a_config(void **state) {
    (void)state;
    cli_write("two.cfg", "%s", two_targets);
    cli_good("run two.cfg --out run --target a");
    const cli_result *config = cli_good("export run --front --as config");
    unsigned long id = strtoul(strstr(config->out, "Trial ") + 6, NULL, 10);
    cli_write("knee.cfg", "%s", config->out);
    csv_table *t = csv_parse(cli_good("export run")->out);
    csv_table *one = csv_parse(cli_good("eval knee.cfg --format csv")->out);
    assert_string_equal(csv_at(one, 0, "energy_j"), csv_at(t, id, "energy_j"));
    assert_string_equal(csv_at(one, 0, "area_mm2"), csv_at(t, id, "area_mm2"));
    csv_free(t);
    csv_free(one);
    cli_refused(cli("export run --as config --trial 999"), 2, "999");
}

/* A range without end, in a vector too: what is exported as one design is not searched. */
static void a_design_without_end_as_a_config(void **state) {
    (void)state;
    cli_write("model.sh",
              "while read -r line; do case \"$line\" in\n*describe*) echo '{\"parameters\": ["
              "{\"name\": \"ratio\", \"type\": \"real\", \"default\": 1, \"min\": 0, \"max\": "
              "1.7976931348623157e308, \"length\": 2}], "
              "\"metrics\": [{\"name\": \"energy_j\"}]}' ;;\n"
              "*) echo '{\"metrics\": {\"energy_j\": 1}}' ;;\nesac; done\n");
    cli_write("study.cfg", "workload = { plugin = \"template\"; };\nhwmodel = { plugin = \"exec\"; "
                           "program = \"model.sh\"; interpreter = \"sh\"; ratio = { per = "
                           "\"element\"; choices = (2.0, \"inf\"); }; };\n"
                           "searcher = { plugin = \"sweep\"; };\ngoals = [ \"min energy_j\" ];\n");
    cli_good("run study.cfg --out run");
    static const char *const says[] = {"ratio = 2.0;", "ratio = { value = ( 2.0, \"inf\" ); };",
                                       "ratio = { value = ( \"inf\", 2.0 ); };",
                                       "ratio = \"inf\";"};
    for (int i = 0; i < 4; i++) {
        const char *out = cli_good("export run --as config --trial %d", i)->out;
        if (!strstr(out, says[i])) fail_msg("trial %d, not %s: %s", i, says[i], out);
        cli_write("one.cfg", "%s", out);
        cli_refused(cli("run one.cfg --out no"), 2, "searches nothing");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(targets_are_runs),          CLI_TEST(targets_are_named),
        CLI_TEST(targets_are_checked_first), CLI_TEST(a_target_of_a_run),
        CLI_TEST(targets_are_called_apart),
        CLI_TEST(networks_share_a_chip),     CLI_TEST(repeated_points_are_known),
        CLI_TEST(given_designs_come_first),  CLI_TEST(a_design_as_a_config),
        CLI_TEST(a_design_without_end_as_a_config)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
