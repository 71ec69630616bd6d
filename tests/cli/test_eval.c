/* One design: as a table, as CSV, as JSON, with its parts, and out of a stored study. */
#include "cli.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *parse(const cli_result *r) {
    json_error_t why;
    cli_expect(r, 0, __FILE__, __LINE__);
    json_t *all = json_loads(r->out, 0, &why);
    if (!all) fail_msg("line %d: %s", why.line, why.text);
    return all;
}

static double real_at(const json_t *all, const char *group, const char *key) {
    const json_t *value = json_object_get(json_object_get(all, group), key);
    if (!json_is_number(value)) fail_msg("%s.%s is no number", group, key);
    return json_number_value(value);
}

static void as_json(void **state) {
    (void)state;
    cli_study("study.cfg", "taps = { value = [1, 2, 3, 4]; }; note = \"a \\\"word\\\"\";");
    json_t *all = parse(cli("eval study.cfg --format json --set hwmodel.width=20"));
    assert_string_equal(json_string_value(json_object_get(all, "outcome")), "feasible");
    assert_string_equal(json_string_value(json_object_get(all, "reason")), "");
    const json_t *model = json_object_get(json_object_get(all, "parameters"), "hwmodel");
    assert_true(json_number_value(json_object_get(model, "width")) == 20);
    assert_true(json_number_value(json_object_get(model, "height")) == 10); /* its default */
    assert_int_equal(json_array_size(json_object_get(model, "taps")), 4);
    assert_true(json_number_value(json_array_get(json_object_get(model, "taps"), 3)) == 4);
    assert_string_equal(json_string_value(json_object_get(model, "colour")), "red");
    assert_string_equal(json_string_value(json_object_get(model, "note")), "a \"word\"");
    assert_true(real_at(all, "slack", "margin") == 20 - 900);
    assert_true(real_at(all, "slack", "area_mm2 <= 1.5") < 0);
    /* 72 + 1152 + 7840 weights, and a multiplication at every position of them */
    assert_true(real_at(all, "metrics", "weights") == 9064);
    assert_true(real_at(all, "metrics", "macs") == 72 * 784 + 1152 * 196 + 7840);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(all, "units"), "area_mm2")), "mm2");
    json_decref(all);
}

/* The three forms say the same. */
static void all_forms_agree(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    json_t *all = parse(cli("eval study.cfg --format json"));
    csv_table *t = csv_parse(cli_good("eval study.cfg --format csv")->out);
    const char *table = cli_good("eval study.cfg --format table")->out;
    assert_string_equal(table, cli_good("eval study.cfg")->out);
    assert_int_equal(t->n_rows, 1);
    assert_string_equal(csv_at(t, 0, "outcome"), "feasible");
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(all, "metrics"), key, value) {
        char line[64];
        assert_true(strtod(csv_at(t, 0, key), NULL) == json_number_value(value));
        snprintf(line, sizeof line, "\n  %s ", key);
        assert_non_null(strstr(table, line));
    }
    assert_non_null(strstr(table, "hwmodel.height = 10"));
    assert_non_null(strstr(table, "margin"));
    csv_free(t);
    json_decref(all);
}

static void check_sums(const json_t *all) {
    const json_t *metrics = json_object_get(all, "metrics"), *parts = json_object_get(all, "parts");
    const char *key;
    json_t *total;
    size_t n_summed = 0;
    assert_true(json_array_size(parts) > 0);
    json_object_foreach((json_t *)(uintptr_t)metrics, key, total) {
        double sum = 0, size = 0;
        for (size_t i = 0; i < json_array_size(parts); i++) {
            const json_t *part = json_array_get(parts, i);
            const double v = json_number_value(json_object_get(part, "value"));
            if (strcmp(json_string_value(json_object_get(part, "metric")), key) != 0) continue;
            sum += v;
            size += fabs(v);
        }
        if (size == 0) continue;
        n_summed++;
        if (fabs(sum - json_number_value(total)) > 1e-9 * size)
            fail_msg("%s: parts sum to %.17g, the total is %.17g", key, sum,
                     json_number_value(total));
    }
    assert_true(n_summed >= 3);
}

static void parts_sum_to_the_totals(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    json_t *all = parse(cli("eval study.cfg --breakdown --format json --set hwmodel.gain_v=7.3"));
    check_sums(all);
    assert_int_equal(json_array_size(json_object_get(all, "parts")), 5 * 2 * 3); /* with 2 pools */
    json_decref(all);
    all = parse(cli("eval " SOURCE_DIR "/configs/vgg8_rram.cfg --breakdown --format json"));
    check_sums(all);
    json_decref(all);
}

static void parts_as_tables_and_columns(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *t = csv_parse(cli_good("eval study.cfg --breakdown --format csv")->out);
    double sum = 0;
    static const char *const layers[] = {"conv1", "pool1", "conv2", "pool2", "fc"};
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 2; k++) {
            char column[64];
            snprintf(column, sizeof column, "part.latency_s.%s.%s", layers[i], k ? "adc" : "array");
            sum += strtod(csv_at(t, 0, column), NULL);
        }
    const double total = strtod(csv_at(t, 0, "latency_s"), NULL);
    assert_true(fabs(sum - total) <= 1e-12 * total);
    csv_free(t);
    const char *table = cli_good("eval study.cfg --breakdown")->out;
    for (int i = 0; i < 5; i++) assert_non_null(strstr(table, layers[i]));
    assert_non_null(strstr(table, "array"));
    assert_null(strstr(cli_good("eval study.cfg")->out, "conv2"));
}

/* Stored, read back and evaluated again: the same bits. */
static void a_stored_trial_again(void **state) {
    (void)state;
    cli_study("study.cfg", "fast = [true, false]; colour = [\"red\", \"blue\"]; "
                           "taps = { per = \"element\"; min = 0; max = 15; };");
    cli_good("run study.cfg --out run");
    csv_table *t = csv_parse(cli_good("export run")->out);
    static const char *const columns[] = {"outcome", "energy_j", "latency_s", "area_mm2", "macs",
                                          "hwmodel.width", "hwmodel.gain_v", "hwmodel.colour",
                                          "hwmodel.fast", "hwmodel.taps[2]"};
    for (size_t i = 0; i < t->n_rows; i += 3) {
        csv_table *one = csv_parse(cli_good("eval run --trial %zu --format csv", i)->out);
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            assert_string_equal(csv_at(t, i, columns[k]), csv_at(one, 0, columns[k]));
        csv_free(one);
    }
    csv_free(t);
}

static void a_stored_trial_changed(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out run");
    csv_table *before = csv_parse(cli_good("eval run --trial 7 --format csv")->out);
    csv_table *after =
        csv_parse(cli_good("eval run --trial 7 --format csv --set hwmodel.odd=7")->out);
    csv_table *fixed =
        csv_parse(cli_good("eval run --trial 7 --format csv --set hwmodel.height=5")->out);
    assert_string_equal(csv_at(before, 0, "hwmodel.gain_v"), csv_at(after, 0, "hwmodel.gain_v"));
    assert_string_equal(csv_at(before, 0, "hwmodel.gain_v"), csv_at(fixed, 0, "hwmodel.gain_v"));
    assert_string_not_equal(csv_at(before, 0, "latency_s"), csv_at(after, 0, "latency_s"));
    assert_false(csv_has(fixed, "hwmodel.height"));
    csv_free(before);
    csv_free(after);
    csv_free(fixed);
}

static void accuracy_is_a_metric(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    json_t *with = parse(cli("eval study.cfg --format json --set accuracy.plugin=template"));
    json_t *without = parse(cli("eval study.cfg --format json"));
    assert_true(real_at(with, "metrics", "accuracy") > 0.1);
    assert_true(real_at(with, "metrics", "accuracy") < 0.9);
    assert_true(real_at(with, "metrics", "accuracy_sd") >= 0);
    assert_true(real_at(with, "metrics", "accuracy_draws") == 16);
    assert_null(json_object_get(json_object_get(without, "metrics"), "accuracy"));
    json_decref(with);
    json_decref(without);
    cli_good("run study.cfg --out one --workers 1 --set accuracy.plugin=template "
             "--set 'goals=[\"max accuracy\", \"min energy_j\"]'");
    cli_good("run study.cfg --out two --workers 2 --set accuracy.plugin=template "
             "--set 'goals=[\"max accuracy\", \"min energy_j\"]'");
    csv_table *t = csv_parse(cli_same_export("one", "two"));
    for (size_t i = 0; i < t->n_rows; i++) /* less noise, more accuracy */
        for (size_t k = 0; k < t->n_rows; k++)
            if (strtod(csv_at(t, i, "hwmodel.gain_v"), NULL) <
                strtod(csv_at(t, k, "hwmodel.gain_v"), NULL))
                assert_true(strtod(csv_at(t, i, "accuracy"), NULL) >=
                            strtod(csv_at(t, k, "accuracy"), NULL));
    csv_free(t);
    cli_refused(cli("eval study.cfg --set 'goals=[\"max accuracy\"]'"), 2, "goals[0]",
                "\"accuracy\"");
}

static void an_infeasible_design(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    json_t *all = parse(cli("eval study.cfg --format json --set hwmodel.width=950"));
    assert_string_equal(json_string_value(json_object_get(all, "outcome")), "infeasible");
    assert_true(real_at(all, "slack", "margin") == 50);
    json_decref(all);
    const char *table = cli_good("eval study.cfg --set hwmodel.width=950")->out;
    assert_non_null(strstr(table, "violated"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(as_json),
        CLI_TEST(all_forms_agree),
        CLI_TEST(parts_sum_to_the_totals),
        CLI_TEST(parts_as_tables_and_columns),
        CLI_TEST(a_stored_trial_again),
        CLI_TEST(a_stored_trial_changed),
        CLI_TEST(accuracy_is_a_metric),
        CLI_TEST(an_infeasible_design),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
