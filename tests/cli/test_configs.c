/* Every study in configs/ runs, evaluates its default design and prints its space. */
#include "cli.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Real images take longer than equations, and training longer than that. */
static const char *trials_of(const char *config) {
    return strstr(config, "/accuracy_") || strstr(config, "/bo_") || strstr(config, "/monas_")
               ? "2"
               : "20";
}

/* Of a config that trains: little, and keep nothing. Of VGG16 through its arrays: an estimate. */
static const char *settings_of(const char *config) {
    if (strstr(config, "/bo_")) return " --set 'accuracy.ladder=[\"estimate\"]'";
    return strstr(config, "/monas_") ? " --set accuracy.images=64 --set accuracy.test_images=32 "
                                       "--set accuracy.cache=\"\"" : "";
}

/* One target: its run in folder RUN; OPTION chooses it. */
static void check_target(const char *config, const char *run, const char *option) {
    csv_table *t = csv_parse(cli_good("export %s", run)->out);
    assert_in_range(t->n_rows, 1, 20);
    assert_int_equal(csv_count(t, "outcome", "failed"), 0);
    csv_free(t);
    t = csv_parse(cli_good("eval %s --format csv%s%s", config, settings_of(config), option)->out);
    assert_string_not_equal(csv_at(t, 0, "outcome"), "failed");
    csv_free(t);
    const cli_result *space = cli_good("space %s%s", config, option);
    assert_non_null(strstr(space->out, "raw configurations: "));
    assert_non_null(strstr(space->out, "distinct designs: "));
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%s trials", trials_of(config));
    assert_non_null(strstr(cli_good("report %s", run)->out, wanted));
}

/* A table that is not this project's to give. */
static bool lacks_table(const char *config) {
    return strstr(config, "/nasbench_macro_") &&
           access(SOURCE_DIR "/configs/tables/nas-bench-macro_cifar10.csv", R_OK) != 0;
}

static void check_config(void **state) {
    const char *config = *state;
    if (lacks_table(config)) skip();
    cli_good("run %s --trials %s --out run%s", config, trials_of(config), settings_of(config));
    if (cli_exists("run/study.db")) {
        check_target(config, "run", "");
        return;
    }
    glob_t targets; /* a folder for each */
    assert_int_equal(glob("run/*", 0, NULL, &targets), 0);
    assert_true(targets.gl_pathc > 1);
    for (size_t i = 0; i < targets.gl_pathc; i++) {
        char option[80];
        snprintf(option, sizeof option, " --target %s", strrchr(targets.gl_pathv[i], '/') + 1);
        check_target(config, targets.gl_pathv[i], option);
    }
    globfree(&targets);
    assert_non_null(strstr(cli_good("compare run")->out, "of merged front"));
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
