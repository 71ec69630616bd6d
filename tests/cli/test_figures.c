/* How figures are said to a person: in what unit, and what their typical error is against. The
 * model is a script that says what a test gives it. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* METRICS and VALUES: what the script declares, and what it answers for every design. */
static void write_model(const char *metrics, const char *values) {
    cli_write("model.sh",
              "while read -r line; do case \"$line\" in\n"
              "*describe*) echo '{\"parameters\": [{\"name\": \"rows\", \"type\": \"integer\", "
              "\"default\": 128, \"min\": 16, \"max\": 1024}], \"metrics\": [%s]}' ;;\n"
              "*) echo '{\"metrics\": {%s}}' ;;\nesac; done\n",
              metrics, values);
    cli_write("study.cfg",
              "study = { trials = 4; batch = 4; };\nworkload = { plugin = \"template\"; };\n"
              "hwmodel = { plugin = \"exec\"; program = \"model.sh\"; interpreter = \"sh\"; "
              "rows = [64, 128]; };\nsearcher = { plugin = \"random\"; };\n"
              "goals = [ \"min supply_v\" ];\n");
}

#define METRIC(name, unit) "{\"name\": \"" name "\", \"unit\": \"" unit "\"}"

static void units_are_scaled_alike_everywhere(void **state) {
    (void)state;
    write_model(METRIC("clock_hz", "Hz") "," METRIC("supply_v", "V") "," METRIC("area_mm2", "mm2"),
                "\"clock_hz\": 1.5e9, \"supply_v\": 0.4, \"area_mm2\": 0.02");
    const char *out = cli_good("eval study.cfg")->out;
    assert_non_null(strstr(out, " 1.5 GHz "));
    assert_non_null(strstr(out, " 400 mV "));
    assert_non_null(strstr(out, " 0.02 mm2 "));
    const cli_result *r = cli_good("run study.cfg --out one");
    assert_non_null(strstr(r->out, "       mV")); /* below the name of its column */
    cli_good("run study.cfg --out two");
    out = cli_good("compare one two")->out;
    assert_non_null(strstr(out, "\n  min supply_v       mV    400  400      1\n"));
    assert_non_null(strstr(out, "\n  clock_hz   GHz      1.5     1.5      1\n"));
    assert_non_null(strstr(out, "\n  area_mm2   mm2     0.02    0.02      1\n"));
}

#define WITH_ERROR(name, error, validity) \
    "{\"name\": \"" name "\", \"relative_error\": " error ", \"validity\": \"" validity "\"}"

/* Against another program is not against silicon, and nothing is "0 %" off. */
static void errors_are_against_something(void **state) {
    (void)state;
    write_model(METRIC("supply_v", "V") "," WITH_ERROR("a", "0.3", "6 macros in silicon") ","
                WITH_ERROR("b", "0.3", "6 macros in silicon") ","
                WITH_ERROR("c", "1e-12", "program X, 9 designs") ","
                WITH_ERROR("d", "0.0015", "program X, 9 designs") ","
                "{\"name\": \"e\", \"relative_error\": 0.2}",
                "\"supply_v\": 1, \"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1, \"e\": 1");
    const char *out = cli_good("eval study.cfg")->out;
    static const char *const says[] = {
        "\n  a                    1     (typical error 30 % against [1])\n",
        "\n  b                    1     (typical error 30 % against [1])\n",
        "\n  c                    1     (exact to [2])\n",
        "\n  d                    1     (typical error 0.15 % against [2])\n",
        "\n  e                    1     (typical error 20 % against what it does not say)\n",
        "\n  hwmodel.exec (any program that answers lines of JSON",
        ") states its errors against\n  [1] 6 macros in silicon\n  [2] program X, 9 designs\n"};
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        if (!strstr(out, says[i])) fail_msg("it does not say %s:\n%s", says[i], out);
    assert_null(strstr(out, "[3]"));
    out = cli_good("plugins inspect exec --set program=model.sh --set interpreter=sh")->out;
    assert_non_null(strstr(out, "\n  a .. b: typical error 30 % against 6 macros in silicon\n"
                                "  c: exact to program X, 9 designs\n"
                                "  d: typical error 0.15 % against program X, 9 designs\n"));
    assert_null(strstr(out, "1e-10 %"));
}

/* Below the table is only what metrics say that they were held against. */
static void exact_to_nothing_that_is_named(void **state) {
    (void)state;
    write_model("{\"name\": \"supply_v\", \"relative_error\": 1e-12}", "\"supply_v\": 1");
    static const char inspect[] = "plugins inspect exec --set program=model.sh "
                                  "--set interpreter=sh";
    const char *out = cli_good("%s", inspect)->out;
    assert_null(strstr(out, "see below"));
    const char *row = strstr(out, "\n  supply_v ");
    assert_non_null(row);
    const char *word = strstr(row, " exact");
    assert_true(word && word < strchr(row + 1, '\n'));
    write_model(WITH_ERROR("supply_v", "1e-12", "program X"), "\"supply_v\": 1");
    out = cli_good("%s", inspect)->out;
    assert_non_null(strstr(out, "see below"));
    assert_non_null(strstr(out, "\n  supply_v: exact to program X\n"));
}

/* eval takes a run, too, and then shows none of its trials unless one is asked for. */
static void it_is_said_which_design_is_shown(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out run --trials 9");
    assert_non_null(strstr(cli_good("eval study.cfg")->out,
                           "\nSearched dimensions, at their defaults: hwmodel.width = "));
    const cli_result *r = cli_good("eval run");
    assert_non_null(strstr(r->out, "\nThe default design, not one that the run found "
                                   "(--trial N shows one of its trials): hwmodel.width = "));
    assert_string_equal(r->err, "");
    r = cli_good("eval run --format json");
    assert_non_null(strstr(r->err, "this is the default design, not one that the run found"));
    r = cli_good("eval run --trial 3");
    assert_non_null(strstr(r->out, "\nTrial 3: hwmodel.width = "));
    r = cli_good("eval run --trial 3 --format csv");
    assert_string_equal(r->err, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(units_are_scaled_alike_everywhere),
        CLI_TEST(errors_are_against_something),
        CLI_TEST(exact_to_nothing_that_is_named),
        CLI_TEST(it_is_said_which_design_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
