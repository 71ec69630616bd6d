/* Every config in configs/validation/ runs as a study, and holds against the reference tables that
 * are here: samples in tests/golden, CiMLoop's in the folder CIMDSE_REFERENCE_TABLES. */
#include "cli.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_study(const char *config) {
    cli_good("space %s", config);
    cli_good("run %s --trials 4 --out run", config);
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_in_range(t->n_rows, 1, 4);
    assert_int_equal(csv_count(t, "outcome", "failed"), 0);
    csv_free(t);
}

static void check_config(void **state) {
    const char *config = *state, *elsewhere = getenv("CIMDSE_REFERENCE_TABLES");
    check_study(config);
    const bool is_absent = strstr(config, "cimloop") != NULL;
    const cli_result *r = cli_ends(is_absent ? 2 : 0, "validate %s --tables " SOURCE_DIR
                                   "/tests/golden", config);
    assert_int_equal(strstr(r->out, "skipped: ") != NULL, is_absent);
    assert_null(strstr(r->out, "MISSED"));
    if (!is_absent || !elsewhere) return;
    r = cli_good("validate %s --tables %s", config, elsewhere);
    assert_null(strstr(r->out, "skipped: "));
    assert_null(strstr(r->out, "MISSED"));
}

int main(void) {
    glob_t found;
    if (glob(SOURCE_DIR "/configs/validation/*.cfg", 0, NULL, &found) != 0) return 1;
    struct CMUnitTest *tests = calloc(found.gl_pathc, sizeof *tests);
    for (size_t i = 0; i < found.gl_pathc; i++)
        tests[i] = (struct CMUnitTest){strrchr(found.gl_pathv[i], '/') + 1, check_config,
                                       cli_set_up, cli_tear_down, found.gl_pathv[i]};
    const int failed = _cmocka_run_group_tests("validation", tests, found.gl_pathc, NULL, NULL);
    free(tests);
    globfree(&found);
    return failed;
}
