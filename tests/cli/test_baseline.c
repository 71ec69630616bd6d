/* What a report says of the one best design and of a baseline: of all that the export and eval
 * know, for a study of one goal too. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONE_GOAL "--set 'goals=[\"min energy_j\"]'"

/* Every parameter as the export has it, and the gain that eval's figures make. */
static void a_front_of_one_is_shown(void **state) {
    (void)state;
    const char *set = "--set baseline={hwmodel={width=3;height=5;};}";
    cli_study("study.cfg", "colour = [\"red\", \"green\", \"blue\"];");
    const char *out = cli_good("run study.cfg --out run " ONE_GOAL " %s", set)->out;
    csv_table *front = csv_parse(cli_good("export run --front")->out);
    assert_int_equal(front->n_rows, 1);
    char line[400];
    snprintf(line, sizeof line,
             "\n  The design: hwmodel.width = %s, hwmodel.height = %s, hwmodel.gain_v = %s, "
             "hwmodel.colour = %s\n",
             csv_at(front, 0, "hwmodel.width"), csv_at(front, 0, "hwmodel.height"),
             csv_at(front, 0, "hwmodel.gain_v"), csv_at(front, 0, "hwmodel.colour"));
    assert_non_null(strstr(out, line));
    assert_null(strstr(out, "The same in all"));
    csv_table *baseline = csv_parse(
        cli_good("eval study.cfg --format csv --set hwmodel.width=3 --set hwmodel.height=5")
            ->out);
    const double energy = strtod(csv_at(front, 0, "energy_j"), NULL);
    snprintf(line, sizeof line, "  The knee against the baseline: energy_j %+.1f %%\n",
             100 * (energy / strtod(csv_at(baseline, 0, "energy_j"), NULL) - 1));
    assert_non_null(strstr(out, line));
    assert_string_equal(out, cli_good("report run")->out);
    csv_free(front);
    csv_free(baseline);
}

/* Of very many parameters the first ones, and where the rest is. */
static void a_wide_design_is_cut(void **state) {
    (void)state;
    const char *out =
        cli_good("run " SOURCE_DIR "/configs/mobilenet_rram.cfg --out run --trials 40 " ONE_GOAL
                 " --set 'workload.weight_bits={per=\"weight_layer\";choices=[4,6,8];}'")->out;
    const char *at = strstr(out, "\n  The design: ");
    assert_non_null(at);
    const char *more = strstr(at, ", and ");
    assert_true(more && atoi(more + strlen(", and ")) > 20);
    assert_int_equal(strncmp(strstr(more, " more"), " more: use cimdse export --front\n", 33), 0);
}

/* It is said why, that figures held against it are not judged, and whose it is in a comparison. */
static void a_baseline_that_fails_is_reported(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    char *study = cli_read("study.cfg");
    cli_write("study.cfg", "%spublished = ( { source = \"A\"; figures = [ \"energy_j <= 0.5 * "
              "baseline\" ]; }, { source = \"B\"; figures = [ \"area_mm2 <= 2\" ]; } );\n", study);
    const char *set = "--set baseline={hwmodel={fault=\"status\";};}";
    const char *out = cli_good("run study.cfg --out run %s", set)->out;
    const char *why = strstr(out, "\nThe baseline failed: hwmodel.faulty: ");
    assert_non_null(why);
    assert_true(strstr(why, "\nFront: ") != NULL);
    assert_non_null(strstr(out, "\nPublished: A\n\n  Not compared: \"energy_j <= 0.5 * baseline\" "
                                "needs the baseline, which failed.\n"));
    assert_non_null(strstr(out, "\nPublished: B\n\n     "));
    cli_good("run study.cfg --out fine --seed 4 --set baseline={hwmodel={width=100;};}");
    out = cli_good("compare run fine")->out;
    why = strstr(out, "\n\n  The baseline of run failed: hwmodel.faulty: ");
    assert_true(why && strstr(why, "\n  The knee of fine against its "));
    assert_null(strstr(out, "The baseline of fine failed"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(a_front_of_one_is_shown),
        CLI_TEST(a_wide_design_is_cut),
        CLI_TEST(a_baseline_that_fails_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
