/* What report, space and eval --points say of large studies: elements by their names, the
 * dimensions that matter, parts in columns of their own; and what is said where there is no
 * study. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The template's layers are conv1, conv2 and fc. */
static void elements_have_names(void **state) {
    (void)state;
    const char *set = "--set 'workload.weight_bits={per=\"weight_layer\";choices=[2,4,8];}'";
    cli_study("study.cfg", "");
    const char *out = cli_good("space study.cfg %s", set)->out;
    assert_non_null(strstr(out, "dimension                element  kind"));
    assert_non_null(strstr(out, "workload.weight_bits[1]  conv2    ordinal"));
    assert_null(strstr(cli_good("space study.cfg")->out, "element"));
    out = cli_good("run study.cfg --out run %s", set)->out;
    assert_true(strstr(out, "weight_bits[conv2]") && strstr(out, "weight_bits[fc]"));
    assert_null(strstr(out, "weight_bits[1]"));
    assert_string_equal(out, cli_good("report run")->out);
    /* what is read back keeps the numbers */
    assert_non_null(strstr(cli_good("export run")->out, "workload.weight_bits[1]"));
}

/* Of 100 dimensions of single layers and two of the chip: the chip's, and not too many. */
static void a_wide_front_shows_what_tells_most(void **state) {
    (void)state;
    const char *out =
        cli_good("run " SOURCE_DIR "/configs/mobilenet_rram.cfg --out run --trials 60 "
                 "--set 'searcher={plugin=\"random\";}' "
                 "--set 'hwmodel.adc_bits={per=\"weight_layer\";min=3;max=9;}' "
                 "--set 'workload.weight_bits={per=\"weight_layer\";choices=[4,6,8];}'")->out;
    const char *head = strstr(out, "     trial  ");
    assert_non_null(head);
    size_t n = 0;
    for (const char *at = head; *at != '\n'; at++) n += *at == '[';
    assert_in_range(n, 1, 12);
    const char *columns = strstr(head, "  columns_per_adc");
    assert_true(columns && columns < strchr(head, '\n'));
    const char *more = strstr(out, "  Not shown: ");
    assert_non_null(more);
    assert_true(atoi(more + strlen("  Not shown: ")) > 50);
    assert_non_null(strstr(more, "dimensions that vary: use cimdse export --front\n"));
}

static void nothing_stored_is_said_so(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out run");
    cli_write("run/study.db", "%s", "");
    cli_refused(cli("export run"), 2, "run/study.db", "holds nothing",
                "ended before it stored anything");
    cli_refused(cli("report run"), 2, "run/study.db", "holds nothing");
    cli_good("run study.cfg --out run --resume");
    cli_good("export run");
}

static void the_same_constraint_or_goal_twice(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const char *set = "--set 'constraints=[\"area_mm2 <= 2\", \"area_mm2<=2.0\"]'";
    cli_refused(cli("run study.cfg --out run %s", set), 2, "constraints",
                "is the same constraint as", "area_mm2 <= 2");
    cli_good(
        "run study.cfg --out run --set 'constraints=[\"area_mm2 <= 2\", \"area_mm2 <= 1.5\"]'");
    cli_refused(cli("run study.cfg --out again --set 'goals=[\"min energy_j\", \"min energy_j\"]'"),
                2, "goals[1] = \"min energy_j\": is the same goal as \"min energy_j\" before it");
    cli_refused(cli("run study.cfg --out again --set 'goals=[\"min energy_j\", \"max energy_j\"]'"),
                2, "goals[1] = \"max energy_j\": is the contrary of \"min energy_j\" before it");
}

/* Of the config's bounds: one in the wrong unit never binds, and nobody would know. */
static void how_near_the_bounds_are(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const char *out =
        cli_good("run study.cfg --out run --set 'constraints=[\"area_mm2 <= 1.5\", "
                 "\"energy_j <= 200\", \"macs >= 2\", \"energy_j <= 1e9\", "
                 "\"latency_s*energy_j <= 9\"]'")->out;
    csv_table *t = csv_parse(cli_good("export run")->out);
    double area = 0, energy = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        if (strcmp(csv_at(t, i, "outcome"), "feasible") == 0) {
            area = fmax(area, strtod(csv_at(t, i, "area_mm2"), NULL));
            energy = fmax(energy, strtod(csv_at(t, i, "energy_j"), NULL));
        }
    csv_free(t);
    char says[4][128];
    snprintf(says[0], sizeof *says, " x: area_mm2 <= 1.5 (config); nearest feasible %.4g mm2\n",
             area);
    snprintf(says[1], sizeof *says,
             "infeasible 0 x: energy_j <= 200 (config): never binding, nearest %.4g nJ of 200 J\n",
             energy * 1e9);
    snprintf(says[2], sizeof *says, ": macs >= 2 (config): never binding, nearest 290080 of 2\n");
    snprintf(says[3], sizeof *says, ": energy_j <= 1e9 (config): never binding, nearest almost 0 ");
    for (int i = 0; i < 4; i++)
        if (!strstr(out, says[i])) fail_msg("it does not say %s:\n%s", says[i], out);
    assert_non_null(strstr(out, " of 9 s*J\n"));
    assert_null(strstr(out, "margin (hwmodel.faulty); "));
}

/* VGG8 has more than a hundred parts: each in one column, and those of a metric sum to it. */
static void parts_have_a_column_each(void **state) {
    (void)state;
    cli_write("points.csv", "hwmodel.rows\n64\n128\n");
    csv_table *t =
        csv_parse(cli_good("eval " SOURCE_DIR "/configs/vgg8_rram.cfg --points points.csv "
                           "--breakdown --format csv")
                      ->out);
    size_t n = 0;
    assert_int_equal(t->n_rows, 2);
    for (size_t i = 0; i < t->n_columns; i++) {
        n += strncmp(t->cells[i], "part.", 5) == 0;
        for (size_t j = 0; j < i; j++) assert_string_not_equal(t->cells[i], t->cells[j]);
    }
    assert_true(n > 100);
    for (size_t row = 0; row < 2; row++) {
        double sum = 0, energy = strtod(csv_at(t, row, "energy_j"), NULL);
        for (size_t i = 0; i < t->n_columns; i++)
            if (strncmp(t->cells[i], "part.energy_j.", 14) == 0)
                sum += strtod(csv_at(t, row, t->cells[i]), NULL);
        assert_true(energy > 0 && fabs(sum - energy) < 1e-9 * energy);
    }
    csv_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(elements_have_names),       CLI_TEST(a_wide_front_shows_what_tells_most),
        CLI_TEST(nothing_stored_is_said_so), CLI_TEST(the_same_constraint_or_goal_twice),
        CLI_TEST(parts_have_a_column_each),  CLI_TEST(how_near_the_bounds_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
