/* Every study in configs/ runs, evaluates its default design and prints its space. */
#include "cli.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_config(void **state) {
    const char *config = *state;
    cli_good("run %s --trials 20 --out run", config);
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_in_range(t->n_rows, 1, 20);
    assert_int_equal(csv_count(t, "outcome", "failed"), 0);
    csv_free(t);
    t = csv_parse(cli_good("eval %s --format csv", config)->out);
    assert_string_not_equal(csv_at(t, 0, "outcome"), "failed");
    csv_free(t);
    const cli_result *space = cli_good("space %s", config);
    assert_non_null(strstr(space->out, "raw configurations: "));
    assert_non_null(strstr(space->out, "distinct designs: "));
    assert_non_null(strstr(cli_good("report run")->out, "20 trials"));
}

int main(void) {
    glob_t found;
    if (glob(SOURCE_DIR "/configs/*.cfg", 0, NULL, &found) != 0) {
        fprintf(stderr, "no configs in %s\n", SOURCE_DIR "/configs");
        return 1;
    }
    struct CMUnitTest *tests = calloc(found.gl_pathc, sizeof *tests);
    for (size_t i = 0; i < found.gl_pathc; i++)
        tests[i] = (struct CMUnitTest){strrchr(found.gl_pathv[i], '/') + 1, check_config,
                                       cli_set_up, cli_tear_down, found.gl_pathv[i]};
    const int failed = _cmocka_run_group_tests("configs", tests, found.gl_pathc, NULL, NULL);
    free(tests);
    globfree(&found);
    return failed;
}
