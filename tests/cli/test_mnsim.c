/* hwmodel.mnsim through the command: MNSIM's own columns as a points file, its configuration file,
 * and its reference figures. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_study(const char *network, const char *extra) {
    cli_write("study.cfg",
              "workload = { plugin = \"network\"; file = "
              "\"%s/configs/validation/networks/mnsim_%s.cfg\"; };\n"
              "hwmodel = { plugin = \"mnsim\"; %s };\n",
              SOURCE_DIR, network, extra);
}

static void near(double value, double wanted) {
    if (!(fabs(value - wanted) <= 1e-9 * fabs(wanted)))
        fail_msg("%.17g is not %.17g", value, wanted);
}

/* Lists in cells, names, and an empty cell; MNSIM's figures for VGG8: o000, o001; and too few
 * tiles. */
static void points_with_lists(void **state) {
    (void)state;
    write_study("vgg8", "");
    cli_write("points.csv",
              "id,hwmodel.Xbar_Size,hwmodel.Device_Resistance,hwmodel.Device_Type,hwmodel.Tile_Num,"
              "hwmodel.Write_Latency,hwmodel.nopipe,hwmodel.Device_Level\n"
              "o000,\"256,256\",\"1e6, 1e4\",NVM,\"64,64\",10,0,2\n"
              "o001,,,,,,1,\n"
              "levels,\"256,256\",\"1e6, 3e4, 1.5e4, 1e4\",NVM,\"64,64\",10,0,4\n"
              "small,\"256,256\",\"1e6, 1e4\",NVM,\"8,8\",10,0,2\n"
              "wrong,\"256,256\",\"1e6, 1e4\",NVM,\"64,64\",10,0,4\n"
              "long,\"1,2,3\",,,,,,\n");
    csv_table *t = csv_parse(cli_good("eval study.cfg --points points.csv --format csv")->out);
    near(atof(csv_at(t, 0, "latency_s")), 5151851.44571189e-9);
    near(atof(csv_at(t, 0, "energy_j")), 4448843.521209403e-9);
    near(atof(csv_at(t, 1, "latency_s")), 16339742.50566702e-9);
    near(atof(csv_at(t, 2, "energy_j")), 4448843.521209403e-9);
    assert_string_equal(csv_at(t, 3, "outcome"), "infeasible");
    assert_string_equal(csv_at(t, 3, "latency_s"), "");
    assert_string_equal(csv_at(t, 4, "outcome"), "failed");
    assert_non_null(strstr(csv_at(t, 4, "reason"), "Device_Resistance has 2 values"));
    assert_string_equal(csv_at(t, 5, "outcome"), "failed");
    csv_free(t);
}

/* The file is looked for beside the config; what is set in the config comes first. */
static void configuration_file(void **state) {
    (void)state;
    char *ini = cli_read(SOURCE_DIR "/tests/golden/mnsim_default.ini");
    char *choice = strstr(ini, "ADC_Choice = 6");
    assert_non_null(choice);
    choice[13] = '2';
    cli_write("SimConfig.ini", "%s", ini);
    static const char *const extras[] = {"ADC_Choice = 2;", "ini = \"SimConfig.ini\";",
                                         "ini = \"SimConfig.ini\"; ADC_Choice = 6;", ""};
    char energy[4][40];
    for (int i = 0; i < 4; i++) {
        write_study("lenet", extras[i]);
        csv_table *t = csv_parse(cli_good("eval study.cfg --format csv")->out);
        snprintf(energy[i], sizeof energy[i], "%s", csv_at(t, 0, "energy_j"));
        csv_free(t);
    }
    assert_string_equal(energy[0], energy[1]);
    assert_string_equal(energy[2], energy[3]);
    assert_string_not_equal(energy[0], energy[3]);
    cli_write("SimConfig.ini", "[Tile level]\nPE_Num = 2\n");
    write_study("lenet", "ini = \"SimConfig.ini\";");
    cli_refused(cli("eval study.cfg"), 2, "SimConfig.ini:2: PE_Num: needs 2 values");
}

/* Layer by layer and part by part: a column of the breakdown against MNSIM's. */
static void breakdown(void **state) {
    (void)state;
    write_study("vgg8", "");
    cli_write("points.csv", "id,hwmodel.nopipe\no000,0\n");
    csv_table *t =
        csv_parse(cli_good("eval study.cfg --points points.csv --format csv --breakdown")->out);
    near(atof(csv_at(t, 0, "part.energy_j.conv2.ADC")), 475634.0736e-9);
    near(atof(csv_at(t, 0, "part.finish_sum_s.conv2.finish")), 4443081.655819978e-9);
    near(atof(csv_at(t, 0, "part.latsum_s.pool1.tile_merge")), 92160e-9);
    near(atof(csv_at(t, 0, "part.area_mm2.pool1.pooling")), 91917.1562e-6);
    csv_free(t);
}

static void reference_figures(void **state) {
    (void)state;
    const cli_result *r =
        cli_good("validate %s/configs/validation/mnsim.cfg --tables %s/tests/golden", SOURCE_DIR,
                 SOURCE_DIR);
    assert_non_null(strstr(r->out, "44 rows where status = ok"));
    assert_null(strstr(r->out, "MISSED"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(points_with_lists),
        CLI_TEST(configuration_file),
        CLI_TEST(breakdown),
        CLI_TEST(reference_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
