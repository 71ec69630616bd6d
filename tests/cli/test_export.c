/* What comes out of a stored study: CSV, JSON lines, the front, the report; and what is known of
 * the plug-ins. */
#include "cli.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_run(void) {
    cli_study("study.cfg", "colour = [\"red\", \"green\", \"blue\"]; fault = [\"none\", \"nan\"];");
    cli_good("run study.cfg --out run --trials 80");
}

static void columns(void **state) {
    (void)state;
    make_run();
    static const char *const heads[] = {
        "trial",          "outcome",       "reason",         "fidelity",     "duplicate_of",
        "hwmodel.fault",  "hwmodel.width", "hwmodel.height", "hwmodel.gain_v",
        "hwmodel.colour", "energy_j",      "latency_s",      "area_mm2",
        "macs",           "weights",       "slack.margin",   "slack.area_mm2 <= 1.5"};
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_int_equal(t->n_columns, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < t->n_columns; i++) assert_string_equal(t->cells[i], heads[i]);
    for (size_t i = 0; i < t->n_rows; i++) {
        const bool failed = strcmp(csv_at(t, i, "outcome"), "failed") == 0;
        assert_int_equal(atoi(csv_at(t, i, "trial")), i);
        assert_true((csv_at(t, i, "energy_j")[0] == '\0') == failed);
        const bool fine = strcmp(csv_at(t, i, "outcome"), "feasible") == 0;
        assert_true((csv_at(t, i, "reason")[0] == '\0') == fine);
        if (failed) continue;
        const bool met = strtod(csv_at(t, i, "slack.margin"), NULL) <= 0 &&
                         strtod(csv_at(t, i, "slack.area_mm2 <= 1.5"), NULL) <= 0;
        assert_string_equal(csv_at(t, i, "outcome"), met ? "feasible" : "infeasible");
    }
    assert_string_equal(cli_good("export run")->out, cli_good("export run --format csv")->out);
    assert_string_equal(cli_good("export run")->out, cli_good("export run/study.db")->out);
    csv_free(t);
}

/* Why a trial is infeasible or failed, in the words in which eval says it of the same designs. */
static void reasons_are_those_of_eval(void **state) {
    (void)state;
    make_run();
    csv_table *t = csv_parse(cli_good("export run")->out);
    cli_write("points.csv", "%s", cli_good("export run --as points")->out);
    csv_table *again = csv_parse(cli_good("eval study.cfg --points points.csv")->out);
    size_t both = 0;
    assert_int_equal(again->n_rows, t->n_rows);
    for (size_t i = 0; i < t->n_rows; i++) {
        const char *reason = csv_at(t, i, "reason");
        assert_string_equal(reason, csv_at(again, i, "reason"));
        both += strstr(reason, "margin: slack ") && strstr(reason, "; area_mm2 <= 1.5: slack ");
    }
    assert_true(both > 0 && csv_count(t, "outcome", "failed") > 0);
    csv_free(t);
    csv_free(again);
}

static void same_number(const json_t *value, const char *cell) {
    if (!cell[0]) assert_true(json_is_null(value));
    else assert_true(json_number_value(value) == strtod(cell, NULL));
}

static void check_json_row(const json_t *row, const csv_table *t, size_t i) {
    static const char *const metrics[] = {"energy_j", "latency_s", "area_mm2", "macs", "weights"};
    const json_t *point = json_object_get(row, "point"), *all = json_object_get(row, "metrics");
    assert_int_equal(json_integer_value(json_object_get(row, "trial")), i);
    assert_string_equal(json_string_value(json_object_get(row, "outcome")),
                        csv_at(t, i, "outcome"));
    assert_string_equal(json_string_value(json_object_get(row, "reason")), csv_at(t, i, "reason"));
    assert_string_equal(json_string_value(json_object_get(point, "hwmodel.colour")),
                        csv_at(t, i, "hwmodel.colour"));
    same_number(json_object_get(point, "hwmodel.gain_v"), csv_at(t, i, "hwmodel.gain_v"));
    same_number(json_object_get(json_object_get(row, "slack"), "margin"),
                csv_at(t, i, "slack.margin"));
    assert_int_equal(json_object_size(all), 5);
    for (int k = 0; k < 5; k++)
        same_number(json_object_get(all, metrics[k]), csv_at(t, i, metrics[k]));
}

static void json_lines(void **state) {
    (void)state;
    make_run();
    csv_table *t = csv_parse(cli_good("export run")->out);
    const char *at = cli_good("export run --format jsonl")->out;
    size_t n = 0;
    for (; *at; at += strcspn(at, "\n") + 1, n++) {
        json_error_t why;
        json_t *row = json_loadb(at, strcspn(at, "\n"), 0, &why);
        if (!row) fail_msg("line %zu: %s", n + 1, why.text);
        check_json_row(row, t, n);
        json_decref(row);
    }
    assert_int_equal(n, t->n_rows);
    csv_free(t);
}

/* Of a design, what each command calls the value of hwmodel.KEY. */
static void check_value(const char *key, json_type type, const json_t *line, const json_t *point,
                        const json_t *one) {
    char name[64];
    snprintf(name, sizeof name, "hwmodel.%s", key);
    const json_t *a = json_object_get(json_object_get(line, "point"), name),
                 *b = json_object_get(point, name),
                 *sections = json_object_get(one, "parameters"),
                 *c = json_object_get(json_object_get(sections, "hwmodel"), key);
    if (!a || !json_equal(a, b) || !json_equal(a, c)) fail_msg("%s: three values", name);
    if (type == JSON_FALSE) assert_true(json_is_boolean(a));
    else if (json_typeof(a) != type) fail_msg("%s is of type %d", name, json_typeof(a));
}

/* 128 and no 128.0, true and no "true", from whichever command. */
static void values_are_of_one_type(void **state) {
    (void)state;
    cli_study("study.cfg", "colour = [\"red\", \"green\"]; fast = [true, false];");
    cli_good("run study.cfg --out run --trials 8");
    cli_write("points.csv", "%s", cli_good("export run --as points")->out);
    const char *lines = cli_good("export run --format jsonl")->out,
               *points = cli_good("eval study.cfg --points points.csv --format json")->out;
    for (int i = 0; i < 8; i++) {
        const char *of_one = cli_good("eval run --trial %d --format json", i)->out;
        json_t *line = json_loadb(lines, strcspn(lines, "\n"), 0, NULL),
               *point = json_loadb(points, strcspn(points, "\n"), 0, NULL),
               *one = json_loads(of_one, 0, NULL);
        check_value("width", JSON_INTEGER, line, point, one);
        check_value("height", JSON_INTEGER, line, point, one);
        check_value("gain_v", JSON_REAL, line, point, one);
        check_value("colour", JSON_STRING, line, point, one);
        check_value("fast", JSON_FALSE, line, point, one);
        const json_t *metrics = json_object_get(line, "metrics");
        assert_true(json_equal(metrics, json_object_get(one, "metrics")));
        assert_true(json_equal(metrics, json_object_get(point, "metrics")));
        assert_true(json_equal(json_object_get(line, "slack"), json_object_get(one, "slack")));
        json_decref(line);
        json_decref(point);
        json_decref(one);
        lines += strcspn(lines, "\n") + 1;
        points += strcspn(points, "\n") + 1;
    }
}

static const char *const goals[] = {"energy_j", "latency_s", "area_mm2"};

/* Is design I at least as good in all goals, and better in one? */
static bool dominates(const csv_table *t, size_t i, size_t j) {
    bool better = false;
    for (int k = 0; k < 3; k++) {
        const double a = strtod(csv_at(t, i, goals[k]), NULL),
                     b = strtod(csv_at(t, j, goals[k]), NULL);
        if (a > b) return false;
        better |= a < b;
    }
    return better;
}

/* Exactly those feasible designs that no other feasible one dominates, by the definition. */
static void the_front(void **state) {
    (void)state;
    make_run();
    csv_table *t = csv_parse(cli_good("export run")->out);
    csv_table *front = csv_parse(cli_good("export run --front")->out);
    size_t n = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        bool member = strcmp(csv_at(t, i, "outcome"), "feasible") == 0;
        for (size_t j = 0; member && j < t->n_rows; j++)
            if (strcmp(csv_at(t, j, "outcome"), "feasible") == 0) member = !dominates(t, j, i);
        if (!member) continue;
        assert_string_equal(csv_at(front, n, "trial"), csv_at(t, i, "trial"));
        assert_string_equal(csv_at(front, n++, "energy_j"), csv_at(t, i, "energy_j"));
    }
    assert_int_equal(front->n_rows, n);
    assert_in_range(n, 2, 79);
    const char *at = cli_good("export run --front --format jsonl")->out;
    for (; *at; at += strcspn(at, "\n") + 1) n--;
    assert_int_equal(n, 0);
    csv_free(t);
    csv_free(front);
}

static void points_of_the_front(void **state) {
    (void)state;
    make_run();
    csv_table *front = csv_parse(cli_good("export run --front")->out);
    csv_table *points = csv_parse(cli_good("export run --front --as points")->out);
    assert_int_equal(points->n_rows, front->n_rows);
    assert_int_equal(points->n_columns, 6);
    for (size_t i = 0; i < points->n_rows; i++)
        assert_string_equal(csv_at(points, i, "hwmodel.gain_v"),
                            csv_at(front, i, "hwmodel.gain_v"));
    csv_free(front);
    csv_free(points);
}

static void reports(void **state) {
    (void)state;
    make_run();
    csv_table *t = csv_parse(cli_good("export run")->out);
    char head[128];
    snprintf(head, sizeof head, "cli: 80 trials: %zu feasible, %zu infeasible, %zu failed\n",
             csv_count(t, "outcome", "feasible"), csv_count(t, "outcome", "infeasible"),
             csv_count(t, "outcome", "failed"));
    const cli_result *r = cli_good("report run");
    assert_int_equal(strncmp(r->out, head, strlen(head)), 0);
    assert_non_null(strstr(r->out, "min energy_j, min latency_s, min area_mm2"));
    assert_non_null(strstr(r->out, "hwmodel.faulty: metric area_mm2 is unset or NaN"));
    assert_non_null(strstr(r->out, "knee"));
    assert_non_null(strstr(r->out, "min area_mm2"));
    assert_non_null(strstr(cli_good("report run run")->out, head));
    csv_free(t);
}

static void baselines(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out without");
    const char *set = "--set baseline={hwmodel={width=3;height=3;taps={value=[0,0,0,0];};};}";
    const cli_result *r = cli_good("run study.cfg --out with %s", set);
    assert_non_null(strstr(r->out, "baseline"));
    assert_non_null(strstr(r->out, "against the baseline"));
    cli_same_export("without", "with"); /* it is no trial */
    cli_good("run study.cfg --out with --resume --trials 60 %s", set);
    r = cli_good("run study.cfg --out bad --set baseline={hwmodel={fault=\"segfault\";};}");
    assert_null(strstr(r->out, "against the baseline"));
    cli_same_export("without", "bad");
}

static void products_as_goals(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out run --set 'goals=[\"min energy_j*latency_s/area_mm2\"]' "
             "--set 'constraints=[\"macs/weights >= 32\", \"energy_j * latency_s <= 1e-14\"]'");
    csv_table *t = csv_parse(cli_good("export run")->out),
              *front = csv_parse(cli_good("export run --front")->out);
    double best = INFINITY;
    for (size_t i = 0; i < t->n_rows; i++) {
        const double e = strtod(csv_at(t, i, "energy_j"), NULL),
                     l = strtod(csv_at(t, i, "latency_s"), NULL);
        const double value = e * l / strtod(csv_at(t, i, "area_mm2"), NULL);
        const double slack = strtod(csv_at(t, i, "slack.energy_j * latency_s <= 1e-14"), NULL);
        assert_true(slack == e * l - 1e-14);
        assert_true(strtod(csv_at(t, i, "slack.macs/weights >= 32"), NULL) == 32 - 290080.0 / 9064);
        if (strcmp(csv_at(t, i, "outcome"), "feasible") == 0) best = fmin(best, value);
    }
    assert_int_equal(front->n_rows, 1);
    assert_true(strtod(csv_at(front, 0, "energy_j"), NULL) *
                    strtod(csv_at(front, 0, "latency_s"), NULL) /
                    strtod(csv_at(front, 0, "area_mm2"), NULL) ==
                best);
    csv_free(t);
    csv_free(front);
}

static void lists_of_plug_ins(void **state) {
    (void)state;
    const cli_result *r = cli_good("plugins list");
    static const char *const ids[] = {"hwmodel.faulty", "hwmodel.template", "hwmodel.rram_crossbar",
                                      "workload.vgg8", "workload.supernet", "searcher.random",
                                      "accuracy.template", "searcher.faulty"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        assert_non_null(strstr(r->out, ids[i]));
        assert_non_null(strstr(cli_good("plugins inspect %s", ids[i])->out, ids[i]));
    }
    assert_null(strstr(r->out, "refused"));
    assert_string_equal(r->out, cli_good("plugins")->out);
    setenv("CIMDSE_PLUGIN_PATH", "/nowhere:" BINARY_DIR "/template:" BINARY_DIR "/template/", 1);
    r = cli_good("plugins list");
    assert_null(strstr(r->out, "hwmodel.faulty"));
    assert_non_null(strstr(r->out, "hwmodel.template"));
}

static void one_plug_in(void **state) {
    (void)state;
    const char *out = cli_good("plugins inspect hwmodel.faulty")->out;
    static const char *const says[] = {"hwmodel.faulty 1.0: test: goes wrong",
                                       "licence MIT, interface 0.1",
                                       "gain_v",
                                       "a number 0..10 V",
                                       "one of 1, 3, 5, 7",
                                       "one of \"red\", \"green\", \"blue\"",
                                       "true or false",
                                       "4 elements",
                                       "energy_j",
                                       "mm2",
                                       "constraint margin"};
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        if (!strstr(out, says[i])) fail_msg("it does not say %s:\n%s", says[i], out);
    assert_string_equal(out, cli_good("plugins inspect hwmodel.faulty")->out);
    const char *all = cli_good("plugins inspect faulty")->out; /* of every kind */
    assert_non_null(strstr(all, out));
    assert_non_null(strstr(all, "searcher.faulty"));
    out = cli_good("plugins inspect accuracy.template")->out;
    assert_non_null(strstr(out, " no "));
    assert_null(strstr(out, " yes "));
    out = cli_good("plugins inspect crossbar_inference")->out;
    assert_non_null(strstr(out, "  level  "));
    assert_non_null(strstr(out, "\n  estimate  "));
    out = cli_good("plugins inspect sram_cim")->out;
    assert_non_null(strstr(out, "adc_bits is active while sensing is current, charge, "));
    out = cli_good("plugins inspect workload.supernet workload.chain")->out;
    assert_non_null(strstr(out, "index set block, 28 elements"));
    assert_non_null(strstr(out, "block[27] is active while depth[6] is 4"));
    assert_non_null(strstr(out, "  c is active while b is 0, 2\n"));
    assert_non_null(
        strstr(cli_good("plugins inspect " BINARY_DIR "/template/searcher.template.so")->out,
               "searcher.template 1.0"));
}

/* Parameters that a plug-in has only once it is created. */
static void one_plug_in_with_settings(void **state) {
    (void)state;
    const char *out = cli_good("plugins inspect mobilenet")->out;
    assert_non_null(strstr(out, "  weight_bits  "));
    assert_non_null(strstr(out, "index set weight_layer, 53 elements"));
    assert_null(strstr(out, "expansion"));
    out = cli_good("plugins inspect mobilenet --set version=proxyless")->out;
    assert_non_null(strstr(out, "  expansion  "));
    out = cli_good("plugins inspect exec")->out; /* what it says by itself, and what it needs */
    assert_non_null(strstr(out, "  interpreter  "));
    assert_non_null(strstr(out, "more with --set KEY=VALUE: "));
    assert_non_null(strstr(out, "program has no default"));
    out = cli_good("plugins inspect exec --set interpreter=python3 --set program=" SOURCE_DIR
                   "/hwmodels/exec/example.py")->out;
    assert_non_null(strstr(out, "rows of an array"));
    assert_non_null(strstr(out, "constraint capacity"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(one_plug_in_with_settings),
        CLI_TEST(columns),           CLI_TEST(json_lines), CLI_TEST(values_are_of_one_type),
        CLI_TEST(the_front),         CLI_TEST(points_of_the_front),
        CLI_TEST(reports),           CLI_TEST(baselines),
        CLI_TEST(products_as_goals), CLI_TEST(lists_of_plug_ins),
        CLI_TEST(one_plug_in),       CLI_TEST(reasons_are_those_of_eval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
