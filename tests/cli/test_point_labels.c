/* Columns of a points file that are no parameters. */
#include "cli.h"

#include <jansson.h>
#include <string.h>

/* As of a table with another separator. */
static void no_parameter_at_all(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    static const char says[] = "points.csv:1: no column is a parameter";
    cli_write("points.csv", "id;width\na;10\n");
    assert_non_null(strstr(cli_good("eval study.cfg --points points.csv")->err, says));
    cli_write("points.csv", "id,hwmodel.width\na,10\n");
    assert_null(strstr(cli_good("eval study.cfg --points points.csv")->err, says));
}

/* Two columns of one name could not be told apart. */
static void labels_like_what_is_written(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    static const char *const names[] = {"energy_j", "outcome", "reason"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cli_write("points.csv", "%s,hwmodel.width\n1,10\n", names[i]);
        cli_refused(cli("eval study.cfg --points points.csv"), 2, "points.csv:1: ", names[i],
                    "is a label, and the name of a column that is written");
    }
    cli_write("points.csv", "metrics,hwmodel.width\n1,10\n");
    cli_good("eval study.cfg --points points.csv");
    cli_refused(cli("eval study.cfg --points points.csv --format json"), 2,
                "points.csv:1: metrics");
    cli_write("points.csv", "energy_j,hwmodel.width,hwmodel.width\n1,10,20\n");
    json_t *row = json_loads(cli_good("eval study.cfg --points points.csv --format json")->out, 0,
                             NULL);
    assert_string_equal(json_string_value(json_object_get(row, "energy_j")), "1");
    assert_int_equal(json_integer_value(json_object_get(row, "hwmodel.width")), 10);
    json_decref(row);
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(no_parameter_at_all),
                                       CLI_TEST(labels_like_what_is_written)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
