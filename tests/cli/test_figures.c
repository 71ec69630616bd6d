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

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(units_are_scaled_alike_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
