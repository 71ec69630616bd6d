/* crossbar_inference from the command: level sample, whose first images are judged as statistical
 * judges them; weights that cannot be read end a study before its first design. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WEIGHTS SOURCE_DIR "/plugins/accuracy/weights/"

static double accuracy_with(const char *settings) {
    const cli_result *r =
        cli_good("eval " WEIGHTS "lenet5_fmnist_2bit.cfg --format csv --set 'accuracy={"
                 "plugin=\"crossbar_inference\"; weights=\"lenet5_fmnist.safetensors\"; %s}'",
                 settings);
    csv_table *t = csv_parse(r->out);
    const double accuracy = atof(csv_at(t, 0, "accuracy"));
    csv_free(t);
    return accuracy;
}

static void the_first_images_decide(void **state) {
    (void)state;
    const double few = accuracy_with("level=\"statistical\"; chip=1; images=30;");
    const double all = accuracy_with("level=\"statistical\"; chip=1; images=90;");
    assert_true(fabs(few - all) > 1e-3); /* or the rest would show nothing */
    assert_true(accuracy_with("level=\"sample\"; chip=1; images=90; sample_images=30;") == few);
    assert_true(accuracy_with("level=\"sample\"; chip=1; images=90; sample_images=500;") == all);
    assert_true(accuracy_with("level=\"statistical\"; chip=1; images=90; sample_images=30;") ==
                all);
}

static void no_study_without_weights(void **state) {
    (void)state;
    cli_write("none.cfg",
              "study = { name = \"s\"; trials = 4; };\nworkload = { plugin = \"lenet\"; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; rows = [64, 128]; };\n"
              "accuracy = { plugin = \"crossbar_inference\"; weights = \"none.safetensors\"; };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"max accuracy\" ];\n");
    cli_refused(cli("run none.cfg --out none"), 2, "none.cfg:4: accuracy",
                "none.safetensors: No such file");
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(the_first_images_decide),
                                       CLI_TEST(no_study_without_weights)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
